"""What a project's own code can import: its folders as tests, scripts and installed packages see them.

Where such a file runs decides what is on its search path, and that is rarely written down. So every folder above a file counts, the folders
of source that tools' settings name, and in the end each module anywhere in the project: what is not certain must not be reported. Where it
is known which package brings a module, one of the same name counts only as far as Python could import it by that name alone:
``app/redis.py`` in a package is ``app.redis``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from venvls.model.hints import Any
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

_SOURCES = ("src", "lib", "python", "source", "Lib")
_ENDINGS = (".py", ".pyi", ".pyx", ".so", ".pyd", ".pyc", ".pyw", ".ipynb", ".c", ".cpp", ".rs")
CODE = (".py", ".pyi", ".pyx", ".pyw")
_PYTHONPATH = re.compile(r"^[ \t]*(?:export[ \t]+)?(?:PYTHONPATH|pythonpath|python_paths)[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_NAMING = (".env", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg")
_GENERATED = ("_pb2", "_pb2_grpc")
# Tables below [tool] whose strings are folders of source, or lists and tables of such.
_STATED = (
    ("pytest", "ini_options", "pythonpath"),
    ("pytest", "ini_options", "python_paths"),
    ("setuptools", "package-dir"),
    ("setuptools", "packages", "find", "where"),
    ("poetry", "packages"),
    ("pdm", "build", "package-dir"),
    ("uv", "build-backend", "module-root"),
    ("maturin", "python-source"),
    ("hatch", "build", "packages"),
    ("hatch", "build", "sources"),
    ("hatch", "build", "dev-mode-dirs"),
    ("hatch", "build", "targets", "wheel", "packages"),
    ("hatch", "build", "targets", "wheel", "sources"),
    ("scikit-build", "wheel", "packages"),
    ("mypy", "mypy_path"),
    ("pyright", "extraPaths"),
    ("basedpyright", "extraPaths"),
    ("ty", "environment", "root"),
    ("ty", "environment", "extra-paths"),
    ("pyrefly", "search-path"),
    ("ruff", "src"),
)


class Below(NamedTuple):
    """The names of all modules and packages below a folder: those that are in no other package, and those ``inside`` one."""

    names: frozenset[str]
    inside: frozenset[str]


class FirstParty:
    """The code of one project. ``tops`` are the folders no search goes above, ``stated`` folders of source, ``own`` the project's names.

    ``everywhere`` gives every module and package below the project's tops, ``None`` where that is not known yet; it is called when nothing
    nearer answers.
    """

    def __init__(
        self,
        files: FileView,
        tops: Iterable[str],
        stated: Iterable[str],
        own: Iterable[str],
        everywhere: Callable[[], Iterable[Below] | None],
    ) -> None:
        self._files = files
        self._tops = tuple(tops)
        self._own = frozenset(name.replace("-", "_") for name in own)
        self._everywhere = everywhere
        self._listed: dict[str, frozenset[str]] = {}
        self.sources = tuple(stated)
        self._stated = frozenset().union(*(self._names(folder) for folder in self.sources))

    def provides(self, path: str, top: str, *, elsewhere: bool = False) -> bool:
        """Whether code in the file at ``path`` may import the module from the project. ``elsewhere``: it is known which package has one of
        that name."""
        if top.lower() in self._own or top in self._stated or top.endswith(_GENERATED):
            return True
        nearer, *above = self._above(path)
        if top in self._around(nearer) and not (elsewhere and self._is_itself(path, top)):
            return True
        if any(top in self._around(folder) for folder in above):
            return True
        every = self._everywhere()
        return every is None or any(top in below.names or (top in below.inside and not elsewhere) for below in every)

    def _is_itself(self, path: str, top: str) -> bool:
        """Whether the only module of that name next to a file of a package is the file."""
        folder, name = self._files.path.dirname(path), self._files.path.basename(path)
        if name.partition(".")[0] != top or self._files.stat(self._files.path.join(folder, "__init__.py")) is None:
            return False
        return all(entry.name == name or entry.name.partition(".")[0] != top for entry in self._files.list(folder) or ())

    def _above(self, path: str) -> Iterator[str]:
        dirname = self._files.path.dirname
        folder = dirname(path)
        while True:
            yield folder
            parent = dirname(folder)
            if folder in self._tops or parent == folder:
                return
            folder = parent

    def _around(self, folder: str) -> frozenset[str]:
        key = f"{folder}\0"
        if key not in self._listed:
            join = self._files.path.join
            names = self._names(folder)
            below = [self._names(join(folder, source)) for source in _SOURCES if source in names]
            self._listed[key] = names.union(*below) if below else names
        return self._listed[key]

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            self._listed[folder] = frozenset(
                name.partition(".")[0]
                for name, kind in self._files.list(folder) or ()
                if (kind != "file" and "." not in name) or name.endswith(_ENDINGS)
            )
        return self._listed[folder]


def stated_folders(root: str, tool: Mapping[str, Any], files: FileView) -> Iterator[str]:
    """The folders of source that the settings of a project's tools name, below its root; their parents too, where a package is named."""
    path = files.path
    written: list[str] = []
    for place in _STATED:
        value: Any = tool
        for key in place:
            value = value.get(key) if isinstance(value, Mapping) else None
        written += _strings(value)
    for name in _NAMING:
        data = files.read(path.join(root, name), 1_000_000)
        if data is not None and (b"PYTHONPATH" in data or b"python" in data):
            for match in _PYTHONPATH.finditer(data.decode("utf-8", "replace")):
                written += re.split(r"[\s:;,\"']+", match[1])
    for folder in written:
        if folder and "\0" not in folder and not folder.startswith(("\\\\", "//", "~", "$")):
            place_of = path.normpath(path.join(root, folder))
            yield place_of
            yield path.dirname(place_of)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.split(r"[,:;\s]+", value) if not re.match(r"[A-Za-z]:", value) else [value]
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner)
            if isinstance(key, str) and key and key not in ("include", "from", "format", "to"):
                yield key
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)


def modules_of(paths: Iterable[str], root: str, files: FileView) -> Below:
    """The names of all modules, and of all folders that hold any, among files of code below a root."""
    separator = files.path.sep
    length = len(root.rstrip(separator)) + 1
    modules: dict[str, set[str]] = {}
    for path in paths:
        if path.endswith(CODE):
            folder, _, name = path[length:].rpartition(separator)
            modules.setdefault(folder, set()).add(name.partition(".")[0])
    packages = frozenset(folder for folder, names in modules.items() if "__init__" in names)
    names: set[str] = set()
    inside: set[str] = set()
    above: set[str] = set()
    for folder, own in modules.items():
        (inside if folder in packages else names).update(own)
        while folder and folder not in above:
            above.add(folder)
            parent, _, name = folder.rpartition(separator)
            (inside if parent in packages else names).add(name)
            folder = parent
    return Below(frozenset(names - {"__init__"}), frozenset(inside - {"__init__"}))
