"""Take the second of two requirements for one package out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

# What pip-compile and uv write under a requirement: where it came from.
_ORIGIN = re.compile(r"[ \t]+#[^\r\n]*(?:\r\n|\n|\r|$)")


class _Places:
    """The requirements of each manifest by where they are: of twenty thousand lines any may be a duplicate of any."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Manifest, dict[Span, Requirement]]] = {}

    def at(self, span: Span, manifest: Manifest) -> Requirement | None:
        """The requirement with this span, the first of several."""
        known = self._known.get(manifest.path)
        if known is None or known[0] is not manifest:
            by_span = {requirement.span: requirement for requirement in reversed(manifest.requirements)}
            known = self._known[manifest.path] = (manifest, by_span)
        return known[1].get(span)


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer; safe to make unasked only where both say exactly the same."""
    manifest = editable_manifest(finding, facts)
    requirement = finding.requirement
    if manifest is None or requirement is None:
        return
    start, end = requirement.statement
    if manifest.format == "requirements.txt":
        while (match := _ORIGIN.match(manifest.text.source, end)) and match.end() > end:
            end = match.end()
    first = facts.remembered.of(_Places).at(finding.related[0].span, manifest) if finding.related else None
    edit = TextEdit(manifest.path, Span(start, end), "")
    title = f"Remove this second {requirement.parsed.name}"
    yield Action("remove-duplicate", title, edits=(edit,), preferred=True, safe=first is not None and _same(first, requirement))


def _same(first: Requirement, second: Requirement) -> bool:
    parsed, other = first.parsed, second.parsed
    return (
        (parsed.key, parsed.extras, parsed.specifier, parsed.url, parsed.marker, parsed.editable)
        == (other.key, other.extras, other.specifier, other.url, other.marker, other.editable)
        and (first.hashes, first.options, first.scope) == (second.hashes, second.options, second.scope)
    )  # fmt: skip


OFFER = Offer("remove-duplicate", frozenset({"duplicate-requirement"}), offer, __doc__ or "")
