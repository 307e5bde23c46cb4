"""Lists a project's packages: what is installed, required and locked, and why each is there. Starts nothing."""

from __future__ import annotations

import sys

from venvls.answers import words
from venvls.cli import answering
from venvls.cli.render.cells import columns
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import plain
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from venvls.answers.listing import Listed
    from venvls.services import Services

_MARKS = {"out-of-sync": "!", "unknown": "?"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``list``."""
    parser.add_argument("--out-of-sync", action="store_true", help="only what is not as required")
    parser.add_argument("--unrequired", action="store_true", help="only what is installed but not required")
    answering.add_arguments(parser, option=False)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """0; 1 where ``--out-of-sync`` lists anything."""
    from venvls.answers.listing import listing

    asked = answering.asked(options, services)
    rows = [row for row in listing(asked.facts, asked.others, installed=options.installed) if _wanted(row, options)]
    sys.stdout.write(_json(rows, asked) if options.format == "json" else _text(rows, asked, options))
    return 1 if options.out_of_sync and rows else 0


def _wanted(row: Listed, options: argparse.Namespace) -> bool:
    if options.out_of_sync and row.standing.state != "out-of-sync":
        return False
    return not options.unrequired or row.cause == "left-over"


def _text(rows: Sequence[Listed], asked: answering.Asked, options: argparse.Namespace) -> str:
    if not rows:
        if options.out_of_sync:
            return "Everything that is required is in sync.\n"
        return "Nothing is left over.\n" if options.unrequired else "Nothing is installed or required here.\n"
    table: list[tuple[str, ...]] = [("NAME", "INSTALLED", "REQUIRED", "LOCKED", "WHY")]
    for row in rows:
        mark = _MARKS.get(row.standing.state, "")
        name = f"{plain(row.key)} {mark}".rstrip()
        table.append((name, row.installed or "-", ", ".join(filter(None, row.required)) or "-", row.locked or "-", _why(row, asked)))
    if not any(row.locked for row in rows):
        table = [(*cells[:3], *cells[4:]) for cells in table]
    safe = [[one_line(cell) for cell in cells] for cells in table]
    widths = [max(columns(cells[place]) for cells in safe) for place in range(len(safe[0]))]
    lines = ["  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in safe]
    return "\n".join(lines) + "\n"


def _why(row: Listed, asked: answering.Asked) -> str:
    text = _cause(row, asked)
    if row.editable is not None:
        text += f", editable from {_folder(row.editable, asked)}"
    absent = row.installed is None and row.standing.state == "not-required"
    return f"{text}: {row.standing.why}" if row.standing.why and (absent or row.standing.state in _MARKS) else text


def _cause(row: Listed, asked: answering.Asked) -> str:
    statement = row.statement
    if row.cause == "stated" and statement is not None:
        return asked.lead(statement)
    if row.cause == "shared" and row.sharer is not None:
        return words.shared(row.sharer, asked.path)
    if row.cause == "needed" and statement is not None:
        return f"{asked.lead(statement)}, through {plain(str(statement.key))}"
    return {
        "project": "this project",
        "inherited": "from the Python below the environment",
        "seed": "comes with the environment",
        "locked": "locked",
    }.get(row.cause, "left over: nothing requires it")


def _folder(url: str, asked: answering.Asked) -> str:
    from urllib.parse import unquote

    from venvls.model.redact import redact
    from venvls.rules.sources import url_parts

    parts = url_parts(url)
    return asked.path(unquote(parts.path)) if parts is not None and parts.scheme == "file" else redact(url)


def _json(rows: Sequence[Listed], asked: answering.Asked) -> str:
    import json

    objects = [
        {
            "name": row.key,
            "installed": row.installed,
            "required": list(row.required),
            "locked": row.locked,
            "why": row.cause,
            "requirement": answering.statement_object(asked, row.statement) if row.statement is not None else None,
            "shared_with": answering.sharer_object(row.sharer) if row.sharer is not None else None,
            "editable": row.editable,
            "state": row.standing.state,
            "reason": row.standing.why or None,
        }
        for row in rows
    ]
    return json.dumps({**answering.head(asked), "packages": objects}, indent=2) + "\n"
