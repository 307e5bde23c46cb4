"""The disk as a read-only :class:`venvls.model.ports.FileView`: answers are values, no exception leaves it, nothing blocks on a pipe."""

from __future__ import annotations

import os
import stat as modes
import time

from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import Entry, EntryKind, Stat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

# Windows needs O_BINARY; elsewhere O_NONBLOCK keeps a pipe that took the file's place between stat and open from blocking.
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) if hasattr(os, "O_NONBLOCK") else 0
_AT_ONCE = 1 << 20
_ENTRY_AT_ONCE = 1 << 15
_HEADER_AT_ONCE = 1 << 13  # nearly every METADATA's
# Everything the operating system may throw at a path: ValueError is a NUL in it, UnicodeError a lone surrogate.
_ERRORS = (OSError, ValueError)
# A Windows junction: a folder to every call that does not ask for this tag; a stat that follows it has none.
_MOUNT_POINT = 0xA0000003
_make = tuple.__new__  # by place, and without the class's own call: there are folders of thousands
_LONG, _MOST_LONG = 50, 32
_TICK_NS = 2_100_000_000  # a file system's clock may tick as rarely as that
_long: dict[str, tuple[tuple[int, int, int, int], tuple[Entry, ...]]] = {}
_numbers: dict[int, int] = {}  # few: file systems, and rights
_KINDS: dict[int, EntryKind] = {modes.S_IFREG: "file", modes.S_IFDIR: "directory", modes.S_IFLNK: "link"}


class DiskFiles:
    """The disk. Paths are strings in the machine's own flavour."""

    __slots__ = ()
    path: ModuleType = os.path

    def stat(self, path: str) -> Stat | None:
        """What is at ``path``, links followed; ``None`` where nothing does or it cannot be seen."""
        try:
            return _stat(os.stat(path))
        except _ERRORS:
            return None

    def lstat(self, path: str) -> Stat | None:
        """The entry itself, a link not followed."""
        try:
            return _stat(os.lstat(path))
        except _ERRORS:
            return None

    def standing(self, folder: str, names: Iterable[str]) -> frozenset[str]:
        """Those of ``names``, paths from ``folder``, at which something is, links followed: for thousands of them at once."""
        try:
            if os.access not in os.supports_dir_fd:
                return frozenset([name for name in names if os.access(os.path.join(folder, name), os.F_OK)])
            # The way to the folder is gone once, and not for every name.
            there = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
            try:
                return frozenset([name for name in names if os.access(name, os.F_OK, dir_fd=there)])
            finally:
                os.close(there)
        except _ERRORS:
            return frozenset()

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a folder, in the order the file system gives them; ``None`` where it cannot be listed."""
        try:
            if (known := _long.get(path)) is not None and known[0] == _mark(path):
                return known[1]
            began = time.time_ns()
            with os.scandir(path) as entries:
                listed = tuple([_make(Entry, (entry.name, _entry_kind(entry))) for entry in entries])
            if len(listed) >= _LONG:
                _remember(path, listed, began)
        except _ERRORS:
            return None
        return listed

    def read(self, path: str, limit: int = 10_000_000) -> bytes | None:
        """A file's bytes; ``None`` where it cannot be read, is not a regular file, or is larger than ``limit``."""
        try:
            stat = os.stat(path)
            if not modes.S_ISREG(stat.st_mode) or stat.st_size > limit:
                return None
            descriptor = os.open(path, _OPEN)
            try:
                if not modes.S_ISREG(os.fstat(descriptor).st_mode):  # something else took its place meanwhile
                    return None
                # Nearly always the whole file comes at once, and the one byte more that would be too many does not.
                data = os.read(descriptor, stat.st_size + 1) if stat.st_size < _AT_ONCE else b""
                return data if len(data) == stat.st_size else _read_on(descriptor, data, stat.st_size, limit)
            finally:
                os.close(descriptor)
        except (*_ERRORS, MemoryError):
            return None

    def read_entries(self, paths: Iterable[str], limit: int = 10_000_000, until: bytes = b"") -> Sequence[bytes | None]:
        """As :meth:`read` of each, for files in folders that were listed; with three calls of the system instead of five. Of a file with
        ``until`` in its beginning only what ends with that: the memory for long descriptions costs more than reading them.

        No link is followed here, and what an archive or a checkout can contain other than files is links alone: nothing that is woken by
        being opened. Everything unusual is left to :meth:`read`.
        """
        if not _NO_LINK:
            return [self.read(path, limit) for path in paths]
        contents: list[bytes | None] = []
        how, at_once = _OPEN | _NO_LINK, _HEADER_AT_ONCE if until else _ENTRY_AT_ONCE
        usual = min(at_once, limit)
        open_, read, close = os.open, os.read, os.close  # as they are now: others may take note of what is opened
        for path in paths:
            try:
                descriptor = open_(path, how)
                try:
                    data = read(descriptor, at_once)
                finally:
                    close(descriptor)
            except _ERRORS:
                data = b""
            if until and (end := data.find(until)) >= 0:
                contents.append(data[: end + len(until)])
            else:
                contents.append(data if 0 < len(data) < usual else self.read(path, limit))
        return contents

    def link(self, path: str) -> str | None:
        """Where a link points, as written; ``None`` where it is none."""
        try:
            return os.readlink(path)
        except (*_ERRORS, NotImplementedError):
            return None

    def real(self, path: str) -> str:
        """``path`` with every link resolved, as far as it exists; a loop is left as it is written."""
        try:
            return os.path.realpath(path)
        except _ERRORS:
            return path


def _remember(path: str, listed: tuple[Entry, ...], began: int) -> None:
    """Keeps a long listing while the folder's times say that it is true: hundreds of projects look at the packages of one Python."""
    mark = _mark(path)
    if began - max(mark[2:]) < _TICK_NS:
        return  # something may have come while it was listed, or may still come and bear the same time
    if len(_long) >= _MOST_LONG:
        _long.clear()
    _long[path] = (mark, listed)


def _mark(path: str) -> tuple[int, int, int, int]:
    stat = os.stat(path)
    return (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)


def _read_on(descriptor: int, begun: bytes, expected: int, limit: int) -> bytes | None:
    """All of an open file of which ``begun`` was read; ``None`` where it turned out to be more than ``limit`` bytes."""
    chunks = [begun]
    size = len(begun)
    while size <= limit:
        chunk = os.read(descriptor, min(max(expected - size, 0) + 1, limit - size + 1, _AT_ONCE))
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
    return None


def _stat(stat: os.stat_result) -> Stat:
    mode = stat.st_mode
    kind = _KINDS.get(modes.S_IFMT(mode), "other")
    if getattr(stat, "st_reparse_tag", 0) == _MOUNT_POINT:
        kind = "link"
    # Thousands are kept: numbers that are the same are one object.
    written, changed = stat.st_mtime_ns, stat.st_ctime_ns
    rights = modes.S_IMODE(mode)
    device, rights = _numbers.setdefault(stat.st_dev, stat.st_dev), _numbers.setdefault(rights, rights)
    return Stat(kind, stat.st_size, written, (device, stat.st_ino), rights, stat.st_uid, written if written == changed else changed)


def _entry_kind(entry: os.DirEntry[str]) -> EntryKind:
    try:
        if entry.is_dir(follow_symlinks=False):
            return "directory"
        if entry.is_file(follow_symlinks=False):
            return "file"
        return "link" if entry.is_symlink() else "other"
    except OSError:  # file systems that do not tell the type in a listing need a stat, and the entry may be gone by then
        return "other"
