"""What the packages of a pdm.lock need of each other, as the lock keeps it: requirement lines, those of an extra in an entry of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.manifests.pdm.reading import Table
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.lock import LockedNeed
from venvls.model.names import canonical
from venvls.standards.markers import Markers


def needs(key: str, packages: Iterable[Table], markers: Markers) -> tuple[LockedNeed, ...]:
    """What ``packages``, the entries under this name, need."""
    return tuple([need for package in packages for need in _needs(key, package, markers)])


def _needs(key: str, package: Table, markers: Markers) -> Iterator[LockedNeed]:
    named, lines = package.get("extras"), package.get("dependencies")
    extras = [canonical(extra) for extra in named if isinstance(extra, str)] if isinstance(named, list) else []
    for line in lines if isinstance(lines, list) else ():
        parsed = parse_requirement(line) if isinstance(line, str) else None
        # The entry of an extra depends on the plain one.
        if parsed is None or parsed.key is None or parsed.key == key:
            continue
        holds = markers.holds(parsed.marker)
        if holds is not False:
            wanted = tuple(map(canonical, parsed.extras))
            for extra in extras or ("",):
                yield LockedNeed(parsed.key, wanted, parsed.specifier, extra, parsed.marker, holds)
