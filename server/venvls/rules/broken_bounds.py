"""Constraints (``-c``) on packages that no manifest names: they are broken where something that is required leads to such a package.

What names a package itself is compared with the constraints together with its own specifier (``satisfaction``). Loaded where a project has
constraints.
"""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts, OfEnvironment, Placed
from venvls.model.finding import Finding, Related
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.requirement import ParsedRequirement, Requirement
from venvls.rules.asked import counted_requirements, families
from venvls.rules.dependencies import Node, in_range, installed_as, reach, version_of
from venvls.standards.markers import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Known(OfEnvironment):
    """Of each bound whether what is installed breaks it, by identity, with the bound, so that its identity stays its own."""

    def __init__(self) -> None:
        self.broken: dict[int, tuple[ParsedRequirement, bool]] = {}


def broken_bounds(facts: Facts) -> Iterable[Finding]:
    """One finding for each constraint that an installed package breaks, at the constraint."""
    broken = [placed for some in facts.constraints.values() for placed in some if _is_broken(placed.requirement.parsed, facts)]
    if not broken:
        return
    # All files that count are installed together, with the constraints of each of them.
    counted = frozenset[str]().union(*[family.bounds for family in families(facts) if any(asked for _, asked in family.asked)])
    bounds: dict[str, list[Placed]] = {}
    for placed in broken:
        if placed.path in counted:
            bounds.setdefault(placed.requirement.parsed.key or "", []).append(placed)
    for key, (path, requirement) in (_led_to(bounds.keys(), facts) if bounds else {}).items():
        yield from [_finding(placed, path, requirement, facts) for placed in bounds[key]]


def _is_broken(bound: ParsedRequirement, facts: Facts) -> bool:
    known = facts.remembered.of(_Known).broken
    if id(bound) not in known:
        there = installed_as(facts, bound.key) if bound.key is not None and bound.error is None and bound.specifier else None
        is_broken = there is not None and holds(bound.marker, facts) is True and in_range(facts, there, bound.specifier) is False
        known[id(bound)] = (bound, is_broken)
    return known[id(bound)][1]


def _led_to(keys: Iterable[str], facts: Facts) -> dict[str, tuple[str, Requirement]]:
    """Those of ``keys`` that no requirement names and that are installed because of one, each with the first that leads to it."""
    wanted = set(keys)
    led: dict[str, tuple[str, Requirement]] = {}
    seen: set[Node] = set()
    for path, requirements in counted_requirements(facts):
        for requirement in requirements:
            parsed = requirement.parsed
            if parsed.key is None or parsed.error is not None or holds(parsed.marker, facts) is False:
                continue
            wanted.discard(parsed.key)  # its own line is compared with the constraints
            for node in _below([(parsed.key, ""), *[(parsed.key, canonical(extra)) for extra in parsed.extras]], seen, facts):
                led.setdefault(node[0], (path, requirement))
    return {key: place for key, place in led.items() if key in wanted}


def _below(nodes: list[Node], seen: set[Node], facts: Facts) -> Iterator[Node]:
    """All that is installed below these, which was not ``seen`` before."""
    waiting = [node for node in nodes if node not in seen]
    seen.update(waiting)
    while waiting:
        for edge in reach(facts, waiting.pop()).edges:
            if edge not in seen:
                seen.add(edge)
                waiting.append(edge)
                yield edge


def _finding(placed: Placed, path: str, requirement: Requirement, facts: Facts) -> Finding:
    bound = placed.requirement
    there = installed_as(facts, bound.parsed.key or "")
    start = f"{bound.parsed.name} {_version(there, facts)} is installed, but "
    if placed.path in facts.outside:
        # Of a file outside the workspace not even the bound is shown.
        message = f"{start}a constraints file outside the workspace excludes it"
        span, data = requirement.span, {"name": bound.parsed.key}
        return Finding(code="version-mismatch", message=message, path=path, span=span, installed=_version(there, facts), data=data)
    specifier = bound.parsed.specifier_span or bound.parsed.name_span
    return Finding(
        code="version-mismatch",
        message=f"{start}this constraint allows only {bound.parsed.specifier.strip()}",
        path=placed.path,
        span=bound.span if specifier is None else bound.locate(specifier),
        requirement=bound,
        installed=_version(there, facts),
        related=(Related(path, requirement.span, "what leads to it"),) if path not in facts.outside else (),
        data={"name": bound.parsed.key},
    )


def _version(distribution: Distribution | None, facts: Facts) -> str:
    return version_of(facts, distribution) if distribution is not None else ""
