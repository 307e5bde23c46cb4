"""Which documents were typed in and not checked since, and when they are checked: at once, or in a burst, once it is over.

Noted on the event loop, taken on the worker. It knows neither texts nor findings.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_BURST_SECONDS = 1.0
"""While changes come faster than they can be taken in, this long at most goes by without a check."""
_LOOK_SECONDS = 0.02


class Typed:
    """``is_behind`` says whether the next change has come already, ``check`` queues a check of all that :meth:`take` gives."""

    def __init__(self, is_behind: Callable[[], bool], check: Callable[[], None]) -> None:
        self._is_behind, self._check = is_behind, check
        self._touched: dict[str, bool] = {}
        self._pending = threading.Lock()
        self._is_queued = False
        self._put_off: asyncio.TimerHandle | None = None

    def note(self, path: str, touched: bool, loop: asyncio.AbstractEventLoop | None) -> None:
        """A document was opened or changed: check it as soon as can be. A burst is one check, of the last text.

        ``touched`` says that the editor's own marks may have moved or gone with the change, so that equal findings are told again.
        """
        with self._pending:
            self._touched[path] = touched or path in self._touched
        if not self._is_queued:
            self._is_queued = True
            self._check_soon(time.monotonic() + _BURST_SECONDS, loop)

    def __contains__(self, path: str) -> bool:
        """Whether a change of a document waits to be checked. From any thread."""
        return path in self._touched

    def __bool__(self) -> bool:
        """Whether any does."""
        return bool(self._touched)

    def check_now(self) -> None:
        """Queues a check that was put off: a question that comes after a change is answered of the changed text."""
        if self._put_off is not None:
            self._put_off.cancel()
            self._put_off = None
            self._check()

    def take(self) -> dict[str, bool]:
        """The documents to be checked, each with whether its marks were touched; what is noted from now on is another check."""
        self._is_queued = False
        with self._pending:
            taken, self._touched = self._touched, {}
        return taken

    def _check_soon(self, latest: float, loop: asyncio.AbstractEventLoop | None) -> None:
        if loop is not None and self._is_behind() and time.monotonic() < latest:
            self._put_off = loop.call_later(_LOOK_SECONDS, self._check_soon, latest, loop)
        else:
            self._put_off = None
            self._check()
