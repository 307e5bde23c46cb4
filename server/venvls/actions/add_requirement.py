"""Put the package that code imports into the project's requirements, and install it.

What tests and developers' own tools import goes into the list for developers. Where a project has none, the place where its tool would make
one: the group `dev` of a `pyproject.toml` (PEP 735, as `uv add --dev`, `poetry add --group dev` and `pdm add -d` do), `[dev-packages]` of a
`Pipfile`. A requirements file has no such place, and an environment of Hatch's takes no group that it does not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from venvls.actions.conditions import can_install
from venvls.actions.main_list import main_list, takes_one_more
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Manifest

_TEST_FILE = re.compile(r"(?:^|[/\\])(?:tests?[/\\].*|test_[^/\\]*|[^/\\]*_test|conftest)\.(?:pyi?|ipynb)\Z|(?:^|[/\\])tests?[/\\]")
_FILE_OF_DEVELOPERS = re.compile(r"(?:^|[/\\])(?:noxfile|tasks|fabfile|dodo|duties|conftest)\.py\Z")
_SHIPPED = re.compile(r"[/\\]?src[/\\]")
_FOR_TESTS = ("test", "tests", "testing", "dev", "develop", "development")
_FOR_DEVELOPERS = ("dev", "develop", "development")
_MOST = 4


class _Place(NamedTuple):
    """A list that a requirement can go into: a group, an extra, a file, or none of them for the main one. ``called`` as people call it."""

    called: str
    group: str | None = None
    extra: str | None = None
    file: str | None = None


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """An offer for each list that it can go into, the right one first: for tests the group of what tests need."""
    name, environment = finding.data.get("add"), facts.environment
    if not isinstance(name, str) or environment is None or not can_install(facts) or not facts.project.manifests:
        return
    for number, place in enumerate(_places(finding, facts)):
        task = Task(
            "add",
            facts.project.root,
            environment.prefix,
            requirements=(name,),
            groups=(place.group,) if place.group else (),
            extras=(place.extra,) if place.extra else (),
            options={"manifest": place.file} if place.file else {},
        )
        yield Action("add-requirement", f"Add {name} to {place.called}", task=task, preferred=number == 0)


def _places(finding: Finding, facts: Facts) -> tuple[_Place, ...]:
    own = [facts.manifests[path] for path in facts.project.manifests if path in facts.manifests and path not in facts.outside]
    pyproject = next((manifest for manifest in own if manifest.format == "pyproject.toml"), None)
    main, new = _main(facts), None
    if pyproject is not None:
        others = tuple(_of_groups(pyproject))
        new = _Place("the new group `dev`", group="dev") if _takes_a_group(pyproject) else None
    elif own and own[0].own.pipenv is not None:
        new = _Place("[dev-packages]", group="dev")
        others = ()
    else:
        others = tuple(_of_files(own[1:], facts))
    if finding.code == "development-import":
        return main
    if _SHIPPED.match(_below(finding, facts)):
        # What ships cannot rest on what only those have who work on it.
        others, new = tuple(place for place in others if place.extra), None
    names = _for_whom(finding, facts)
    right = _right(names, facts, others) or (new if names else None)
    return tuple(dict.fromkeys((*((right,) if right is not None else ()), *main, *others)))[:_MOST]


def _main(facts: Facts) -> tuple[_Place, ...]:
    """The list that is meant where none is named; none where it cannot be added to."""
    listed = main_list(facts)
    if listed is None or not takes_one_more(listed):
        return ()
    if listed.own.pipenv is not None:
        return (_Place("[packages]"),)
    in_project = listed.format == "pyproject.toml" and listed.own.poetry is None
    return (_Place("[project].dependencies" if in_project else facts.files.path.basename(listed.path)),)


def _for_whom(finding: Finding, facts: Facts) -> tuple[str, ...]:
    """What the list is called that code of tests, or a tool of developers', is for; empty for all other code."""
    below = _below(finding, facts)
    return _FOR_TESTS if _TEST_FILE.search(below) else _FOR_DEVELOPERS if _FILE_OF_DEVELOPERS.search(below) else ()


def _takes_a_group(pyproject: Manifest) -> bool:
    """Whether a group that is new there is installed with the project: not where Hatch makes the environments, which name their groups, and
    not where the file has only settings of tools."""
    if pyproject.name is None and pyproject.own.poetry is None:
        return False
    return pyproject.own.pixi is None and not (pyproject.own.hatch or {}).get("envs")


def _right(names: tuple[str, ...], facts: Facts, others: tuple[_Place, ...]) -> _Place | None:
    """The list of one of these names, the first, where the project has one."""
    called = [(place, place.group or place.extra or _stem(place.file or "", facts)) for place in others]
    return next((place for name in names for place, key in called if key == name), None)


def _below(finding: Finding, facts: Facts) -> str:
    root = facts.project.root
    return finding.path[len(root) :] if finding.path.startswith(root) else finding.path


def _of_groups(pyproject: Manifest) -> Iterator[_Place]:
    for group in pyproject.groups:
        if group.kind == "group":
            yield _Place(f"the group `{group.name}`", group=group.key)
    for group in pyproject.groups:
        if group.kind == "extra":
            yield _Place(f"the extra `{group.name}`", extra=group.key)


def _of_files(manifests: Iterable[Manifest], facts: Facts) -> Iterator[_Place]:
    """The project's other files of requirements that a person writes."""
    for manifest in manifests:
        path = manifest.path
        compiled = path.endswith(".txt") and f"{path[: -len('.txt')]}.in" in facts.manifests
        if manifest.format.startswith("requirements") and manifest.complete and not manifest.constraint and not compiled:
            yield _Place(facts.files.path.basename(path), file=path)


def _stem(path: str, facts: Facts) -> str:
    """``dev`` of ``requirements-dev.txt``, ``dev-requirements.in`` and ``requirements/dev.txt``."""
    stem: str = facts.files.path.splitext(facts.files.path.basename(path))[0].lower()
    return stem.removeprefix("requirements").removesuffix("requirements").strip("-_.")


OFFER = Offer(
    "add-requirement",
    frozenset({"missing-import", "undeclared-import", "development-import", "unrecorded-package"}),
    offer,
    __doc__ or "",
)
