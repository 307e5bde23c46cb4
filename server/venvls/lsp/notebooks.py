"""Notebooks that an editor holds open as such (``notebookDocument/…``): their cells as the text of one file, and each place in its cell.

To everything else a notebook is the file that Jupyter would write, with the cells' code alone: what is found there is found here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from venvls.model.finding import Finding

_LETTER = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)|.", re.DOTALL)


class Cell(NamedTuple):
    """One cell: the URI of its document, that one's version and text. ``code`` is whether it is Python code."""

    uri: str
    version: int
    text: Text
    code: bool = True


class Notebook(NamedTuple):
    """The cells of a notebook in their order, the file that they make, and where in it the source of each cell begins."""

    cells: tuple[Cell, ...]
    source: str
    starts: tuple[int, ...]

    def cell(self, uri: str) -> Cell | None:
        """The cell of a document."""
        return next((cell for cell in self.cells if cell.uri == uri), None)

    def placed(self, finding: Finding) -> tuple[Cell, Finding] | None:
        """The cell that a finding is in, and the finding with its place in the cell's own text."""
        number = bisect_right(self.starts, finding.span.start) - 1
        if number < 0:
            return None
        start = self.starts[number]
        span = Span(self._offset(start, finding.span.start), self._offset(start, finding.span.end))
        return self.cells[number], finding._replace(span=span)

    def _offset(self, start: int, end: int) -> int:
        """How many characters of a cell are between two places of the file."""
        return sum(1 for _ in _LETTER.finditer(self.source, start, end))


def notebook(cells: Iterable[Cell]) -> Notebook:
    """The notebook that these cells make."""
    every = tuple(cells)
    parts, starts, length = ['{"cells": ['], [], 0
    length = len(parts[0])
    for number, cell in enumerate(every):
        head = f'{", " if number else ""}{{"cell_type": "{"code" if cell.code else "markdown"}", "source": "'
        text = json.dumps(cell.text.source, ensure_ascii=False)[1:-1]
        starts.append(length + len(head))
        parts += [head, text, '"}']
        length += len(head) + len(text) + 2
    return Notebook(every, "".join([*parts, "]}"]), tuple(starts))
