"""Writes the image: what it had, and what was compiled since. Where that is not possible, nothing happens."""

import marshal
import os
from zlib import crc32

from venvls.host.image.reading import FIRST, LARGEST, Image, identity, noted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from venvls.host.image.reading import Entry

_MOST = 50_000_000
"""Bytes of all images together."""


def write() -> None:
    """Replaces the file whole, so that a process that reads it reads one or the other."""
    known = {
        name: (place, is_package, stamp, Image.codes[start : start + size])
        for name, (place, is_package, stamp, start, size, _) in Image.entries.items()
    }
    known.update((name, (place, is_package, stamp, marshal.dumps(code))) for name, (place, is_package, stamp, code) in noted.items())
    noted.clear()
    entries: dict[str, Entry] = {}
    start = 0
    for name, (place, is_package, stamp, code) in known.items():
        entries[name] = (place, is_package, stamp, start, len(code), crc32(code))
        start += len(code)
    index = marshal.dumps((identity(), entries))
    numbers = len(index).to_bytes(4, "little") + crc32(index).to_bytes(4, "little")
    data = b"".join([FIRST, numbers, index, *[code for *_, code in known.values()]])
    if len(data) > LARGEST:
        return
    try:
        _replace(Image.path, data)
        _bound(os.path.dirname(Image.path))
    except OSError:
        pass


def _replace(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    temporary = f"{path}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    number = os.open(temporary, flags, 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(number, view) :]
        finally:
            os.close(number)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def _bound(folder: str) -> None:
    """Deletes the oldest while all together are too large; among them what processes left that were stopped."""
    files = [
        (os.stat(path).st_mtime_ns, os.stat(path).st_size, path) for path in (os.path.join(folder, name) for name in os.listdir(folder))
    ]
    room = _MOST
    for _, size, path in sorted(files, reverse=True):
        room -= size
        if room < 0:
            os.unlink(path)
