"""Where commas are missing around an element that is being typed into a list: after the one before it, and after itself.

Without the first TOML does not parse, and Python joins two requirements into one that nobody has heard of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.manifests.places.cursor import Typed, comment_at
from venvls.model.text import Text

_MOST_LINES = 50
"""Lines of comments and blanks that are looked over for a neighbour."""
_LISTED = frozenset({"pyproject.toml", "hatch.toml", "tox.toml", "setup.py", "script"})
"""Formats with lists of texts in quotes."""
_NAME = re.compile(r"[A-Za-z0-9._-]*")
"""What begins an element: behind it, the text may be the second half of one."""


def missing(text: Text, typed: Typed, format: str) -> list[int]:
    """Offsets at which the list needs a comma more, for ``typed`` to be an element of it."""
    if format not in _LISTED or not (typed.quote or typed.bare) or not _NAME.fullmatch(typed.text):
        return []
    if typed.quote and text.source.endswith(typed.quote * 3, 0, typed.start):
        return []
    comment = "#" if format == "script" else ""
    return [*_before(text, typed, comment), *_after(text, typed, comment)]


def _before(text: Text, typed: Typed, comment: str) -> Iterator[int]:
    """The end of the element before, where no comma is between."""
    start = typed.start - len(typed.quote)
    first = text.position(start, "utf-32").line
    for number in range(first, max(-1, first - _MOST_LINES), -1):
        written = text.source[text.starts[number] : start] if number == first else text.line(number)
        end = text.starts[number] + len(_code(written, comment).rstrip())
        if _code(written, comment).removeprefix(comment).strip():
            if text.source[end - 1] in "\"'}":
                yield end
            return


def _after(text: Text, typed: Typed, comment: str) -> Iterator[int]:
    """The end of the element itself, where its quote is closed and the next element follows without a comma."""
    closing = typed.after.find(typed.quote) if typed.quote else -1
    if closing < 0:
        return
    end = typed.start + len(typed.text) + closing + 1
    first = text.position(end, "utf-32").line
    for number in range(first, min(len(text.starts), first + _MOST_LINES)):
        line = text.line(number)
        code = _code(line, comment)[end - text.starts[number] :] if number == first else _code(line, comment).removeprefix(comment)
        if code.strip():
            # A prefix of a text of Python's counts too.
            if re.match(r"\s*(?:[rRuU]?[\"']|\{)", code):
                yield end
            return


def _code(line: str, comment: str) -> str:
    """A line without the comment at its end; of a script's block the sign at its beginning is none."""
    begin = len(comment) if line.startswith(comment) else 0
    place = comment_at(line[begin:])
    return line if place is None else line[: begin + place]
