"""Where packages are in the text of a lock, whatever its format: for who looks at a place there, not for who compares what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_TOML = r"^\[\[packages?\]\][ \t]*\r?\n(?:[^\[\n][^\n]*\n)*?name = [\"']([^\"'\n]*)[\"']"
_PIPFILE = r"^ {8}\"([^\"\n]+)\": \{"


class Entry(NamedTuple):
    """One locked package: its PEP 503 name, where the name stands, and its whole stretch, up to the next one's."""

    key: str
    name: Span
    whole: Span


def entries(file_name: str, text: str) -> Iterator[Entry]:
    """The packages of a lock in the order of its text; none for a format whose entries have no name of their own."""
    pattern = _PIPFILE if file_name == "Pipfile.lock" else _TOML if file_name.endswith((".lock", ".toml")) else None
    matches = list(re.finditer(pattern, text, re.MULTILINE)) if pattern is not None else []
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        yield Entry(canonical(match[1]), Span(*match.span(1)), Span(match.start(), end))
