"""A list of requirements put in the order of its names: requirements files, lists and tables of TOML, setup.cfg, environment.yml.

Comments stay with their lines: those above a requirement go where it goes, as do those that are indented below it (what pip-compile and uv
write there). Blank lines, options and headings end a list. Nothing is offered where the sorted text would not state the very same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from venvls import manifests
from venvls.model.action import TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_UNSORTABLE = frozenset({"setup.py", "script"})
"""Formats whose lists are in the middle of a program."""
_INDENT = re.compile(r"[ \t]*")


def sorted_list(manifest: Manifest, offset: int) -> TextEdit | None:
    """The edit that sorts the list around ``offset``; ``None`` where there is none, it is in order, or its order is a tool's."""
    if not manifest.complete or manifest.format in _UNSORTABLE or manifest.own.compiled is not None:
        return None
    listed = manifest.requirements
    here = next((number for number, each in enumerate(listed) if each.statement.start <= offset <= each.statement.end), None)
    if here is None:
        return None
    source = manifest.text.source
    edit = _of_lines(manifest, here) if _has_lines(source, listed[here]) else _of_one_line(manifest, here)
    if edit is None or source[edit.span.start : edit.span.end] == edit.new:
        return None
    changed = source[: edit.span.start] + edit.new + source[edit.span.end :]
    again = manifests.parse(manifest.path, Text(changed))
    return edit if again.complete and _stated(again) == _stated(manifest) else None


def _stated(manifest: Manifest) -> list[tuple[str, str, str, str]]:
    listed = manifest.requirements
    return sorted((each.parsed.text, repr(each.scope), repr(each.hashes), repr(each.options)) for each in listed)


def _has_lines(source: str, requirement: Requirement) -> bool:
    """Whether a requirement has its lines to itself."""
    start, end = requirement.statement
    return (start == 0 or source[start - 1] in "\r\n") and (end == len(source) or source[end - 1] in "\r\n") and end > start


def _order(requirement: Requirement) -> tuple[str, str]:
    return (requirement.parsed.key or requirement.parsed.text.lower(), requirement.parsed.text)


# A requirement a line


class _Block(NamedTuple):
    """A requirement with its comments: from where to where, and where the comma behind it is (``None``: it is in no list of TOML)."""

    requirement: Requirement
    span: Span
    comma: Span | None


def _of_lines(manifest: Manifest, here: int) -> TextEdit | None:
    source, listed = manifest.text.source, manifest.requirements
    first = last = here
    while first > 0 and _follow(source, listed[first - 1], listed[first]):
        first -= 1
    while last + 1 < len(listed) and _follow(source, listed[last], listed[last + 1]):
        last += 1
    run = listed[first : last + 1]
    if len(run) < 2:
        return None
    start = _with_comments_above(source, run[0])
    blocks: list[_Block] = []
    for number, requirement in enumerate(run):
        follower = run[number + 1] if number + 1 < len(run) else None
        end = _end_of(source, requirement, follower.statement.start if follower is not None else len(source))
        blocks.append(_Block(requirement, Span(start, end), _comma(source, requirement)))
        start = end
    whole = Span(blocks[0].span.start, blocks[-1].span.end)
    in_order = sorted(blocks, key=lambda block: _order(block.requirement))
    without = blocks[-1].comma is not None and blocks[-1].comma.start == blocks[-1].comma.end
    ending = "\r\n" if "\r\n" in source[whole.start : whole.end] else "\n"
    texts = [_text(source, block, without and number == len(run) - 1) for number, block in enumerate(in_order)]
    texts = [text if text.endswith(("\n", "\r")) else text + ending for text in texts]
    new = "".join(texts)
    if not source[: whole.end].endswith(("\n", "\r")):
        new = new.rstrip("\r\n")
    return TextEdit(manifest.path, whole, new)


def _follow(source: str, before: Requirement, after: Requirement) -> bool:
    """Whether two requirements are neighbours in one list: nothing but comments is between them."""
    if before.scope != after.scope or not _has_lines(source, before) or not _has_lines(source, after):
        return False
    if _indent(source, before.statement.start) != _indent(source, after.statement.start):
        return False
    between = source[before.statement.end : after.statement.start].splitlines()
    return before.statement.end <= after.statement.start and all(line.lstrip().startswith("#") for line in between)


def _with_comments_above(source: str, requirement: Requirement) -> int:
    """Where a requirement begins with the comments above it; what begins the file is about the file."""
    start = requirement.statement.start
    while start > 0:
        line = source.rfind("\n", 0, start - 1) + 1
        written = source[line:start]
        if not written.lstrip().startswith("#") or _indent(source, line) != _indent(source, requirement.statement.start):
            return start
        start = line
    return requirement.statement.start


def _end_of(source: str, requirement: Requirement, limit: int) -> int:
    """Where a requirement ends with the comments below it that are indented deeper."""
    end = requirement.statement.end
    own = len(_indent(source, requirement.statement.start))
    while end < limit:
        line_end = source.find("\n", end) + 1 or len(source)
        if not source[end:line_end].lstrip().startswith("#") or len(_indent(source, end)) <= own:
            break
        end = line_end
    return end


def _indent(source: str, offset: int) -> str:
    match = _INDENT.match(source, offset)
    return match[0] if match is not None else ""


def _comma(source: str, requirement: Requirement) -> Span | None:
    """The comma behind an element of a list of TOML, or the place for it."""
    item = _quoted(source, requirement)
    if item is None:
        return None
    behind = source[item.end : requirement.statement.end]
    rest = behind.lstrip(" \t")
    if rest.startswith(","):
        offset = item.end + len(behind) - len(rest)
        return Span(offset, offset + 1)
    return Span(item.end, item.end) if not rest or rest[0] in "#\r\n" else None


def _text(source: str, block: _Block, is_last: bool) -> str:
    if block.comma is None:
        return source[block.span.start : block.span.end]
    return source[block.span.start : block.comma.start] + ("" if is_last else ",") + source[block.comma.end : block.span.end]


# Several on one line


def _of_one_line(manifest: Manifest, here: int) -> TextEdit | None:
    source = manifest.text.source
    items = [(requirement, _quoted(source, requirement)) for requirement in manifest.requirements]
    first = last = here
    while first > 0 and _beside(source, items[first - 1], items[first]):
        first -= 1
    while last + 1 < len(items) and _beside(source, items[last], items[last + 1]):
        last += 1
    run = [(requirement, span) for requirement, span in items[first : last + 1] if span is not None]
    if len(run) < 2:
        return None
    spans = [span for _, span in run]
    texts = [source[span.start : span.end] for _, span in sorted(run, key=lambda pair: _order(pair[0]))]
    return TextEdit(manifest.path, Span(spans[0].start, spans[-1].end), _joined(source, spans, texts))


def _joined(source: str, spans: Sequence[Span], texts: Sequence[str]) -> str:
    out = texts[0]
    for number in range(1, len(spans)):
        out += source[spans[number - 1].end : spans[number].start] + texts[number]
    return out


def _beside(source: str, before: tuple[Requirement, Span | None], after: tuple[Requirement, Span | None]) -> bool:
    (_, left), (_, right) = before, after
    if left is None or right is None or before[0].scope != after[0].scope:
        return False
    return re.fullmatch(r"[ \t]*,[ \t]*", source[left.end : right.start]) is not None


def _quoted(source: str, requirement: Requirement) -> Span | None:
    """An element with its quotes; ``None`` for what is not in quotes."""
    start, end = requirement.span
    quote = source[start - 1 : start] if start else ""
    while quote in ("'", '"') and quote and start > 0 and source[start - 1] == quote and source[end : end + 1] == quote:
        start, end = start - 1, end + 1
    return Span(start, end) if start < requirement.span.start else None
