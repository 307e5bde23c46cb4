"""A server process from its first byte to its last: pipes, event loop, log, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from pygls.lsp.server import LanguageServer

from venvls.lsp.doorstep import Doorstep
from venvls.lsp.greeting import Greeting
from venvls.lsp.parent import watch_process
from venvls.lsp.protocol import Protocol, call_safely
from venvls.lsp.transport import Arrivals, Outbox
from venvls.model.record import NamedTuple
from venvls.model.redact import redact
from venvls.model.visible import visible

log = logging.getLogger(__name__)

_LAST_SECONDS = 3.0
"""The most time the end may take: when an editor is closed, the server must end too."""


class Runtime(LanguageServer):
    """pygls' server with our transport. ``closing`` holds what has to end with the process: child process groups first of all."""

    protocol: Protocol

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name, version, protocol_cls=Protocol)
        self.closing: list[Callable[[], None]] = []
        self.outbox: Outbox | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self._ending = threading.Lock()
        self._watched: int | None = None

    def run(self, door: Doorstep) -> None:
        """Serves the editor at the door; does not return."""
        logging.getLogger("pygls").setLevel(logging.WARNING)
        try:
            asyncio.run(self._serve(door))
        except KeyboardInterrupt:
            self.end(130)
        except BaseException:
            log.exception("the server stopped")
        self.end(1)

    async def _serve(self, door: Doorstep) -> None:
        loop = self.loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_stray)
        self.outbox = Outbox(door.sink, lost=lambda: self.ended(None))
        self.protocol.send_body = self.outbox.send
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            with contextlib.suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
                number = getattr(signal, name)
                loop.add_signal_handler(number, partial(self.end, 128 + number))
        arrivals = Arrivals(loop)
        self.protocol.wait_for = arrivals.wait_for
        door.hand_over(_Incoming(self, arrivals))
        await asyncio.Event().wait()

    def greeted(self, greeting: Greeting) -> None:
        """The editor said hello, and was answered before there was a server. On the event loop."""
        self.protocol.begin(greeting.process)

    def ended(self, failure: str | None) -> None:
        """The editor's end of the pipes is closed; with a sentence where it was not in order."""
        if failure is not None:
            log.error("%s", failure)
        self.end(0 if self.protocol.state == "shut" and failure is None else 1)

    def watch_editor(self, pid: int) -> None:
        """Ends the server once the editor's process has ended. Must not wait for the event loop."""
        if self._watched is None:
            self._watched = pid
            watch_process(pid, lambda: self.end(1))

    def end(self, code: int) -> None:
        """Ends the process from any thread: closes what has to be closed, writes what is queued, and exits within seconds."""
        if not self._ending.acquire(blocking=False):
            return
        last = threading.Timer(_LAST_SECONDS, os._exit, (code,))
        last.daemon = True
        last.start()
        for close in list(self.closing):
            call_safely(close, "something could not be closed")
        if self.outbox is not None and threading.current_thread().name != "venvls-writer":
            self.outbox.flush(1.0)
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        # Worker threads may be busy for minutes; the interpreter's own way out would wait for them.
        os._exit(code)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Into the log; never a message box."""
        log.error("%s", error)


class _Incoming(NamedTuple):
    """Has the event loop take what comes, in its order."""

    server: Runtime
    arrivals: Arrivals

    def greeted(self, greeting: Greeting) -> None:
        self.arrivals.put(partial(self.server.greeted, greeting))

    def message(self, body: bytes) -> None:
        self.server.protocol.arrived()
        self.arrivals.put(partial(self.server.protocol.receive, body))

    def ended(self, failure: str | None) -> None:
        self.arrivals.put(partial(self.server.ended, failure))


class EditorLog(logging.Handler):
    """Shows our warnings and errors in the editor's log (``window/logMessage``), first line only: no payloads, no traces."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(logging.WARNING)
        self._protocol = protocol

    def emit(self, record: logging.LogRecord) -> None:
        """Sends one record."""
        if self._protocol.state != "running":
            return
        try:
            kind = 1 if record.levelno >= logging.ERROR else 2
            message = redact(record.getMessage().split("\n", 1)[0])[:1000]
            self._protocol.tell("window/logMessage", {"type": kind, "message": message})
        except Exception:
            self.handleError(record)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(redact(super().format(record)))


def log_to(stream: Any, protocol: Protocol | None = None, level: int = logging.INFO) -> None:
    """Sends what venvls logs to ``stream`` (stderr), and warnings to the editor as well."""
    logger = logging.getLogger("venvls")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    if protocol is not None:
        logger.addHandler(EditorLog(protocol))


def _log_stray(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("%s", context.get("message", "an error outside any handler"), exc_info=context.get("exception"))
