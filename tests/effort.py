"""How much work something is, counted instead of timed: a slow or busy machine counts what a quick one counts.

Lines of Python are counted exactly. What a regular expression or a string method does inside one line cannot be counted; there the input is
so large that work which grows with its square would take many minutes, and ``ends`` gives up long before that and long after the rest.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
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


_LISTENER = """
import os, sys
def look(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str) and not leave:
        leave.append(True)  # what is opened here is not looked at
        with open(os.environ["VENVLS_TEST_LOOKS"], "a", encoding="utf-8", errors="surrogateescape") as log:
            log.write(arguments[0] + chr(10))
        leave.clear()
leave = []
sys.addaudithook(look)
"""


class Looks:
    """Which files and folders a Python process opens and lists, and those it starts: give it ``environ``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(_LISTENER, "utf-8")
        self._log = folder / "looks"
        self.environ = {"PYTHONPATH": str(folder), "VENVLS_TEST_LOOKS": str(self._log)}

    def at(self, root: Path) -> list[str]:
        """What was opened or listed below ``root``, as often as it was."""
        lines = self._log.read_text("utf-8", "surrogateescape").splitlines() if self._log.exists() else []
        return [line for line in lines if Path(line).is_relative_to(root)]

    def forget(self) -> None:
        """Begins anew."""
        self._log.unlink(missing_ok=True)
