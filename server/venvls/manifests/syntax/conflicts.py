"""A text in which git left a merge conflict → the text of one side, every character at its place; the same in every format.

The upper side is read, because the marks may be in the midst of a list, a table or a call, whose brackets have to fit. What is in a
conflict counts as nothing that the file says: which side stays, somebody has yet to decide.
"""

from __future__ import annotations

from bisect import bisect_right

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.manifest import Manifest, Problem
from venvls.model.patterns import re
from venvls.model.record import NamedTuple, replace
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BEGIN, _BASE, _OTHER, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
_MARK = r"(?m)^(?:(<{7}|\|{7}|>{7})(?:[ \t][^\r\n]*)?|(={7}))(?=\r?$)"
_MESSAGE = "A merge conflict begins here: decide what stays, and delete the marks."


class Conflict(NamedTuple):
    """Where a conflict is, with its marks, and the line that begins it; a mark alone where the others are gone already."""

    span: Span
    mark: Span


class OneSide(NamedTuple):
    """The text of the upper side of each conflict, the rest of it as comments of the same length, and the conflicts."""

    text: str
    conflicts: tuple[Conflict, ...]


def one_side(source: str) -> OneSide | None:
    """One side of a text with marks of a merge conflict; ``None`` for a text without any."""
    conflicts: list[Conflict] = []
    hidden: list[Span] = []
    opened: list[tuple[str, Span]] = []
    for match in re.finditer(_MARK, source):
        kind, mark = match[1] or match[2], Span(*match.span())
        if kind == _BEGIN or (opened and kind in (_BASE, _OTHER)):
            if kind == _BEGIN:
                conflicts += _without_end(opened, hidden)
                opened = []
            opened.append((kind, mark))
        elif kind == _END and opened:
            below = next((mark for kind, mark in opened if kind != _BEGIN), mark)
            hidden += [opened[0][1], Span(below.start, mark.end)]
            conflicts.append(Conflict(Span(opened[0][1].start, mark.end), opened[0][1]))
            opened = []
        elif kind == _END:
            # A line of signs alone is a heading of some text, this is none.
            hidden.append(mark)
            conflicts.append(Conflict(mark, mark))
    conflicts += _without_end(opened, hidden)
    if not conflicts:
        return None
    parts, offset = [], 0
    for span in hidden:
        parts += [source[offset : span.start], re.sub(r"(?m)^[^\r\n][^\r\n]*", _as_comment, source[span.start : span.end])]
        offset = span.end
    return OneSide("".join([*parts, source[offset:]]), tuple(conflicts))


def read_one_side(text: Text, side: OneSide, read: Callable[[Text], Manifest]) -> Manifest:
    """What ``read`` gives for a text with conflicts, without all that is inside of them."""
    manifest = read(Text(side.text))
    python = manifest.requires_python
    return replace(
        manifest,
        text=text,
        complete=False,
        requirements=tuple(_outside(manifest.requirements, side.conflicts)),
        requires_python=python if python is not None and [*_outside([python], side.conflicts)] else None,
        problems=tuple(
            sorted(
                [
                    *[Problem("invalid-manifest", _MESSAGE, conflict.mark) for conflict in side.conflicts],
                    *_outside(manifest.problems, side.conflicts),
                ],
                key=lambda problem: problem.span,
            )
        ),
        includes=tuple(_outside(manifest.includes, side.conflicts)),
        options=tuple(_outside(manifest.options, side.conflicts)),
    )


def _without_end(opened: list[tuple[str, Span]], hidden: list[Span]) -> list[Conflict]:
    """What begins a conflict whose end is gone: its marks alone are no text."""
    hidden += [mark for _, mark in opened]
    return [Conflict(mark, mark) for _, mark in opened[:1]]


def _as_comment(line: re.Match[str]) -> str:
    return "#" + " " * (len(line[0]) - 1)


def _outside(things: Iterable[Any], conflicts: tuple[Conflict, ...]) -> list[Any]:
    """Those of ``things`` that begin in no conflict."""
    starts = [conflict.span.start for conflict in conflicts]

    def is_outside(offset: int) -> bool:
        number = bisect_right(starts, offset)
        return not number or offset >= conflicts[number - 1].span.end

    return [thing for thing in things if is_outside(thing.span.start)]
