"""Remove the line that includes a file which cannot be read, or which leads back to its own file."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.actions.once import once
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Include, Manifest


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for an include that has its line of a requirements file to itself."""
    manifest = editable_manifest(finding, facts)
    if manifest is None or manifest.format != "requirements.txt":
        return
    include = once(_by_place, manifest, facts).get(finding.span)
    if include is None:
        return
    text = manifest.text
    number = text.position(finding.span.start).line
    start = text.starts[number]
    end = text.starts[number + 1] if number + 1 < len(text.starts) else len(text.source)
    option = text.source[start : finding.span.start].strip(" \t'\"=")
    before = text.line(number - 1) if number else ""
    if option not in ("-r", "-c", "--requirement", "--constraint") or finding.span.end > end or before.endswith("\\"):
        return
    if text.line(number).endswith("\\"):
        return
    edit = TextEdit(manifest.path, Span(start, end), "")
    yield Action("remove-include", f"Remove the include of {include.target}", edits=(edit,), preferred=finding.code == "include-cycle")


def _by_place(manifest: Manifest) -> dict[Span, Include]:
    """The includes by where they are, the first of several: there may be thousands that lead nowhere."""
    return {include.span: include for include in reversed(manifest.includes)}


OFFER = Offer("remove-include", frozenset({"unreadable-include", "include-cycle"}), offer, __doc__ or "")
