"""The kernel's own word of what changes in folders (Linux: inotify), so that nobody has to look there again and again.

Of a folder that is watched is told what comes, goes, moves or changes its mode in it, by name, and that the folder itself went. Never told
are: what another machine does (so a network's file system is not watched at all), what is mounted over a folder, and a write into a file by
a memory map or another hard link. Whoever relies on notices looks at everything now and then all the same.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import os
import select
import struct
import sys
from collections.abc import Iterator

_MODIFY, _ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = (
    0x2, 0x4, 0x8, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800,
)  # fmt: skip
_OVERFLOW, _ONLY_FOLDERS, _NOT_WHEN_UNLINKED, _AND_BEFORE = 0x4000, 0x1000000, 0x4000000, 0x20000000
_ENTRIES = (
    _ATTRIB | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLY_FOLDERS | _NOT_WHEN_UNLINKED | _AND_BEFORE
)
_CONTENTS = _ENTRIES | _MODIFY | _CLOSE_WRITE

_LOCAL = frozenset(
    {
        0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0x2FC12FC1, 0xF2F52010, 0xCA451A4E, 0x858458F6, 0x3153464A, 0x52654973,
        0x3434, 0x73717368, 0xE0F5E1E2, 0x4D44, 0x2011BAB0, 0x7366746E, 0x28CD3D45, 0x9660,
    }
)  # fmt: skip
"""File systems (``statfs(2)``) that only this machine's kernel writes to: ext2 to 4, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS, bcachefs,
ramfs, JFS, ReiserFS, NILFS, squashfs, EROFS, FAT, exFAT, NTFS, cramfs, ISO 9660. All others (NFS, CIFS, 9p, FUSE, virtiofs, shared
folders…) may change without a word."""

_HEAD = struct.Struct("iIII")
_AT_ONCE, _MOST_READS = 1 << 16, 8
_HALF = 2
"""Of the watches that a person may have, at most the half: editors want some, too."""
_FIONREAD = 0x541B
_LIMIT = "/proc/sys/fs/inotify/max_user_watches"
_FEW = 8192


class Notices:
    """Watched folders by number, and what is told of them; implements :class:`venvls.services.Notices`. For one thread."""

    def __init__(self, library: ctypes.CDLL, descriptor: int, most: int) -> None:
        self._library, self._descriptor, self._left = library, descriptor, most
        self._numbers: set[int] = set()
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def watch(self, folder: str, *, contents: bool = False) -> int:
        """From now on what happens to the entries of ``folder`` is told under this number, with ``contents`` also that a file is written; 0
        where that cannot be. The same folder has one number, by whichever name it is reached."""
        try:
            path = os.fsencode(folder)
            if b"\0" in path or not self._is_local(path):
                return 0
        except ValueError:
            return 0
        if len(self._numbers) >= self._left:
            return 0
        number = int(self._library.inotify_add_watch(self._descriptor, path, ctypes.c_uint32(_CONTENTS if contents else _ENTRIES)))
        if number <= 0:
            return 0
        self._numbers.add(number)
        return number

    def forget(self, number: int) -> None:
        """Nothing more is told under this number, but for what is on its way."""
        if number in self._numbers:
            self._numbers.remove(number)
            self._library.inotify_rm_watch(self._descriptor, number)

    def wait(self, seconds: float) -> bool:
        """Waits until something is told, so long at most; whether there is something."""
        return bool(self._poll.poll(max(0, int(seconds * 1000))))

    def waiting(self) -> int:
        """How much is there to be taken, in bytes: it grows while more is happening."""
        import fcntl

        size = array.array("i", [0])
        fcntl.ioctl(self._descriptor, _FIONREAD, size)
        return size[0]

    def take(self) -> list[tuple[int, str]] | None:
        """What was told since the last time, oldest first: a folder's number and the entry's name, empty where it is about the folder
        itself. At most half a megabyte, the rest the next time; ``None`` where something was lost."""
        told: list[tuple[int, str]] = []
        for _ in range(_MOST_READS):
            try:
                data = os.read(self._descriptor, _AT_ONCE)
            except BlockingIOError:
                break
            for number, mask, name in _events(data):
                if mask & _OVERFLOW:
                    return None
                told.append((number, name))
        return told

    def close(self) -> None:
        """Nothing is told any more."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _is_local(self, path: bytes) -> bool:
        # Its first field is the type, as wide as a long nearly everywhere; where it is narrower it looks like a stranger's.
        answer = (ctypes.c_long * 64)()
        return self._library.statfs(path, answer) == 0 and answer[0] & 0xFFFFFFFF in _LOCAL


def open_notices() -> Notices | None:
    """The kernel's notices; ``None`` where there are none to be had: no Linux, all of a person's taken, none in this container."""
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL(None, use_errno=True)
        # No child must keep it open.
        descriptor = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for needed in ("inotify_add_watch", "inotify_rm_watch", "statfs"):
            getattr(library, needed)
    except (OSError, AttributeError, TypeError):
        return None
    return Notices(library, descriptor, _most()) if descriptor >= 0 else None


def _most() -> int:
    try:
        with open(_LIMIT, "rb") as file:
            return int(file.read()) // _HALF
    except (OSError, ValueError):
        return _FEW // _HALF


def _events(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Number, mask and name of each event in what was read."""
    place = 0
    while place + _HEAD.size <= len(data):
        number, mask, _, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        yield number, mask, os.fsdecode(data[place : place + length].rstrip(b"\0"))
        place += length
