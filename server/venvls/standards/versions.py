"""Whether an installed version is in a specifier set, and whether any version can; fast for plain versions, exact for all.

Plain release numbers (``1.2.3``) against plain clauses (``>=1.2``, ``==1.*``, ``~=1.4``) are nearly everything a manifest contains; they
are compared here, with the same answers as ``packaging`` (compared in ``tests/standards/test_versions.py``). Everything else is asked of
``packaging``, which is imported then and not before: it takes longer to import than a thousand plain answers. What it does not understand
is a ``ValueError``, here and wherever it is called: of its own kinds, or a plain one for a number of more digits than Python converts.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from packaging.specifiers import Specifier

_RELEASE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15}){0,15}")
_SHORT = 15
"""Characters of what cannot have more or longer numbers than that, whatever it is."""
_CLAUSE = re.compile(r"(==|!=|>=|<=|~=|<|>)\s*([0-9]{1,15}(?:\.[0-9]{1,15}){0,15})(\.\*)?")

_TWO = frozenset(("==", "!=", ">=", "<=", "~="))

OPERATORS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")
"""PEP 440's, longer ones before those that they begin with."""

MEANT_OPERATORS = {
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "=!": "!=",
    "<>": "!=",
    "=~": "~=",
    "!": "!=",
    "!==": "!=",
    "~": "~=",
    "~==": "~=",
    ">==": ">=",
    "<==": "<=",
    "====": "===",
}
"""Operators that people write though there are none such, and what they mean by them."""

Release = tuple[int, ...]
Clause = tuple[str, Release, bool]


def contains(specifier: str, version: str) -> bool | None:
    """Whether an *installed* ``version`` satisfies ``specifier``, pre-releases admitted; ``None`` where the specifier has no meaning.

    A version that PEP 440 does not know (old environments) satisfies nothing but an empty specifier and ``===`` its own text. That is the
    answer of pip before 24.1; later ones refuse such a distribution, and uv does not see it.
    """
    if not specifier:
        return True
    answer = plainly(specifier, version)
    return _contains_by_packaging(specifier, version) if answer is None else answer


def plainly(specifier: str, version: str) -> bool | None:
    """As :func:`contains` where all versions are plain numbers; ``None`` for all others, which ``packaging`` has to compare."""
    release = _release(version)
    if release is None:
        return None
    if specifier[:2] == "==" and specifier[2:] == version:
        return True  # a pin that is met: most lines of most files
    clauses = _clauses(specifier)
    if clauses is None:
        return None
    for clause in clauses:  # noqa: SIM110 - a generator would be as much work again
        if not _meets(release, clause):
            return False
    return True


def at_least(version: str, bound: str) -> bool:
    """Whether a version is not lower than a bound, where both are plain numbers and it has no fewer of them. A *no* says nothing."""
    release, lowest = _release(version), _release(bound)
    return release is not None and lowest is not None and len(release) >= len(lowest) and release >= lowest


def admits(specifier: str, version: object) -> bool | None:
    """Whether a *locked* ``version`` is in ``specifier``, pre-releases admitted; ``None`` where PEP 440 does not know one of them."""
    return contains(specifier, version) if isinstance(version, str) and standard(version) else None


def standard(version: str) -> bool:
    """Whether PEP 440 knows this version."""
    if _release(version) is not None:
        return True
    from packaging.version import Version

    try:
        Version(version)
    except ValueError:
        return False
    return True


def equal(left: str, right: str) -> bool:
    """Whether two versions are the same, a local part included (``1.0`` is ``1.0.0`` and is not ``1.0+cpu``)."""
    if left == right:
        return True
    releases = _release(left), _release(right)
    if releases[0] is not None and releases[1] is not None:
        size = max(map(len, (releases[0], releases[1])))
        return _padded(releases[0], size) == _padded(releases[1], size)
    from packaging.version import Version

    try:
        return Version(left) == Version(right)
    except ValueError:
        return False


def is_clause(text: str) -> bool:
    """Whether PEP 440 knows this clause: one operator and its version."""
    if "," not in text and _clauses(text):
        return True
    from packaging.specifiers import Specifier

    try:
        Specifier(text)
    except ValueError:
        return False
    return True


def wrong_clause(specifier: str) -> str | None:
    """The first clause of a specifier set that is none; ``None`` where all are."""
    clauses = (part.strip() for part in specifier.split(","))
    return next((clause for clause in clauses if clause and not is_clause(clause)), None)


@lru_cache(maxsize=4096)
def satisfiable(specifier: str) -> bool | None:
    """Whether some version satisfies ``specifier``, pre-releases admitted; ``None`` where that is not known.

    Exact for plain clauses. For all others on the word of ``packaging``, from 26.1 on, which is where it learnt to tell.
    """
    clauses = _clauses(specifier)
    if clauses is not None:
        return _any_version(clauses)
    from packaging.specifiers import SpecifierSet

    if not hasattr(SpecifierSet, "is_unsatisfiable"):
        return None
    try:
        # A line of hundreds for one package is compared with many: what ``packaging`` works out of each clause is kept with it.
        parts = (part.strip() for part in specifier.split(","))
        return not SpecifierSet([_clause_of_packaging(part) for part in parts if part]).is_unsatisfiable()
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _clause_of_packaging(clause: str) -> Specifier:
    from packaging.specifiers import Specifier

    return Specifier(clause)


# A place in PEP 440's order of all versions, around a release number: before its first pre-release, before the release itself, after it
# (and its local versions), after its last post-release. Between any two places that differ there is a version.
_Place = tuple[Release, int]
_BEFORE_ALL, _AT, _AFTER, _AFTER_ALL = range(4)


def _any_version(clauses: tuple[Clause, ...]) -> bool:
    """Whether the stretches that plain clauses allow have a place in common."""
    size = max((len(release) for _, release, _ in clauses), default=0)
    low: _Place = ((0,) * size, _BEFORE_ALL)
    high: _Place | None = None
    holes: list[tuple[_Place, _Place]] = []
    for operator, release, prefix in clauses:
        start, end = _stretch(operator, release, prefix, size)
        if operator == "!=" and start is not None and end is not None:
            holes.append((start, end))
            continue
        low = max(low, start or low)
        high = end if high is None else min(high, end or high)
    for start, end in sorted(holes):
        if start <= low < end:
            low = end
    return high is None or low < high


def _stretch(operator: str, release: Release, prefix: bool, size: int) -> tuple[_Place | None, _Place | None]:
    """Where the versions that a clause allows begin and end (for ``!=``: those it excludes); ``None`` for no bound."""
    here = _padded(release, size)
    if prefix or operator == "~=":
        parts = release if prefix else release[:-1]
        following = _padded((*parts[:-1], parts[-1] + 1), size)
        return (here, _BEFORE_ALL if prefix else _AT), (following, _BEFORE_ALL)
    if operator in ("==", "!="):
        return (here, _AT), (here, _AFTER)
    if operator == ">=":
        return (here, _AT), None
    if operator == ">":
        return (here, _AFTER_ALL), None
    return None, (here, _BEFORE_ALL if operator == "<" else _AFTER)


@lru_cache(maxsize=8192)
def _release(version: str) -> Release | None:
    if len(version) > _SHORT:
        return tuple(map(int, version.split("."))) if _RELEASE.fullmatch(version) is not None else None
    # Nearly all are: without the pattern it is a third of the work.
    if not version.isascii() or not version.replace(".", "").isdecimal():
        return None
    try:
        return tuple(map(int, version.split(".")))
    except ValueError:  # a number is missing
        return None


@lru_cache(maxsize=8192)
def _clauses(specifier: str) -> tuple[Clause, ...] | None:
    clauses: list[Clause] = []
    for part in specifier.split(","):
        text = part.strip()
        if not text:
            continue
        operator, star = text[:2], False
        release = _release(text[2:]) if operator in _TWO and len(text) <= _SHORT else None
        if release is None:
            match = _CLAUSE.fullmatch(text)
            if match is None:
                return None
            operator, version, ending = match.groups()
            release, star = tuple(map(int, version.split("."))), ending is not None
        if (star and operator not in ("==", "!=")) or (operator == "~=" and len(release) < 2):
            return None
        clauses.append((operator, release, star))
    return tuple(clauses)


def _meets(release: Release, clause: Clause) -> bool:
    operator, wanted, prefix = clause
    size = len(wanted)
    if operator in (">=", "<") and len(release) >= size:
        return (release < wanted) is (operator == "<")  # more numbers than the bound has make nothing smaller
    if prefix:
        return (_padded(release, size)[:size] == wanted) is (operator == "==")
    if operator == "~=":
        full = _padded(release, size)
        return full >= wanted and full[: size - 1] == wanted[:-1]
    if len(release) != size:
        longest = max(len(release), size)
        release, wanted = _padded(release, longest), _padded(wanted, longest)
    if operator == ">=":
        return release >= wanted
    if operator == "==":
        return release == wanted
    if operator == "<=":
        return release <= wanted
    if operator == "!=":
        return release != wanted
    return release < wanted if operator == "<" else release > wanted


def _padded(release: Release, size: int) -> Release:
    return release if len(release) >= size else release + (0,) * (size - len(release))


@lru_cache(maxsize=4096)
def _contains_by_packaging(specifier: str, version: str) -> bool | None:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    try:
        specifiers = SpecifierSet(specifier)
    except ValueError:
        return None
    try:
        parsed = Version(version)
    except ValueError:
        return all(clause.operator == "===" and clause.version.lower() == version.lower() for clause in specifiers)
    try:
        # ``===`` compares text: pip gives it the normalised version, the file may have written it otherwise.
        return specifiers.contains(parsed, prereleases=True) or ("===" in specifier and specifiers.contains(version, prereleases=True))
    except ValueError:  # numbers of more digits than Python converts are found only now
        return None
