"""Bring the whole environment in sync with what the project requires."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from venvls.actions.conditions import REQUIREMENT_CODES, alone, can_install, locked, unsynced
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer; the preferred one where the requirement cannot be installed by itself."""
    environment, part = facts.environment, facts.project.part
    if environment is not None and part is not None:
        task = Task("sync", facts.project.root, environment.prefix)
        yield Action("sync-environment", f"Sync {part.name} with {part.tool}", task=task, preferred=True)
        return
    if facts.project.is_script:
        name = facts.files.path.basename(facts.project.root)
        yield Action("sync-environment", f"Sync the environment of {name} with uv", task=Task("sync", facts.project.root), preferred=True)
        return
    if environment is None or finding.code not in _ANSWERS or not can_install(facts):
        return
    if finding.code == "missing-import" and (finding.data.get("declared") is None or finding.data.get("unsynced")):
        return  # No requirement would bring it, or one that does not count yet.
    if unsynced(finding, facts) or finding.data.get("itself") == "made":
        return
    alone_too = alone(finding.requirement) is not None if finding.code in REQUIREMENT_CODES else finding.code == "missing-dependency"
    by_itself = alone_too and finding.path not in facts.outside and not locked(finding, facts)
    choice = facts.choice
    plain = _plain(facts.project.root, environment.prefix, environment.name, choice.groups, choice.extras, preferred=not by_itself)
    options: dict[str, object] = {}
    if finding.code == "source-mismatch" and finding.requirement is not None:
        options["reinstall"] = [finding.requirement.parsed.key]
    if finding.code == "outdated-install" and facts.locked is None:
        if not finding.data.get("editable"):
            return  # how it was installed is not how a sync installs
        options.update(editable=True, reinstall=[finding.data.get("name")])
    yield replace(plain, task=replace(plain.task, options=options)) if options and plain.task is not None else plain


@lru_cache(maxsize=8)
def _plain(root: str, prefix: str, name: str, groups: frozenset[str], extras: frozenset[str], *, preferred: bool) -> Action:
    """The same for thousands of findings."""
    task = Task("sync", root, prefix, groups=tuple(sorted(groups)), extras=tuple(sorted(extras)))
    return Action("sync-environment", f"Sync {name} with everything the project requires", task=task, preferred=preferred)


_ANSWERS = REQUIREMENT_CODES | {"missing-dependency", "missing-import", "outdated-install"}
# Nothing else may fix what is broken in an environment that a tool keeps for itself.
_OF_SCRIPTS_TOO = frozenset({"broken-distribution", "no-environment", "python-mismatch", "broken-environment", "incomplete-environment"})
OFFER = Offer("sync-environment", _ANSWERS | _OF_SCRIPTS_TOO, offer, __doc__ or "")
