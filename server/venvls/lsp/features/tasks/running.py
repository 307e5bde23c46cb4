"""A plan carried out in a thread of its own, with progress and cancel, and what is so after it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from venvls.lsp.features import progress
from venvls.lsp.features.tasks import asking
from venvls.lsp.features.tasks.answers import Answer, Failure, answered

if TYPE_CHECKING:
    from venvls.lsp.features.progress import Progress
    from venvls.lsp.features.tasks.planning import Planned
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.action import Outcome, Plan
    from venvls.workspace import Workspace


async def carried_out(ls: Server, planned: Planned, given: dict[str, Any], token: int | str | None) -> Answer:
    """Does it, and tells how it ended. ``given`` is the command's object, ``token`` the progress that the editor shows."""
    session, (task, plan, _) = ls.session, planned
    shown = await progress.start(ls, asking.title(task), token)
    message = "It did not finish."
    try:
        outcome = await _run(ls, planned, shown)
        message = outcome.message
        if outcome.ok and task.task in ("sync", "create", "recreate") and (given.get("groups") or given.get("extras")):
            await session.run(_synced, plan, given)
        environment = await session.run(_refreshed, session, plan, outcome)
        if task.task == "freeze" and outcome.ok:
            from venvls.lsp.features.freeze import frozen

            answer = await session.run(frozen, session, task, outcome.output, given.get("path"))
            message = answer["message"]
            return {**answer, "environment": environment}
    finally:
        shown.end(message)
    answer = answered(outcome.ok, outcome.message, environment, cancelled=outcome.cancelled)
    if outcome.ok or outcome.cancelled:
        return answer
    failure = Failure(answer)
    failure.lines = outcome.output
    return failure


async def _run(ls: Server, planned: Planned, shown: Progress) -> Outcome:
    """Runs the plan in a thread; a cancel of the request, the progress or the server stops the tool, and the answer tells how it ended."""
    session, (_, plan, roots) = ls.session, planned
    ls.protocol.stop_with(shown.cancel.set)
    result = Future["Outcome"]()
    run = session.services().run

    def work() -> None:
        try:
            with session.tasks.running(plan.environment):
                outcome = run(plan, report=shown.line, cancelled=shown.cancel.is_set, roots=roots)
        except BaseException as error:
            result.set_exception(error if isinstance(error, Exception) else RuntimeError("a task tried to end the process"))
        else:
            result.set_result(outcome)

    threading.Thread(target=work, name="venvls-task", daemon=True).start()
    try:
        # Shielded: the thread goes on to its own end whatever becomes of the request.
        return await asyncio.shield(asyncio.wrap_future(result))
    except asyncio.CancelledError:
        shown.cancel.set()
        raise


def _refreshed(workspace: Workspace, session: Session, plan: Plan, outcome: Outcome) -> dict[str, object] | None:
    """Reads from disk what the task changed, tells the editor, and gives the environment as it is now."""
    from venvls import payload

    prefix = outcome.environment or plan.environment
    paths = {path for step in plan.steps for path in step.writes}
    if prefix is not None:
        paths.add(workspace.files.path.join(prefix, "pyvenv.cfg"))
    session.refreshed(paths)
    project = workspace.project_of(plan.task.project or "")
    own = project.environment if project is not None else None
    known = next((environment for environment in workspace.environments() if environment.prefix == prefix), own)
    return payload.environment(known)


def _synced(workspace: Workspace, plan: Plan, given: dict[str, Any]) -> None:
    """Keeps the groups and extras that were named and that no setting chooses anyway."""
    from venvls.synced_groups import remember

    settings = workspace.settings_for(plan.task.project or "")
    groups = [name for name in given.get("groups", ()) if name not in settings.groups]
    extras = [name for name in given.get("extras", ()) if name not in settings.extras]
    if plan.environment is not None:
        remember(workspace.memory, plan.environment, groups, extras)
