"""Everything that is known about one package in a project."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.answers.graph import Edge, graph, reached, who_needs
from venvls.answers.sharing import Sharer, sharers
from venvls.answers.standing import Standing, inherited, standing
from venvls.answers.stated import Statement, by_name, own_names
from venvls.model.environment import Description, DirectUrl
from venvls.model.facts import Facts
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of
from venvls.rules.locking import lock_in_force


class About(NamedTuple):
    """``statements`` are all lines that name it, those that do not count and constraints too. ``locked`` and ``lock`` are the version and
    the path of a lock in force. ``place`` is where its record lies; ``source`` where it came from when not from an index. ``needed_by`` are
    the needs that lead to it here, or, where nothing does, those of installed packages; ``needs`` what it needs, of every extra.
    ``versions`` are those that are known on this machine without asking anybody, the newest first. ``sharer`` is another project with the
    same environment that requires it, where this one does not."""

    key: str
    name: str
    standing: Standing
    installed: str | None
    place: str | None
    inherited: bool
    source: DirectUrl | None
    locked: str | None
    lock: str | None
    statements: tuple[Statement, ...]
    needed_by: tuple[Edge, ...]
    needs: tuple[Edge, ...]
    extras: tuple[str, ...]
    description: Description | None
    versions: tuple[str, ...] = ()
    sharer: Sharer | None = None


def about(key: str, facts: Facts, versions: Iterable[str] = (), others: Iterable[Facts] = ()) -> About:
    """What is known about the package under this PEP 503 name. ``others`` are the projects with the same environment."""
    installed, lock = facts.installed, lock_in_force(facts)
    distribution = installed_as(facts, key)
    pin = lock.packages.get(key) if lock is not None else None
    described = installed.description(distribution) if installed is not None and distribution is not None else None
    lines = by_name(facts).get(key, ())
    written = (each.requirement.parsed.name for each in lines if not each.hidden)
    how = standing(key, facts)
    return About(
        key,
        (described.name if described is not None else None) or next(filter(None, written), None) or key,
        how,
        version_of(facts, distribution) if distribution is not None else None,
        distribution.path if distribution is not None else None,
        inherited(key, facts),
        installed.direct_url(distribution) if installed is not None and distribution is not None else None,
        pin.version if pin is not None else None,
        lock.path if lock is not None and pin is not None else None,
        lines,
        reached(facts).parents.get(key) or (who_needs(facts).get(key, ()) if installed is not None else ()),
        graph(facts).needs(key),
        installed.metadata(distribution).extras if installed is not None and distribution is not None else (),
        described,
        tuple(versions),
        sharers(facts, others).get(key) if how.state == "not-required" and key not in own_names(facts) else None,
    )
