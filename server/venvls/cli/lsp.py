"""Starts the language server on standard input and output (--tcp HOST:PORT for debugging)."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``lsp``; ``__main__`` starts the server before the command line is loaded, so this is for ``--help``."""
    parser.add_argument("--tcp", metavar="HOST:PORT", help="listen here instead of on standard input and output")


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Never reached but through ``--help``."""
    return 2
