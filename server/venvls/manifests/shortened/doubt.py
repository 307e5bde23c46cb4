"""Whether lines that were left out are still read as they were, as far as those next to them tell; where they are not, what they are
read as now, and whether nothing else can rest on that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping

from venvls.manifests.shortened.leaving import Gap, further
from venvls.manifests.shortened.splicing import same
from venvls.manifests.syntax.toml_mending import load
from venvls.manifests.syntax.toml_statements import statements
from venvls.manifests.syntax.unchanged import Cut
from venvls.model.hints import Literal
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement, Scope
from venvls.model.requirement_list import Requirements

_LISTS = "pyproject.toml"
"""The format of which lists that require nothing are read for little else."""


def in_tables(manifest: Manifest) -> bool:
    """Whether requirements may be keys of tables: each name is in one of these once, and other tables speak of it."""
    return manifest.format == "Pipfile" or manifest.own.poetry is not None


def read_otherwise(requirements: Requirements, gaps: list[Gap], now: list[Requirement], cut: Cut) -> dict[Gap, Scope | None]:
    """What is left out and is no longer read as it was, while the lines before and after it still say what they said: those that belong
    to another scope now, as below a header with another name; ``None`` for those that require nothing, as below a header half typed."""
    starts = [requirement.statement.start for requirement in now]

    def scope(number: int, by: int) -> Scope | Literal[False] | None:
        old = requirements[number]
        start, end = old.statement.shifted(by)
        index = bisect_left(starts, start)
        if any(one.statement.start < end and one.statement.end > start for one in now[max(index - 1, 0) : index + 2]):
            one = now[index] if index < len(now) else None
            alone = index + 1 == len(now) or starts[index + 1 : index + 2] >= [end]
            is_moved = one is not None and alone and same(old._replace(scope=one.scope), one, by)
            return one.scope if one is not None and is_moved else False
        return None

    others = {}
    for gap in gaps:
        by, old = further(gap, cut), requirements[gap.first].scope
        before, after = scope(gap.first - 1, by), scope(gap.last, by)
        if before is not False and before == after and before != old:
            others[gap] = before
    return others


def is_certain(
    others: Mapping[Gap, Scope | None],
    previous: Manifest,
    short: Manifest,
    left: str,
    requirements: Requirements,
    gaps: list[Gap],
    cut: Cut,
) -> bool:
    """Whether nothing else can rest on what is left out and is read otherwise. Names and values of other lists and tables may."""
    gone = [gap for gap, scope in others.items() if scope is None]
    if gone and short.dynamic != previous.dynamic:
        return False
    kept = [(gap, scope) for gap, scope in others.items() if scope is not None]
    # What builds the project is not overridden as other requirements are.
    if any("build" in (scope.kind, requirements[gap.first].scope.kind) for gap, scope in kept):
        return False
    if in_tables(previous):
        # Where Poetry has an extra, what is optional belongs to it in one table and not in another; and two tables may be one now.
        for gap, scope in kept:
            is_optional = previous.text.source.find("optional", gap.start, gap.end) >= 0
            if scope.kind == "extra" or is_optional or not requirements.repeated.keys().isdisjoint(requirements.keys[gap.first : gap.last]):
                return False
        return not gone or (not short.complete and _are_read_alike(left, previous, requirements, gaps, gone, cut))
    if previous.format == _LISTS:
        return not gone or short.complete or _are_read_alike(left, previous, requirements, gaps, gone, cut)
    return not gone


def _are_read_alike(left: str, previous: Manifest, requirements: Requirements, gaps: list[Gap], gone: Collection[Gap], cut: Cut) -> bool:
    """Whether of half-typed TOML all that is left out, and requires nothing, is read as the lines around it: these are in one statement,
    and all of them can be read; or they are below a header that is half typed, up to the next one. Other lines that are statements may be
    read, or not, one by one; and of a statement that is half typed itself more may be read where it is shorter."""
    read, hole, are_statements = load(left).text, 0, in_tables(previous)
    written = list(statements(left))
    starts = [statement.span.start for statement in written]
    for gap in gaps:
        offset = gap.start + further(gap, cut) - hole
        before, after = requirements[gap.first - 1].statement, requirements[gap.last].statement
        begin, end = offset - (before.end - before.start), offset + after.end - after.start
        number = bisect_left(starts, begin)
        if gap in gone and (are_statements or number != bisect_left(starts, end) or read[begin:end] != left[begin:end]):
            header = next((each for each in reversed(written[:number]) if each.kind == "table"), None)
            if header is None or header.closed or read[header.span.start : end].strip():
                return False
        hole += gap.end - gap.start
    return True
