"""Bring the environment exactly in sync: what nothing requires is removed."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import can_install
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, which says that it removes."""
    environment = facts.environment
    if environment is None or not can_install(facts):
        return
    groups, extras = tuple(sorted(facts.choice.groups)), tuple(sorted(facts.choice.extras))
    task = Task("sync", facts.project.root, environment.prefix, groups=groups, extras=extras, options={"exact": True})
    yield Action("sync-exactly", f"Sync {environment.name} exactly: remove what nothing requires", task=task)


OFFER = Offer("sync-exactly", frozenset({"extraneous-package"}), offer, __doc__ or "")
