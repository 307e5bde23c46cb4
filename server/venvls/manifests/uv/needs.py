"""What the packages of a uv.lock need of each other, as the lock keeps it: by extra of the one that needs, and with what markers come to.

uv keeps no specifiers between packages: what it locked was found to fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.manifests.uv.walk import Reached
from venvls.model.lock import LockedNeed
from venvls.model.names import canonical
from venvls.standards.markers import Markers


def needs(key: str, lock: Lock, reached: Reached, markers: Markers) -> tuple[LockedNeed, ...]:
    """What the package under this name needs; of several versions, the one that was reached."""
    listed = lock.packages.get(key, ())
    package = reached.packages.get(key) or (listed[0] if listed else None)
    if package is None:
        return ()
    by_extra = table(package.get("optional-dependencies"))
    plain = _of(package.get("dependencies"), "", reached, markers)
    return (*plain, *[need for extra, those in by_extra.items() for need in _of(those, canonical(extra), reached, markers)])


def _of(dependencies: object, extra: str, reached: Reached, markers: Markers) -> Iterator[LockedNeed]:
    for dependency in tables(dependencies):
        marker = dependency.get("marker")
        holds = markers.holds(marker, reached.active)
        if holds is not False and not _other_fork(dependency, reached):
            yield LockedNeed(
                canonical(str(dependency.get("name"))),
                names(dependency.get("extra")),
                extra=extra,
                marker=marker if isinstance(marker, str) else None,
                holds=holds,
            )


def _other_fork(dependency: Table, reached: Reached) -> bool:
    """Whether the entry means another version of a package than the one that is met here."""
    version = dependency.get("version")
    met = reached.packages.get(canonical(str(dependency.get("name"))))
    return version is not None and met is not None and met.get("version") != version
