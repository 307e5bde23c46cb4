"""What leaves an environment with requirements that leave the manifest: they, and what only they needed.

Where a tool keeps the project it does all of it, and its lock tells what goes (``by_its_tool``). Elsewhere we do (``plan``):
pip and uv uninstall only what is named. What was installed by name (``REQUESTED`` in its record) stays, and so does everything that
something else still needs.
"""

from __future__ import annotations

import re

from venvls.model.action import Plan, Step
from venvls.model.environment import INSTALLERS
from venvls.model.hints import TYPE_CHECKING
from venvls.model.installable import refusal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.standards.markers import holds
from venvls.tools import locked, pip
from venvls.tools.places import program
from venvls.tools.wanted import unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from venvls.model.action import Task
    from venvls.model.environment import Distribution, Installed
    from venvls.model.facts import Facts
    from venvls.model.lock import LockedSet
    from venvls.model.manifest import Manifest
    from venvls.model.rule import PlanContext

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Going(NamedTuple):
    """Names that are uninstalled (``named`` ones, then ``orphans`` that only they needed), and sentences about those that stay.
    ``left`` are those that stay though nothing requires them any more."""

    named: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def plan(task: Task, context: PlanContext, *, prefer_uv: bool) -> Plan:
    """Uninstall what goes; the manifest is edited by who asks. Without the option ``uninstall`` only what would go is told."""
    facts = context.facts
    for text in task.requirements:
        if problem := unfit(text):
            return Plan(task, "venvls", refusal=problem)
    if not task.requirements:
        return Plan(task, "venvls", refusal="No requirement was given. To delete the environment, use `venvls delete`.")
    environment = facts.environment
    if environment is None or refusal(environment, facts.files) is not None:
        return Plan(task, "venvls", environment=task.environment)
    leaving = going(task, facts)
    names = (*leaving.named, *leaving.orphans)
    sentences = (*leaving.stays, *(_told(leaving, environment.name) if names else ()))
    if not names or task.options.get("uninstall") is not True:
        return Plan(task, "venvls", (), sentences, environment.prefix)
    uv = program("uv", context) if prefer_uv else None
    if uv is not None:
        argv: tuple[str, ...] = (uv, "pip", "uninstall", "--color", "never", "--no-python-downloads")
        argv += ("--python", str(environment.interpreter), "--", *names)
    elif (own := pip.program_of(environment, context)) is not None:
        argv = (*own, "uninstall", "--yes", "--disable-pip-version-check", "--no-input", "--", *names)
    else:
        return Plan(task, "pip", refusal=f"{environment.name} has no pip, and no Python on this machine can uninstall from it: install uv.")
    step = Step(argv, context.scratch, f"Uninstall {', '.join(names)} from {environment.name}", writes=(environment.prefix,))
    return Plan(task, "uv" if uv is not None else "pip", (step,), sentences, environment.prefix)


def going(task: Task, facts: Facts) -> Going:
    """What leaves the environment with the task's requirements. Their lines in the file of the option ``manifest`` count no more."""
    installed, environment = facts.installed, facts.environment
    if installed is None or environment is None:
        return Going()
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    names = [canonical(name) for name in locked.names(task)]
    stated = set(_stated(task, names, facts))
    lock = facts.locked
    required = (stated | INSTALLERS | ({*lock.packages} if lock is not None else set())) - set(names)
    asked = {key for key, every in installed.distributions.items() if key not in names and _is_requested(every[0], facts)}
    needed = _closure(required | asked, installed)
    removable = {key for key, every in installed.distributions.items() if every[0].path.startswith(own) and every[0].format != "conda"}
    stays: list[str] = []
    named: list[str] = []
    for name in dict.fromkeys(names):
        if name in stated:
            stays.append(f"{name} stays installed: the project requires it in another place too.")
        elif name in needed:
            stays.append(f"{name} stays installed: {_who_needs(name, needed, installed)} requires it.")
        elif name in removable:
            named.append(name)
        elif name in installed.distributions:
            who = "conda installed it" if installed.distributions[name][0].format == "conda" else "it is outside the environment"
            stays.append(f"{name} stays installed: {who}.")
    reached = _closure(named, installed)
    orphans = sorted(key for key in reached - needed - set(names) if key in removable)
    # uv writes REQUESTED for everything it installs, so that this is all that there is where uv installed.
    left = sorted((reached & asked) - _closure(required, installed))
    if left:
        stays.append(f"{', '.join(left)} stay{'s' if len(left) == 1 else ''} installed as requested, though nothing requires it any more.")
    return Going(tuple(named), tuple(orphans), tuple(stays), tuple(left))


def by_its_tool(task: Task, facts: Facts, *, tool: str, default_groups: bool, exact: bool) -> tuple[str, ...] | None:
    """What the project's own tool takes out of the environment with the task's requirements, as sentences; ``None`` where that cannot be
    known: no lock that fits, or a workspace of another tool than uv, or its root that is no project.

    The tool makes its lock again and then brings the environment in sync with it: with ``default_groups`` for the groups that count by
    default alone, and ``exact`` with everything gone that the lock does not require then. In a workspace uv does so for the one project
    that the requirement leaves, whatever the others need, and takes those out as well.
    """
    lock, installed, environment = facts.locked, facts.installed, facts.environment
    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    if lock is None or lock.problem is not None or lock.stale is not None or lock.unsure:
        return None
    if installed is None or environment is None or manifest is None:
        return None
    several = len(lock.own) > 1
    if several and (tool != "uv" or manifest.name is None):
        return None
    leaving, scopes = {canonical(name) for name in locked.names(task)}, {canonical(name) for name in (*task.groups, *task.extras)}
    counted = _default_groups(manifest, lock)
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    for requirement in manifest.requirements:
        parsed, (kind, name) = requirement.parsed, requirement.scope
        if parsed.key is None or kind in ("build", "constraint") or holds(parsed.marker, facts) is False:
            continue
        extras = {canonical(extra) for extra in parsed.extras}
        before.setdefault(parsed.key, set()).update(extras)
        gone = parsed.key in leaving and (name is None if not scopes else name in scopes)
        if not gone and (not default_groups or name is None or (kind == "group" and name in counted)):
            after.setdefault(parsed.key, set()).update(extras)
    stays = _reached(after, lock)
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    away = sorted(key for key, every in installed.distributions.items() if key not in stays and every[0].path.startswith(own))
    # What other members need is nothing that the sync for this one keeps.
    stay = {str(manifest.name)} | (lock.kept & {"uv"}) if several else lock.own | lock.kept
    away = [key for key in away if key not in INSTALLERS | stay]
    reached = _reached({key: before.get(key, set()) for key in leaving}, lock)
    named = [key for key in away if key in leaving]
    orphans = [key for key in away if key in reached and key not in leaving]
    others = [key for key in away if key not in reached]
    sentences = tuple(_told(Going(tuple(named), tuple(orphans)), environment.name)) if named or orphans else ()
    if others and exact:
        sentences += (f"{tool} also removes what its lock does not require then: {', '.join(others)}.",)
    return sentences


def _default_groups(manifest: Manifest, lock: LockedSet) -> set[str]:
    default = lock.defaults or manifest.defaults
    every = {group.key for group in manifest.groups if group.kind == "group"}
    wanted = every & ({"dev"} if default is None else every if default.all_groups else set(default.groups))
    return wanted | {inner for group in wanted for inner in manifest.members.get(group, ())}


def _reached(starts: dict[str, set[str]], lock: LockedSet) -> set[str]:
    """The names with everything that the lock says they need, by extra."""
    waiting = [(key, extra) for key, extras in starts.items() for extra in ("", *extras)]
    known = set(waiting)
    for key, extra in waiting:
        for need in lock.needs(key) if lock.needs is not None else ():
            if need.extra == extra and need.holds is not False:
                new = [pair for pair in ((need.key, inner) for inner in ("", *need.extras)) if pair not in known]
                known.update(new)
                waiting += new
    return {key for key, _ in known}


def _told(leaving: Going, name: str) -> Iterator[str]:
    going = (*leaving.named, *leaving.orphans)
    yield f"{', '.join(going)} {'is' if len(going) == 1 else 'are'} removed from {name}."
    if leaving.orphans:
        yield f"Only {' and '.join(leaving.named)} {'requires' if len(leaving.named) == 1 else 'require'} {', '.join(leaving.orphans)}."


def _stated(task: Task, names: Iterable[str], facts: Facts) -> Iterator[str]:
    """Every name that a manifest of the project still requires, in whatever group."""
    edited = task.options.get("manifest")
    compiled = f"{edited[: -len('.in')]}.txt" if isinstance(edited, str) and edited.endswith(".in") else None
    scopes = {canonical(name) for name in (*task.groups, *task.extras)}
    leaving = set(names)
    for path, manifest in facts.manifests.items():
        if path == compiled:
            continue
        for requirement in manifest.requirements:
            key = requirement.parsed.key
            where = requirement.scope.name
            gone = path == edited and key in leaving and (not scopes if where is None else where in scopes)
            # A requirements file has no groups inside: its whole list is the one that was named.
            gone = gone or (path == edited and key in leaving and manifest.format.startswith("requirements"))
            if key is not None and not gone:
                yield key


def _closure(start: Iterable[str], installed: Installed) -> set[str]:
    """The names with everything that they may need, extras and markers aside: what could be needed stays."""
    waiting = list(start)
    reached: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += _needs(key, installed)
    return reached


def _needs(key: str, installed: Installed) -> Iterator[str]:
    for distribution in installed.distributions.get(key, ())[:1]:
        for text in installed.metadata(distribution).requires:
            if match := _NAME.match(text):
                yield canonical(match.group())


def _who_needs(name: str, needed: set[str], installed: Installed) -> str:
    return next((key for key in sorted(needed) if key != name and name in _needs(key, installed)), "the project's lock")


def _is_requested(distribution: Distribution, facts: Facts) -> bool:
    return distribution.format == "dist-info" and facts.files.stat(facts.files.path.join(distribution.path, "REQUESTED")) is not None
