"""Put the package that code imports into the project's requirements, and install it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from venvls.actions.conditions import can_install
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_TEST_FILE = re.compile(r"(?:^|[/\\])(?:tests?[/\\].*|test_[^/\\]*|[^/\\]*_test|conftest)\.pyi?\Z|(?:^|[/\\])tests?[/\\]")
_FOR_TESTS = ("test", "tests", "testing", "dev", "develop", "development")


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """An offer for the project's own requirements; before it, for code of tests, one for the group that holds what tests need."""
    name, environment = finding.data.get("add"), facts.environment
    if not isinstance(name, str) or environment is None or not can_install(facts) or not facts.project.manifests:
        return
    for number, (group, where) in enumerate(_places(finding, facts)):
        groups = (group,) if group else ()
        task = Task("add", facts.project.root, environment.prefix, requirements=(name,), groups=groups)
        yield Action("add-requirement", f"Add {name} to {where}", task=task, preferred=number == 0)


def _places(finding: Finding, facts: Facts) -> Iterator[tuple[str | None, str]]:
    """The group and what the place is called, the right one first."""
    basename = facts.files.path.basename
    own = [facts.manifests[path] for path in facts.project.manifests if path in facts.manifests and path not in facts.outside]
    pyproject = next((manifest for manifest in own if manifest.format == "pyproject.toml"), None)
    if pyproject is not None and _is_test(finding, facts):
        groups = {group.key: group.name for group in pyproject.groups if group.kind == "group"}
        group = next((key for key in _FOR_TESTS if key in groups), None)
        if group is not None:
            yield group, f"the group `{groups[group]}`"
    if pyproject is not None and pyproject.own.poetry is None:
        yield None, "[project].dependencies"
    else:
        yield None, basename(facts.project.manifests[0])


def _is_test(finding: Finding, facts: Facts) -> bool:
    root = facts.project.root
    below = finding.path[len(root) :] if finding.path.startswith(root) else finding.path
    return _TEST_FILE.search(below) is not None


OFFER = Offer("add-requirement", frozenset({"missing-import", "undeclared-import", "development-import"}), offer, __doc__ or "")
