"""Requirements that are as ``name = …`` in a table (Poetry, Pipenv) → :class:`Requirement`, as PEP 508 says the same.

The text is made, so that its characters are not those of the file: each part of it (name, extras, versions, marker, URL) is mapped to
the stretch of the file that says it, and a remark about the versions is under the versions.
"""

from __future__ import annotations

from collections.abc import Sequence

from venvls.model.names import canonical
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.model.requirement import ParsedRequirement, Requirement, Scope
from venvls.model.text import Span


class Part(NamedTuple):
    """One part of a requirement: what PEP 508 calls it, and where the file says so."""

    text: str
    span: Span


class Stated(NamedTuple):
    """What one entry of a table states. ``span`` covers the entry, ``statement`` what removing it removes."""

    name: Part
    span: Span
    statement: Span
    extras: tuple[str, ...] = ()
    extras_span: Span | None = None
    specifier: Part | None = None
    url: Part | None = None
    marker: Part | None = None
    editable: bool = False
    error: str | None = None
    label: bool = False


_meaning = lru_cache(maxsize=16384)(ParsedRequirement)
"""The same object for the same words: what was compared of it is known when it is read again, as with lines."""


def keyed_requirement(stated: Stated, scope: Scope, options: tuple[str, ...] = ()) -> Requirement:
    """The entry as a requirement whose parts can be located in the file."""
    name = stated.name
    pieces: list[Part] = [name]
    offset = len(name.text)
    name_span = Span(0, offset)
    extras_span = specifier_span = url_span = marker_span = None

    def add(lead: str, part: Part) -> Span:
        nonlocal offset
        if lead:
            pieces.append(Part(lead, Span(part.span.start, part.span.start + 1)))
        start = offset + len(lead)
        pieces.append(part)
        offset = start + len(part.text)
        return Span(start, offset)

    if stated.extras:
        extras_span = add("", Part(f"[{','.join(stated.extras)}]", stated.extras_span or stated.span))
    if stated.url is not None:
        url_span = add(" @ ", stated.url)
    elif stated.specifier is not None and stated.specifier.text:
        specifier_span = add("", stated.specifier)
    if stated.marker is not None and stated.marker.text:
        marker_span = add(" ; " if stated.url is not None else "; ", stated.marker)
    text = "".join([piece.text for piece in pieces])
    # By place: tables of thousands are nothing else.
    parsed = _meaning(
        text,
        name.text,
        canonical(name.text),
        stated.extras,
        stated.specifier.text if specifier_span is not None and stated.specifier is not None else "",
        stated.url.text if stated.url is not None else None,
        stated.marker.text if marker_span is not None and stated.marker is not None else None,
        stated.editable,
        name_span,
        extras_span,
        specifier_span,
        url_span,
        marker_span,
        stated.error,
        Span(0, len(text)) if stated.error else None,
        stated.label,
    )
    return Requirement(parsed, stated.span, stated.statement, scope, options=options, offsets=_offsets(pieces))


def _offsets(pieces: Sequence[Part]) -> tuple[int, ...]:
    """For each character of the text a place in the file: a part's first and last are exact, those between are between."""
    offsets: list[int] = []
    for text, (start, end) in pieces:
        count, last = len(text), end - 1 if end > start else start
        exact = max(0, min(count - 1, last - start))
        offsets += range(start, start + exact)
        if count - exact < 2:
            offsets.append(last)
        else:
            offsets += [last] * (count - exact)
    offsets[-1] = max(offsets[-1], offsets[0])
    return (*offsets, max(offsets[-1], pieces[-1].span.end))
