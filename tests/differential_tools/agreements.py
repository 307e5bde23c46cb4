"""What the differential tests found, one row for each project and state, and the table of agreements that is made of them.

VENVLS_WRITE_AGREEMENTS=1 python3 tests tests/differential_tools
"""

from __future__ import annotations

import re
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
_AGREE = re.compile(r"\d+ of \d+")


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


def page(before: str) -> str:
    """The page of the documentation. ``before`` is the page as it was: what a run did not compare stays in it."""
    compared = {(row.tool, row.project) for row in ROWS}
    tools: dict[str, dict[str, str]] = {}
    apart: dict[str, list[str]] = {}
    section = ""
    for line in before.splitlines():
        section = line.removeprefix("## ") if line.startswith("## ") else section
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if (
            section == "Disagreements"
            and len(cells) > 3
            and set(cells[0]) != {"-"}
            and cells[0] != "tool"
            and (cells[0], cells[1]) not in compared
        ):
            apart.setdefault(cells[0], []).append(line)
        elif section not in ("", "Disagreements") and len(cells) == 3 and _AGREE.fullmatch(cells[2]):
            tools.setdefault(section, {})[cells[0]] = line
    for tool in _tools():
        rows = [row for row in ROWS if row.tool == tool]
        new = _projects(rows)
        tools.setdefault(tool, {}).update(zip(dict.fromkeys(row.project for row in rows), new, strict=True))
        different = [f"| {row.tool} | {row.project} | {row.state} | {row.note} |" for row in rows if not row.agree]
        apart.setdefault(tool, []).extend(different)
    parts = [_HEAD, "| tool | projects | comparisons | agree |\n|---|---|---|---|"]
    for tool, lines_of in sorted(tools.items()):
        agree, compared_in = (sum(figures) for figures in zip(*map(_figures, lines_of.values()), strict=True))
        parts.append(f"| {tool} | {len(lines_of)} | {compared_in} | {agree} |")
    for tool, lines_of in sorted(tools.items()):
        parts += [f"\n## {tool}\n\n| project | states compared | agree |\n|---|---|---|", *lines_of.values()]
    if any(apart.values()):
        parts.append("\n## Disagreements\n\n| tool | project | state | why |\n|---|---|---|---|")
        parts += [line for _, every in sorted(apart.items()) for line in every]
    return "\n".join(parts) + "\n"


def _figures(line: str) -> tuple[int, int]:
    agree, _, every = line.split("|")[-2].strip().partition(" of ")
    return int(agree), int(every)


def _projects(rows: list[Row]) -> Iterable[str]:
    for project in dict.fromkeys(row.project for row in rows):
        own = [row for row in rows if row.project == project]
        edits = sum(" after " in row.state for row in own)
        states = list(dict.fromkeys(row.state.replace("|", "or") for row in own if " after " not in row.state))
        said = ", ".join([*states, *([f"the lock after {edits} edits of its manifest"] if edits else [])])
        yield f"| {project} | {said} | {sum(row.agree for row in own)} of {len(own)} |"
