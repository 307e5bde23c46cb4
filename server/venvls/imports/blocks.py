"""The blocks that a place of a Python text is in: ``if``, ``try``, ``def``… found by indentation, also in code that does not parse."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from venvls.model.imports import Block, Header
from venvls.model.record import NamedTuple

_KEYWORD = r"(?:async[ \t]+)?(if|elif|else|try|except|finally|for|while|with|def|class|match|case)\b"
_HEADER = re.compile(rf"^([ \t]*){_KEYWORD}(?![ \t]*[=.,)\]])", re.MULTILINE)
_INLINE = re.compile(rf"[ \t]*{_KEYWORD}")
_FOLLOWING = re.compile(r"^([ \t]*)(except|else|finally|def|class|async|if|for|while|with|try|return|import|from|@)(?![\w])", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
_PARTNERS = {"elif": ("if", "elif"), "else": ("if", "elif", "for", "while", "try", "except"), "except": ("try", "except"), "finally": ()}
_BEGINNINGS = frozenset({"if", "for", "while", "try"})
_LONGEST = 1_000


class _Place(NamedTuple):
    """A header where it is written; ``column`` counts tabs as Python does."""

    start: int
    end: int
    column: int
    keyword: str


class Blocks:
    """See the module. ``no_code`` are the strings and comments before the place that is asked about, which its owner fills in."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.no_code: list[tuple[int, int]] = []
        self._headers: list[_Place] = []
        self._read = 0

    def around(self, start: int) -> tuple[Block, ...]:
        """What a statement at ``start`` is in, the innermost first."""
        source = self._source
        line = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
        if line == start:
            return ()
        before = source[line:start]
        blocks: list[Block] = []
        column = _column(before)
        if before.strip() and (inline := _INLINE.match(before)) is not None and ":" in before:
            place = _Place(line, line + inline.end(), column, inline[1])
            blocks.append(self._block(place, before[inline.end() : before.rindex(":")].strip(), line))
        if not column:
            return tuple(blocks)
        limit = column
        for place in reversed(self._before(line)):
            if place.column < limit and not self._is_no_code(place.start):
                blocks.append(self._block(place, self._text(place), start))
                limit = place.column
                if not limit:
                    break
        return tuple(blocks)

    def _before(self, line: int) -> list[_Place]:
        """The headers above a line."""
        if self._read < line:
            for match in _HEADER.finditer(self._source, self._read, line):
                self._headers.append(_Place(match.start(), match.end(), _column(match[1]), match[2]))
            self._read = line
        last = bisect_right(self._headers, line, key=lambda place: place.start) if self._headers else 0
        return self._headers[:last]

    def _block(self, place: _Place, text: str, start: int) -> Block:
        above: list[Header] = []
        wanted = _PARTNERS.get(place.keyword, ())
        for other in reversed(self._before(place.start)) if wanted else ():
            if other.start >= place.start or other.column > place.column or self._is_no_code(other.start):
                continue
            if other.column < place.column or other.keyword not in wanted:
                break
            above.append(Header(other.keyword, self._text(other)))
            if other.keyword in _BEGINNINGS:
                break
        below = tuple(self._handlers(place, start)) if place.keyword == "try" else ()
        return Block(Header(place.keyword, text), tuple(above), below)

    def _handlers(self, place: _Place, start: int) -> Iterable[Header]:
        """The ``except`` of the ``try`` at ``place`` that an import at ``start`` is in."""
        for match in _FOLLOWING.finditer(self._source, self._source.find("\n", start) + 1 or len(self._source)):
            column = _column(match[1])
            if column > place.column:
                continue
            if column < place.column or match[2] not in ("except", "else", "finally"):
                return
            if match[2] == "except":
                yield Header("except", self._text(_Place(match.start(), match.end(), column, "except")))

    def _text(self, place: _Place) -> str:
        """What is written after the keyword, up to the colon that ends a line."""
        text = self._source[place.end : place.end + _LONGEST]
        depth = 0
        for index, letter in enumerate(text):
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
            elif letter == ":" and depth <= 0:
                return _COMMENT.sub("", text[:index]).strip()
        return _COMMENT.sub("", text.partition("\n")[0]).strip()

    def _is_no_code(self, start: int) -> bool:
        index = bisect_right(self.no_code, (start, len(self._source) + 1)) - 1
        return index >= 0 and self.no_code[index][0] < start < self.no_code[index][1]


def _column(before: str) -> int:
    spaces = before[: len(before) - len(before.lstrip(" \t\f"))]
    return len(spaces.expandtabs()) if "\t" in spaces else len(spaces)
