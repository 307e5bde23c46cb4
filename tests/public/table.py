"""What the comparison on public projects gave: a file for each project in the tests' folder, and the page that is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests import kept
from tests.public.differences import REASONS
from tests.public.projects import PROJECTS, Public
from tests.public.verdicts import Compared

PAGE = Path(__file__).resolve().parents[2] / "server" / "docs" / "public-projects.md"
_HEAD = """<!-- Made by `VENVLS_PUBLIC=1 python3 tests tests/public`. -->

# Agreement on public projects

Public projects, at the versions and commits that were fixed before the first run ([the list](../../tests/public/projects.py)). Each is
synced by its own tool. Then the tool, which is run, and venvls, which starts nothing, give their verdicts; and again after each of these
changes: three packages removed, one at another version, one more installed, a requirement added to the manifest, one dropped, and the
installed version of one excluded.

It is a difference where venvls warns of a package that the tool would leave as it is, where it says nothing of one that the tool would
change, where one of them calls a lock stale and the other does not, and where venvls has any other warning that the tool does not share.
pip and pip-tools know no list but what they are given: they are given the development's requirements too where venvls compares them by
itself (`requirements-dev.txt`), so such a project may be out of sync for both from the beginning.

Not counted: what only comes along with a package that venvls names, because that package requires it, where no lock says so.

"""


def _file(project: Public) -> Path:
    return kept.folder() / "public" / "rows" / f"{project.tool}-{project.name}.json"


def keep(project: Public, states: Sequence[Compared], refused: str = "") -> None:
    """Writes down what a project gave, then the page."""
    file = _file(project)
    file.parent.mkdir(parents=True, exist_ok=True)
    row = {"pinned": project.pinned, "refused": refused, "states": [state._asdict() for state in states]}
    file.write_text(json.dumps(row, indent=1), "utf-8")
    PAGE.write_text(page(), "utf-8")


def _rows() -> Iterable[tuple[Public, dict[str, Any]]]:
    """Each project with what it gave; nothing where it was not run."""
    for project in PROJECTS:
        row = json.loads(_file(project).read_text("utf-8")) if _file(project).exists() else {}
        yield project, row if row.get("pinned") == project.pinned else {}


def page() -> str:
    """The page of the documentation."""
    rows = list(_rows())
    tools = list(dict.fromkeys(project.tool for project, _ in rows))
    parts = [_HEAD + "| tool | projects | in sync by it | verdicts compared | agree |\n|---|---|---|---|---|"]
    for tool in [*tools, ""]:
        own = [row for project, row in rows if tool in ("", project.tool)]
        states = [state for row in own for state in row.get("states", ())]
        agree = sum(not state["differences"] for state in states)
        name = tool or "together"
        parts.append(f"| {name} | {len(own)} | {sum(bool(row.get('states')) for row in own)} | {len(states)} | {agree} |")
    for tool in tools:
        parts.append(f"\n## {tool}\n\n| project | version or commit | the tool | venvls | differences |\n|---|---|---|---|---|")
        parts += [_line(project, row) for project, row in rows if project.tool == tool]
    return "\n".join(parts) + "\n"


def _line(project: Public, row: dict[str, Any]) -> str:
    traits = [*sorted(project.traits), *([f"added instead of {project.instead}"] if project.instead else [])]
    name = project.name + (f" ({', '.join(traits)})" if traits else "")
    if not row:
        return f"| {name} | {project.pinned} | not run | | |"
    if row["refused"]:
        reason = REASONS.get((project.name, "refused"), row["refused"])
        return f"| {name} | {project.pinned} | cannot sync it | | {_cell(reason)} |"
    theirs = "; ".join(f"{state['state']}: {state['theirs']}" for state in row["states"])
    ours = "; ".join(state["ours"] for state in row["states"])
    apart = [f"{state['state']}: {_why(project, state)}" for state in row["states"] if state["differences"]]
    return f"| {name} | {project.pinned} | {theirs} | {ours} | {_cell('; '.join(apart) or 'none')} |"


def _why(project: Public, state: dict[str, Any]) -> str:
    why = {
        difference: REASONS.get((project.name, difference)) or REASONS.get((project.tool, difference))
        for difference in state["differences"]
    }
    return ", ".join(f"{difference} ({reason or 'not decided'})" for difference, reason in why.items())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
