"""Why a package is there: every chain of needs from a line of a manifest to it, the shortest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from venvls.answers.graph import Edge, Graph, Reached, follow, graph, reached, who_needs
from venvls.answers.sharing import Sharer, sharers
from venvls.answers.standing import SEEDS
from venvls.answers.stated import Statement, by_name, own_names, statements
from venvls.model.facts import Facts
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of

MOST = 100
"""Chains that are given; in a dense net there can be more than there are atoms."""
_PATIENCE = 20_000


class Chain(NamedTuple):
    """A line of a manifest, and the needs that lead from its package to the one asked about; none for the line that names it itself."""

    statement: Statement
    edges: tuple[Edge, ...] = ()


class Why(NamedTuple):
    """The answer for one package. ``chains`` are those that count here; ``more`` says that there are others too.

    ``aside`` are chains of lines that do not count: another group or extra, a marker that is false. ``bounds`` are constraints on it.
    ``needed_by`` are the needs of installed packages which nothing requires either. ``own`` says that it is the project itself, ``seed``
    that it comes with an environment. ``lock`` is the path of the lock the needs were read from; ``None``: what is installed said it.
    ``sharer`` is another project with the same environment that requires it; looked for only where nothing of this one does.
    """

    key: str
    chains: tuple[Chain, ...] = ()
    more: bool = False
    aside: tuple[Chain, ...] = ()
    bounds: tuple[Statement, ...] = ()
    needed_by: tuple[Edge, ...] = ()
    own: bool = False
    seed: bool = False
    installed: str | None = None
    lock: str | None = None
    sharer: Sharer | None = None

    @property
    def left_over(self) -> bool:
        """Whether it is installed and nothing at all requires it."""
        return self.installed is not None and not (self.chains or self.aside or self.own or self.seed or self.sharer)


def why(key: str, facts: Facts, others: Iterable[Facts] = (), *, installed: bool = False, most: int = MOST) -> Why:
    """Why the package under this PEP 503 name is there, or would be. ``others`` are the projects with the same environment."""
    network = graph(facts, installed=installed)
    counted = [each for each in statements(facts) if each.in_force and each.key is not None]
    chains, more = _chains(key, counted, network, reached(facts, installed=installed), most)
    aside: list[Chain] = []
    if not chains:
        uncounted = [each for each in statements(facts) if not each.in_force and not each.bound and each.key is not None]
        aside, _ = _chains(key, uncounted, network, follow(network, uncounted), most)
    distribution = installed_as(facts, key)
    return Why(
        key,
        tuple(_told(chain, facts) for chain in chains),
        more,
        tuple(_told(chain, facts) for chain in aside),
        tuple(each for each in by_name(facts).get(key, ()) if each.bound),
        () if chains or facts.installed is None else who_needs(facts).get(key, ()),
        key in own_names(facts),
        key in SEEDS,
        version_of(facts, distribution) if distribution is not None else None,
        network.lock.path if network.lock is not None else None,
        None if chains or key in own_names(facts) else sharers(facts, others, installed=installed).get(key),
    )


def _chains(key: str, starts: Iterable[Statement], network: Graph, net: Reached, most: int) -> tuple[list[Chain], bool]:
    """The chains from ``starts`` to ``key`` without detours, the shortest first; and whether there are more.

    From the package upward, those first that can still be the shortest: how far each is from a line is known beforehand.
    """
    by_key: dict[str, list[Statement]] = {}
    for start in starts:
        by_key.setdefault(str(start.key), []).append(start)
    far = _distances(by_key, network, net)
    if key not in far:
        return [], False
    chains: list[Chain] = []
    # The length it has at least, the longer way of two first, so that something comes to its end; then the order of meeting, the package
    # reached, the extra that must be asked of it, and the way down.
    waiting: list[tuple[int, int, int, str, str, tuple[Edge, ...]]] = [(far[key], 0, 0, key, "", ())]
    number = 0
    while waiting:
        _, _, _, node, extra, way = heappop(waiting)
        chains += [Chain(start, way) for start in by_key.get(node, ()) if not extra or extra in start.extras]
        if len(chains) > most or number > _PATIENCE:
            return sorted(chains[:most], key=_length), True
        # A package may stand twice in a chain, where another extra of it is asked for on the way to the one that is needed.
        passed = {(key, ""), *((edge.parent, edge.extra) for edge in way)}
        for edge in net.parents.get(node, ()):
            again = (edge.parent, "") in passed or (edge.parent, edge.extra) in passed
            if again or edge.parent not in far or (extra and extra not in edge.extras):
                continue
            number += 1
            heappush(waiting, (len(way) + 1 + far[edge.parent], -len(way), number, edge.parent, edge.extra, (edge, *way)))
    return sorted(chains, key=_length), False


def _length(chain: Chain) -> tuple[int, str, int]:
    return len(chain.edges), chain.statement.path, chain.statement.requirement.span.start


def _distances(starts: Iterable[str], network: Graph, net: Reached) -> dict[str, int]:
    far = dict.fromkeys(starts, 0)
    queue = list(far)
    for key in queue:
        for edge in network.active(key, net.extras.get(key, ())):
            if edge.key not in far:
                far[edge.key] = far[key] + 1
                queue.append(edge.key)
    return far


def _told(chain: Chain, facts: Facts) -> Chain:
    """The same with the specifiers that the lock does not keep, where what is installed tells them."""
    return chain._replace(edges=tuple(_with_specifier(edge, facts) for edge in chain.edges))


def _with_specifier(edge: Edge, facts: Facts) -> Edge:
    if edge.specifier or facts.installed is None:
        return edge
    lock = facts.locked
    locked = lock.packages.get(edge.parent) if lock is not None else None
    distribution = installed_as(facts, edge.parent)
    if distribution is None or (locked is not None and locked.version not in (None, distribution.version)):
        return edge
    return next((same for same in _same(edge, graph(facts, installed=True))), edge)


def _same(edge: Edge, network: Graph) -> Iterator[Edge]:
    return (each for each in network.needs(edge.parent) if each.key == edge.key and each.extra == edge.extra)
