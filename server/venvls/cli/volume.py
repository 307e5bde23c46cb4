"""How much a command says next to its result: ``-q`` and ``-v``, which every command takes.

Quiet leaves the result and failures; verbose adds what was done and why. Kept here while a command runs, because notes come from
everywhere below it and none of those places has another reason to know the options.
"""

from __future__ import annotations

import sys

from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_chosen: dict[str, bool] = {"quiet": False, "verbose": False}


def add(parser: argparse.ArgumentParser) -> None:
    """``-q`` and ``-v``."""
    parser.add_argument("-q", "--quiet", action="store_true", help="print the result and failures only")
    parser.add_argument("-v", "--verbose", action="store_true", help="print more: what is done, and what is in use")


class of:  # noqa: N801 - read as a function; contextlib would be a hundredth of a first check
    """What ``options`` say holds inside the block; a failure where they contradict each other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options, self._before = options, dict(_chosen)

    def __enter__(self) -> None:
        quiet, verbose = self._options.quiet, self._options.verbose
        if quiet and verbose:
            raise Failure("--quiet and --verbose contradict each other: give one of them.")
        _chosen.update(quiet=quiet, verbose=verbose)

    def __exit__(self, *failure: object) -> None:
        _chosen.update(self._before)


def quiet() -> bool:
    """Whether only the result is wanted."""
    return _chosen["quiet"]


def verbose() -> bool:
    """Whether more is wanted."""
    return _chosen["verbose"]


def note(text: str) -> None:
    """A line on standard error that a person may want to know; nothing where only the result is wanted."""
    if quiet():
        return
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        return  # nobody reads it any more: a task that is half done goes on
