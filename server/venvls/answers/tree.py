"""Who needs what, as a tree: from the project down to what its packages need, or from packages up to who needs them.

What a package needs is shown where it is met first; further down it is marked as ``shown`` already. So a tree has no more rows than there
are needs, and circles end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.answers.graph import Edge, Graph, Reached, graph, reached
from venvls.answers.standing import standing
from venvls.answers.stated import Statement, statements
from venvls.model.facts import Facts
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of


class Row(NamedTuple):
    """One row: how deep it stands (0: the project, or a package the tree begins with), and the package (``None``: the project itself).

    ``extras`` are those asked of it. ``statement`` is the line that requires it, in the first rank below the project (or, inverted, above a
    package); ``edge`` the need that leads to it. ``shown``: what follows it stands further up. ``version`` is what is locked, else
    installed; ``None`` where neither is known. ``out_of_sync`` is the sentence where it stands badly.
    """

    depth: int
    key: str | None
    extras: tuple[str, ...] = ()
    version: str | None = None
    statement: Statement | None = None
    edge: Edge | None = None
    shown: bool = False
    out_of_sync: str = ""


class _Basis(NamedTuple):
    """What one tree is made of."""

    facts: Facts
    network: Graph
    net: Reached
    deepest: int


_DEEPEST = 255


def tree(facts: Facts, keys: Iterable[str] = (), *, deepest: int | None = None, installed: bool = False) -> Iterator[Row]:
    """The project and what it requires, with what that needs; or these packages with what they need."""
    basis = _Basis(facts, graph(facts, installed=installed), reached(facts, installed=installed), _DEEPEST if deepest is None else deepest)
    shown: set[tuple[str, tuple[str, ...]]] = set()
    if wanted := tuple(keys):
        for key in wanted:
            yield from _down(_row(basis, 0, key, tuple(sorted(basis.net.extras.get(key, ())))), basis, shown)
        return
    yield Row(0, None)
    if basis.deepest > 0:
        for statement in _first_rank(facts):
            yield from _down(_row(basis, 1, str(statement.key), statement.extras, statement=statement), basis, shown)


def inverted(facts: Facts, keys: Iterable[str] = (), *, deepest: int | None = None, installed: bool = False) -> Iterator[Row]:
    """These packages with who needs them, up to the lines of the manifests; without any, all that need no other package."""
    basis = _Basis(facts, graph(facts, installed=installed), reached(facts, installed=installed), _DEEPEST if deepest is None else deepest)
    shown: set[str] = set()
    wanted = tuple(keys)
    for key in wanted or _leaves(basis):
        yield from _up(_row(basis, 0, key, ()), basis, shown)
    # In a circle nobody needs nothing.
    for key in () if wanted or deepest is not None else sorted(basis.net.extras.keys() - shown):
        if key not in shown:
            yield from _up(_row(basis, 0, key, ()), basis, shown)


def version_here(facts: Facts, key: str) -> str | None:
    """What is locked, else what is installed."""
    lock = facts.locked
    locked = lock.packages.get(key) if lock is not None and lock.problem is None and lock.stale is None else None
    if locked is not None and locked.version is not None:
        return locked.version
    distribution = installed_as(facts, key)
    return version_of(facts, distribution) if distribution is not None else None


def _first_rank(facts: Facts) -> Iterator[Statement]:
    """The lines in force, one for each package, its extras and the group it is in."""
    met: set[tuple[object, ...]] = set()
    for each in statements(facts):
        same = (each.key, each.extras, each.requirement.scope)
        if each.in_force and each.key is not None and same not in met:
            met.add(same)
            yield each


def _row(basis: _Basis, depth: int, key: str, extras: tuple[str, ...], statement: Statement | None = None, edge: Edge | None = None) -> Row:
    stands = standing(key, basis.facts)
    return Row(
        depth, key, extras, version_here(basis.facts, key), statement, edge, False, stands.why if stands.state == "out-of-sync" else ""
    )


def _down(start: Row, basis: _Basis, shown: set[tuple[str, tuple[str, ...]]]) -> Iterator[Row]:
    stack = [start]
    while stack:
        row = stack.pop()
        key, node = str(row.key), (str(row.key), row.extras)
        # Of the extra of its own that a package names, what it needs is its own.
        edges = [edge for edge in basis.network.active(key, _closed(key, row.extras, basis.network)) if edge.key != key]
        if node in shown and edges:
            yield row._replace(shown=True)
            continue
        yield row
        if row.depth < basis.deepest:
            shown.add(node)
            stack += [_row(basis, row.depth + 1, edge.key, edge.extras, edge=edge) for edge in reversed(edges)]


def _closed(key: str, extras: Iterable[str], network: Graph) -> frozenset[str]:
    """The extras, and those that they ask of the same package."""
    active = set(extras)
    own = [edge for edge in network.needs(key) if edge.key == key and edge.extra] if active else []
    for _ in own:
        before = len(active)
        active.update(*(edge.extras for edge in own if edge.extra in active))
        if len(active) == before:
            break
    return frozenset(active)


def _up(start: Row, basis: _Basis, shown: set[str]) -> Iterator[Row]:
    stated: dict[str, list[Statement]] = {}
    for statement in _first_rank(basis.facts):
        stated.setdefault(str(statement.key), []).append(statement)
    stack = [start]
    while stack:
        row = stack.pop()
        if row.key is None:
            yield row
            continue
        edges = [edge for edge in basis.net.parents.get(row.key, ()) if edge.parent != row.key]
        lines = stated.get(row.key, ())
        if row.key in shown and (edges or lines):
            yield row._replace(shown=True)
            continue
        yield row
        if row.depth < basis.deepest:
            shown.add(row.key)
            above = [_row(basis, row.depth + 1, edge.parent, (), edge=edge) for edge in edges]
            stack += reversed([*above, *(Row(row.depth + 1, None, statement=each) for each in lines)])


def _leaves(basis: _Basis) -> list[str]:
    extras = basis.net.extras
    return sorted(key for key in extras if all(edge.key == key for edge in basis.network.active(key, extras[key])))
