"""What the other files of a project say about an import that is missing in one: that it is optional, or that nothing needs the file.

A package often has modules for a library that only some of its users have: it imports them where that may fail, or leaves them to others
(a worker for some server, an extension for a documentation tool). Its tests pass without the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

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


class Elsewhere(NamedTuple):
    """``optional`` are the modules that some file of the project does without; ``needed`` the files that its tests, scripts and programs
    import whatever is installed, ``None`` where nothing tells: it has no tests."""

    optional: frozenset[str]
    needed: frozenset[str] | None

    def needs(self, path: str) -> bool:
        """Whether a file has to be importable."""
        return self.needed is None or path in self.needed


def look(paths: Iterable[str], own: Own, modules: Modules, texts: Texts, files: FileView, partial: Callable[[], None]) -> Elsewhere:
    """What the code at ``paths``, all of the project's, says; ``partial`` is called meanwhile."""
    facts = own.first
    optional: set[str] = set()
    leads: dict[str, set[str]] = {}
    known = frozenset(paths)
    places = _Places(known, own.code.sources, files)
    runs = [path for path in sorted(known) if roles.runner(path, facts) == "environment"]
    for path in runs:
        partial()
        imports, dispensable = texts.imports(path, facts, modules.standard)
        if not path.endswith(".ipynb"):
            optional |= dispensable
        leads[path] = set()
        for imported in imports:
            answer = reach(imported, modules.here) if imported.blocks else "always"
            if answer == "optional" and not imported.level and _is_tried(imported):
                optional.add(imported.top)
            elif answer == "always" and not in_function(imported):
                leads[path].update(places.of(path, imported))
    if not any(roles.runs_tests(path, files) for path in runs):
        return Elsewhere(frozenset(optional), None)
    tops = set(_tops(own, files)) | set(_entries(facts, places))
    waiting = [path for path in runs if path in tops or not roles.ships(path, facts)]
    needed = set(waiting)
    while waiting:
        new = leads.get(waiting.pop(), set()) - needed
        needed |= new
        waiting += new
    return Elsewhere(frozenset(optional), frozenset(needed))


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

    def of(self, path: str, imported: Import) -> Iterator[str]:
        """The files that an import in the file at ``path`` runs."""
        folder = self._path.dirname(path)
        parts = [part for part in imported.module.split(".") if part]
        if imported.level:
            for _ in range(imported.level - 1):
                folder = self._path.dirname(folder)
            yield from self.below(folder, parts, imported.names)
            return
        for source in dict.fromkeys((*self._sources, folder)):
            yield from self.below(source, parts, imported.names)

    def module(self, dotted: str) -> Iterator[str]:
        """The files that importing a module by its whole name runs."""
        for source in self._sources:
            yield from self.below(source, dotted.split("."), ())

    def below(self, folder: str, parts: Iterable[str], names: Iterable[str]) -> Iterator[str]:
        join = self._path.join
        yield from self._there(join(folder, "__init__.py"))
        for part in parts:
            folder = join(folder, part)
            yield from self._there(join(folder, "__init__.py"), f"{folder}.py")
        for name in names:
            yield from self._there(join(folder, name, "__init__.py"), join(folder, f"{name}.py"))

    def _there(self, *paths: str) -> Iterator[str]:
        yield from (path for path in paths if path in self._known)


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
