"""Brings the environment of a project in step with what its manifests ask, using the project's own tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.cli import opening, running
from venvls.model.action import Task

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``sync``."""
    parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="the project's folder (default: this one)")
    parser.add_argument("--env", metavar="DIR", help="this environment instead of the chosen one")
    parser.add_argument("--exact", action="store_true", help="remove what nothing asks for")
    opening.add_groups(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Sync, and say what came of it."""
    joined = services()
    path = opening.existing((options.project,))[0]
    workspace = opening.open_workspace((path,), joined, opening.overrides(options))
    project = opening.one_project(path, workspace)
    choice = workspace.facts(project.root).choice
    task = Task(
        "sync",
        project=project.root,
        environment=project.environment.prefix if project.environment else None,
        groups=tuple(sorted(choice.groups)),
        extras=tuple(sorted(choice.extras)),
        options={"exact": True} if options.exact else {},
    )
    return running.perform(task, workspace, joined, options)
