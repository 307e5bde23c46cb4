"""The paths in git's index, read without git: versions 2, 3 and 4 (gitformat-index). Bounded; a broken index has no paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from venvls.model.record import NamedTuple

_ENTRY = 40  # ctime, mtime, dev, ino, mode, uid, gid, size
_EXTENDED = 0x4000


def count_below(data: bytes, folder: str, hash_size: int = 20, alike: Callable[[str], str] | None = None) -> int:
    """How many paths in the index are below ``folder`` (relative to the work tree, with ``/``), or are it; ``""`` counts all.

    ``alike`` gives the same for all spellings of a name, where the work tree does not tell them apart.
    """
    start = folder.encode("utf-8", "surrogateescape")
    # Versions 2 and 3 hold every path whole: most indexes are done with after one search.
    is_whole = data[4:8] != b"\0\0\0\x04"
    if alike is None:
        if is_whole and start and start not in data:
            return 0
        inside = start + b"/" if start else b""
        return sum(path.startswith(inside) or path == start for path in paths(data, hash_size))
    if is_whole and folder.isascii() and start.lower() not in data.lower():
        return 0
    whole = alike(folder)
    below = f"{whole}/" if whole else ""
    names = (alike(path.decode("utf-8", "surrogateescape")) for path in paths(data, hash_size))
    return sum(name.startswith(below) or name == whole for name in names)


class IndexEntry(NamedTuple):
    """One entry: its path with ``/``, mode, object id, and what the file was when it was compared last. ``stage`` is 0 outside merges."""

    path: str
    mode: int
    identity: str
    size: int
    mtime_ns: int
    stage: int


def entries(data: bytes) -> Iterator[IndexEntry]:
    """Every entry of an index with SHA-1 ids, in its order, until something in it makes no sense."""
    for path, begin in _placed(data, 20):
        seconds, nanoseconds = (int.from_bytes(data[begin + place : begin + place + 4], "big") for place in (8, 12))
        mode, size = (int.from_bytes(data[begin + place : begin + place + 4], "big") for place in (24, 36))
        flags = int.from_bytes(data[begin + 60 : begin + 62], "big")
        identity = data[begin + _ENTRY : begin + _ENTRY + 20].hex()
        name = path.decode("utf-8", "surrogateescape")
        yield IndexEntry(name, mode, identity, size, seconds * 1_000_000_000 + nanoseconds, (flags >> 12) & 3)


def paths(data: bytes, hash_size: int = 20) -> Iterator[bytes]:
    """Every path in the index, in its order, until something in it makes no sense."""
    return (path for path, _ in _placed(data, hash_size))


def _placed(data: bytes, hash_size: int) -> Iterator[tuple[bytes, int]]:
    """Every path, and where its entry begins."""
    if data[:4] != b"DIRC" or len(data) < 12:
        return
    version = int.from_bytes(data[4:8], "big")
    count = int.from_bytes(data[8:12], "big")
    if version not in (2, 3, 4):
        return
    offset = 12
    fixed = _ENTRY + hash_size
    previous = b""
    for _ in range(count):
        begin = offset
        flags = int.from_bytes(data[offset + fixed : offset + fixed + 2], "big")
        offset += fixed + 2
        if flags & _EXTENDED and version >= 3:
            offset += 2
        if version == 4:
            strip, offset = _varint(data, offset)
            if strip < 0 or strip > len(previous):
                return
        end = data.find(b"\0", offset)
        if end < 0:
            return
        if version == 4:
            previous = previous[: len(previous) - strip] + data[offset:end]
            yield previous, begin
            offset = end + 1
        else:
            yield data[offset:end], begin
            # Entries are padded with NULs, one at least, to a multiple of eight.
            offset = begin + ((end - begin) // 8 + 1) * 8


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """A number in git's offset encoding, and what follows it; -1 where it does not end."""
    value = 0
    for step in range(10):
        if offset >= len(data):
            return -1, offset
        byte = data[offset]
        offset += 1
        value = (value << 7) | (byte & 0x7F) if step == 0 else ((value + 1) << 7) | (byte & 0x7F)
        if not byte & 0x80:
            return value, offset
    return -1, offset
