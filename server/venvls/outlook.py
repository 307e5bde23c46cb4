"""What a running server looks at, so that what it shows stays true: what answers rest on, and where something may come. Loaded for one.

It only asks: what it gives is of the moment, and is asked for again after each change.
"""

from __future__ import annotations

from venvls import manifests
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from venvls.checking import Checker
    from venvls.inputs import Inputs
    from venvls.model.ports import Entry, FileView, Memory, Stat
    from venvls.reading import Reader
    from venvls.settlement import Settlement

_LOOKED_FOR = (".python-version", ".tool-versions", ".python-envs", ".venv", "pyproject.toml", "requirements.txt")
_PASSED_OVER = frozenset({"node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"})
"""Folders that come and go often and that no search enters."""
_MARKS = frozenset({*_LOOKED_FOR, ".gitignore", ".pdm-python", "pyvenv.cfg"})
"""Files that are no manifests and yet decide on projects and their environments."""


def matters(folder: str, entry: Entry) -> bool:
    """Whether it can change an answer that an entry of a folder comes or goes. In any thread."""
    if entry.kind != "file":
        return entry.name not in _PASSED_OVER
    return entry.name in _MARKS or entry.name.endswith(manifests.SUFFIXES)


class Outlook:
    """``inputs`` are the looks that sorting the folders took; all others note their own."""

    def __init__(self, files: FileView, here: Settlement, checker: Checker, reader: Reader, inputs: Inputs, memory: Memory) -> None:
        self._path = files.path
        self._here, self._checker, self._reader, self._inputs, self._memory = here, checker, reader, inputs, memory

    def watched(self) -> tuple[str, ...]:
        """Every path whose change may change a finding: all that was looked at, what marks a project or an environment, and git's HEAD."""
        join = self._path.join
        # First as they were looked at: of thousands each text is there once.
        paths = dict.fromkeys((*self._inputs.paths(), *self._checker.looked_at(), *self._manifests()))
        for environment in self._here.around.environments:
            own = (join(environment.prefix, "pyvenv.cfg"), *environment.site_packages, environment.interpreter or environment.prefix)
            paths.update(dict.fromkeys(own))
        folders = [project.root for project in self._here.projects.values() if project.part is None]
        paths.update(dict.fromkeys(join(root, name) for root in (*self._here.folders.roots, *folders) for name in _LOOKED_FOR))
        paths.update(dict.fromkeys(join(root, ".git", "HEAD") for root in self._here.folders.roots))
        # A workspace's root, with its lock, may be above what was opened.
        members = [project for project in self._here.projects.values() if project.workspace is not None]
        paths.update(
            dict.fromkeys(path for project in members for path in (join(project.workspace or "", "pyproject.toml"), *project.locks))
        )
        if (selections := self._memory.selections_file()) is not None:
            paths[selections] = None
        return tuple(paths)

    def seen(self, paths: Collection[str]) -> dict[str, Stat | None]:
        """The stats that these paths had when they were looked at, for those that were: who watches them from now on compares with that."""
        return {**dict(self._inputs.seen(paths)), **dict(self._checker.seen(paths)), **dict(self._reader.seen(paths))}

    def folders(self) -> tuple[str, ...]:
        """The folders in which a manifest or an environment may come and go: those of the workspace and those above them, of the projects,
        on the way down to them, and where environments are kept."""
        dirname = self._path.dirname
        folders = dict.fromkeys(self._here.folders.roots)
        for project in self._here.projects.values():
            folder = project.root if not self._here.folders.is_script(project.root) else dirname(project.root)
            if project.part is None:
                while folder not in folders and self._here.folders.root_of(folder) is not None:
                    folders[folder] = None
                    folder = dirname(folder)
            if project.workspace is not None:
                folders[project.workspace] = None
        folders.update(dict.fromkeys(dirname(environment.prefix) for environment in self._here.around.environments))
        folders.update(dict.fromkeys(folder for root in self._here.folders.roots for folder in self._here.upward.above(root)))
        return tuple(folders)

    def _manifests(self) -> Iterable[str]:
        for project in self._here.projects.values():
            yield from self._checker.files_of(project)
