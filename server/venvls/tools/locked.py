"""What tools with a lock of their own have in common: names, warnings about sources, and what can be done without the tool."""

from __future__ import annotations

import re

from venvls.model.action import Plan, Step
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.record import replace
from venvls.model.redact import redact
from venvls.tools import pip, uv
from venvls.tools.places import program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.model.lock import Locked
    from venvls.model.requirement import Requirement
    from venvls.model.rule import PlanContext, Tool

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def names(task: Task) -> tuple[str, ...]:
    """The names of the task's requirements, without versions."""
    return tuple(match.group() for text in task.requirements if (match := _NAME.match(text)))


def unlisted(task: Task, facts: Facts) -> tuple[str, ...]:
    """The task's requirements that a sync does not bring: in no lock and no manifest of the project, or there in another version."""
    return tuple(text for text in task.requirements if not _is_listed(text, facts))


def _is_listed(text: str, facts: Facts) -> bool:
    from packaging.requirements import Requirement as Parsed

    from venvls.standards.versions import admits

    try:
        wanted = Parsed(text)
    except ValueError:
        return False
    key, specifier = canonical(wanted.name), str(wanted.specifier)
    lock = facts.locked if facts.locked is not None and facts.locked.problem is None else None
    package = lock.packages.get(key) if lock is not None else None
    if package is not None and wanted.url is None and not wanted.extras and package.version is not None:
        return not specifier or admits(specifier, package.version) is not False
    for manifest in facts.manifests.values():
        if lock is not None and lock.covers and manifest.path not in lock.covers:
            continue  # the tool of the lock reads other files
        for requirement in manifest.requirements:
            if requirement.parsed.key != key or not facts.counts(manifest, requirement.scope):
                continue
            if not set(map(canonical, wanted.extras)) <= set(map(canonical, requirement.parsed.extras)):
                continue
            if wanted.url == requirement.parsed.url if wanted.url is not None else not specifier or _is_same(specifier, requirement):
                return True
    return False


def _is_same(specifier: str, requirement: Requirement) -> bool:
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(specifier) == SpecifierSet(requirement.parsed.specifier)
    except ValueError:
        return False


def surprises(facts: Facts, tool: str) -> Iterator[str]:
    """What a person would want to know before a lock is followed: sources other than an index."""
    if facts.locked is None or facts.locked.tool != tool:
        return
    for package in facts.locked.packages.values():
        if package.key in facts.locked.own:
            continue
        if package.source.kind in ("vcs", "url"):
            yield f"{package.key} is fetched from {redact(package.source.url or '')}, which may run its build."
        elif package.source.kind in ("editable", "path"):
            how = " in editable mode" if package.source.kind == "editable" else ""
            yield f"{package.key} is installed from its folder{how}, which may run its build."


def indexes(facts: Facts, path: str) -> Iterator[str]:
    """The package indexes that a manifest names, without secrets."""
    manifest = facts.manifests.get(path)
    for option in manifest.options if manifest is not None else ():
        if option.name in ("--index-url", "--extra-index-url") and option.value:
            yield redact(option.value)


def repair(task: Task, context: PlanContext) -> Plan:
    """Reinstall single packages in their locked versions: tools of this kind have no task for it, pip and uv do."""
    texts = tuple(_in_its_version(name, name, context.facts) for name in names(task))
    general = uv.TOOL if program("uv", context) is not None else pip.TOOL
    return replace(general.plan(replace(task, requirements=texts), context), task=task)


def in_their_versions(task: Task, context: PlanContext, general: Tool) -> Plan:
    """The plan of a tool that installs anything: what the project lists in its locked version, the rest as it was given."""
    strange = unlisted(task, context.facts)
    texts = tuple(
        text if text in strange or (match := _NAME.match(text)) is None else _in_its_version(text, match.group(), context.facts)
        for text in task.requirements
    )
    return replace(general.plan(replace(task, requirements=texts), context), task=task)


def _in_its_version(text: str, name: str, facts: Facts) -> str:
    """``name`` in the version of the lock; ``text`` where the lock has none from an index."""
    package = facts.locked.packages.get(canonical(name)) if facts.locked is not None else None
    known = package is not None and package.version and package.source.kind in ("registry", "any")
    return f"{name}=={package.version}" if package is not None and known else text


def without_its_tool(task: Task, context: PlanContext, tool: str, sentence: str) -> Plan:
    """What is right to do where the project's own tool is missing: to install the very versions of the lock, and nothing else by itself.

    Only for a lock that fits, is wholly known and comes from the index alone; ``sentence`` says how to get the tool, and is the refusal
    in all other cases.
    """
    facts = context.facts
    lock, environment = facts.locked, facts.environment
    plain = lock is not None and lock.problem is None and lock.stale is None and not lock.unsure and lock.packages
    if task.task not in ("sync", "install") or task.options.get("exact") or lock is None or not plain or environment is None:
        return Plan(task, tool, refusal=sentence)
    if refusal(environment, facts.files) is not None:
        return Plan(task, tool, refusal=refusal(environment, facts.files))
    wanted = [package for package in lock.packages.values() if package.key not in lock.own and _is_wanted(package, task)]
    if not all(package.source.kind in ("registry", "any") and package.version is not None for package in wanted) or not wanted:
        return Plan(task, tool, refusal=sentence)
    executable = program("uv", context)
    if executable is None:
        return Plan(task, tool, refusal=sentence)
    texts = [f"{package.key}=={package.version}" for package in wanted]
    argv = (
        executable,
        "pip",
        "install",
        "--color",
        "never",
        "--no-python-downloads",
        "--python",
        str(environment.interpreter),
        "--no-deps",
        "--",
        *texts,
    )
    name = facts.files.path.basename(lock.path)
    step = Step(argv, context.scratch, f"Install the versions of {name} into {environment.name}", writes=(environment.prefix,))
    left = f" The project itself is not installed: only {tool.capitalize()} does that." if lock.own & lock.packages.keys() else ""
    return Plan(task, "uv", (step,), (), environment.prefix, fallback=f"{sentence} Until then uv installs the versions of {name}.{left}")


def _is_wanted(package: Locked, task: Task) -> bool:
    asked = {canonical(name) for name in names(task)}
    return task.task == "sync" or not asked or package.key in asked
