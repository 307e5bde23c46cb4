"""Remove the line that includes a file which cannot be read, or which leads back to its own file."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Include, Manifest


class _Places:
    """The includes of each manifest by where they are: one may have thousands that lead nowhere."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Manifest, dict[Span, Include]]] = {}

    def at(self, span: Span, manifest: Manifest) -> Include | None:
        """The include with this span, the first of several."""
        known = self._known.get(manifest.path)
        if known is None or known[0] is not manifest:
            by_span = {include.span: include for include in reversed(manifest.includes)}
            known = self._known[manifest.path] = (manifest, by_span)
        return known[1].get(span)


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for an include that has its line of a requirements file to itself."""
    manifest = editable_manifest(finding, facts)
    if manifest is None or manifest.format != "requirements.txt":
        return
    include = facts.remembered.of(_Places).at(finding.span, manifest)
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


OFFER = Offer("remove-include", frozenset({"unreadable-include", "include-cycle"}), offer, __doc__ or "")
