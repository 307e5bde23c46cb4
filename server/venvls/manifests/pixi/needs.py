"""What the packages of one environment in a pixi.lock need of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from venvls.manifests.conda.needs import conda_needs
from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.pixi.reading import Package
from venvls.model.lock import LockedNeed
from venvls.model.names import canonical
from venvls.standards.markers import Markers

_EXTRA = re.compile(r"\bextra\s*==\s*[\"']([^\"']*)[\"']|[\"']([^\"']*)[\"']\s*==\s*extra\b")


def needs(key: str, packages: Mapping[str, Package], markers: Markers) -> tuple[LockedNeed, ...]:
    """What the package under this key needs; of its extras those that are asked for are not known here, so each is given."""
    package = packages.get(key)
    if package is None:
        return ()
    return tuple(conda_needs(package.needs) if package.conda else _of_index(package, packages, markers))


def _of_index(package: Package, packages: Mapping[str, Package], markers: Markers) -> Iterator[LockedNeed]:
    for line in package.needs:
        parsed = parse_requirement(line)
        if parsed.key is None:
            continue
        wanted = _standing(parsed.key, packages)
        extras = tuple(map(canonical, parsed.extras))
        plainly = markers.holds(parsed.marker)
        if plainly is not False:
            yield LockedNeed(wanted, extras, parsed.specifier, "", parsed.marker, plainly)
            continue
        for extra in _extras_in(parsed.marker or ""):
            holds = markers.holds(parsed.marker, frozenset((extra,)))
            if holds is not False:
                yield LockedNeed(wanted, extras, parsed.specifier, extra, parsed.marker, holds)


def _extras_in(marker: str) -> list[str]:
    return list(dict.fromkeys(canonical(first or second) for first, second in _EXTRA.findall(marker)))


def _standing(key: str, packages: Mapping[str, Package]) -> str:
    """The key of what is put there for a name on an index: the package itself, or conda's under that name."""
    if key in packages:
        return key
    of_conda = (known for known, package in packages.items() if package.conda and key in package.purls)
    return next(of_conda, PREFIX + key if PREFIX + key in packages else key)
