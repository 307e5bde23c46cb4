"""A long manifest read again after a change: of its lines that state one requirement each, most are left out before it is read.

The reader of the format reads what is left; what was left out is as it was, moved. All that is assumed is that the other elements of a list
mean the same however many there are. Whether the lines next to those that were left out still mean what they meant is looked at. Where they
do not, and where what else is said may rest on lines that were left out, the whole text is read.

TOML that is half typed is read in the same way: its reader leaves out what it does not understand, which is in what is left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import compress, pairwise

from venvls.manifests.syntax.toml_mending import MEND_UP_TO, load
from venvls.manifests.syntax.toml_statements import statements
from venvls.manifests.syntax.unchanged import Cut, common_cut
from venvls.model.hints import Any, Literal
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.record import NamedTuple, replace
from venvls.model.requirement import Requirement, Scope
from venvls.model.requirement_list import Requirements, listed
from venvls.model.text import Span, Text

FORMATS = frozenset({"pyproject.toml", "Pipfile", "environment.yml", "setup.cfg"})
"""Where a requirement mostly is a line of a list, or of a table."""
_FEWEST = 32
"""Lines that are left out at once; for fewer it does not pay."""
_MOST_CHARACTERS = 900_000
"""Some formats read no more than a million."""
_YAML = "environment.yml"
_LISTS = "pyproject.toml"
"""The format of which lists that require nothing are read for little else."""
_HALF_TYPED = frozenset({"pyproject.toml", "Pipfile", "environment.yml"})
"""Formats of which all is read but what is half typed."""
_PLAIN_ITEMS = r"""(?: *- [A-Za-z0-9][^"'{}#,:\r\n]*\r?\n)*"""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class _Gap(NamedTuple):
    """Requirements that are left out, by their numbers, and where their lines are in the text before."""

    first: int
    last: int
    start: int
    end: int


class _Part(NamedTuple):
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


def shortened(previous: Manifest, text: Text, read: Callable[[Text], Manifest]) -> Manifest | None:
    """What ``read`` gives for ``text``, where ``previous`` is what it gave for an earlier text; ``None`` where all of it must be read."""
    before, source = previous.text.source, text.source
    requirements = listed(previous.requirements)
    if previous.format not in FORMATS or len(requirements) < _FEWEST or len(source) > _MOST_CHARACTERS:
        return None
    may_be_half_typed = previous.format in _HALF_TYPED and (previous.format == _YAML or len(source) <= MEND_UP_TO)
    if not previous.complete and not may_be_half_typed:
        return None
    lines = requirements.lines
    if lines is None:
        lines = _lines(list(requirements), before, previous)
        lines = requirements.lines = lines if previous.complete else _whole(lines, list(requirements), before, previous.format)
    cut = common_cut(before, source)
    low, high = requirements.before(cut.start), requirements.before(cut.old_end)
    gaps = _gaps(requirements, lines, low, high)
    left = _without(source, gaps, cut)
    if _in_tables(previous) and (named := _left_out(requirements, gaps, _names_in(left))):
        # A name that is there twice is read with both.
        gaps = _gaps(requirements, _kept(lines, named), low, high)
        left = _without(source, gaps, cut)
    if not gaps or _speaks_of(previous, gaps):
        return None
    short = read(Text(left))
    if not (short.complete or (may_be_half_typed and _counts_lines(short) <= source.count("\n", 0, gaps[0].start))) or not _are_in_order(
        short.requirements
    ):
        return None
    place = _places(gaps, cut)
    now = [_placed(requirement, place) for requirement in short.requirements]
    if others := _read_otherwise(requirements, gaps, now, cut):
        if not _is_certain(others, previous, short, left, requirements, gaps, cut):
            return None
        for gap, scope in others.items():
            if scope is not None:
                requirements = requirements.rescoped(gap.first - 1, gap.last + 1, scope)
        gaps = [gap for gap in gaps if gap not in others or others[gap] is not None]
    if _in_tables(short) != _in_tables(previous) or _besides_poetry(short) != _besides_poetry(previous):
        return None
    is_renamed = short.name != previous.name
    if is_renamed and _left_out(requirements, gaps, {short.name}):
        return None
    parts = _parts(requirements, gaps, (low, high), cut.by, now)
    changes = [_difference(requirements, part) for part in parts]
    if _in_tables(previous) and _left_out(requirements, gaps, {new.parsed.key for change in changes for new in change.now}):
        return None
    every = _spliced(requirements, lines, parts, changes, replace(short, text=text))
    if every is None:
        return None
    if is_renamed:
        every.lines = None
    return replace(
        short,
        text=text,
        requirements=every,
        **{name: _moved(getattr(short, name), place) for name in _WITH_PLACES},
    )


def _in_tables(manifest: Manifest) -> bool:
    """Whether requirements may be keys of tables: each name is in one of these once, and other tables speak of it."""
    return manifest.format == "Pipfile" or manifest.own.poetry is not None


def _besides_poetry(manifest: Manifest) -> dict[str, Any]:
    """The tables of tools that may hold what is left out, or say more of it; of Poetry's they have all but what it requires."""
    return {name: value for name, value in manifest.tool.items() if name != "poetry"}


_WITH_PLACES = ("includes", "options", "problems", "groups", "requires_python", "first_statement", "own")
"""What of a manifest has places in its text, next to the requirements."""


def _lines(requirements: list[Requirement], source: str, manifest: Manifest) -> bytes:
    """For each requirement of the ``source`` of ``manifest``, or of another state of it, whether it is a line by itself, which the next one
    of the same list follows at once; none where they are in another order than in the text. Those of the project itself, and conda's own
    packages, say more than what is required; which extra Poetry's are of is said elsewhere; three quotes end what began elsewhere."""
    name, has_extras_elsewhere = manifest.name, manifest.own.poetry is not None
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
            and not (has_extras_elsewhere and requirement.scope.kind == "extra")
            and key is not None
            and key != name
            and not key.startswith("conda:")
            and (start == 0 or source[start - 1] == "\n")
            and source.find("\n", start, end) == end - 1
            and source.find("\r", start, end) in (-1, end - 2)
            and source.find('"""', start, end) < 0
            and source.find("'''", start, end) < 0
        )
    return bytes(flags)


def _whole(lines: bytes, requirements: list[Requirement], source: str, format_name: str) -> bytes:
    """Those of the lines of a half-typed text that are not half typed themselves, and read as if they were closed."""
    from venvls.model import toml

    def are_whole(some: list[Requirement]) -> bool:
        written = "".join([source[requirement.statement.start : requirement.statement.end] for requirement in some])
        if format_name == _YAML:
            return re.fullmatch(_PLAIN_ITEMS, written) is not None
        # Elements of a list, or keys of a table: nothing is both.
        for text in (f"x = [\n{written}]", written):
            try:
                toml.loads(text)
            except (ValueError, OverflowError, RecursionError):
                continue
            return True
        return False

    flagged = list(compress(requirements, lines))
    if are_whole(flagged):
        return lines
    return bytes([flag and are_whole([requirement]) for flag, requirement in zip(lines, requirements, strict=True)])


def _gaps(requirements: Requirements, lines: bytes, low: int, high: int) -> list[_Gap]:
    """Long runs of lines outside of a change, but for the first and the last of each, and for those next to the change."""
    gaps = []
    for begin, end in ((0, max(low - 1, 0)), (high + 1, len(lines))):
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
        by = _further(gap, cut)
        parts.append(source[offset : gap.start + by])
        offset = gap.end + by
    return "".join([*parts, source[offset:]])


def _read_otherwise(requirements: Requirements, gaps: list[_Gap], now: list[Requirement], cut: Cut) -> dict[_Gap, Scope | None]:
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
            is_moved = one is not None and alone and _same(old._replace(scope=one.scope), one, by)
            return one.scope if one is not None and is_moved else False
        return None

    others = {}
    for gap in gaps:
        by, old = _further(gap, cut), requirements[gap.first].scope
        before, after = scope(gap.first - 1, by), scope(gap.last, by)
        if before is not False and before == after and before != old:
            others[gap] = before
    return others


def _is_certain(
    others: Mapping[_Gap, Scope | None],
    previous: Manifest,
    short: Manifest,
    left: str,
    requirements: Requirements,
    gaps: list[_Gap],
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
    if _in_tables(previous):
        # Where Poetry has an extra, what is optional belongs to it in one table and not in another; and two tables may be one now.
        for gap, scope in kept:
            is_optional = previous.text.source.find("optional", gap.start, gap.end) >= 0
            if scope.kind == "extra" or is_optional or not requirements.repeated.keys().isdisjoint(requirements.keys[gap.first : gap.last]):
                return False
        return not gone or (not short.complete and _are_read_alike(left, previous, requirements, gaps, gone, cut))
    if previous.format == _LISTS:
        return not gone or short.complete or _are_read_alike(left, previous, requirements, gaps, gone, cut)
    return not gone


def _are_read_alike(left: str, previous: Manifest, requirements: Requirements, gaps: list[_Gap], gone: Collection[_Gap], cut: Cut) -> bool:
    """Whether of half-typed TOML all that is left out, and requires nothing, is read as the lines around it: these are in one statement,
    and all of them can be read; or they are below a header that is half typed, up to the next one. Other lines that are statements may be
    read, or not, one by one; and of a statement that is half typed itself more may be read where it is shorter."""
    read, hole, are_statements = load(left).text, 0, _in_tables(previous)
    written = list(statements(left))
    starts = [statement.span.start for statement in written]
    for gap in gaps:
        offset = gap.start + _further(gap, cut) - hole
        before, after = requirements[gap.first - 1].statement, requirements[gap.last].statement
        begin, end = offset - (before.end - before.start), offset + after.end - after.start
        number = bisect_left(starts, begin)
        if gap in gone and (are_statements or number != bisect_left(starts, end) or read[begin:end] != left[begin:end]):
            header = next((each for each in reversed(written[:number]) if each.kind == "table"), None)
            if header is None or header.closed or read[header.span.start : end].strip():
                return False
        hole += gap.end - gap.start
    return True


def _further(gap: _Gap, cut: Cut) -> int:
    """How much further on what is left out is in the text now."""
    return 0 if gap.end <= cut.start else cut.by


def _places(gaps: list[_Gap], cut: Cut) -> Callable[[int, bool], int]:
    """Where in the whole text a place of the short one is, the beginning of something or its end."""
    holes: list[tuple[int, int]] = []
    gone = 0
    for gap in gaps:
        holes.append((gap.start + _further(gap, cut) - gone, gap.end - gap.start))
        gone += gap.end - gap.start

    def place(offset: int, is_end: bool) -> int:
        return offset + sum([length for at_offset, length in holes if at_offset < offset or (at_offset == offset and not is_end)])

    return place


def _parts(requirements: Requirements, gaps: list[_Gap], changed: tuple[int, int], by: int, now: list[Requirement]) -> list[_Part]:
    """What is before, between and behind the gaps."""
    parts: list[_Part] = []
    taken, is_behind = 0, False
    for first, gap in zip([0, *[gap.last for gap in gaps]], [*gaps, None], strict=True):
        last, begin = len(requirements) if gap is None else gap.first, taken
        has_change = first <= changed[0] and changed[1] <= last
        low, high = changed if has_change else (last, first)
        is_behind = is_behind or has_change
        end = None if gap is None else gap.start + (by if is_behind else 0)
        while taken < len(now) and (end is None or now[taken].statement.start < end):
            taken += 1
        parts.append(_Part(first, last, low, high, by if is_behind else 0, now[begin:taken]))
    return parts


def _difference(requirements: Requirements, part: _Part) -> _Part:
    """The part without what is outside of the change and was read as it was before."""
    first, last, low, high, by, now = part
    by_before = 0 if part.has_change else by
    begin, end, left = 0, last, len(now)
    while first + begin < low and begin < left and _same(requirements[first + begin], now[begin], by_before):
        begin += 1
    while end > max(high, first + begin) and left > begin and _same(requirements[end - 1], now[left - 1], by):
        end, left = end - 1, left - 1
    return part._replace(first=first + begin, last=end, now=now[begin:left])


def _spliced(requirements: Requirements, lines: bytes, parts: list[_Part], changes: list[_Part], now: Manifest) -> Requirements | None:
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
        if not _are_in_order(near):
            return None
        flags = _lines(near, now.text.source, now)
        if not now.complete:
            flags = _whole(flags, near, now.text.source, now.format)
        lines = lines[:begin] + flags[: end - begin] + lines[high:]
    every.lines = lines
    return every


def _are_in_order(requirements: Sequence[Requirement]) -> bool:
    return all(one.statement <= following.statement for one, following in pairwise(requirements))


def _counts_lines(manifest: Manifest) -> int:
    """The last line that a problem names by its number: behind what is left out it is another one in a shorter text."""
    counted = [number for problem in manifest.problems for number in re.findall(r"on line ([0-9]+)", problem.message)]
    return max(map(int, counted), default=0)


def _names_in(text: str) -> set[str]:
    """Whatever may be a package's name in a text, and its parts."""
    words = re.findall(_NAME, text)
    return {canonical(name) for word in words for name in (word, *word.split("."))}


def _left_out(requirements: Requirements, gaps: list[_Gap], names: Collection[str | None]) -> list[int]:
    """Those with these names that are left out, by their numbers."""
    numbers = [number for same in requirements.numbers_of(names).values() for number in same]
    return [number for number in numbers if any(gap.first <= number < gap.last for gap in gaps)]


def _kept(lines: bytes, numbers: list[int]) -> bytes:
    """The lines without these, and without those before them: so that each is between others that are read again."""
    flags = bytearray(lines)
    for number in numbers:
        flags[number] = flags[number - 1] = 0
    return bytes(flags)


def _same(old: Requirement, new: Requirement, by: int) -> bool:
    """Whether a requirement that the change did not touch is read as it was, at its place."""
    return (
        old.parsed == new.parsed
        and old.scope == new.scope
        and old.hashes == new.hashes
        and old.options == new.options
        and old.span.shifted(by) == new.span
        and old.statement.shifted(by) == new.statement
    )


def _placed(requirement: Requirement, place: Callable[[int, bool], int]) -> Requirement:
    """The requirement at its place in the whole text: nothing is left out inside of it."""
    (start, end), (begin, close), offsets = requirement.span, requirement.statement, requirement.offsets
    by = place(begin, False) - begin
    return requirement._replace(
        span=Span(start + by, end + by),
        statement=Span(begin + by, close + by),
        offsets=None if offsets is None else tuple([offset + by for offset in offsets]),
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
