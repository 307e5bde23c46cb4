"""What the other files of a project say about an import that is missing in one: that it is optional, or that nothing needs the file.

A package often has modules for a library that only some of its users have: it imports them where that may fail, or leaves them to others
(a worker for some server, an extension for a documentation tool). Its tests pass without the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from venvls.answers.stated import own_names
from venvls.code import roles
from venvls.code.modules import Modules
from venvls.code.own import Own
from venvls.code.texts import Texts
from venvls.imports.reach import reach
from venvls.model.facts import Facts
from venvls.model.imports import Import
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

_ENTRY = re.compile(r"""["'=]\s*([A-Za-z_][\w.]*)\s*:\s*[A-Za-z_][\w.]*""")
_NAMING_ENTRIES = ("pyproject.toml", "setup.cfg", "setup.py")


class Said(NamedTuple):
    """What one file says: ``optional`` are the modules that it does without, ``required`` what it imports whatever is installed, each as
    module, names and level."""

    optional: frozenset[str]
    required: tuple[tuple[str, tuple[str, ...], int], ...]


class Elsewhere(NamedTuple):
    """``optional`` are the modules that some file of the project does without; ``needed`` the files that its tests, scripts and programs
    import whatever is installed, ``None`` where nothing tells: it has no tests. ``said`` is what each file said then."""

    optional: frozenset[str]
    needed: frozenset[str] | None
    said: Mapping[str, Said]

    def needs(self, path: str) -> bool:
        """Whether a file has to be importable."""
        return self.needed is None or path in self.needed

    def is_outdated(self, path: str, imports: Iterable[Import], dispensable: frozenset[str], modules: Modules) -> bool:
        """Whether a file says something else by now."""
        return path in self.said and self.said[path] != said_in(path, imports, dispensable, modules)


def look(
    paths: Iterable[str], own: Own, modules: Modules, texts: Texts, files: FileView, partial: Callable[[], None], *, whole: bool = True
) -> Elsewhere:
    """What the code at ``paths`` says, all of the project's where it is ``whole``; ``partial`` is called meanwhile."""
    facts = own.first
    known = frozenset(paths)
    runs = [path for path in sorted(known) if roles.runner(path, facts) == "environment"]
    said: dict[str, Said] = {}
    unread = not whole
    for path in runs:
        partial()
        said[path] = said_in(path, *texts.imports(path, facts, modules.standard), modules)
        unread = unread or texts.unread(path) is not None
    optional = frozenset().union(*(each.optional for each in said.values()))
    # What is not read may import any file.
    if unread or not any(roles.runs_tests(path, files) for path in runs):
        return Elsewhere(optional, None, said)
    places = _Places(known, own.code.sources, files)
    tops = set(_tops(own, files)) | set(_entries(facts, places))
    waiting = [path for path in runs if path in tops or not roles.ships(path, facts)]
    needed = set(waiting)
    while waiting:
        path = waiting.pop()
        new = {place for each in said[path].required for place in places.of(path, *each)} - needed if path in said else set()
        needed |= new
        waiting += new
    return Elsewhere(optional, frozenset(needed), said)


def said_in(path: str, imports: Iterable[Import], dispensable: frozenset[str], modules: Modules) -> Said:
    """What the file at ``path`` says by its imports."""
    optional = set() if path.endswith(".ipynb") else set(dispensable)
    required: dict[tuple[str, tuple[str, ...], int], None] = {}
    for imported in imports:
        answer = reach(imported, modules.here) if imported.blocks else "always"
        if answer == "optional" and not imported.level and _is_tried(imported):
            optional.add(imported.top)
        elif answer == "always" and not in_function(imported):
            required[imported.module, imported.names, imported.level] = None
    return Said(frozenset(optional), tuple(required))


def in_function(imported: Import) -> bool:
    """Whether an import runs only when something is called."""
    return any(block.header.keyword == "def" for block in imported.blocks)


def _is_tried(imported: Import) -> bool:
    """Whether code goes on where an import fails; a condition alone says nothing of that."""
    return any(block.header.keyword in ("try", "except", "with") for block in imported.blocks)


class _Places:
    """The files that a module of the project's own may be in."""

    def __init__(self, known: frozenset[str], sources: Iterable[str], files: FileView) -> None:
        self._known = known
        self._sources = tuple(sources)
        self._path = files.path
        # By folder and name: hundreds of files may take hundreds of names each out of one package.
        self._modules: dict[str, dict[str, list[str]]] = {}
        for path in known:
            folder, file = files.path.split(path)
            name, _, ending = file.rpartition(".")
            if name == "__init__" and ending == "py":
                folder, name = files.path.split(folder)
            if ending == "py":
                self._modules.setdefault(folder, {}).setdefault(name, []).append(path)

    def of(self, path: str, module: str, names: tuple[str, ...], level: int) -> Iterator[str]:
        """The files that an import in the file at ``path`` runs."""
        folder = self._path.dirname(path)
        parts = [part for part in module.split(".") if part]
        if level:
            for _ in range(level - 1):
                folder = self._path.dirname(folder)
            yield from self.below(folder, parts, names)
            return
        for source in dict.fromkeys((*self._sources, folder)):
            yield from self.below(source, parts, names)

    def module(self, dotted: str) -> Iterator[str]:
        """The files that importing a module by its whole name runs."""
        for source in self._sources:
            yield from self.below(source, dotted.split("."), ())

    def below(self, folder: str, parts: Iterable[str], names: Iterable[str]) -> Iterator[str]:
        """The files of a module from a folder, and of those that ``names`` may be in it."""
        start = self._path.join(folder, "__init__.py")
        if start in self._known:
            yield start
        for part in parts:
            modules = self._modules.get(folder)
            if modules is not None:
                yield from modules.get(part, ())
            folder = self._path.join(folder, part)
        modules = self._modules.get(folder)
        if modules is not None:
            for name in names:
                yield from modules.get(name, ())


def _tops(own: Own, files: FileView) -> Iterator[str]:
    """The files that are run when the project's packages are imported or started."""
    join, root = files.path.join, own.first.project.root
    for name in own_names(own.first):
        for source in dict.fromkeys((*own.code.sources, root, join(root, "src"))):
            yield from (join(source, name.replace("-", "_"), start) for start in ("__init__.py", "__main__.py"))


def _entries(facts: Facts, places: _Places) -> Iterator[str]:
    """The files of the modules that a project's manifests name as those of its programs and plugins."""
    for name in _NAMING_ENTRIES:
        data = facts.files.read(facts.files.path.join(facts.project.root, name), 1_000_000)
        for match in _ENTRY.finditer(data.decode("utf-8", "replace")) if data is not None else ():
            yield from places.module(match[1])
