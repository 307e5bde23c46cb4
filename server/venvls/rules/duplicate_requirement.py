"""The same package is required twice in one place.

Two lines for one package drift apart: one is raised, the other forgotten.

Example: `requests>=2.31` near the top of a `requirements.txt`, and `requests` again near its end.

Fix it by removing one of the two; the action *Remove the duplicate* removes the later one.

Lines with markers that cannot both be true for the project's environment are not duplicates, nor are lines with other extras, other
groups, or in files that include each other. In the lists of a `pyproject.toml` only exactly the same requirement twice is one:
every tool combines bounds that differ. Lines that contradict each other are reported by `conflicting-requirements`.
"""

from __future__ import annotations

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Later, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import CONSTRAINT, ParsedRequirement, Requirement, Scope
from venvls.model.requirement_list import Requirements, listed
from venvls.model.rule import Rule
from venvls.rules.wording import core_span, hidden
from venvls.standards.markers import holds
from venvls.standards.versions import satisfiable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_MOST = 16
"""Lines of one name that a later one is compared with: a file with a thousand must not take a million comparisons."""
_MANY = 100
"""From so many on findings are made when somebody looks at them."""
_MOST_OF_FILE = 30_000
"""Comparisons of lines in one file: from there on only those that are the same to the letter are reported."""


class _Equal(NamedTuple):
    """Which lines of one name, by their numbers among these, require the same as an earlier one: pairs of both, the later first. ``needs``
    are the lines, kept so that their identity stays their own; ``cost`` is how many comparisons that took."""

    needs: tuple[ParsedRequirement, ...]
    pairs: tuple[tuple[int, int], ...]
    cost: int


class _Repeated(NamedTuple):
    """How many lines require the same as an earlier one, and what gives their numbers, the later first: each of thousands is looked for."""

    lines: int
    numbers: Callable[[], list[tuple[int, int]]]


class _Known:
    """What was last worked out for each file, by the identity of the lines of one name."""

    def __init__(self) -> None:
        self.of_files: dict[str, dict[int, _Equal]] = {}


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for each later line, related to the first."""
    requirements = listed(manifest.requirements)
    # What tox puts together for one environment may come from several lists.
    if manifest.own.part is not None or not requirements.repeated:
        return ()
    known = facts.remembered.of(_Known).of_files
    in_list = manifest.format != "requirements.txt"
    if len(requirements.scopes) > 1:
        repeated = _in_scopes(requirements, facts)
    else:
        before = known.get(manifest.path, {})
        now = known[manifest.path] = {}
        in_list = in_list or CONSTRAINT in requirements.scopes
        repeated = _in_one_scope(requirements, facts, before, now, in_list=in_list)
    in_order: list[tuple[int, int]] = []

    def make(some: Sequence[int]) -> list[Finding]:
        in_order[:] = in_order or sorted(repeated.numbers())
        pairs = [in_order[each] for each in some]
        firsts, lines = requirements.at([first for _, first in pairs]), requirements.at([number for number, _ in pairs])
        return [_finding(manifest.path, first, line, facts) for first, line in zip(firsts, lines, strict=True)]

    every = range(repeated.lines)
    return Later(len(every), make) if len(every) > _MANY and manifest.format == "requirements.txt" else make(every)


def _in_one_scope(
    requirements: Requirements, facts: Facts, before: Mapping[int, _Equal], now: dict[int, _Equal], *, in_list: bool
) -> _Repeated:
    """The lines that require the same as an earlier one, which all are of one scope."""
    repeated = requirements.repeated
    # Without a line of Python for each name: nearly all are as they were before a key.
    if repeated and not in_list:
        from collections import Counter

        lengths = Counter(map(len, repeated.values()))
        if sum([_most_comparisons(length) * names for length, names in lengths.items()]) > _MOST_OF_FILE:
            return _in_order(requirements, facts)
    ids = list(map(id, repeated.values()))
    equals = list(map(before.get, ids))
    known = list(filter(None, equals))
    if len(known) < len(ids):
        most = 0 if in_list else _MOST_OF_FILE
        known = [_equal(needs, facts, most) if equal is None else equal for needs, equal in zip(repeated.values(), equals, strict=True)]
    now.update(zip(ids, known, strict=True))
    pairs = {name: equal.pairs for name, equal in zip(repeated, known, strict=True) if equal.pairs}

    def find() -> list[tuple[int, int]]:
        numbers = requirements.numbers_of(pairs)
        return [(numbers[name][number], numbers[name][first]) for name, those in pairs.items() for number, first in those]

    return _Repeated(sum(map(len, pairs.values())), find)


def _most_comparisons(lines: int) -> int:
    """How many comparisons the lines of one name take at most: each with those before it, up to the number that is kept."""
    few = min(lines, _MOST)
    return few * (few - 1) // 2 + (lines - few) * _MOST


def _in_order(requirements: Requirements, facts: Facts) -> _Repeated:
    """The same of a file with more lines of one name than are compared: whatever was typed before, the first of them are."""
    left, later = _MOST_OF_FILE, []
    for name, numbers in requirements.numbers_of(requirements.repeated).items():
        equal = _equal(requirements.repeated[name], facts, max(left, 0))
        left -= equal.cost
        later += [(numbers[number], numbers[first]) for number, first in equal.pairs]
    return _Repeated(len(later), lambda: later)


def _in_scopes(requirements: Requirements, facts: Facts) -> _Repeated:
    """The same of lines of several scopes, each of which is by itself. No requirements file has several."""
    later: list[tuple[int, int]] = []
    for every in requirements.numbers_of(requirements.repeated).values():
        scopes: dict[Scope, list[int]] = {}
        for number in every:
            scopes.setdefault(requirements[number].scope, []).append(number)
        for numbers in scopes.values():
            if len(numbers) > 1:
                equal = _equal(tuple([requirements.needs[number] for number in numbers]), facts, 0)
                later += [(numbers[number], numbers[first]) for number, first in equal.pairs]
    return _Repeated(len(later), lambda: later)


def _equal(needs: tuple[ParsedRequirement, ...], facts: Facts, left: int) -> _Equal:
    """Which of these lines are equal; ``left`` is how many comparisons may still be made of such as are not the same to the letter."""
    earlier_lines: dict[tuple[object, ...], list[int]] = {}
    pairs, cost = [], 0
    for number, need in enumerate(needs):
        if need.error is not None:
            continue
        identical = cost >= left
        earlier = earlier_lines.setdefault(_comparable(need, identical=identical), [])
        same = next((other for other in earlier if _same(needs[other], need, facts, identical=identical)), None) if earlier else None
        cost += len(earlier)
        if len(earlier) < _MOST:
            earlier.append(number)
        if same is not None:
            pairs.append((number, same))
    return _Equal(needs, tuple(pairs), cost)


def _comparable(need: ParsedRequirement, *, identical: bool) -> tuple[object, ...]:
    """What two lines for one name have alike that can be the same requirement. Several bounds are how constraints are written, and in
    lists of a pyproject.toml projects use them on purpose (`pytest>=6`, `pytest!=8.0.*`): their tools combine them, so that there only
    ``identical`` ones are."""
    extras = frozenset(map(canonical, need.extras)) if need.extras else None
    return (extras, need.specifier, need.url) if identical else (extras,)


def _same(first: ParsedRequirement, second: ParsedRequirement, facts: Facts, *, identical: bool) -> bool:
    """Whether two comparable lines require the same, in this project's environment."""
    if first.marker != second.marker and not (holds(first.marker, facts) and holds(second.marker, facts)):
        return False
    return identical or (first.specifier, first.url) == (second.specifier, second.url) or not _contradict(first, second)


def _contradict(first: ParsedRequirement, second: ParsedRequirement) -> bool:
    both = ",".join(specifier for specifier in (first.specifier, second.specifier) if specifier)
    return satisfiable(both) is False


def _finding(path: str, first: Requirement, later: Requirement, facts: Facts) -> Finding:
    relative = core_span(later.parsed)
    message = f"{later.parsed.name} is required twice here"
    return Finding(
        code="duplicate-requirement",
        message=hidden(message, "This file requires the same package twice", path, facts),
        path=path,
        span=later.span if relative is None else later.locate(relative),
        requirement=later,
        related=() if path in facts.outside else (Related(path, first.span, "first required here"),),
    )


RULE = Rule(code="duplicate-requirement", severity="warning", doc=__doc__ or "", manifest=check)
