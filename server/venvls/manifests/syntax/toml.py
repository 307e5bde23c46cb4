"""TOML text → values and where each of them is. The one door to TOML for every format that is written in it.

:func:`read` gives the values at once (standard library). Spans are worked out when they are needed, one statement at a time: lists
of strings by their quotes alone, everything nested (inline tables, lists of lists) by a walk over its characters, which are known to be
TOML by then. The tests hold it to tomlkit, whose rendering of an item is exactly the characters it was read from.
"""

from __future__ import annotations

from bisect import bisect_right

from venvls.manifests.syntax.toml_mending import Reading, load
from venvls.manifests.syntax.toml_statements import (
    Characters,
    KeyPart,
    Statement,
    flat_items,
    gap_end,
    read_key,
    read_string,
    statements,
    string_end,
)
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.manifest import Problem
from venvls.model.patterns import re
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]


class TomlText:
    """A TOML text as read. ``value`` is what it says, as plain dicts and lists; ``problem`` is where it stops making sense, if it does;
    ``newer`` the first place that only TOML 1.1 allows.

    Paths are tuples of keys and list indices, as one would index ``value``. Offsets are those of ``source``, also where only a part
    of it parses. ``text`` is that part: the source with what was left out blanked.
    """

    __slots__ = ("_index", "_inside", "newer", "problem", "source", "text", "value")

    def __init__(self, source: str, reading: Reading) -> None:
        self.source = source
        self.value: dict[str, Any] = reading.value
        self.text = reading.text
        self.problem: Problem | None = reading.problem
        self.newer: Problem | None = reading.newer
        self._index: _Index | None = None
        self._inside: dict[int, dict[Path, Span]] = {}

    @property
    def complete(self) -> bool:
        """Whether all of it parses."""
        return self.problem is None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements in order."""
        return self._indexed().statements

    def get(self, path: Iterable[str | int]) -> Any:
        """The value at ``path``; ``None`` where there is none."""
        value: Any = self.value
        for part in path:
            if isinstance(value, list):
                known = isinstance(part, int) and 0 <= part < len(value)
            else:
                known = isinstance(value, dict) and part in value
            if not known:
                return None
            value = value[part]
        return value

    def span_of(self, path: Path) -> Span | None:
        """The characters of the value at ``path``; of a table, its header, or the first statement that makes it.

        Where a value's inside cannot be told apart, the span of the value around it.
        """
        index = self._indexed()
        pairs = index.pairs
        statement = pairs.get(path)
        if statement is not None and statement.value is not None:
            return self.clamped(statement.value)
        for length in range(len(path) - 1, 0, -1):
            statement = pairs.get(path[:length])
            if statement is not None and statement.value is not None:
                return self.clamped(self._within(statement, path[length:]))
        made = index.tables.get(path)
        return None if made is None else self.clamped(made.span)

    def element_spans(self, path: Path, count: int) -> list[Span]:
        """:meth:`span_of` of each of the first elements of the list at ``path``; nothing where no place of them is known."""
        statement = self._indexed().pairs.get(path)
        if statement is None or statement.value is None:
            return [self.span_of((*path, number)) or Span(0, 0) for number in range(count)]
        spans, whole = self._spans_within(statement), statement.value
        return [self.clamped(spans.get((number,), whole)) for number in range(count)]

    def key_span(self, path: Path) -> Span | None:
        """The characters of the last key of ``path`` where it first is, quotes included."""
        index = self._indexed()
        if path in index.keys:
            return index.keys[path]
        for length in range(len(path) - 1, 0, -1):
            statement = index.pairs.get(path[:length])
            if statement is not None:
                return self._spans_within(statement).get((*path[length:], _KEY))
        return None

    def table(self, path: Path) -> Statement | None:
        """The ``[header]`` (or ``[[header]]``) that opens the table at ``path``, if one does."""
        return self._indexed().headers.get(path)

    def pair(self, path: Path) -> Statement | None:
        """The ``key = value`` that sets the value at ``path``, if one does."""
        return self._indexed().pairs.get(path)

    def pairs(self) -> Iterable[tuple[Path, Statement]]:
        """Every ``key = value`` with the path it sets, in order."""
        return self._indexed().pairs.items()

    def body(self, path: Path) -> tuple[Statement, ...]:
        """The statements that follow the header of ``path`` up to the next header; those before any header for ``()``."""
        every = self.statements
        index = 0
        if path:
            header = self.table(path)
            if header is None:
                return ()
            index = bisect_right(self._indexed().starts, header.span.start)
        end = index
        while end < len(every) and every[end].kind not in _HEADERS:
            end += 1
        return every[index:end]

    def characters(self, path: Path) -> Characters | None:
        """The string at ``path`` with the place of each of its characters; ``None`` where no string is there."""
        span = self.span_of(path)
        return None if span is None else self.characters_of(span, self.get(path))

    def characters_of(self, span: Span, value: object) -> Characters | None:
        """The same where what :meth:`span_of` and :meth:`get` give is known."""
        if not isinstance(value, str):
            return None
        quote = self.text[span.start : span.start + 1]
        if quote not in ("'", '"') or span.end - span.start < 2:
            return None
        characters = read_string(self.text, span)
        # A value inside something we could not tell apart would map to the wrong characters: then the whole of it is its place.
        return characters if characters.value == value else None

    def string_offsets(self, path: Path) -> tuple[Span, tuple[int, ...] | None] | None:
        """What is between the quotes of the string at ``path``; and for each of its characters, and its end, the offset in the file,
        or ``None`` where they simply follow each other."""
        characters = self.characters(path)
        return None if characters is None else (characters.inner, characters.starts)

    def locate(self, path: Path, relative: Span) -> Span | None:
        """Where a stretch of the string at ``path`` is written, whole escapes included."""
        characters = self.characters(path)
        return self.span_of(path) if characters is None else characters.locate(relative)

    def _indexed(self) -> _Index:
        if self._index is None:
            self._index = _Index(self.text)
        return self._index

    def _within(self, statement: Statement, path: Path) -> Span:
        """The span of a value inside a statement's value, or of the nearest one around it."""
        spans = self._spans_within(statement)
        span = spans.get(path)
        if span is not None:
            return span
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in spans:
                return spans[path[:length]]
        return statement.value or statement.span

    def _spans_within(self, statement: Statement) -> dict[Path, Span]:
        """The spans of everything inside a statement's value, worked out once."""
        known = self._inside.get(statement.span.start)
        if known is None:
            known = self._inside[statement.span.start] = _inside(self.text, statement.value or statement.span)
        return known

    def clamped(self, span: Span) -> Span:
        """A span that ends in the source: fixing a half-typed text may close quotes and brackets behind its end."""
        last = len(self.source)
        return span if span.start <= last and span.end <= last else Span(min(span.start, last), min(span.end, last))


def read(source: str) -> TomlText:
    """``source`` as TOML 1.1, whatever Python runs this. Never raises: what does not parse is left out, and said in ``problem``."""
    return TomlText(source, load(source))


_KEY = "\0key"
"""Ends a path that stands for a key rather than its value; no key of a text can contain it."""


_HEADERS = ("table", "array-table")


class _Index:
    """Which statement sets which path, and where its keys are. ``tables`` has the first statement that makes a table, its own header before
    those that only pass through it; ``headers`` the first header of them."""

    __slots__ = ("headers", "keys", "pairs", "starts", "statements", "tables")

    def __init__(self, text: str) -> None:
        self.statements = tuple(statements(text))
        self.starts = [statement.span.start for statement in self.statements]
        self.pairs: dict[Path, Statement] = {}
        self.tables: dict[Path, Statement] = {}
        self.headers: dict[Path, Statement] = {}
        self.keys: dict[Path, Span] = {}
        pairs, tables, headers, keys = self.pairs, self.tables, self.headers, self.keys
        counts: dict[Path, int] = {}
        table: Path = ()
        outer: list[str] = []
        around: Path = ()
        for statement in self.statements:
            kind, _, _, key, _, _ = statement
            path: Path = table if kind == "pair" else ()
            before: Iterable[KeyPart] = key[:-1]
            if kind in _HEADERS:
                # A file of tables is headers in the same table, one after the other: the way there is known from the one before.
                names = [part[0] for part in before]
                if names == outer:
                    path, before = around, ()
            for name, span in before:
                path = (*path, name)
                keys.setdefault(path, span)
                if path in counts:
                    path = (*path, counts[path] - 1)
                tables.setdefault(path, statement)
                if kind in _HEADERS:
                    headers.setdefault(path, statement)
            if kind in _HEADERS:
                outer, around = names, path
            for name, span in key[-1:]:
                path = (*path, name)
                keys.setdefault(path, span)
            if kind == "pair":
                pairs.setdefault(path, statement)
                continue
            if kind == "array-table":
                tables.setdefault(path, statement)
                headers.setdefault(path, statement)
                counts[path] = counts.get(path, 0) + 1
                path = (*path, counts[path] - 1)
            if kind != "junk":
                tables[path] = headers[path] = statement
                table = path


def _inside(text: str, value: Span) -> dict[Path, Span]:
    """The spans of everything inside the list or inline table at ``value``."""
    flat = flat_items(text, value)
    if flat is not None:
        return {(number,): span for number, span in enumerate(flat)}
    spans: dict[Path, Span] = {}
    if text[value.start : value.start + 1] in ("[", "{"):
        # What was found before a place that is not understood is; what was not has the span of what is around it.
        try:  # noqa: SIM105 - contextlib is loaded for nothing else in a check
            _walk(text, value.start, (), spans)
        except (RecursionError, _LostError):
            pass
    return spans


class _LostError(Exception):
    """What is there is no value."""


_SCALAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][0-9:.]*(?:[Zz]|[+-][0-9:]+)?|[^\s,\]}#\[{\"'=]+")
"""A number, a word or a time; a blank is only in the midst of a time."""


def _walk(text: str, offset: int, path: Path, spans: dict[Path, Span]) -> int:
    """Notes the spans of all that is in the value that is written at ``offset``; gives where it ends."""
    first = text[offset : offset + 1]
    if first == "[":
        offset, number = gap_end(text, offset + 1), 0
        while not text.startswith("]", offset):
            element: Path = (*path, number)
            end = _walk(text, offset, element, spans)
            spans[element] = Span(offset, end)
            offset, number = _behind_comma(text, gap_end(text, end), "]"), number + 1
        return offset + 1
    if first == "{":
        offset = gap_end(text, offset + 1)
        while not text.startswith("}", offset):
            parts, after = read_key(text, offset)
            here = path
            for part in parts:
                here = (*here, part.name)
                spans.setdefault((*here, _KEY), part.span)
            offset = gap_end(text, _past(text, after, "="))
            end = _walk(text, offset, here, spans)
            spans[here] = Span(offset, end)
            offset = _behind_comma(text, gap_end(text, end), "}")
        return offset + 1
    if first in ("'", '"') and first:
        end, closed = string_end(text, offset)
        if closed:
            return end
    elif scalar := _SCALAR.match(text, offset):
        return scalar.end()
    raise _LostError


def _behind_comma(text: str, offset: int, closing: str) -> int:
    """Where the next item is, or the bracket that ends them."""
    if text.startswith(closing, offset):
        return offset
    return gap_end(text, _past(text, offset, ","))


def _past(text: str, offset: int, written: str) -> int:
    """Where ``written`` ends, which must be at ``offset``."""
    if not text.startswith(written, offset):
        raise _LostError
    return offset + len(written)
