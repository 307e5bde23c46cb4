"""Why a command that would fix findings cannot run on this machine: mostly the project's own tool is not there."""

from __future__ import annotations

import os

from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.services import Services
    from venvls.workspace import Workspace

_BY_THE_TOOL = frozenset({"sync", "compile", "repair"})
"""Commands that are the work of the tool that keeps the project."""
_BRINGS_PYTHON = frozenset({"conda", "pixi"})
"""Tools that alone create their environments; those of all others can be created without them, but are not filled."""


def refusals(workspace: Workspace, services: Services) -> Callable[[str, str | None], str | None]:
    """Gives for a command (``sync``) and a project's root the sentence with which it would be refused; ``None`` where it would run, or
    where any installer does. Nothing is started for it and nothing written."""
    # No Python is started and no folder made: neither decides whether the project's own tool is there.
    still = services._replace(pythons=lambda outside, also=(): (), scratch=lambda: os.sep)
    known: dict[tuple[str, str], str | None] = {}
    # Of a thousand projects each would look through all of PATH.
    which = lru_cache(maxsize=None)(lambda name: services.machine.which(name, outside=workspace.roots))

    def refusal(words: str, root: str | None) -> str | None:
        if root is None or words not in _BY_THE_TOOL | {"create"}:
            return None
        if (words, root) not in known:
            known[words, root] = _refusal(words, root, workspace, still, which)
        return known[words, root]

    return refusal


def _refusal(words: str, root: str, workspace: Workspace, services: Services, which: Callable[[str], str | None]) -> str | None:
    project = workspace.project_of(root)
    if project is None:
        return None
    keeper = workspace.described(project).tool
    if keeper == "pip" and words != "compile":
        return None
    if words == "create" and keeper not in _BRINGS_PYTHON:
        chosen = workspace.settings_for(root).programs
        if chosen.get(keeper) or which(keeper) is not None:
            return None
        words = "compile"  # Whatever it does needs the tool, and a lock is made without an environment.
    from venvls.model.action import Task, TaskName  # few projects get here: their check takes no longer for it
    from venvls.services import plan

    prefix = project.environment.prefix if project.environment is not None else None
    made = plan(Task(cast(TaskName, words), root, prefix), workspace, services, which)
    # Where another tool was tried instead, it was given less than it needs: its refusal says nothing.
    return made.refusal if made.tool == keeper or (keeper == "pip" and words == "compile") else None
