"""What is broken in one project's environment, as tasks; and one plan that repairs it all: what ``repair`` means when nothing is named."""

from __future__ import annotations

from collections.abc import Iterable

from venvls import tools
from venvls.model.action import Action, Plan, Task
from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.record import NamedTuple, replace
from venvls.model.rule import PlanContext

REPAIRED = frozenset({"broken-distribution"})
"""The codes of findings that say which distributions are damaged."""
_NOTHING = "Nothing is broken in {name}: there is nothing to repair."


class Damage(NamedTuple):
    """A finding of :data:`REPAIRED` in the project, and the actions that are offered for it."""

    finding: Finding
    actions: tuple[Action, ...]


def plan(task: Task, damage: Iterable[Damage], context: PlanContext) -> Plan:
    """The plan of a ``repair`` that names nothing: recreate an environment that cannot be used, else repair what is damaged in it.

    Every file that any RECORD lists is looked for, which a check does not do.
    """
    facts = context.facts
    root = facts.project.root
    environment = facts.environment
    if environment is None:
        return Plan(task, "venvls", refusal="There is no environment to repair: create one first.")
    if environment.health != "ok":
        like = {"like": environment.minor} if environment.minor else {}
        anew = Task("recreate", root, environment.prefix, groups=task.groups, extras=task.extras, options={**like, **task.options})
        return tools.plan(anew, context)
    tasks = _tasks(damage, facts)
    records = facts.installed.distributions.get("pip", ()) if facts.installed is not None else ()
    had_pip = environment.kind in ("venv", "virtualenv") and not environment.tool_owned
    if had_pip and not records and (task.options.get("pip") or "uv" not in context.programs):
        tasks.append(Task("repair", root, environment.prefix, options={"pip": True}))
    if not tasks:
        return Plan(task, "venvls", environment=environment.prefix, fallback=_NOTHING.format(name=environment.name))
    return _together(task, [tools.plan(single_task, context) for single_task in tasks])


def _tasks(damage: Iterable[Damage], facts: Facts) -> list[Task]:
    """One task for each manifest whose options the reinstalled requirements need, and one for what nobody asked for."""
    assert facts.environment is not None  # noqa: S101 (said to the type checker; the only caller has looked)
    named: dict[str, list[str]] = {}
    paths: dict[str, list[object]] = {}
    known: set[object] = set()
    whole: list[Task] = []
    for finding, actions in damage:
        known.add(finding.data.get("name"))
        for action in actions:
            if action.id != "repair-distribution" or action.task is None:
                continue
            if action.task.task == "sync":
                whole.append(action.task)
            else:
                manifest = str(action.task.options.get("manifest", ""))
                named.setdefault(manifest, []).extend(action.task.requirements)
                listed = action.task.options.get("paths")
                paths.setdefault(manifest, []).extend(listed if isinstance(listed, list) else [])
    main = facts.project.manifests[0] if facts.project.manifests else ""
    for text in _incomplete(facts, known):
        named.setdefault(main, []).append(text)
    return [
        Task(
            "repair",
            facts.project.root,
            facts.environment.prefix,
            requirements=tuple(dict.fromkeys(named[manifest])),
            options={"manifest": manifest, "paths": list(dict.fromkeys(paths.get(manifest, ())))},
        )
        for manifest in named
    ] + whole


def _incomplete(facts: Facts, known: set[object]) -> Iterable[str]:
    """Distributions of the environment's own that lack files of their RECORD, as requirements that bring the same thing again."""
    installed, environment = facts.installed, facts.environment
    if installed is None or environment is None:
        return
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    for key, records in installed.distributions.items():
        distribution = records[0]
        if key in known or len(records) > 1 or not distribution.path.startswith(own) or not installed.missing_files(distribution):
            continue
        source = installed.direct_url(distribution)
        if source is None:
            yield f"{key}=={distribution.version}"
        elif not source.editable and source.vcs is None:
            yield f"{key} @ {source.url}"


def _together(task: Task, plans: list[Plan]) -> Plan:
    """Several repairs of one environment as one plan: everything in the way is moved aside first, and back if any of it fails."""
    refused = next((single_plan.refusal for single_plan in plans if single_plan.refusal is not None), None)
    first = plans[0]
    if refused is not None:
        return replace(first, task=task, refusal=refused)
    return replace(
        first,
        task=task,
        steps=tuple(step for single_plan in plans for step in single_plan.steps),
        surprises=tuple(dict.fromkeys(surprise for single_plan in plans for surprise in single_plan.surprises)),
        aside=tuple(dict.fromkeys(path for single_plan in plans for path in single_plan.aside)),
    )
