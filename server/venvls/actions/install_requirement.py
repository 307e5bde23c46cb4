"""Install one requirement as its manifest writes it."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import REQUIREMENT_CODES, alone, can_install, locked
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.redact import redact
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the requirement means the same without its file; else only a sync will do."""
    text = alone(finding.requirement)
    environment = facts.environment
    if locked(finding, facts):
        return
    if text is None or finding.requirement is None or environment is None or finding.path in facts.outside or not can_install(facts):
        return
    # The file's index options and constraints go along; another source of the same version has to be required.
    options: dict[str, object] = {"manifest": finding.path}
    if finding.code == "source-mismatch":
        options["reinstall"] = [finding.requirement.parsed.key]
    task = Task("install", facts.project.root, environment.prefix, requirements=(text,), options=options)
    shown = redact(text.split(";")[0].strip()) if finding.requirement.parsed.url is None else str(finding.requirement.parsed.name)
    yield Action("install-requirement", f"Install {shown} into {environment.name}", task=task, preferred=True)


OFFER = Offer("install-requirement", REQUIREMENT_CODES, offer, __doc__ or "")
