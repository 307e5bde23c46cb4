"""What the differential tests found, one row for each project and state, and the table of agreements that is made of them.

VENVLS_WRITE_AGREEMENTS=1 python3 tests tests/differential_tools
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_HEAD = """<!-- Made by `VENVLS_WRITE_AGREEMENTS=1 python3 tests tests/differential_tools`. -->

# Agreement with the tools

Each row is a real project of a tool, in several states (fresh, one package missing, one downgraded, one extraneous, lock stale…).
venvls, which starts nothing, and the tool itself, which was run, were asked: is it in sync, and what would change? Disagreements are listed
with their reasons. Public projects have [a page of their own](public-projects.md).
"""


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


def lines() -> Iterable[str]:
    """One line a tool; every disagreement."""
    for tool in _tools():
        rows = [row for row in ROWS if row.tool == tool]
        yield f"{tool}: {sum(row.agree for row in rows)} of {len(rows)} comparisons agree"
    for row in ROWS:
        if not row.agree:
            yield f"  {row.tool} {row.project}, {row.state}: {row.note or 'no reason given'}"


def _tools() -> Iterable[str]:
    return sorted({row.tool for row in ROWS})


def page() -> str:
    """The page of the documentation."""
    parts = [_HEAD, "| tool | projects | comparisons | agree |\n|---|---|---|---|"]
    for tool in _tools():
        rows = [row for row in ROWS if row.tool == tool]
        parts.append(f"| {tool} | {len({row.project for row in rows})} | {len(rows)} | {sum(row.agree for row in rows)} |")
    for tool in _tools():
        parts.append(f"\n## {tool}\n\n| project | states compared | agree |\n|---|---|---|")
        parts += _projects([row for row in ROWS if row.tool == tool])
    apart = [row for row in ROWS if not row.agree]
    if apart:
        parts.append("\n## Disagreements\n\n| tool | project | state | why |\n|---|---|---|---|")
        parts += [f"| {row.tool} | {row.project} | {row.state} | {row.note} |" for row in apart]
    return "\n".join(parts) + "\n"


def _projects(rows: list[Row]) -> Iterable[str]:
    for project in dict.fromkeys(row.project for row in rows):
        own = [row for row in rows if row.project == project]
        edits = sum(" after " in row.state for row in own)
        states = list(dict.fromkeys(row.state.replace("|", "or") for row in own if " after " not in row.state))
        said = ", ".join([*states, *([f"the lock after {edits} edits of its manifest"] if edits else [])])
        yield f"| {project} | {said} | {sum(row.agree for row in own)} of {len(own)} |"
