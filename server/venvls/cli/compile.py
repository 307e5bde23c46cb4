"""Compiles requirements.in to requirements.txt, or brings the project's lock up to date, with the project's own tool."""

from __future__ import annotations

import os

from venvls.cli import opening, running
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``compile``."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to compile (default: every .in file of the project, or its lock)")
    running.add_project(parser, option=True)
    parser.add_argument("--upgrade", action="store_true", help="use the newest versions, not the pinned ones")
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Compile, and say what came of it."""
    files = opening.existing(options.files)
    if files and options.project == ".":
        options.project = os.path.dirname(files[0])
    here = running.opened(options, services)
    manifests = here.workspace.facts(here.project.root).manifests
    outputs = [manifests.get(f"{path[: -len('.in')]}.txt") for path in files if path.endswith(".in")]
    if files and len(outputs) == len(files) and all(manifest is not None and manifest.own.compiled is not None for manifest in outputs):
        files = ()  # Compiled before: the command in the header says how, and it takes them all.
    chosen: dict[str, object] = {"upgrade-pins": True} if options.upgrade else {}
    return running.perform(here.task("compile", files=files, options=chosen), here.workspace, here.services, options)
