"""Which paths are said to have changed on disk and were not taken in yet. From any thread.

It knows neither who says so nor what depends on them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable


class Changes:
    """Paths, each once, until somebody takes them."""

    def __init__(self) -> None:
        self._paths: set[str] = set()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._paths)

    def add(self, paths: Iterable[str]) -> None:
        """These changed."""
        with self._lock:
            self._paths.update(paths)

    def take(self) -> set[str]:
        """All of them; what is said from now on is for the next to take."""
        with self._lock:
            taken, self._paths = self._paths, set()
        return taken


def are_another_branch(paths: Iterable[str]) -> bool:
    """Whether these paths tell that git has checked out something else, so that any folder may be another one."""
    return any(path.endswith(("HEAD", "HEAD.lock")) for path in paths)
