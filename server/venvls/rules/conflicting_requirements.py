"""No version of a package can satisfy all of its requirements.

No tool can install such a file: it stops with an error, or it follows one of the two and breaks the other.

Example: `requests==2.31.0` in `requirements.txt`, which includes `base.txt` with `requests<2.30`; or `numpy>=2,<1` in one line.

Fix it by changing one of the two. Constraints (`-c`) count. Lines in groups that nobody chose are compared only within their group, and
manifests that do not include each other are not compared at all: each may be meant for another environment.

Whether a common version exists is worked out from the specifiers alone, exactly; where that cannot be known, nothing is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from venvls.model.facts import Facts, Placed
from venvls.model.finding import Finding, Related
from venvls.model.requirement import MAIN, ParsedRequirement, Requirement, Scope
from venvls.model.rule import Rule
from venvls.model.text import Span
from venvls.rules.asked import Family, families
from venvls.rules.wording import core_span, hidden
from venvls.standards.markers import holds
from venvls.standards.versions import satisfiable

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

    def contradict(self, placed: list[Placed]) -> bool:
        """Whether no version satisfies all of ``placed``."""
        self.left -= len(placed)
        return satisfiable(_joined(placed)) is False


def check(facts: Facts) -> Iterable[Finding]:
    """One finding for each requirement that leaves no version together with those before it, related to what it contradicts."""
    done: set[tuple[str, int]] = set()
    compared = _Comparisons()
    for family in families(facts):
        # Who includes a file is the one to give way, so what it includes is taken first.
        included_first = family.asked[::-1]
        for finding in (*_conflicts(included_first, facts, family, compared), *_within_scopes(family, facts, compared)):
            place = (finding.path, finding.span.start)
            if place not in done:
                done.add(place)
                yield finding


def _within_scopes(family: Family, facts: Facts, compared: _Comparisons) -> Iterable[Finding]:
    """Contradictions inside a group, extra or build table that does not count now."""
    for path in family.paths:
        manifest = facts.manifests.get(path)
        scopes: dict[Scope, list[Requirement]] = {}
        for requirement in manifest.requirements if manifest else ():
            if requirement.scope is not MAIN and requirement.scope.kind not in ("main", "constraint"):
                scopes.setdefault(requirement.scope, []).append(requirement)
        for scope, requirements in scopes.items():
            if manifest is not None and not facts.counts(manifest, scope):
                yield from _conflicts([(path, requirements)], facts, None, compared)


def _conflicts(
    asked: Iterable[tuple[str, Iterable[Requirement]]], facts: Facts, family: Family | None, compared: _Comparisons
) -> Iterable[Finding]:
    files = [(path, [requirement for requirement in requirements if requirement.parsed.specifier]) for path, requirements in asked]
    suspects = _suspects([requirement.parsed for _, requirements in files for requirement in requirements], facts if family else None)
    if not suspects:
        return
    by_key: dict[str, list[Placed]] = {}
    for path, requirements in files:
        for requirement in requirements:
            key = requirement.parsed.key
            if key in suspects and key is not None:
                by_key.setdefault(key, []).append(Placed(path, requirement))
    for key, group in by_key.items():
        bounds = [bound for bound in facts.constraints.get(key, ()) if family is not None and bound.path in family.bounds]
        yield from _in_group(group, bounds, facts, compared)


def _suspects(parsed: list[ParsedRequirement], facts: Facts | None) -> set[str | None]:
    """The names that are worth checking: required twice, constrained, or with a specifier that may exclude itself."""
    keys = [need.key for need in parsed]
    suspects: set[str | None] = {need.key for need in parsed if "," in need.specifier and satisfiable(need.specifier) is not True}
    distinct = set(keys)
    if len(distinct) < len(keys):
        suspects.update(key for key, count in Counter(keys).items() if count > 1)
    if facts is not None:
        suspects.update(distinct.intersection(facts.constraints))
    return suspects


def _in_group(group: list[Placed], bounds: list[Placed], facts: Facts, compared: _Comparisons) -> Iterable[Finding]:
    kept: list[Placed] = [bound for bound in bounds[:_MOST] if bound.requirement.parsed.specifier and _applies(bound, facts)]
    if kept and compared.contradict(kept):
        kept = []
    fitting = {bound.requirement.parsed.specifier for bound in kept}
    for placed in group[:_MOST_OF_ONE]:
        if compared.left <= 0:
            return
        specifier = placed.requirement.parsed.specifier
        if not _applies(placed, facts) or specifier in fitting or satisfiable(specifier) is None:
            continue
        if compared.contradict([placed]):
            yield _finding(placed, [], facts)
        elif compared.contradict([*kept, placed]):
            alone = [other for other in kept if compared.contradict([other, placed])]
            yield _finding(placed, alone or kept, facts)
        elif len(kept) < _MOST:
            kept.append(placed)
            fitting.add(specifier)


def _applies(placed: Placed, facts: Facts) -> bool:
    return holds(placed.requirement.parsed.marker, facts) is True


def _joined(placed: list[Placed]) -> str:
    return ",".join(dict.fromkeys(each.requirement.parsed.specifier.strip() for each in placed))


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
