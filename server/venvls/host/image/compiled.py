"""Our own modules from the compiled files that Python keeps, without its search for each: a check loads more than a hundred.

What Python does for a module is mostly asking each of its finders, and the names of files put together part by part. Where our modules are
is known. What makes a compiled file count is the same as there: it was made by this Python, of a source of this size and this time.
Whatever is different (another way of checking, no compiled file, no such module) is left to Python.
"""

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec, SourceFileLoader
    from types import CodeType, ModuleType
else:
    # Python's own, which it loaded this module with: importing importlib would load a good part of it.
    ModuleSpec, SourceFileLoader = type(__spec__), type(__spec__.loader)

_PACKAGE = f"{__name__.partition('.')[0]}."
_LARGEST = 1_000_000
_SMALL = 1 << 16


def begin() -> None:
    """Puts the finder of our modules before Python's own, where they are files that Python compiles."""
    magic = getattr(sys.modules.get("_frozen_importlib_external"), "MAGIC_NUMBER", None)
    compiled = __spec__.cached
    if SourceFileLoader.__name__ != "SourceFileLoader" or magic is None or compiled is None or sys.pycache_prefix is not None:
        return
    name = __name__.rpartition(".")[2]
    folder = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    sys.meta_path.insert(0, _Finder(folder, os.path.basename(compiled).removeprefix(name), magic))


class _Finder:
    """Finds modules of the package in ``folder``. A compiled file's name ends with ``ending`` and its content begins with ``magic``."""

    def __init__(self, folder: str, ending: str, magic: bytes) -> None:
        self._folder, self._ending, self._first = folder + os.sep, ending, magic + bytes(4)

    def find_spec(self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None) -> "ModuleSpec | None":
        """As the import system asks for a module."""
        if name[: len(_PACKAGE)] != _PACKAGE:
            return None
        place = self._folder + name[len(_PACKAGE) :].replace(".", os.sep)
        above, _, last = place.rpartition(os.sep)
        is_package = False
        try:
            standing = os.stat(f"{place}.py")
        except OSError:
            above, last, is_package = place, "__init__", True
            try:
                standing = os.stat(f"{place}{os.sep}__init__.py")
            except OSError:
                return None
        source = f"{above}{os.sep}{last}.py"
        compiled = f"{above}{os.sep}__pycache__{os.sep}{last}{self._ending}"
        numbers = (int(standing.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (standing.st_size & 0xFFFFFFFF).to_bytes(4, "little")
        spec = ModuleSpec(name, _Loader(name, source, compiled, self._first + numbers), origin=source, is_package=is_package)
        spec.has_location = True
        spec.cached = compiled
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(above)
        return spec


class _Loader(SourceFileLoader):
    """Loads a module as Python does, but for how its compiled file is read. ``head`` is what that begins with if it can be used."""

    def __init__(self, name: str, path: str, compiled: str, head: bytes) -> None:
        super().__init__(name, path)
        self._compiled, self._head = compiled, head

    def get_code(self, fullname: str) -> "CodeType | None":
        """The module's code: from its compiled file, else as Python finds or makes it."""
        data = _content(self._compiled)
        if data[: len(self._head)] != self._head:
            return super().get_code(fullname)
        try:
            code: CodeType = marshal.loads(memoryview(data)[len(self._head) :])  # noqa: S302 - as Python itself does
        except (EOFError, ValueError, TypeError):
            return super().get_code(fullname)
        # Made where it is now; of a tree that was moved Python corrects what tracebacks show.
        return code if code.co_filename == self.path else super().get_code(fullname)


def _content(path: str) -> bytes:
    """A file's bytes; none where it cannot be read, or is larger than any of ours."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            data = os.read(number, _SMALL)
            return data if len(data) < _SMALL else data + os.read(number, _LARGEST)
        finally:
            os.close(number)
    except OSError:
        return b""
