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

    from venvls.model.finding import Project
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``select``."""
    parser.add_argument("environment", nargs="?", metavar="DIR", help="the environment's folder (default: choose automatically again)")
    parser.add_argument("--project", default=".", metavar="DIR", help="the project's folder (default: this one)")
    parser.add_argument("--forget-group", action="append", default=[], metavar="NAME", help="forget this group or extra that you synced")
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Keep the choice, and say what is used from now on."""
    from venvls import environments

    joined = services()
    workspace, project = opening.open_project(options.project, joined)
    if options.forget_group:
        return _forgotten(options, project, joined)
    prefix = opening.existing((options.environment,))[0] if options.environment is not None else None
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


def _forgotten(options: argparse.Namespace, project: Project, services: Services) -> int:
    """Forget groups and extras; what they brought stays installed until an exact sync."""
    from venvls.synced_groups import forget

    environment = project.environment
    gone = forget(services.memory, environment.prefix, options.forget_group) if environment is not None else ()
    if not gone:
        raise Failure(f"{options.forget_group[0]} is not remembered for this environment.")
    message = f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} forgotten."
    if options.format == "json":
        print(json.dumps({"ok": True, "message": message, "environment": payload.environment(environment)}, indent=2))
    elif not volume.quiet():
        print(one_line(message))
    return 0
