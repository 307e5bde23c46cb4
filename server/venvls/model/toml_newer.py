"""TOML 1.1 as TOML 1.0: the same values for any Python's parser, and where a text first says what only 1.1 allows.

What 1.1 adds (toml.io, changelog of 1.1.0): line breaks, comments and a last comma in inline tables, the escapes ``\\e`` and ``\\xHH``,
times without seconds. The parser of Python 3.15 reads it, those before refuse it. Braces that are never closed stay what they are in
1.0, where they end with their line: what follows them while somebody types is no part of them.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span, nth_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^\\]|\\[\s\S])*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|"""|\'\'\'|"(?:[^"\\\n]|\\[^\n])*"|\'[^\'\n]*\'|"[^\n]*|\'[^\n]*'
    r"|\r?\n|[\[\]{},]|(?<![\w:.+-])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ])?[0-9]{2}:[0-9]{2}(?![0-9:.])"
)
_NOTHING = re.compile(r"(?:\s|#[^\n]*)*")
_HEADER = re.compile(r"[ \t]*\[")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[\s\S])")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_REFUSED = "\0"
"""What no parser accepts anywhere."""
_OPEN_STRINGS = ('"""', "'''")
_KEY_WITHOUT_VALUE = "Expected '='"
_LINES, _COMMA = "A table in braces over several lines", "A comma before a closing brace"
_ESCAPES, _TIMES = "This escape", "A time without seconds"


class Edit(NamedTuple):
    """``new`` in the place of ``span``; ``what`` it is that only TOML 1.1 allows there, and ``shown`` where a person sees it."""

    span: Span
    new: str
    what: str = ""
    shown: Span = Span(0, 0)


class Older(NamedTuple):
    """A text as TOML 1.0, and how it was made one."""

    source: str
    text: str
    edits: tuple[Edit, ...]

    @property
    def first(self) -> Edit | None:
        """The first place of what only TOML 1.1 allows."""
        return min((edit for edit in self.edits if edit.what), key=lambda edit: edit.shown, default=None)

    def placed(self, reason: str) -> str:
        """A parser's sentence about this text, with the line and column of the source."""
        place = _PLACE.search(reason)
        if place is None:
            return reason
        offset = self._offset(nth_line(self.text, int(place[1])) + int(place[2]) - 1)
        if reason.startswith(_KEY_WITHOUT_VALUE):
            # The key is what is unfinished, not what comes lines after it.
            offset = len(self.source[:offset].rstrip())
        line = self.source.count("\n", 0, offset) + 1
        column = offset - self.source.rfind("\n", 0, offset)
        return f"{reason[: place.start()]}(at line {line}, column {column})"

    def _offset(self, offset: int) -> int:
        """The place in the source of a place in the text."""
        moved = 0
        for edit in self.edits:
            start = edit.span.start + moved
            if offset < start:
                break
            if offset < start + len(edit.new):
                return edit.span.start
            moved += len(edit.new) - (edit.span.end - edit.span.start)
        return offset - moved


class _Open:
    """A bracket that is still open, and what is to be changed directly in it once it is closed."""

    __slots__ = ("comma", "edits", "place", "sign")

    def __init__(self, sign: str, place: int) -> None:
        self.sign, self.place = sign, place
        self.comma: int | None = None
        self.edits: list[Edit] = []


def as_older(source: str) -> Older | None:
    """``source`` as TOML 1.0; ``None`` where nothing is to be changed."""
    edits = sorted(_edits(source))
    if not edits:
        return None
    pieces: list[str] = []
    offset = 0
    for edit in edits:
        pieces += (source[offset : edit.span.start], edit.new)
        offset = edit.span.end
    return Older(source, "".join([*pieces, source[offset:]]), tuple(edits))


def _edits(source: str) -> Iterator[Edit]:
    stack: list[_Open] = []
    for match in _TOKEN.finditer(source):
        sign, start, end = match[0], match.start(), match.end()
        top = stack[-1] if stack else None
        if sign in _OPEN_STRINGS:
            break
        if sign in ("[", "{"):
            stack.append(_Open(sign, start))
        elif sign in ("]", "}"):
            if top is not None and top.sign + sign in ("[]", "{}"):
                if sign == "}" and top.comma is not None and _is_last(source, top.place + 1, top.comma, start):
                    top.edits.append(Edit(Span(top.comma, top.comma + 1), " ", _COMMA, Span(top.comma, top.comma + 1)))
                yield from top.edits
                stack.pop()
            else:
                yield from _given_up(stack)
        elif sign == ",":
            if top is not None:
                top.comma = start
        elif sign in ("\n", "\r\n"):
            if top is not None and top.sign == "{":
                top.edits.append(Edit(Span(start, end), " " * len(sign), _LINES, Span(top.place, top.place + 1)))
                if _HEADER.match(source, end):
                    yield from _given_up(stack)
        elif sign[0] == "#":
            if top is not None and top.sign == "{":
                top.edits.append(Edit(Span(start, end), " " * len(sign), _LINES, Span(top.place, top.place + 1)))
        elif sign[0] == '"':
            yield from _escapes(sign, start)
        elif sign[0] != "'":
            yield Edit(Span(end, end), ":00", _TIMES, Span(start, end))
    yield from _given_up(stack)


def _given_up(stack: list[_Open]) -> Iterator[Edit]:
    """All that is open is never closed."""
    for bracket in stack:
        if bracket.edits:
            # Every parser stops there, as one of TOML 1.0 does.
            start = bracket.edits[0].span.start
            yield Edit(Span(start, start), _REFUSED)
    stack.clear()


def _is_last(source: str, start: int, comma: int, end: int) -> bool:
    """Whether a comma is followed by nothing up to the end of its braces, and what it follows is something."""
    before, after = _NOTHING.match(source, start), _NOTHING.match(source, comma + 1)
    return before is not None and before.end() < comma and after is not None and after.end() == end


def _escapes(string: str, offset: int) -> Iterator[Edit]:
    if "\\e" not in string and "\\x" not in string:
        return
    for match in _ESCAPE.finditer(string):
        start, end = match.start() + offset, match.end() + offset
        if match[0] == "\\e":
            yield Edit(Span(start, end), "\\u001b", _ESCAPES, Span(start, end))
        elif len(match[0]) == 4:
            yield Edit(Span(start, end), f"\\u00{match[0][2:]}", _ESCAPES, Span(start, end))
        elif match[0] == "\\x":
            # Incomplete: refused by all in the same words.
            yield Edit(Span(start, end), "\\z")
