"""Install one requirement as its manifest writes it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from venvls.actions.conditions import REQUIREMENT_CODES, alone, can_install, locked, unsynced
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
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
    parsed = finding.requirement.parsed
    again = parsed.key if finding.code == "source-mismatch" else None
    shown = redact(text.split(";")[0].strip()) if parsed.url is None else str(parsed.name)
    made = _install(text, shown, again, finding.path, facts.project.root, environment.prefix, environment.name)
    if made.task is not None and unsynced(finding, facts):
        made = replace(made, task=replace(made.task, options={**made.task.options, "apart": True}))
    yield made


@lru_cache(maxsize=64)
def _install(text: str, shown: str, again: str | None, path: str, root: str, prefix: str, name: str) -> Action:
    """The same for equal requirements of one file."""
    # The file's index options and constraints go along; another source of the same version has to be required.
    options: dict[str, object] = {"manifest": path} if again is None else {"manifest": path, "reinstall": [again]}
    task = Task("install", root, prefix, requirements=(text,), options=options)
    return Action("install-requirement", f"Install {shown} into {name}", task=task, preferred=True)


OFFER = Offer("install-requirement", REQUIREMENT_CODES, offer, __doc__ or "")
