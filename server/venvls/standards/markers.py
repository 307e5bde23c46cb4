"""Environment markers (PEP 508): the one place where a marker gets its meaning, for every format, lock and rule.

A marker is read once, and evaluated for a target: the target's variables alone count, never those of the Python that runs this. The answer
is ``True``, ``False``, or ``None`` for *not known*: a variable that the target lacks, or that was guessed and would change the answer,
and whatever tools refuse to compare. Where tools differ, a :class:`Dialect` says how.

Markers as nearly everybody writes them are read here; all others by :mod:`venvls.standards.marker_grammar`, imported for the first of
them. ``packaging`` is asked only to compare versions that are more than plain numbers.
"""

from __future__ import annotations

from venvls.model.facts import OfEnvironment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.model.text import Wrong
from venvls.standards.conditions import TEXT_VARIABLES, VARIABLES, VERSION_VARIABLES, Comparison, Condition
from venvls.standards.versions import equal, plainly, standard

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from venvls.model.environment import Target
    from venvls.model.facts import Facts

LONGEST = 100_000
"""Characters of a marker; uv writes some of thousands."""

LONGEST_WRITTEN = 20_000
"""Characters of a marker in a manifest."""

_EVERYDAY_NAMES = VARIABLES | {"extra"}
_EVERYDAY = re.compile(r"\s*([a-z_]+)\s*(==|!=|<=|>=|<|>)\s*(?:'([^'\"]*)'|\"([^\"']*)\")\s*(?:(and|or)\b|$)")
_NO_EXTRAS: frozenset[str] = frozenset()


class Dialect(NamedTuple):
    """Where tools differ in what a comparison means; in everything else they follow PEP 508 as ``packaging`` does.

    ``version_lists``: in ``python_version in '3.8 3.9'`` the value is a list of versions, not a text that holds one.
    ``ordered``: the variables whose texts are smaller or greater by their letters; the texts of all others never are.
    ``release_is_text``: ``platform_release`` is such a text too, not a version where it looks like one.
    ``own_versions``: what PEP 440 does not know (a release ``6.1.0-generic``, ``>='3.6.*'``) is compared in a way of the tool's own: the
    answer is not known here.
    ``passes_over``: a comparison of a version with what is none, or with a list in which something is none, is left out of the marker
    without a word, and a marker of which nothing is left always holds.
    """

    version_lists: bool = False
    ordered: frozenset[str] = _NO_EXTRAS
    release_is_text: bool = False
    own_versions: bool = False
    passes_over: bool = False


PIP = Dialect()
"""pip, pip-tools, Pipenv and tox: ``packaging.markers``."""

UV = Dialect(
    version_lists=True,
    ordered=frozenset({"platform_release", "platform_version"}),
    release_is_text=True,
    own_versions=True,
    passes_over=True,
)
"""uv, and pixi for its packages of PyPI: ``uv-pep508``. Versions in a list have blanks between them, and nothing else."""

POETRY = Dialect(version_lists=True, own_versions=True)
"""Poetry: poetry-core ``version/markers.py``."""

PDM = Dialect(ordered=TEXT_VARIABLES, own_versions=True)
"""PDM: dep-logic ``markers/single.py``."""


@lru_cache(maxsize=8192)
def read(marker: str) -> Condition | None:
    """The marker as a condition; ``None`` where it is none."""
    if (everyday := _read_everyday(marker)) is not None:
        return everyday
    if len(marker) > LONGEST:
        return None
    from venvls.standards.marker_grammar import parse

    condition = parse(marker)
    return None if isinstance(condition, Wrong) else condition


@lru_cache(maxsize=8192)
def marker_error(marker: str) -> Wrong | None:
    """What is wrong with a marker (what follows the ``;``), and which characters of it; ``None`` where it is right."""
    if len(marker) <= LONGEST_WRITTEN and read(marker) is not None:
        return None
    from venvls.standards.marker_grammar import parse

    if len(marker) > LONGEST_WRITTEN:
        return Wrong(f"the condition is longer than {LONGEST_WRITTEN} characters", 0, len(marker))
    wrong = parse(marker)
    return wrong if isinstance(wrong, Wrong) else None


class _Answers(OfEnvironment):
    def __init__(self) -> None:
        self.by_marker: dict[tuple[str, str], bool | None] = {}


def holds(marker: str | None, facts: Facts, extra: str = "") -> bool | None:
    """Whether ``marker`` is true for the project's target with this extra (PEP 503 form, empty for none), as pip has it.

    No marker always is. The answer is remembered.
    """
    if not marker:
        return True
    answers = facts.remembered.of(_Answers).by_marker
    key = (marker, extra)
    if key not in answers:
        answers[key] = evaluate(marker, facts.target, frozenset((extra,)) if extra else _NO_EXTRAS)
    return answers[key]


class Markers:
    """The markers of one lock for one target. Each text is worked out once for each set of extras it depends on."""

    __slots__ = ("_answers", "_dialect", "_target")

    def __init__(self, target: Target | None, dialect: Dialect) -> None:
        self._target = target
        self._dialect = dialect
        self._answers: dict[tuple[str, Collection[str]], bool | None] = {}

    def holds(self, marker: object, extras: frozenset[str] = _NO_EXTRAS) -> bool | None:
        """Whether ``marker`` holds; no marker (``None``) always does, of what is not a text it is not known."""
        if not isinstance(marker, str):
            return True if marker is None else None
        key = (marker, extras if "extra" in marker else ())
        if key not in self._answers:
            self._answers[key] = evaluate(marker, self._target, extras, self._dialect)
        return self._answers[key]


def evaluate(marker: str | None, target: Target | None, extras: frozenset[str] = _NO_EXTRAS, dialect: Dialect = PIP) -> bool | None:
    """Whether ``marker`` is true for ``target`` with these ``extras`` (PEP 503 forms); no marker (``None``) always is. Not remembered."""
    if marker is None:
        return True
    condition = read(marker) if target is not None else None
    if condition is None or target is None:
        return None
    if not target.guessed:
        return _decide(condition, target.markers, extras, dialect)
    sure = {name: value for name, value in target.markers.items() if name not in target.guessed}
    minor = sure.get("python_version")
    if minor is None or "python_full_version" not in target.guessed or "python_full_version" not in marker:
        return _decide(condition, sure, extras, dialect)
    # Of the patch version nothing is known: what holds for each one that the marker could tell apart, holds.
    pythons = (f"{minor}.{patch}" for patch in _patches(marker, minor))
    answers = {_decide(condition, {**sure, "python_full_version": python}, extras, dialect) for python in pythons}
    return answers.pop() if len(answers) == 1 else None


def refused(marker: str, target: Target) -> bool:
    """Whether pip stops at this marker, because it compares what cannot be compared (``sys_platform ~= 'linux'``)."""
    condition = read(marker)
    try:
        if condition is not None:
            _any_row(condition, target.markers, _NO_EXTRAS, PIP)
    except _UndefinedError:
        return True
    except ValueError:
        return False
    return False


def _patches(marker: str, minor: str) -> Collection[int]:
    """Patch versions of ``minor``: the first, one beyond all, and those that the marker names with their neighbours."""
    named = {int(number) for number in re.findall(rf"(?<![0-9.]){re.escape(minor)}\.([0-9]{{1,6}})", marker)}
    near = {patch for number in named for patch in (number - 1, number, number + 1) if patch >= 0}
    # As a part of a text, ``3.12.1`` is in each of ``3.12.10`` to ``3.12.19`` too.
    parts = range(200) if re.search(r"\bin\b", marker) else ()
    return {0, 9999, *near, *parts}


class _UndefinedError(Exception):
    """Tools refuse the comparison, and with it the whole marker."""


@lru_cache(maxsize=4096)
def _left(condition: Condition) -> Condition:
    """What is left of a marker without what uv passes over; nothing where all of it is."""
    rows = []
    for row in condition:
        parts: list[Comparison | Condition] = []
        for part in row:
            if isinstance(part, Comparison):
                parts += () if _is_passed_over(part) else (part,)
            elif inner := _left(part):
                parts.append(inner)
        if parts:
            rows.append(tuple(parts))
    return tuple(rows)


def _is_passed_over(comparison: Comparison) -> bool:
    name, operator, value, value_first = comparison
    if name not in VERSION_VARIABLES:
        return False
    if operator in ("in", "not in"):
        return value_first or not all(map(standard, value.split()))
    return not standard(value.removesuffix(".*"))


def _decide(condition: Condition, variables: Mapping[str, str], extras: frozenset[str], dialect: Dialect) -> bool | None:
    if dialect.passes_over and not (condition := _left(condition)):
        return True
    try:
        return _any_row(condition, variables, extras, dialect)
    except (_UndefinedError, ValueError):  # numbers of more digits than Python converts
        return None


def _any_row(condition: Condition, variables: Mapping[str, str], extras: frozenset[str], dialect: Dialect) -> bool | None:
    # Every part is looked at, as tools do: one that they refuse makes the rest worth nothing.
    anything: bool | None = False
    for row in condition:
        everything: bool | None = True
        for part in row:
            if isinstance(part, Comparison):
                answer = _compare(part, variables, extras, dialect)
            else:
                answer = _any_row(part, variables, extras, dialect)
            if answer is not True and everything is not False:
                everything = answer
        if everything is not False and anything is not True:
            anything = everything
    return anything


def _compare(comparison: Comparison, variables: Mapping[str, str], extras: frozenset[str], dialect: Dialect) -> bool | None:
    name, operator, value, value_first = comparison
    if name == "extra":
        return _compare_extra(operator, value, value_first, extras)
    if not name:
        raise _UndefinedError
    actual = variables.get(name)
    if actual is None:
        return None
    if name == "python_full_version" and actual.endswith("+"):
        actual += "local"  # a Python between two releases (PEP 440 wants letters after the plus)
    left, right = (value, actual) if value_first else (actual, value)
    is_version = name in VERSION_VARIABLES or (name == "platform_release" and not dialect.release_is_text)
    if operator in ("in", "not in"):
        if dialect.version_lists and name in VERSION_VARIABLES and not value_first:
            listed = filter(None, re.split(r"[\s,|]+", right))
            return any(standard(each) and equal(left, each) for each in listed) is (operator == "in")
    elif is_version:
        answer = None if dialect.own_versions and not standard(actual) else _compare_versions(left, operator, right)
        if answer is not None or dialect.own_versions:
            return answer
    return _compare_texts(left, operator, right, ordered=name in dialect.ordered)


def _compare_extra(operator: str, value: str, value_first: bool, extras: frozenset[str]) -> bool:
    value = canonical(value)
    if operator in ("==", "!="):
        return (value in (extras or ("",))) is (operator == "==")
    if len(extras) > 1:
        raise _UndefinedError
    extra = "".join(extras)
    return _compare_texts(*((value, operator, extra) if value_first else (extra, operator, value)), ordered=False)


def _compare_versions(left: str, operator: str, right: str) -> bool | None:
    """``None`` where this is no clause of PEP 440."""
    plain = plainly(operator + right, left) if "," not in right else None  # a comma would begin another clause
    return _compare_by_packaging(left, operator, right) if plain is None else plain


@lru_cache(maxsize=4096)
def _compare_by_packaging(left: str, operator: str, right: str) -> bool | None:
    from packaging.specifiers import InvalidSpecifier, Specifier

    try:
        clause = Specifier(operator + right)
    except InvalidSpecifier:
        return None
    return clause.contains(left, prereleases=True)


def _compare_texts(left: str, operator: str, right: str, *, ordered: bool) -> bool:
    if operator == "==":
        return left == right
    if operator == "!=":
        return left != right
    if operator in ("in", "not in"):
        return (left in right) is (operator == "in")
    if operator in ("<", "<=", ">", ">="):
        if left == right:
            return "=" in operator
        return ordered and (left < right) is (operator[0] == "<")
    raise _UndefinedError


def _read_everyday(marker: str) -> Condition | None:
    """Comparisons of a variable with a text, joined by ``and`` and ``or``; ``None`` where there is more to it or something is wrong."""
    if not marker.isprintable() or "\\" in marker:
        return None
    rows: list[tuple[Comparison, ...]] = []
    row: list[Comparison] = []
    position = 0
    while True:
        match = _EVERYDAY.match(marker, position)
        if match is None:
            return None
        name, operator, single, double, joint = match.groups()
        if name not in _EVERYDAY_NAMES:
            return None
        row.append(Comparison(name, operator, double if single is None else single))
        if joint is None:
            return (*rows, tuple(row))
        if joint == "or":
            rows.append(tuple(row))
            row = []
        position = match.end()
