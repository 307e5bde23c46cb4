"""Which packages of a poetry.lock are wanted: by what each says of itself (format 2.1), else by walking from what the project requires.

Older locks do not say in which group a package is wanted; Poetry resolves again among the locked packages. Markers and extras are followed
along the way, and of several locked versions the one that a dependency admits is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.poetry.reading import Lock, Table
from venvls.manifests.poetry.versions import python_marker, specifier
from venvls.model.hints import Any
from venvls.model.names import canonical
from venvls.model.record import dataclass, field
from venvls.model.requirement import ParsedRequirement
from venvls.standards.markers import Markers
from venvls.standards.versions import admits

_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Wanted:
    """The packages to be installed by PEP 503 name. ``unsure`` says that a marker's answer is not known."""

    packages: dict[str, Table] = field(default_factory=dict)
    unsure: bool = False


def chosen(lock: Lock, groups: frozenset[str], extras: frozenset[str], markers: Markers) -> Wanted:
    """The packages of a lock that names groups and markers itself (Poetry ``puzzle/transaction.py``)."""
    wanted = Wanted()
    for package in lock.packages:
        named = package.get("groups")
        own = [group for group in named if isinstance(group, str) and canonical(group) in groups] if isinstance(named, list) else []
        if not own:
            continue
        stated_markers = package.get("markers")
        texts = [stated_markers.get(group) for group in own] if isinstance(stated_markers, dict) else [stated_markers]
        answers = {markers.holds(text, extras) for text in texts}
        if True in answers:
            wanted.packages.setdefault(canonical(package["name"]), package)
        elif None in answers:
            wanted.unsure = True
    return wanted


def walked(lock: Lock, roots: Iterable[ParsedRequirement], markers: Markers) -> Wanted:
    """The packages that ``roots`` lead to, for locks without groups."""
    wanted = Wanted()
    active: dict[str, set[str]] = {}
    waiting: list[tuple[str, str, frozenset[str]]] = []
    for root in roots:
        holds = markers.holds(root.marker)
        wanted.unsure = wanted.unsure or holds is None
        if holds and root.key is not None:
            waiting.append((root.key, root.specifier, frozenset(map(canonical, root.extras))))
    while waiting:
        key, versions, extras = waiting.pop()
        known = wanted.packages.get(key)
        if known is None:
            known = _candidate(lock.by_name.get(key, ()), versions, markers)
            if known is None:
                continue
            wanted.packages[key] = known
        elif extras <= active[key]:
            continue
        before = key in active
        active.setdefault(key, set()).update(extras)
        waiting += _dependencies(known, frozenset(active[key]), markers, wanted, skip_plain=before)
    return wanted


def _dependencies(
    package: Table, extras: frozenset[str], markers: Markers, wanted: Wanted, *, skip_plain: bool
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """What a locked package needs with these extras; ``skip_plain`` leaves out what it needs without any."""
    listed = package.get("dependencies")
    by_extra = _named_by_extras(package, extras)
    for name, value in listed.items() if isinstance(listed, dict) else ():
        key = canonical(name)
        for entry in value if isinstance(value, list) else (value,):
            table: Mapping[str, Any] = entry if isinstance(entry, dict) else {"version": entry}
            marker = table.get("markers")
            if table.get("optional") is True and not (isinstance(marker, str) and "extra" in marker) and key not in by_extra:
                continue
            if skip_plain and table.get("optional") is not True and not (isinstance(marker, str) and "extra" in marker):
                continue
            holds = markers.holds(marker, extras)
            if holds and isinstance(table.get("python"), str):
                holds = markers.holds(python_marker(table["python"]) or None)
            wanted.unsure = wanted.unsure or holds is None
            if holds:
                more = table.get("extras")
                version = table.get("version", "*")
                versions = specifier(version) if isinstance(version, str) else ""
                yield key, versions or "", frozenset(map(canonical, more)) if isinstance(more, list) else _NOTHING


def _named_by_extras(package: Table, extras: frozenset[str]) -> frozenset[str]:
    """The names that the active extras of a package list."""
    listed = package.get("extras")
    if not extras or not isinstance(listed, dict):
        return _NOTHING
    names: set[str] = set()
    for extra, requirements in listed.items():
        if canonical(extra) in extras and isinstance(requirements, list):
            parsed = (parse_requirement(text.split(" (")[0].split(";")[0].strip()) for text in requirements if isinstance(text, str))
            names.update(need.key for need in parsed if need.key is not None)
    return frozenset(names)


def _candidate(packages: Iterable[Table], versions: str, markers: Markers) -> Table | None:
    """The locked version that a dependency admits; where several do, the one for this Python."""
    several = list(packages)
    if len(several) < 2:
        return several[0] if several else None
    fitting = [package for package in several if admits(versions, package.get("version")) is not False] or several
    if len(fitting) > 1:
        bounds = [(package, python_marker(str(package.get("python-versions", "*"))) or None) for package in fitting]
        fitting = [package for package, bound in bounds if markers.holds(bound) is not False] or fitting
    return fitting[-1]
