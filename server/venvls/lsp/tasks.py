"""The tasks that run: how each is cancelled, and whose environment is half-way just now. From any thread.

It knows neither what a task is nor what is to be looked at after it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator

_LAST_SECONDS = 2.5
"""How long tasks are waited for when the server ends: they put back what they moved aside."""


class Tasks:
    """``ended`` is called after each, in its thread. ``cancels`` are what stops one, by what its progress is known by."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self.cancels: dict[object, threading.Event] = {}
        self._ended = ended
        self._running: dict[threading.Event, str | None] = {}

    def __bool__(self) -> bool:
        """Whether any runs."""
        return bool(self._running)

    @contextlib.contextmanager
    def running(self, environment: str | None) -> Iterator[None]:
        """While a task runs, in its thread: changes in its environment wait until it has ended."""
        done = threading.Event()
        self._running[done] = environment
        try:
            yield
        finally:
            del self._running[done]
            done.set()
            self._ended()

    def are_changing(self, path: str) -> bool:
        """Whether one is changing the environment that ``path`` is in: what it looks like half-way is no news."""
        prefixes = [prefix for prefix in list(self._running.values()) if prefix is not None]
        return any(path == prefix or path.startswith(prefix.rstrip(os.sep) + os.sep) for prefix in prefixes)

    def close(self) -> None:
        """Stops what runs and gives it a moment to put back what it moved aside."""
        for cancel in list(self.cancels.values()):
            cancel.set()
        deadline = time.monotonic() + _LAST_SECONDS
        for done in list(self._running):
            done.wait(max(0.0, deadline - time.monotonic()))
