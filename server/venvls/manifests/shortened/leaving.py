"""Which lines of a long manifest may be left out before it is read again: runs of lines that state one requirement each, away from a
change; the text without them, and the places of what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import compress, pairwise

from venvls.manifests.syntax.unchanged import Cut
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.requirement_list import Requirements

FEWEST = 32
"""Lines that are left out at once; for fewer it does not pay."""
YAML = "environment.yml"
"""The format whose lists are items by themselves."""
_PLAIN_ITEMS = r"""(?: *- [A-Za-z0-9][^"'{}#,:\r\n]*\r?\n)*"""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class Gap(NamedTuple):
    """Requirements that are left out, by their numbers, and where their lines are in the text before."""

    first: int
    last: int
    start: int
    end: int


def lines_of(requirements: list[Requirement], source: str, manifest: Manifest) -> bytes:
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


def whole(lines: bytes, requirements: list[Requirement], source: str, format_name: str) -> bytes:
    """Those of the lines of a half-typed text that are not half typed themselves, and read as if they were closed."""
    from venvls.model import toml

    def are_whole(some: list[Requirement]) -> bool:
        written = "".join([source[requirement.statement.start : requirement.statement.end] for requirement in some])
        if format_name == YAML:
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


def gaps_of(requirements: Requirements, lines: bytes, low: int, high: int) -> list[Gap]:
    """Long runs of lines outside of a change, but for the first and the last of each, and for those next to the change."""
    gaps = []
    for begin, end in ((0, max(low - 1, 0)), (high + 1, len(lines))):
        number = begin
        while (number := lines.find(b"\1", number, end)) >= 0:
            last = lines.find(b"\0", number, end)
            last = end if last < 0 else last
            first = number + 1
            if last - first >= FEWEST and last < len(lines):
                gaps.append(Gap(first, last, requirements[first].statement.start, requirements[last].statement.start))
            number = last
    return gaps


def speaks_of(manifest: Manifest, gaps: list[Gap]) -> bool:
    """Whether a manifest says more of what is left out than what is required."""
    spans = [thing.span for things in (manifest.problems, manifest.includes, manifest.options) for thing in things]
    return any(gap.start <= span.start < gap.end for span in spans for gap in gaps)


def without(source: str, gaps: list[Gap], cut: Cut) -> str:
    """The text now, without what is left out."""
    parts, offset = [], 0
    for gap in gaps:
        by = further(gap, cut)
        parts.append(source[offset : gap.start + by])
        offset = gap.end + by
    return "".join([*parts, source[offset:]])


def further(gap: Gap, cut: Cut) -> int:
    """How much further on what is left out is in the text now."""
    return 0 if gap.end <= cut.start else cut.by


def places(gaps: list[Gap], cut: Cut) -> Callable[[int, bool], int]:
    """Where in the whole text a place of the short one is, the beginning of something or its end."""
    holes: list[tuple[int, int]] = []
    gone = 0
    for gap in gaps:
        holes.append((gap.start + further(gap, cut) - gone, gap.end - gap.start))
        gone += gap.end - gap.start

    def place(offset: int, is_end: bool) -> int:
        return offset + sum([length for at_offset, length in holes if at_offset < offset or (at_offset == offset and not is_end)])

    return place


def names_in(text: str) -> set[str]:
    """Whatever may be a package's name in a text, and its parts."""
    words = re.findall(_NAME, text)
    return {canonical(name) for word in words for name in (word, *word.split("."))}


def left_out(requirements: Requirements, gaps: list[Gap], names: Collection[str | None]) -> list[int]:
    """Those with these names that are left out, by their numbers."""
    numbers = [number for same in requirements.numbers_of(names).values() for number in same]
    return [number for number in numbers if any(gap.first <= number < gap.last for gap in gaps)]


def kept(lines: bytes, numbers: list[int]) -> bytes:
    """The lines without these, and without those before them: so that each is between others that are read again."""
    flags = bytearray(lines)
    for number in numbers:
        flags[number] = flags[number - 1] = 0
    return bytes(flags)
