"""The code of a Jupyter notebook (nbformat 4) as one Python text, with the place in the file of each of its characters.

Lines of IPython's own (``%magic``, ``!command``) become comments; what a line installs (``%pip install NAME``) is kept apart. Cells of
another language (``%%bash``) are left out. A file that stops making sense gives what is before that.
:class:`~venvls.model.limits.TooManyError` says what there is too much of in one that nobody made by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from venvls.model.limits import TooManyError
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_MOST_CODE = 1_000_000
"""Characters of code in all cells."""
_MOST_PIECES = 1_000_000
"""Strings, brackets and commas of the file. Those with large outputs and the state of widgets have a hundred thousand."""
_MOST_INSTALLED = 5_000
# A string without an end goes on to the end of the text: else that would be looked for from each quote in it.
_PIECE = re.compile(r'"[^"\\]*(?:\\.?[^"\\]*)*"?|[{}\[\]:,]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|[^\\]+|\\", re.DOTALL)
_PLAIN = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_OWN = re.compile(r"^[ \t]*[%!]", re.MULTILINE)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b|prun\b)")
_INSTALLS = re.compile(r"^[ \t]*[%!](?:uv[ \t]+)?(?:pip3?|conda|mamba)[ \t]+install[ \t]+(.*)", re.MULTILINE)
_NAME = re.compile(r"(?<![\w/.:=-])[A-Za-z][\w.-]*")


class Notebook(NamedTuple):
    """``text`` is the code of all cells; ``places`` gives for each of its characters the offset in the file; ``installs`` are the names
    that it installs itself, as written."""

    text: str
    places: list[int]
    installs: tuple[str, ...]

    def span(self, span: Span) -> Span:
        """Where a stretch of the code is in the file."""
        return Span(self.places[span.start], self.places[max(span.start, span.end - 1)] + 1)


def read(source: str) -> Notebook:
    """The notebook's code; none of a text that is no notebook."""
    parts: list[str] = []
    places: list[int] = []
    written = 0
    for kind, strings in _cells(source):
        if kind != "code":
            continue
        written += sum(end - start for start, end in strings)
        if written > _MOST_CODE:
            raise TooManyError(f"more than {_MOST_CODE:,} characters of code")
        cell, cell_places = _joined(source, strings)
        if _OTHER_LANGUAGE.match(cell):
            continue
        end = cell_places[-1] if cell_places else 0
        parts.append(f"{cell}\n")
        places += [*cell_places, end]
    text = "".join(parts)
    installs = tuple(name for match in _INSTALLS.finditer(text) for name in _NAME.findall(match[1]))
    if len(installs) > _MOST_INSTALLED:
        raise TooManyError(f"more than {_MOST_INSTALLED:,} packages that it installs itself")
    return Notebook(_OWN.sub(lambda match: f"{match[0][:-1]}#", text), places, installs)


def _cells(source: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Type of each cell, and where the strings of its source are."""
    # Of each open bracket what it is the value of; the name is that of the pair being read.
    opened: list[str] = []
    name, before, is_value = "", "", False
    kind: str = ""
    strings: list[tuple[int, int]] = []
    for number, match in enumerate(_PIECE.finditer(source)):
        if number == _MOST_PIECES:
            raise TooManyError(f"more than {_MOST_PIECES:,} values and brackets")
        piece = match[0]
        if piece in "{[":
            opened.append(name if is_value else "")
            is_value = False
        elif piece in "}]":
            if opened:
                opened.pop()
            if piece == "}" and opened == ["", "cells"]:
                yield kind, strings
                kind, strings = "", []
            is_value = False
        elif piece == ":":
            name, is_value = before, True
        elif piece == ",":
            is_value = False
        else:
            before = piece[1:-1]
            if is_value and name == "cell_type" and len(opened) == 3:
                kind = before
            elif (is_value and name == "source" and len(opened) == 3) or (opened[2:] == ["", "source"] and opened[:2] == ["", "cells"]):
                strings.append((match.start() + 1, match.end() - 1))
            if is_value:
                is_value = False


def _joined(source: str, strings: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The text of a cell, escapes resolved, and the place of each character."""
    letters: list[str] = []
    places: list[int] = []
    for start, end in strings:
        if source.find("\\", start, end) < 0:
            letters.append(source[start:end])
            places += range(start, end)
            continue
        for match in _ESCAPE.finditer(source, start, end):
            letter = match[0]
            if letter[0] != "\\" or len(letter) == 1:
                letters.append(letter)
                places += range(match.start(), match.end())
                continue
            letter = chr(int(letter[2:], 16)) if len(letter) > 2 else _PLAIN.get(letter[1], "?")
            letters.append(letter)
            places.append(match.start())
    return "".join(letters), places
