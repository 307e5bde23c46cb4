"""virtualenv: creates environments like venv, for more Pythons and faster; used where it is chosen, or where venv cannot do it."""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Tool
from venvls.tools.creating import settle
from venvls.tools.places import program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext


def _owns(facts: Facts) -> str | None:
    return None  # virtualenv makes environments; it keeps no project.


def _plan(task: Task, context: PlanContext) -> Plan:
    virtualenv = program("virtualenv", context)
    if virtualenv is None:
        return Plan(task, "virtualenv", refusal="virtualenv was not found on this machine: install it, or use venv or uv.")
    new = settle(task, context)
    if new.refusal is not None or new.python is None:
        return Plan(task, "virtualenv", refusal=new.refusal)
    options = [
        f"--python={new.python.executable}",
        *(["--system-site-packages"] if new.system_site_packages else []),
        *(["--copies"] if new.copies else []),
        *(["--symlinks"] if new.symlinks else []),
        *(["--download"] if new.upgrade_deps else []),
        *(["--no-pip"] if new.without_pip else []),
        *([f"--prompt={new.prompt}"] if new.prompt else []),
    ]
    argv = (virtualenv, *options, "--", new.prefix)
    step = Step(argv, context.scratch, f"Create {new.prefix} with Python {new.python.version}", writes=(new.prefix,))
    return Plan(task, "virtualenv", (step,), new.surprises, new.prefix, aside=new.aside)


TOOL = Tool("virtualenv", frozenset({"create", "recreate"}), _owns, _plan, __doc__ or "")
