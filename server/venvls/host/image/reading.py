"""Where the image is, when it is trusted, and the finder that takes modules from it.

It is in the person's cache folder (``cache``). A module is taken from it only while the source is the very file that was compiled: same
place, size, times and number. A file that is damaged is as if absent; nothing is unmarshalled before its checksum is right.
"""

import marshal
import os
import sys

from venvls.host.cache import cache_folder, is_in_a_workspace, trusted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
    from types import CodeType, ModuleType

    Stamp = tuple[int, ...]
    # Place of the source; whether it is a package; its stamp; offset, length and checksum of the code.
    Entry = tuple[str, bool, Stamp, int, int, int]
else:
    # Python's own, which it loaded this module with: importing importlib would compile a good part of it.
    ModuleSpec, SourceFileLoader = type(__spec__), type(__spec__.loader)
    PathFinder = next((finder for finder in sys.meta_path if getattr(finder, "__name__", "") == "PathFinder"), None)

FIRST = b"venvls modules 1\n"
LARGEST = 16_000_000
"""Bytes of one image."""

noted: "dict[str, tuple[str, bool, Stamp, CodeType]]" = {}
"""What was compiled since, by the module's name."""

_FRESH_NS = 2_000_000_000


class Image:
    """What was read of the file: where it is, its index, and all code behind one another."""

    path = ""
    entries: "dict[str, Entry]" = {}  # noqa: RUF012 - there is one image, and it is replaced whole
    codes = b""


def begin(places: "Sequence[str]") -> None:
    """Reads the image, and puts its finder before Python's own."""
    folder = cache_folder()
    if PathFinder is None or SourceFileLoader.__name__ != "SourceFileLoader" or folder is None or is_in_a_workspace(folder, places):
        return
    try:
        from zlib import crc32
    except ImportError:
        return
    name = f"{sys.implementation.cache_tag}-{crc32(identity().encode('utf-8', 'surrogateescape')):08x}"
    Image.path = os.path.join(folder, "modules", name)
    try:
        data = trusted(Image.path, LARGEST)
    except OSError:
        data = b""
    _read(data, crc32)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder(crc32))


def identity() -> str:
    """What the code in an image depends on as well as on the sources. The first place of the search path is the current folder or the
    script's: nothing is taken from there."""
    return repr((sys.version, sys.flags.optimize, __file__, sys.path[1:]))


def _read(data: bytes, crc32: "Callable[[bytes], int]") -> None:
    begin, head = len(FIRST), len(FIRST) + 8
    size, check = int.from_bytes(data[begin : begin + 4], "little"), int.from_bytes(data[begin + 4 : head], "little")
    index = data[head : head + size]
    if data[:begin] == FIRST and len(index) == size and crc32(index) == check:
        made_for, entries = marshal.loads(index)  # noqa: S302 - this person's own file, and whole
        if made_for == identity():
            Image.entries, Image.codes = entries, data[head + size :]


def _stamp(path: str) -> "Stamp":
    standing = os.stat(path)
    return standing.st_size, standing.st_mtime_ns, standing.st_ctime_ns, standing.st_ino, standing.st_dev


def _searched(place: str, is_package: bool) -> str:
    """The folder that a module's source was found in."""
    return os.path.dirname(os.path.dirname(place) if is_package else place)


class _Finder:
    """Finds modules in the image, and by Python's own finder those that it has not."""

    def __init__(self, crc32: "Callable[[bytes], int]") -> None:
        self._crc32 = crc32

    def find_spec(self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None) -> "ModuleSpec | None":
        """As the import system asks for a module."""
        entry = Image.entries.get(name)
        if entry is not None:
            place, is_package, stamp, start, size, check = entry
            code = Image.codes[start : start + size]
            try:
                current = _searched(place, is_package) in (sys.path[1:] if path is None else path) and _stamp(place) == stamp
            except OSError:
                current = False
            if current and self._crc32(code) == check:
                spec = ModuleSpec(name, _Loader(name, place, code), origin=place, is_package=is_package)
                spec.has_location = True
                if spec.submodule_search_locations is not None:
                    spec.submodule_search_locations.append(os.path.dirname(place))
                return spec
        searched = PathFinder.find_spec(name, path, target)
        if searched is not None and type(searched.loader) is SourceFileLoader:
            searched.loader = _Loader(name, searched.loader.path)
        return searched


class _Loader(SourceFileLoader):
    """Loads a module as Python does, but for where its code comes from."""

    def __init__(self, name: str, path: str, code: "bytes | None" = None) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> "CodeType | None":
        """The module's code: the image's, or what Python makes of the source, which then belongs in the image.

        Not of a source that had only just been written: a later change might bear the same times.
        """
        if self._code is not None:
            code: CodeType = marshal.loads(self._code)  # noqa: S302 - its checksum is right
            return code
        stamp = _stamp(self.path)
        compiled = super().get_code(fullname)
        is_package = self.is_package(fullname)
        if compiled is not None and ("." in fullname or _searched(self.path, is_package) in sys.path[1:]):
            import time

            if time.time_ns() - max(stamp[1:3]) > _FRESH_NS:
                noted[fullname] = (self.path, is_package, stamp, compiled)
        return compiled
