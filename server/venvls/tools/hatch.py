"""hatch: for environments that Hatch made: ``hatch env create`` creates one; missing packages are installed as in any other environment.

Hatch itself looks into an environment only when the project's dependencies have changed since it last did (``env/virtual.py``,
``dependency_hash``), so it does not notice that somebody removed a package: uv or pip syncs it. Where Hatch keeps a lock for the
environment (``locked``, ``lock-envs``, ``lock-filename``), what is in the lock is installed, and ``hatch env lock`` writes it again.
The environment of a workspace is Hatch's to create: nobody else installs its members.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import replace
from venvls.model.rule import Tool
from venvls.tools import pip, pylock, uv
from venvls.tools.places import program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_ENVIRON = {"NO_COLOR": "1", "HATCH_INTERACTIVE": "0"}
_MISSING = "Hatch was not found on this machine: install it (`pipx install hatch`, or from its page), then try again."


def _owns(facts: Facts) -> str | None:
    return "Hatch created its environment" if facts.environment is not None and facts.environment.kind == "hatch" else None


def makes_workspace(task: Task, context: PlanContext) -> bool:
    """Whether the project is the root of a workspace of Hatch's, whose environment Hatch alone makes with all members in it."""
    facts = context.facts
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    table: object = manifest.tool if manifest is not None else None
    for name in ("hatch", "envs", "default", "workspace"):
        table = table.get(name) if isinstance(table, Mapping) else None
    chosen = task.environment is not None or any(task.options.get(option) for option in ("name", "python", "tool", "no-sync"))
    return table is not None and task.task == "create" and not chosen and program("hatch", context) is not None


def keeps_lock(facts: Facts) -> bool:
    """Whether Hatch keeps a lock for the project's environment, and so writes it again."""
    return facts.locked is not None and facts.locked.tool == "hatch"


def _plan(task: Task, context: PlanContext) -> Plan:
    if task.task in ("create", "recreate"):
        return _create(task, context)
    if task.task == "compile":
        return _lock(task, context)
    lock = context.facts.locked
    if task.task in ("sync", "install") and not task.files and lock is not None and keeps_lock(context.facts):
        made = replace(pylock.from_lock(task, context, lock.path), tool="hatch")
        if task.options.get("exact") and made.refusal is None:
            return replace(made, surprises=(*made.surprises, "The project itself is among them: Hatch installs it again."))
        return made
    gone = task.task == "sync" and not task.files and not task.requirements and _is_gone(context.facts)
    if gone:
        task = replace(task, options={**task.options, "editable": True})
    general = uv.TOOL if context.prefer != "pip" and program("uv", context) is not None else pip.TOOL
    made = general.plan(task, context)
    table = context.facts.environment
    if task.task == "sync" and made.refusal is None and table is not None and context.facts.installed is not None and not gone:
        return replace(made, surprises=(*made.surprises, "The project itself stays as Hatch installed it."))
    return made


def _is_gone(facts: Facts) -> bool:
    """Whether the project itself is not in an environment in which Hatch has it in editable mode: uninstalled, or not there yet."""
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    if manifest is None or manifest.name is None or facts.itself(manifest) != "editable":
        return False
    return facts.installed is None or canonical(manifest.name) not in facts.installed.distributions


def _create(task: Task, context: PlanContext) -> Plan:
    executable = program("hatch", context)
    if executable is None:
        return Plan(task, "hatch", refusal=_MISSING)
    root = context.facts.project.root
    environ = _ENVIRON
    name = _name(context.facts) if task.task == "recreate" else "default"
    create = Step((executable, "env", "create", name), root, f"Create Hatch's {name} environment with its requirements", environ)
    surprises = ("The project itself is installed in editable mode, which runs its build.",)
    if task.task == "create":
        return Plan(task, "hatch", (create,), surprises)
    gone = "The environment is deleted before the new one is created."
    remove = Step((executable, "env", "remove", name), root, f"Delete Hatch's {name} environment", environ)
    old = context.facts.environment
    return Plan(
        task, "hatch", (remove, create), (gone, *surprises), deletes=old.prefix if old is not None and old.kind == "hatch" else None
    )


def _lock(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    lock, environment = facts.locked, facts.environment
    executable = program("hatch", context)
    if executable is None or lock is None or environment is None:
        return Plan(task, "hatch", refusal=_MISSING)
    name = facts.files.path.basename(lock.path)
    argv = (executable, "env", "lock", _name(facts))
    step = Step(argv, facts.project.root, f"Update {name}", _ENVIRON, (lock.path, environment.prefix))
    return Plan(task, "hatch", (step,), (f"Hatch also makes {environment.name} follow the lock: what is not in it is removed.",))


def _name(facts: Facts) -> str:
    """What Hatch calls the project's environment: the folder of the default one has the project's name."""
    envs = [manifest.own.hatch.get("envs") for manifest in facts.manifests.values() if manifest.own.hatch is not None]
    name = facts.environment.name if facts.environment is not None else ""
    known = any(isinstance(tables, dict) and name.partition(".")[0] in tables for tables in envs)
    return name if known else "default"


TOOL = Tool("hatch", frozenset({"create", "install", "sync", "repair", "freeze", "upgrade"}), _owns, _plan, __doc__ or "")
