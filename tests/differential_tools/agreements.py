"""What the differential tests found, one row for each project and state, from which the table of agreements is made."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One comparison; ``note`` says why, where a disagreement is the tool's fault."""

    tool: str
    project: str
    state: str
    agree: bool
    note: str = ""


ROWS: list[Row] = []


def record(tool: str, project: str, state: str, agree: bool, note: str = "") -> None:
    """Adds a row."""
    ROWS.append(Row(tool, project, state, agree, note))
