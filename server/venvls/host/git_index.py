"""The paths in git's index, read without git: versions 2, 3 and 4 (gitformat-index). Bounded; a broken index has no paths."""

from __future__ import annotations

from collections.abc import Iterator

_ENTRY = 40  # ctime, mtime, dev, ino, mode, uid, gid, size
_EXTENDED = 0x4000


def count_below(data: bytes, folder: str, hash_size: int = 20) -> int:
    """How many paths in the index are below ``folder`` (relative to the work tree, with ``/``), or are it; ``""`` counts all."""
    start = folder.encode("utf-8", "surrogateescape")
    inside = start + b"/" if start else b""
    if data[4:8] != b"\0\0\0\x04" and start and start not in data:
        return 0  # versions 2 and 3 hold every path whole: most indexes are done with after one search
    return sum(path.startswith(inside) or path == start for path in paths(data, hash_size))


def paths(data: bytes, hash_size: int = 20) -> Iterator[bytes]:
    """Every path in the index, in its order, until something in it makes no sense."""
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
            yield previous
            offset = end + 1
        else:
            yield data[offset:end]
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
