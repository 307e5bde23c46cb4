"""What the packages of a poetry.lock need of each other, as the lock keeps it: specifiers, extras of both sides, what markers come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.poetry.reading import Lock, Table
from venvls.manifests.poetry.versions import python_marker, specifier
from venvls.model.hints import Any
from venvls.model.lock import LockedNeed
from venvls.model.names import canonical
from venvls.standards.markers import Markers


def needs(key: str, lock: Lock, packages: Mapping[str, Table], markers: Markers) -> tuple[LockedNeed, ...]:
    """What the package under this name needs; of several versions, the one among ``packages``, which are wanted."""
    listed = lock.by_name.get(key, ())
    package = packages.get(key) or (listed[0] if listed else None)
    return tuple(_needs(package, markers)) if package is not None else ()


def _needs(package: Table, markers: Markers) -> Iterator[LockedNeed]:
    listed, extras = package.get("dependencies"), package.get("extras")
    by_extra = {canonical(name): _names(lines) for name, lines in extras.items()} if isinstance(extras, dict) else {}
    for name, value in listed.items() if isinstance(listed, dict) else ():
        key = canonical(name)
        for each in value if isinstance(value, list) else (value,):
            stated: Mapping[str, Any] = each if isinstance(each, dict) else {"version": each}
            yield from _need(key, stated, by_extra, markers)


def _need(key: str, stated: Mapping[str, Any], by_extra: Mapping[str, frozenset[str]], markers: Markers) -> Iterator[LockedNeed]:
    marker, python, more, version = (stated.get(name) for name in ("markers", "python", "extras", "version"))
    wanted = tuple(canonical(extra) for extra in more if isinstance(extra, str)) if isinstance(more, list) else ()
    versions = (specifier(version) or "") if isinstance(version, str) else ""
    bound = (python_marker(python) or None) if isinstance(python, str) else None
    written = marker if isinstance(marker, str) else None

    def holds(extra: str) -> bool | None:
        answers = (markers.holds(written, frozenset({extra} if extra else ())), markers.holds(bound))
        return False if False in answers else None if None in answers else True

    of_extra = "extra" in (written or "")
    if stated.get("optional") is not True and not of_extra:
        if holds("") is not False:
            yield LockedNeed(key, wanted, versions, "", written or bound, holds(""))
        return
    for extra, named in by_extra.items():
        if (of_extra or key in named) and holds(extra) is not False:
            yield LockedNeed(key, wanted, versions, extra, written or bound, holds(extra))


def _names(lines: object) -> frozenset[str]:
    """The names in what an extra of an older lock lists: ``name (>=1)``."""
    listed = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    parsed = (parse_requirement(line.split(" (")[0].split(";")[0].strip()) for line in listed)
    return frozenset(each.key for each in parsed if each.key is not None)
