"""The locks that the members of a workspace share: whether they fit those parts of it that are no project of ours, worked out once for all
members, and again where something that this rests on changed.
"""

from __future__ import annotations

from venvls import manifests
from venvls.inputs import Inputs
from venvls.manifests.locks import lock_format, stale_elsewhere
from venvls.manifests.syntax.decode import decode
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Others
from venvls.model.record import NamedTuple
from venvls.model.text import Text
from venvls.noted_files import NotedFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.finding import Project
    from venvls.model.lock import LockFile
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView
    from venvls.projects import Landscape


class _Answer(NamedTuple):
    """Why a lock is stale, for whom that is true, and what it rests on."""

    file: LockFile
    why: str | None
    projects: frozenset[str]
    roots: tuple[str, ...]
    stated_elsewhere: frozenset[str]
    read: Inputs


class SharedLocks:
    """Answers by lock, as of the last :meth:`settle`."""

    def __init__(self, files: FileView) -> None:
        self._files = files
        self._land: Landscape | None = None
        self._answers: dict[str, _Answer] = {}
        self._looked: set[str] = set()

    def settle(self, land: Landscape) -> None:
        """Projects were sorted again: what an answer rests on is looked at once more before it counts."""
        self._land = land
        self._looked.clear()

    def inputs(self) -> Iterator[Inputs]:
        """The looks that the answers rest on."""
        return (answer.read for answer in self._answers.values())

    def stale(self, file: LockFile, project: Project) -> str | None:
        """Why the lock does not fit a part of the workspace that nobody checks, as a sentence; ``None`` where it does, or is not shared."""
        land, format_ = self._land, lock_format(self._files.path.basename(file.path))
        if land is None or format_ is None or not format_.shared:
            return None
        known = self._answers.get(file.path)
        if known is None or not self._holds(known, file, project, land):
            read = Inputs()
            files = NotedFiles(self._files, read)
            why = stale_elsewhere(format_, file, project, Others(land.projects, land.roots, lambda path: _stated(path, files)), files)
            known = self._answers[file.path] = _Answer(file, why, land.projects, land.roots, project.stated_elsewhere, read)
        self._looked.add(file.path)
        return known.why

    def _holds(self, known: _Answer, file: LockFile, project: Project, land: Landscape) -> bool:
        """Whether an answer is to the same question, and nothing that it rests on has changed; looked at once after each sorting."""
        # Thousands of projects, mostly the very same.
        same_projects = known.projects is land.projects or known.projects == land.projects
        if known.file is not file or not same_projects or known.roots != land.roots:
            return False
        same = known.stated_elsewhere == project.stated_elsewhere
        return same and (file.path in self._looked or not known.read.differ(self._files, {}))


def _stated(path: str, files: FileView) -> Manifest | None:
    data = files.read(path)
    return manifests.parse(path, Text(decode(data).text)) if data is not None else None
