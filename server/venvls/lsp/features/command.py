"""workspace/executeCommand: tasks. Planned on the worker, shown where they surprise, run in a thread of their own with progress and cancel.

Each command takes one JSON object: ``{project, environment?, requirements?, files?, groups?, extras?, options?, confirmed?, shell?}``
(``uri`` of a file may stand for ``project``; with a single project neither is needed), and returns ``{ok, message, environment}``,
with ``cancelled: true`` where the person did not want it. ``freeze`` also returns ``lines``; its ``path`` is the requirements
file that is updated with them, and ``options: {"top-level": true}`` leaves out what others need. ``add`` puts ``requirements``
into the project's manifest, or into the one at ``path``, and installs them; ``remove``, or ``add`` with ``options: {"undo": true}``,
takes them out and uninstalls them with what only they needed.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from venvls.lsp import uris
from venvls.lsp.features import COMMANDS, progress, trust
from venvls.model.text import quoted
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol import types

    from venvls.lsp.features.progress import Progress
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.model.action import Outcome, Plan, Task, TaskName
    from venvls.workspace import Workspace

log = logging.getLogger(__name__)

_LISTS = ("requirements", "files", "groups", "extras")
_TITLES = {
    "create": ("Creating an environment", "Create an environment", "Create"),
    "sync": ("Syncing the environment", "Sync the environment", "Sync"),
    "install": ("Installing", "Install", "Install"),
    "recreate": ("Recreating the environment", "Recreate the environment", "Recreate"),
    "repair": ("Repairing the environment", "Repair the environment", "Repair"),
    "remove": ("Removing", "Remove", "Remove"),
    "delete": ("Deleting the environment", "Delete the environment", "Delete"),
    "freeze": ("Listing installed packages", "List installed packages", "List"),
    "compile": ("Compiling requirements", "Compile requirements", "Compile"),
    "upgrade": ("Upgrading", "Upgrade", "Upgrade"),
    "add": ("Adding", "Add", "Add"),
    "undo": ("Removing", "Remove", "Remove"),
}
"""Of each task: the text of its progress, the question before it, and the button that confirms."""
_FOR_SCRIPTS = frozenset({"activate", "delete", "select"})
"""Commands that work for a script (PEP 723) as for any project; all others would change an environment that uv manages."""
_CANCEL = "Cancel"

_LAST_LINES = 4
"""How much of what a tool wrote is shown after the sentence about its failure; the log has more."""

Answer = dict[str, Any]


class Failure(dict[str, Any]):
    """An answer after a tool was started and failed."""

    lines: tuple[str, ...] = ()


async def execute(ls: Server, params: types.ExecuteCommandParams) -> Answer:
    """Runs one of our commands."""
    name = params.command.removeprefix("venvls.")
    if params.command not in COMMANDS:
        raise JsonRpcInvalidParams(f"There is no command {quoted(params.command[:100])}.")
    answer = await perform(ls, name, _argument(params.command, params.arguments), params.work_done_token)
    show(ls, answer)
    return answer


def show(ls: Server, answer: Answer) -> None:
    """Shows the person why a task did not succeed: most editors drop a command's answer. A failure comes with its last lines."""
    if answer["ok"] or answer.get("cancelled") or ls.protocol.state != "running":
        return
    failed = isinstance(answer, Failure)
    lines = [line for line in answer.lines if line.strip()] if isinstance(answer, Failure) else []
    if lines:
        ls.protocol.tell("window/logMessage", {"type": 1, "message": "\n".join(lines[-40:])})
    # What the sentence was made of need not be read twice.
    more = [line for line in lines[-_LAST_LINES:] if line.strip() not in answer["message"]]
    message = "\n".join([answer["message"], *more])
    ls.protocol.tell("window/showMessage", {"type": 1 if failed else 2, "message": message})


async def perform(ls: Server, name: str, given: dict[str, Any], token: int | str | None = None) -> Answer:
    """One task from its JSON object to its outcome."""
    session = ls.session
    task, problem = await session.run(_task, name, given)
    if task is None:
        return _answer(False, problem)
    if name == "select":
        return await _select(ls, task)
    if name == "activate":
        from venvls.lsp.features.activate import activated

        return await session.run(activated, task, given.get("shell"))
    if not await trust.granted(ls, task.project or ""):
        return _answer(False, trust.REFUSED)
    plan, roots = await session.run(_planned, session, task)
    doubtful = plan.refusal is not None or bool(plan.surprises)
    if doubtful and await session.run(_look_now, session):
        # Somebody has just made the project's own environment, say: nothing is refused, and nobody is asked, for what is no longer so.
        again = await session.run(_planned_again, session, name, given)
        if isinstance(again, str):
            return _answer(False, again)
        task, plan, roots = again
    if plan.refusal is not None:
        return _answer(False, plan.refusal)
    if name in ("add", "remove"):
        from venvls.lsp.features import add

        if task.options.get("uninstall") is not True and (not plan.steps or given.get("path") is not None):
            # One token is one progress: the first task that follows has it. What was confirmed was all of it.
            tokens, confirmed = [token], given.get("confirmed") is True

            async def follow(then: str, more: dict[str, Any]) -> Answer:
                return await perform(ls, then, {**more, "confirmed": confirmed}, tokens.pop() if tokens else None)

            return await add.added(ls, task, given.get("path"), follow)
        if task.options.get("uninstall") is not True and (held := await session.run(add.unsaved_manifest, session, task)) is not None:
            return _answer(False, held)
    confirmed = given.get("confirmed") is True
    while plan.surprises and not confirmed:
        asked = _question(plan)
        if not await _confirmed(ls, plan, asked):
            return _answer(False, "Cancelled: nothing was changed.", cancelled=True)
        # The question may have been open for long: what is done is what is so now, and asked again where it reads otherwise by now.
        await session.run(_look_now, session)
        again = await session.run(_planned_again, session, name, given)
        if isinstance(again, str):
            return _answer(False, again)
        task, plan, roots = again
        if plan.refusal is not None:
            return _answer(False, plan.refusal)
        confirmed = _question(plan) == asked
    shown = await progress.start(ls, _title(task), token)
    message = "It did not finish."
    try:
        outcome = await _run(ls, plan, roots, shown)
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
    answer = _answer(outcome.ok, outcome.message, environment, cancelled=outcome.cancelled)
    if outcome.ok or outcome.cancelled:
        return answer
    failure = Failure(answer)
    failure.lines = outcome.output
    return failure


async def _run(ls: Server, plan: Plan, roots: tuple[str, ...], shown: Progress) -> Outcome:
    """Runs the plan in a thread; a cancel of the request, the progress or the server stops the tool, and the answer tells how it ended."""
    session = ls.session
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


async def _select(ls: Server, task: Task) -> Answer:
    """Keeps the person's choice; starts nothing, so it needs no trust. Without an environment the person is asked."""
    prefix = task.environment
    if task.options.get("forget-groups") is True:
        return await ls.session.run(_forgotten, ls.session, task)
    if prefix is None and task.options.get("forget") is not True:
        offered = await ls.session.run(_selectable, task)
        title = await trust.question(ls, f"Which environment do you want to use for {task.project}?", tuple(offered)) if offered else None
        if title is None:
            nothing = "No environment was selected." if offered else "There is no environment to choose from. Create one first."
            return _answer(False, nothing, cancelled=bool(offered))
        prefix = offered[title]
    return await ls.session.run(_selected, ls.session, task.project, prefix)


async def _confirmed(ls: Server, plan: Plan, asked: str) -> bool:
    verb = _TITLES[_name(plan.task)][2]
    return await trust.question(ls, asked, (verb, _CANCEL)) == verb


def _question(plan: Plan) -> str:
    """What a person is asked before it: the task, what surprises, and each command."""
    from venvls import tools

    by = "" if plan.tool in ("", "venvls") else f" with {plan.tool}"
    lines = [f"{_title(plan.task, asked=True)}{by}?", *map(one_line, (*plan.surprises, *tools.shown(plan)))]
    return "\n".join(_redacted(lines))


def _argument(command: str, arguments: Sequence[Any] | None) -> dict[str, Any]:
    given = list(arguments or ())
    if len(given) > 1 or (given and not isinstance(given[0], dict)):
        raise JsonRpcInvalidParams(f"{command} takes one JSON object.")
    first: dict[str, Any] = given[0] if given else {}
    for name, value in first.items():
        good = value is None or (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
            if name in _LISTS
            else isinstance(value, dict)
            if name == "options"
            else isinstance(value, bool)
            if name == "confirmed"
            else isinstance(value, str)
        )
        if not good:
            raise JsonRpcInvalidParams(f"{command}: {quoted(name[:40])} does not have the type that this command takes.")
        if name != "requirements" and _has_nul(value):
            raise JsonRpcInvalidParams(f"{command}: {quoted(name[:40])} contains a NUL character, which no path and no name has.")
    return {name: value for name, value in first.items() if value is not None}


def _has_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nul, value.values()))
    return "\0" in value if isinstance(value, str) else isinstance(value, list) and any(map(_has_nul, value))


def _name(task: Task) -> str:
    return "undo" if task.options.get("undo") is True else task.task


def _title(task: Task, *, asked: bool = False) -> str:
    name = _name(task)
    title = _TITLES[name][asked] if name in _TITLES else name.capitalize()
    return (
        f"{title} {', '.join(_redacted(task.requirements))}" if task.task in ("install", "add", "remove") and task.requirements else title
    )


def _redacted(lines: Sequence[str]) -> list[str]:
    from venvls.model.redact import redact

    return [redact(line) for line in lines]


def _answer(ok: bool, message: str, environment: object = None, *, cancelled: bool = False) -> Answer:
    answer = {"ok": ok, "message": message, "environment": environment}
    return {**answer, "cancelled": True} if cancelled else answer


# On the worker


def _task(workspace: Workspace, name: str, given: dict[str, Any]) -> tuple[Task | None, str]:
    from venvls.model.action import Task

    place = given.get("project") or given.get("uri")
    path = uris.to_path(place) if place and uris.is_uri(place) else place
    if place and path is None:
        return None, f"{quoted(place[:200])} is not the address of a file: name the folder of a project."
    if name == "create" and (folder := _bare_folder(workspace, path)) is not None:
        return Task("create", folder, given.get("environment"), options=given.get("options", {})), ""
    if path is not None:
        project = workspace.project_of(workspace.files.path.normpath(path))
        if project is None:
            return None, "There is no project there: no manifest was found."
    else:
        projects = workspace.folder_projects()
        if len(projects) != 1:
            return (
                None,
                "There are several projects: name one of them." if projects else "There is no project here: no manifest was found.",
            )
        project = projects[0]
    if name == "add" and not given.get("requirements"):
        return None, 'Name the requirements to add: {"requirements": ["name>=1"]}.'
    if name == "remove" and not given.get("requirements"):
        return None, "venvls.remove takes requirements out of the project: name them. venvls.delete deletes the environment."
    if project.root in project.manifests and name not in _FOR_SCRIPTS:
        return None, f"{project.reason} and installs into it when the script runs: `uv run {workspace.files.path.basename(project.root)}`"
    lists = {key: tuple(given.get(key, ())) for key in _LISTS}
    if name not in ("create", "select") and "environment" not in given and project.environment is not None:
        given = {**given, "environment": project.environment.prefix}
    if name == "sync" and not lists["groups"] and not lists["extras"]:
        choice = workspace.facts(project.root).choice
        lists |= {"groups": tuple(sorted(choice.groups)), "extras": tuple(sorted(choice.extras))}
    if name == "add" and given.get("options", {}).get("undo") is True:
        name = "remove"
    return Task(cast("TaskName", name), project.root, given.get("environment"), options=given.get("options", {}), **lists), ""


def _bare_folder(workspace: Workspace, path: str | None) -> str | None:
    """The folder of the workspace that is meant and has no project yet, or scripts alone: it may get its environment first."""
    projects = workspace.folder_projects()
    if path is None:
        scripts_alone = all(project.root in project.manifests for project in projects)
        return workspace.roots[0] if scripts_alone and len(workspace.roots) == 1 else None
    from venvls.services import is_below

    place = workspace.files.path.normpath(path)
    stat = workspace.files.stat(place)
    inside = any(is_below(place, root, workspace.files) for root in workspace.roots)
    return place if inside and stat is not None and stat.kind == "directory" and workspace.project_of(place) is None else None


def _planned(workspace: Workspace, session: Session, task: Task) -> tuple[Plan, tuple[str, ...]]:
    """The plan, and the workspace's folders: nothing outside them is deleted, no program inside them is a tool."""
    from venvls.services import plan

    return plan(task, workspace, session.services()), workspace.roots


def _planned_again(workspace: Workspace, session: Session, name: str, given: dict[str, Any]) -> tuple[Task, Plan, tuple[str, ...]] | str:
    """The task, its plan and the folders as they are now; a sentence where there is no such task any more."""
    task, problem = _task(workspace, name, given)
    return problem if task is None else (task, *_planned(workspace, session, task))


def _look_now(_: Workspace, session: Session) -> bool:
    return session.look_now()


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


def _selectable(workspace: Workspace, task: Task) -> dict[str, str]:
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
    return _answer(bool(gone), f"{', '.join(gone)} {verb} forgotten." if gone else "Nothing of that was remembered.")


def _selected(workspace: Workspace, session: Session, root: str, prefix: str | None) -> Answer:
    from venvls import environments, payload
    from venvls.model.ports import NotKeptError

    if prefix is not None and environments.recognise(workspace.files, prefix) is None:
        return _answer(False, f"{prefix} is not an environment: it has no pyvenv.cfg.")
    try:
        chosen = workspace.select(root, prefix)
    except NotKeptError as problem:
        return _answer(False, str(problem))
    session.refreshed(())
    reason = workspace.which(root).reason
    if chosen is None:
        return _answer(prefix is None, f"{root} has no environment: {reason}")
    return _answer(True, f"{root} uses {chosen.interpreter or chosen.prefix}: {reason}", payload.environment(chosen))
