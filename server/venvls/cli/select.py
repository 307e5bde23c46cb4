"""Chooses the environment of a project; the choice is kept for you, not in the workspace. Without DIR the choice is forgotten."""

from __future__ import annotations

import json

from venvls import payload
from venvls.cli import opening, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``select``."""
    parser.add_argument("environment", nargs="?", metavar="DIR", help="the environment's folder (default: choose automatically again)")
    parser.add_argument("--project", default=".", metavar="DIR", help="the project's folder (default: this one)")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Keep the choice, and say what is used from now on."""
    from venvls import environments

    joined = services()
    workspace, project = opening.open_project(options.project, joined)
    prefix = opening.existing((options.environment,))[0] if options.environment else None
    if prefix is not None and environments.recognise(workspace.files, prefix) is None:
        raise Failure(f"`{options.environment}` is not an environment: it has no pyvenv.cfg")
    chosen = workspace.select(project.root, prefix)
    reason = workspace.which(project.root).reason
    if options.format == "json":
        print(json.dumps({"ok": True, "message": reason, "environment": payload.environment(chosen)}, indent=2))
    elif not volume.quiet():
        uses = f"uses {chosen.interpreter or chosen.prefix}: {reason}" if chosen else "has no environment"
        print(one_line(f"{project.root} {uses}."))
    return 0
