"""Installs requirements into the environment of a project. The manifests are left as they are: `venvls add` declares a requirement."""

from __future__ import annotations

from venvls.cli import opening, running
from venvls.cli.failure import Failure
from venvls.model.action import Task
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``install``."""
    parser.add_argument("requirements", nargs="+", metavar="REQUIREMENT", help="what to install: requests>=2.31, 'name @ URL', …")
    parser.add_argument("--project", default=".", metavar="DIR", help="the project's folder (default: this one)")
    parser.add_argument("--env", metavar="DIR", help="this environment instead of the selected one")
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Install, and say what came of it."""
    from venvls.manifests.pep508.requirement import parse_requirement

    for text in options.requirements:
        parsed = parse_requirement(text)
        if parsed.error is not None:
            raise Failure(f"`{text}` is not a valid requirement: {parsed.error}")
    joined = services()
    workspace, project = opening.open_project(options.project, joined, opening.overrides(options))
    environment = project.environment.prefix if project.environment else None
    task = Task("install", project=project.root, environment=environment, requirements=tuple(options.requirements))
    return running.perform(task, workspace, joined, options)
