"""Takes requirements out of the project's manifest and out of the environment, with what only they needed. Where uv, Poetry or another
tool keeps the project, that tool does both; else what was installed by name stays. `venvls delete` deletes the environment."""

from __future__ import annotations

import os

from venvls.cli import add, opening, running, suggest
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``remove``."""
    parser.add_argument("requirements", nargs="*", metavar="REQUIREMENT", help="the names of what to remove")
    running.add_project(parser, option=True)
    add.add_place(parser)
    parser.add_argument("--no-sync", action="store_true", help="change the manifest and uninstall nothing")
    running.add_yes(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Remove, and say what came of it."""
    if not options.requirements:
        raise Failure("`venvls remove` takes requirements out of the project: name them. To delete the environment, run `venvls delete`.")
    for text in options.requirements:
        if "://" in text.partition("@")[0]:
            raise Failure(f"`venvls remove` takes the names of packages, and `{text}` is an address.")
        if text in (".", "..") or os.path.isdir(text) or any(mark in text.partition("@")[0] for mark in (os.sep, "/")):
            raise Failure(
                f"`venvls remove` takes requirements out of the project, and `{text}` is a folder. "
                f"To delete an environment, run `venvls delete {suggest.word(text)}`."
            )
    options.undo = True
    return add.run(options, services)
