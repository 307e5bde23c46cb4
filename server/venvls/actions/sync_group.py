"""Sync the environment with the group or extra that names the package which code imports; it counts for this environment from then on."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import can_install
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_MOST = 3


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """An offer for each of the first groups and extras that would bring it, the first of them preferred."""
    unsynced, environment = finding.data.get("unsynced"), facts.environment
    if not isinstance(unsynced, list) or environment is None or not can_install(facts):
        return
    for number, (kind, name) in enumerate(unsynced[:_MOST]):
        chosen = {"group": facts.choice.groups, "extra": facts.choice.extras}
        chosen[kind] |= {name}
        task = Task(
            "sync",
            facts.project.root,
            environment.prefix,
            groups=tuple(sorted(chosen["group"])),
            extras=tuple(sorted(chosen["extra"])),
        )
        yield Action("sync-group", f"Sync with {kind} {name}", task=task, preferred=number == 0)


OFFER = Offer("sync-group", frozenset({"missing-import"}), offer, __doc__ or "")
