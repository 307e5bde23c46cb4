"""What the members of a workspace put into the environment that they share: worked out once for all of them, not once for each."""

from __future__ import annotations

from venvls.manifests.uv.members import members
from venvls.manifests.uv.reading import Lock, Table, table, tables
from venvls.manifests.uv.walk import Reached, Root, Walk, declared_groups, root_of, walk
from venvls.model.facts import Choice
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from venvls.model.manifest import Defaults
    from venvls.standards.markers import Markers

_SEVERAL = -1
_LOOSE = -2
"""Stands for the groups of a workspace that belong to no member."""


def of_others(lock: Lock, own: Table, markers: Markers) -> frozenset[str]:
    """The names of everything that other members than ``own`` may have put into the environment, with all their extras and groups."""
    everybody = members(lock)
    if lock.value.get("conflicts"):
        # Who else counts decides which of the extras that exclude each other are in force.
        return frozenset(walk(lock, [_whole(member) for member in everybody if member is not own], _loose(lock), markers).packages)
    everything, alone = lock.once((_Origins, markers), lambda: _alone(_Origins(lock, markers).by_key(everybody)))
    number = lock.once(of_others, lambda: {id(member): number for number, member in enumerate(everybody)}).get(id(own))
    return everything - alone.get(number, frozenset())


def _alone(origins: Mapping[str, int]) -> tuple[frozenset[str], Mapping[int | None, frozenset[str]]]:
    """All names, and those that only one member leads to by its number."""
    alone: dict[int | None, set[str]] = {}
    for key, origin in origins.items():
        alone.setdefault(origin, set()).add(key)
    return frozenset(origins), {origin: frozenset(keys) for origin, keys in alone.items()}


def plainly(lock: Lock, roots: Iterable[Table], default: Defaults, markers: Markers) -> Reached:
    """What is installed for members of a workspace where nobody chooses: with the groups that are ``default``."""
    packages = tuple(roots)
    what = (plainly, tuple([package.get("name") for package in packages]), default, markers)
    return lock.once(what, lambda: walk(lock, [root_of(package, Choice(), default) for package in packages], (), markers))


def _whole(member: Table) -> Root:
    extras = frozenset(map(canonical, table(member.get("optional-dependencies"))))
    return Root(member, extras, frozenset(map(canonical, declared_groups(member))))


def _loose(lock: Lock) -> list[Table]:
    return [requirement for listed in table(lock.manifest.get("dependency-groups")).values() for requirement in tables(listed)]


class _Origins(Walk):
    """Walks from each member in turn. Where another has been one goes on once more, and no oftener: from then on it is known that several
    lead there, and to all that follows."""

    def __init__(self, lock: Lock, markers: Markers) -> None:
        super().__init__(lock, markers, frozenset())
        self._origins: dict[tuple[int, str | None], int] = {}
        self._by_key: dict[str, int] = {}
        self._current = _LOOSE

    def by_key(self, everybody: Iterable[Table]) -> Mapping[str, int]:
        """For each name the number of the only member that leads to it."""
        self.run((), _loose(self.lock))
        for self._current, member in enumerate(everybody):
            self.run((_whole(member),), ())
        return self._by_key

    def queue(self, package: Table, extra: str | None, through: str | None) -> None:
        visit, current = (id(package), extra), self._current
        before = self._origins.get(visit)
        if before in (current, _SEVERAL):
            return
        self._origins[visit] = current if before is None else _SEVERAL
        key = canonical(str(package.get("name")))
        if self._by_key.setdefault(key, current) != current:
            self._by_key[key] = _SEVERAL
        self.waiting.append((package, extra))
