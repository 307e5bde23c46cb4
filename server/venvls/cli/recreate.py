"""Makes the environment again, with the same settings or another Python. The old one is aside until the new one is in sync, and comes
back if that fails."""

from __future__ import annotations

from venvls.cli import opening, running
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``recreate``."""
    running.add_project(parser)
    parser.add_argument("--python", metavar="SPEC", help="another Python: a version (3.12), or the path of an interpreter")
    parser.add_argument(
        "--tool", choices=("auto", "venv", "virtualenv", "uv"), default="auto", help="the tool that creates it (default: as before)"
    )
    parser.add_argument("--prompt", metavar="TEXT", help="the name that the shell shows while it is active (default: as before)")
    parser.add_argument("--no-sync", action="store_true", help="do not install the project's requirements")
    opening.add_groups(parser)
    running.add_yes(parser)
    running.add_discard(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Recreate, and say what came of it."""
    here = running.opened(options, services)
    environment = here.project.environment
    chosen: dict[str, object] = {
        name.replace("_", "-"): value
        for name in ("python", "tool", "prompt", "no_sync")
        if (value := getattr(options, name)) not in (None, False, "auto")
    }
    chosen |= running.discarding(options)
    if environment is not None and environment.minor and options.python is None:
        chosen["like"] = environment.minor
    task = here.task("recreate", options=chosen)
    running.agreed(running.planned(task, here.workspace, here.services), options)
    return running.perform(task, here.workspace, here.services, options)
