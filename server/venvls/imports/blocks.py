"""The blocks that a place of a Python text is in: ``if``, ``try``, ``def``… found by indentation, also in code that does not parse."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from venvls.model.imports import Block, Header
from venvls.model.limits import TooManyError
from venvls.model.record import NamedTuple

_KEYWORD = r"(?:async[ \t]+)?(if|elif|else|try|except|finally|for|while|with|def|class|match|case)\b"
_HEADER = re.compile(rf"^([ \t]*){_KEYWORD}(?![ \t]*[=.,)\]])", re.MULTILINE)
_INLINE = re.compile(rf"[ \t]*{_KEYWORD}")
_FOLLOWING = re.compile(r"^([ \t]*)(except|else|finally|def|class|async|if|for|while|with|try|return|import|from|@)(?![\w])", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*")
_INDENT = re.compile(r"[ \t\f]*")
_MARK = re.compile(r"[()\[\]{}:]")
_PARTNERS = {"elif": ("if", "elif"), "else": ("if", "elif", "for", "while", "try", "except"), "except": ("try", "except"), "finally": ()}
_BEGINNINGS = frozenset({"if", "for", "while", "try"})
_LONGEST = 1_000
_LETTERS, _LETTERS_OF_TEXT = 200, 8
"""What is searched for a line, or taken for a condition and parsed, counts as one look more for so many characters."""
_MOST_BRANCHES = 30
_DEEPEST = 50
"""Blocks in blocks. Python itself takes no more than a hundred indentations, and people write a dozen."""
_MOST_LOOKS = 150_000
"""First lines of blocks that are looked at for one file, and what that takes more for long ones: half a second. A file of five million
characters that people wrote takes a fifth of it."""
_UNKNOWN = Header("if", "")
"""For branches that are too many to be looked at: whether they run is not known."""


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
        self._above: list[int] = []
        self._before: list[int] = []
        self._open: list[int] = []
        self._blocks: dict[int, Block] = {}
        self._texts: dict[int, str] = {}
        self._read = 0
        self._looks = 0
        self._at = self._line = 0

    def around(self, start: int) -> tuple[Block, ...]:
        """What a statement at ``start`` is in, the innermost first."""
        line = self._line_of(start)
        if line == start:
            return ()
        column = self._column_of(line)
        blocks: list[Block] = []
        inline = _INLINE.match(self._source, line, start)
        if inline is not None and (colon := self._source.rfind(":", inline.end(), start)) >= 0:
            blocks.append(self._inline(_Place(line, inline.end(), column, inline[1]), colon))
        if inline is not None:
            self._look((start - inline.end()) // _LETTERS)
        number = self._last(line)
        while column and number >= 0:
            if self._headers[number].column < column:
                blocks.append(self._known(number))
                column = self._headers[number].column
            number = self._above[number]
        return tuple(blocks)

    def _inline(self, place: _Place, colon: int) -> Block:
        """The block of a header in whose line the statement is."""
        if colon - place.end > _LONGEST:
            return Block(_UNKNOWN)
        self._look((colon - place.end) // _LETTERS_OF_TEXT)
        return self._block(place, self._source[place.end : colon].strip())

    def _line_of(self, start: int) -> int:
        """Where the line of a place begins. The places come one after the other: what is before the last one is not searched again."""
        if start < self._at:
            self._at = self._line = 0
        end = max(self._source.rfind("\n", self._at, start), self._source.rfind("\r", self._at, start))
        self._at, self._line = start, end + 1 if end >= 0 else self._line
        return self._line

    def _column_of(self, line: int) -> int:
        """The column in which a line's code begins."""
        indent = _INDENT.match(self._source, line)
        return _column(indent[0]) if indent is not None else 0

    def _look(self, count: int) -> None:
        self._looks += count
        if self._looks > _MOST_LOOKS:
            raise TooManyError(f"more than {_MOST_LOOKS:,} blocks to be looked at")

    def _last(self, line: int) -> int:
        """The number of the last header above a line, -1 for none; headers are read as far as that is needed."""
        if self._read < line:
            for match in _HEADER.finditer(self._source, self._read, line):
                if not self._is_no_code(match.start()):
                    self._add(_Place(match.start(), match.end(), _column(match[1]), match[2]))
            self._read = line
        return bisect_right(self._headers, line, key=lambda place: place.start) - 1

    def _add(self, place: _Place) -> None:
        """One header more, with the nearest one above it that is further left, and the nearest that is not further right."""
        self._look(1)
        open_headers = self._open
        while open_headers and self._headers[open_headers[-1]].column > place.column:
            open_headers.pop()
        self._before.append(open_headers[-1] if open_headers else -1)
        if open_headers and self._headers[open_headers[-1]].column == place.column:
            open_headers.pop()
        self._above.append(open_headers[-1] if open_headers else -1)
        open_headers.append(len(self._headers))
        if len(open_headers) > _DEEPEST:
            raise TooManyError(f"blocks that are more than {_DEEPEST} deep")
        self._headers.append(place)

    def _known(self, number: int) -> Block:
        """The block of a header, put together once."""
        if number not in self._blocks:
            place = self._headers[number]
            above: list[Header] = []
            wanted = _PARTNERS.get(place.keyword, ())
            other = self._before[number]
            while wanted and other >= 0 and self._headers[other].column == place.column and self._headers[other].keyword in wanted:
                if len(above) == _MOST_BRANCHES:
                    above.append(_UNKNOWN)
                    break
                above.append(Header(self._headers[other].keyword, self._text_of(other)))
                if self._headers[other].keyword in _BEGINNINGS:
                    break
                other = self._before[other]
            self._blocks[number] = self._block(place, self._text_of(number), tuple(above))
        return self._blocks[number]

    def _text_of(self, number: int) -> str:
        """The text of a header, looked for once: each branch has those before it."""
        if number not in self._texts:
            self._texts[number] = self._text(self._headers[number])
        return self._texts[number]

    def _block(self, place: _Place, text: str, above: tuple[Header, ...] = ()) -> Block:
        return Block(Header(place.keyword, text), above, tuple(self._handlers(place)) if place.keyword == "try" else ())

    def _handlers(self, place: _Place) -> Iterable[Header]:
        """The ``except`` of the ``try`` at ``place``."""
        before = place.end
        for match in _FOLLOWING.finditer(self._source, self._source.find("\n", place.end) + 1 or len(self._source)):
            self._look(1 + (match.start() - before) // _LETTERS)
            before = match.start()
            column = _column(match[1])
            if column > place.column:
                continue
            if column < place.column or match[2] not in ("except", "else", "finally"):
                return
            if match[2] == "except":
                yield Header("except", self._text(_Place(match.start(), match.end(), column, "except")))
        self._look((len(self._source) - before) // _LETTERS)

    def _text(self, place: _Place) -> str:
        """What is written after the keyword, up to the colon that ends a line."""
        text = self._source[place.end : place.end + _LONGEST]
        depth = 0
        for mark in _MARK.finditer(text):
            letter = mark[0]
            if letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
            elif depth <= 0:
                self._look(mark.start() // _LETTERS_OF_TEXT)
                return _COMMENT.sub("", text[: mark.start()]).strip()
        self._look(len(text) // _LETTERS_OF_TEXT)
        return _COMMENT.sub("", text.partition("\n")[0]).strip()

    def _is_no_code(self, start: int) -> bool:
        index = bisect_right(self.no_code, (start, len(self._source) + 1)) - 1
        return index >= 0 and self.no_code[index][0] < start < self.no_code[index][1]


def _column(before: str) -> int:
    spaces = before[: len(before) - len(before.lstrip(" \t\f"))]
    return len(spaces.expandtabs()) if "\t" in spaces else len(spaces)
