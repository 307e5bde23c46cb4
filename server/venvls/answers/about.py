"""Everything that is known about one package in a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from venvls.answers.graph import Edge, graph, reached, who_needs
from venvls.answers.sharing import Sharer, sharers
from venvls.answers.standing import Standing, inherited, standing
from venvls.answers.stated import Statement, by_name, own_names
from venvls.model.environment import Description, DirectUrl
from venvls.model.facts import Facts
from venvls.model.names import plain
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as, version_of
from venvls.standards.versions import standard


class About(NamedTuple):
    """``statements`` are all lines that name it, those that do not count and constraints too. ``locked`` and ``lock`` are the version and
    the path of the lock, also of one that is ``stale``. ``place`` is where its record lies; ``source`` where it came from when not from an
    index. ``needed_by`` are the needs that lead to it here, or, where nothing does, those of installed packages; ``needs`` what it needs,
    of every extra. ``newest`` is the newest version that this machine knows without asking anybody, where it is newer than what is
    installed and locked. ``sharer`` is another project with the same environment that requires it, where this one does not."""

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
    stale: bool = False
    newest: str | None = None
    sharer: Sharer | None = None


def about(key: str, facts: Facts, versions: Callable[[str], Iterable[str]] = lambda key: (), others: Iterable[Facts] = ()) -> About:
    """What is known about the package under this PEP 503 name. ``versions`` gives those that this machine knows, ``others`` are the
    projects with the same environment."""
    installed = facts.installed
    lock = facts.locked if facts.locked is not None and facts.locked.problem is None else None
    distribution = installed_as(facts, key)
    pin = lock.packages.get(key) if lock is not None else None
    described = installed.description(distribution) if installed is not None and distribution is not None else None
    lines = by_name(facts).get(key, ())
    written = (each.requirement.parsed.name for each in lines if not each.hidden)
    how = standing(key, facts)
    return About(
        key,
        plain((described.name if described is not None else None) or next(filter(None, written), None) or key),
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
        lock is not None and lock.stale is not None,
        _newest(versions(key), (distribution.version if distribution is not None else None, pin.version if pin is not None else None)),
        sharers(facts, others).get(key) if how.state == "not-required" and key not in own_names(facts) else None,
    )


def _newest(versions: Iterable[str], here: tuple[str | None, ...]) -> str | None:
    """The newest of ``versions``, where it is newer than what is ``here``; a pre-release only where one is here, or no other is known."""
    listed = list(dict.fromkeys(versions))
    if not listed:
        return None
    from packaging.version import Version

    own = [Version(version) for version in here if version is not None and standard(version)]
    known = [Version(version) for version in listed]
    final = [version for version in known if not version.is_prerelease]
    newest = max(known if not final or any(version.is_prerelease for version in own) else final)
    return str(newest) if all(newest > version for version in own) else None
