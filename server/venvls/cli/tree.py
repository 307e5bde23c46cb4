"""Prints what the project requires and what that needs, as a tree; --invert prints who needs each package. Starts nothing.

Read from the lock where it fits its manifest, else from what is installed.
"""

from __future__ import annotations

import sys

from venvls.answers import words
from venvls.cli import answering
from venvls.cli.failure import Failure
from venvls.cli.terminal import terminal
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import plain
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from venvls.answers.tree import Row
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``tree``."""
    parser.add_argument("--invert", action="store_true", help="who needs each package, up to the lines of the manifests")
    parser.add_argument("--package", action="append", default=[], metavar="NAME", help="start with this package")
    parser.add_argument("--depth", metavar="N", help="how deep the tree goes (default: no limit)")
    answering.add_arguments(parser, option=False)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Always 0 where the project can be read."""
    from venvls.answers.tree import inverted, tree

    depth = options.depth
    if depth is not None and not (depth.isascii() and depth.isdecimal()):
        raise Failure(f"--depth is a number, 0 or more, and not `{one_line(depth)}`")
    for name in options.package:
        answering.key_of(name)
    asked = answering.asked(options, services)
    _refuse_unknown(options.package, asked)
    keys = tuple(answering.key_here(name, asked.facts) for name in options.package)
    make = inverted if options.invert else tree
    rows = tuple(make(asked.facts, keys, deepest=None if depth is None else int(depth), installed=options.installed))
    sys.stdout.write(_json(rows, asked) if options.format == "json" else _text(rows, asked))
    return 0


def _refuse_unknown(names: Sequence[str], asked: answering.Asked) -> None:
    from venvls.answers.graph import reached

    installed = asked.facts.installed.distributions if asked.facts.installed is not None else {}
    for name in names:
        key = answering.key_here(name, asked.facts)
        if key not in installed and key not in reached(asked.facts).extras:
            raise answering.unknown(name, asked.facts)


def _text(rows: Sequence[Row], asked: answering.Asked) -> str:
    if len(rows) == 1 and rows[0].key is None:
        return f"{_project(asked)}\n(nothing is required)\n"
    lines = [f"{stem}{_shown(row, asked)}" for row, stem in zip(rows, _stems([row.depth for row in rows]), strict=True)]
    if any(row.shown for row in rows):
        lines.append("(*) what follows is shown further up")
    return "\n".join(lines) + "\n"


def _stems(depths: Sequence[int]) -> list[str]:
    """The lines that lead to each row, by the depths of all: from the last row up, so that each knows what follows below it."""
    open_below: list[bool] = []
    stems: list[str] = []
    for depth in reversed(depths):
        del open_below[depth + 1 :]
        open_below += [False] * (depth + 1 - len(open_below))
        branch = ("├── " if open_below[depth] else "└── ") if depth else ""
        stems.append("".join("│   " if open_below[rank] else "    " for rank in range(1, depth)) + branch)
        open_below[depth] = True
    return stems[::-1]


def _shown(row: Row, asked: answering.Asked) -> str:
    if row.key is None:
        if row.statement is None:
            return _project(asked)
        return f"{asked.lead(row.statement)}  {one_line(words.text_of(row.statement))}"
    extras = f"[{','.join(row.extras)}]" if row.extras else ""
    parts = [one_line(f"{plain(row.key)}{extras} {row.version or ''}".rstrip())]
    remarks = []
    if row.statement is not None and (scope := words.scope_of(row.statement)):
        remarks.append(scope)
    if row.edge is not None:
        remarks += [text for text in (row.edge.specifier, f"extra {row.edge.extra}" if row.edge.extra else "") if text]
        remarks += [] if row.edge.certain else ["its marker is not known here"]
    if remarks:
        parts.append(one_line(f"({', '.join(remarks)})"))
    if row.shown:
        parts.append("(*)")
    if row.out_of_sync:
        parts.append(terminal().paint(one_line(f"[{row.out_of_sync}]"), "warning"))
    return " ".join(parts)


def _project(asked: answering.Asked) -> str:
    facts = asked.facts
    main = facts.manifests.get(facts.project.manifests[0]) if facts.project.manifests else None
    name = main.name if main is not None else None
    return one_line(name if name is not None else facts.files.path.basename(facts.project.root))


def _json(rows: Sequence[Row], asked: answering.Asked) -> str:
    import json

    objects = [
        {
            "depth": row.depth,
            "package": row.key,
            "extras": list(row.extras),
            "version": row.version,
            "requirement": answering.statement_object(asked, row.statement) if row.statement is not None else None,
            "need": answering.edge_object(row.edge) if row.edge is not None else None,
            "shown_above": row.shown,
            "out_of_sync": row.out_of_sync or None,
        }
        for row in rows
    ]
    return json.dumps({**answering.head(asked), "rows": objects}, indent=2) + "\n"
