"""pdm: for the projects that PDM manages (``pdm.lock``, its ``pylock.toml``, ``[tool.pdm]``): ``pdm sync``, ``lock``, ``add``, ``update``…

PDM runs in the project's folder; ``PDM_PYTHON`` tells it which environment is selected, and prevents it from remembering another. A lock
that is missing or does not match any more is made first (``pdm install``), with as few changes as possible. Only ``exact`` removes
packages. Of two locks ``pylock.toml`` counts where ``[tool.pdm.lock]`` or ``pdm.toml`` says ``format = "pylock"``, else ``pdm.lock``.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.pdm_settings import keeps_pylock
from venvls.model.rule import Tool
from venvls.tools import locked, removing, replacing
from venvls.tools.places import program
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.action import Task
    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.rule import PlanContext

_MISSING = "PDM manages this project, but was not found on this machine: install it (`pipx install pdm`, or from its page), then try again."
_QUIET = {"PDM_CHECK_UPDATE": "0", "NO_COLOR": "1"}


def _owns(facts: Facts) -> str | None:
    path = facts.files.path
    if _is_local(facts.environment):
        return "PDM installs into __pypackages__ here"
    if any(path.basename(lock) == "pdm.lock" for lock in facts.project.locks):
        return f"pdm.lock is in {facts.project.workspace or 'its folder'}"
    if facts.locked is not None and facts.locked.tool == "pdm":
        return f"{path.basename(facts.locked.path)} is PDM's lock"
    if any(path.basename(lock) == "pylock.toml" for lock in facts.project.locks) and _keeps_pylock(facts):
        return "the settings say that pylock.toml is PDM's lock"
    named = [lock for lock in facts.project.locks if not path.basename(lock).endswith(".txt")]
    manifest = _pyproject(facts)
    if not named and manifest is not None and manifest.own.pdm:
        return "pyproject.toml has settings for PDM ([tool.pdm])"
    return None


def _plan(task: Task, context: PlanContext) -> Plan:
    facts = context.facts
    # PDM locks and syncs in the root of a workspace alone.
    path, root = facts.files.path, facts.project.workspace or facts.project.root
    executable = program("pdm", context)
    if executable is None:
        if _is_local(facts.environment):
            return Plan(task, "pdm", refusal=_MISSING)
        return locked.without_its_tool(task, context, "pdm", _MISSING)
    # Another lock of PDM's than its usual one: its settings say pylock.
    usual = path.join(root, "pylock.toml" if _keeps_pylock(facts) else "pdm.lock")
    lock = facts.locked.path if facts.locked is not None and facts.locked.tool == "pdm" else usual
    name = path.basename(lock)
    if task.task == "compile":
        step = Step((executable, "lock", "--update-reuse"), root, f"Update {name}", _environ(facts.environment), (lock,))
        return Plan(task, "pdm", (step,))
    environment = facts.environment
    problem = None if _is_local(environment) else refusal(environment, facts.files)
    if problem is not None or environment is None:
        return Plan(task, "pdm", refusal=problem)
    if task.task == "repair" and not _is_local(environment):
        return locked.repair(task, context)
    made = _changed(executable, task, facts, environment, lock)
    return made if _is_admitted(environment, facts) else _replaced(made, environment, facts)


def _changed(executable: str, task: Task, facts: Facts, environment: Environment, lock: str) -> Plan:
    """What PDM does to an environment: to add, to upgrade, or to sync."""
    path, root, name = facts.files.path, facts.project.workspace or facts.project.root, facts.files.path.basename(lock)
    surprises = list(locked.surprises(facts, "pdm"))
    environ = _environ(environment)
    if task.task == "add":
        argv, label, problem = _add(executable, task)
        if problem is not None:
            return Plan(task, "pdm", refusal=problem)
        # In the project's own folder: which manifest is changed depends on it, and the lock of the workspace is found from there.
        own = facts.project.root
        stated = path.join(own, "pyproject.toml")
        if task.options.get("undo"):
            surprises += removing.by_its_tool(task, facts, tool="PDM", default_groups=False, exact=True) or ()
        step = Step(argv, own, label, environ, (stated, lock, environment.prefix))
        return Plan(task, "pdm", (step,), tuple(surprises), environment.prefix)
    if task.task == "upgrade":
        names = locked.names(task)
        argv = (executable, "update", *_chosen(task, facts), *(("--", *names) if names else ()))
        label = f"Upgrade {', '.join(names) or f'the packages in {name}'}"
        return Plan(task, "pdm", (Step(argv, root, label, environ, (lock, environment.prefix)),), tuple(surprises), environment.prefix)
    verb = "sync"
    if facts.locked is None or facts.locked.stale is not None:
        verb = "install"
        surprises.append(
            f"There is no {name} yet, so PDM creates it."
            if facts.locked is None
            else f"{name} does not match pyproject.toml any more: it is updated first."
        )
    elif name == "pylock.toml" and not _keeps_pylock(facts):
        # `sync` refuses without the lock that PDM is set to; where the person's own settings say pylock, both do the same.
        verb = "install"
        surprises.append(
            "The project does not say that pylock.toml is PDM's lock: unless your own settings do (pdm config lock.format pylock), "
            "PDM creates a pdm.lock."
        )
    exact = bool(task.options.get("exact"))
    if exact:
        surprises.append(f"Packages that {name} does not require are removed from {environment.name}.")
    argv = (executable, verb, *_chosen(task, facts), *(["--clean"] if exact and verb == "sync" else []))
    steps = [Step(argv, root, f"Sync {environment.name} with {name}", environ, (environment.prefix, lock))]
    if exact and verb == "install":
        steps.append(
            Step((executable, "sync", *_chosen(task, facts), "--clean"), root, "Remove extraneous packages", environ, (environment.prefix,))
        )
    return Plan(task, "pdm", tuple(steps), tuple(surprises), environment.prefix)


def _keeps_pylock(facts: Facts) -> bool:
    """Whether the project says that PDM keeps a pylock.toml for it."""
    root = facts.project.workspace or facts.project.root
    return keeps_pylock(root, facts.manifests.get(facts.files.path.join(root, "pyproject.toml")), facts.files)


def _is_admitted(environment: Environment, facts: Facts) -> bool:
    """Whether the project's ``requires-python`` admits the environment's Python; PDM overrides a ``.python-version`` that it does not."""
    stated = (specifier for specifier, path in facts.project.python if facts.files.path.basename(path) == "pyproject.toml")
    return _is_local(environment) or replacing.is_admitted(environment, stated)


def _replaced(made: Plan, environment: Environment, facts: Facts) -> Plan:
    """PDM makes its environment in the project's folder, whatever is there; one elsewhere it leaves, and works on another."""
    if environment.prefix == facts.files.path.join(facts.project.workspace or facts.project.root, ".venv"):
        return replacing.deleting(made, environment, "PDM")
    what = f"The Python of {environment.name} ({environment.version}) does not fit this project, so PDM would work on another environment"
    return made if made.refusal is not None else Plan(made.task, "pdm", refusal=f"{what}: recreate this one first.")


def _add(executable: str, task: Task) -> tuple[tuple[str, ...], str, str | None]:
    """``pdm add``, or with the option ``undo`` ``pdm remove``: the manifest, the lock and the environment in one go."""
    undo = bool(task.options.get("undo"))
    problem = None if task.requirements else "No requirement was given."
    problem = problem or next((wrong for text in task.requirements if (wrong := unfit(text))), None)
    if len(task.groups) + len(task.extras) > 1:
        problem = problem or "Requirements can be added to only one group or extra at a time."
    where = [*(f"-dG{group}" for group in task.groups), *(f"-G{extra}" for extra in task.extras)]
    texts = locked.names(task) if undo else task.requirements
    label = f"{'Remove' if undo else 'Add'} {', '.join(texts)} {'from' if undo else 'to'} pyproject.toml, and install"
    return (executable, "remove" if undo else "add", *where, "--", *texts), label, problem


def _chosen(task: Task, facts: Facts) -> Iterator[str]:
    """Groups and extras as options; only those the project has. Without any PDM installs all that are locked."""
    if facts.project.workspace is not None:
        return  # groups of members are not locked, and the root's are not a member's to choose
    manifest, choice = _pyproject(facts), facts.choice
    known = {group.key: group.name for group in manifest.groups} if manifest is not None else {}
    wanted = sorted({*map(canonical, (*task.groups, *task.extras)), *choice.groups, *choice.extras} & known.keys())
    if choice.all_groups:
        yield from ("-G", ":all")
    for name in wanted if not choice.all_groups else ():
        # A name that begins as an option does would be taken for one.
        yield from (f"--group={known[name]}",) if known[name].startswith("-") else ("-G", known[name])
    if not choice.default and not wanted and not choice.all_groups:
        yield "--prod"


def _environ(environment: Environment | None) -> dict[str, str]:
    if environment is None or environment.interpreter is None:
        return dict(_QUIET)
    return {**_QUIET, "PDM_PYTHON": environment.interpreter}


def _is_local(environment: Environment | None) -> bool:
    return environment is not None and environment.kind == "pdm" and "__pypackages__" in environment.prefix


def _pyproject(facts: Facts) -> Manifest | None:
    return facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))


TOOL = Tool("pdm", frozenset({"install", "sync", "repair", "compile", "upgrade", "add"}), _owns, _plan, __doc__ or "")
