"""Where an editor is answered before the server is loaded: most of its start is the protocol's library, and nobody has to wait for that.

Messages are read from the first byte on. The first, where it is a plain ``initialize``, is answered right here; the others wait until
the server takes them, in their order. Nothing is imported by the thread that reads: the main thread is loading the server meanwhile.
"""

from __future__ import annotations

import json
import threading

from venvls.lsp.framing import frame
from venvls.lsp.greeting import Greeting, answer, read
from venvls.lsp.pipes import start_reading
from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from venvls.model.record import Protocol

    class Server(Protocol):
        """Who takes what has come; called from the thread that reads or that hands over, never from two at once."""

        def greeted(self, greeting: Greeting) -> None:
            """The editor has said hello and has its answer."""

        def message(self, body: bytes) -> None:
            """Any other message."""

        def ended(self, failure: str | None) -> None:
            """No more will come; with a sentence where something was wrong."""


class Doorstep:
    """The editor's end of ``source`` and ``sink`` until there is a server. Reading begins at once."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.sink = sink
        self._first = True
        self._kept: list[Callable[[Server], None]] = []
        self._server: Server | None = None
        self._order = threading.Lock()
        start_reading(source, self._message, lambda failure: self._pass(lambda server: server.ended(failure)))

    def hand_over(self, server: Server) -> None:
        """Gives ``server`` all that has come, and from now on whatever comes."""
        with self._order:
            for give in self._kept:
                give(server)
            self._kept.clear()
            self._server = server

    def _message(self, body: bytes) -> None:
        if self._first:
            self._first = False
            greeting = _answered(body, self.sink)
            if greeting is not None:
                self._pass(lambda server: server.greeted(greeting))
                return
        self._pass(lambda server: server.message(body))

    def _pass(self, give: Callable[[Server], None]) -> None:
        with self._order:
            if self._server is None:
                self._kept.append(give)
            else:
                give(self._server)


def _answered(body: bytes, sink: BinaryIO) -> Greeting | None:
    """Answers a plain ``initialize``; ``None`` where it is none, and nothing was answered."""
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or message.get("method") != "initialize":
        return None
    number, greeting = message.get("id"), read(message.get("params"))
    if greeting is None or not isinstance(number, int | str) or isinstance(number, bool):
        return None
    reply = {"jsonrpc": "2.0", "id": number, "result": answer(greeting)}
    try:
        sink.write(frame(json.dumps(reply, separators=(",", ":")).encode("ascii")))
        sink.flush()
    except (OSError, ValueError):
        pass  # the editor is gone: whoever writes next will notice, and has what it takes to end
    return greeting
