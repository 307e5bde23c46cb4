"""Text with the line index of the language server protocol, and spans into it.

Offsets inside the core are code points into the decoded text. Only the faces turn them into lines and
characters, in the unit they need. Lines end at ``\\n``, ``\\r\\n`` or a lone ``\\r`` and nowhere else
(LSP 3.17, "Text Documents"); Python's ``splitlines`` would split at form feeds and U+2028 as well.
"""

from __future__ import annotations

from bisect import bisect_right

from venvls.model.hints import Literal
from venvls.model.patterns import re
from venvls.model.record import NamedTuple

Units = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_NEAR = 16
"""Lines after a change in which the next one is likely to be."""


class Span(NamedTuple):
    """A half-open stretch of a text, in code points: ``text[start:end]``."""

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        """The same stretch, ``by`` code points further on."""
        return Span(self.start + by, self.end + by)


class Wrong(NamedTuple):
    """What is wrong with a text, as a sentence, and the characters it speaks of."""

    message: str
    start: int
    end: int


class Position(NamedTuple):
    """A place in a text: line and character, both from 0; the character's unit is the caller's choice."""

    line: int
    character: int


class Range(NamedTuple):
    """A half-open stretch between two positions."""

    start: Position
    end: Position


class Text:
    """A source text and its line index, built when it is first needed."""

    __slots__ = ("_index", "_measured", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        # In one field, since another thread may read it: the first starts, and where the others are: in which list, from where in it on,
        # and how far they have moved since. After a change most lines have only moved, and the next change is mostly near it.
        self._index: tuple[list[int], list[int], int, int] | None = None
        self._measured: tuple[int, Units, int, int] = (-1, "utf-16", 0, 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"Text({len(self.source)} characters)"

    @property
    def starts(self) -> list[int]:
        """The offset at which each line begins; the first is 0."""
        index = self._index
        if index is None:
            index = self._index = ([0, *(match.end() for match in _LINE_END.finditer(self.source))], [], 0, 0)
        elif len(index[1]) > index[2]:
            head, tail, first, by = index
            index = self._index = ([*head, *[start + by for start in tail[first:]]], [], 0, 0)
        return index[0]

    def rest(self) -> None:
        """Takes less room: where lines begin is looked for again when somebody wants it."""
        self._index = None

    def replaced(self, span: Span, written: str) -> Text:
        """The text with ``written`` in the place of ``span``; of its lines only those around that are looked for again."""
        text = Text(self.source[: span.start] + written + self.source[span.end :])
        if self._index is None:
            return text
        head, tail, tail_first, moved = self._index
        if bisect_right(head, span.end) + 1 >= len(head):
            head, tail, tail_first, moved = self.starts, [], 0, 0
        by = len(written) - (span.end - span.start)
        if self._is_in_a_line(span, written):
            behind = bisect_right(head, span.start)
            new = head[:behind]
        else:
            # One line more on each side: a carriage return and a line feed may have come together, or apart.
            first = max(0, bisect_right(head, span.start) - 2)
            behind = bisect_right(head, span.end) + 2
            end = len(text.source) if behind > len(head) else head[behind - 1] + by
            new = [*head[: first + 1], *[match.end() for match in _LINE_END.finditer(text.source, head[first], end)]]
        if tail:
            new += [start + by for start in head[behind:]]
            text._index = (new, tail, tail_first, moved + by)
        else:
            new += [start + by for start in head[behind : behind + _NEAR]]
            text._index = (new, head, behind + _NEAR, by)
        return text

    def _is_in_a_line(self, span: Span, written: str) -> bool:
        """Whether no line comes or goes where ``written`` takes the place of ``span``: almost every change is one."""
        removed = self.source[span.start : span.end]
        if "\n" in written or "\r" in written or "\n" in removed or "\r" in removed:
            return False
        return span.start == 0 or self.source[span.start - 1] != "\r"  # with which a line feed would be one line end

    def line(self, number: int) -> str:
        """Line ``number`` (from 0) without its line end."""
        starts = self.starts
        end = starts[number + 1] if number + 1 < len(starts) else len(self.source)
        return self.source[starts[number] : end].rstrip("\r\n")

    def position(self, offset: int, units: Units = "utf-16") -> Position:
        """Where ``offset`` is; an offset past the end is at the end."""
        source, starts = self.source, self.starts
        if not 0 <= offset <= len(source):
            offset = 0 if offset < 0 else len(source)
        line = bisect_right(starts, offset) - 1
        start = starts[line]
        return Position(line, offset - start if source.isascii() else self._width(start, offset, units))

    def _width(self, start: int, end: int, units: Units) -> int:
        if units == "utf-32" or self.source.isascii():
            return end - start
        # Places come mostly in order: of a long line only what is behind the last one is counted.
        known_start, known_units, known_end, known = self._measured
        if known_start != start or known_units != units or known_end > end:
            known_end, known = start, 0
        known += width(self.source[known_end:end], units)
        self._measured = (start, units, end, known)
        return known

    def offset(self, position: Position, units: Units = "utf-16") -> int:
        """The offset of ``position``; one past the line's or the text's end is taken as that end (LSP 3.17)."""
        starts = self._index[0] if self._index is not None and position.line + 1 < len(self._index[0]) else self.starts
        if position.line >= len(starts):
            return len(self.source)
        end = starts[position.line + 1] if position.line + 1 < len(starts) else len(self.source)
        content = self.source[starts[position.line] : end].rstrip("\r\n")
        if units == "utf-32" or content.isascii():
            return starts[position.line] + min(position.character, len(content))
        used = 0
        for index, character in enumerate(content):
            if used >= position.character:
                return starts[position.line] + index
            used += width(character, units)
        return starts[position.line] + len(content)

    def range(self, span: Span, units: Units = "utf-16") -> Range:
        """``span`` as two positions."""
        return Range(self.position(span.start, units), self.position(span.end, units))


def width(text: str, units: Units) -> int:
    """How many code units of ``units`` the text takes."""
    if units == "utf-32" or text.isascii():
        return len(text)
    if units == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def quoted(text: str) -> str:
    """``text`` in the quotes of our messages, its control characters escaped; for words that a file or a client sent."""
    return f"`{text if text.isprintable() else repr(text)[1:-1]}`"


def nth_line(text: str, number: int) -> int:
    """Where line ``number`` (from 1) begins, as parsers of TOML count: by line feeds."""
    offset = 0
    for _ in range(number - 1):
        offset = text.find("\n", offset) + 1
        if offset == 0:
            return len(text)
    return offset
