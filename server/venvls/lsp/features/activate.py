"""venvls.activate: the lines that activate an environment, for the client to type into a terminal. Nothing is started, no script read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.workspace import Workspace


def activated(workspace: Workspace, task: Task, shell: str | None) -> dict[str, Any]:
    """``message`` holds the lines for ``shell`` (bash, or pwsh on Windows, where the client names none)."""
    from venvls import payload
    from venvls.model.visible import Exact
    from venvls.shells import SHELLS, Activation, UnquotableError, activate

    path = workspace.files.path
    environment = workspace.which(task.project or "").environment
    if environment is None or environment.interpreter is None:
        why = environment.problem if environment is not None else None
        return {"ok": False, "message": why or "This project has no working environment. Create one first.", "environment": None}
    shell = shell or ("pwsh" if path.sep == "\\" else "bash")
    if shell not in SHELLS:
        return {"ok": False, "message": f"The shell must be one of {', '.join(SHELLS)}.", "environment": payload.environment(environment)}
    activation = Activation(environment.prefix, path.dirname(environment.interpreter), environment.prompt or environment.name)
    try:
        return {"ok": True, "message": Exact(activate(shell, activation)), "environment": payload.environment(environment)}
    except UnquotableError as problem:
        return {"ok": False, "message": str(problem), "environment": payload.environment(environment)}
