"""The project does not allow the environment's Python version.

A project says which Python versions it supports, in `requires-python`, `.python-version` or its lock. With another one, packages may
refuse to be installed, and the code may fail in ways that others do not see.

Example: `pyproject.toml` says `requires-python = ">=3.11"`, and `.venv` was made with Python 3.9.

Fix it by creating the environment with a Python that fits (the action *Recreate the environment*), by selecting another environment, or by
changing the bound if it is too narrow.

Where two files contradict each other, no Python can fit both: then the message names the other file, and one of them has to be changed.

Where only `X.Y` of the environment's version is known, a bound on the third number is not checked.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.rule import Rule
from venvls.rules.wording import about_project, hidden
from venvls.standards.versions import contains, satisfiable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from venvls.model.manifest import PythonBound

_NUMBERS = re.compile(r"[0-9]+\.[0-9]+(?:\.[0-9]+)?")


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each file whose bound excludes the environment's Python, on the bound where the file is a manifest."""
    environment = facts.environment
    if not facts.project.python and all(manifest.requires_python is None for manifest in facts.manifests.values()):
        return
    numbers = _NUMBERS.match(environment.version or "") if environment is not None else None
    if environment is None or numbers is None or environment.health == "broken":
        return
    version = numbers[0]
    python = environment.python
    bounds = dict(_bounds(facts))
    # A file may require more than its own bound does: a group of uv's has one as well.
    own = {(manifest.requires_python.specifier, path) for path, manifest in facts.manifests.items() if manifest.requires_python is not None}
    others = [(specifier, path) for specifier, path in facts.project.python if (specifier, path) not in own]
    stated = [*((bound.specifier, path) for path, bound in bounds.items()), *others]
    told: set[str] = set()
    for path, bound in bounds.items():
        if _excludes(bound.specifier, version):
            told.add(path)
            against, related = _contradicting(bound.specifier, path, stated, facts)
            message = f"The environment has {python}, but {bound.specifier.strip()} is required{against}"
            substitute = f"This file does not allow the environment's {python}"
            yield Finding(
                code="python-mismatch",
                message=hidden(message, substitute, path, facts),
                path=path,
                span=bound.span,
                related=related,
                data={"python": bound.specifier},
            )
    for specifier, path in others:
        if path not in told and _excludes(specifier, version):
            told.add(path)
            name = facts.files.path.basename(path)
            against, related = _contradicting(specifier, path, stated, facts)
            message = f"The environment has {python}, but {name} requires {specifier.strip()}{against}"
            for finding in about_project("python-mismatch", message, facts, {"python": specifier}):
                yield finding._replace(related=related)


def _bounds(facts: Facts) -> Iterator[tuple[str, PythonBound]]:
    """The bounds in the project's manifests that count for its environment, by path."""
    for path in facts.project.manifests:
        manifest = facts.manifests.get(path)
        if manifest is None or manifest.requires_python is None:
            continue
        # One for conda's or pixi's environments does not count for an environment of another kind.
        if facts.counted is None or path in facts.counted or manifest.names_python is None:
            yield path, manifest.requires_python


def _contradicting(specifier: str, path: str, stated: list[tuple[str, str]], facts: Facts) -> tuple[str, tuple[Related, ...]]:
    """The end of the sentence where another file allows no Python that this bound does, and the place there; else nothing."""
    for other, place in stated:
        if place != path and place not in facts.outside and satisfiable(f"{specifier},{other}") is False:
            manifest = facts.manifests.get(place)
            bound = manifest.requires_python if manifest is not None else None
            related = (Related(place, bound.span, "contradicts this"),) if bound is not None else ()
            return f"; {facts.files.path.basename(place)} contradicts that: it requires {other.strip()}", related
    return "", ()


def _excludes(specifier: str, version: str) -> bool:
    if version.count(".") >= 2:
        return contains(specifier, version) is False
    return satisfiable(f"{specifier},=={version}.*" if specifier.strip() else "") is False


RULE = Rule(code="python-mismatch", severity="warning", doc=__doc__ or "", project=check)
