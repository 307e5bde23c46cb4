"""A requirement: one PEP 508 line of a manifest, taken apart, and where it is.

Two halves on purpose. :class:`ParsedRequirement` is what the characters mean; it knows no place, so one object serves every
occurrence of the same text and every verdict about it can be remembered. :class:`Requirement` is that text at a place. A file has
many (``requirement_list``).
"""

from __future__ import annotations

from venvls.model.hints import Literal
from venvls.model.record import NamedTuple
from venvls.model.text import Span

ScopeKind = Literal["main", "group", "extra", "build", "constraint"]


class Scope(NamedTuple):
    """When a requirement counts: always (main), with a group or extra of this name, or only as a bound (constraint)."""

    kind: ScopeKind
    name: str | None = None


MAIN = Scope("main")
BUILD = Scope("build")
CONSTRAINT = Scope("constraint")


class ParsedRequirement(NamedTuple):
    """What one requirement's text says. Every span is relative to the text's first character.

    ``name`` is as written and ``key`` is its PEP 503 form; both are ``None`` for a bare URL or path that does not name its project.
    ``specifier`` and ``marker`` stay text: who needs their meaning asks ``packaging`` then, and not before. ``url`` is the direct
    reference as written (a URL, or a local path); ``editable`` that it is to be installed with ``-e``. ``error`` says why the text is
    no requirement. ``label`` says that the name is only what the file calls it: what ``url`` names may have another.
    """

    text: str
    name: str | None = None
    key: str | None = None
    extras: tuple[str, ...] = ()
    specifier: str = ""
    url: str | None = None
    marker: str | None = None
    editable: bool = False
    name_span: Span | None = None
    extras_span: Span | None = None
    specifier_span: Span | None = None
    url_span: Span | None = None
    marker_span: Span | None = None
    error: str | None = None
    error_span: Span | None = None
    label: bool = False


class Requirement(NamedTuple):
    """A parsed requirement at its place in a manifest.

    ``span`` covers the requirement's own characters; ``statement`` the whole line or list element with its options, quotes and
    comma, which is what removing it removes. ``offsets`` maps the characters of ``parsed.text`` (and its end) to the manifest where
    they do not simply follow each other: escapes in a TOML string, continuation lines.
    ``hashes`` are pip's ``--hash`` values; ``options`` other per-requirement options as written.
    """

    parsed: ParsedRequirement
    span: Span
    statement: Span
    scope: Scope = MAIN
    hashes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    offsets: tuple[int, ...] | None = None

    @property
    def place_of_name(self) -> Span:
        """Where its name is in the manifest; all of it where it has none."""
        named = self.parsed.name_span
        return self.span if named is None else self.locate(named)

    def locate(self, relative: Span) -> Span:
        """Where a stretch of ``parsed.text`` is in the manifest."""
        if self.offsets is None:
            return relative.shifted(self.span.start)
        last = len(self.offsets) - 1
        start = self.offsets[min(relative.start, last)]
        if relative.end <= relative.start:
            return Span(start, start)
        # The end is one past the last character, not the start of the next one: a line break may be between the two. The text's own
        # end is known, and the last character may be an escape of several.
        end = self.offsets[last] if relative.end >= last else self.offsets[relative.end - 1] + 1
        return Span(start, max(start, end))
