"""Whether what a pyproject.toml writes and what uv noted of it in the lock mean the same: specifiers, markers, bounds of the Python.

uv rewrites what it reads (``python_version < '3.11'`` becomes ``python_full_version < '3.11'``), and leaves out what ``requires-python``
says already. Where the texts differ, two markers are equal if they agree on every Python that the lock is for, and on every platform, that
either of them could tell apart; where that would be too many, they are taken as equal.
"""

from __future__ import annotations

from itertools import product

from venvls.model.environment import Target
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache
from venvls.standards.conditions import VARIABLES, VERSION_VARIABLES
from venvls.standards.markers import UV, Markers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MOST_PROBES = 3000
_SYSTEMS = {"win32": "Windows", "linux": "Linux", "darwin": "Darwin"}
_NAMED = rf"\b({'|'.join(sorted(VARIABLES))}|extra)\b"
_QUOTED = r"'([^'\"]*)'|\"([^'\"]*)\""
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*v?([0-9]+(?:\.[0-9]+)*)(\.\*)?")
_OPERATOR = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*")
_PYTHON_VERSION = re.compile(r"\bpython_version (<|>=) ('[0-9]+\.[0-9]+')")
_OF_PYTHON = frozenset({"python_version", "python_full_version"})
"""The variables that ``requires-python`` bounds; uv takes ``implementation_version`` for a number of its own."""
_BEYOND = 99
"""Stands for the last minor or patch version there is."""
_BEYOND_ALL = 10_000
"""Greater than every number that a version is looked at for."""
_PLATFORM_SYSTEM = re.compile(r"\bplatform_system (==|!=) '(Windows|Linux|Darwin)'")

Bound = tuple[tuple[int, ...], bool]
"""A release without its last zeros, and whether it is inside."""
Version = tuple[int, int, int]
"""Major, minor and patch."""


@lru_cache(maxsize=8192)
def same_specifier(specifier: str, other: str) -> bool:
    """Whether two PEP 440 specifier sets are written from the same clauses."""
    if _clauses(specifier) == _clauses(other):
        return True
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(specifier) == SpecifierSet(other)
    except ValueError:
        return True


def same_version(version: str, other: str) -> bool:
    """Whether two versions are one (``1.0`` and ``1.0.0``); taken for so where one of them is none."""
    if version == other:
        return True
    from packaging.version import Version

    try:
        return Version(version) == Version(other)
    except ValueError:
        return True


def follows(specifier: str, other: str) -> bool:
    """Whether every version in ``other`` certainly is in ``specifier`` too: its clauses are among the other's, or are wider bounds."""
    clauses, (low, high) = set(_clauses(specifier)) - set(_clauses(other)), bounds(other)
    for clause in clauses:
        if not clause.startswith((">", "<")):
            return False
        lower, upper = bounds(clause)
        if lower is not None and (low is None or low[0] <= lower[0]):
            return False
        if upper is not None and (high is None or high[0] >= upper[0]):
            return False
    return True


@lru_cache(maxsize=8192)
def same_marker(written: str, extra: str | None, noted: str, python: str) -> bool:
    """Whether a requirement's marker (empty for none), and its ``extra``, mean what the lock notes; for the Pythons in ``python``."""
    plain, other = _plain(written), _plain(noted)
    if extra is not None:
        asked = f"extra == '{extra}'"
        if other in (asked if not plain else f"{plain} and {asked}", f"({plain}) and {asked}"):
            return True
        plain = f"({plain}) and {asked}" if plain else asked
    if plain == other:
        return True
    for target, extras in _probes(plain, other, python):
        markers = Markers(target, UV)
        answers = [markers.holds(marker, extras) if marker else True for marker in (plain, other)]
        if None not in answers and answers[0] != answers[1]:
            return False
    return True


def overlapping(marker: str, other: str) -> bool:
    """Whether two markers certainly are both true somewhere; asked only of those that speak of one and the same variable."""
    return any(all(answers) for answers in _answers([marker, other]))


@lru_cache(maxsize=1024)
def _left_over(marker: str, conditions: tuple[str, ...]) -> bool:
    return any(first and not any(others) for first, *others in _answers([marker, *conditions]))


def left_over(marker: str, conditions: Iterable[str]) -> bool:
    """Whether ``marker`` (empty for none) certainly is true somewhere where none of the conditions is; as above."""
    return _left_over(marker, tuple(conditions))


def _answers(markers: list[str]) -> Iterator[list[bool]]:
    """What each of the markers comes to, wherever they could differ; nothing for those of several variables, or that are not decided."""
    whole = " and ".join(filter(None, markers))
    if len(set(re.findall(_NAMED, whole)) - {"extra"}) != 1 or "extra" in whole:
        return
    for target, extras in _probes(_plain(whole), "", ""):
        decided = [Markers(target, UV).holds(marker, extras) if marker else True for marker in markers]
        if None not in decided:
            yield [bool(answer) for answer in decided]


@lru_cache(maxsize=256)
def bounds(specifier: str) -> tuple[Bound | None, Bound | None]:
    """The lower and the upper end of a specifier set; single versions in between do not count, as for uv."""
    lower: Bound | None = None
    upper: Bound | None = None
    for operator, version, star in _CLAUSE.findall(specifier):
        numbers = [int(part) for part in version.split(".")]
        release = _trimmed(numbers)
        if operator in (">", ">=", "~=", "==", "==="):
            low: Bound = (release, operator != ">")
            # Of two equal ends the one that leaves the release itself out is the narrower.
            lower = low if lower is None or (low[0], not low[1]) > (lower[0], not lower[1]) else lower
        if operator in ("<", "<="):
            high: Bound = (release, operator == "<=")
        elif operator == "~=" or (star and operator == "=="):
            stem = numbers[:-1] if operator == "~=" else numbers
            high = (_trimmed([*stem[:-1], stem[-1] + 1]), False) if stem else (release, True)
        elif operator in ("==", "==="):
            high = (release, True)
        else:
            continue
        upper = high if upper is None or high < upper else upper
    return lower, upper


def _trimmed(numbers: Iterable[int]) -> tuple[int, ...]:
    parts = list(numbers)
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _clauses(specifier: str) -> list[str]:
    return sorted("".join(clause.split()) for clause in specifier.split(",") if clause.strip())


def _plain(marker: str) -> str:
    """The marker in uv's quotes and spaces, with its commonest rewritings."""
    if "'" not in marker or '"' not in marker:
        marker = marker.replace('"', "'")
    # Functions, not templates: those are taken apart by ``re``, which nothing else here loads.
    marker = " ".join(_OPERATOR.sub(lambda match: f" {match[1]} ", marker).split())
    marker = _PYTHON_VERSION.sub(lambda match: f"python_full_version {match[1]} {match[2]}", marker)
    return _PLATFORM_SYSTEM.sub(
        lambda match: f"sys_platform {match[1]} '{'win32' if match[2] == 'Windows' else match[2].lower()}'",
        marker,
    )


def _probes(marker: str, other: str, python: str) -> Iterable[tuple[Target, frozenset[str]]]:
    """Every Python, platform and extra that one of two markers could tell apart; none where these are too many."""
    both = f"{marker}\n{other}"
    variables = set(re.findall(_NAMED, both))
    values = list(dict.fromkeys(single or double for single, double in re.findall(_QUOTED, both)))
    if len(values) > 40:
        return
    axes: list[list[Mapping[str, str]]] = []
    if variables & _OF_PYTHON:
        axes.append([_python(version) for version in _admitted(_versions(values), python)])
    if "implementation_version" in variables:
        axes.append([{"implementation_version": _dotted(version)} for version in sorted(_versions(values))])
    if variables & {"sys_platform", "platform_system"}:
        pairs = {**_SYSTEMS, **{value: "other" for value in values if value not in _SYSTEMS and value not in _SYSTEMS.values()}}
        axes.append([{"sys_platform": name, "platform_system": system} for name, system in (*pairs.items(), ("other", "other"))])
    others = variables - {"sys_platform", "platform_system"} - VERSION_VARIABLES
    axes.extend([{variable: value} for value in (*values, "other")] for variable in sorted(others))
    total = 1
    for axis in axes:
        total *= len(axis)
    if total > _MOST_PROBES:
        return
    for parts in product(*axes):
        markers = {name: value for part in parts for name, value in part.items()}
        extra = markers.pop("extra", None)
        yield Target(markers), frozenset({extra} if extra else ())


def _python(version: Version) -> Mapping[str, str]:
    return {"python_full_version": _dotted(version), "python_version": _dotted(version[:2])}


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _versions(values: Iterable[str]) -> set[Version]:
    """Each version that is named, and its neighbours: where a comparison with it may begin or end to be true."""
    versions: set[Version] = set()
    for text in values:
        for version in re.findall(r"[0-9]+(?:\.[0-9]+)*", text):
            parts = [int(part) for part in version.split(".")][:3]
            if any(part > _BEYOND_ALL for part in parts):
                continue
            major, minor, patch = named = _padded(parts)
            versions |= {named, (major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0), _before(named)}
    return versions


def _admitted(versions: set[Version], python: str) -> list[Version]:
    """Those of the versions that are within the bounds of the lock's Pythons, with the first and the last within: of all that are named
    outside, these stand for the Pythons there are. All of the versions where there are no bounds."""
    lower, upper = bounds(python)
    first, last = (0, 0, 0), (_BEYOND_ALL + 1, 0, 0)
    if lower is not None:
        major, minor, patch = first = _padded(lower[0])
        first = first if lower[1] else (major, minor, patch + 1)
        versions = {*versions, first}
    if upper is not None:
        last = _padded(upper[0])
        last = last if upper[1] else _before(last)
        versions = {*versions, last}
    return [version for version in sorted(versions) if first <= version <= last] or sorted(versions)


def _padded(release: Iterable[int]) -> Version:
    major, minor, patch = (*release, 0, 0, 0)[:3]
    return major, minor, patch


def _before(version: Version) -> Version:
    """The version right before another one."""
    major, minor, patch = version
    if patch:
        return major, minor, patch - 1
    return (major, minor - 1, _BEYOND) if minor else (max(major - 1, 0), _BEYOND, _BEYOND)
