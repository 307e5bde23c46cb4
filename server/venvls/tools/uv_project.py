"""uv: for the projects that it manages (a ``uv.lock``, or ``[tool.uv]``): ``uv sync``, ``uv lock``, ``uv add``, ``uv remove``; the lock
decides, not the manifest.

uv runs in the project's folder, since it finds the project from there. The environment is named by ``UV_PROJECT_ENVIRONMENT``, so that
the selected one is the one that changes. Nothing is removed without ``exact`` (``--inexact``). Single requirements are
installed by a sync as well: by themselves they could come in another version than the locked one. A new environment with nothing
special about it is created by the sync that fills it: that is one start of uv instead of two.
"""

from __future__ import annotations

import re

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.record import replace
from venvls.model.rule import Tool
from venvls.model.uv_sources import refused_sources
from venvls.tools import locked, removing, replacing, uv
from venvls.tools.places import program
from venvls.tools.required_version import refused_by_uv
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.rule import PlanContext

_COMMON = ("--color", "never", "--no-python-downloads")
_GENERAL = frozenset({"create", "recreate", "freeze"})
"""Tasks that uv does for such a project as for any other."""
_REMOVES = "uv also removes packages from the environment that uv.lock does not require."
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def _owns(facts: Facts) -> str | None:
    if facts.project.is_script:
        return "uv keeps an environment for each script"
    if _uv(facts).get("managed") is False:
        return None
    path = facts.files.path
    if any(path.basename(lock) == "uv.lock" for lock in facts.project.locks):
        where = facts.project.workspace
        return f"uv.lock is in {where or 'its folder'}"
    manifest = _pyproject(facts)
    if manifest is not None and "uv" in manifest.tool and (manifest.name is not None or "workspace" in _uv(facts)):
        return "pyproject.toml has settings for uv ([tool.uv])"
    return None


def _plan(task: Task, context: PlanContext) -> Plan:
    if task.task in _GENERAL:
        return uv.TOOL.plan(task, context)
    executable = program("uv", context)
    if executable is None:
        sentence = (
            "uv manages this project, but was not found on this machine: install it (`pipx install uv`, or from its page), then try again."
        )
        return Plan(task, "uv", refusal=sentence)
    if problem := refused_by_uv(executable, context) or _refused_file(context.facts):
        return Plan(task, "uv", refusal=problem)
    script = task.options.get("script")
    if isinstance(script, str):
        return _script(executable, task, script, context)
    if task.task == "compile":
        return _single_step(task, context, (executable, "lock", *_COMMON), "Update uv.lock", writes=(_lock(context.facts),))
    environment = context.facts.environment
    if task.task == "add":
        made = _add(executable, task, context)
        return made if environment is None else _replaced(made, environment, context.facts)
    problem = refusal(environment, context.facts.files)
    if problem is not None or environment is None:
        return Plan(task, "uv", refusal=problem)
    return _sync(executable, task, context, environment)


def _refused_file(facts: Facts) -> str | None:
    """What uv would stop at whatever it is to do, and where."""
    manifest = _pyproject(facts)
    if manifest is None:
        return None
    stopping = (problem.message.rstrip(".") for problem in manifest.problems if problem.tool == "uv")
    why = next(stopping, None) or next((why for _, why in refused_sources(manifest, facts)), None)
    return f"uv stops at {manifest.path}: {why}. Correct it, then try again." if why is not None else None


def _sync(executable: str, task: Task, context: PlanContext, environment: Environment) -> Plan:
    again = task.options.get("reinstall")
    names = [str(name) for name in again] if isinstance(again, (list, tuple)) else []
    if task.task == "repair":
        names += [match.group() for text in task.requirements if (match := _NAME.match(text))]
        if not names:
            return uv.TOOL.plan(task, context)
    exact = bool(task.options.get("exact"))
    upgraded = [match.group() for text in task.requirements if (match := _NAME.match(text))] if task.task == "upgrade" else []
    argv = [executable, "sync", *_COMMON]
    argv += [] if exact else ["--inexact"]
    argv += ["--upgrade"] if task.task == "upgrade" and not upgraded else []
    argv += [f"--upgrade-package={name}" for name in upgraded]
    argv += [f"--reinstall-package={name}" for name in dict.fromkeys(names) if _NAME.fullmatch(name)]
    argv += _chosen(task, context.facts)
    surprises = list(_surprises(context.facts))
    if exact:
        surprises.append(f"Packages that uv.lock does not require are removed from {environment.name}.")
    made = _single_step(
        task,
        context,
        tuple(argv),
        f"Sync {environment.name} with uv.lock",
        environment=environment,
        surprises=surprises,
        writes=(environment.prefix, _lock(context.facts)),
    )
    return _replaced(made, environment, context.facts)


def _replaced(made: Plan, environment: Environment, facts: Facts) -> Plan:
    fit = replacing.is_admitted(environment, (specifier for specifier, _ in facts.project.python))
    return made if fit else replacing.deleting(made, environment, "uv")


def in_one_step(made: Plan, follow: Plan) -> Plan | None:
    """A creation and the sync after it as one ``uv sync``, which creates what is not there; ``None`` where uv would not create the same."""
    python = uv.plain_interpreter(made)
    if python is None or len(follow.steps) != 1 or follow.deletes is not None or follow.environment != made.environment:
        return None
    sync, create = follow.steps[0], made.steps[0]
    if sync.argv[:2] != (create.argv[0], "sync"):
        return None
    label = f"{create.label}, and {sync.label[0].lower()}{sync.label[1:]}"
    step = replace(sync, argv=(*sync.argv, f"--python={python}"), label=label)
    return replace(made, steps=(step,), surprises=(*made.surprises, *follow.surprises), fallback=follow.fallback, makes=0)


def _add(executable: str, task: Task, context: PlanContext) -> Plan:
    """``uv add``, or with the option ``undo`` ``uv remove``: the manifest, the lock and the environment in one go."""
    undo = bool(task.options.get("undo"))
    if not task.requirements:
        return Plan(task, "uv", refusal="No requirement was given.")
    for text in task.requirements:
        if problem := unfit(text):
            return Plan(task, "uv", refusal=problem)
    texts = tuple(match.group() for text in task.requirements if (match := _NAME.match(text))) if undo else task.requirements
    where: tuple[str, ...] = ()
    for option, names in (("--group", task.groups), ("--optional", task.extras)):
        if len(names) > 1 or (names and where):
            return Plan(task, "uv", refusal="Requirements can be added to only one group or extra at a time.")
        where += (f"{option}={names[0]}",) if names else ()
    argv = (executable, "remove" if undo else "add", *_COMMON, *where, "--", *texts)
    manifest = context.facts.files.path.join(context.facts.project.root, "pyproject.toml")
    environment = context.facts.environment
    label = f"{'Remove' if undo else 'Add'} {', '.join(texts)} {'from' if undo else 'to'} pyproject.toml, and sync"
    prefix = (environment.prefix,) if environment is not None else ()
    away = removing.by_its_tool(task, context.facts, tool="uv", default_groups=True, exact=True) if undo else None
    if away is None:
        away = (_REMOVES,) if undo else tuple(_also_removed(context.facts))
    surprises = [*_indexes(context.facts), *away]
    return _single_step(
        task, context, argv, label, environment=environment, surprises=surprises, writes=(manifest, _lock(context.facts), *prefix)
    )


def _also_removed(facts: Facts) -> Iterator[str]:
    """What goes with the sync that ``uv add`` ends with, for the groups that count by default: what is installed and not locked."""
    environment, lock, installed, choice = facts.environment, facts.locked, facts.installed, facts.choice
    if environment is None:
        return
    known = lock is not None and lock.problem is None and lock.stale is None and not lock.unsure
    if lock is None or not known or installed is None or len(lock.own) > 1 or choice.groups or choice.extras or choice.all_groups:
        yield _REMOVES
        return
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    stays = {*lock.packages, *lock.kept, *lock.own}
    gone = sorted(key for key, every in installed.distributions.items() if key not in stays and every[0].path.startswith(own))
    if gone:
        names = ", ".join(gone[:8]) + (f" and {len(gone) - 8} more" if len(gone) > 8 else "")
        yield f"uv also removes what uv.lock does not require: {names}."


def _script(executable: str, task: Task, script: str, context: PlanContext) -> Plan:
    """A script with its requirements inside (PEP 723): uv makes its environment where it keeps those."""
    path = context.facts.files.path
    if not path.isabs(script) or context.facts.files.stat(script) is None:
        return Plan(task, "uv", refusal=f"{script} cannot be read: name a script by its absolute path.")
    name = path.basename(script)
    if task.task == "add":
        if not task.requirements:
            return Plan(task, "uv", refusal="No requirement was given.")
        for text in task.requirements:
            if problem := unfit(text):
                return Plan(task, "uv", refusal=problem)
        verb = "remove" if task.options.get("undo") else "add"
        argv = (executable, verb, *_COMMON, f"--script={script}", "--", *task.requirements)
        return _single_step(task, context, argv, f"{verb.capitalize()} {', '.join(task.requirements)} in {name}", writes=(script,))
    if task.task == "compile":
        return _single_step(task, context, (executable, "lock", *_COMMON, f"--script={script}"), f"Lock {name}", writes=(f"{script}.lock",))
    exact = ("--inexact",) if not task.options.get("exact") else ()
    argv = (executable, "sync", *_COMMON, *exact, f"--script={script}")
    return _single_step(task, context, argv, f"Create or sync the environment of {name}")


def _single_step(
    task: Task,
    context: PlanContext,
    argv: tuple[str, ...],
    label: str,
    *,
    environment: Environment | None = None,
    surprises: Iterable[str] = (),
    writes: tuple[str, ...] = (),
) -> Plan:
    environ: Mapping[str, str] = {"UV_PROJECT_ENVIRONMENT": environment.prefix} if environment is not None else {}
    root = context.facts.project.root
    folder = context.facts.files.path.dirname(root) if context.facts.project.is_script else root
    step = Step(argv, folder, label, environ, writes)
    return Plan(task, "uv", (step,), tuple(dict.fromkeys(surprises)), environment.prefix if environment is not None else None)


def _surprises(facts: Facts) -> Iterator[str]:
    yield from _indexes(facts)
    if facts.locked is None and not facts.project.locks:
        yield "There is no uv.lock yet, so uv creates it."
    elif facts.locked is not None and facts.locked.stale is not None:
        yield f"{facts.files.path.basename(facts.locked.path)} does not match what is required any more: uv updates it first."
    elif facts.locked is not None and facts.locked.problem is not None:
        yield "uv.lock cannot be read: uv will report an error, or create it again."
    yield from locked.surprises(facts, "uv")


def _indexes(facts: Facts) -> Iterator[str]:
    """The package indexes that the project's own settings bring along (T10)."""
    from venvls.model.redact import redact

    path, table = facts.files.path, _uv(facts)
    config = path.join(facts.project.workspace or facts.project.root, "uv.toml")
    if facts.files.stat(config) is not None:
        yield f"uv also follows the settings in {config}."
    listed = table.get("index")
    addresses = [index.get("url") for index in listed if isinstance(index, dict)] if isinstance(listed, list) else []
    extra = table.get("extra-index-url")
    addresses += [table.get("index-url"), *(extra if isinstance(extra, list) else [extra])]
    for address in addresses:
        if isinstance(address, str):
            yield f"pyproject.toml also installs from the package index {redact(address)}."


def _chosen(task: Task, facts: Facts) -> Sequence[str]:
    """The groups and extras as options; only those the project has, since uv refuses others."""
    manifest, choice = _pyproject(facts), facts.choice
    groups = {group.key: group.name for group in manifest.groups if group.kind == "group"} if manifest is not None else {}
    extras = {group.key: group.name for group in manifest.groups if group.kind == "extra"} if manifest is not None else {}
    words = ["--all-groups"] if choice.all_groups else []
    words += [] if choice.default else ["--no-default-groups"]
    if not choice.all_groups:
        words += [f"--group={groups[key]}" for key in sorted({*map(canonical, task.groups), *choice.groups}) if key in groups]
    return [*words, *(f"--extra={extras[key]}" for key in sorted({*map(canonical, task.extras), *choice.extras}) if key in extras)]


def _lock(facts: Facts) -> str:
    return str(facts.files.path.join(facts.project.workspace or facts.project.root, "uv.lock"))


def _pyproject(facts: Facts) -> Manifest | None:
    return facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))


def _uv(facts: Facts) -> Mapping[str, object]:
    manifest = _pyproject(facts)
    table = manifest.tool.get("uv") if manifest is not None else None
    return table if isinstance(table, dict) else {}


TOOL = Tool(
    "uv", frozenset({"create", "recreate", "install", "sync", "repair", "freeze", "compile", "upgrade", "add"}), _owns, _plan, __doc__ or ""
)
