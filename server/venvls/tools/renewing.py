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

_GONE = "Python {minor} is not on this machine any more, and {name} can only be updated to the same X.Y: recreate it instead."
_OTHER = "{name} has Python {minor}, and can only be updated to the same X.Y: recreate it for Python {version}."


def in_place(task: Task, context: PlanContext) -> Plan:
    """Write interpreter, links and pyvenv.cfg again for the base Python as it is now; what is installed stays (``venv --upgrade``)."""
    facts = context.facts
    # `create --upgrade --name` is about the environment of that name, whichever is selected.
    named = task.task == "create" and bool(task.options.get("name"))
    environment = context.standing if named else facts.environment or context.standing
    if environment is None or is_base(environment, facts.files):
        name = f" named {task.options['name']}" if named else ""
        return Plan(task, "venv", refusal=f"There is no environment{name} to upgrade: create one first.")
    if environment.minor is None:
        return Plan(task, "venv", refusal=f"The Python of {environment.name} is not known: recreate it instead.")
    if task.options.get("upgrade-deps"):
        return Plan(task, "venv", refusal="`upgrade` keeps the packages as they are, so that `upgrade-deps` does not go with it.")
    tool = _tool(environment, context)
    asked_tool = task.options.get("tool")
    if asked_tool not in (None, "auto", tool):
        return Plan(task, tool, refusal=f"{environment.name} was created by {tool}, and only {tool} can update it: recreate it instead.")
    asked = task.options.get("python")
    python = choose(asked, context) if isinstance(asked, str) and asked else _same(environment, context)
    if python is None and isinstance(asked, str) and asked:
        return Plan(task, tool, refusal=f"No Python that fits `{asked}` was found on this machine.")
    if python is None:
        return Plan(task, tool, refusal=_GONE.format(minor=environment.minor, name=environment.name))
    if ".".join(python.version.split(".")[:2]) != environment.minor:
        return Plan(task, tool, refusal=_OTHER.format(minor=environment.minor, name=environment.name, version=python.version))
    prefix = environment.prefix
    prompt = task.options.get("prompt") or environment.prompt
    shared = ["--system-site-packages"] if environment.system_site_packages or task.options.get("system-site-packages") else []
    copies = ["--copies"] if task.options.get("copies") else ["--symlinks"] if task.options.get("symlinks") else []
    if copies and tool == "uv":
        return Plan(task, tool, refusal="uv cannot copy the interpreter: create the environment with venv or virtualenv.")
    argv: tuple[str, ...]
    if tool == "uv":
        argv = (str(program("uv", context)), "venv", "--color", "never", "--no-project", "--no-python-downloads", "--allow-existing")
        argv += ("--python", python.executable, *shared, *(["--prompt", str(prompt)] if prompt else []), "--", prefix)
    elif tool == "virtualenv":
        argv = (str(program("virtualenv", context)), f"--python={python.executable}", "--no-pip", "--no-setuptools", "--no-wheel")
        argv += (*shared, *copies, *([f"--prompt={prompt}"] if task.options.get("prompt") else []), "--", prefix)
    elif python.version.startswith("2."):
        return Plan(task, "venv", refusal="Python 2 has no venv module: recreate the environment with virtualenv.")
    else:
        argv = (python.executable, "-I", "-m", "venv", "--upgrade", "--without-pip")
        argv += (*shared, *copies, *([f"--prompt={prompt}"] if task.options.get("prompt") else []), "--", prefix)
    label = f"Update {environment.name} to Python {python.version}; installed packages stay"
    return Plan(task, tool, (Step(argv, context.scratch, label, writes=(prefix,)),), (), prefix)


def _tool(environment: Environment, context: PlanContext) -> str:
    """Who updates it: its maker where that is there, else Python's own module."""
    if environment.kind == "uv" and program("uv", context) is not None:
        return "uv"
    old = environment.minor is not None and environment.minor.startswith("2.")
    return "virtualenv" if (environment.kind == "virtualenv" or old) and program("virtualenv", context) is not None else "venv"


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
