"""Serves coding agents on standard input and output by the Model Context Protocol; needs the extra `venvls[mcp]`."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``mcp``; ``__main__`` starts the server before the command line is loaded, so this is for ``--help``."""
    parser.add_argument("--trust", action="store_true", help="run tasks (sync, add, remove, create, upgrade) without the question of trust")
    parser.add_argument("--root", action="append", default=[], metavar="DIR", help="serve this folder, where the client names no roots")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Never reached but through ``--help``."""
    return 2
