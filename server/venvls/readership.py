"""Which projects may say something of a file: known for thousands of them from what they state and include, without a verdict on any.

Loaded when an editor wants to know what is wrong in one file; a check of everything goes by project.
"""

from __future__ import annotations

from venvls import graph
from venvls.model import limits
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from venvls.model.finding import Project
    from venvls.model.ports import Machine
    from venvls.reading import Reader


class Readership:
    """Of the ``projects`` of one sorting, whose findings may be in which file. ``included`` gives the manifests that a project's facts were
    read from, by root; ``None`` where it has none yet."""

    def __init__(
        self, projects: Mapping[str, Project], included: Callable[[str], Collection[str] | None], reader: Reader, machine: Machine
    ) -> None:
        self._projects, self._included, self._reader, self._machine = projects, included, reader, machine
        self._order = {root: number for number, root in enumerate(projects)}
        self._readers: dict[str, str | set[str]] = {}  # by path: the root of the project that may read it, or of several
        self._unfollowed: set[str] = set()  # roots of projects of which nobody has looked yet what they include
        for root, project in projects.items():
            of_facts = included(root)
            if of_facts is None:
                self._unfollowed.add(root)
            self._note(root, (*self._stated(project), *(of_facts or ())))

    def of(self, path: str) -> list[Project]:
        """Those whose findings may be in ``path``, in the projects' own order: what two of them say alike of a file is the first one's."""
        for root in list(self._unfollowed):
            self._follow(self._projects[root])
        known = self._readers.get(path, ())
        roots = [known] if isinstance(known, str) else sorted(known, key=self._order.__getitem__)
        return [self._projects[root] for root in roots if self.reads(self._projects[root], path)]

    def note(self, root: str, paths: Iterable[str]) -> None:
        """The facts of a project were worked out from these manifests."""
        self._unfollowed.discard(root)
        self._note(root, paths)

    def reads(self, project: Project, path: str) -> bool:
        """Whether a project reads a file still: what it included once may be included no more."""
        included = self._included(project.root)
        return included is None or path in included or path in self._stated(project)

    def _stated(self, project: Project) -> tuple[str, ...]:
        """The files that may say something of a project whatever it includes."""
        above = () if project.workspace is None else (self._machine.files.path.join(project.workspace, "pyproject.toml"),)
        return (*project.manifests, *project.locks, *above)

    def _follow(self, project: Project) -> None:
        """Notes what a project includes, which takes no facts of it."""
        self._unfollowed.discard(project.root)
        load, part = self._reader.load, project.part
        stated = [load(path, part) for path in project.manifests]
        if any(isinstance(manifest, Manifest) and manifest.includes for manifest in stated):

            def follow() -> Iterable[str]:
                return graph.follow(project.manifests, load, self._machine.files, part).manifests

            self._note(project.root, self._machine.within(limits.MOST_SECONDS, follow, tuple))

    def _note(self, root: str, paths: Iterable[str]) -> None:
        for path in paths if root in self._order else ():
            known = self._readers.setdefault(path, root)
            if isinstance(known, set):
                known.add(root)
            elif known != root:
                self._readers[path] = {known, root}
