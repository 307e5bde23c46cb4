"""Work-done progress: how far a task is, and the cancel that stops it."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

_SECONDS_BETWEEN = 0.1
_numbers = itertools.count(1)


def cancelled(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    """The person pressed cancel."""
    cancel = ls.session.tasks.cancels.get(params.token)
    if cancel is not None:
        cancel.set()


class Progress:
    """One task's progress in the editor. ``cancel`` is set when the person has had enough. Lines may come from any thread."""

    def __init__(self, ls: Server, token: int | str | None) -> None:
        self._ls = ls
        self._token = token
        self._key: object = token if token is not None else object()
        self._last = 0.0
        self.cancel = threading.Event()
        ls.session.tasks.cancels[self._key] = self.cancel

    def line(self, text: str) -> None:
        """Shows what the tool says, ten times a second at most."""
        now = time.monotonic()
        if self._token is not None and now - self._last >= _SECONDS_BETWEEN:
            self._last = now
            self._tell({"kind": "report", "cancellable": True, "message": text[:300]})

    def end(self, text: str) -> None:
        """Takes the progress away; must always be called."""
        self._ls.session.tasks.cancels.pop(self._key, None)
        if self._token is not None and self._ls.protocol.state == "running":
            self._tell({"kind": "end", "message": text[:300]})

    def begin(self, title: str) -> None:
        """Shows the progress."""
        if self._token is not None:
            self._tell({"kind": "begin", "title": title, "cancellable": True})

    def _tell(self, value: dict[str, object]) -> None:
        self._ls.protocol.tell("$/progress", {"token": self._token, "value": value})


async def start(ls: Server, title: str, token: int | str | None) -> Progress:
    """A progress on the editor's own token, or on a new one where it shows such; else one that only cancels."""
    if token is None and ls.session.client.progress:
        token = f"venvls-task-{next(_numbers)}"
        try:
            await ls.protocol.request("window/workDoneProgress/create", {"token": token}, 10.0)
        except (JsonRpcException, TimeoutError):
            token = None
    progress = Progress(ls, token)
    progress.begin(title)
    return progress
