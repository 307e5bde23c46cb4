"""Gives back what only refers to itself in a circle. Python looks for it by how much is made: a server that answers a key now and then
makes little for hours, and what it has of the machine grows until then.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

SECONDS = 60.0
MOST = 50_000
"""Objects that are looked at: some milliseconds, in which nothing else happens. Where there are more, Python's own looks are enough."""


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
