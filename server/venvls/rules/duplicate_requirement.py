"""The same package is required twice in one place.

Two lines for one package drift apart: one is raised, the other forgotten.

Example: `requests>=2.31` near the top of a `requirements.txt`, and `requests` again near its end.

Fix it by removing one of the two; the action *Remove the duplicate* removes the later one.

Lines with markers that cannot both be true for the project's environment are not duplicates, nor are lines with other extras, other
groups, or in files that include each other. In the lists of a `pyproject.toml` only exactly the same requirement twice is one:
every tool combines bounds that differ. Lines that contradict each other are reported by `conflicting-requirements`.
"""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.facts import Facts
from venvls.model.finding import Finding, Related
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.requirement import ParsedRequirement, Requirement
from venvls.model.rule import Rule
from venvls.rules.wording import core_span, hidden
from venvls.standards.markers import holds
from venvls.standards.versions import satisfiable

_MOST = 16
"""Lines of one name that a later one is compared with: a file with a thousand must not take a million comparisons."""
_MOST_OF_FILE = 10_000
"""Comparisons of lines in one file: from there on only those that are the same to the letter are reported."""


def check(manifest: Manifest, facts: Facts) -> Iterable[Finding]:
    """One finding for each later line, related to the first."""
    # What tox puts together for one environment may come from several lists.
    if manifest.own.part is not None:
        return
    keys = [requirement.parsed.key for requirement in manifest.requirements]
    if len(set(keys)) == len(keys):
        return
    earlier_lines: dict[tuple[object, ...], list[Requirement]] = {}
    in_list, compared = manifest.format != "requirements.txt", 0
    for requirement in manifest.requirements:
        key = requirement.parsed.key
        if key is None or requirement.parsed.error is not None:
            continue
        identical = in_list or requirement.scope.kind == "constraint" or compared > _MOST_OF_FILE
        earlier = earlier_lines.setdefault(_comparable(requirement, key, identical=identical), [])
        same = next((other for other in earlier if _same(other, requirement, facts, identical=identical)), None) if earlier else None
        compared += len(earlier)
        if len(earlier) < _MOST:
            earlier.append(requirement)
        if same is not None:
            yield _finding(manifest.path, same, requirement, facts)


def _comparable(requirement: Requirement, key: str, *, identical: bool) -> tuple[object, ...]:
    """What two lines have alike that can be the same requirement. Several bounds for one name are how constraints are written, and in
    lists of a pyproject.toml projects use them on purpose (`pytest>=6`, `pytest!=8.0.*`): their tools combine them, so that there only
    ``identical`` ones are."""
    parsed = requirement.parsed
    extras = frozenset(map(canonical, parsed.extras)) if parsed.extras else None
    return (requirement.scope, key, extras, parsed.specifier, parsed.url) if identical else (requirement.scope, key, extras)


def _same(requirement: Requirement, other: Requirement, facts: Facts, *, identical: bool) -> bool:
    """Whether two comparable lines require the same, in this project's environment."""
    first, second = requirement.parsed, other.parsed
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
