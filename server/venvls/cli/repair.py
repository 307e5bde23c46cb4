"""Fixes the environment of a project: reinstalls what an interrupted installation left incomplete, takes away what it left behind, and
makes an environment that cannot be used (moved, incomplete, without its Python) again in its place."""

from __future__ import annotations

from venvls.cli import opening, running
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``repair``."""
    running.add_project(parser)
    parser.add_argument("--pip", action="store_true", help="reinstall pip in an environment that has lost it, even if uv is available")
    opening.add_groups(parser)
    running.add_yes(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Repair, and say what came of it."""
    here = running.opened(options, services)
    environment = here.project.environment
    task = here.task("repair", options={"pip": True} if options.pip and environment is not None and environment.health == "ok" else {})
    made = running.planned(task, here.workspace, here.services)
    if environment is not None and environment.prefix in made.aside:
        running.agreed(made, options)
    return running.perform(task, here.workspace, here.services, options)
