"""Forget a group or extra that was synced for the environment: it counts no more, and what it brought stays installed."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer where the finding is only there because of such a group."""
    synced = finding.data.get("synced")
    if not isinstance(synced, list) or facts.environment is None:
        return
    groups, extras = (tuple(name for kind, name in synced if kind == wanted) for wanted in ("group", "extra"))
    options = {"forget-groups": True}
    task = Task("select", facts.project.root, facts.environment.prefix, groups=groups, extras=extras, options=options)
    yield Action("forget-group", f"Forget this group: {', '.join((*groups, *extras))}", task=task)


OFFER = Offer(
    "forget-group",
    frozenset({"missing-requirement", "version-mismatch", "missing-extra", "source-mismatch", "missing-dependency"}),
    offer,
    __doc__ or "",
)
