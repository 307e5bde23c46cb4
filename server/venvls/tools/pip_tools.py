"""pip-tools: for projects with a compiled requirements file: its own command compiles it again, ``pip-sync`` removes what is not in it.

Without ``exact`` the file is installed like any other (uv or pip), which removes nothing. For a file that uv compiled: ``uv pip sync``.
The command is the one in the file's header, run in the folder it was run in; its program is never taken from the header.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.families import CompiledHeader
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.record import replace
from venvls.model.rule import Tool
from venvls.tools import pip, uv
from venvls.tools.places import isolated, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_MISSING = "pip-tools was not found on this machine: install it (`pipx install pip-tools`), then try again."


def _owns(facts: Facts) -> str | None:
    if not facts.project.locks or (first := next(_compiled(facts), None)) is None or first[0] != facts.project.locks[0]:
        return None
    path, header = first
    return f"{facts.files.path.basename(path)} was compiled by {header.tool}"


def _plan(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    if task.task == "compile":
        return _compile(task, context)
    environment = facts.environment
    general = uv.TOOL if context.prefer != "pip" and program("uv", context) is not None else pip.TOOL
    if task.task != "sync":
        return general.plan(task, context)
    problem = refusal(environment, facts.files)
    if problem is not None or environment is None:
        return Plan(task, "pip-tools", refusal=problem)
    before, notes = _first(task, context)
    files = tuple(path for path, _ in _compiled(facts) if facts.counted is None or path in facts.counted)
    by_uv = facts.locked is not None and facts.locked.tool == "uv"
    # Where only files that do not count were compiled there is nothing for pip-sync to follow.
    if not task.options.get("exact") or not files or (by_uv and general is uv.TOOL):
        made = general.plan(task, context)
        return made if made.refusal is not None else replace(made, steps=(*before, *made.steps), surprises=(*notes, *made.surprises))
    syncing = _command("sync", context)
    if syncing is None and general is uv.TOOL:
        made = uv.TOOL.plan(task, context)
        return replace(made, steps=(*before, *made.steps), surprises=(*notes, *made.surprises)) if made.refusal is None else made
    if syncing is None:
        return Plan(task, "pip-tools", refusal=_MISSING)
    argv = (*syncing, "--python-executable", str(environment.interpreter), *files)
    names = ", ".join(facts.files.path.basename(path) for path in files)
    step = Step(argv, facts.project.root, f"Sync {environment.name} with {names}", writes=(environment.prefix,))
    removes = f"Packages that {names} does not require are removed from {environment.name}."
    return Plan(task, "pip-tools", (*before, step), (*notes, removes), environment.prefix)


def _first(task: Task, context: PlanContext) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """What has to be compiled before it is installed, and what to say of it."""
    lock = context.facts.locked
    if lock is None or lock.stale is None or not lock.path.endswith(".txt"):
        return (), ()
    # Files for other purposes are left as they are: what they hold is not installed here.
    counted = context.facts.counted
    made = _compile(task, context, counted if counted is not None and lock.path in counted else None)
    if made.refusal is not None:
        return (), (f"The compiled file does not match its input any more, but it is installed. {made.refusal}",)
    return made.steps, ("The compiled file does not match its input any more: it is compiled again first.", *made.surprises)


def _compile(task: Task, context: PlanContext, only: frozenset[str] | None = None) -> Plan:
    """The recorded commands once more, in the order of the files; ``only`` of these where given."""
    facts = context.facts
    steps: list[Step] = []
    notes: list[str] = []
    for path, header in _compiled(facts):
        if only is not None and path not in only:
            continue
        name = facts.files.path.basename(path)
        folder = _folder(path, header.writes, facts)
        if header.arguments is None or folder is None:
            command = f"`{header.command}`" if header.command else "an unknown command"
            return Plan(task, "pip-tools", refusal=f"{name} was compiled by {command}: run that command again.")
        by_uv = program("uv", context) if header.tool == "uv" else None
        own = (by_uv, "pip", "compile") if by_uv is not None else _command("compile", context) if header.tool != "uv" else None
        if own is None:
            missing = (
                _MISSING if header.tool != "uv" else "uv was not found on this machine: install it (`pipx install uv`), then try again."
            )
            return Plan(task, "pip-tools", refusal=missing)
        steps.append(Step((*own, *header.arguments), folder, f"Compile {name} again", writes=(path,)))
        notes.append(f"{name} is compiled by the command in its header: {header.command}")
    if not steps:
        return Plan(task, "pip-tools", refusal="There is no compiled requirements file here.")
    return Plan(task, "pip-tools", tuple(steps), tuple(notes))


def compiling(task: Task, context: PlanContext) -> Plan | None:
    """The ``.in`` files that nobody compiled yet, compiled by pip-compile; ``None`` where that is not there."""
    own = _command("compile", context)
    sources = [path for path in task.files or _sources(context.facts) if path.endswith(".in")]
    if own is None or not sources:
        return None
    path = context.facts.files.path
    steps: list[Step] = []
    for source in sources:
        if not path.isabs(source):
            return Plan(task, "pip-tools", refusal=f"{source} cannot be compiled: name a `.in` file by its absolute path.")
        folder, name = path.split(source)
        output = f"{name[: -len('.in')]}.txt"
        more = ("--upgrade",) if task.options.get("upgrade-pins") else ()
        argv = (*own, "--quiet", *more, f"--output-file={output}", "--", name)
        steps.append(Step(argv, folder, f"Compile {name} to {output}", writes=(path.join(folder, output),)))
    return Plan(task, "pip-tools", tuple(steps))


def syncing_exactly(task: Task, context: PlanContext) -> Plan | None:
    """``pip-sync`` after the ``.in`` files were compiled, for a project that has no other requirements; ``None`` where that cannot be."""
    facts = context.facts
    environment, own, sources = facts.environment, _command("sync", context), _sources(facts)
    others = [path for path in facts.project.manifests if path not in sources and (facts.counted is None or path in facts.counted)]
    compiled = compiling(task, context) if own is not None and sources and not others else None
    if compiled is None or own is None or compiled.refusal is not None or environment is None:
        return compiled
    outputs = tuple(f"{source[: -len('.in')]}.txt" for source in sources)
    names = ", ".join(facts.files.path.basename(output) for output in outputs)
    argv = (*own, "--python-executable", str(environment.interpreter), *outputs)
    step = Step(argv, facts.project.root, f"Sync {environment.name} with {names}", writes=(environment.prefix,))
    removes = f"Packages that {names} does not require are removed from {environment.name}."
    return Plan(task, "pip-tools", (*compiled.steps, step), (f"{names} is compiled first.", removes), environment.prefix)


def _sources(facts: Facts) -> tuple[str, ...]:
    return tuple(path for path in facts.manifests if path.endswith(".in") and path not in facts.outside)


def _command(verb: str, context: PlanContext) -> tuple[str, ...] | None:
    """How ``pip-compile`` or ``pip-sync`` is started: from the environment, which has the right Python, else from PATH."""
    environment, installed = context.facts.environment, context.facts.installed
    usable = environment is not None and environment.interpreter is not None and environment.health == "ok"
    if environment is not None and usable and installed is not None and "pip-tools" in installed.distributions:
        return (str(environment.interpreter), *isolated(environment), "-m", "piptools", verb)
    executable = program(f"pip-{verb}", context)
    return (executable,) if executable is not None else None


def _folder(compiled: str, writes: tuple[str, ...], facts: Facts) -> str | None:
    """The folder the command ran in; ``None`` where what it wrote has another name now, or it is outside the project."""
    path = facts.files.path
    folder = compiled
    for part in reversed(writes):
        if part == ".." or path.basename(folder) != part:
            return None
        folder = path.dirname(folder)
    inside = folder == facts.project.root or folder.startswith(facts.project.root + path.sep) or folder in facts.roots
    return folder if writes and (inside or any(folder.startswith(root + path.sep) for root in facts.roots)) else None


def _compiled(facts: Facts) -> Iterator[tuple[str, CompiledHeader]]:
    """The project's compiled files in its own order, with their headers."""
    for path in facts.project.locks:
        manifest = facts.manifests.get(path)
        if manifest is not None and manifest.own.compiled is not None:
            yield path, manifest.own.compiled


TOOL = Tool("pip-tools", frozenset({"install", "sync", "repair", "freeze", "compile", "upgrade"}), _owns, _plan, __doc__ or "")
