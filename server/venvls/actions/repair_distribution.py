"""Reinstall a damaged package and take away what an interrupted installation left behind."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import alone, can_install
from venvls.model.action import Action, Task
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer: the version that is recorded again, or what the manifest asks where two versions are recorded or none."""
    name = finding.data.get("name")
    environment = facts.environment
    if not isinstance(name, str) or environment is None or not can_install(facts) or finding.data.get("reinstall") is False:
        return
    folder = finding.data.get("editable")
    if folder is not None:
        # By its name alone an index would be asked for it.
        task = Task("sync", facts.project.root, environment.prefix, options={"reinstall": [name]})
        title = f"Reinstall {name} from its folder in {environment.name}"
        yield from [Action("repair-distribution", title, task=task, preferred=True)] if folder else []
        return
    paths = finding.data.get("paths")
    options: dict[str, object] = {"paths": list(paths) if isinstance(paths, (list, tuple)) else [], "manifest": finding.path}
    text = _text(name, finding, facts)
    if text is None:
        task = Task("repair", facts.project.root, environment.prefix, options=options)
        yield Action("repair-distribution", f"Delete what is left of {name}", task=task, preferred=True)
    else:
        task = Task("repair", facts.project.root, environment.prefix, requirements=(text,), options=options)
        yield Action("repair-distribution", f"Reinstall {text.split(';')[0].strip()} in {environment.name}", task=task, preferred=True)


def _text(name: str, finding: Finding, facts: Facts) -> str | None:
    records = facts.installed.distributions.get(name, ()) if facts.installed is not None else ()
    requirement = finding.requirement
    own = alone(requirement) if requirement is not None and requirement.parsed.key == name else None
    if requirement is not None and requirement.parsed.key == name and requirement.parsed.url is not None and own is None:
        return None
    if own is not None and (len(records) != 1 or (requirement is not None and requirement.parsed.url is not None)):
        return own
    if requirement is None and len(records) == 1 and records[0].sign == "empty":
        return None  # Nothing says that anybody wants it: an empty record is only taken away.
    version = records[0].version if len(records) == 1 else finding.installed
    return f"{name}=={version}" if version else own


OFFER = Offer("repair-distribution", frozenset({"broken-distribution"}), offer, __doc__ or "")
