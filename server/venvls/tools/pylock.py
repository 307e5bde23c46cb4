"""pylock: projects locked in a pylock.toml (PEP 751): ``uv pip install -r pylock.toml`` or ``uv pip sync``, else pip from 26.1 on.

The lock belongs to no tool, so any tool that reads it may install it: uv where it is found, unless ``sync.tool`` is pip. Only
``exact`` removes packages that are not in the lock; pip cannot do that. Single requirements are installed from the lock as well: by
themselves they could come in another version.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.rule import Tool
from venvls.tools import pip, uv
from venvls.tools.places import isolated, program

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_NAME = "pylock.toml"
_FIRST_PIP = (26, 1)
"""The first pip that accepts a pylock.toml with ``-r``."""


def _owns(facts: Facts) -> str | None:
    locks = facts.project.locks
    if not locks or facts.files.path.basename(locks[0]) != _NAME or (facts.locked is not None and facts.locked.tool == "hatch"):
        return None
    return f"{_NAME} is in its folder"


def _plan(task: Task, context: PlanContext) -> Plan:
    executable = program("uv", context)
    if task.task not in ("sync", "install") or task.files:
        return (uv.TOOL if executable is not None and context.prefer != "pip" else pip.TOOL).plan(task, context)
    return from_lock(task, context, context.facts.project.locks[0], _chosen(task, context.facts))


def from_lock(task: Task, context: PlanContext, lock: str, chosen: tuple[str, ...] = ()) -> Plan:
    """A plan that installs what is in ``lock``, a pylock.toml by any name or a list of pins, with the options ``chosen``."""
    executable = program("uv", context)
    facts = context.facts
    environment = facts.environment
    problem = refusal(environment, facts.files)
    if problem is not None or environment is None:
        return Plan(task, "pylock", refusal=problem)
    name, exact = facts.files.path.basename(lock), bool(task.options.get("exact"))
    surprises = (f"Packages that are not in {name} are removed from {environment.name}.",) if exact else ()
    argv: tuple[str, ...]
    if executable is not None and (context.prefer != "pip" or exact):
        common = ("--color", "never", "--no-python-downloads", "--python", str(environment.interpreter), *chosen)
        argv = (executable, "pip", "sync", *common, "--", lock) if exact else (executable, "pip", "install", *common, "-r", lock)
    else:
        missing = _lacking(name, facts, exact=exact)
        if missing is not None:
            return Plan(task, "pylock", refusal=missing)
        argv = (*_pip(environment), "install", "--disable-pip-version-check", "--no-input", "-r", lock)
    step = Step(argv, context.scratch, f"Install the packages in {name} into {environment.name}", writes=(environment.prefix,))
    return Plan(task, "pylock", (step,), (*surprises, *_fetched(facts)), environment.prefix)


def _pip(environment: Environment) -> tuple[str, ...]:
    return (str(environment.interpreter), *isolated(environment), "-m", "pip")


def _lacking(name: str, facts: Facts, *, exact: bool) -> str | None:
    """Why pip cannot do it, and what to do instead."""
    if exact:
        return f"pip cannot remove packages that are not in {name}: do not use `exact`, or install uv."
    if not name.endswith(".toml"):
        return None
    records = facts.installed.distributions.get("pip", ()) if facts.installed is not None else ()
    parts = records[0].version.split(".")[:2] if records else []
    if len(parts) == 2 and all(part.isdecimal() for part in parts) and (int(parts[0]), int(parts[1])) >= _FIRST_PIP:
        return None
    wanted = ".".join(map(str, _FIRST_PIP))
    return f"{name} needs uv, or pip {wanted} or later, and neither was found: install uv, or upgrade pip in this environment."


def _chosen(task: Task, facts: Facts) -> tuple[str, ...]:
    """The chosen groups and extras that the project's manifest has."""
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    words: list[str] = []
    for option, kind, chosen in (
        ("--extra", "extra", {*task.extras, *facts.choice.extras}),
        ("--group", "group", {*task.groups, *facts.choice.groups}),
    ):
        known = {group.key for group in manifest.groups if group.kind == kind} if manifest is not None else set()
        words += [f"{option}={name}" for name in sorted(chosen & known)]
    return tuple(words)


def _fetched(facts: Facts) -> list[str]:
    from venvls.model.redact import redact

    packages = facts.locked.packages.values() if facts.locked is not None else ()
    return [
        f"{package.key} is installed from {redact(package.source.url or '')}, which may run its build."
        for package in packages
        if package.source.kind in ("vcs", "url", "path", "editable")
    ]


TOOL = Tool("pylock", frozenset({"sync", "install", "repair", "freeze", "upgrade"}), _owns, _plan, __doc__ or "")
