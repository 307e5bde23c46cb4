"""How much work something is, counted instead of timed: a slow or busy machine counts what a quick one counts.

Lines of Python are counted exactly. What a regular expression or a string method does inside one line cannot be counted; there the input is
so large that work which grows with its square would take many minutes, and ``ends`` gives up long before that and long after the rest.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

PATIENCE = 30
"""Seconds of this process's own processor time, which other programs do not use up. What is right needs less than one of them."""


class Endless(BaseException):
    """Something did not end. Nothing that catches every ``Exception`` may catch it."""


def steps(run: Callable[[], object]) -> int:
    """How many lines of Python ``run`` goes through."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def assert_even(work: Callable[[int], object], size: int, times: int = 2) -> None:
    """Asserts that work on twice the size is ``times`` the work, with a little on top, and not more."""
    work(2)  # What is loaded, compiled or remembered at the first use is not part of it.
    single, double = steps(lambda: work(size)), steps(lambda: work(2 * size))
    assert double <= 1.15 * times * single + 300, f"{single} steps for a size of {size}, {double} for {2 * size}"


@contextmanager
def ends(seconds: float = PATIENCE) -> Iterator[None]:
    """Ends the test where what is inside does not end. Where there are no such timers (Windows) it would hang instead."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def give_up(*_: object) -> None:
        raise Endless(f"no end after {seconds} seconds of work")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
