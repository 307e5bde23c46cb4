"""Pipenv for the projects that it manages (a ``Pipfile``): the lock decides, not the Pipfile.

``pipenv sync``, ``pipenv lock``, ``pipenv install`` run in the project's folder; ``PIPENV_PIPFILE`` and ``VIRTUAL_ENV`` tell Pipenv which
project and which environment. ``pipenv sync`` removes nothing; with ``exact`` a ``pipenv clean`` follows. A lock that does not match any
more is updated first.
"""

from __future__ import annotations

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.rule import Tool
from venvls.tools import locked
from venvls.tools.places import program
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext


def _owns(facts: Facts) -> str | None:
    path = facts.files.path
    if any(path.basename(lock) == "Pipfile.lock" for lock in facts.project.locks[:1]):
        return "Pipfile.lock is in its folder"
    if not facts.project.locks and path.join(facts.project.root, "Pipfile") in facts.manifests:
        return "Pipfile is in its folder"
    return None


def _plan(task: Task, context: PlanContext) -> Plan:
    executable = program("pipenv", context)
    if executable is None:
        sentence = "Pipenv manages this project, but was not found on this machine: install it (`pipx install pipenv`), then try again."
        return locked.without_its_tool(task, context, "pipenv", sentence)
    path, root = context.facts.files.path, context.facts.project.root
    pipfile, lock = path.join(root, "Pipfile"), path.join(root, "Pipfile.lock")
    environment = context.facts.environment
    environ: dict[str, str] = {"PIPENV_PIPFILE": pipfile, "PIPENV_YES": "1", "PIPENV_NOSPIN": "1", "NO_COLOR": "1"}
    if environment is not None:
        # Pipenv follows VIRTUAL_ENV unless it believes that it made the environment active itself.
        environ |= {"VIRTUAL_ENV": environment.prefix, "PIPENV_IGNORE_VIRTUALENVS": "0"}
    relock = Step((executable, "lock"), root, "Update Pipfile.lock", environ, (lock,))
    if task.task == "compile":
        return Plan(task, "pipenv", (relock,))
    problem = refusal(environment, context.facts.files)
    if problem is not None or environment is None:
        return Plan(task, "pipenv", refusal=problem)
    surprises = list(locked.surprises(context.facts, "pipenv"))
    surprises += [f"Pipfile also installs from the package index {url}." for url in locked.indexes(context.facts, pipfile)]
    if task.task == "repair":
        return locked.repair(task, context)
    if task.task == "add":
        return _add(executable, task, context, environ, surprises)
    if task.task == "upgrade":
        names = locked.names(task)
        step = Step(
            (executable, "update", *_chosen(task, context.facts), *names),
            root,
            "Upgrade the packages in Pipfile.lock",
            environ,
            (lock, environment.prefix),
        )
        return Plan(task, "pipenv", (step,), tuple(surprises), environment.prefix)
    argv = (executable, "sync", *_chosen(task, context.facts))
    steps = [Step(argv, root, f"Sync {environment.name} with Pipfile.lock", environ, (environment.prefix,))]
    if context.facts.locked is None:
        surprises.append("There is no Pipfile.lock yet, so Pipenv creates it.")
        steps.insert(0, relock)
    elif context.facts.locked.stale is not None:
        surprises.append("Pipfile.lock does not match Pipfile any more: it is updated first.")
        steps.insert(0, relock)
    if task.options.get("exact"):
        surprises.append(f"Packages that Pipfile.lock does not require are removed from {environment.name}.")
        steps.append(
            Step((executable, "clean"), root, "Remove packages that Pipfile.lock does not require", environ, (environment.prefix,))
        )
    return Plan(task, "pipenv", tuple(steps), tuple(surprises), environment.prefix)


def _add(executable: str, task: Task, context: PlanContext, environ: Mapping[str, str], surprises: list[str]) -> Plan:
    """``pipenv install NAME``, or with the option ``undo`` ``pipenv uninstall NAME``: Pipfile, lock and environment in one go."""
    undo = bool(task.options.get("undo"))
    if not task.requirements:
        return Plan(task, "pipenv", refusal="No requirement was given.")
    for text in task.requirements:
        if problem := unfit(text):
            return Plan(task, "pipenv", refusal=problem)
    if len(task.groups) > 1 or task.extras:
        return Plan(task, "pipenv", refusal="Requirements can be added to only one category of a Pipfile at once, and it has no extras.")
    texts = locked.names(task) if undo else task.requirements
    where = tuple("--dev" if canonical(group) == "dev" else f"--categories={group}" for group in task.groups)
    path, root, environment = context.facts.files.path, context.facts.project.root, context.facts.environment
    label = f"{'Remove' if undo else 'Add'} {', '.join(texts)} {'from' if undo else 'to'} Pipfile, and install"
    prefix = (environment.prefix,) if environment is not None else ()
    writes = (path.join(root, "Pipfile"), path.join(root, "Pipfile.lock"), *prefix)
    step = Step((executable, "uninstall" if undo else "install", *where, *texts), root, label, environ, writes)
    return Plan(task, "pipenv", (step,), tuple(surprises), environment.prefix if environment is not None else None)


def _chosen(task: Task, facts: Facts) -> Iterator[str]:
    """The categories as options. ``--categories`` leaves out all others, so that it names the usual ones as well."""
    choice = facts.choice
    pipfile = facts.manifests.get(facts.files.path.join(facts.project.root, "Pipfile"))
    known = {group.key: group.name for group in pipfile.groups} if pipfile is not None else {}
    wanted = {*map(canonical, task.groups), *choice.groups} & known.keys()
    wanted = set(known) if choice.all_groups else wanted
    dev = choice.default or choice.all_groups or "dev" in wanted
    more = [known[name] for name in sorted(wanted) if name != "dev"]
    if more:
        yield f"--categories={' '.join(['packages', *(['dev-packages'] if dev else []), *more])}"
    elif dev:
        yield "--dev"


TOOL = Tool("pipenv", frozenset({"install", "sync", "repair", "compile", "upgrade", "add"}), _owns, _plan, __doc__ or "")
