"""What of another checkout's environment a new one should have too: its Python, its tool, its folder's name, its groups and extras."""

from __future__ import annotations

from venvls.answers.stated import statements
from venvls.model.facts import Facts
from venvls.model.record import NamedTuple

_CREATORS = frozenset({"venv", "virtualenv", "uv"})
_GENERAL = frozenset({"pip", "uv"})


class Likeness(NamedTuple):
    """The options of a ``create`` that gives an environment like the other. ``tool`` is ``None`` where the project's own creates it."""

    python: str | None
    tool: str | None
    name: str | None
    groups: frozenset[str]
    extras: frozenset[str]


def like(other: Facts, here: Facts, tool: str | None) -> Likeness | None:
    """What of the ``other`` checkout's environment the project ``here`` should have; ``None`` where that has no working environment.

    Groups and extras are those that count there, and those of which every package is installed there; only what is known here.
    ``tool`` is the name of the tool that keeps the project here.
    """
    environment = other.environment
    if environment is None or environment.health != "ok" or environment.version is None:
        return None
    path = other.files.path
    name = path.relpath(environment.prefix, other.project.root)
    creator = (environment.creator or "").split(" ")[0]  # "uv 0.13.9"
    inside = path.dirname(environment.prefix) == other.project.root
    known = {kind: _scopes(here, kind) for kind in ("group", "extra")}
    return Likeness(
        environment.minor,
        creator if creator in _CREATORS and tool in _GENERAL else None,
        name if inside else None,
        frozenset((other.choice.groups | _installed(other, "group")) & known["group"]),
        frozenset((other.choice.extras | _installed(other, "extra")) & known["extra"]),
    )


def _scopes(facts: Facts, kind: str) -> frozenset[str]:
    """The groups, or the extras, that a project's manifests define; a requirements file stands for the group in its name."""
    from venvls import discovery

    names = {key for manifest in facts.manifests.values() for key in (group.key for group in manifest.groups if group.kind == kind)}
    if kind == "group":
        names |= {discovery.group_of(path, facts.files) for path in facts.manifests} - {""}
    return frozenset(names)


def _installed(facts: Facts, kind: str) -> set[str]:
    """The groups, or extras, of which every requirement that is for this environment is installed in it, and at least one is."""
    from venvls import discovery

    present = facts.installed.distributions if facts.installed is not None else {}
    whole: dict[str, bool] = {}
    for statement in statements(facts):
        scope = statement.requirement.scope
        name = scope.name if scope.kind == kind else None
        if name is None and kind == "group" and scope.kind == "main":
            name = discovery.group_of(statement.path, facts.files) or None
        if name is None or statement.bound or statement.applies is False or statement.key is None:
            continue
        whole[name] = whole.get(name, True) and statement.key in present
    return {name for name, all_there in whole.items() if all_there}
