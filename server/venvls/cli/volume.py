"""How much a command says next to its result: ``-q`` and ``-v``, which every command takes.

Quiet leaves the result and failures; verbose adds what was done and why. Kept here while a command runs, because notes come from
everywhere below it and none of those places has another reason to know the options.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_chosen: dict[str, bool] = {"quiet": False, "verbose": False}


def add(parser: argparse.ArgumentParser) -> None:
    """``-q`` and ``-v``."""
    parser.add_argument("-q", "--quiet", action="store_true", help="print the result and failures only")
    parser.add_argument("-v", "--verbose", action="store_true", help="print more: what is done, and what is in use")


@contextmanager
def of(options: argparse.Namespace) -> Iterator[None]:
    """What ``options`` say holds inside the block; a failure where they contradict each other."""
    if options.quiet and options.verbose:
        raise Failure("--quiet and --verbose contradict each other: give one of them.")
    before = dict(_chosen)
    _chosen.update(quiet=options.quiet, verbose=options.verbose)
    try:
        yield
    finally:
        _chosen.update(before)


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
    with suppress(OSError):  # nobody reads it any more: a task that is half done goes on
        print(text, file=sys.stderr, flush=True)
