"""uv: creates environments and installs into them; used wherever it is found, unless ``sync.tool`` is pip.

Only ``uv venv`` and ``uv pip`` here, always with the interpreter named. uv resolves relative paths of requirements files from where it
runs, and reads its settings there too: it runs in the project's folder only when a file needs that, and then the plan shows it.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.rule import Tool
from venvls.tools import seeding
from venvls.tools.creating import settle
from venvls.tools.places import program
from venvls.tools.remains import cleaning, remains
from venvls.tools.required_version import refused_by_uv
from venvls.tools.surprises import of_uv_settings
from venvls.tools.wanted import Wanted, file_names, gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_COMMON = ("--color", "never", "--no-python-downloads")
_VENV = ("venv", "--color", "never", "--no-project")
_NO_UV = "uv was not found on this machine: install it (`pipx install uv`, or from its page)"


def _owns(facts: Facts) -> str | None:
    return None  # Projects with a uv.lock are `uv_project`'s, which starts `uv sync`.


def _plan(task: Task, context: PlanContext) -> Plan:
    uv = program("uv", context)
    if uv is None:
        return Plan(task, "uv", refusal=f"{_NO_UV}{_instead(task)}.")
    made = _planned(uv, task, context)
    # Only where uv runs in the project's folder does it read the settings there.
    problem = refused_by_uv(uv, context) if any(step.cwd != context.scratch for step in made.steps) else None
    return made if problem is None else Plan(task, "uv", refusal=problem)


def _planned(uv: str, task: Task, context: PlanContext) -> Plan:
    if task.task in ("create", "recreate"):
        return _create(uv, task, context)
    if task.task == "compile":
        return _compile(uv, task, context)
    facts = context.facts
    problem = refusal(facts.environment, facts.files)
    environment = facts.environment
    if problem is not None or environment is None:
        return Plan(task, "uv", refusal=problem)
    target = ("--python", str(environment.interpreter))
    if task.task == "freeze":
        argv = (uv, "pip", "freeze", *_COMMON, *target)
        return Plan(task, "uv", (Step(argv, context.scratch, f"List the packages in {environment.name}"),), environment=environment.prefix)
    if task.task == "repair":
        return _repair(uv, task, context, environment)
    return _install(uv, task, context, environment)


def _instead(task: Task) -> str:
    """The way without uv, where there is one."""
    if task.options.get("tool") == "uv":
        return ", or choose another tool"
    return "" if task.task in ("create", "recreate", "compile") else ", or set `sync.tool` to pip"


def _create(uv: str, task: Task, context: PlanContext) -> Plan:
    new = settle(task, context, fetches=True)
    if new.refusal is not None:
        return Plan(task, "uv", refusal=new.refusal)
    if new.copies:
        return Plan(task, "uv", refusal="uv cannot copy the interpreter: create the environment with venv or virtualenv.")
    # Where nothing fits, uv may fetch one; `--managed-python` keeps it from starting Pythons it happens to meet in the workspace.
    python = ("--no-python-downloads", "--python", new.python.executable) if new.python else ("--managed-python", "--python", str(new.spec))
    seeded = task.options.get("seed") is True
    options = [
        *(["--system-site-packages"] if new.system_site_packages else []),
        *(["--seed"] if new.upgrade_deps else seeding.options(new.python, context) if seeded else []),
        *(["--prompt", new.prompt] if new.prompt else []),
    ]
    argv = (uv, *_VENV, *python, *options, "--", new.prefix)
    version = new.python.version if new.python else new.spec
    step = Step(argv, context.scratch, f"Create {new.prefix} with Python {version}", writes=(new.prefix,))
    pip = seeding.step(uv, new.prefix, new.python, context) if seeded and not new.upgrade_deps else None
    steps = (step, pip) if pip is not None else (step,)
    return Plan(task, "uv", steps, new.surprises, new.prefix, aside=new.aside, makes=len(steps))


def plain_interpreter(made: Plan) -> str | None:
    """The interpreter that a plan of :func:`_create` names, where the plan says nothing else about the environment."""
    if len(made.steps) != 1:
        return None
    _, *words = made.steps[0].argv
    before = [*_VENV, "--no-python-downloads", "--python"]
    python = words[len(before)] if len(words) > len(before) else None
    return python if words == [*before, python, "--", made.environment] else None


def _install(uv: str, task: Task, context: PlanContext, environment: Environment) -> Plan:
    wanted = gather(task, context.facts)
    if wanted.refusal is not None:
        return Plan(task, "uv", refusal=wanted.refusal)
    surprises = list(wanted.surprises)
    if wanted.folder is not None:
        surprises += of_uv_settings(context.facts)
    exact = bool(task.options.get("exact"))
    if exact:
        surprises.append(f"Packages that no file requires are removed from {environment.name}.")
    steps = tuple(_steps(uv, task, wanted, context, environment, exact=exact))
    return Plan(task, "uv", steps, tuple(surprises), environment.prefix)


def _steps(uv: str, task: Task, wanted: Wanted, context: PlanContext, environment: Environment, *, exact: bool) -> Sequence[Step]:
    cwd = wanted.folder or context.scratch
    target = (*_COMMON, "--python", str(environment.interpreter))
    locked = wanted.files + wanted.hashed
    if exact and (kept := _kept(context)):
        # uv removes pip from an environment that it made, even where somebody put it there: it stays in a project of pip's.
        only = ("--no-deps",) if locked and not wanted.strings and set(locked) <= set(context.facts.project.locks) else ()
        argv = (
            uv,
            "pip",
            "install",
            *target,
            "--exact",
            *only,
            *_options(wanted),
            *(word for path in wanted.constraints for word in ("-c", path)),
        )
        argv += (*(word for path in locked for word in ("-r", path)), *(word for path in wanted.editables for word in ("-e", path)))
        return [Step((*argv, "--", *wanted.strings, *kept), cwd, f"Sync {environment.name}", writes=(environment.prefix,))]
    if exact and locked and not wanted.strings and set(locked) <= set(context.facts.project.locks):
        argv = (uv, "pip", "sync", *target, "--", *locked)
        return [Step(argv, cwd, f"Sync {environment.name} with {file_names(locked)}", writes=(environment.prefix,))]
    more = [
        *(["--exact"] if exact else []),
        *(["--upgrade"] if task.task == "upgrade" else []),
        *(f"--reinstall-package={name}" for name in _reinstalled(task)),
        *_options(wanted),
        *(word for path in wanted.constraints for word in ("-c", path)),
    ]
    # uv checks the hashes that are there and needs none on the other lines, so that one run does for all files.
    words = [
        *(word for path in locked for word in ("-r", path)),
        *(word for path in wanted.editables for word in ("-e", path)),
        *(["--", *wanted.strings] if wanted.strings else []),
    ]
    if not words:
        return []
    argv = (uv, "pip", "install", *target, *more, *words)
    return [Step(argv, cwd, f"Install {wanted.in_words(locked)} into {environment.name}", writes=(environment.prefix,))]


def _kept(context: PlanContext) -> tuple[str, ...]:
    """pip where it is installed into an environment that uv made without ``--seed``."""
    facts = context.facts
    environment, installed = facts.environment, facts.installed
    if environment is None or installed is None or environment.kind != "uv" or "pip" not in installed.distributions:
        return ()
    cfg = facts.files.read(facts.files.path.join(environment.prefix, "pyvenv.cfg"), 100_000) or b""
    return () if any(line.replace(b" ", b"").strip() == b"seed=true" for line in cfg.lower().splitlines()) else ("pip",)


def _repair(uv: str, task: Task, context: PlanContext, environment: Environment) -> Plan:
    wanted = gather(task, context.facts)
    if wanted.refusal is not None:
        return Plan(task, "uv", refusal=wanted.refusal)
    if not wanted.strings:
        return cleaning(task, "uv", context.facts)
    target = ("--python", str(environment.interpreter))
    own = seeding.again(wanted.strings, environment, context)
    argv = (uv, "pip", "install", *_COMMON, *target, "--reinstall", "--no-deps", *own, *_options(wanted), "--", *wanted.strings)
    step = Step(argv, context.scratch, f"Reinstall {', '.join(wanted.strings)} in {environment.name}", writes=(environment.prefix,))
    return Plan(task, "uv", (step,), wanted.surprises, environment.prefix, aside=remains(task, context.facts))


def _options(wanted: Wanted) -> Sequence[str]:
    """Index options under uv's names."""
    options = []
    for option in wanted.options:
        name, _, value = option.partition("=")
        options.append({"--pre": "--prerelease=allow", "--trusted-host": f"--allow-insecure-host={value}"}.get(name, option))
    return options


def _compile(uv: str, task: Task, context: PlanContext) -> Plan:
    """Each ``.in`` file to the ``.txt`` next to it, from its own folder, so that the command in the header is true everywhere."""
    path = context.facts.files.path
    steps = []
    for source in task.files or tuple(
        manifest_path
        for manifest_path in context.facts.manifests
        if manifest_path.endswith(".in") and manifest_path not in context.facts.outside
    ):
        if not path.isabs(source) or not source.endswith(".in"):
            return Plan(task, "uv", refusal=f"{source} cannot be compiled: name a `.in` file by its absolute path.")
        folder, name = path.split(source)
        output = name[: -len(".in")] + ".txt"
        environment = context.facts.environment
        target = ("--python-version", environment.minor) if environment is not None and environment.minor else ()
        more = ("--upgrade",) if task.options.get("upgrade-pins") else ()
        told = ("--custom-compile-command", f"uv pip compile {name} -o {output}")
        argv = (uv, "pip", "compile", *_COMMON, "--quiet", *target, *more, *told, "--output-file", output, "--", name)
        steps.append(Step(argv, folder, f"Compile {name} to {output}", writes=(path.join(folder, output),)))
    if not steps:
        return Plan(task, "uv", refusal="There is no `.in` file to compile: write your requirements into requirements.in.")
    return Plan(task, "uv", tuple(steps))


def _reinstalled(task: Task) -> Sequence[str]:
    names = task.options.get("reinstall", ())
    return [str(name) for name in names] if isinstance(names, (list, tuple)) else []


TOOL = Tool(
    "uv", frozenset({"create", "recreate", "install", "sync", "repair", "freeze", "compile", "upgrade"}), _owns, _plan, __doc__ or ""
)
