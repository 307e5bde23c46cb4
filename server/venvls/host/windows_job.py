"""Windows: a child and all it starts, in a job that ends with us.

A job with ``JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE`` ends its processes when its last handle is closed: by us, or by the system when we die.
Source: Win32 "Job Objects". The child is put in right after its start; what it starts in those few instructions is not.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from contextlib import contextmanager

from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KILL_ON_CLOSE = 0x2000
_EXTENDED_LIMITS = 9
_GRACE = 2.0


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, as far as its flags; what follows is room."""

    _fields_ = (
        ("per_process_time", ctypes.c_int64),
        ("per_job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
        ("io_counters", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    )


@contextmanager
def tied(child: subprocess.Popen[bytes]) -> Iterator[Callable[[], None]]:
    """The child in a job: gives the function that ends everything in it."""
    kernel, job = _job(child)

    def stop() -> None:
        if job:
            kernel.TerminateJobObject(ctypes.c_void_p(job), 1)
        else:
            child.kill()
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()

    try:
        yield stop
    finally:
        if job:
            kernel.CloseHandle(ctypes.c_void_p(job))


def _job(child: subprocess.Popen[bytes]) -> tuple[Any, int | None]:
    if sys.platform != "win32":
        return None, None
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return kernel, None
    limits = _Limits(flags=_KILL_ON_CLOSE)
    set_up = kernel.SetInformationJobObject(ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
    handle = ctypes.c_void_p(int(vars(child)["_handle"]))  # Windows alone has it, and type checkers do not know it
    if not set_up or not kernel.AssignProcessToJobObject(ctypes.c_void_p(job), handle):
        kernel.CloseHandle(ctypes.c_void_p(job))
        return kernel, None
    return kernel, job
