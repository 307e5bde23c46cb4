"""What other projects with the same environment require of it: members of a workspace, a folder `docs` with its own requirements.

From their own facts where these are given; else the lock that all members share tells who needs what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.answers.graph import Graph, graph_of
from venvls.answers.shortest import shortest
from venvls.answers.standing import SEEDS
from venvls.answers.stated import Statement, own_names
from venvls.model.facts import Facts, Remembered
from venvls.model.record import NamedTuple, replace


class Sharer(NamedTuple):
    """Another project that requires a package, or is it (``itself``). ``name`` is empty where it is not known; ``member`` says that both
    belong to one workspace.

    ``path`` is its manifest, or the lock that tells of it; ``statement`` and ``line`` (from 0) are its line that leads to the package.
    """

    name: str
    path: str
    member: bool
    itself: bool = False
    statement: Statement | None = None
    line: int | None = None


def sharers(facts: Facts, others: Iterable[Facts] = (), *, installed: bool = False) -> Mapping[str, Sharer]:
    """For every package that another project with this environment requires, one such project."""
    sharing: dict[str, Sharer] = {}
    known: set[str] = set()
    for other in others:
        known |= own_names(other)
        for key, sharer in _of_project(other, facts, installed):
            if key not in sharing or _rank(key, sharer) < _rank(key, sharing[key]):
                sharing[key] = sharer
    for key, sharer in _of_lock(facts, known):
        sharing.setdefault(key, sharer)
    return sharing


def _rank(key: str, sharer: Sharer) -> int:
    """What tells the most has the lowest: the project itself, a line that names the package, one that leads to it."""
    if sharer.itself:
        return 0
    return 1 if sharer.statement is not None and sharer.statement.key == key else 2


def _of_project(other: Facts, facts: Facts, installed: bool) -> Iterator[tuple[str, Sharer]]:
    if other.main_project is not None:
        # A side matter installs nothing by itself, but whoever installed its lines uses them.
        other = replace(other, counted=None, main_project=None, remembered=Remembered())
    member = _workspace(other) == _workspace(facts) and (other.project.workspace or facts.project.workspace) is not None
    name = min(own_names(other), default="")
    for key in own_names(other):
        yield key, Sharer(key, other.project.manifests[0], member, itself=True)
    for key, statement in shortest(other, installed=installed).items():
        line = None if statement.hidden else other.manifests[statement.path].text.position(statement.requirement.span.start).line
        yield key, Sharer(name, statement.path, member, statement=statement, line=line)


def _workspace(facts: Facts) -> str:
    return facts.project.workspace or facts.project.root


def _of_lock(facts: Facts, known: Iterable[str]) -> Iterator[tuple[str, Sharer]]:
    """What the lock says of members other than those that are ``known``; also a stale one: what is in doubt is not called left over."""
    lock = facts.locked
    members = lock.own - own_names(facts) if lock is not None and lock.problem is None else frozenset()
    if lock is None or not members:
        return
    network = graph_of(lock, facts)
    unknown = sorted(members.difference(known))
    yield from ((member, Sharer(member, lock.path, True, itself=True)) for member in unknown)
    for member in unknown:
        if lock.needs is not None:
            yield from ((key, Sharer(member, lock.path, True)) for key in _needed(member, network))
    # Their groups are not among what they need, but its tool leaves them alone.
    yield from ((key, Sharer("", lock.path, True)) for key in lock.kept - SEEDS)


def _needed(member: str, network: Graph) -> Iterable[str]:
    """What a member needs with all its extras, directly or not."""
    extras = {member: {edge.extra for edge in network.needs(member)}}
    queue = [member]
    for key in queue:
        for edge in network.active(key, extras[key]):
            if edge.key not in extras or not extras[edge.key].issuperset(edge.extras):
                extras.setdefault(edge.key, set()).update(edge.extras)
                queue.append(edge.key)
    return extras.keys() - {member}
