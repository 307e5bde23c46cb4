"""Deletes an environment: only what a tool recognisably made, where the project keeps its environments, and what git does not track.
The plan names every repository and every entry that no tool put there."""

from __future__ import annotations

import os

from venvls.cli import opening, running
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``delete``."""
    parser.add_argument(
        "place", nargs="?", metavar="ENV", help="the environment's folder, or a project's for its environment (default: this one)"
    )
    running.add_project(parser, option=True)
    running.add_yes(parser)
    running.add_discard(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Delete, and say what came of it."""
    from venvls import environments
    from venvls.model.record import replace

    joined = services()
    prefix: str | None = None
    if options.place is not None:
        place = opening.existing((options.place,))[0]
        # A folder with a manifest is a project's, whatever else it looks like.
        if environments.recognise(joined.machine.files, place) is not None or opening.project_folder(place, joined) != place:
            prefix, options.project = place, os.path.dirname(place)
            options.project = opening.project_folder(options.project, joined)
        else:
            options.project = place
    here = running.opened(options, lambda: joined)
    prefix = prefix or here.prefix
    if prefix is None:
        raise Failure(f"{here.project.root} has no environment: there is nothing to delete.")
    task = replace(here.task("delete", options=running.discarding(options)), environment=prefix)
    running.agreed(running.planned(task, here.workspace, here.services), options)
    return running.perform(task, here.workspace, here.services, options)
