"""Brings the environment of a project in sync with what its manifests ask, using the project's own tool."""

from __future__ import annotations

from venvls.cli import opening, running, several
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``sync``."""
    parser.add_argument("project", nargs="?", default=".", metavar="PROJECT", help="the project's folder (default: this one)")
    parser.add_argument("--env", metavar="DIR", help="this environment instead of the selected one")
    parser.add_argument("--exact", action="store_true", help="also remove packages that nothing requires")
    several.add_all(parser)
    opening.add_groups(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Sync, and say what came of it."""
    if options.all:
        joined = services()
        return several.each(options, several.below(options.project, joined), lambda own: run(own, lambda: joined), joined)
    here = running.opened(options, services)
    task = here.task("sync", options={"exact": True} if options.exact else {})
    return running.perform(task, here.workspace, here.services, options)
