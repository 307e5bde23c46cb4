"""venvls.select: which environment a project uses. It starts nothing, so it needs no trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.lsp.features import trust
from venvls.lsp.features.tasks.answers import Answer, answered

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.action import Task
    from venvls.workspace import Workspace


async def select(ls: Server, task: Task) -> Answer:
    """Keeps the person's choice. Without an environment the person is asked."""
    prefix = task.environment
    if task.options.get("forget-groups") is True:
        return await ls.session.run(_forgotten, ls.session, task)
    if prefix is None and task.options.get("forget") is not True:
        offered = await ls.session.run(_selectable)
        title = await trust.question(ls, f"Which environment do you want to use for {task.project}?", tuple(offered)) if offered else None
        if title is None:
            nothing = "No environment was selected." if offered else "There is no environment to choose from. Create one first."
            return answered(False, nothing, cancelled=bool(offered))
        prefix = offered[title]
    return await ls.session.run(_selected, ls.session, task.project, prefix)


def _selectable(workspace: Workspace) -> dict[str, str]:
    offered: dict[str, str] = {}
    for environment in workspace.environments():
        if environment.health != "broken" and not environment.tool_owned:
            offered[f"{environment.prefix} ({environment.version or 'version unknown'})"] = environment.prefix
    return offered


def _forgotten(workspace: Workspace, session: Session, task: Task) -> Answer:
    """Forgets groups and extras that the person synced; what they brought stays installed."""
    from venvls.synced_groups import forget

    project = workspace.project_of(task.project or "")
    environment = project.environment if project is not None else None
    gone = forget(workspace.memory, environment.prefix, (*task.groups, *task.extras)) if environment is not None else ()
    workspace.changed([file] if (file := workspace.memory.selections_file()) is not None else [])
    session.refreshed(())
    verb = "is" if len(gone) == 1 else "are"
    return answered(bool(gone), f"{', '.join(gone)} {verb} forgotten." if gone else "Nothing of that was remembered.")


def _selected(workspace: Workspace, session: Session, root: str, prefix: str | None) -> Answer:
    from venvls import environments, payload
    from venvls.model.ports import NotKeptError

    if prefix is not None and environments.recognise(workspace.files, prefix) is None:
        return answered(False, f"{prefix} is not an environment: it has no pyvenv.cfg.")
    try:
        chosen = workspace.select(root, prefix)
    except NotKeptError as problem:
        return answered(False, str(problem))
    session.refreshed(())
    reason = workspace.which(root).reason
    if chosen is None:
        return answered(prefix is None, f"{root} has no environment: {reason}")
    return answered(True, f"{root} uses {chosen.interpreter or chosen.prefix}: {reason}", payload.environment(chosen))
