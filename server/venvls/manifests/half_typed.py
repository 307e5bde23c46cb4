"""What a half-typed text says: where it is typed, what is read of it; everywhere else what its last whole text said there.

A reader keeps what it can of a text that does not parse, but below a header without its bracket it cannot know what the lines mean, and
behind a quote it may take text for other text. Who types has changed none of that: outside of the characters that differ, what was
known of the last whole text is still the best that is known.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from venvls.manifests.syntax.unchanged import Cut, changed
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.manifest import Group, Manifest
from venvls.model.record import replace
from venvls.model.requirement_list import Requirements, listed
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_what_was_known(now: Manifest, whole: Manifest) -> Manifest:
    """What ``now`` says where it differs from the text of ``whole``, and what that said elsewhere; ``now`` itself where it is not half
    typed. The requirements are those of ``now`` where none of the others is missing."""
    if now.complete or (now.dynamic and not any(problem.code == "invalid-manifest" for problem in now.problems)):
        return now
    source = now.text.source
    cut = changed(whole.text.source, source)
    untouched = _Untouched(cut, source)
    python = whole.requires_python
    python = _at_its_place(python, cut) if python is not None and untouched(python.span) else now.requires_python
    lines = Span(source.rfind("\n", 0, cut.start) + 1, source.find("\n", cut.new_end) % (len(source) + 1))
    known = {_at_its_place(problem, cut) for problem in whole.problems if untouched(problem.span)}
    new = [problem for problem in now.problems if problem not in known]
    # What is read elsewhere of the rest of the text is a consequence of what is typed.
    typed = [problem for problem in new if _touch(problem.span, lines)] or new[:1]
    return replace(
        whole,
        text=now.text,
        complete=False,
        requirements=_requirements(listed(whole.requirements), listed(now.requirements), untouched),
        problems=tuple(sorted({*known, *typed}, key=lambda problem: problem.span)),
        requires_python=python,
        first_statement=_at_its_place(whole.first_statement, cut),
        own=_at_its_place(whole.own, cut),
        includes=_together(whole.includes, now.includes, untouched),
        options=_together(whole.options, now.options, untouched),
        groups=_groups(whole.groups, now.groups, cut),
    )


class _Untouched:
    """Whether a change leaves something as it was, at its place in the text before, and does not even touch it: what is typed at the end of
    a word belongs to it, and what is typed on another line does not."""

    def __init__(self, cut: Cut, source: str) -> None:
        self.cut = cut
        self.first_behind = cut.old_end + (source[cut.new_end - 1 : cut.new_end] != "\n")
        self.last_before = cut.start - (source[cut.start : cut.start + 1] not in ("\n", "\r"))

    def __call__(self, span: Span) -> bool:
        return span.end <= self.last_before or span.start >= self.first_behind


def _requirements(known: Requirements, read: Requirements, untouched: _Untouched) -> Requirements:
    """Those that were ``known`` outside of a change, and those that were ``read`` in it; those that were read where they say the same."""
    known, read = _in_order(known), _in_order(read)
    cut = untouched.cut
    low, high = _first_touched(known, untouched), _first_from(known, untouched.first_behind)
    first, last = _first_touched(read, untouched), _first_from(read, untouched.first_behind + cut.by)
    high, last = max(low, high), max(first, last)
    if read.needs[:first] == known.needs[:low] and read.needs[last:] == known.needs[high:]:
        # With the groups that they are in now.
        return read
    # What is read over the place of something that is known takes it for something else.
    first = max(first, _first_from(read, known[low - 1].span.end if low else 0))
    last = min(last, _first_from(read, known[high].span.start + cut.by) if high < len(known) else last)
    # What is typed may be an option or a hash of one of those next to it.
    if low and known[low - 1].statement.end > cut.start and first and read[first - 1].span.start == known[low - 1].span.start:
        low, first = low - 1, first - 1
    return known.replaced(low, high, [read[number] for number in range(first, max(first, last))], cut.by)


def _in_order(requirements: Requirements) -> Requirements:
    if requirements.are_in_order or all(one.span <= other.span for one, other in pairwise(requirements)):
        return requirements
    return Requirements(sorted(requirements, key=lambda requirement: requirement.span))


def _first_touched(requirements: Requirements, untouched: _Untouched) -> int:
    """The number of the first that is not before a change."""
    return bisect_left(range(len(requirements)), untouched.last_before + 1, key=lambda number: requirements[number].span.end)


def _first_from(requirements: Requirements, offset: int) -> int:
    """The number of the first that begins at ``offset`` or behind it."""
    return bisect_left(range(len(requirements)), offset, key=lambda number: requirements[number].span.start)


def _together(known: Sequence[Any], read: Sequence[Any], untouched: _Untouched) -> tuple[Any, ...]:
    """What was ``known`` outside of a change, and what was ``read`` in it, in the order of the text."""
    cut = untouched.cut
    kept = [_at_its_place(thing, cut) for thing in known if untouched(thing.span)]
    typed = [thing for thing in read if _touch(thing.span, Span(cut.start, cut.new_end)) and thing not in kept]
    return tuple(sorted([*kept, *typed], key=lambda thing: thing.span))


def _groups(known: Sequence[Group], read: Sequence[Group], cut: Cut) -> tuple[Group, ...]:
    """All groups that were ``known``, since what is in them is, and those that are typed."""
    keys = {(group.kind, group.key) for group in known}
    new = [group for group in read if (group.kind, group.key) not in keys and _touch(group.span, Span(cut.start, cut.new_end))]
    return (*[_at_its_place(group, cut) for group in known], *new)


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and one.end >= other.start


def _at_its_place(value: Any, cut: Cut) -> Any:
    """The same with every place in it as one of the text now."""
    if isinstance(value, Span):
        start, end = value
        start = start + cut.by if start >= cut.old_end else min(start, cut.start)
        end = end if end <= cut.start else end + cut.by if end >= cut.old_end else cut.start
        return Span(start, max(start, end))
    if isinstance(value, tuple):
        return tuple.__new__(type(value), [_at_its_place(inner, cut) for inner in value])
    return value
