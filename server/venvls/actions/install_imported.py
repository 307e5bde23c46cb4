"""Install the package that code imports, and write nothing: as the project requires it, else in its newest version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.actions.conditions import alone, can_install, locked
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where no lock says what to install."""
    environment = facts.environment
    if environment is None or not can_install(facts) or finding.data.get("unsynced"):
        return
    declared, known = finding.data.get("declared"), finding.data.get("add")
    if isinstance(declared, str):
        texts = _as_required(declared, finding, facts)
    else:
        texts = iter([(known, None)] if isinstance(known, str) and facts.locked is None else [])
    for text, manifest in texts:
        # The file's index options and constraints go along.
        options: dict[str, object] = {"manifest": manifest} if manifest is not None else {}
        task = Task("install", facts.project.root, environment.prefix, requirements=(text,), options=options)
        yield Action("install-imported", f"Install {text.split(';')[0].split('@')[0].strip()} into {environment.name}", task=task)
        return


def _as_required(key: str, finding: Finding, facts: Facts) -> Iterator[tuple[str, str | None]]:
    for path, manifest in facts.manifests.items():
        for requirement in manifest.requirements:
            if requirement.parsed.key != key or path in facts.outside or not facts.counts(manifest, requirement.scope):
                continue
            text = alone(requirement)
            if text is not None and not locked(finding._replace(requirement=requirement), facts):
                yield text, path


OFFER = Offer("install-imported", frozenset({"missing-import"}), offer, __doc__ or "")
