"""Make the lock again, with the tool that keeps it."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, the preferred one: nothing else makes a stale lock true again."""
    lock = facts.locked
    if lock is not None:
        name = facts.files.path.basename(lock.path)
        task = Task("compile", facts.project.root, facts.environment.prefix if facts.environment else None)
        yield Action("update-lock", f"Update {name} with {lock.tool}", task=task, preferred=True)


OFFER = Offer("update-lock", frozenset({"stale-lock"}), offer, __doc__ or "")
