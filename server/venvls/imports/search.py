"""What an environment's Python can import from its site-packages: the folders of its search path, as ``site`` and the finders make it.

Nothing is run. Of a finder that a ``.pth`` file starts (editable installations of setuptools, meson-python, scikit-build-core, hatchling
and pdm with ``editables``…) every name that is written in it counts as one that it provides: they all carry their modules in tables of
literals. What a finder without such a table provides is not known, and nothing is certain any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

_MODULE_ENDINGS = (".py", ".pyc", ".so", ".pyd", ".pyw")
_QUOTED = re.compile(r"""["']([A-Za-z_]\w*)(?:\.[\w.]*)?["']""")
_STARTED = re.compile(r"\b(?:import|__import__\(\s*['\"])\s*([A-Za-z_]\w*)")
_HOOKED = re.compile(rb"\b(?:meta_path|path_hooks)\b")
_TABLE = re.compile(rb"""\bMAPPING\b|(?:\{|\(\[)\s*["'][A-Za-z_][\w.]*["']\s*[,:}\]]""")
_LIMIT = 4_000_000
MOST_ADDED = 1_000
"""Folders and finders that ``.pth`` files add: one for each editable installation. What is looked for is looked for in each."""
# They change what is imported, and provide nothing.
_CHANGING = frozenset({"_virtualenv"})
_ALWAYS_THERE = frozenset({"sys", "os", "types", "site", "importlib", "util", "machinery"})


class Added(NamedTuple):
    """What one ``.pth`` file adds: folders to the path, and names that a finder provides. ``path`` is the file, ``finders`` the modules it
    starts."""

    path: str
    folders: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    finders: tuple[str, ...] = ()


class Search:
    """The search path behind the standard library. ``certain`` is false where something on it cannot be looked into (a zip file, a finder
    whose code does not name what it provides), and where ``.pth`` files add so much that it is not all looked at (``crowded``)."""

    def __init__(self, files: FileView, site_packages: Iterable[str], others: Iterable[str] = ()) -> None:
        self._files = files
        self._listed: dict[str, Mapping[str, bool] | None] = {}
        self.added: list[Added] = []
        self.certain = True
        self.crowded = False
        folders: dict[str, None] = {}
        for folder in site_packages:
            folders[folder] = None
            for added in self._pth_files(folder):
                self.added.append(added)
                folders.update(dict.fromkeys(added.folders))
                if len(folders) > MOST_ADDED:
                    self.certain, self.crowded = False, True
                    break
        folders.update(dict.fromkeys(others))
        self.folders = tuple(folders)
        self.by_finders = frozenset().union(*(added.names for added in self.added)) if self.added else frozenset()
        for folder in self.folders:
            stat = files.stat(folder)
            if stat is not None and stat.kind == "file":
                self.certain = False

    def missing(self, module: str, names: Iterable[str] = ()) -> str | None:
        """The part of a module's name that nothing here provides; ``None`` where all of it may be there.

        Below a package only its own code says what there is. ``names`` are what ``from`` takes: of a namespace without code they can only
        be modules too.
        """
        parts = module.split(".")
        if parts[0] in self.by_finders or not self.certain:
            return None
        portions = self._portions(parts[0])
        if portions is None:
            return parts[0]
        for number, part in enumerate(parts[1:], 2):
            if not portions:
                return None
            portions = self._below(portions, part)
            if portions is None:
                return ".".join(parts[:number])
        if portions:
            for name in names:
                if name != "*" and self._below(portions, name) is None:
                    return f"{module}.{name}"
        return None

    def below_namespace(self, module: str, names: Iterable[str] = ()) -> str:
        """The shortest part of a module's name that is more than a namespace, with what ``from`` takes first where the module is one."""
        parts = module.split(".")
        portions = self._portions(parts[0])
        for number, part in enumerate(parts[1:], 1):
            if not portions:
                return ".".join(parts[:number])
            portions = self._below(portions, part)
        first = next(iter(names), "*")
        return f"{module}.{first}" if portions and first != "*" else module

    def places(self, top: str) -> tuple[str, ...]:
        """The folders of the search path that hold something of this name."""
        return tuple(folder for folder in self.folders if top in (self._names(folder) or {}))

    def is_namespace(self, module: str) -> bool:
        """Whether the name is of a package without code of its own, which several distributions may share."""
        top, *parts = module.split(".")
        portions = self._portions(top)
        for part in parts:
            portions = self._below(portions, part) if portions else None
        return bool(portions)

    def _portions(self, top: str) -> tuple[str, ...] | None:
        """The folders of a namespace; empty for a module or package with code; ``None`` where there is neither."""
        return self._in(self.folders, top)

    def _below(self, portions: tuple[str, ...], name: str) -> tuple[str, ...] | None:
        return self._in(portions, name)

    def _in(self, folders: Iterable[str], name: str) -> tuple[str, ...] | None:
        portions: list[str] = []
        for folder in folders:
            is_folder = (self._names(folder) or {}).get(name)
            if is_folder is None:
                continue
            if not is_folder:
                return ()
            below = self._files.path.join(folder, name)
            inside = self._names(below)
            if inside is None or "__init__" in inside:
                return ()
            portions.append(below)
        return tuple(portions) if portions else None

    def _names(self, folder: str) -> Mapping[str, bool] | None:
        """The importable names in a folder, and whether each is a folder alone; ``None`` where it cannot be listed."""
        if folder not in self._listed:
            self._listed[folder] = importable(self._files, folder)
        return self._listed[folder]

    def _pth_files(self, folder: str) -> Iterator[Added]:
        path = self._files.path
        for entry in sorted(self._files.list(folder) or ()):
            if not entry.name.endswith(".pth") or entry.kind == "directory":
                continue
            data = self._files.read(path.join(folder, entry.name), _LIMIT)
            if data is None:
                self.certain = False
                continue
            folders: list[str] = []
            finders: list[str] = []
            names: set[str] = set()
            for line in data.decode("utf-8-sig", "surrogateescape").splitlines():
                if len(folders) + len(finders) > MOST_ADDED:
                    self.certain, self.crowded = False, True
                    break
                if line.startswith(("import ", "import\t")):
                    finders += [name for name in _STARTED.findall(line) if name not in _ALWAYS_THERE]
                    names.update(_QUOTED.findall(line))
                elif line.strip() and not line.startswith("#"):
                    place = path.normpath(path.join(folder, line.rstrip()))
                    # Merely looking at another machine would tell it who is asking.
                    if "\0" not in place and (not place.startswith(("\\\\", "//")) or folder.startswith(("\\\\", "//"))):
                        folders.append(place)
            for finder in finders[:MOST_ADDED]:
                names |= self._told_by(folder, finder)
            yield Added(path.join(folder, entry.name), tuple(folders), frozenset(names), tuple(finders))

    def _told_by(self, folder: str, finder: str) -> set[str]:
        """The names that are written in a finder's own code."""
        path = self._files.path
        if finder == "_distutils_hack":
            # setuptools' copy, on Pythons that have none of their own any more.
            return {"distutils"}
        places = [path.join(folder, f"{finder}.py"), path.join(folder, finder, "__init__.py")]
        data = next((data for data in (self._files.read(place, _LIMIT) for place in places) if data is not None), None)
        if data is None:
            # Compiled, or too large; what is not there at all starts nothing.
            self.certain = self.certain and finder not in (self._names(folder) or {})
            return set()
        if _HOOKED.search(data) and not _TABLE.search(data) and finder not in _CHANGING:
            self.certain = False
        return set(_QUOTED.findall(data.decode("utf-8", "replace")))


def importable(files: FileView, folder: str) -> dict[str, bool] | None:
    """The names that Python could import from a folder, and whether each is a folder alone; ``None`` where it cannot be listed."""
    listing = files.list(folder)
    if listing is None:
        return None
    names: dict[str, bool] = {}
    for name, kind in listing:
        if name.endswith(_MODULE_ENDINGS) and kind != "directory":
            names[name[: name.index(".")]] = False
        elif kind != "file" and "." not in name and "-" not in name:
            # A package goes before a module of the same name; a folder without code after it.
            names.setdefault(name, True)
    for name, kind in listing:
        if kind != "file" and names.get(name) is False and files.standing(folder, [files.path.join(name, "__init__.py")]):
            names[name] = True
    return names
