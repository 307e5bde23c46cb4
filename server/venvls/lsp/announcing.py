"""The projects of the workspace as the editor is told of them: their interpreters, their tools, whether they are in sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from venvls.lsp.board import Board

if TYPE_CHECKING:
    from venvls.model.finding import Project
    from venvls.workspace import Workspace

Projects = list[dict[str, object]]


class Announcements:
    """What ``venvls/didChangeProjects`` says, sent when it is another one than before. On the worker."""

    def __init__(self, board: Board, tell: Callable[[str, object], None]) -> None:
        self._board = board
        self._tell = tell
        self._told: Projects | None = None
        self._described: dict[str, tuple[Project, Project]] = {}

    def forget(self, root: str) -> None:
        """What a project's tool is may have changed with its files."""
        self._described.pop(root, None)

    def projects(self, workspace: Workspace, only: Iterable[Project] | None = None) -> Projects:
        """Every project that people keep (or ``only`` these) as JSON; no tool's own environments: editors take over each interpreter."""
        from venvls import payload
        from venvls.rules import ABOUT_IMPORTS

        wanted = workspace.folder_projects() if only is None else tuple(only)
        described = [self._with_tool(workspace, project) for project in wanted]
        if only is None:
            self._described = {project.root: pair for project, pair in zip(wanted, described, strict=True)}
        # Whether an environment is in sync does not depend on which code is open.
        about_imports = {row.code for row in ABOUT_IMPORTS}
        findings = [finding for finding in self._board.findings() if finding.code not in about_imports]
        return payload.projects([pair[1] for pair in described], findings)

    def tell(self, projects: Projects) -> None:
        """Tell the editor, unless it was told just that."""
        if projects != self._told:
            self._told = projects
            self._tell("venvls/didChangeProjects", {"projects": projects})

    def _with_tool(self, workspace: Workspace, project: Project) -> tuple[Project, Project]:
        """A project and the same with its tool, worked out once for each state of the project: after a keystroke few are new."""
        known = self._described.get(project.root)
        return known if known is not None and known[0] is project else (project, workspace.described(project))
