"""YAML as programs write it (pixi.lock, conda-lock.yml): blocks, a line at a time, with the place of every value; linear, and fast.

Such files are written by a serializer: block mappings and lists, scalars plain or in quotes, lists and tables in brackets only where they
are empty. Anything else (anchors, tags, blocks of text, values over several lines) is given as ``strange``, and who reads decides.
Tested against a whole YAML parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.record import NamedTuple
from venvls.model.text import Span

_LINE = (
    r"^( *)((?:- +)*(?:-(?=\r?$))?)(?:(\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\r\n]|'')*'|[^\s'\"#&*!|>%@`{}\[\],?:-][^\r\n]*?|-[^\s][^\r\n]*?)"
    r":(?:[ \t]+|(?=\r?$)))?([^\r\n]*)\r?$"
)
_STRANGE = "&*!|>{[%@`?"


class Line(NamedTuple):
    """One line that says something. ``path`` are the keys above it; ``opens`` that it begins an element of a list.

    ``key`` is ``None`` for an element that is one text. ``value`` is the text (``""`` where it is in the lines below) at ``span``,
    without quotes; ``None`` where it is written in a way that is not understood.
    """

    path: tuple[str, ...]
    opens: bool
    key: str | None
    value: str | None
    span: Span


def lines(source: str, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """The lines of ``source`` from ``start``, which begins one, to ``end``. Never raises."""
    if "\r" in source:
        # A carriage return alone ends no line here, and would make the pattern try every way to read one.
        source = re.sub(r"\r(?!\n)", " ", source)
    columns: list[int] = []
    keys: list[str] = []
    path: tuple[str, ...] = ()
    for match in re.compile(_LINE, re.MULTILINE).finditer(source, start, len(source) if end is None else end):
        lead, dash, key, value = match.groups()
        if key is None and ((not value and not dash) or value.startswith(("#", "--- ", "...")) or value == "---"):
            continue
        column = len(lead) + len(dash)
        # An element may be at its key's own margin.
        margin = len(lead) + 1 if dash else column
        if columns and columns[-1] >= margin:
            while columns and columns[-1] >= margin:
                columns.pop()
                keys.pop()
            path = tuple(keys)
        text, span = scalar(value, match.start(4)) if value else ("", Span(match.end(), match.end()))
        if key is not None:
            key = scalar(key, 0)[0] or key
        yield Line(path, bool(dash), key, text, span)
        if key is not None and not value:
            columns.append(column)
            keys.append(key)
            path = (*path, key)


def scalar(text: str, at: int) -> tuple[str | None, Span]:
    """One value as it is behind a key: its text and place; ``None`` for one that is not a plain or quoted text, or goes on below."""
    first = text[0]
    if first == "'":
        end = re.match(r"'((?:[^']|'')*)'[ \t]*(?:#.*)?$", text)
        return (end[1].replace("''", "'") if end else None), Span(at + 1, at + (end.end(1) if end else len(text)))
    if first == '"':
        end = re.match(r"\"((?:[^\"\\]|\\.)*)\"[ \t]*(?:#.*)?$", text)
        return (_unescaped(end[1]) if end else None), Span(at + 1, at + (end.end(1) if end else len(text)))
    body = text.partition(" #")[0].rstrip() if " #" in text else text.rstrip()
    if body in ("[]", "{}"):
        return "", Span(at, at + 2)
    return (None if first in _STRANGE else body), Span(at, at + len(body))


def _unescaped(text: str) -> str | None:
    if "\\" not in text:
        return text
    import json

    try:
        found = json.loads(f'"{text}"')
    except ValueError:
        return None
    return found if isinstance(found, str) else None
