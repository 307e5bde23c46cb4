"""pip: installs with the environment's own interpreter (``-I -m pip``), or, where the environment has no pip, with a base Python's.

pip resolves relative paths of requirements files from where it runs: it runs in the project's folder only when a file needs that; ``-I``
keeps that folder's modules out of it (T7). Files with hashes are installed separately, because with one hash, pip requires a hash on
every line.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.rule import Tool
from venvls.tools.places import isolated, pythons
from venvls.tools.remains import cleaning, remains
from venvls.tools.wanted import file_names, gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.rule import BasePython, PlanContext
    from venvls.tools.wanted import Wanted

_COMMON = ("--disable-pip-version-check", "--no-input")
_EXACT = "pip cannot remove packages that no file requires: do not use `exact`, or install uv."


def _owns(facts: Facts) -> str | None:
    return None  # pip is what installs where no other tool keeps the project.


def _plan(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    problem = refusal(facts.environment, facts.files)
    environment = facts.environment
    if problem is not None or environment is None:
        return Plan(task, "pip", refusal=problem)
    if task.options.get("exact"):
        return Plan(task, "pip", refusal=_EXACT)
    pip = program_of(environment, context)
    if pip is None:
        return Plan(task, "pip", refusal=f"{environment.name} has no pip, and no Python on this machine can install into it: install uv.")
    if task.task == "freeze":
        step = Step((*pip, "freeze", *_COMMON, "--all"), context.scratch, f"List the packages in {environment.name}")
        return Plan(task, "pip", (step,), environment=environment.prefix)
    wanted = gather(task, facts)
    if wanted.refusal is not None:
        return Plan(task, "pip", refusal=wanted.refusal)
    if task.task == "repair":
        if not wanted.strings:
            return cleaning(task, "pip", facts)
        # What is broken often has no RECORD to uninstall it from: the runner takes such remains away first.
        argv = (*pip, "install", *_COMMON, "--force-reinstall", "--no-deps", *wanted.options, "--", *wanted.strings)
        step = Step(argv, context.scratch, f"Reinstall {', '.join(wanted.strings)} in {environment.name}", writes=(environment.prefix,))
        return Plan(task, "pip", (step,), wanted.surprises, environment.prefix, aside=remains(task, facts))
    return Plan(task, "pip", tuple(_steps(pip, task, wanted, context, environment)), wanted.surprises, environment.prefix)


def program_of(environment: Environment, context: PlanContext) -> tuple[str, ...] | None:
    """How pip is started for an environment: absolute interpreter first."""
    installed = context.facts.installed
    own = (str(environment.interpreter), *isolated(environment), "-m", "pip")
    if installed is not None:
        records = installed.distributions.get("pip", ())
        if len(records) == 1 and records[0].sign is None:
            return own
    elif environment.kind != "uv":
        return own
    for python in sorted(pythons(context), key=lambda python: _distance(python, environment)):
        if not python.version.startswith("2."):
            return (python.executable, "-I", "-m", "pip", "--python", str(environment.interpreter))
    return None


def _distance(python: BasePython, environment: Environment) -> tuple[bool, bool, bool]:
    """How little a base Python is meant for this environment: another version, another kind, one that may well have no pip (Debian's)."""
    same = python.version.split(".")[:2] == (environment.minor or "").split(".")
    return (not same, python.implementation != environment.implementation, python.externally_managed)


def _steps(pip: tuple[str, ...], task: Task, wanted: Wanted, context: PlanContext, environment: Environment) -> Sequence[Step]:
    cwd = wanted.folder or context.scratch
    writes = (environment.prefix,)
    upgrade = ("--upgrade", "--upgrade-strategy", "eager") if task.task == "upgrade" else ()
    steps = []

    def install(words: Sequence[str], what: str) -> None:
        steps.append(Step((*pip, "install", *_COMMON, *upgrade, *words), cwd, f"Install {what} into {environment.name}", writes=writes))

    if wanted.hashed:
        install([word for path in wanted.hashed for word in ("-r", path)], f"the requirements of {file_names(wanted.hashed)}")
    words = [
        *wanted.options,
        *(word for path in wanted.constraints for word in ("-c", path)),
        *(word for path in wanted.files for word in ("-r", path)),
        *(word for path in wanted.editables for word in ("-e", path)),
        *(["--", *wanted.strings] if wanted.strings else []),
    ]
    if wanted.files or wanted.editables or wanted.strings:
        install(words, wanted.in_words(wanted.files))
    if wanted.again:
        # pip takes an installed version for good wherever it came from: another source of the same version has to be said.
        steps.insert(
            0,
            Step(
                (*pip, "install", *_COMMON, "--force-reinstall", "--no-deps", "--", *wanted.again),
                cwd,
                "Install from the right source",
                writes=writes,
            ),
        )
    return steps


TOOL = Tool("pip", frozenset({"install", "sync", "repair", "freeze", "upgrade"}), _owns, _plan, __doc__ or "")
