"""Runs a plan to its end: one task at a time for each environment, what was before kept until the new thing is, one sentence after.

Two locks. Ours is in the person's state folder, named after the environment's real path, so that no file appears in the workspace and an
environment that does not exist yet can be locked. uv's is ``<environment>/.lock``: it is held while another tool than uv changes it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module

from venvls.host import marks, setting_aside, state
from venvls.host.locks import Cancelled, locked
from venvls.host.processes import Ran, run_step
from venvls.host.removal import REPLACED
from venvls.model.action import Outcome
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.record import dataclass, field, replace
from venvls.model.redact import redact

if TYPE_CHECKING:
    from venvls.host.setting_aside import Aside
    from venvls.model.action import Plan, Step

TIMEOUT = 3600.0
"""Seconds one step may take before it is stopped (F6): a build from source can be long, but not endless."""

_CREATES = ("create", "recreate")
_SETTLES = (*_CREATES, "sync", "install", "upgrade", "repair", "delete")
"""Tasks after whose success the old environment that a killed task had moved aside is not needed: the new one is in use."""
_DONE = {
    "create": "{name} was created.",
    "recreate": "{name} was recreated.",
    "sync": "{name} is now in sync.",
    "install": "Installed {what}into {name}.",
    "repair": "{name} was repaired.",
    "delete": "{name} was deleted.",
    "remove": "Removed {what}from {name}.",
    "upgrade": "{name} was upgraded.",
    "freeze": "Listed the packages in {name}.",
    "compile": "The requirements were compiled.",
    "add": "Added {what}to the project.",
    "undo": "Removed {what}from the project.",
}

_INTERPRETERS = (("bin", "python"), ("Scripts", "python.exe"))

_NAMED = 3
"""Up to this many requirements the sentence names each."""


@dataclass()
class _Queue:
    """Who waits for one environment in this process, first come first served."""

    tickets: deque[tuple[object, str]] = field(default_factory=deque)
    turn: threading.Condition = field(default_factory=threading.Condition)


_queues: dict[str, _Queue] = {}
_queues_guard = threading.Lock()


def run(
    plan: Plan,
    *,
    report: Callable[[str], None] = lambda line: None,
    cancelled: Callable[[], bool] = lambda: False,
    roots: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Outcome:
    """Run every step of ``plan`` and say how it ended. Blocks: call it in a thread. Never raises for what the tools or the machine do.

    ``report`` gets each line of the tools and what is waited for; ``cancelled`` is called ten times a second, and its yes ends the tool
    with everything it started. ``roots`` are the workspace's folders: nothing outside them is deleted, and no PATH entry inside them
    is handed to a tool.
    """
    if plan.refusal is not None:
        return Outcome(False, plan.refusal, environment=plan.environment, state="refused")
    if not plan.steps and not plan.aside:
        nothing = plan.fallback if plan.fallback and plan.task.task == "repair" else "There is nothing to do."
        return Outcome(True, nothing, environment=plan.environment, state="unchanged")
    folders = tuple(roots) or ((plan.task.project,) if plan.task.project else ())
    try:
        with _alone(plan, report, cancelled):
            return _run(plan, report, cancelled, folders, environ, timeout)
    except Cancelled:
        return Outcome(
            False, "Cancelled before it started: nothing was changed.", cancelled=True, environment=plan.environment, state="unchanged"
        )


def _run(
    plan: Plan,
    report: Callable[[str], None],
    cancelled: Callable[[], bool],
    roots: tuple[str, ...],
    environ: Mapping[str, str] | None,
    timeout: float,
) -> Outcome:
    creates = _creates(plan)
    prefix = plan.environment
    if prefix is not None and (refound := _recovered(prefix, roots)) is not None:
        whole, sentence = refound
        if not (whole and creates) or (plan.task.task == "create" and not plan.task.options.get("clear")):
            # Who wanted an environment made has one again; everybody else is to look first.
            return Outcome(whole and creates, sentence, environment=prefix, state="done" if whole and creates else "refused")
        report(sentence)
        plan = replace(plan, aside=(prefix,))
    if creates and plan.environment is not None and not plan.aside and _occupied(plan.environment):
        return Outcome(
            False,
            f"{plan.environment} was created by another program just now: nothing was changed.",
            environment=plan.environment,
            state="refused",
        )
    moved: list[Aside] = []
    discard = plan.task.options.get("discard-work") is True
    try:
        for path in plan.aside:
            moved.append(setting_aside.move(path, roots, plan.environment, discard=discard))  # noqa: PERF401 - what was moved before a refusal counts
    except setting_aside.Refused as refused:
        _put_back(moved)
        return Outcome(False, str(refused), environment=plan.environment, state="refused")
    lines: list[str] = []
    out: tuple[str, ...] = ()
    before = marks.of(plan)
    for number, step in enumerate(plan.steps):
        report(step.label)
        try:
            with _holding_uv_lock(plan, step, report, cancelled):
                ran = run_step(step, report=report, cancelled=cancelled, timeout=timeout, environ=environ, outside=roots)
        except Cancelled:
            ran = Ran("cancelled")
        except BaseException:
            _undo(plan, moved, number)
            raise
        lines += ran.lines
        out = ran.out
        if not ran.ok:
            return _failed(plan, step, ran, number, moved, lines, before)
    if prefix is not None and plan.task.task in _SETTLES:
        known = {aside.now for aside in moved}
        moved += [aside for aside in setting_aside.forgotten(prefix, roots) if aside.now not in known]
    remains = [problem for aside in moved if (problem := _deleted(plan, aside)) is not None]
    if remains:
        done = "" if plan.task.task == "delete" else _done(plan) + " "
        message = f"{done}{' '.join(remains)}"
        return Outcome(plan.task.task != "delete", message, output=tuple(lines), environment=plan.environment, state="partial")
    output = out if plan.task.task == "freeze" else tuple(lines)
    return Outcome(True, _done(plan), output=output, environment=plan.environment)


def _done(plan: Plan) -> str:
    """What was done, as a sentence. The steps after the one that makes an environment install what the project requires."""
    what = ", ".join(redact(requirement) for requirement in plan.task.requirements[:_NAMED])
    more = len(plan.task.requirements) - _NAMED
    what = f"{what} and {more} more " if more > 0 else f"{what} " if what else ""
    done = _DONE.get("undo" if plan.task.options.get("undo") else plan.task.task, "Done.").format(name=_name(plan), what=what)
    done = done[0].upper() + done[1:] if plan.environment is None else done
    if not _creates(plan) or len(plan.steps) <= plan.makes:
        return done
    # A lock of another tool that was not followed may say more than the manifest that was.
    return (
        f"{done.removesuffix('.')}, and its requirements were installed."
        if plan.fallback
        else f"{done.removesuffix('.')} and is now in sync."
    )


def _creates(plan: Plan) -> bool:
    """Whether the first step makes the environment again; upgrading one in place is not a creation, and is not undone by deleting it."""
    return plan.task.task in _CREATES and not plan.task.options.get("upgrade")


def _recovered(prefix: str, roots: tuple[str, ...]) -> tuple[bool, str] | None:
    """Puts back what a killed task had moved aside, where nothing is in its place now; whether it is back, and a sentence."""
    if os.path.lexists(prefix) or not (left := setting_aside.forgotten(prefix, roots)):
        return None
    problem = setting_aside.put_back(left[-1])
    if problem is not None:
        return False, problem
    name = os.path.basename(prefix)
    return True, f"An interrupted task had moved {name} aside. It is back in its place now: check it, then try again."


def _deleted(plan: Plan, aside: Aside) -> str | None:
    """Delete what was moved aside. What a removal cannot delete goes back to its place, where it is seen and can be tried again."""
    problem = setting_aside.delete(aside.now, aside.identity)
    if problem is None or plan.task.task != "delete":
        return problem
    with suppress(OSError):
        os.rename(aside.now, aside.path)
        advice = "" if REPLACED in problem else " Change its permissions, then delete it again."
        return problem.replace(aside.now, aside.path) + advice
    return problem


def _failed(plan: Plan, step: Step, ran: Ran, number: int, moved: list[Aside], lines: list[str], before: Mapping[str, object]) -> Outcome:
    from venvls.host.causes import cause

    creating = _creates(plan) and _unmade(plan, number)
    undone = _undo(plan, moved, number)
    name = _name(plan)
    if ran.ended == "cancelled":
        reason = "Cancelled."
    elif ran.ended == "timeout":
        reason = f"{_tool(step)} took too long and was stopped."
    else:
        # What a killed tool said last is not why it ended.
        killed = ran.code is not None and ran.code < 0
        reason = ran.problem or (_silent(step, ran) if killed else cause(ran.lines)) or _silent(step, ran)
    kind: str = "partial"
    if undone:
        after = " ".join(undone)
    elif moved and plan.task.task == "repair":
        after, kind = "The old files are back in place.", "partial"
    elif moved:
        after, kind = f"The old {name} is back in place.", "unchanged"
    elif creating:
        after, kind = "Nothing was left over.", "unchanged"
    elif _creates(plan):
        after = f"{name} was created, but not all requirements of the project are installed."
    elif marks.of(plan) == before:
        after, kind = "Nothing was changed." if step.writes else "", "unchanged"
    else:
        after = f"{name} may be only partly changed: sync it again."
    message = f"{reason} {after}".strip()
    return Outcome(
        False,
        message,
        cancelled=ran.ended == "cancelled",
        output=tuple(lines),
        environment=plan.environment,
        state="unchanged" if kind == "unchanged" else "partial",
    )


def _undo(plan: Plan, moved: list[Aside], number: int) -> list[str]:
    """Put back what was before; take away what a creation that failed has half made. Gives what could not be undone."""
    if moved:
        return _put_back(moved)
    if _creates(plan) and plan.environment is not None and _unmade(plan, number):
        problem = setting_aside.delete(plan.environment)
        return [problem] if problem is not None else []
    return []


def _unmade(plan: Plan, number: int) -> bool:
    """Whether the step of that number ended before there was an environment that stands."""
    if plan.makes or plan.environment is None:
        return number < plan.makes
    whole = os.path.exists(os.path.join(plan.environment, "pyvenv.cfg"))
    return not whole or not any(os.path.exists(os.path.join(plan.environment, *path)) for path in _INTERPRETERS)


def _silent(step: Step, ran: Ran) -> str:
    if ran.code is not None and ran.code < 0:
        return f"{_tool(step)} was stopped from outside (signal {-ran.code})."
    return f"{_tool(step)} failed with exit status {ran.code} and printed nothing."


def _put_back(moved: list[Aside]) -> list[str]:
    return [problem for aside in reversed(moved) if (problem := setting_aside.put_back(aside)) is not None]


@contextmanager
def _alone(plan: Plan, report: Callable[[str], None], cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the environment: against other tasks of this process first, then against other processes."""
    if plan.environment is None:
        yield
        return
    key = os.path.normcase(os.path.realpath(plan.environment))
    with _turn(key, plan, report, cancelled), ExitStack() as stack:
        path = _lock_file(key)
        if path is not None:
            mine: dict[str, object] = {"pid": os.getpid(), "task": plan.task.task, "started": time.time()}
            with suppress(OSError):  # A lock file that cannot be made must not stop the work; the queue above still is.
                stack.enter_context(locked(path, holder=mine, waiting=lambda holder: report(_waits(plan, holder)), cancelled=cancelled))
        yield


@contextmanager
def _turn(key: str, plan: Plan, report: Callable[[str], None], cancelled: Callable[[], bool]) -> Iterator[None]:
    with _queues_guard:
        line = _queues.setdefault(key, _Queue())
        ticket = (object(), plan.task.task)
        line.tickets.append(ticket)
    try:
        told = False
        with line.turn:
            while line.tickets[0] is not ticket:
                if not told:
                    report(f"Waiting for another task in {_name(plan)}: {line.tickets[0][1]}.")
                    told = True
                if cancelled():
                    raise Cancelled
                line.turn.wait(0.1)
        yield
    finally:
        with _queues_guard, line.turn:
            line.tickets.remove(ticket)
            line.turn.notify_all()
            if not line.tickets:
                _queues.pop(key, None)


def _lock_file(key: str) -> str | None:
    folder = os.path.join(state.folder(), "locks")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    return os.path.join(folder, _sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:24] + ".lock")


def _sha256(data: bytes) -> Any:
    """That of hashlib, which loads OpenSSL first, and that takes ten times as long as loading this."""
    for name in ("_sha2", "_sha256", "hashlib"):  # since 3.12, before it, and wherever neither is there
        with suppress(ImportError):
            return import_module(name).sha256(data)
    raise AssertionError("Python has no SHA-256")


def _waits(plan: Plan, holder: Mapping[str, object]) -> str:
    task, process, started = holder.get("task"), holder.get("pid"), holder.get("started")
    if not isinstance(task, str) or not isinstance(process, int):
        return f"Waiting for another task in {_name(plan)}."
    since = f", started {max(0, round(time.time() - started))} s ago" if isinstance(started, (int, float)) else ""
    return f"Waiting for another task in {_name(plan)}: {task} by process {process}{since}."


@contextmanager
def _holding_uv_lock(plan: Plan, step: Step, report: Callable[[str], None], cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold uv's own lock while another tool changes the environment; uv takes it itself, and would wait for us for ever."""
    prefix = plan.environment
    if prefix is None or _tool(step) == "uv" or not step.writes or not os.path.isdir(prefix) or not _installs(step):
        yield
        return
    with ExitStack() as stack:
        with suppress(OSError):
            waiting = f"Waiting for uv, which is changing {_name(plan)}."
            stack.enter_context(locked(os.path.join(prefix, ".lock"), waiting=lambda holder: report(waiting), cancelled=cancelled))
        yield


def _installs(step: Step) -> bool:
    return "pip" in step.argv


def _occupied(prefix: str) -> bool:
    try:
        return bool(os.listdir(prefix))
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _tool(step: Step) -> str:
    name = os.path.basename(step.argv[0]).lower().removesuffix(".exe")
    if name in ("uv", "virtualenv"):
        return name
    return step.argv[step.argv.index("-m") + 1] if "-m" in step.argv[:-1] else name


def _name(plan: Plan) -> str:
    return os.path.basename(plan.environment) if plan.environment else "the environment"
