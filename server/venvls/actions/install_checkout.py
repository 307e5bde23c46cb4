"""Installs the project from this folder, where the environment imports it from another checkout."""

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
    """One offer, where the project itself is what was installed."""
    environment, name = facts.environment, finding.data.get("name")
    if environment is None or not isinstance(name, str) or not finding.data.get("editable") or not can_install(facts):
        return
    task = Task("sync", facts.project.root, environment.prefix, options={"editable": True, "reinstall": [name]})
    yield Action("install-checkout", f"Install this checkout's {name} into {environment.name}", task=task, preferred=True)


OFFER = Offer("install-checkout", frozenset({"foreign-checkout"}), offer, __doc__ or "")
