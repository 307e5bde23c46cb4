"""What was worked out before, kept between runs: bytes by a key, one file each, in the person's cache folder next to the image.

Nothing is relied on: what is gone, damaged, of another version, or may have been written by somebody else is as if it had never been kept,
and what cannot be kept is let go. The folder is never one that a workspace brought. Files are replaced whole, readable by the person alone,
and the oldest are deleted when all have grown too large. Many processes may read and write at once.

Whoever keeps something has what it was made of in the key, or in the data to compare; ``settled`` says what can be compared.
"""

import os
import sys
import time
from _imp import source_hash  # Python's own for its compiled files: built in, while each other one is a library to be loaded

import venvls
from venvls.host.cache import cache_folder, is_in_a_workspace, trusted

TYPE_CHECKING = False  # what imports it is loaded before anything else
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FIRST = b"venvls store 2\n"
_HEAD = len(_FIRST) + 12
_KEY = 1
LARGEST = 16_000_000
"""Bytes of one file."""
MOST = 32_000_000
"""Bytes of all files together; with what images may take, 50 MB."""
_BETWEEN = 1_000_000
_USED_NS = 86_400_000_000_000
_FRESH_NS = 2_100_000_000


class Store:
    """Bytes by key. ``concern`` names what is kept; ``places`` are the folders that this process was asked about.

    ``made_by`` are the sources, as paths from venvls' own folder, whose change makes all of it void.
    """

    def __init__(self, concern: str, made_by: "Iterable[str]", places: "Sequence[str]") -> None:
        folder = cache_folder()
        if folder is not None and is_in_a_workspace(folder, places):
            folder = None
        self._folder = os.path.join(folder, "answers") if folder is not None else None
        self._concern = f"{concern}\0{_identity(made_by)}"
        self._since = _BETWEEN

    @property
    def folder(self) -> str | None:
        """Where everything is kept, of every concern; ``None`` where nothing is."""
        return self._folder

    def get(self, key: str) -> memoryview | None:
        """What was kept under the key; ``None`` where nothing was, or nothing that can be relied on."""
        if self._folder is None:
            return None
        head, path = self._head(key), self._path(key)
        try:
            data = trusted(path, LARGEST)
        except (OSError, ValueError):
            return None
        size, check = int.from_bytes(data[len(_FIRST) : len(_FIRST) + 4], "little"), data[len(_FIRST) + 4 : _HEAD]
        body = memoryview(data)[_HEAD:]
        if data[: len(_FIRST)] != _FIRST or size != len(head) or body[:size] != head or source_hash(_KEY, body) != check:
            return None
        self._note_use(path)
        return body[size:]

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data`` in place of what was there."""
        head = self._head(key)
        whole = b"".join([head, data])
        if self._folder is None or len(whole) + _HEAD > LARGEST:
            return
        from venvls.host.image.writing import bound, replace_whole

        numbers = len(head).to_bytes(4, "little") + source_hash(_KEY, whole)
        try:
            replace_whole(self._path(key), b"".join([_FIRST, numbers, whole]))
            self._since += len(whole)
            if self._since >= _BETWEEN:
                self._since = 0
                bound(self._folder, MOST)
        except (OSError, ValueError):
            pass

    def _head(self, key: str) -> bytes:
        return f"{self._concern}\0{key}\0".encode("utf-8", "surrogatepass")

    def _path(self, key: str) -> str:
        # Two keys of one name would take the place of each other, and each is compared whole.
        return os.path.join(self._folder or "", source_hash(_KEY, self._head(key)).hex())

    def _note_use(self, path: str) -> None:
        """What is used is not among the oldest."""
        try:
            if time.time_ns() - os.stat(path).st_mtime_ns > _USED_NS:
                os.utime(path)
        except OSError:
            pass


def settled(times: "Iterable[int]", now: int) -> bool:
    """Whether files with these times of change (modified and changed, in nanoseconds) can be told from later ones by their times.

    What had been changed within two seconds before it was read may have been changed again and bear the same time.
    """
    return all(now - moment > _FRESH_NS for moment in times)


def _identity(made_by: "Iterable[str]") -> str:
    """What made the data: the version, the interpreter, and the sources as they stand."""
    here = os.path.dirname(venvls.__file__)
    stamps: list[tuple[int, ...]] = []
    for name in made_by:
        try:
            standing = os.stat(os.path.join(here, name))
        except OSError:
            continue  # from a zip archive, say, which comes with its version
        stamps.append((standing.st_size, standing.st_mtime_ns, standing.st_ctime_ns, standing.st_ino))
    return repr((venvls.__version__, sys.implementation.cache_tag, sys.byteorder, stamps))
