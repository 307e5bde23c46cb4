"""git's objects, read without git: loose ones and packs of version 2, with their deltas. What cannot be read is ``None``.

Nothing of a repository is started by that: no filter, no hook, no monitor that its configuration names.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

_ID = re.compile(r"[0-9a-f]{40}")
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_OFFSET_DELTA, _NAMED_DELTA = 6, 7
_LARGEST = 50_000_000
_DEEPEST = 100
_FANOUT = 8 + 256 * 4


class Objects:
    """The objects below one ``objects`` folder, by id. Close it when done."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        packs = os.path.join(folder, "pack")
        names = sorted(os.listdir(packs)) if os.path.isdir(packs) else []
        self._packs: list[_Pack] = []
        try:
            for name in names:
                if name.endswith(".idx"):
                    self._packs.append(_Pack(os.path.join(packs, name[:-4])))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the packs."""
        for pack in self._packs:
            pack.close()

    def read(self, name: str, depth: int = 0) -> tuple[str, bytes] | None:
        """Kind and content of the object with this id."""
        if not _ID.fullmatch(name):
            return None
        with suppress(OSError, zlib.error, ValueError):
            path = os.path.join(self._folder, name[:2], name[2:])
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    data = zlib.decompressobj().decompress(file.read(_LARGEST), _LARGEST)
                head, _, body = data.partition(b"\0")
                return head.split(b" ")[0].decode(), body
        for pack in self._packs:
            with suppress(OSError, zlib.error, struct.error, ValueError):
                offset = pack.find(bytes.fromhex(name))
                if offset is not None and (content := pack.read(offset, self, depth)) is not None:
                    return content
        return None

    def commit(self, name: str) -> tuple[str, tuple[str, ...], int] | None:
        """Tree, parents and time of a commit; a tag is followed to what it names."""
        for _ in range(5):
            content = self.read(name)
            if content is None:
                return None
            head = content[1].partition(b"\n\n")[0].decode("utf-8", "replace").split("\n")
            if content[0] == "tag" and head[0].startswith("object "):
                name = head[0][7:]
                continue
            if content[0] != "commit" or not head[0].startswith("tree "):
                return None
            parents = tuple(line[7:] for line in head if line.startswith("parent "))
            times = [line.split(" ")[-2] for line in head if line.startswith("committer ") and line.count(" ") > 1]
            return head[0][5:], parents, int(times[0]) if times and times[0].isdecimal() else 0
        return None

    def entries(self, tree: str, below: str = "", depth: int = 0) -> Iterator[tuple[str, int, str]]:
        """Path, mode and id of everything in a tree that is no tree. ValueError where one cannot be read."""
        content = self.read(tree)
        if content is None or content[0] != "tree" or depth > _DEEPEST:
            raise ValueError(f"{tree} cannot be read")
        data, place = content[1], 0
        while place < len(data):
            blank, end = data.index(b" ", place), data.index(b"\0", place)
            mode = int(data[place:blank], 8)
            path = below + data[blank + 1 : end].decode("utf-8", "surrogateescape")
            name = data[end + 1 : end + 21].hex()
            place = end + 21
            if mode == 0o40000:
                yield from self.entries(name, path + "/", depth + 1)
            else:
                yield path, mode, name


class _Pack:
    def __init__(self, path: str) -> None:
        with open(path + ".idx", "rb") as file:
            head = file.read(_FANOUT)
        if head[:8] != b"\xfftOc\0\0\0\x02" or len(head) != _FANOUT:
            raise ValueError("this version of a pack's index is not known")
        self._fanout = struct.unpack(">256I", head[8:])
        self._index = open(path + ".idx", "rb")  # noqa: SIM115 - closed by close()
        try:
            self._pack = open(path + ".pack", "rb")  # noqa: SIM115 - closed by close()
        except OSError:
            self._index.close()
            raise

    def close(self) -> None:
        self._index.close()
        self._pack.close()

    def find(self, name: bytes) -> int | None:
        """Where an object begins in the pack."""
        low = self._fanout[name[0] - 1] if name[0] else 0
        high = self._fanout[name[0]]
        count = self._fanout[255]
        while low < high:
            middle = (low + high) // 2
            self._index.seek(_FANOUT + middle * 20)
            read = self._index.read(20)
            if read == name:
                self._index.seek(_FANOUT + count * 24 + middle * 4)
                (offset,) = struct.unpack(">I", self._index.read(4))
                if offset & 0x80000000:
                    self._index.seek(_FANOUT + count * 28 + (offset & 0x7FFFFFFF) * 8)
                    (offset,) = struct.unpack(">Q", self._index.read(8))
                return int(offset)
            low, high = (middle + 1, high) if read < name else (low, middle)
        return None

    def read(self, offset: int, objects: Objects, depth: int) -> tuple[str, bytes] | None:
        """Kind and content of what begins at ``offset``."""
        if depth > _DEEPEST:
            return None
        self._pack.seek(offset)
        head = self._pack.read(64)
        kind = (head[0] >> 4) & 7
        size, shift, place = head[0] & 15, 4, 1
        while head[place - 1] & 0x80:
            size |= (head[place] & 0x7F) << shift
            shift += 7
            place += 1
        if size > _LARGEST:
            return None
        base: tuple[str, bytes] | None = None
        if kind == _OFFSET_DELTA:
            back = head[place] & 0x7F
            while head[place] & 0x80:
                place += 1
                back = ((back + 1) << 7) | (head[place] & 0x7F)
            place += 1
            base = self.read(offset - back, objects, depth + 1)
        elif kind == _NAMED_DELTA:
            base = objects.read(head[place : place + 20].hex(), depth + 1)
            place += 20
        elif kind not in _KINDS:
            return None
        self._pack.seek(offset + place)
        data = self._inflated(size)
        if kind in _KINDS:
            return _KINDS[kind], data
        return (base[0], _patched(base[1], data)) if base is not None else None

    def _inflated(self, size: int) -> bytes:
        inflater, out = zlib.decompressobj(), b""
        while len(out) < size and not inflater.eof:
            chunk = self._pack.read(4096 + size // 2)
            if not chunk:
                break
            out += inflater.decompress(chunk, size - len(out) + 1)
        if len(out) != size:
            raise ValueError("an object of the pack has another size than it says")
        return out


def _patched(base: bytes, delta: bytes) -> bytes:
    """What a delta makes of its base."""
    place = 0
    for _ in range(2):  # the sizes of both
        while delta[place] & 0x80:
            place += 1
        place += 1
    out: list[bytes] = []
    while place < len(delta):
        operation = delta[place]
        place += 1
        if not operation & 0x80:
            out.append(delta[place : place + operation])
            place += operation
            continue
        start = length = 0
        for bit in range(4):
            if operation & (1 << bit):
                start |= delta[place] << (8 * bit)
                place += 1
        for bit in range(3):
            if operation & (0x10 << bit):
                length |= delta[place] << (8 * bit)
                place += 1
        length = length or 0x10000
        out.append(base[start : start + length])
    return b"".join(out)
