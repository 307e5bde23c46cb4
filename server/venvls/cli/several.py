"""One command for several projects, one after the other: one that fails does not stop the rest, and the worst ending is the status."""

from __future__ import annotations

import json
import os
import sys

from venvls import payload
from venvls.cli import opening, suggest
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from venvls.services import Services


def add_all(parser: argparse.ArgumentParser) -> None:
    """``--all``."""
    parser.add_argument("--all", action="store_true", help="every project at or below PROJECT, one after the other")


def below(given: str, services: Services) -> list[str]:
    """The roots of all projects at or below a folder, without scripts; a failure where there is none."""
    path = opening.existing((given,))[0]
    workspace = opening.open_workspace((path,), services)
    roots = [project.root for project in workspace.folder_projects() if project.root not in project.manifests]
    if not roots:
        raise Failure(f"there is no project at or below `{one_line(given)}`.")
    return roots


def each(options: argparse.Namespace, projects: Sequence[str], run: Callable[[argparse.Namespace], int], services: Services) -> int:
    """``run`` for each project until one is stopped, its text told apart by the folder; as JSON one document with all ``results``."""
    import argparse
    from contextlib import redirect_stdout
    from io import StringIO

    from venvls.cli import named_groups

    chosen = named_groups.of_each(options, projects, services) if named_groups.are_named(options) else {}
    worst = 0
    results: list[object] = []
    for project in projects:
        name = suggest.below(os.path.abspath(project))
        printed = StringIO()
        problem: str | None = None
        stopped = False
        try:
            with redirect_stdout(printed):
                status = run(argparse.Namespace(**{**vars(options), "project": project, "all": False, **chosen.get(project, {})}))
        except Failure as failure:
            status, problem, stopped = 2, str(failure), failure.interrupted
        worst = max(worst, status)
        text = printed.getvalue()
        if options.format == "json":
            results.append({"project": os.path.abspath(project), "status": status, "problem": problem, "result": _read(text)})
        else:
            sys.stdout.write("".join(f"{one_line(name)}: {line}\n" for line in text.splitlines()))
            if problem is not None:
                print(f"venvls: {one_line(name)}: {one_line(problem)}", file=sys.stderr)
        if stopped:  # who stops one means all
            break
    if options.format == "json":
        print(json.dumps({"schema": payload.SCHEMA, "results": results}, indent=2))
    return worst


def _read(text: str) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
