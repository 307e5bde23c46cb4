"""What is shown of many files, and in which order: of all, of those that a typed one may say more or less of, of code. On the worker.

It knows no queue but for what has to wait, and decides neither when something is looked at nor what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.lsp.announcing import Announcements
    from venvls.lsp.board import Board
    from venvls.lsp.desk import Desk
    from venvls.lsp.refreshing import Refreshes
    from venvls.lsp.worker import Worker
    from venvls.model.finding import Project
    from venvls.workspace import Workspace


class Showing:
    """Shows on ``board`` and has the editor pull it. ``watch`` has looked at from now on what answers rest on by now, as it ``is_watched``;
    ``tell`` tells of the projects."""

    def __init__(
        self,
        desk: Desk,
        board: Board,
        refreshes: Refreshes,
        announcements: Announcements,
        worker: Worker,
        watch: Callable[[Workspace], None],
        is_watched: Callable[[str], bool],
        tell: Callable[[Workspace], None],
    ) -> None:
        self._desk, self._board, self._refreshes, self._announcements, self._worker = desk, board, refreshes, announcements, worker
        self._watch, self._is_watched, self._tell = watch, is_watched, tell
        self._edited: dict[str, None] = {}  # what depends on them was not shown again yet

    def everything(self, workspace: Workspace) -> None:
        """All files, and that there is nothing to say of those that are none of ours any more."""
        before = self._board.paths()
        seen: dict[str, None] = {}
        while todo := [path for path in (*workspace.manifests(), *workspace.code.shown()) if path not in seen]:
            for path in todo:
                seen[path] = None
                self._board.show(path)
                self._breathe()
        for path in before:
            if path not in seen:
                self._board.clear(path)
        self._take_stock(workspace.folder_projects())
        self.walk_code()
        self._refreshes.diagnostics()
        self._refreshes.looks(workspace, workspace.projects(), everything=True)
        self._tell(workspace)

    def note(self, edited: Iterable[str]) -> None:
        """These were typed in: the other files of their projects may have something new to say, an include, a duplicate."""
        self._edited.update(dict.fromkeys(edited))

    def others(self, workspace: Workspace) -> None:
        """The other files of the projects that read what was typed in since the last time."""
        noted, self._edited = self._edited, {}
        # Code that states no requirements changes nothing elsewhere.
        edited = [path for path in noted if not workspace.is_code(path) or workspace.states(path)]
        if not edited:
            return
        others: dict[str, None] = {}
        included: dict[str, None] = {}
        with workspace.round():
            readers = {project.root: project for path in edited for project in workspace.readers_of(path)}
            for project in readers.values():
                self._announcements.forget(project.root)
                # Among what was found before may be a file that is included no more.
                facts = workspace.facts(project.root)
                manifests = (*project.manifests, *facts.manifests)
                included.update(dict.fromkeys(link.target for link in facts.links if link.target is not None))
                others.update(dict.fromkeys((*manifests, *project.locks, *self._board.of_project(project.root))))
            beside = workspace.beside(readers.values())
            for path in workspace.code.shown():
                owner = workspace.project_of(path)
                # Of others' code what is open: with a key in each of hundreds of members not all that they have is looked at.
                if owner is not None and owner.root in (readers if self._desk.documents.get(path) is None else beside):
                    others[path] = None
            for path in others:
                self._board.show(path)
                self._breathe()
            if not all(map(self._is_watched, included)):
                self._watch(workspace)
            self._take_stock(beside.values())
            # What was edited the editor pulls by itself.
            self._refreshes.diagnostics(edited)
            self._refreshes.looks(workspace, readers.values())
            self._tell(workspace)

    def code(self, paths: Iterable[str]) -> None:
        """Files of code whose text alone changed: nothing else depends on it, but which requirements are used."""
        for path in paths:
            self._board.show(path)
        self._refreshes.diagnostics()
        self._worker.once("stock", lambda: self._take_stock(self._desk.workspace().folder_projects()))

    def marked(self, path: str) -> None:
        """A file in which another source of diagnostics marks imports."""
        self._board.show(path)
        self._refreshes.diagnostics()

    def walk_code(self) -> None:
        """Has the code walked for in a patient moment, where an answer waits for that."""
        if self._desk.workspace().code.owes_walk:
            self._worker.once("code", self._walk_code)

    def _walk_code(self) -> None:
        workspace = self._desk.workspace()
        workspace.code.walk(self._worker.breathe)
        # Before any of it is read: what changes between being read and being watched would never be noticed.
        self._watch(workspace)
        with workspace.round():
            self._take_stock(workspace.folder_projects())
            for path in workspace.code.shown():
                self._board.show(path)
                self._breathe()
        self._refreshes.diagnostics()
        # Now that it is known where code is, an answer may wait for what all of it says.
        self.walk_code()

    def _take_stock(self, projects: Iterable[Project]) -> None:
        """What takes a look at everything that is installed, and shows it: last, since urgent work may come in between."""
        workspace = self._desk.workspace()
        with workspace.round():
            for path in workspace.code.take_stock(projects, self._breathe):
                self._board.show(path)
                self._breathe()

    def _breathe(self) -> None:
        """Lets urgent work go first, in the midst of what is shown of many projects."""
        with self._desk.workspace().pause():
            self._worker.breathe()
