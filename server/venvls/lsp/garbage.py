"""Gives back what only refers to itself in a circle. Python looks for it by how much is made: a server that answers a key now and then
makes little for hours, and what it has of the machine grows until then.
"""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator

SECONDS = 60.0
MOST = 50_000
"""Objects that are looked at: some milliseconds, in which nothing else happens. Where there are more, Python's own looks are enough."""

_MANY = 1_000_000


class Garbage:
    """Looked for once a minute at most, by whoever says that there is time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock() + SECONDS

    def collect(self) -> None:
        """Looks for it where a minute has passed."""
        now = self._clock()
        if now < self._at:
            return
        self._at = now + SECONDS
        if len(gc.get_objects(generation=2)) <= MOST:
            gc.collect()


@contextlib.contextmanager
def much_is_made(stays: Callable[[], bool]) -> Iterator[None]:
    """While a workspace is looked at whole, nobody looks for garbage: nearly all that is made then stays, and nothing of it leads back to
    itself. Where very much ``stays``, nobody looks at that later either: it would be a third of a second, with a key waiting."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY)
    try:
        yield
    finally:
        if stays():
            gc.freeze()
        gc.set_threshold(*before)
