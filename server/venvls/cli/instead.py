"""What a command says where its task cannot be done: the reason, and the command that would be right."""

from __future__ import annotations

from venvls.cli import suggest
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.action import Plan
    from venvls.workspace import Workspace


def instead(made: Plan, workspace: Workspace) -> str:
    """The plan's refusal with what to type; as it is where no command of ours would help."""
    task, refusal = made.task, made.refusal or ""
    root = task.project
    project = workspace.project_of(root) if root is not None else None
    if project is None:
        return refusal
    environment = project.environment
    if environment is None and refusal.startswith("There is no environment"):
        return f"{project.root} has no environment yet. Create one with `{suggest.command('create', project.root)}`."
    if environment is None:
        return refusal
    if task.task not in ("create", "recreate", "delete") and environment.problem and environment.health in ("broken", "incomplete"):
        why = environment.problem.rstrip(".")
        return f"The environment {environment.name} cannot be used. {why}. Recreate it with `{suggest.command('recreate', project.root)}`."
    if task.task == "create" and project.installed_above is not None:
        return f"{refusal} Sync it with `{suggest.command('sync', project.root)}`."
    if task.task == "create" and f"{environment.name} already exists in " in refusal:
        sync, again = (suggest.command(name, project.root) for name in ("sync", "recreate"))
        return f"{refusal}{f' Sync it with `{sync}`, or recreate' if environment.health == 'ok' else ' Recreate'} it with `{again}`."
    return refusal
