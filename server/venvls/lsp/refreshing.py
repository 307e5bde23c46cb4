"""Has the editor ask again for what it pulls (diagnostics, hints, lenses) where what it was given may be true no longer. On the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.lsp.board import Board
    from venvls.lsp.client import Client
    from venvls.model.finding import Project
    from venvls.workspace import Workspace


class Refreshes:
    """``request`` sends the editor a request without parameters, from any thread."""

    def __init__(self, client: Callable[[], Client], board: Board, request: Callable[[str], None]) -> None:
        self._client, self._board, self._request = client, board, request
        self._rested_on: Mapping[str, object] | None = None
        self._marked: list[tuple[str | None, str, str]] = []

    def diagnostics(self, leaving: Iterable[str] = ()) -> None:
        """Where it pulls and what it was given is no longer true of any file but ``leaving``."""
        if self._client().pulls and self._board.overdue(leaving):
            self._request("workspace/diagnostic/refresh")

    def looks(self, workspace: Workspace, projects: Iterable[Project], *, everything: bool = False) -> None:
        """Hints and lenses, where what they rest on has changed in one of ``projects``, which may be ``everything``: never for what was
        typed, which it knows."""
        looks = self._client().looks
        if not looks & {"refreshes hints", "refreshes lenses"}:
            return
        # What is shared by all verdicts of a project lives as long as these stand.
        before, now = self._rested_on, {} if everything else dict(self._rested_on or {})
        for project in projects:
            now[project.root] = workspace.facts(project.root).remembered
        marked = [(each.project, each.path, each.code) for each in self._board.findings()]
        counted, self._rested_on, self._marked = self._marked == marked, now, marked
        if before is None:
            return
        same = before.keys() == now.keys() and all(before[root] is remembered for root, remembered in now.items())
        # Hints are about lines of their own file; how many lines are marked is shown in other files too.
        for how, method, news in (
            ("refreshes hints", "workspace/inlayHint/refresh", not same),
            ("refreshes lenses", "workspace/codeLens/refresh", not same or not counted),
        ):
            if news and how in looks:
                self._request(method)
