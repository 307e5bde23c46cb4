"""All requirements of a text, from those that were left out and those that were read of what was left, each at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from venvls.manifests.shortened.leaving import Gap, lines_of, whole
from venvls.model.hints import Any
from venvls.model.manifest import Manifest
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.requirement_list import Requirements
from venvls.model.text import Span


class Part(NamedTuple):
    """Requirements that are read again: by their numbers before, of which those from ``low`` to ``high`` are in the change; ``low`` is
    larger where the change is elsewhere. ``by`` is how much further those behind the change are, ``now`` those that were read."""

    first: int
    last: int
    low: int
    high: int
    by: int
    now: list[Requirement]

    @property
    def has_change(self) -> bool:
        """Whether it is here that the texts differ."""
        return self.low <= self.high

    @property
    def is_nothing(self) -> bool:
        """Whether none is left, neither before nor now."""
        return self.first == self.last and not self.now


def parts_of(requirements: Requirements, gaps: list[Gap], changed: tuple[int, int], by: int, now: list[Requirement]) -> list[Part]:
    """What is before, between and behind the gaps."""
    parts: list[Part] = []
    taken, is_behind = 0, False
    for first, gap in zip([0, *[gap.last for gap in gaps]], [*gaps, None], strict=True):
        last, begin = len(requirements) if gap is None else gap.first, taken
        has_change = first <= changed[0] and changed[1] <= last
        low, high = changed if has_change else (last, first)
        is_behind = is_behind or has_change
        end = None if gap is None else gap.start + (by if is_behind else 0)
        while taken < len(now) and (end is None or now[taken].statement.start < end):
            taken += 1
        parts.append(Part(first, last, low, high, by if is_behind else 0, now[begin:taken]))
    return parts


def difference(requirements: Requirements, part: Part) -> Part:
    """The part without what is outside of the change and was read as it was before."""
    first, last, low, high, by, now = part
    by_before = 0 if part.has_change else by
    begin, end, left = 0, last, len(now)
    while first + begin < low and begin < left and same(requirements[first + begin], now[begin], by_before):
        begin += 1
    while end > max(high, first + begin) and left > begin and same(requirements[end - 1], now[left - 1], by):
        end, left = end - 1, left - 1
    return part._replace(first=first + begin, last=end, now=now[begin:left])


def spliced(requirements: Requirements, lines: bytes, parts: list[Part], changes: list[Part], now: Manifest) -> Requirements | None:
    """All requirements of the text ``now``; ``None`` where a line next to a gap does not say what it said, or they are in another order."""
    for number, (part, change) in enumerate(zip(parts, changes, strict=True)):
        is_first_as_it_was = number == 0 or change.first > part.first
        is_last_as_it_was = number == len(parts) - 1 or change.last < part.last or change.is_nothing
        if not is_first_as_it_was or not is_last_as_it_was:
            return None
    changed = next(number for number, change in enumerate(changes) if change.has_change)
    every, further = requirements, 0
    # The change itself first: then all others are where they are now. Of those the last first, so that the numbers before it stay.
    for number in (changed, *[number for number in reversed(range(len(changes))) if number != changed]):
        change = changes[number]
        if change.is_nothing and number != changed:
            continue
        by = change.by if number == changed else 0
        low, high = (end + (further if number > changed else 0) for end in (change.first, change.last))
        every = every.replaced(low, high, change.now, by)
        further = further or len(change.now) - (high - low) if number == changed else further
        # The line before may be followed by another one now.
        begin, end = max(low - 1, 0), low + len(change.now)
        near = [every[index] for index in range(begin, min(end + 1, len(every)))]
        if not are_in_order(near):
            return None
        flags = lines_of(near, now.text.source, now)
        if not now.complete:
            flags = whole(flags, near, now.text.source, now.format)
        lines = lines[:begin] + flags[: end - begin] + lines[high:]
    every.lines = lines
    return every


def are_in_order(requirements: Sequence[Requirement]) -> bool:
    """Whether none begins after the next one."""
    return all(one.statement <= following.statement for one, following in pairwise(requirements))


def same(old: Requirement, new: Requirement, by: int) -> bool:
    """Whether a requirement that the change did not touch is read as it was, at its place."""
    return (
        old.parsed == new.parsed
        and old.scope == new.scope
        and old.hashes == new.hashes
        and old.options == new.options
        and old.span.shifted(by) == new.span
        and old.statement.shifted(by) == new.statement
    )


def placed(requirement: Requirement, place: Callable[[int, bool], int]) -> Requirement:
    """The requirement at its place in the whole text: nothing is left out inside of it."""
    (start, end), (begin, close), offsets = requirement.span, requirement.statement, requirement.offsets
    by = place(begin, False) - begin
    return requirement._replace(
        span=Span(start + by, end + by),
        statement=Span(begin + by, close + by),
        offsets=None if offsets is None else tuple([offset + by for offset in offsets]),
    )


def moved(value: Any, place: Callable[[int, bool], int]) -> Any:
    """The same with every place in it as one of the whole text."""
    if isinstance(value, Span):
        start = place(value.start, False)
        return Span(start, max(start, place(value.end, True)) if value.end > value.start else start)
    if isinstance(value, tuple):
        return tuple.__new__(type(value), [moved(inner, place) for inner in value])
    if isinstance(value, Mapping) and value:
        return {name: moved(inner, place) for name, inner in value.items()}
    return value
