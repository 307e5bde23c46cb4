"""No version of a package can satisfy all of its requirements.

No tool can install such a file: it stops with an error, or it follows one of the two and breaks the other.

Example: `requests==2.31.0` in `requirements.txt`, which includes `base.txt` with `requests<2.30`; or `numpy>=2,<1` in one line.

Fix it by changing one of the two. Constraints (`-c`) count. Lines in groups that nobody chose are compared only within their group, and
manifests that do not include each other are not compared at all: each may be meant for another environment.

Whether a common version exists is worked out from the specifiers alone, exactly; where that cannot be known, nothing is reported.
"""

from __future__ import annotations

from itertools import compress

from venvls.model.facts import Facts, Placed
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, ParsedRequirement, Requirement, Scope
from venvls.model.requirement_list import KnownNeeds, Requirements, listed
from venvls.model.rule import Rule
from venvls.model.text import Span
from venvls.rules.asked import Family, families
from venvls.rules.wording import core_span, hidden
from venvls.standards.markers import holds
from venvls.standards.versions import satisfiable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_MOST = 64
"""Lines of one name that are taken together: beyond, only what contradicts these is reported."""
_MOST_OF_ONE = 1_000
"""Lines of one name that are looked at: nobody writes as many, and each that says something new is compared with all those."""
_MOST_OF_PROJECT = 20_000
"""Specifiers in all comparisons of a project: from there on none is made, and every line is still compared with what is installed."""


class _Comparisons:
    """Whether requirements leave a version together; ``left`` are the specifiers that may still be looked at."""

    def __init__(self) -> None:
        self.left = _MOST_OF_PROJECT

    def contradict(self, needs: Sequence[ParsedRequirement]) -> bool:
        """Whether no version satisfies all of ``needs``."""
        self.left -= len(needs)
        return satisfiable(_joined(needs)) is False


class _Outcome(NamedTuple):
    """What a group of lines for one name came to: for each that leaves no version its number and those that it contradicts; the bounds are
    before the lines. ``needs`` are both, kept so that their identity stays their own; ``cost`` is what comparing them took."""

    needs: tuple[ParsedRequirement, ...]
    conflicts: tuple[tuple[int, tuple[int, ...]], ...]
    cost: int


_Outcomes = dict[int | tuple[int, ...], _Outcome]
_Bounds = dict[str | None, tuple[Placed, ...]]


class _Known:
    """Outcomes by the identity of what the lines for one name say; where other files have some or there are bounds, by that of each, after
    how many are bounds. And the lines that leave a version by themselves, by theirs."""

    def __init__(self) -> None:
        self.outcomes: _Outcomes = {}
        self.possible = KnownNeeds()
        # By the files with bounds that a family reaches: these bounds by name, and what the only line for a name comes to, by what it says.
        self.bounds: dict[frozenset[str], _Bounds] = {}
        self.bounded: dict[frozenset[str], dict[int, _Outcome]] = {}
        self.bounded_before: dict[frozenset[str], dict[int, _Outcome]] = {}


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each requirement that leaves no version together with those before it, related to what it contradicts."""
    done: set[tuple[str, int]] = set()
    compared = _Comparisons()
    known = facts.remembered.of(_Known)
    before, known.outcomes = known.outcomes, {}
    known.bounded_before, known.bounded = known.bounded, {}
    known.bounds = {reached: known.bounds[reached] for family in families(facts) if (reached := family.bounds) in known.bounds}
    for family in families(facts):
        # Who includes a file is the one to give way, so what it includes is taken first.
        included_first = family.asked[::-1]
        conflicts = _conflicts(included_first, facts, family, compared, before)
        for finding in (*conflicts, *_within_scopes(family, facts, compared, before)):
            place = (finding.path, finding.span.start)
            if place not in done:
                done.add(place)
                yield finding


def _within_scopes(family: Family, facts: Facts, compared: _Comparisons, before: _Outcomes) -> Iterable[Finding]:
    """Contradictions inside a group, extra or build table that does not count now."""
    for path in family.paths:
        manifest = facts.manifests.get(path)
        if manifest is None or listed(manifest.requirements).scopes <= {MAIN}:
            continue
        scopes: dict[Scope, list[Requirement]] = {}
        for requirement in manifest.requirements:
            if requirement.scope is not MAIN and requirement.scope.kind not in ("main", "constraint"):
                scopes.setdefault(requirement.scope, []).append(requirement)
        for scope, requirements in scopes.items():
            if not facts.counts(manifest, scope):
                yield from _conflicts([(path, Requirements(requirements))], facts, None, compared, before)


def _conflicts(
    asked: Sequence[tuple[str, Requirements]], facts: Facts, family: Family | None, compared: _Comparisons, before: _Outcomes
) -> Iterable[Finding]:
    known = facts.remembered.of(_Known)
    files = [requirements for _, requirements in asked]
    shared = _shared(files)
    bounds: _Bounds = {}
    if facts.constraints and family is not None:
        inside = _inside(family, facts)
        names = inside.keys() & frozenset().union(*[requirements.keys for requirements in files])
        bounds = dict(zip(names, map(inside.__getitem__, names), strict=True))
    alone = _suspects(files, known)
    together = shared | bounds.keys()
    if not alone and not together and not any(requirements.repeated for requirements in files):
        return
    left = compared.left
    outcomes: list[tuple[str, _Outcome]] = []
    for requirements in files:
        outcomes += _of_file(requirements, alone - together, together, facts, compared, before)
    if bounds and family is not None:
        alone_bounded = bounds.keys() - shared.union(*[requirements.repeated for requirements in files])
        outcomes += _of_single_lines(files, alone_bounded, bounds, family, facts, compared)
        together -= alone_bounded
    for key, needs, own in _in_order(files, bounds, together):
        outcomes.append((key, _remembered((own, *map(id, needs)), needs, own, facts, compared, before)))
    if compared.left <= 0:
        # In the order of the files, whatever was typed before: the comparisons end somewhere.
        compared.left = left
        known.outcomes.clear()
        known.bounded.clear()
        suspects = alone.union(together, bounds, *[requirements.repeated for requirements in files])
        outcomes = [(key, _outcome(needs, own, facts, compared)) for key, needs, own in _in_order(files, bounds, suspects)]
    told = {key: outcome for key, outcome in outcomes if outcome.conflicts}
    places = [requirements.numbers_of(told) for _, requirements in asked] if told else []
    for key, outcome in told.items():
        group = list(bounds.get(key, ()))
        for (path, requirements), numbers in zip(asked, places, strict=True):
            group += [Placed(path, requirements[number]) for number in numbers.get(key, ())]
        for number, others in outcome.conflicts:
            yield _finding(group[number], [group[other] for other in others], facts)


def _of_file(
    requirements: Requirements,
    alone: set[str | None],
    together: set[str | None],
    facts: Facts,
    compared: _Comparisons,
    before: _Outcomes,
) -> list[tuple[str, _Outcome]]:
    """The names for which one file alone leaves no version, with what their lines come to: those that it repeats, and of the others those
    that stand out ``alone``; without those that are compared ``together`` with other files."""
    groups = dict(requirements.repeated)
    for key in together:
        groups.pop(key or "", None)
    alone = alone - groups.keys()
    for need in compress(requirements.needs, map(alone.__contains__, requirements.keys)) if alone else ():
        if need.key is not None:
            groups[need.key] = (need,)
    # The same objects as before a key for all names but what was typed: no line of Python for each of them.
    ids = list(map(id, groups.values()))
    outcomes = list(map(before.get, ids))
    known: list[_Outcome] = list(filter(None, outcomes))
    if len(known) < len(ids):
        known = [
            _outcome(needs, 0, facts, compared) if outcome is None else outcome
            for needs, outcome in zip(groups.values(), outcomes, strict=True)
        ]
    compared.left -= sum([outcome.cost for outcome, old in zip(known, outcomes, strict=True) if old is not None])
    facts.remembered.of(_Known).outcomes.update(zip(ids, known, strict=True))
    return [(key, outcome) for key, outcome in zip(groups, known, strict=True) if outcome.conflicts]


def _inside(family: Family, facts: Facts) -> _Bounds:
    """The bounds that a family reaches, by name: the same ones for as long as what is remembered."""
    known = facts.remembered.of(_Known).bounds
    bounds = known.get(family.bounds)
    if bounds is None:
        reached = {key: [bound for bound in some if bound.path in family.bounds][:_MOST] for key, some in facts.constraints.items()}
        bounds = known[family.bounds] = {key: tuple(some) for key, some in reached.items() if some}
    return bounds


def _of_single_lines(
    files: list[Requirements], names: Collection[str | None], bounds: _Bounds, family: Family, facts: Facts, compared: _Comparisons
) -> list[tuple[str, _Outcome]]:
    """What the lines come to, together with their bounds, that are the only ones for these ``names``."""
    known = facts.remembered.of(_Known)
    before = known.bounded_before.get(family.bounds, {})
    now: dict[int, _Outcome] = {}
    told: list[tuple[str, _Outcome]] = []
    for requirements in files:
        needs = list(compress(requirements.needs, map(names.__contains__, requirements.keys)))
        # As above: no line of Python for those that are the same objects.
        ids = list(map(id, needs))
        outcomes = list(map(before.get, ids))
        compared.left -= sum([outcome.cost for outcome in outcomes if outcome is not None])
        for number, (need, outcome) in enumerate(zip(needs, outcomes, strict=True)) if None in outcomes else ():
            if outcome is None:
                own = bounds[need.key]
                outcomes[number] = _outcome((*[bound.requirement.parsed for bound in own], need), len(own), facts, compared)
        found = list(filter(None, outcomes))
        now.update(zip(ids, found, strict=True))
        told += [(need.key or "", outcome) for need, outcome in zip(needs, found, strict=True) if outcome.conflicts]
    known.bounded[family.bounds] = now
    return told


def _remembered(
    key: int | tuple[int, ...],
    needs: tuple[ParsedRequirement, ...],
    bounds: int,
    facts: Facts,
    compared: _Comparisons,
    before: _Outcomes,
) -> _Outcome:
    """What the lines for one name come to: what it was ``before``, at the same cost, where they are the same."""
    outcome = before.get(key)
    if outcome is None or outcome.cost >= compared.left:
        outcome = _outcome(needs, bounds, facts, compared)
    else:
        compared.left -= outcome.cost
    facts.remembered.of(_Known).outcomes[key] = outcome
    return outcome


def _in_order(
    files: list[Requirements], bounds: Mapping[str | None, tuple[Placed, ...]], names: Collection[str | None]
) -> Iterable[tuple[str, tuple[ParsedRequirement, ...], int]]:
    """For each of these names the lines of all files together, after the bounds, and how many these are."""
    by_key: dict[str, list[ParsedRequirement]] = {}
    for requirements in files if names else ():
        for need in compress(requirements.needs, map(names.__contains__, requirements.keys)):
            if need.key is not None:
                by_key.setdefault(need.key, []).append(need)
    for key, needs in by_key.items():
        own = bounds.get(key, ())
        yield key, (*[bound.requirement.parsed for bound in own], *needs), len(own)


def _shared(files: list[Requirements]) -> set[str | None]:
    """The names that more than one of the files has."""
    shared: set[str | None] = set()
    seen: set[str | None] = set()
    *small, large = sorted(files, key=len) if files else [Requirements()]
    for requirements in small:
        shared.update(seen.intersection(requirements.keys))
        seen.update(requirements.keys)
    shared.update(seen.intersection(large.keys))
    return shared


def _outcome(needs: tuple[ParsedRequirement, ...], bounds: int, facts: Facts, compared: _Comparisons) -> _Outcome:
    """What the lines for one name come to; the first of them are bounds."""
    left = compared.left
    conflicts = tuple(_in_group(needs, bounds, facts, compared))
    return _Outcome(needs, conflicts, left - compared.left)


def _suspects(files: list[Requirements], known: _Known) -> set[str | None]:
    """The names that are worth checking though they may be there once: with a specifier that may exclude itself."""
    possible = known.possible
    suspects: set[str | None] = set()
    for requirements in files:
        for need in requirements.needs_besides(possible):
            if "," in need.specifier and satisfiable(need.specifier) is not True:
                suspects.add(need.key)
            else:
                possible[id(need)] = need
    return suspects


def _in_group(
    needs: Sequence[ParsedRequirement], bounds: int, facts: Facts, compared: _Comparisons
) -> Iterable[tuple[int, tuple[int, ...]]]:
    """The lines for one name that leave no version, by their numbers, each with those that it contradicts. The first are bounds."""

    def contradict(numbers: Sequence[int]) -> bool:
        return compared.contradict([needs[number] for number in numbers])

    kept = [number for number in range(bounds) if needs[number].specifier and _applies(needs[number], facts)]
    if kept and contradict(kept):
        kept = []
    fitting = {needs[number].specifier for number in kept}
    for number in range(bounds, min(len(needs), bounds + _MOST_OF_ONE)):
        if compared.left <= 0:
            return
        specifier = needs[number].specifier
        if not specifier or not _applies(needs[number], facts) or specifier in fitting or satisfiable(specifier) is None:
            continue
        if contradict([number]):
            yield number, ()
        elif contradict([*kept, number]):
            alone = [other for other in kept if contradict([other, number])]
            yield number, tuple(alone or kept)
        elif len(kept) < _MOST:
            kept.append(number)
            fitting.add(specifier)


def _applies(need: ParsedRequirement, facts: Facts) -> bool:
    return holds(need.marker, facts) is True


def _joined(needs: Sequence[ParsedRequirement]) -> str:
    return ",".join(dict.fromkeys(need.specifier.strip() for need in needs))


def _finding(placed: Placed, others: list[Placed], facts: Facts) -> Finding:
    parsed = placed.requirement.parsed
    own = f"{parsed.name}{parsed.specifier.strip()}"
    shown = [other for other in others if other.path not in facts.outside]
    if not others:
        message = f"No version can satisfy {own}"
    elif shown:
        message = f"No version can satisfy both {own} and {_where(shown[0], placed.path, facts)}"
    else:
        message = f"No version can satisfy both {own} and a file outside the workspace"
    return Finding(
        code="conflicting-requirements",
        message=hidden(message, "No version can satisfy all requirements for a package here", placed.path, facts),
        path=placed.path,
        span=_span(placed.requirement),
        requirement=placed.requirement,
        related=tuple(Related(other.path, _span(other.requirement), "contradicts this") for other in shown[:8]),
    )


def _where(other: Placed, path: str, facts: Facts) -> str:
    text = f"{other.requirement.parsed.name}{other.requirement.parsed.specifier.strip()}"
    return text if other.path == path else f"{text} in {facts.files.path.basename(other.path)}"


def _span(requirement: Requirement) -> Span:
    relative = core_span(requirement.parsed)
    return requirement.span if relative is None else requirement.locate(relative)


RULE = Rule(code="conflicting-requirements", severity="warning", doc=__doc__ or "", project=check)
