"""Sentence parts that several rules share, and where a finding about a whole project is shown."""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.requirement import ParsedRequirement
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def listed(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    names = list(parts)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def core_span(parsed: ParsedRequirement) -> Span | None:
    """The requirement without its marker and options: name, extras, and specifier or URL."""
    if parsed.url_span is None and parsed.name_span is not None and parsed.extras_span is None:
        last = parsed.specifier_span or parsed.name_span
        if last.start >= parsed.name_span.start:
            return Span(parsed.name_span.start, last.end)  # nearly every one
    spans = [span for span in (parsed.name_span, parsed.extras_span, parsed.specifier_span, parsed.url_span) if span is not None]
    if len(spans) < 2:
        return spans[0] if spans else None
    starts, ends = zip(*spans, strict=True)
    return Span(min(starts), max(ends))


def about_project(code: str, message: str, facts: Facts, data: Mapping[str, Any] | None = None) -> Iterable[Finding]:
    """A finding about the project as a whole, on the first statement of its main manifest; none where it has no manifest."""
    for path in facts.project.manifests[:1]:
        yield Finding(code=code, message=message, path=path, span=first_statement(facts, path), data=data or {})


def first_statement(facts: Facts, path: str) -> Span:
    """Where a remark about a whole manifest is shown."""
    manifest = facts.manifests.get(path)
    if manifest is None:
        return Span(0, 0)
    # A file that is corrected to be read may be longer in its corrected form.
    end = len(manifest.text.source)
    return Span(min(manifest.first_statement.start, end), min(manifest.first_statement.end, end))


def hidden(message: str, substitute: str, path: str, facts: Facts) -> str:
    """``message``, or ``substitute`` where the file is outside the workspace: nothing of its content may be shown (T13)."""
    return substitute if path in facts.outside else message
