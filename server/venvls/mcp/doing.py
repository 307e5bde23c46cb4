"""Tasks for a client: planned, and run where a person has agreed.

What is installed is a PEP 508 name, never an option, an address or a path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from venvls import payload
from venvls.mcp.answers import Answer, Desk, Refusal, left, with_project
from venvls.model.action import Plan, Task, TextEdit
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.ports import NotKeptError
from venvls.model.record import replace
from venvls.model.redact import redact
from venvls.model.text import Span
from venvls.services import plan as planned

if TYPE_CHECKING:
    from venvls.model.action import Outcome, TaskName
    from venvls.model.finding import Project
    from venvls.workspace import Workspace

TASKS = ("create", "sync", "add", "remove", "upgrade")
_DECLARING = ("add", "remove")
_FILES = (".whl", ".zip", ".tgz", ".tbz", ".txz", ".tar", ".gz", ".bz2", ".xz", ".zst", ".txt", ".in", ".toml", ".lock")
UNTRUSTED = (
    "Nothing was run: this folder is not trusted, and a task may run code of the project. Ask the person to trust it in the editor, "
    "or to start the server with `venvls mcp --trust`; or show them the commands that `plan` gives."
)


def requirement(text: str) -> str:
    """A PEP 508 requirement by name in its canonical form; ``Refusal`` for all else that an installer would take."""
    from packaging.requirements import Requirement

    shown = repr(text[:100])
    if not text.isprintable() or text.strip().startswith("-") or "#" in text:
        raise Refusal(f"{shown} is not a requirement: give a name with extras and versions, such as 'httpx[http2]>=0.27'.")
    try:
        parsed = Requirement(text)
    except ValueError as problem:
        raise Refusal(f"{shown} is not a requirement: {str(problem).splitlines()[0]}.") from None
    if parsed.url is not None:
        raise Refusal(f"{redact(shown)} names an address: only packages of the project's index can be installed here, by name.")
    if parsed.name.lower().endswith(_FILES):
        raise Refusal(f"{shown} is the name of a file: only packages of the project's index can be installed here, by name.")
    return str(parsed)


def task_of(
    name: str,
    path: str,
    requirements: Sequence[str],
    desk: Desk,
    *,
    group: str | None = None,
    extra: str | None = None,
    options: dict[str, object] | None = None,
) -> tuple[Task, Workspace, Project]:
    """A task of the project at ``path``, with what counts there. ``remove`` takes requirements out of the project."""
    if name not in TASKS:
        raise Refusal(f"There is no task {name[:40]!r}; there are: {', '.join(TASKS)}.")
    if name in _DECLARING and not requirements:
        raise Refusal("Name the packages.")
    wanted = tuple(requirement(each) for each in requirements)
    workspace, project = with_project(path, desk)
    choice = workspace.facts(project.root).choice
    groups, extras = tuple(sorted(choice.groups)), tuple(sorted(choice.extras))
    chosen = dict(options or {})
    if name in _DECLARING:
        groups, extras = (group,) if group else (), (extra,) if extra else ()
    kind: TaskName = name  # type: ignore[assignment]
    environment = project.environment.prefix if project.environment is not None and name != "create" else None
    made = Task(kind, project.root, environment, requirements=wanted, groups=groups, extras=extras, options=chosen)
    return made, workspace, project


def plan(task: Task, workspace: Workspace, desk: Desk) -> Answer:
    """The exact commands of a task, and what a person should know first. Nothing is run."""
    made = _planned(task, workspace, desk)
    edits = _edits(task, workspace) if task.task in _DECLARING and not made.steps else None
    follow = None
    if edits is not None and task.environment is not None:
        after = _uninstall(task, edits[0]) if task.task == "remove" else replace(task, task="sync", requirements=(), options={})
        follow = _planned(after, workspace, desk)
    steps = [*made.steps, *(follow.steps if follow is not None else ())]
    return {
        "task": task.task,
        "tool": made.tool if made.steps or follow is None else follow.tool,
        "edits": edits[0] if edits else None,
        "steps": [{"does": step.label, "argv": [redact(word) for word in step.argv], "folder": step.cwd} for step in steps],
        "surprises": list((follow or made).surprises),
    }


def perform(
    task: Task,
    workspace: Workspace,
    project: Project,
    desk: Desk,
    confirmed: bool,
    report: Callable[[str], None],
    stopped: Callable[[], bool],
) -> Answer:
    """Runs a task to its end and reads again what is true then."""
    made = _planned(task, workspace, desk)
    if made.steps and made.surprises and not confirmed:
        raise Refusal(f"Nothing was run yet. {_unusual(made)}")
    if task.task in _DECLARING and not made.steps:
        message, ok = _declared(task, workspace, desk, confirmed, report, stopped)
    else:
        outcome = _ran(made, workspace, desk, report, stopped)
        message, ok = outcome.message, outcome.ok
    workspace.discover()
    now = workspace.project_of(project.root)
    if (
        now is not None
        and task.task == "create"
        and ok
        and made.environment is not None
        and (now.environment is None or now.environment.prefix != made.environment)
    ):
        try:
            workspace.select(now.root, made.environment)
        except NotKeptError as problem:
            message = f"{message} {problem}"
        now = workspace.project_of(project.root)
    findings = left(workspace, now) if now is not None else []
    environment = payload.environment(now.environment) if now is not None else None
    return {"ok": ok, "message": message, "environment": environment, "in_sync": not findings, "findings": findings}


def _planned(task: Task, workspace: Workspace, desk: Desk) -> Plan:
    made = planned(task, workspace, desk.services)
    if made.refusal is not None:
        raise Refusal(made.refusal)
    return made


def _ran(made: Plan, workspace: Workspace, desk: Desk, report: Callable[[str], None], stopped: Callable[[], bool]) -> Outcome:
    return desk.services.run(made, report=lambda line: report(redact(line)), cancelled=stopped, roots=workspace.roots)


def _uninstall(task: Task, path: str) -> Task:
    """What takes the requirements out of the environment that the manifest at ``path`` no longer lists."""
    return replace(task, options={"uninstall": True, "manifest": path})


def _unusual(made: Plan) -> str:
    return f"Ask the person, then call again with `confirmed: true`: {' '.join(redact(each) for each in made.surprises)}"


def _edits(task: Task, workspace: Workspace) -> tuple[str, tuple[TextEdit, ...]] | None:
    """The manifest and the edits of an ``add`` where no tool keeps the project."""
    from venvls import declaring

    group, extra = next(iter(task.groups), None), next(iter(task.extras), None)
    undo = task.task == "remove"
    declared = declaring.edits(task.requirements, workspace.facts(task.project or ""), undo=undo, group=group, extra=extra)
    if declared.problem is not None:
        raise Refusal(declared.problem)
    return (declared.path, declared.edits) if declared.edits else None


def _declared(
    task: Task, workspace: Workspace, desk: Desk, confirmed: bool, report: Callable[[str], None], stopped: Callable[[], bool]
) -> tuple[str, bool]:
    """Writes the manifest, then compiles it where it is a source, and syncs; puts it back where that fails."""
    edits = _edits(task, workspace)
    if edits is None:
        return "Nothing to do.", True
    path, changes = edits
    files = workspace.files
    name = files.path.basename(path)
    before = _text(path, workspace)
    undo = task.task == "remove"
    if undo:
        from venvls import removals

        removals.note(_uninstall(task, path), workspace.facts(task.project or ""), desk.services.memory)
    if (problem := desk.services.write(changes, workspace.roots)) is not None:
        raise Refusal(problem)
    workspace.changed((path,))
    after = _text(path, workspace)
    done = f"{name} {'no longer lists' if undo else 'now lists'} {', '.join(task.requirements)}."
    following: list[Task] = []
    compiled = f"{path[: -len('.in')]}.txt" if path.endswith(".in") else None
    if compiled is not None and files.stat(compiled) is not None:
        manifest = workspace.facts(task.project or "").manifests.get(compiled)
        sources = () if manifest is not None and manifest.own.compiled is not None else (path,)
        following.append(Task("compile", task.project, task.environment, files=sources))
    if task.environment is not None and undo:
        following.append(_uninstall(task, path))
    elif task.environment is not None:
        choice = workspace.facts(task.project or "").choice
        groups, extras = tuple(sorted({*choice.groups, *task.groups})), tuple(sorted({*choice.extras, *task.extras}))
        following.append(Task("sync", task.project, task.environment, groups=groups, extras=extras))
    kept = _text(compiled, workspace) if compiled is not None else ""
    for follow in following:
        try:
            made = _planned(follow, workspace, desk)
            if not made.steps:
                continue
            if made.surprises and not confirmed and follow.task != "remove":  # which is what was wanted
                problem = _unusual(made)
            else:
                outcome = _ran(made, workspace, desk, report, stopped)
                problem = None if outcome.ok else outcome.message
        except Refusal as refusal:
            problem = str(refusal)
        workspace.discover()
        if problem is not None:
            for place, was, expected in ((path, before, after), (compiled, kept, None)):
                now = _text(place, workspace) if place is not None else ""
                if place is not None and now != was and expected in (None, now):
                    desk.services.write((TextEdit(place, Span(0, len(now)), was),), workspace.roots)
            workspace.changed((path,))
            return f"{problem.rstrip('.')}. {name} was not changed.", False
    if task.environment is None and not undo:
        done += " There is no environment to install it into yet: call `create`."
    return done, True


def _text(path: str, workspace: Workspace) -> str:
    from venvls.manifests.syntax.decode import decode

    data: Any = workspace.files.read(path)
    return decode(data or b"").text
