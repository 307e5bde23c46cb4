"""hatch: for environments that Hatch made: ``hatch env create`` creates one; missing packages are installed as in any other environment.

Hatch itself looks into an environment only when the project's dependencies have changed since it last did (``env/virtual.py``,
``dependency_hash``), so it does not notice that somebody removed a package: uv or pip syncs it.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.model.rule import Tool
from venvls.tools import pip, uv
from venvls.tools.places import program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_MISSING = "Hatch was not found on this machine: install it (`pipx install hatch`, or from its page), then try again."


def _owns(facts: Facts) -> str | None:
    return "Hatch created its environment" if facts.environment is not None and facts.environment.kind == "hatch" else None


def _plan(task: Task, context: PlanContext) -> Plan:
    if task.task in ("create", "recreate"):
        return _create(task, context)
    general = uv.TOOL if context.prefer != "pip" and program("uv", context) is not None else pip.TOOL
    made = general.plan(task, context)
    table = context.facts.environment
    if task.task == "sync" and made.refusal is None and table is not None:
        return replace(made, surprises=(*made.surprises, "The project itself stays as Hatch installed it."))
    return made


def _create(task: Task, context: PlanContext) -> Plan:
    executable = program("hatch", context)
    if executable is None:
        return Plan(task, "hatch", refusal=_MISSING)
    root = context.facts.project.root
    environ = {"NO_COLOR": "1", "HATCH_INTERACTIVE": "0"}
    create = Step((executable, "env", "create", "default"), root, "Create Hatch's default environment with its requirements", environ)
    surprises = ("The project itself is installed in editable mode, which runs its build.",)
    if task.task == "create":
        return Plan(task, "hatch", (create,), surprises)
    gone = "The environment is deleted before the new one is created."
    remove = Step((executable, "env", "remove", "default"), root, "Delete Hatch's default environment", environ)
    old = context.facts.environment
    return Plan(
        task, "hatch", (remove, create), (gone, *surprises), deletes=old.prefix if old is not None and old.kind == "hatch" else None
    )


TOOL = Tool("hatch", frozenset({"create", "install", "sync", "repair", "freeze", "upgrade"}), _owns, _plan, __doc__ or "")
