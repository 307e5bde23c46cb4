"""TOML in the shape that tools write, and most people: a statement a line, an element of a long list a line.

The same values as a parser's, in a fraction of its time, or ``None`` for any text that is not in this shape. A value that is not a text in
quotes, made of such, or a number goes to the parser by itself, once for each way of writing it.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.patterns import re

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Table = dict[str, Any]

_STRING = r'"[^"\\\x00-\x1f\x7f]*"'
_STRINGS = re.compile(rf"\[(?:{_STRING}(?:, ?(?=\")|(?=\])))*\]")
"""A list of texts, in one line."""
_PAIRS = re.compile(rf"\{{ ?(?:[A-Za-z0-9_-]+ = {_STRING}(?:, (?=[A-Za-z0-9_-])|(?= ?\}})))+ ?\}}")
"""A table of texts, in one line."""
_IN_QUOTES = re.compile(r'"([^"]*)"')
_PAIR = re.compile(r'([A-Za-z0-9_-]+) = "([^"]*)"')


def read_tables(text: str, parse: Callable[[str], _Table]) -> _Table | None:
    """The values of ``text``; ``parse`` is the parser for a single statement."""
    try:
        return _Reader(text, parse).root
    except (_OtherwiseError, ValueError, OverflowError, RecursionError):
        return None


class _OtherwiseError(Exception):
    """The text has another shape."""


class _Reader:
    """Reads line after line. ``_open`` are the tables that headers made or led through: no other may be added to."""

    def __init__(self, text: str, parse: Callable[[str], _Table]) -> None:
        self.root: _Table = {}
        self._parse = parse
        self._open = {id(self.root)}
        self._lists: set[int] = set()
        self._values: _Table = {"true": True, "false": False}
        self._tables: dict[str, dict[str, str]] = {}
        table = self.root
        lines = iter(text.replace("\r\n", "\n").split("\n"))
        for line in lines:
            if line[:1] == "[":
                table = self._table(line)
            elif line[:1] == "#":
                _pass_comment(line)
            elif line:
                key, equals, written = line.partition(" = ")
                if not equals or key in table or not _is_bare(key):
                    raise _OtherwiseError
                table[key] = self._elements(lines) if written == "[" else self._value(written)

    def _elements(self, lines: Iterator[str]) -> list[Any]:
        """The elements in the following lines; only the last need not end with a comma."""
        elements: list[Any] = []
        is_last = False
        for line in lines:
            written = line.lstrip(" ")
            if written == "]":
                return elements
            if written[:1] == "#":
                _pass_comment(written)
                continue
            if is_last:
                raise _OtherwiseError
            is_last = written[-1:] != ","
            elements.append(self._value(written if is_last else written[:-1], in_list=True))
        raise _OtherwiseError

    def _value(self, written: str, *, in_list: bool = False) -> Any:
        kind = written[:1]
        if kind == '"' and len(written) > 1 and written[-1] == '"' and _is_plain(written[1:-1]):
            return written[1:-1]
        if kind == "'" and len(written) > 1 and written[-1] == "'" and "'" not in written[1:-1] and written.isprintable():
            return written[1:-1]
        if kind == "{":
            known = self._tables.get(written)  # in a lock most are there several times
            if known is not None:
                return dict(known)
            if _PAIRS.fullmatch(written) is not None:
                pairs = _PAIR.findall(written)
                table = self._tables[written] = dict(pairs)
                if len(table) != len(pairs):
                    raise _OtherwiseError
                return dict(table)
        if kind == "[" and _STRINGS.fullmatch(written) is not None:
            return _IN_QUOTES.findall(written)
        if written.isdecimal() and written.isascii() and kind != "0":
            return int(written)
        if in_list and "#" in written:
            raise _OtherwiseError  # a comma at the end may be a comment's
        value = self._values.get(written)
        if value is None:
            value = self._values[written] = self._parse(f"value = {written}")["value"]
        return _copy(value)

    def _table(self, header: str) -> _Table:
        """The table that the statements after this header are in."""
        is_element = header[:2] == "[["
        path = (header[2:-2] if is_element else header[1:-1]).split(".")
        if header != (f"[[{'.'.join(path)}]]" if is_element else f"[{'.'.join(path)}]") or not all(map(_is_bare, path)):
            raise _OtherwiseError
        table = self.root
        for name in path[:-1]:
            inner = table.get(name)
            if inner is None:
                inner = table[name] = {}
                self._open.add(id(inner))
            elif id(inner) in self._lists:
                inner = inner[-1]
            if id(inner) not in self._open:
                raise _OtherwiseError
            table = inner
        name = path[-1]
        made: _Table = {}
        if not is_element:
            if name in table:
                raise _OtherwiseError
            table[name] = made
        elif name not in table:
            table[name] = [made]
            self._lists.add(id(table[name]))
        elif id(table[name]) in self._lists:
            table[name].append(made)
        else:
            raise _OtherwiseError
        self._open.add(id(made))
        return made


def _pass_comment(line: str) -> None:
    if not line.isprintable():
        raise _OtherwiseError


def _is_bare(key: str) -> bool:
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()


def _is_plain(text: str) -> bool:
    return '"' not in text and "\\" not in text and text.isprintable()


def _copy(value: Any) -> Any:
    """The value for one more place: who has it may change it there."""
    if type(value) is dict:
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if type(value) is list else value
