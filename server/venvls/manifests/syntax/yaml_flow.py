"""Lists and tables of YAML in brackets and braces, on one line or on several (JSON is written so): the same lines as blocks give."""

from __future__ import annotations

import re

from venvls.manifests.syntax.yaml_line import Line
from venvls.manifests.syntax.yaml_scalars import quoted
from venvls.model.text import Span

_DEEPEST = 40
_PIECE = (
    r"([ \t]+)|(\r?\n)|([\[{])|([\]}])|(,)|(:)(?=[\s,\[\]{}]|(?<=[\"'].))|((?<=\s)#[^\n]*)"
    r"|('(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\")"
    r"|([&*!][^\s,\[\]{}]*)"
    r"|((?:[^\s\[\]{},#&*!|>'\"%@`?:-]|-(?=[^\s,\[\]{}]))(?:[^\s\[\]{},:?]|:(?=[^\s,\[\]{}])|[ \t]+(?=[^\s\[\]{},:#?]))*)"
)


class _Frame:
    """A bracket or brace that is open. ``key`` is the key whose value is awaited, ``opens`` that the next pair begins an element."""

    def __init__(self, closer: str, path: tuple[str, ...], *, opens: bool) -> None:
        self.closer = closer
        self.path = path
        self.opens = opens
        self.key: tuple[str, int] | None = None
        self.state = "start"  # then: "key" (its colon may follow), "value" (awaited), "after"


def read(source: str, start: int, end: int, path: tuple[str, ...], *, opens: bool) -> tuple[list[Line], int, bool] | None:
    """What is in the brackets at ``start``, where they end, and whether all was understood. ``None`` where they are not closed before
    ``end``, or are not YAML's.

    ``path`` are the keys above the list's elements or the table's keys; ``opens`` that a table is an element of a list.
    """
    given: list[Line] = []
    frames = [_Frame("]" if source[start] == "[" else "}", path, opens=opens)]
    pattern = re.compile(_PIECE, re.DOTALL)
    position = start + 1
    whole = True
    while frames:
        match = pattern.match(source, position, end)
        if match is None:
            return None
        position = match.end()
        kind = match.lastindex or 0
        if kind in (1, 2, 7):
            continue
        frame = frames[-1]
        if kind == 3:
            inner = _opened(frame, match, given)
            if inner is None or len(frames) > _DEEPEST:
                return None
            frames.append(inner)
        elif kind == 4:
            if match[4] != frame.closer:
                return None
            _ended(frame, match.start(), given)
            frames.pop()
        elif kind == 5:
            if frame.state == "start":
                return None
            _ended(frame, match.start(), given)
            frame.state = "start"
        elif kind == 6:
            if frame.state != "key":
                return None
            frame.state = "value"
        elif kind == 9 and match[9][0] != "*":
            whole = whole and match[9][0] == "&"
        elif not _text(frame, match, given):
            return None
        else:
            whole = whole and kind != 9
    return given, position, whole


def _opened(frame: _Frame, match: re.Match[str], given: list[Line]) -> _Frame | None:
    """A list or table inside another."""
    closer = "]" if match[3] == "[" else "}"
    if frame.closer == "]" and frame.state == "start":
        frame.state = "after"
        return _Frame(closer, (*frame.path, "") if closer == "]" else frame.path, opens=True)
    if frame.closer == "}" and frame.state == "value" and frame.key is not None:
        key, place = frame.key
        _pair(frame, key, place, "", Span(match.start(), match.start()), given)
        return _Frame(closer, (*frame.path, key), opens=False)
    return None


def _text(frame: _Frame, match: re.Match[str], given: list[Line]) -> bool:
    """One text: an element, a key or a value; false where none may stand, or where it is not understood."""
    whole = match[0]
    value: str | None
    if whole[0] == "*":
        value, span = "", Span(*match.span())  # an alias: what it stands for is not known
    elif whole[0] in "'\"":
        value, span = quoted(whole[1:-1], whole[0]), Span(match.start() + 1, match.end() - 1)
    else:
        value, span = whole, Span(*match.span())
    if value is None:
        return False
    if frame.state == "start" and frame.closer == "]":
        given.append(Line(frame.path, True, None, value, span, match.start(), False, True))
        frame.state = "after"
    elif frame.state == "start":
        frame.key, frame.state = (value, match.start()), "key"
    elif frame.state == "value" and frame.key is not None:
        _pair(frame, *frame.key, value, span, given)
    else:
        return False
    return True


def _pair(frame: _Frame, key: str, place: int, value: str, span: Span, given: list[Line]) -> None:
    given.append(Line(frame.path, frame.opens, key, value, span, place, False, True))
    frame.opens, frame.key, frame.state = False, None, "after"


def _ended(frame: _Frame, place: int, given: list[Line]) -> None:
    """A key without a value has none."""
    if frame.key is not None:
        _pair(frame, *frame.key, "", Span(place, place), given)
