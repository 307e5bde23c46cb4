"""What is shown before all is known: while the folders are still walked, and before it is worked out what to watch. On the worker.

A little at a time, so that neither waits for long. It knows no queue but the worker's breath, and nothing of what comes after.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.lsp.board import Board
    from venvls.lsp.documents import Documents
    from venvls.model.finding import Project
    from venvls.workspace import Workspace

_SECONDS = 0.05
"""For what was never shown, each time."""


class Early:
    """``breathe`` lets urgent work go first."""

    def __init__(self, board: Board, documents: Documents, breathe: Callable[[], None]) -> None:
        self._board, self._documents, self._breathe = board, documents, breathe
        self._sorted = -1
        self._certain: dict[str, Project] = {}  # since the folders were sorted that time

    def forget(self) -> None:
        """What is certain is found out again: what is typed may include other files."""
        self._sorted = -1

    def certain(self, workspace: Workspace, *, settled: bool) -> list[Project]:
        """Shows some more of what will be no other once everything is known; all projects of which that is so. Once everything was known
        (``settled``), only of those that are new."""
        end, shown = time.monotonic() + _SECONDS, frozenset(self._board.paths())
        if self._sorted != workspace.sortings:
            self._sorted, self._certain = workspace.sortings, {}
        certain = self._certain
        # Those that were shown first: nobody is told of fewer projects than before. What is certain stays so until all is sorted again, or
        # something is typed.
        left = [project for project in workspace.folder_projects() if project.root not in certain]
        for project in sorted(left, key=lambda project: not shown.issuperset(project.manifests)):
            is_new = not shown.issuperset(project.manifests)
            if is_new and time.monotonic() > end:
                break
            if (settled and not is_new) or not all(map(workspace.is_certain, project.manifests)):
                continue
            for path in project.manifests if is_new else ():
                self._board.show(path)
            # What it includes may be read by others too, of which nobody knows yet.
            if all(map(workspace.is_certain, files := workspace.files_of(project))):
                for path in files if is_new else ():
                    self._board.show(path)
                certain[project.root] = project
            self._breathe()
        return [certain[root] for root in sorted(certain)]

    def new(self, workspace: Workspace) -> None:
        """Shows some of what was never shown, what is open first, before it is worked out what to watch: that takes long where there is
        much. What is shown here is looked at once more when it is watched."""
        end, shown = time.monotonic() + _SECONDS, frozenset(self._board.paths())
        new = [path for project in workspace.projects() for path in project.manifests if path not in shown]
        for path in sorted(new, key=lambda path: self._documents.get(path) is None):
            self._board.show(path)
            if time.monotonic() > end:
                break
