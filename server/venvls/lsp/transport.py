"""Between the server's pipes and its event loop: neither a busy handler nor a slow editor stops it. ``pipes`` has the thread that reads."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, BinaryIO

from venvls.lsp.framing import frame
from venvls.lsp.worker import call_soon

_AT_ONCE = 50
"""Messages that are taken in one turn of the event loop: some milliseconds."""
_ANSWER_SECONDS = 0.2
"""So long at most a burst is left waiting for the answer to a question in its middle."""


class Outbox:
    """What goes to the editor, in the order it was handed over, from any thread. Never blocks the caller.

    ``lost`` is called once, from the writing thread, when the editor no longer takes what is written.
    """

    def __init__(self, stream: BinaryIO, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost
        self._queue: SimpleQueue[bytes | threading.Event] = SimpleQueue()
        threading.Thread(target=self._run, name="venvls-writer", daemon=True).start()

    def send(self, body: bytes) -> None:
        """Queues one message body."""
        self._queue.put(frame(body))

    def flush(self, seconds: float) -> bool:
        """Waits until everything queued so far is written, at most ``seconds``."""
        done = threading.Event()
        self._queue.put(done)
        return done.wait(seconds)

    def _run(self) -> None:
        broken = False
        while True:
            item = self._queue.get()
            if isinstance(item, threading.Event):
                item.set()
            elif not broken:
                try:
                    self._stream.write(item)
                    self._stream.flush()
                except (OSError, ValueError):
                    broken = True
                    self._lost()


class Arrivals:
    """What the reading thread has for the event loop, done there in its order.

    In a burst, waking the loop for each message would take as long as the messages themselves; after some of them it gets to whatever else
    there is.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Callable[[], None]] = deque()
        self._woken = False
        self._answer: Future[Any] | None = None
        self._waits = False
        self._meanwhile = 0

    def put(self, work: Callable[[], None]) -> None:
        """Has the loop do ``work``, which never raises. From any thread."""
        self._waiting.append(work)
        if not self._woken:
            self._woken = True
            call_soon(self._loop, self._take)

    def wait_for(self, answer: Future[Any]) -> None:
        """Leaves a burst waiting until a question is answered: taking it in would keep a processor from the answer. On the event loop.

        Not for longer than a moment, and not for another question before the answer to this has come. Some messages are taken all the same:
        one may say that the editor no longer wants to know.
        """
        if self._answer is None or self._answer.done():
            self._answer, self._waits, self._meanwhile = answer, True, _AT_ONCE
            answer.add_done_callback(lambda _: call_soon(self._loop, self._go_on, answer))
            self._loop.call_later(_ANSWER_SECONDS, self._go_on, answer)

    def _go_on(self, answer: Future[Any]) -> None:
        if self._answer is answer:
            self._waits = False
            self._take()

    def _take(self) -> None:
        self._woken = False  # before the look: what is put from here on wakes the loop again
        most = _AT_ONCE
        if self._waits:
            most = self._meanwhile
            self._meanwhile -= min(most, len(self._waiting))
        if most == 0:
            self._woken = True  # by what ends the wait
            return
        for _ in range(most):
            if not self._waiting:
                return
            self._waiting.popleft()()
        if self._waiting and not self._woken:
            self._woken = True
            call_soon(self._loop, self._take)
