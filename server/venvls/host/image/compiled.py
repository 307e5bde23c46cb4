"""Our own modules from the compiled files that Python keeps, without its search for each: a check loads more than a hundred.

What Python does for a module is mostly asking each of its finders, and the names of files put together part by part. Where our modules are
is known. What makes a compiled file count is the same as there: it was made by this Python, of a source of this size and this time.
Whatever is different (another way of checking, no compiled file, no such module) is left to Python.

What is loaded together (``together``) needs no finder at all: each module is there before another one asks for it.
"""

import marshal
import os
import sys

from venvls.host.image.together import TOGETHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec, SourceFileLoader
    from types import CodeType, ModuleType
    from typing import Any
else:
    # Python's own, which it loaded this module with: importing importlib would load a good part of it.
    ModuleSpec, SourceFileLoader, ModuleType = type(__spec__), type(__spec__.loader), type(sys)

_PACKAGE = f"{__name__.partition('.')[0]}."
_LARGEST = 1_000_000
_SMALL = 1 << 16
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def begin(occasion: str) -> None:
    """Puts the finder of our modules before Python's own, where they are files that Python compiles; loads those for the occasion."""
    magic = getattr(sys.modules.get("_frozen_importlib_external"), "MAGIC_NUMBER", None)
    compiled = __spec__.cached
    if SourceFileLoader.__name__ != "SourceFileLoader" or magic is None or compiled is None or sys.pycache_prefix is not None:
        return
    name = __name__.rpartition(".")[2]
    folder = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    # No lock keeps other threads from what is half loaded: a command for which nothing is noted may have some that load modules.
    together = TOGETHER if occasion in TOGETHER else {}
    loader = _OneByOne if together and hasattr(os, "readv") else _Loader
    finder = _Finder(folder, os.path.basename(compiled).removeprefix(name), magic, together, loader)
    sys.meta_path.insert(0, finder)
    finder.load_together(occasion)


class _Finder:
    """Finds modules of the package in ``folder``. A compiled file's name ends with ``ending`` and its content begins with ``magic``.
    ``together`` is what is loaded together, by occasion; ``loader`` is what loads each."""

    def __init__(self, folder: str, ending: str, magic: bytes, together: "dict[str, str]", loader: "type[_Loader]") -> None:
        self._folder, self._ending, self._first = folder + os.sep, ending, magic + bytes(4)
        self._together, self._loader = together, loader

    def find_spec(self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None) -> "ModuleSpec | None":
        """As the import system asks for a module."""
        if name[: len(_PACKAGE)] != _PACKAGE:
            return None
        written = name[len(_PACKAGE) :].replace(".", "/")
        self.load_together(written)
        place = written.replace("/", os.sep)
        return self._found(name, place) or self._found(name, f"{place}{os.sep}__init__")

    def load_together(self, occasion: str) -> None:
        """Loads what is always needed on an occasion, each after those that it needs itself. What cannot be loaded is left to Python."""
        modules = sys.modules
        specs: list[Any] = [spec for name in self._together.get(occasion, "").split() if (spec := self._not_loaded(name)) is not None]
        # A package is there before its modules, which may be what it begins with, and does its own work in its turn.
        begun = {spec.name: _empty(spec) for spec in specs if spec.submodule_search_locations is not None}
        modules.update(begun)
        name = ""
        try:
            for spec in specs:
                name = spec.name
                module = modules[name] = begun.pop(name) if name in begun else _empty(spec)
                code = spec.loader.get_code(name)
                exec(code, vars(module))  # noqa: S102 - as Python itself does
                package, _, last = name.rpartition(".")
                setattr(modules[package], last, module)
        except Exception:  # where it is needed it is loaded again, and says so itself
            for left in (name, *begun):
                modules.pop(left, None)

    def _not_loaded(self, written: str) -> "ModuleSpec | None":
        """A module of ``together`` that is not there yet."""
        name = _PACKAGE + written.removesuffix("/__init__").replace("/", ".")
        return None if name in sys.modules else self._found(name, written.replace("/", os.sep))

    def _found(self, name: str, place: str) -> "ModuleSpec | None":
        """The module whose source is at a place within the package; ``None`` where there is none."""
        above, sep, last = place.rpartition(os.sep)
        above = f"{self._folder}{above}"
        source = f"{self._folder}{place}.py"
        try:
            standing = os.stat(source)
        except OSError:
            return None
        compiled = f"{above}{sep}__pycache__{os.sep}{last}{self._ending}"
        numbers = (int(standing.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + (standing.st_size & 0xFFFFFFFF).to_bytes(4, "little")
        is_package = last == "__init__"
        spec = ModuleSpec(name, self._loader(name, source, compiled, self._first + numbers), origin=source, is_package=is_package)
        spec.has_location = True
        spec.cached = compiled
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(above)
        return spec


def _empty(spec: "Any") -> "ModuleType":
    """A module with what Python gives to each before its code runs."""
    spec._initializing = False  # or else every import of it asks in vain
    module = ModuleType(spec.name)
    vars(module).update(__loader__=spec.loader, __package__=spec.parent, __spec__=spec, __file__=spec.origin, __cached__=spec.cached)
    if spec.submodule_search_locations is not None:
        vars(module)["__path__"] = spec.submodule_search_locations
    return module


class _Loader(SourceFileLoader):
    """Loads a module as Python does, but for how its compiled file is read. ``head`` is what that begins with if it can be used."""

    def __init__(self, name: str, path: str, compiled: str, head: bytes) -> None:
        super().__init__(name, path)
        self._compiled, self._head = compiled, head

    def get_code(self, fullname: str) -> "CodeType | None":
        """The module's code: from its compiled file, else as Python finds or makes it."""
        data = self._content()
        if data[: len(self._head)] != self._head:
            return super().get_code(fullname)
        try:
            code: CodeType = marshal.loads(memoryview(data)[len(self._head) :])  # noqa: S302 - as Python itself does
        except (EOFError, ValueError, TypeError):
            return super().get_code(fullname)
        # Made where it is now; of a tree that was moved Python corrects what tracebacks show.
        return code if code.co_filename == self.path else super().get_code(fullname)

    def _content(self) -> "bytes | memoryview":
        """The compiled file's bytes; none where it cannot be read, or is larger than any of ours."""
        try:
            number = os.open(self._compiled, _OPEN)
            try:
                return self._read(number)
            finally:
                os.close(number)
        except OSError:
            return b""

    def _read(self, number: int) -> "bytes | memoryview":
        data = os.read(number, _SMALL)
        return data if len(data) < _SMALL else data + os.read(number, _LARGEST)


class _OneByOne(_Loader):
    """For a process without threads that load modules: all are read into the same memory. New memory for each is a tenth of all that a
    check touches, and touching it for the first time takes longer than reading."""

    _memory = memoryview(bytearray(_SMALL))

    def _read(self, number: int) -> "bytes | memoryview":
        size = os.readv(number, (self._memory,))
        return self._memory[:size] if size < _SMALL else bytes(self._memory) + os.read(number, _LARGEST)
