"""TOML text → its statements, where keys and values are, and which character of a string is where.

This looks at characters only: it knows strings, comments, brackets and line ends (TOML 1.0), not what a value means. It never fails,
so it also divides a half-typed file. Every character is looked at a bounded number of times.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\"\"\"|'''|[\"'\[\]{}\n]|#[^\n]*")
_LINE_STRING = {'"': re.compile(r"\\[^\n]|[\"\n]"), "'": re.compile(r"['\n]")}
_BLOCK_STRING = {'"': r"\\[\s\S]|\"{3,5}", "'": r"'{3,5}"}
_KEY_PART = re.compile(r"[ \t]*(?:([A-Za-z0-9_-]+)|(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'))[ \t]*")
_BARE_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*")
"""Nearly every dotted key: without quotes, without blanks around its dots."""
_PLAIN_STRING = re.compile(r"\"[^\"\\\n]+\"|'[^'\n]+'")
_PLAIN_END = re.compile(r"(?:\"[^\"\\\n]+\"|'[^'\n]+'|[A-Za-z0-9_.-]+)(?=\r?\n)")
"""Nearly every value of one line, with no comment behind it."""
_GAP = re.compile(r"(?:[\s\ufeff]+|#[^\n]*)*")
_ESCAPE = r"\r\n|\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\r?\n[ \t\r\n]*|.)|[\s\S]"
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_make = tuple.__new__
_MOST_PARTS = 100  # of a dotted key: the paths to its parts grow with the square
_CLOSER = {"[": "]", "{": "}"}


class KeyPart(NamedTuple):
    """One part of a dotted key: what it means, and its characters with their quotes."""

    name: str
    span: Span


class Statement(NamedTuple):
    """One statement: ``[table]``, ``[[array-table]]``, ``key = value``; or ``junk``, a line that is none of them.

    ``span`` goes from its first character to the end of its value or bracket, without a comment; ``line_end`` is where its last line
    ends, before the line break. ``closed`` is false where a string or bracket is still open.
    """

    kind: Literal["table", "array-table", "pair", "junk"]
    span: Span
    line_end: int
    key: tuple[KeyPart, ...] = ()
    value: Span | None = None
    closed: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The key's parts."""
        return tuple(part.name for part in self.key)


class Characters(NamedTuple):
    """A string's meaning and its characters in the file. ``inner`` is what is between the quotes (a first line break is not a part).

    ``starts`` says for each character of ``value``, and its end, where it is written; ``ends`` where each one's writing ends. Both
    are ``None`` where the characters simply follow each other.
    """

    value: str
    inner: Span
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def locate(self, relative: Span) -> Span:
        """Where a stretch of ``value`` is written, whole escapes included."""
        last = len(self.value)
        start, end = min(relative.start, last), min(relative.end, last)
        if self.starts is None or self.ends is None:
            return Span(start, max(start, end)).shifted(self.inner.start)
        return Span(self.starts[start], self.ends[end - 1] if end > start else self.starts[start])


def statements(source: str, start: int = 0) -> Iterator[Statement]:
    """The statements from ``start`` on, in order."""
    offset = start
    while True:
        offset = gap_end(source, offset)
        if offset >= len(source):
            return
        statement = _header(source, offset) if source[offset] == "[" else _pair(source, offset)
        yield statement
        offset = statement.line_end


def gap_end(source: str, offset: int) -> int:
    """Where blanks, line breaks and comments from ``offset`` on end."""
    match = _GAP.match(source, offset)
    return match.end() if match else offset


def read_key(source: str, offset: int) -> tuple[tuple[KeyPart, ...], int]:
    """The dotted key that begins at ``offset`` and where it ends, blanks included; no parts where there is none."""
    if (bare := _BARE_KEY.match(source, offset)) is not None and source[bare.end() : bare.end() + 1] != ".":
        written = bare[1]
        if "." not in written:
            return (_make(KeyPart, (written, _make(Span, bare.span(1)))),), bare.end()
        names = written.split(".")
        if len(names) <= _MOST_PARTS:
            # Without the classes' own calls: a file of tables is headers of several parts, one for each package.
            named, start = [], bare.start(1)
            for name in names:
                end = start + len(name)
                named.append(_make(KeyPart, (name, _make(Span, (start, end)))))
                start = end + 1
            return tuple(named), bare.end()
    parts: list[KeyPart] = []
    while len(parts) < _MOST_PARTS and (match := _KEY_PART.match(source, offset)):
        group = 1 if match[1] is not None else 2
        name = match[1] if group == 1 else read_string(source, Span(*match.span(2))).value
        parts.append(KeyPart(name, Span(*match.span(group))))
        if source[match.end() : match.end() + 1] != ".":
            return tuple(parts), match.end()
        offset = match.end() + 1
    return (), offset


def string_end(source: str, start: int) -> tuple[int, bool]:
    """Where the string whose quote is at ``start`` ends, and whether it is closed. An open one ends with its line or the text."""
    if (plain := _PLAIN_STRING.match(source, start)) is not None:
        return plain.end(), True
    quote = source[start]
    block = source.startswith(quote * 3, start)
    ends = re.compile(_BLOCK_STRING[quote]) if block else _LINE_STRING[quote]
    offset = start + (3 if block else 1)
    while match := ends.search(source, offset):
        if match[0][0] == quote:
            return match.end(), True
        if match[0] == "\n":
            return match.start(), False
        offset = match.end()
    return len(source), False


def read_string(source: str, span: Span) -> Characters:
    """The string written at ``span``, quotes included. Escapes that are none stand for themselves."""
    quote = source[span.start]
    block = span.end - span.start >= 6 and source.startswith(quote * 3, span.start)
    start, end = (span.start + 3, span.end - 3) if block else (span.start + 1, span.end - 1)
    if block:
        start += 2 if source.startswith("\r\n", start) else source.startswith("\n", start)
    inner = Span(start, max(start, end))
    raw = source[start:end]
    if "\r" not in raw and (quote == "'" or "\\" not in raw):
        return Characters(raw, inner)
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    offset, escape = start, re.compile(_ESCAPE)
    while offset < end:
        match = escape.match(source, offset, end) if source[offset] == "\r" or (quote == '"' and source[offset] == "\\") else None
        letter = _meaning(match[0]) if match else source[offset]
        after = match.end() if match else offset + 1
        if letter:
            letters.append(letter)
            starts.append(offset)
            ends.append(after)
        offset = after
    starts.append(inner.end)
    return Characters("".join(letters), inner, tuple(starts), tuple(ends))


def flat_items(source: str, span: Span) -> list[Span] | None:
    """The elements of a list of nothing but strings, quotes included; ``None`` where ``span`` holds anything else.

    Such lists are nearly all that is needed, and need no library.
    """
    if source[span.start] != "[":
        return None
    items: list[Span] = []
    offset = gap_end(source, span.start + 1)
    while offset < span.end and source[offset] in "\"'":
        end, closed = string_end(source, offset)
        if not closed:
            return None
        items.append(Span(offset, end))
        offset = gap_end(source, end)
        if source[offset : offset + 1] == ",":
            offset = gap_end(source, offset + 1)
        elif source[offset : offset + 1] != "]":
            return None
    return items if source[offset : offset + 1] == "]" and offset + 1 == span.end else None


def cuts(source: str, start: int, limit: int) -> list[tuple[int, str]]:
    """Places up to ``limit`` where the value that begins at ``start`` could be closed, and the brackets that would close it.

    A place is after the first opening bracket, a closed string or a closed bracket. Only the last few are kept.
    """
    cut_places: list[tuple[int, str]] = []
    closers: list[str] = []
    offset = start
    while match := _TOKEN.search(source, offset):
        token, offset = match[0], match.end()
        if offset > limit:
            break
        if token[0] in "\"'":
            offset, closed = string_end(source, match.start())
            if not closed or offset > limit:
                continue
        elif token in _CLOSER:
            closers.append(_CLOSER[token])
            if len(closers) > 1:
                continue
        elif closers and token == closers[-1]:
            closers.pop()
        else:
            continue
        if 0 < len(closers) <= 20:
            cut_places.append((offset, "".join(reversed(closers))))
            del cut_places[:-4]
    return cut_places


def innermost(source: str, start: int, limit: int) -> int | None:
    """The bracket inside the value that begins at ``start`` which is still open at ``limit``; not the value's own."""
    opened: list[int] = []
    offset = start
    while (match := _TOKEN.search(source, offset)) and match.start() < limit:
        offset = match.end()
        if match[0][0] in "\"'":
            offset = string_end(source, match.start())[0]
        elif match[0] in _CLOSER:
            opened.append(match.start())
        elif match[0] in "]}" and opened:
            opened.pop()
    return opened[-1] if len(opened) > 1 else None


def _header(source: str, start: int) -> Statement:
    """The ``[table]`` line at ``start``."""
    double = source.startswith("[[", start)
    line_end = _line_end(source, start)
    key, offset = read_key(source, start + (2 if double else 1))
    bracket = "]]" if double else "]"
    closed = bool(key) and source.startswith(bracket, offset)
    end = offset + len(bracket) if closed else start + len(source[start:line_end].rstrip())
    return Statement("array-table" if double else "table", Span(start, end), line_end, key, closed=closed)


def _pair(source: str, start: int) -> Statement:
    """The ``key = value`` at ``start``, or the line of junk."""
    key, offset = read_key(source, start)
    if not key or source[offset : offset + 1] != "=":
        line_end = _line_end(source, start)
        return Statement("junk", Span(start, start + len(source[start:line_end].rstrip())), line_end, key, closed=False)
    offset += 1
    while source[offset : offset + 1] in (" ", "\t"):
        offset += 1
    value_end, line_end, closed = _value_end(source, offset)
    return Statement("pair", Span(start, value_end), line_end, key, Span(offset, value_end), closed)


def _value_end(source: str, start: int) -> tuple[int, int, bool]:
    """Where the value at ``start`` ends, where its line ends, and whether all its strings and brackets are closed."""
    if (plain := _PLAIN_END.match(source, start)) is not None:
        return plain.end(), plain.end(), True
    depth, offset, closed = 0, start, True
    content: int | None = None
    stop = len(source)
    while match := _TOKEN.search(source, offset):
        mark, offset = match[0], match.end()
        if mark == "\n":
            if depth <= 0:
                stop = match.start()
                break
        elif mark[0] == "#":
            if depth <= 0 and content is None:
                content = match.start()
        elif mark[0] in "\"'":
            offset, whole = string_end(source, match.start())
            closed = closed and whole
        else:
            depth += 1 if mark in _CLOSER else -1
    line_end = stop - 1 if stop > start and source[stop - 1 : stop] == "\r" else stop
    end = line_end if content is None else content
    while end > start and source[end - 1] in " \t\r\n":
        end -= 1
    return end, line_end, closed and depth <= 0


def _line_end(source: str, offset: int) -> int:
    """Where the line of ``offset`` ends, before its line break."""
    end = source.find("\n", offset)
    end = len(source) if end < 0 else end
    return end - 1 if end > offset and source[end - 1] == "\r" else end


def _meaning(written: str) -> str:
    """The character that an escape stands for; nothing for a line break that is to be passed over."""
    if written == "\r\n":
        return "\n"
    if len(written) > 2 and written[1] in "uUx":
        code = int(written[2:], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    if "\n" in written:
        return ""
    if len(written) == 2 and written[0] == "\\":
        return _SIMPLE.get(written[1], written[1])
    return written
