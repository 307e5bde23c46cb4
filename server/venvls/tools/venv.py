"""venv: makes environments with the module in Python's own library (``python -I -m venv``), Python 3.4 and newer."""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Tool
from venvls.tools.creating import settle

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext


def _owns(facts: Facts) -> str | None:
    return None  # venv makes environments; it keeps no project.


def _plan(task: Task, context: PlanContext) -> Plan:
    new = settle(task, context)
    if new.refusal is not None or new.python is None:
        return Plan(task, "venv", refusal=new.refusal)
    if new.python.version.startswith("2."):
        return Plan(task, "venv", refusal=f"Python {new.python.version} has no venv module: choose a newer Python, or use virtualenv.")
    options = [
        *(["--system-site-packages"] if new.system_site_packages else []),
        *(["--copies"] if new.copies else []),
        *(["--symlinks"] if new.symlinks else []),
        *(["--upgrade-deps"] if new.upgrade_deps else []),
        *(["--without-pip"] if new.without_pip else []),
        *([f"--prompt={new.prompt}"] if new.prompt else []),
    ]
    argv = (new.python.executable, "-I", "-m", "venv", *options, "--", new.prefix)
    step = Step(argv, context.scratch, f"Create {new.prefix} with Python {new.python.version}", writes=(new.prefix,))
    return Plan(task, "venv", (step,), new.surprises, new.prefix, aside=new.aside)


TOOL = Tool("venv", frozenset({"create", "recreate"}), _owns, _plan, __doc__ or "")
