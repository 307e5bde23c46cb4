"""Notices changes on disk by stat, where the editor does not watch: a handful of paths every two seconds, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.ports import Stat

SECONDS = 2.0


class Poller:
    """Stats the watched paths and tells, from its thread, which changed. ``stat`` gives a value, never an exception."""

    def __init__(self, changed: Callable[[set[str]], None], seconds: float = SECONDS) -> None:
        self._changed = changed
        self._seconds = seconds
        self._known: dict[str, Stat | None] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stat: Callable[[str], Stat | None] = lambda path: None

    def watch(self, paths: Iterable[str], stat: Callable[[str], Stat | None]) -> None:
        """From now on these paths and no others; one that is new is looked at right away."""
        wanted = tuple(paths)
        with self._lock:
            known = self._known
        fresh = {path: known[path] if path in known else stat(path) for path in wanted}
        with self._lock:
            # What the thread saw meanwhile is newer than what was known here.
            self._known = {path: self._known.get(path, seen) for path, seen in fresh.items()}
            self._stat = stat
            if self._thread is None and self._known:
                self._thread = threading.Thread(target=self._run, name="venvls-poller", daemon=True)
                self._thread.start()

    def look(self) -> set[str]:
        """One round: the paths that changed since the last."""
        with self._lock:
            known, stat = dict(self._known), self._stat
        seen = {path: stat(path) for path in known}
        with self._lock:
            self._known.update({path: state for path, state in seen.items() if path in self._known})
        return {path for path, state in seen.items() if state != known[path]}

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._seconds):
            changed = self.look()
            if changed:
                self._changed(changed)
