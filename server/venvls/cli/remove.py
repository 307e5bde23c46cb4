"""Deletes the environment of a project: only what is provably an environment, inside the project's folder, and not kept by git."""

from __future__ import annotations

from venvls.cli import opening, running
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``remove``."""
    running.add_project(parser)
    running.add_yes(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Remove, and say what came of it."""
    here = running.opened(options, services)
    if here.prefix is None:
        raise Failure(f"{here.project.root} has no environment: there is nothing to delete.")
    task = here.task("remove")
    running.agreed(running.planned(task, here.workspace, here.services), options)
    return running.perform(task, here.workspace, here.services, options)
