"""Writes the image: what it had, and what was compiled since. Where that is not possible, nothing happens."""

import marshal
import os
from _thread import get_ident
from zlib import crc32

from venvls.host.image.reading import FIRST, LARGEST, Image, identity, noted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from venvls.host.image.reading import Entry

_MOST = 18_000_000
"""Bytes of all images together; with what the store may take, 50 MB."""


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
        replace_whole(Image.path, data)
        bound(os.path.dirname(Image.path), _MOST)
    except OSError:
        pass


def replace_whole(path: str, data: bytes) -> None:
    """Writes a file that this person alone can read, so that whoever reads it meanwhile has the earlier one whole."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    temporary = f"{path}.{os.getpid()}-{get_ident()}"
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


def bound(folder: str, most: int) -> None:
    """Deletes the oldest files of a folder while all together have more bytes; among them what processes left that were stopped."""
    files: list[tuple[int, int, str]] = []
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        try:
            standing = os.stat(path)
        except OSError:
            continue  # another process was quicker
        files.append((standing.st_mtime_ns, standing.st_size, path))
    for _, size, path in sorted(files, reverse=True):
        most -= size
        if most < 0:
            try:
                os.unlink(path)
            except OSError:
                continue
