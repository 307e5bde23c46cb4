"""Take a requirement that no code uses out of the project, and uninstall what only it needed."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import can_install, editable_manifest
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer; of a compiled file the source is changed."""
    name, environment = finding.data.get("name"), facts.environment
    if not isinstance(name, str) or environment is None or editable_manifest(finding, facts) is None or not can_install(facts):
        return
    source = f"{finding.path[: -len('.txt')]}.in" if finding.path.endswith(".txt") else None
    path = source if source in facts.manifests and source is not None else finding.path
    task = Task("remove", facts.project.root, environment.prefix, requirements=(name,), options={"manifest": path})
    yield Action("remove-requirement", f"Remove {name}, which nothing uses", task=task)


OFFER = Offer("remove-requirement", frozenset({"unused-requirement"}), offer, __doc__ or "")
