"""Sharing one piece of work among copies of this process. Measured: walking 40,000 folders takes two thirds of the time with two.

Threads were measured too and made it slower: a listing is too short for handing the interpreter's lock to and fro. A copy runs the same
code on data it already has and starts no program. Only where copying is safe: on Linux, in a process without other threads.
"""

from __future__ import annotations

import marshal
import os
import sys

from venvls.host import patience
from venvls.model.hints import TYPE_CHECKING, Any, TypeVar, cast
from venvls.model.record import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Item = TypeVar("_Item")
_MOST = 4


class Extra(Protocol):
    """What is noted next to the results of work, and what copies send back along with them."""

    def lose(self) -> None:
        """Something counted that cannot be noted: how much time there was."""

    def begin(self) -> None:
        """In a copy: before its work."""

    def taken(self) -> object:
        """In a copy: what to send, plain values."""

    def add(self, taken: object) -> None:
        """In the original: takes what a copy sent."""


extra: Extra | None = None


def processes() -> int:
    """How many processes may share work: 1 where this one must not be copied."""
    if sys.platform != "linux" or threads() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def threads() -> int:
    """How many threads this process has; for nothing where nobody has imported what starts them."""
    threading = sys.modules.get("threading")
    return 1 if threading is None else int(threading.active_count())


def share(work: Callable[[list[_Item]], object], items: Sequence[_Item], count: int) -> list[object]:
    """The results of ``work`` on ``count`` parts of ``items``; they must be plain values (``marshal``).

    The first part is done here and the others in copies of this process, none of which outlives the call. A part whose copy fails is
    done here as well.
    """
    patience.rest()
    parts = [list(items[number::count]) for number in range(count)]
    copies: list[tuple[int, int] | None] = []
    try:
        for part in parts[1:]:
            copies.append(_copy(work, part))  # noqa: PERF401  (those made before one that fails must be known to the end)
        results = [work(parts[0])]
        results += [_received(copy[1], work, part) if copy else work(part) for copy, part in zip(copies, parts[1:], strict=True)]
        return results
    finally:
        for copy in copies:
            if copy:
                os.close(copy[1])  # a copy that is still writing ends with it
                os.waitpid(copy[0], 0)


def _copy(work: Callable[[list[_Item]], object], part: list[_Item]) -> tuple[int, int] | None:
    """Starts a copy that works on ``part``: its process id and the pipe its result comes through; ``None`` where the system allows none."""
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if child:
        os.close(writing)
        return child, reading
    # From here on this is the copy: it must neither return nor write what the original holds in its buffers.
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            if extra is not None:
                extra.begin()
            result = work(part)
            pipe.write(marshal.dumps(cast(Any, (result, extra.taken() if extra is not None else None))))
    finally:
        os._exit(0)


def _received(pipe: int, work: Callable[[list[_Item]], object], part: list[_Item]) -> object:
    chunks: list[bytes] = []
    while chunk := os.read(pipe, 1 << 20):
        chunks.append(chunk)
    try:
        result, taken = marshal.loads(b"".join(chunks))  # noqa: S302  (written by our own copy a moment ago)
    except (EOFError, ValueError, TypeError):
        return work(part)
    if extra is not None:
        extra.add(taken)
    return cast(object, result)
