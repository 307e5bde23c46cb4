"""One holder at a time, across processes: advisory locks on files that the system lets go of when their holder dies.

A dead holder therefore never has to be recognised by its number. What the file says (process, task, start) is for people only.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PAUSE = 0.1


class Cancelled(Exception):
    """Waiting for a lock was given up."""


@contextmanager
def locked(
    path: str,
    *,
    holder: dict[str, object] | None = None,
    waiting: Callable[[dict[str, object]], None] = lambda holder: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """Hold the lock on ``path``, waiting for it if need be.

    ``holder`` is written into the file for those who wait. ``waiting`` is told once what the file says of the present holder.
    Raises :class:`Cancelled` when ``cancelled`` says so, OSError where the file cannot be made. Where the file system knows no
    locks, it goes on without one: a lock that cannot be had must not stop the work.
    """
    number = os.open(path, _FLAGS, 0o600)
    try:
        told = False
        while not _taken(number):
            if not told:
                waiting(_holder(number))
                told = True
            if cancelled():
                raise Cancelled
            time.sleep(_PAUSE)
        if holder is not None:
            _say(number, holder)
        try:
            yield
        finally:
            if holder is not None:
                _say(number, {})
            _released(number)
    finally:
        os.close(number)


def _holder(number: int) -> dict[str, object]:
    try:
        os.lseek(number, 0, os.SEEK_SET)
        holder = json.loads(os.read(number, 4096).decode("utf-8"))
    except (OSError, ValueError):
        return {}
    return holder if isinstance(holder, dict) else {}


def _say(number: int, holder: dict[str, object]) -> None:
    with suppress(OSError):
        os.ftruncate(number, 0)
        os.lseek(number, 0, os.SEEK_SET)
        os.write(number, json.dumps(holder).encode("utf-8") if holder else b"")


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _FAR = 1 << 30  # Windows locks bytes against reading too: one far beyond what the file says.

    def _taken(number: int) -> bool:
        os.lseek(number, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _released(number: int) -> None:
        os.lseek(number, _FAR, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(number, msvcrt.LK_UNLCK, 1)

else:
    import errno
    import fcntl

    def _taken(number: int) -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            return problem.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR)
        return True

    def _released(number: int) -> None:
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_UN)
