"""Says on a terminal that folders are searched, where that takes longer than a person waits without wondering."""

from __future__ import annotations

import signal
import sys
import time

from venvls.cli.terminal import Progress
from venvls.model.hints import TYPE_CHECKING, TypeVar
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Found = TypeVar("_Found")
_SILENCE = 1.0
"""Seconds before the first word, and between two."""


def told(search: Callable[[], _Found], folders: Sequence[str]) -> _Found:
    """What ``search`` gives. A line on standard error says from the first second on that ``folders`` are searched; it is gone at the end.

    The system's alarm interrupts the search for it: with a thread it could not be shared among processes. Where there is none (Windows),
    outside the main thread, and where somebody else uses it nothing is said.
    """
    if not hasattr(signal, "setitimer") or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        return search()
    # Past all that notes what was printed: this line is no part of it.
    progress, began = Progress(sys.__stderr__), time.monotonic()
    where = f"{folders[0]} and {len(folders) - 1} more" if len(folders) > 1 else "".join(folders)

    def tell(number: int, frame: object) -> None:
        progress.show(f"venvls: searching {one_line(where)} for projects and environments ({time.monotonic() - began:.0f} s)")

    try:
        signal.signal(signal.SIGALRM, tell)
    except ValueError:  # not the main thread
        return search()
    try:
        signal.setitimer(signal.ITIMER_REAL, _SILENCE, _SILENCE)
        return search()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        progress.clear()
