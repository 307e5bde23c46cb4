"""Poetry for the projects that it manages (a ``poetry.lock``, or ``[tool.poetry]``): the lock decides, not the manifest.

``poetry install`` syncs the environment, ``poetry sync`` with ``exact`` also removes what the lock does not require. Poetry runs
in the project's folder, since it finds the project from there; ``VIRTUAL_ENV`` tells it which environment is selected. A lock that
does not match any more is updated first, because Poetry does not install from it. Single requirements are installed by a sync as well,
in their locked version.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.rule import Tool
from venvls.tools import locked, removing
from venvls.tools.places import program
from venvls.tools.required_version import refused_by_poetry
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.rule import PlanContext

_COMMON = ("--no-interaction", "--no-ansi")


_OWN = frozenset({"dependencies", "group", "package-mode", "name"})
"""What of ``[tool.poetry]`` only a project of Poetry's states; plugins have tables there too."""


def _owns(facts: Facts) -> str | None:
    if any(facts.files.path.basename(lock) == "poetry.lock" for lock in facts.project.locks):
        return "poetry.lock is in its folder"
    manifest = _pyproject(facts)
    if facts.project.locks or manifest is None:
        return None
    table = manifest.tool.get("poetry")
    if isinstance(table, dict) and _OWN & table.keys():
        return "pyproject.toml has settings for Poetry ([tool.poetry])"
    return "poetry-core builds it" if by_backend_alone(facts) else None


def by_backend_alone(facts: Facts) -> bool:
    """Whether nothing but the build backend says that Poetry keeps the project, as after ``poetry init``. Any installer can build it."""
    manifest = _pyproject(facts)
    if facts.project.locks or manifest is None or manifest.own.poetry is None:
        return False
    table = manifest.tool.get("poetry")
    return not (isinstance(table, dict) and _OWN & table.keys())


def _plan(task: Task, context: PlanContext) -> Plan:
    executable = program("poetry", context)
    if executable is None:
        sentence = "Poetry manages this project, but was not found on this machine: install it (`pipx install poetry`), then try again."
        return locked.without_its_tool(task, context, "poetry", sentence)
    if problem := refused_by_poetry(executable, context):
        return locked.without_its_tool(task, context, "poetry", problem)
    root = context.facts.project.root
    lock = context.facts.files.path.join(root, "poetry.lock")
    relock = Step((executable, "lock", *_COMMON), root, "Update poetry.lock", writes=(lock,))
    if task.task == "compile":
        return Plan(task, "poetry", (relock,))
    environment = context.facts.environment
    problem = refusal(environment, context.facts.files)
    if problem is not None or environment is None:
        return Plan(task, "poetry", refusal=problem)
    # An entry of conda's base would make Poetry pass over VIRTUAL_ENV.
    environ: Mapping[str, str] = {"VIRTUAL_ENV": environment.prefix, "CONDA_DEFAULT_ENV": ""}
    manifest = context.facts.files.path.join(root, "pyproject.toml")
    surprises = list(locked.surprises(context.facts, "poetry"))
    if task.task == "add":
        argv, label, problem = _add(executable, task)
        if problem is not None:
            return Plan(task, "poetry", refusal=problem)
        if _above(context.facts) is not None:
            surprises.append("Poetry also writes a poetry.lock here: from then on it keeps an environment for this project alone.")
        if task.options.get("undo"):
            surprises += removing.by_its_tool(task, context.facts, tool="Poetry", default_groups=False, exact=False) or ()
        step = Step(argv, root, label, environ, (manifest, lock, environment.prefix))
        return Plan(task, "poetry", (step,), tuple(surprises), environment.prefix)
    if task.task == "repair":
        return locked.repair(task, context)
    if (above := _above(context.facts)) is not None:
        return _from_above(task, context, executable, above, environ)
    exact = bool(task.options.get("exact"))
    verb = "update" if task.task == "upgrade" else "sync" if exact else "install"
    names = locked.names(task) if task.task == "upgrade" else ()
    argv = (executable, verb, *_COMMON, *_chosen(task, context.facts, extras=verb != "update"), *(("--", *names) if names else ()))
    label = (
        f"Upgrade {', '.join(names) or 'the packages in poetry.lock'}"
        if names or verb == "update"
        else f"Sync {environment.name} with poetry.lock"
    )
    steps = [Step(argv, root, label, environ, (environment.prefix, lock))]
    if context.facts.locked is None:
        surprises.append("There is no poetry.lock yet, so Poetry creates it.")
    elif context.facts.locked.stale is not None and verb != "update":
        surprises.append("poetry.lock does not match pyproject.toml any more: it is updated first.")
        steps.insert(0, relock)
    if exact:
        surprises.append(f"Packages that poetry.lock does not require are removed from {environment.name}.")
    return Plan(task, "poetry", tuple(steps), tuple(surprises), environment.prefix)


def _above(facts: Facts) -> str | None:
    """The project above whose environment this one uses and that Poetry can sync; ``None`` where there is none."""
    above, path = facts.project.installed_above, facts.files.path
    return above if above is not None and facts.files.stat(path.join(above, "pyproject.toml")) is not None else None


def _from_above(task: Task, context: PlanContext, executable: str, above: str, environ: Mapping[str, str]) -> Plan:
    """What this project requires is installed with everything that the one above it requires, whose lock it is in."""
    environment, path = context.facts.environment, context.facts.files.path
    if environment is None:
        return Plan(task, "poetry", refusal=refusal(environment, context.facts.files))
    lock = path.join(above, "poetry.lock")
    verb = "update" if task.task == "upgrade" else "sync" if task.options.get("exact") else "install"
    names = locked.names(task) if task.task == "upgrade" else ()
    relock = Step((executable, "lock", *_COMMON), above, "Update poetry.lock", writes=(lock,))
    argv = (executable, verb, *_COMMON, *(("--", *names) if names else ()))
    install = Step(argv, above, f"Sync {environment.name} with poetry.lock", environ, (environment.prefix, lock))
    told = [
        f"Poetry works in {above}, which installs this project from its folder: its poetry.lock is updated, and all of it is installed."
    ]
    if verb == "sync":
        told.append(f"Packages that poetry.lock does not require are removed from {environment.name}.")
    return Plan(task, "poetry", (relock, install) if verb != "update" else (install,), tuple(told), environment.prefix)


def _add(executable: str, task: Task) -> tuple[tuple[str, ...], str, str | None]:
    """``poetry add``, or with the option ``undo`` ``poetry remove``: the manifest, the lock and the environment in one go."""
    undo = bool(task.options.get("undo"))
    problem = None if task.requirements else "No requirement was given."
    problem = problem or next((wrong for text in task.requirements if (wrong := unfit(text))), None)
    if len(task.groups) > 1 or len(task.extras) > 1 or (task.groups and task.extras):
        problem = problem or "Requirements can be added to only one group or extra at a time."
    texts = locked.names(task) if undo else tuple(text.partition(";")[0].strip() for text in task.requirements)
    markers = {text.partition(";")[2].strip() for text in task.requirements} if not undo else {""}
    if len(markers) > 1:
        problem = problem or "Requirements with different markers can only be added one at a time."
    marker = next(iter(markers), "")
    where = [*(f"--group={group}" for group in task.groups), *(f"--optional={extra}" for extra in task.extras if not undo)]
    where += [f"--markers={marker}"] if marker else []
    label = f"{'Remove' if undo else 'Add'} {', '.join(texts)} {'from' if undo else 'to'} pyproject.toml, and install"
    return (executable, "remove" if undo else "add", *_COMMON, *where, "--", *texts), label, problem


def _chosen(task: Task, facts: Facts, *, extras: bool) -> Iterator[str]:
    """The groups and extras as options; only those the project has, since Poetry refuses others."""
    manifest, choice = _pyproject(facts), facts.choice
    known = {(group.kind, group.key): group.name for group in manifest.groups} if manifest is not None else {}
    wanted = sorted({*map(canonical, task.groups), *choice.groups})
    groups = [known["group", name] for name in wanted if ("group", name) in known]
    if choice.all_groups:
        yield from [f"--with={name}" for (kind, _), name in sorted(known.items()) if kind == "group"]
    elif not choice.default:
        yield f"--only={','.join(['main', *groups])}"
    elif groups:
        yield f"--with={','.join(groups)}"
    if extras:
        chosen = sorted({*map(canonical, task.extras), *choice.extras})
        yield from [f"--extras={known['extra', name]}" for name in chosen if ("extra", name) in known]


def _pyproject(facts: Facts) -> Manifest | None:
    return facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))


TOOL = Tool("poetry", frozenset({"install", "sync", "repair", "compile", "upgrade", "add"}), _owns, _plan, __doc__ or "")
