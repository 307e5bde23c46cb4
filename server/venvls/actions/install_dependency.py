"""Install a dependency that an installed package needs and lacks."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import can_install, unsynced
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for the requirement that the finding names."""
    text = finding.data.get("requirement")
    environment = facts.environment
    if not isinstance(text, str) or environment is None or finding.path in facts.outside or not can_install(facts):
        return
    options: dict[str, object] = {"manifest": finding.path}
    if unsynced(finding, facts):
        options["apart"] = True
    task = Task("install", facts.project.root, environment.prefix, requirements=(text,), options=options)
    yield Action("install-dependency", f"Install {text} into {environment.name}", task=task, preferred=True)


OFFER = Offer("install-dependency", frozenset({"missing-dependency"}), offer, __doc__ or "")
