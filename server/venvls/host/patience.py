"""Work that is given up once it has used too much processor time: the net below all bounds, for what nobody has thought of.

Nothing in the work has to count its steps, and so nothing can forget to: a thread that mostly sleeps looks at the clock of the thread that
works, and has Python raise an exception there. That happens between two steps of Python. What one step does (a pattern, a search) is
bounded by the size of what it gets.

The thread is made when something begins and ends once there is nothing to look at, or where :func:`rest` says so. ``threading`` would be a
twentieth of a first check; this needs only what it is made of.
"""

from __future__ import annotations

import time
from _thread import allocate_lock, get_ident, start_new_thread

from venvls.model.hints import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")

_TICK = 0.25
"""Seconds between two looks."""
_AGAIN = 1.0
"""Seconds after which it is raised once more where it was lost: in what is called while an object is thrown away."""


class _Overdue(BaseException):
    """Raised in the midst of work that took too long. Nothing that catches every ``Exception`` may catch it; each piece of work has a class
    of its own below this one."""


class _Budget:
    """The time of one piece of work: on which thread's clock, and when it is used up. ``kind`` is raised then."""

    __slots__ = ("clock", "end", "kind", "thread")

    def __init__(self, thread: int, clock: Callable[[], float], end: float) -> None:
        self.thread, self.clock, self.end = thread, clock, end
        self.kind: type[_Overdue] | None = None


_lock = allocate_lock()
_budgets: dict[int, list[_Budget]] = {}  # by thread, the outer before the inner
_wake = allocate_lock()
_ended = allocate_lock()
_watching = False


def within(seconds: float, work: Callable[[], _Result], otherwise: Callable[[], _Result]) -> _Result:
    """What ``work`` gives; where that takes more than ``seconds`` of processor time, it is left and ``otherwise`` is called.

    In work that is part of other work the outer one's time counts as well.
    """
    thread = get_ident()
    around = _budgets.get(thread, ())
    clock = around[0].clock if around else _clock_of(thread)
    budget = _Budget(thread, clock, clock() + seconds)
    if around and around[-1].end <= budget.end:
        return work()  # what is around it ends first
    level = len(around)
    try:
        try:
            _begin(budget)
            return work()
        finally:
            _finish(budget, level)
    except _Overdue as overdue:
        if type(overdue) is not budget.kind:
            raise
        _finish(budget, level)  # it may have come while this was done
    return otherwise()


def rest() -> None:
    """Ends the thread that looks, and waits for its end: before this process is copied."""
    with _lock:
        asleep = _watching
    if asleep:
        _wake.release()
        _ended.acquire(timeout=_TICK * 4)


def _begin(budget: _Budget) -> None:
    global _watching
    with _lock:
        _budgets.setdefault(budget.thread, []).append(budget)
        if not _watching:
            _watching = True
            _wake.acquire(blocking=False)
            _ended.acquire(blocking=False)
            start_new_thread(_watch, ())


def _finish(budget: _Budget, level: int) -> None:
    """From here on nothing is raised for this work. What was raised for it and has not come yet comes here and is of no account.

    It is waited for and not taken back: Python until 3.12 would go on looking for what is no longer there, at every step.
    """
    try:
        _drop(budget, level)
        for _ in range(3):
            _step()
    except _Overdue as overdue:
        _drop(budget, level)
        if type(overdue) is not budget.kind:
            raise


def _drop(budget: _Budget, level: int) -> None:
    with _lock:
        mine = _budgets.get(budget.thread, [])
        del mine[level:]
        if not mine:
            _budgets.pop(budget.thread, None)


def _step() -> None:
    """A call: before it Python looks for what is to be raised."""


def _watch() -> None:
    while True:
        asked_to_end = _wake.acquire(timeout=_TICK)
        with _lock:
            for mine in _budgets.values():
                overdue = next((budget for budget in mine if budget.clock() > budget.end), None)
                if overdue is not None:
                    overdue.kind = overdue.kind or type("_OverdueHere", (_Overdue,), {})
                    overdue.end = overdue.clock() + _AGAIN
                    _raise_in(overdue.thread, overdue.kind)
            if asked_to_end or not _budgets:
                _no_more_watching()
                return


def _no_more_watching() -> None:
    global _watching
    _watching = False
    _ended.release()


def _clock_of(thread: int) -> Callable[[], float]:
    """The processor time of one thread; where the system does not tell that (macOS, Windows), of the whole process."""
    try:
        clock = time.pthread_getcpuclockid(thread)
    except (AttributeError, OSError):
        return time.process_time
    return lambda: time.clock_gettime(clock)


def _raise_in(thread: int, kind: type[_Overdue]) -> None:
    """Has Python raise ``kind`` in a thread before its next step."""
    try:
        import ctypes
    except ImportError:  # a Python without it: then the bounds alone count
        return
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
