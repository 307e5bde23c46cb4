"""Notices that the editor is gone (``processId`` of the initialize request), also when it was killed and its pipes live on in a child."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable

_POLL_SECONDS = 1.0


def watch_process(pid: int, ended: Callable[[], None]) -> None:
    """Calls ``ended`` from a thread once the process ``pid`` has ended, or at once where there is none."""

    def run() -> None:
        wait_for_end(pid)
        ended()

    threading.Thread(target=run, name="venvls-parent", daemon=True).start()


def wait_for_end(pid: int) -> None:
    """Blocks until the process has ended. A zombie counts as ended: its parent may never ask for it."""
    if sys.platform == "win32":
        _wait_windows(pid)
    elif not (_wait_pidfd(pid) or _wait_kqueue(pid)):
        while _alive(pid):
            time.sleep(_POLL_SECONDS)


def _wait_pidfd(pid: int) -> bool:
    """Linux 5.3: a descriptor that becomes readable at the end. False where that is not to be had."""
    if sys.platform == "win32" or not hasattr(os, "pidfd_open"):
        return False
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while not poll.poll():
            pass
    finally:
        os.close(descriptor)
    return True


def _wait_kqueue(pid: int) -> bool:
    """macOS and the BSDs. False where that is not to be had."""
    if sys.platform == "linux" or sys.platform == "win32" or not hasattr(select, "kqueue"):
        return False
    queue = select.kqueue()
    try:
        event = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        while not queue.control([event], 1):
            pass
    except ProcessLookupError:
        return True
    except OSError:
        return False
    finally:
        queue.close()
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process: it is there
        return True
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[:1] != [b"Z"]
    except OSError:
        return True


def _wait_windows(pid: int) -> None:
    if sys.platform == "win32":  # pragma: no cover - for mypy as much as for Windows
        import ctypes

        synchronize, infinite, access_denied = 0x00100000, 0xFFFFFFFF, 5
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(synchronize, False, pid)
        if handle:
            kernel.WaitForSingleObject(ctypes.c_void_p(handle), infinite)
            kernel.CloseHandle(ctypes.c_void_p(handle))
        elif ctypes.get_last_error() == access_denied:
            threading.Event().wait()  # it is there and not ours to watch; the pipes will tell
