"""Which groups and extras of a pyproject.toml reach which others: ``include-group`` (PEP 735) and a project's own ``name[extra]``."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Group, Problem
from venvls.model.names import canonical
from venvls.model.requirement import Requirement, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_GROUPS = 500
"""In a file with more of them, groups are taken without what they include: what all reach together grows with the square."""


def group_members(groups: Iterable[Group]) -> dict[str, tuple[str, ...]]:
    """For each dependency group all groups that count with it, itself first."""
    includes: dict[str, list[str]] = {}
    for group in groups:
        if group.kind == "group":
            includes.setdefault(group.key, []).extend(key for key, _ in group.includes)
    if len(includes) > MOST_GROUPS:
        return {key: (key,) for key in includes}
    return {key: reached([key], lambda group: (target for target in includes[group] if target in includes)) for key in includes}


def self_extras(requirements: Iterable[Requirement], name: str | None) -> dict[Scope, tuple[str, ...]]:
    """For each scope that requires the project itself with extras, all extras it so reaches, also through other extras.

    Requirements with a marker are left out: whether they count is for the environment to say.
    """
    asked: dict[Scope, list[str]] = {}
    for requirement in requirements:
        parsed = requirement.parsed
        if name is not None and parsed.key == name and parsed.extras and parsed.marker is None and not parsed.error:
            asked.setdefault(requirement.scope, []).extend(canonical(extra) for extra in parsed.extras)
    if len(asked) > MOST_GROUPS:
        return {scope: tuple(dict.fromkeys(extras)) for scope, extras in asked.items()}
    return {scope: reached(extras, lambda extra: asked.get(Scope("extra", extra), ())) for scope, extras in asked.items()}


def check_includes(groups: Iterable[Group], members: Mapping[str, tuple[str, ...]], known_all: bool) -> Iterable[Problem]:
    """Includes of groups that do not exist (said only where ``known_all`` of the file was read), and those that lead in a circle."""
    reach = {key: frozenset(keys) for key, keys in members.items()}
    for group in groups:
        for key, span in group.includes:
            if key not in members:
                if known_all:
                    yield Problem("unknown-group", f"There is no group `{key}` in [dependency-groups].", span)
            elif group.key in reach[key]:
                what = "itself" if key == group.key else f"`{key}`, which includes `{group.key}` again"
                yield Problem("include-cycle", f"The group `{group.name}` includes {what}: remove one of the includes.", span)


def reached(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Everything reached from ``start``, each once, in the order in which it is met."""
    seen = dict.fromkeys(start)
    waiting = list(seen)
    while waiting:
        for name in following(waiting.pop()):
            if name not in seen:
                seen[name] = None
                waiting.append(name)
    return tuple(seen)
