"""Memory that is free again, given back to the system."""

from __future__ import annotations

import contextlib
import sys

_LARGE_ALONE, _LARGE = -3, 1 << 16
"""glibc's ``M_MMAP_THRESHOLD``: what is as large as that is a piece of memory by itself, and given back when it is freed. By itself glibc
raises it to the largest that was ever freed, and tables of thousands of paths then leave holes that nothing else fits in."""


def give_back() -> None:
    """Gives back what was freed, where the C library keeps it for later (glibc): after a look at thousands of files that is much. From
    then on what is large is given back as soon as it is freed."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError, ImportError):  # another C library; a Python without ctypes
        import ctypes

        library = ctypes.CDLL(None)
        library.mallopt(_LARGE_ALONE, _LARGE)
        library.malloc_trim(0)
