"""What is done to an environment in place: brought to its base Python's present state, and given its pip back."""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import is_base
from venvls.tools.places import choose, isolated, program, pythons

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.rule import BasePython, PlanContext

_SAME = "Python {minor} is not on this machine any more, and an environment can only be updated to the same X.Y: recreate it instead."


def in_place(task: Task, context: PlanContext) -> Plan:
    """Write interpreter, links and pyvenv.cfg again for the base Python as it is now; what is installed stays (``venv --upgrade``)."""
    facts = context.facts
    environment = facts.environment
    if environment is None or is_base(environment, facts.files):
        return Plan(task, "venv", refusal="There is no environment to upgrade: create one first.")
    if environment.minor is None:
        return Plan(task, "venv", refusal=f"The Python of {environment.name} is not known: recreate it instead.")
    asked = task.options.get("python")
    python = choose(asked, context) if isinstance(asked, str) and asked else _same(environment, context)
    if python is None or ".".join(python.version.split(".")[:2]) != environment.minor:
        return Plan(task, "venv", refusal=_SAME.format(minor=environment.minor))
    uv, virtualenv = program("uv", context), program("virtualenv", context)
    prefix = environment.prefix
    if environment.kind == "uv" and uv is not None:
        tool = "uv"
        argv: tuple[str, ...] = (uv, "venv", "--color", "never", "--no-project", "--no-python-downloads", "--allow-existing")
        argv += ("--python", python.executable, *(["--system-site-packages"] if environment.system_site_packages else []))
        argv += (*(["--prompt", environment.prompt] if environment.prompt else []), "--", prefix)
    elif (environment.kind == "virtualenv" or python.version.startswith("2.")) and virtualenv is not None:
        tool = "virtualenv"
        argv = (virtualenv, f"--python={python.executable}", "--no-pip", "--no-setuptools", "--no-wheel")
        argv += (*(["--system-site-packages"] if environment.system_site_packages else []), "--", prefix)
    elif python.version.startswith("2."):
        return Plan(task, "venv", refusal="Python 2 has no venv module: recreate the environment with virtualenv.")
    else:
        tool = "venv"
        argv = (python.executable, "-I", "-m", "venv", "--upgrade", "--without-pip")
        argv += (*(["--system-site-packages"] if environment.system_site_packages else []), "--", prefix)
    label = f"Update {environment.name} to Python {python.version}; installed packages stay"
    return Plan(task, tool, (Step(argv, context.scratch, label, writes=(prefix,)),), (), prefix)


def pip_again(task: Task, context: PlanContext) -> Plan:
    """Put the pip that comes with Python into an environment that has none (``ensurepip``)."""
    environment = context.facts.environment
    if environment is None or environment.interpreter is None or environment.health == "broken":
        return Plan(task, "venv", refusal="There is no working environment to install pip into: recreate it.")
    argv = (environment.interpreter, *isolated(environment), "-m", "ensurepip", "--default-pip", "--upgrade")
    step = Step(argv, context.scratch, f"Reinstall pip in {environment.name}", writes=(environment.prefix,))
    return Plan(task, "venv", (step,), (), environment.prefix)


def _same(environment: Environment, context: PlanContext) -> BasePython | None:
    """The Python it was made with where that still is, else the newest of its X.Y."""
    path = context.facts.files.path
    fitting = [
        python
        for python in pythons(context)
        if python.version.startswith(f"{environment.minor}.") and python.implementation.removesuffix("t") == environment.implementation
    ]
    own = [python for python in fitting if environment.base is not None and path.dirname(python.executable) == environment.base]
    return next(iter((*own, *fitting)), None)
