"""Memory that is free again, given back to the system."""

from __future__ import annotations

import contextlib
import sys


def give_back() -> None:
    """Gives back what was freed, where the C library keeps it for later (glibc): after a look at thousands of files that is much."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError, ImportError):  # another C library; a Python without ctypes
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
