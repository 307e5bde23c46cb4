"""The server's two pipes, and the thread that reads: loaded before all else, so it imports as little as can be."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from venvls.lsp.framing import Framing, MalformedError
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

_CHUNK = 1 << 16


def start_reading(stream: BinaryIO, message: Callable[[bytes], None], ended: Callable[[str | None], None]) -> None:
    """Reads messages in a thread of its own until the stream ends.

    ``message`` gets each body, ``ended`` is called once at the end: with ``None`` where the editor closed the stream between two messages,
    else with a sentence that says what was wrong. Both are called from the reading thread.
    """

    def run() -> None:
        framing = Framing()
        read = getattr(stream, "read1", stream.read)
        failure: str | None = None
        try:
            while data := read(_CHUNK):
                for body in framing.feed(data):
                    message(body)
            if not framing.idle:
                failure = "the editor closed the connection in the middle of a message"
        except MalformedError as error:
            failure = f"this is not the language server protocol: {error}"
        except (OSError, ValueError):
            failure = "the connection to the editor broke"
        ended(failure)

    threading.Thread(target=run, name="venvls-reader", daemon=True).start()


def take_stdio() -> tuple[BinaryIO, BinaryIO]:
    """The process's stdin and stdout for the protocol alone.

    What anything else prints goes to stderr from now on, and a child process cannot read the editor's messages.
    """
    try:
        source = os.fdopen(os.dup(0), "rb")
        sink = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
    except OSError:  # a host that gives no real descriptors
        return sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    return source, sink


def accept_one(host: str, port: int, listening: Callable[[str, int], None]) -> tuple[BinaryIO, BinaryIO]:
    """Listens on ``host:port`` and gives the two ends of the first connection: for debugging. Port 0 takes a free one."""
    import socket

    with socket.create_server((host, port)) as server:
        name = server.getsockname()
        listening(name[0], name[1])
        connection, _ = server.accept()
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.makefile("rb"), connection.makefile("wb")
