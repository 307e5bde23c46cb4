"""Change what the manifest requires to the version that is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_CLAUSE = re.compile(r"(===|==|>=|<=|~=|!=|>|<)\s*([^\s,()]+)")
_VERSION = re.compile(r"[A-Za-z0-9.!+_-]+")


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the requirement states versions and nothing in the file is tied to them (hashes)."""
    requirement = finding.requirement
    manifest = editable_manifest(finding, facts)
    if manifest is None or requirement is None or requirement.parsed.specifier_span is None or requirement.hashes:
        return
    if finding.installed is None or _VERSION.fullmatch(finding.installed) is None:
        return
    parsed = requirement.parsed
    assert parsed.specifier_span is not None  # noqa: S101 - said to the type checker
    written = parsed.text[slice(*parsed.specifier_span)]
    new = _admitting(written, finding.installed)
    if new is None:
        return
    place = requirement.locate(parsed.specifier_span)
    if "{" in manifest.text.source[slice(*place)]:
        return  # A tool fills it in: other environments have another version there.
    edit = TextEdit(manifest.path, place, f"({new})" if written.startswith("(") else new)
    yield Action("change-specifier", f"Change to {parsed.name}{new}, the installed version", edits=(edit,))


def _admitting(written: str, installed: str) -> str | None:
    """A specifier in the manner of the written one that admits the installed version; ``None`` where it already does."""
    admitted = admits(written.strip("() "), installed)
    if admitted is None:
        return f"==={installed}"
    if admitted:
        return None
    candidates = [f"=={installed}"]
    clauses = _CLAUSE.findall(written)
    if len(clauses) == 1 and clauses[0][0] in (">=", "<=", "~="):
        candidates.insert(0, f"{clauses[0][0]}{installed.split('+')[0]}")
    return next((candidate for candidate in candidates if admits(candidate, installed)), None)


OFFER = Offer("change-specifier", frozenset({"version-mismatch"}), offer, __doc__ or "")
