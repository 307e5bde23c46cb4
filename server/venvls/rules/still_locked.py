"""What a stale lock still says: the packages that the manifest of today leads to by what the lock keeps, where it agrees with the lock.

A tool that updates the lock keeps a version that nothing excludes, so that another version in the environment is out of sync already. Only
versions are compared: where a package is to come from may be what changed. A compiled file is not asked, because each of its lines is
compared by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from venvls.model.facts import Facts
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.rules.asked import counted_requirements
from venvls.standards.markers import holds
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.lock import LockedSet

_COMPARED = ("registry", "any")


class _Still:
    def __init__(self) -> None:
        self.lock: LockedSet | None = None
        self.names: frozenset[str] = frozenset()


def still_locked(facts: Facts) -> frozenset[str]:
    """The names whose locked version still stands; empty where the lock is not stale, or keeps nothing that can be followed."""
    lock = facts.locked
    if lock is None or lock.stale is None or lock.path in facts.manifests:
        return frozenset()
    known = facts.remembered.of(_Still)
    if known.lock is not lock:
        known.lock, known.names = lock, frozenset(_reached(lock, facts))
    return known.names


def _reached(lock: LockedSet, facts: Facts) -> set[str]:
    """The names that requirements in agreement with the lock lead to."""
    reached: set[tuple[str, str]] = set()
    waiting = list(_agreeing(lock, facts))
    while waiting:
        node = waiting.pop()
        key, extra = node
        if node in reached or key not in lock.packages:
            continue
        reached.add(node)
        for need in lock.needs(key) if lock.needs is not None else ():
            if need.holds is True and need.extra == extra:
                waiting += [(need.key, asked) for asked in ("", *need.extras)]
    return {key for key, _ in reached if lock.packages[key].source.kind in _COMPARED and lock.packages[key].version is not None}


def _agreeing(lock: LockedSet, facts: Facts) -> Iterator[tuple[str, str]]:
    """The requirements of today that the locked version satisfies: each name, alone and with each of its extras."""
    for path, requirements in counted_requirements(facts):
        if lock.covers and path not in lock.covers:
            continue
        for requirement in requirements:
            parsed = requirement.parsed
            locked = lock.packages.get(parsed.key) if parsed.key is not None else None
            if locked is None or parsed.key is None or parsed.url is not None or locked.source.kind not in _COMPARED:
                continue
            fits = locked.version is not None and (not parsed.specifier or admits(parsed.specifier, locked.version) is True)
            if fits and holds(parsed.marker, facts) is True:
                yield from ((parsed.key, extra) for extra in ("", *map(canonical, parsed.extras)))
