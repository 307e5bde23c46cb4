"""Lists every environment at or under PATH, with its interpreter, version, kind, health and project. Starts no interpreter."""

from __future__ import annotations

import os
import sys

from venvls.cli import opening, volume
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from venvls.model.environment import Environment
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``envs``."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="folders to look into (default: this one)")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Print the environments; always 0 where the folders can be read."""
    joined = services()
    paths = opening.existing(options.paths or ["."])
    if options.paths in ([], ["."]):
        paths = (opening.project_folder(paths[0], joined),)
    workspace = opening.open_workspace(paths, joined, discover=False)
    environments = opening.searched(workspace.find_environments, workspace)
    for note in workspace.notes:
        volume.note(f"venvls: {one_line(note)}")
    if options.format == "json":
        import json

        from venvls import payload

        print(
            json.dumps(
                {"schema": payload.SCHEMA, "environments": [payload.environment(environment) for environment in environments]}, indent=2
            )
        )
    else:
        sys.stdout.write(_table(environments))
    return 0


def _table(environments: Sequence[Environment]) -> str:
    if not environments:
        return "There is no environment here.\n"
    rows = [
        tuple(
            map(
                one_line,
                (
                    env.interpreter or env.prefix,
                    f"{'' if env.implementation == 'cpython' else env.implementation + ' '}{env.version or 'unknown'}",
                    env.kind,
                    env.health,
                    _shown(env.project),
                ),
            )
        )
        for env in environments
    ]
    titles = ("INTERPRETER", "PYTHON", "KIND", "HEALTH", "PROJECT")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (titles, *rows)]
    problems = [one_line(f"{env.prefix}: {env.problem}") for env in environments if env.problem]
    return "\n".join([*lines, *(["", *problems] if problems else [])]) + "\n"


def _shown(project: str | None) -> str:
    if project is None:
        return "-"
    try:
        relative = os.path.relpath(project)
    except ValueError:
        return project
    return project if relative.startswith("..") else relative
