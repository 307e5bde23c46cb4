"""pixi for the projects that it manages (a ``pixi.toml``, or ``[tool.pixi]``): ``pixi install``, ``pixi lock``, ``pixi update``, ``pixi
add``.

``pixi install`` creates the environment if it is missing, and syncs it exactly, lock first; so creating and syncing are the same.
``--environment`` names the environment, ``--manifest-path`` the workspace.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Tool
from venvls.tools import deleting, locked
from venvls.tools.places import program
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.rule import PlanContext

_QUIET = ("--color", "never", "--no-progress")
_MISSING = "pixi manages this project, but was not found on this machine: install it (`https://pixi.sh`), then try again."


def _owns(facts: Facts) -> str | None:
    if facts.environment is not None and facts.environment.kind not in ("pixi", "conda"):
        return None
    if facts.files.stat(facts.files.path.join(facts.project.root, "pixi.toml")) is not None:
        return "pixi.toml is in its folder"
    return "pyproject.toml has settings for pixi ([tool.pixi])" if _in_pyproject(facts) else None


def _plan(task: Task, context: PlanContext) -> Plan:
    executable = program("pixi", context)
    if executable is None:
        return Plan(task, "pixi", refusal=_MISSING)
    facts = context.facts
    path, root = facts.files.path, facts.project.root
    separate = path.join(root, "pixi.toml")
    manifest = separate if facts.files.stat(separate) is not None else path.join(root, "pyproject.toml")
    lock = path.join(root, "pixi.lock")
    where = ("--manifest-path", manifest)
    if task.task == "compile":
        return Plan(task, "pixi", (Step((executable, "lock", *_QUIET, *where), root, "Update pixi.lock", writes=(lock,)),))
    environment = facts.environment if facts.environment is not None and facts.environment.kind == "pixi" else None
    name = environment.name if environment is not None else "default"
    prefix = environment.prefix if environment is not None else path.join(root, ".pixi", "envs", "default")
    if task.task == "add":
        return _add(task, executable, where, root, (manifest, lock, prefix))
    if task.task == "repair":
        return locked.repair(task, context)
    aside: tuple[str, ...] = ()
    if task.task == "recreate" and facts.files.lstat(prefix) is not None:
        if (problem := deleting.refusal(prefix, context)) is not None:
            return Plan(task, "pixi", refusal=problem)
        aside = (prefix,)
    surprises = ["pixi updates pixi.lock first, and removes packages from the environment that it does not list."]
    steps = []
    if task.task == "upgrade":
        steps.append(
            Step((executable, "update", *_QUIET, *where, *locked.names(task)), root, "Upgrade the packages in pixi.lock", writes=(lock,))
        )
    argv = (executable, "install", *_QUIET, *where, "--environment", name)
    steps.append(Step(argv, root, f"Sync pixi's environment {name} with {path.basename(manifest)}", writes=(prefix, lock)))
    return Plan(task, "pixi", tuple(steps), tuple(surprises), prefix, aside=aside)


def _add(task: Task, executable: str, where: tuple[str, ...], root: str, writes: tuple[str, ...]) -> Plan:
    """``pixi add --pypi``, or with the option ``undo`` ``pixi remove --pypi``: manifest, lock and environment in one go."""
    undo = bool(task.options.get("undo"))
    problem = None if task.requirements else "No requirement was given."
    problem = problem or next((wrong for text in task.requirements if (wrong := unfit(text))), None)
    if len(task.groups) > 1 or task.extras:
        problem = problem or "Requirements can be added to only one feature of pixi at a time, and pixi has no extras."
    if problem is not None:
        return Plan(task, "pixi", refusal=problem)
    texts = locked.names(task) if undo else task.requirements
    feature = tuple(f"--feature={group}" for group in task.groups)
    argv = (executable, "remove" if undo else "add", *_QUIET, *where, "--pypi", *feature, "--", *texts)
    label = f"{'Remove' if undo else 'Add'} {', '.join(texts)} {'from' if undo else 'to'} the manifest, and install"
    return Plan(task, "pixi", (Step(argv, root, label, writes=writes),), (), writes[-1])


def _in_pyproject(facts: Facts) -> bool:
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    return manifest is not None and isinstance(manifest.tool.get("pixi"), Mapping)


TOOL = Tool(
    "pixi", frozenset({"create", "recreate", "install", "sync", "repair", "compile", "upgrade", "add"}), _owns, _plan, __doc__ or ""
)
