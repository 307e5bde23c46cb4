"""Lines of an INI file as ``configparser`` reads them, with the place of every value: setup.cfg, tox.ini.

Comments are whole lines (``#`` or ``;``), nothing ends in the middle of a line; what is indented deeper than its option belongs to it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from venvls.model.manifest import Problem
from venvls.model.record import NamedTuple
from venvls.model.text import Span

MAX_CHARACTERS = 2_000_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_SECTION = r"\[(.+)\]"


class Chunk(NamedTuple):
    """A stretch of a value without blanks around it. ``statement`` is what goes when it goes; ``indent`` what is before it, where it
    has a line to itself."""

    text: str
    span: Span
    statement: Span
    indent: str = ""


class Value(NamedTuple):
    """One option: its section and name, what its lines say, and where. ``head_end`` is the end of its first line's content."""

    section: str
    key: str
    key_span: Span
    chunks: tuple[Chunk, ...]
    several_lines: bool
    statement: Span
    head_end: int

    @property
    def text(self) -> str:
        """The value as configparser gives it, without the blank lines."""
        return "\n".join(chunk.text for chunk in self.chunks)

    def split(self, separator: str) -> tuple[Chunk, ...]:
        """The lines, each parted at a separator as well. Taking one of several on a line out takes its separator too."""
        parts: list[Chunk] = []
        for chunk in self.chunks:
            pieces = chunk.text.split(separator)
            offset = chunk.span.start
            for number, piece in enumerate(pieces):
                text = piece.strip()
                start = offset + len(piece) - len(piece.lstrip()) if text else offset
                whole = Span(offset, offset + len(piece) + (number + 1 < len(pieces)))
                if number and number + 1 == len(pieces):
                    whole = Span(offset - 1, offset + len(piece))
                if text:
                    parts.append(Chunk(text, Span(start, start + len(text)), whole if len(pieces) > 1 else chunk.statement, chunk.indent))
                offset += len(piece) + 1
        return tuple(parts)


class Ini(NamedTuple):
    """A file's options in order, its sections with their places, and lines that are neither."""

    values: tuple[Value, ...]
    sections: tuple[tuple[str, Span], ...]
    problems: tuple[Problem, ...]


@lru_cache(maxsize=2)
def read(source: str) -> Ini:
    """Everything an INI file says. Never raises; of a file that is too large nothing. The last is kept: its environments ask again."""
    if len(source) > MAX_CHARACTERS:
        return Ini((), (), (Problem("invalid-manifest", "This file is too large to be read.", Span(0, 0)),))
    reading = _Reading(source)
    offset = 1 if source[:1] == "\ufeff" else 0
    while offset < len(source):
        match = _LINE.match(source, offset)
        end = match.end() if match else len(source)
        reading.line(offset, end)
        offset = end
    reading.close()
    return Ini(tuple(reading.values), tuple(reading.sections), tuple(reading.problems))


class _Reading:
    """Where the reading is: the section, the option that is open, and how far it is indented."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.values: list[Value] = []
        self.sections: list[tuple[str, Span]] = []
        self.problems: list[Problem] = []
        self._section: str | None = None
        self._open: tuple[str, Span, list[Chunk], int, int] | None = None
        self._lines = 0
        self._indent = 0

    def line(self, start: int, end: int) -> None:
        """Takes one physical line."""
        content = self.source[start:end].rstrip("\r\n")
        text = content.strip()
        if not text or text[0] in "#;":
            return
        lead = len(content) - len(content.lstrip())
        place = Span(start + lead, start + lead + len(text))
        if self._open is not None and lead > self._indent:
            self._open[2].append(Chunk(text, place, Span(start, end), content[:lead]))
            self._lines += 1
            return
        self._indent = lead
        header = re.match(_SECTION, text) if text[0] == "[" else None
        cut = min((offset for sign in "=:" if (offset := text.find(sign)) >= 0), default=-1)
        if header is None and (self._section is None or cut < 0 or not text[:cut].strip()):
            # The option before it goes on after it, as for Python's own reader.
            self.problems.append(Problem("invalid-manifest", "This line is neither a section nor `name = value`.", place))
            return
        self.close()
        if header is not None:
            self._section = header[1]
            self.sections.append((header[1], place))
            return
        key = text[:cut].rstrip()
        rest = text[cut + 1 :]
        value = rest.strip()
        begin = place.start + cut + 1 + len(rest) - len(rest.lstrip())
        span = Span(begin, begin + len(value))
        # Without its only value the option stays, empty.
        chunks = [Chunk(value, span, span)] if value else []
        self._open = (key, Span(place.start, place.start + len(key)), chunks, start, place.end)
        self._lines = 1

    def close(self) -> None:
        """Ends the option that is open."""
        if self._open is None or self._section is None:
            return
        key, key_span, chunks, start, head_end = self._open
        end = max([head_end, *(chunk.statement.end for chunk in chunks)])
        self.values.append(Value(self._section, key, key_span, tuple(chunks), self._lines > 1, Span(start, end), head_end))
        self._open = None
