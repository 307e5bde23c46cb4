"""What packages need of each other: as the lock has it where one is in force and keeps that, else as what is installed says of itself.

A *node* is a package's name with the extras that somebody asks of it; what an extra needs counts only where somebody asks for the extra.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from venvls.answers.remembered import lasting, of_texts
from venvls.answers.stated import Statement, statements
from venvls.model.facts import Facts
from venvls.model.lock import LockedSet
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, parse_need
from venvls.rules.locking import lock_in_force
from venvls.standards.markers import holds

_EXTRAS = re.compile(r"\bextra\s*==\s*[\"']([^\"']*)[\"']|[\"']([^\"']*)[\"']\s*==\s*extra\b")
_MOST = 100_000
"""Packages in a graph; what nobody has, but a file could claim."""


class Edge(NamedTuple):
    """A package (``parent``) needs another (``key``) with these extras of it, because of ``extra`` of its own where one is named.

    ``specifier`` is PEP 440 text, empty where any version does or nobody keeps it; ``marker`` as written. ``certain`` is false where
    the marker's answer is not known here.
    """

    parent: str
    key: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    extra: str = ""
    marker: str | None = None
    certain: bool = True


class Graph:
    """All needs, each package's worked out when it is first looked at. They were read from ``lock``; ``None``: from what is installed."""

    def __init__(self, lock: LockedSet | None, needs: Callable[[str], Iterable[Edge]]) -> None:
        self.lock = lock
        self._needs = needs
        self._known: dict[str, tuple[Edge, ...]] = {}

    def needs(self, key: str) -> tuple[Edge, ...]:
        """What a package needs, for every extra it has."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(self._needs(key))
        return known

    def active(self, key: str, extras: Iterable[str]) -> Iterator[Edge]:
        """What a package needs where these extras of it are asked for."""
        wanted = frozenset(extras)
        return (edge for edge in self.needs(key) if not edge.extra or edge.extra in wanted)


class Reached(NamedTuple):
    """What a set of statements leads to: the extras asked of each package, and the edges followed, by the package that is needed."""

    extras: Mapping[str, frozenset[str]]
    parents: Mapping[str, tuple[Edge, ...]]


def graph(facts: Facts, *, installed: bool = False) -> Graph:
    """The needs that count for the project; with ``installed``, those of what is installed whatever the lock says."""
    lock = lock_in_force(facts)
    if lock is not None and lock.needs is not None and not installed:
        return lasting(facts, "graph of the lock", lambda: graph_of(lock, facts))
    return lasting(facts, "graph of what is installed", lambda: Graph(None, lambda key: _installed(key, facts)))


def graph_of(lock: LockedSet, facts: Facts) -> Graph:
    """The needs as this lock keeps them, whether or not it is in force."""
    return Graph(lock, lambda key: _locked(key, lock, facts))


def reached(facts: Facts, *, installed: bool = False) -> Reached:
    """What the statements in force lead to, also where a marker's answer is not known."""
    network = graph(facts, installed=installed)
    name = "reached by the lock" if network.lock is not None else "reached by what is installed"
    return of_texts(facts, name, lambda: follow(network, (each for each in statements(facts) if each.in_force)))


def certainly(facts: Facts) -> frozenset[str]:
    """The packages that the statements in force lead to by markers that are known to hold."""

    def work() -> frozenset[str]:
        starts = (each for each in statements(facts) if each.in_force and each.applies is True)
        return frozenset(follow(graph(facts), starts, certain=True).extras)

    return of_texts(facts, "certainly reached", work)


def follow(network: Graph, starts: Iterable[Statement], *, certain: bool = False) -> Reached:
    """What ``starts`` lead to, by needs that are ``certain`` or by all; circles are harmless."""
    extras: dict[str, set[str]] = {}
    parents: dict[str, dict[Edge, None]] = {}
    queue: list[tuple[str, tuple[str, ...]]] = [(each.key, each.extras) for each in starts if each.key is not None]
    position = 0
    while position < len(queue) and len(extras) < _MOST:
        key, wanted = queue[position]
        position += 1
        known = extras.get(key)
        if known is not None and known.issuperset(wanted):
            continue
        new = known is None
        active = extras.setdefault(key, set())
        added = frozenset(wanted) - active
        active |= added
        for edge in network.needs(key):
            if (edge.extra in added or (new and not edge.extra)) and (edge.certain or not certain):
                parents.setdefault(edge.key, {})[edge] = None
                queue.append((edge.key, edge.extras))
    return Reached(
        {key: frozenset(active) for key, active in extras.items()},
        {key: tuple(edges) for key, edges in parents.items()},
    )


def who_needs(facts: Facts) -> Mapping[str, tuple[Edge, ...]]:
    """For each package the needs that all installed ones have of it, whether or not anybody asks for these."""
    return lasting(facts, "who needs", lambda: _who_needs(facts))


def _who_needs(facts: Facts) -> dict[str, tuple[Edge, ...]]:
    network = graph(facts, installed=True)
    listed: dict[str, list[Edge]] = {}
    for key in facts.installed.distributions if facts.installed is not None else ():
        for edge in network.needs(key):
            listed.setdefault(edge.key, []).append(edge)
    return {key: tuple(edges) for key, edges in listed.items()}


def by_lock(key: str, lock: LockedSet | None) -> bool:
    """Whether the lock speaks of this package, so that its word counts and not that of what is installed."""
    return lock is not None and (key in lock.packages or key in lock.own)


def _locked(key: str, lock: LockedSet, facts: Facts) -> Iterable[Edge]:
    needs = lock.needs(key) if lock.needs is not None and by_lock(key, lock) else None
    if needs is None:
        return _installed(key, facts)
    return [Edge(key, need.key, need.extras, need.specifier, need.extra, need.marker, need.holds is True) for need in needs]


def _installed(key: str, facts: Facts) -> Iterator[Edge]:
    distribution = installed_as(facts, key)
    if distribution is None or facts.installed is None:
        return
    metadata = facts.installed.metadata(distribution)
    for line in metadata.requires:
        need = parse_need(line)
        if need is None:
            continue
        plainly = holds(need.marker, facts)
        if plainly is not False:
            yield Edge(key, need.key, need.extras, need.specifier, "", need.marker, plainly is True)
        if plainly is not True and need.marker is not None and "extra" in need.marker:
            for extra in _extras_of(need.marker, metadata.extras):
                with_extra = holds(need.marker, facts, extra)
                if with_extra is not False:
                    yield Edge(key, need.key, need.extras, need.specifier, extra, need.marker, with_extra is True)


def _extras_of(marker: str, every: Iterable[str]) -> Iterable[str]:
    """The extras that can make a marker true: those it names; all that there are where it names them in another way."""
    named = [canonical(single or double) for single, double in _EXTRAS.findall(marker)]
    return dict.fromkeys(named) if named else every
