"""A long manifest read again after a change: of its lines that state one requirement each, most are left out before it is read.

The reader of the format reads what is left; what was left out is as it was, moved. All that is assumed is that the other elements of a list
mean the same however many there are. Whether the lines next to those that were left out still mean what they meant is looked at. Where they
do not, and where what else is said may rest on lines that were left out, the whole text is read.

TOML that is half typed is read in the same way: its reader leaves out what it does not understand, which is in what is left.
"""

from __future__ import annotations

from collections.abc import Callable

from venvls.manifests.shortened import leaving
from venvls.manifests.shortened.doubt import in_tables, is_certain, read_otherwise
from venvls.manifests.shortened.leaving import YAML, gaps_of, kept, left_out, lines_of, names_in, places, speaks_of, whole, without
from venvls.manifests.shortened.splicing import are_in_order, difference, moved, parts_of, placed, spliced
from venvls.manifests.syntax.toml_mending import MEND_UP_TO
from venvls.manifests.syntax.unchanged import common_cut
from venvls.model.hints import Any
from venvls.model.manifest import Manifest
from venvls.model.patterns import re
from venvls.model.record import replace
from venvls.model.requirement_list import listed
from venvls.model.text import Text

FORMATS = frozenset({"pyproject.toml", "Pipfile", "environment.yml", "setup.cfg"})
"""Where a requirement mostly is a line of a list, or of a table."""
_MOST_CHARACTERS = 900_000
"""Some formats read no more than a million."""
_HALF_TYPED = frozenset({"pyproject.toml", "Pipfile", "environment.yml"})
"""Formats of which all is read but what is half typed."""


def shortened(previous: Manifest, text: Text, read: Callable[[Text], Manifest]) -> Manifest | None:
    """What ``read`` gives for ``text``, where ``previous`` is what it gave for an earlier text; ``None`` where all of it must be read."""
    before, source = previous.text.source, text.source
    requirements = listed(previous.requirements)
    if previous.format not in FORMATS or len(requirements) < leaving.FEWEST or len(source) > _MOST_CHARACTERS:
        return None
    may_be_half_typed = previous.format in _HALF_TYPED and (previous.format == YAML or len(source) <= MEND_UP_TO)
    if not previous.complete and not may_be_half_typed:
        return None
    lines = requirements.lines
    if lines is None:
        lines = lines_of(list(requirements), before, previous)
        lines = requirements.lines = lines if previous.complete else whole(lines, list(requirements), before, previous.format)
    cut = common_cut(before, source)
    low, high = requirements.before(cut.start), requirements.before(cut.old_end)
    gaps = gaps_of(requirements, lines, low, high)
    left = without(source, gaps, cut)
    if in_tables(previous) and (named := left_out(requirements, gaps, names_in(left))):
        # A name that is there twice is read with both.
        gaps = gaps_of(requirements, kept(lines, named), low, high)
        left = without(source, gaps, cut)
    if not gaps or speaks_of(previous, gaps):
        return None
    short = read(Text(left))
    if not (short.complete or (may_be_half_typed and _counts_lines(short) <= source.count("\n", 0, gaps[0].start))) or not are_in_order(
        short.requirements
    ):
        return None
    place = places(gaps, cut)
    now = [placed(requirement, place) for requirement in short.requirements]
    if others := read_otherwise(requirements, gaps, now, cut):
        if not is_certain(others, previous, short, left, requirements, gaps, cut):
            return None
        for gap, scope in others.items():
            if scope is not None:
                requirements = requirements.rescoped(gap.first - 1, gap.last + 1, scope)
        gaps = [gap for gap in gaps if gap not in others or others[gap] is not None]
    if in_tables(short) != in_tables(previous) or _besides_poetry(short) != _besides_poetry(previous):
        return None
    is_renamed = short.name != previous.name
    if is_renamed and left_out(requirements, gaps, {short.name}):
        return None
    parts = parts_of(requirements, gaps, (low, high), cut.by, now)
    changes = [difference(requirements, part) for part in parts]
    if in_tables(previous) and left_out(requirements, gaps, {new.parsed.key for change in changes for new in change.now}):
        return None
    every = spliced(requirements, lines, parts, changes, replace(short, text=text))
    if every is None:
        return None
    if is_renamed:
        every.lines = None
    return replace(
        short,
        text=text,
        requirements=every,
        **{name: moved(getattr(short, name), place) for name in _WITH_PLACES},
    )


def _besides_poetry(manifest: Manifest) -> dict[str, Any]:
    """The tables of tools that may hold what is left out, or say more of it; of Poetry's they have all but what it requires."""
    return {name: value for name, value in manifest.tool.items() if name != "poetry"}


_WITH_PLACES = ("includes", "options", "problems", "groups", "requires_python", "first_statement", "own")
"""What of a manifest has places in its text, next to the requirements."""


def _counts_lines(manifest: Manifest) -> int:
    """The last line that a problem names by its number: behind what is left out it is another one in a shorter text."""
    counted = [number for problem in manifest.problems for number in re.findall(r"on line ([0-9]+)", problem.message)]
    return max(map(int, counted), default=0)
