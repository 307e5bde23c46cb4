"""A long manifest read again after a change: of its lines that state one requirement each, most are left out before it is read.

The reader of the format reads what is left; what was left out is as it was, moved. All that is assumed is that the other elements of a list
mean the same however many there are. Whether the lines next to those that were left out still mean what they meant is looked at. Where they
do not, and where what else is said may rest on lines that were left out, the whole text is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from venvls.manifests.syntax.unchanged import Cut, common_cut
from venvls.model.hints import Any
from venvls.model.manifest import Manifest
from venvls.model.record import NamedTuple, replace
from venvls.model.requirement import Requirement, Requirements, listed
from venvls.model.text import Span, Text

FORMATS = frozenset({"pyproject.toml", "Pipfile", "environment.yml", "setup.cfg"})
"""Where a requirement mostly is a line of a list, or of a table."""
_FEWEST = 32
"""Lines that are left out at once; for fewer it does not pay."""
_MOST_CHARACTERS = 900_000
"""Some formats read no more than a million."""
_TABLES = frozenset({"Pipfile"})
"""Formats in which a name may be there once."""


class _Gap(NamedTuple):
    """Requirements that are left out, by their numbers, and where their lines are in the text before."""

    first: int
    last: int
    start: int
    end: int


def shortened(previous: Manifest, text: Text, read: Callable[[Text], Manifest]) -> Manifest | None:
    """What ``read`` gives for ``text``, where ``previous`` is what it gave for an earlier text; ``None`` where all of it must be read."""
    before, source = previous.text.source, text.source
    requirements = listed(previous.requirements)
    if not previous.complete or previous.format not in FORMATS or len(requirements) < _FEWEST or len(source) > _MOST_CHARACTERS:
        return None
    lines = requirements.lines
    if lines is None:
        lines = requirements.lines = _lines(list(requirements), before, previous.name)
    cut = common_cut(before, source)
    low, high = requirements.before(cut.start), requirements.before(cut.old_end)
    gaps = _gaps(requirements, lines, low, high)
    if not gaps or _speaks_of(previous, gaps):
        return None
    around = [number for gap in gaps for number in range(gap.first, gap.last)]
    short = read(Text(_without(source, gaps, cut)))
    now = tuple(short.requirements)
    left_out = set(around)
    kept_before = [number for number in range(low) if number not in left_out]
    kept_after = [number for number in range(high, len(requirements)) if number not in left_out]
    place = _places(gaps, cut)
    if (
        not short.complete
        or short.name != previous.name
        or short.tool != previous.tool
        or len(now) < len(kept_before) + len(kept_after)
        or not _same([requirements[number] for number in kept_before], now[: len(kept_before)], place, 0)
        or not _same([requirements[number] for number in kept_after], now[len(now) - len(kept_after) :], place, cut.by)
    ):
        return None
    new = [_placed(requirement, place) for requirement in now[len(kept_before) : len(now) - len(kept_after)]]
    if previous.format in _TABLES and not {requirements.needs[number].key for number in around}.isdisjoint(
        requirement.parsed.key for requirement in new
    ):
        return None
    every = requirements.replaced(low, high, new, cut.by)
    # The line before the change may be followed by another one now.
    first, last = max(low - 1, 0), low + len(new)
    near = [every[number] for number in range(first, min(last + 1, len(every)))]
    if any(each.statement > other.statement for each, other in pairwise(near)):
        return None
    every.lines = lines[:first] + _lines(near, source, previous.name)[: last - first] + lines[high:]
    return replace(
        short,
        text=text,
        requirements=every,
        **{name: _moved(getattr(short, name), place) for name in _WITH_PLACES},
    )


_WITH_PLACES = ("includes", "options", "problems", "groups", "requires_python", "first_statement", "own")
"""What of a manifest has places in its text, next to the requirements."""


def _lines(requirements: list[Requirement], source: str, name: str | None) -> bytes:
    """For each requirement whether it is a line by itself, which the next one of the same list follows at once; none where they are in
    another order than in the text. Those of the project itself, and conda's own packages, say more than what is required."""
    flags = bytearray(len(requirements))
    for number, (requirement, following) in enumerate(pairwise(requirements)):
        start, end = requirement.statement
        following_start = following.statement.start
        if following_start < start:
            return bytes(len(requirements))
        key = requirement.parsed.key
        flags[number] = (
            following_start == end
            and requirement.scope == following.scope
            and key is not None
            and key != name
            and not key.startswith("conda:")
            and (start == 0 or source[start - 1] == "\n")
            and source.find("\n", start, end) == end - 1
            and source.find("\r", start, end) in (-1, end - 2)
        )
    return bytes(flags)


def _gaps(requirements: Requirements, lines: bytes, low: int, high: int) -> list[_Gap]:
    """Long runs of lines outside of a change, but for the first and the last of each, and for those next to the change."""
    gaps = []
    for begin, end in ((0, low - 1), (high + 1, len(lines))):
        number = begin
        while (number := lines.find(b"\1", number, end)) >= 0:
            last = lines.find(b"\0", number, end)
            last = end if last < 0 else last
            first = number + 1
            if last - first >= _FEWEST and last < len(lines):
                gaps.append(_Gap(first, last, requirements[first].statement.start, requirements[last].statement.start))
            number = last
    return gaps


def _speaks_of(manifest: Manifest, gaps: list[_Gap]) -> bool:
    """Whether a manifest says more of what is left out than what is required."""
    spans = [thing.span for things in (manifest.problems, manifest.includes, manifest.options) for thing in things]
    return any(gap.start <= span.start < gap.end for span in spans for gap in gaps)


def _without(source: str, gaps: list[_Gap], cut: Cut) -> str:
    """The text now, without what is left out."""
    parts, offset = [], 0
    for gap in gaps:
        by = 0 if gap.end <= cut.start else cut.by
        parts.append(source[offset : gap.start + by])
        offset = gap.end + by
    return "".join([*parts, source[offset:]])


def _places(gaps: list[_Gap], cut: Cut) -> Callable[[int, bool], int]:
    """Where in the whole text a place of the short one is, the beginning of something or its end."""
    holes: list[tuple[int, int]] = []
    gone = 0
    for gap in gaps:
        by = 0 if gap.end <= cut.start else cut.by
        holes.append((gap.start + by - gone, gap.end - gap.start))
        gone += gap.end - gap.start

    def place(offset: int, is_end: bool) -> int:
        return offset + sum([length for at_offset, length in holes if at_offset < offset or (at_offset == offset and not is_end)])

    return place


def _same(before: list[Requirement], now: tuple[Requirement, ...], place: Callable[[int, bool], int], by: int) -> bool:
    """Whether requirements that the change did not touch are read as they were, at their places."""
    return all(
        old.parsed == new.parsed
        and old.scope == new.scope
        and old.hashes == new.hashes
        and old.options == new.options
        and old.span.shifted(by) == _moved(new.span, place)
        and old.statement.shifted(by) == _moved(new.statement, place)
        for old, new in zip(before, now, strict=True)
    )


def _placed(requirement: Requirement, place: Callable[[int, bool], int]) -> Requirement:
    offsets = requirement.offsets
    return requirement._replace(
        span=_moved(requirement.span, place),
        statement=_moved(requirement.statement, place),
        offsets=None if offsets is None else (*[place(offset, False) for offset in offsets[:-1]], place(offsets[-1], True)),
    )


def _moved(value: Any, place: Callable[[int, bool], int]) -> Any:
    """The same with every place in it as one of the whole text."""
    if isinstance(value, Span):
        start = place(value.start, False)
        return Span(start, max(start, place(value.end, True)) if value.end > value.start else start)
    if isinstance(value, tuple):
        return tuple.__new__(type(value), [_moved(inner, place) for inner in value])
    if isinstance(value, Mapping) and value:
        return {name: _moved(inner, place) for name, inner in value.items()}
    return value
