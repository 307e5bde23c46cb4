"""The tables of a lock in the shape that tools write: a statement a line, an element of a long list a line.

The same values as a TOML parser's, in a fraction of its time, or ``None`` for any text that is not in this shape: then the parser reads it.
A value that is more than a text in quotes goes to the parser by itself, once for each way of writing it. So equal values may be one object:
who reads tables of a lock changes nothing in them.
"""

from __future__ import annotations

import re

from venvls.model import toml
from venvls.model.hints import Any

_Table = dict[str, Any]

_PAIR = re.compile(r'([A-Za-z0-9_-]+) = "([^"]*)"')
_OF_TEXTS = re.compile(r'\{ ?(?:[A-Za-z0-9_-]+ = "[^"\\\x00-\x1f\x7f]*"(?:, (?=[A-Za-z0-9_-])|(?= ?\})))+ ?\}')
"""A table of texts alone, in one line."""


def read_tables(text: str) -> _Table | None:
    """The values of ``text``, whose lines end with ``\\n``."""
    try:
        return _Reader(text).root
    except (_OtherwiseError, ValueError, RecursionError):
        return None


class _OtherwiseError(Exception):
    """The text has another shape."""


class _Reader:
    """Reads line after line. ``_open`` are the tables that headers made or led through: no other may be added to."""

    def __init__(self, text: str) -> None:
        self.root: _Table = {}
        self._open = {id(self.root)}
        self._lists: set[int] = set()
        self._values: _Table = {}
        table = self.root
        lines = iter(text.split("\n"))
        for line in lines:
            if line[:1] == "[":
                table = self._table(line)
            elif line and line[0] != "#":
                key, equals, written = line.partition(" = ")
                if not equals or key in table or not _is_bare(key):
                    raise _OtherwiseError
                if written == "[":
                    table[key] = self._elements(lines)
                elif written[:1] == written[-1:] == '"' and len(written) > 1 and _is_plain(written[1:-1]):
                    table[key] = written[1:-1]
                else:
                    table[key] = self._value(written)

    def _elements(self, lines: Any) -> list[Any]:
        elements: list[Any] = []
        for line in lines:
            if line == "]":
                return elements
            if line[-1:] != ",":
                raise _OtherwiseError
            elements.append(self._value(line[:-1].lstrip(" ")))
        raise _OtherwiseError

    def _value(self, written: str) -> Any:
        value = self._values.get(written)
        if value is None:
            if _OF_TEXTS.fullmatch(written) is not None:
                pairs = _PAIR.findall(written)
                value = dict(pairs)
                if len(value) != len(pairs):
                    raise _OtherwiseError
            else:
                value = toml.loads(f"value = {written}")["value"]
            self._values[written] = value
        return value

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


def _is_bare(key: str) -> bool:
    return key.isascii() and key.replace("-", "").replace("_", "").isalnum()


def _is_plain(text: str) -> bool:
    return text.isprintable() and '"' not in text and "\\" not in text
