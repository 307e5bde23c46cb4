"""workspace/executeCommand: from the JSON of a command to its outcome; the parts are in ``tasks``.

Each command takes one JSON object: ``{project, environment?, requirements?, files?, groups?, extras?, options?, confirmed?, shell?}``
(``uri`` of a file may stand for ``project``; with a single project neither is needed), and returns ``{ok, message, environment}``,
with ``cancelled: true`` where the person did not want it. ``freeze`` also returns ``lines``; its ``path`` is the requirements
file that is updated with them, and ``options: {"top-level": true}`` leaves out what others need. ``add`` puts ``requirements``
into the project's manifest, or into the one at ``path``, and installs them; ``remove``, or ``add`` with ``options: {"undo": true}``,
takes them out and uninstalls them with what only they needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from venvls.lsp.features import COMMANDS, trust
from venvls.lsp.features.tasks import asking, planning, running
from venvls.lsp.features.tasks.answers import Answer, Failure, answered
from venvls.model.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol import types

    from venvls.lsp.features.tasks.planning import Planned
    from venvls.lsp.server import Server

_LAST_LINES = 4
"""How much of what a tool wrote is shown after the sentence about its failure; the log has more."""


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
    task = await session.run(planning.task_of, name, given)
    if isinstance(task, str):
        return answered(False, task)
    if name == "select":
        from venvls.lsp.features.tasks import choosing

        return await choosing.select(ls, task)
    if name == "activate":
        from venvls.lsp.features.activate import activated

        return await session.run(activated, task, given.get("shell"))
    if not await trust.granted(ls, task.project or ""):
        return answered(False, trust.REFUSED)
    planned = await session.run(planning.planned_for_certain, session, name, given, task)
    if isinstance(planned, str):
        return answered(False, planned)
    if name in ("add", "remove") and (done := await _edited(ls, planned, given, token)) is not None:
        return done
    agreed = await _agreed(ls, name, given, planned)
    return agreed if isinstance(agreed, dict) else await running.carried_out(ls, agreed, given, token)


async def _edited(ls: Server, planned: Planned, given: dict[str, Any], token: int | str | None) -> Answer | None:
    """The outcome where a manifest is edited here, or where it may not be edited now; ``None`` where the project's tool does all."""
    from venvls.lsp.features import add

    task = planned.task
    if task.options.get("uninstall") is True:
        return None
    if planned.plan.steps and given.get("path") is None:
        held = await ls.session.run(add.unsaved_manifest, ls.session, task)
        return answered(False, held) if held is not None else None
    # One token is one progress: the first task that follows has it. What was confirmed was all of it.
    tokens, confirmed = [token], given.get("confirmed") is True

    async def follow(then: str, more: dict[str, Any]) -> Answer:
        return await perform(ls, then, {**more, "confirmed": confirmed}, tokens.pop() if tokens else None)

    return await add.added(ls, task, given.get("path"), follow)


async def _agreed(ls: Server, name: str, given: dict[str, Any], planned: Planned) -> Planned | Answer:
    """What is to be done, as it is now, which the person was asked about where it surprises; else how it ends."""
    confirmed = given.get("confirmed") is True
    while planned.plan.surprises and not confirmed:
        asked = asking.question(planned.plan)
        if not await asking.confirmed(ls, planned.plan, asked):
            return answered(False, "Cancelled: nothing was changed.", cancelled=True)
        again = await ls.session.run(planning.planned_after_a_while, ls.session, name, given)
        if isinstance(again, str):
            return answered(False, again)
        # Asked again where it reads otherwise by now.
        planned, confirmed = again, asking.question(again.plan) == asked
    return planned


def _argument(command: str, arguments: Sequence[Any] | None) -> dict[str, Any]:
    given = list(arguments or ())
    if len(given) > 1 or (given and not isinstance(given[0], dict)):
        raise JsonRpcInvalidParams(f"{command} takes one JSON object.")
    first: dict[str, Any] = given[0] if given else {}
    for name, value in first.items():
        good = value is None or (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
            if name in planning.LISTS
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
