"""The one thread that touches the workspace. Three queues: what a person waits for goes before what they only look at (a hover, hints),
and that before what only has to happen.

Long work (a walk, a check of everything) calls :meth:`Worker.breathe` between its pieces, where the workspace is whole: whatever is urgent
is done right there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

log = logging.getLogger(__name__)
Result = TypeVar("Result")
_Job = tuple[Callable[..., Any], tuple[Any, ...], "Future[Any]"]


class Worker:
    """A thread with an urgent, a watched and a patient queue, each first in, first out. The thread starts with the first job."""

    def __init__(self) -> None:
        self._urgent: deque[_Job] = deque()
        self._watched: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._labels: set[str] = set()
        """Of the patient jobs that wait, and are queued once."""
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def urgent(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Queues what a person waits for."""
        return self._put(self._urgent, function, arguments)

    def patient(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Queues what only has to happen."""
        return self._put(self._patient, function, arguments)

    def watched(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Queues what is only looked at: it never goes before a check of what was typed."""
        return self._put(self._watched, function, arguments)

    def once(self, label: str, job: Callable[[], None]) -> None:
        """Queues what only has to happen, unless the same waits already; that it failed is logged."""
        if label in self._labels:
            return
        self._labels.add(label)

        def run() -> None:
            self._labels.discard(label)
            job()

        self.patient(run).add_done_callback(logged)

    async def run(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Runs ``function`` as urgent work and gives its result to a coroutine."""
        return await asyncio.wrap_future(self.urgent(function, *arguments))

    def breathe(self) -> None:
        """On the worker's own thread, between two pieces of long work: does what is urgent now."""
        while self._urgent or self._watched:
            self._run(self._urgent.popleft() if self._urgent else self._watched.popleft())

    def _put(self, queue: deque[_Job], function: Callable[..., Result], arguments: tuple[Any, ...]) -> Future[Result]:
        future: Future[Result] = Future()
        with self._news:
            queue.append((function, arguments, future))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="venvls-worker", daemon=True)
                self._thread.start()
            self._news.notify()
        return future

    def _work(self) -> None:
        while True:
            with self._news:
                while not (self._urgent or self._watched or self._patient):
                    self._news.wait()
                job = next(queue for queue in (self._urgent, self._watched, self._patient) if queue).popleft()
            self._run(job)

    def _run(self, job: _Job) -> None:
        function, arguments, future = job
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(function(*arguments))
        except BaseException as error:
            if not isinstance(error, Exception):
                error = RuntimeError("a job tried to end the process")
            future.set_exception(error)


def call_soon(loop: asyncio.AbstractEventLoop, function: Callable[..., Any], *args: Any) -> None:
    """Has the event loop call ``function``, unless it is closed: then the server ends. From any thread."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(function, *args)


def logged(future: Future[Any]) -> None:
    """Logs that a job failed: for those whose answer nobody waits for."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.error("work in the background failed", exc_info=error)
