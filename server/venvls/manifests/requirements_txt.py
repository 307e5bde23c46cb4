"""requirements.txt and its kin: pip's whole grammar, read from the text alone.

Lines are joined, cut and stripped as pip does it (``req/req_file.py``: ``preprocess``), but every part keeps its place, variables are never
expanded, and a line that is wrong does not take the others with it. A line that is no requirement is a problem, not a requirement.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import TypeVar, cast

from venvls.manifests.compiled_header import header
from venvls.manifests.requirements_line import Line, read_line
from venvls.manifests.unchanged import Cut, common_cut
from venvls.model.manifest import Include, Manifest, Option, Problem
from venvls.model.record import NamedTuple
from venvls.model.requirement import CONSTRAINT, MAIN, Requirement, Scope
from venvls.model.text import Span, Text

__all__ = ["FORMAT", "parse"]

FORMAT = "requirements.txt"

MAX_CHARACTERS = 10_000_000
MAX_LINES = 50_000
MAX_PROBLEMS = 1_000

_MAIN_FACTS: dict[str, object] = {"constraint": False}
_CONSTRAINT_FACTS: dict[str, object] = {"constraint": True}


def parse(text: Text, path: str, *, constraint: bool = False, previous: Manifest | None = None) -> Manifest:
    """Everything a requirements file states. ``constraint`` is for a file that is only a bound (``-c``).

    ``previous`` is an earlier parse of the same file: what stands before and after the changed lines is taken from it.
    """
    source = text.source
    facts = _CONSTRAINT_FACTS if constraint else _MAIN_FACTS
    if (written := header(source)) is not None:
        facts = {**facts, "compiled": written}
    if len(source) > MAX_CHARACTERS or source.count("\n") + source.count("\r") > 2 * MAX_LINES:
        return _too_large(text, path, facts)
    scope = CONSTRAINT if constraint else MAIN
    if previous is not None and previous.complete and previous.format == FORMAT and previous.facts == facts:
        if previous.text.source == source and previous.path == path:
            return previous
        cut = common_cut(previous.text.source, source)
        merged = _merged(previous, text, path, cut, scope) if cut else None
        if merged is not None:
            return merged
    reading = _read(source, 1 if source[:1] == "\ufeff" else 0, len(source), scope)
    if reading is None:
        return _too_large(text, path, facts)
    return _manifest(text, path, facts, reading)


class _Reading(NamedTuple):
    requirements: list[Requirement]
    includes: list[Include]
    options: list[Option]
    problems: list[Problem]
    first: Span | None
    complete: bool = True


def _manifest(text: Text, path: str, facts: dict[str, object], reading: _Reading) -> Manifest:
    return Manifest(
        path,
        FORMAT,
        text,
        tuple(reading.requirements),
        tuple(reading.includes),
        tuple(reading.options),
        tuple(reading.problems),
        first_statement=reading.first or Span(0, 0),
        complete=reading.complete,
        facts=facts,
    )


def _too_large(text: Text, path: str, facts: dict[str, object]) -> Manifest:
    message = f"the file is too large to be read: more than {MAX_CHARACTERS // 1_000_000} million characters or {MAX_LINES} lines"
    return Manifest(path, FORMAT, text, problems=(Problem("invalid-manifest", message, Span(0, 0)),), complete=False, facts=facts)


def _read(source: str, begin: int, end: int, scope: Scope) -> _Reading | None:
    """The statements of whole logical lines between two offsets; ``None`` where there are too many lines."""
    lines = (source if end - begin == len(source) else source[begin:end]).splitlines(keepends=True)
    if len(lines) > MAX_LINES:
        return None
    reading = _Reading([], [], [], [], None)
    first: Span | None = None
    keep = reading.requirements.append
    joined: list[str] = []
    at = joined_at = begin
    for raw in lines:
        start = at
        at += len(raw)
        stripped = raw.strip()
        if not joined and (not stripped or stripped[0] == "#"):
            continue
        if joined or stripped[-1] == "\\":
            if not joined:
                joined_at = start
            joined.append(raw)
            if _continues(raw):
                continue
            logical, places = _join(joined)
            joined = []
            start = joined_at
        else:
            logical, places = (stripped if "#" not in stripped else _without_comment(stripped)), None
        if not logical:
            continue
        line = read_line(logical)
        if places is None:
            base = start if raw[0] == stripped[0] else start + raw.index(stripped[0])
            if line.parsed is not None and line.at is None:
                # The everyday case, without a detour.
                span = Span(base + line.start, base + line.end)
                keep(Requirement(line.parsed, span, Span(start, at), scope, line.hashes, line.options))
                if first is None:
                    first = Span(base, base + line.length)
                if line.wrongs:
                    _add(line._replace(parsed=None), base.__add__, Span(start, at), scope, reading)
                continue
            place: Callable[[int], int] = base.__add__
        else:
            place = [joined_at + offset for offset in places].__getitem__
        if first is None:
            first = Span(place(0), place(line.length - 1) + 1)
        _add(line, place, Span(start, at), scope, reading)
        if len(reading.problems) > MAX_PROBLEMS:
            return _cut_short(reading, first, Span(start, at))
    if joined:
        logical, places = _join(joined)
        if logical:
            line = read_line(logical)
            place = [joined_at + offset for offset in places].__getitem__
            first = first or Span(place(0), place(line.length - 1) + 1)
            _add(line, place, Span(joined_at, at), scope, reading)
    return reading._replace(first=first)


def _cut_short(reading: _Reading, first: Span | None, where: Span) -> _Reading:
    message = f"more than {MAX_PROBLEMS} lines so far are no requirements; the rest of the file was not read"
    reading.problems.append(Problem("invalid-manifest", message, where))
    return reading._replace(first=first, complete=False)


def _without_comment(line: str) -> str:
    """A line up to its comment: ``#`` at the start or after white space. One pass; a pattern for it is quadratic (pip's is)."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at].rstrip()


def _content(raw: str) -> str:
    """A physical line without its line end."""
    lines = raw.splitlines()
    return lines[0] if lines else ""


def _continues(raw: str) -> bool:
    """Whether the next line belongs to this one: a backslash at its very end, unless the line is a comment."""
    content = _content(raw)
    return content.endswith("\\") and not content.lstrip().startswith("#")


def _join(raws: list[str]) -> tuple[str, list[int]]:
    """Physical lines as pip joins them, comment and blanks cut off, and where each character stood from the first line's start.

    pip strips backslashes from both ends of a line that continues, and puts a blank before a line that is a comment.
    """
    text: list[str] = []
    places: list[int] = []
    at = 0
    for raw in raws:
        content = _content(raw)
        start, end = 0, len(content)
        if content.endswith("\\") and not content.lstrip().startswith("#"):
            end = len(content.rstrip("\\"))
            start = min(end, len(content) - len(content.lstrip("\\")))
        elif content.lstrip().startswith("#"):
            text.append(" ")
            places.append(at)
        text.append(content[start:end])
        places.extend(range(at + start, at + end))
        at += len(raw)
    whole = "".join(text)
    logical = _without_comment(whole).rstrip()
    lead = len(logical) - len(logical.lstrip())
    return logical[lead:], places[lead : len(logical)]


def _add(line: Line, place: Callable[[int], int], statement: Span, scope: Scope, reading: _Reading) -> None:
    """A line's parts at their places in the file."""

    def span(start: int, end: int) -> Span:
        return Span(place(start), place(end - 1) + 1) if end > start else Span(place(start), place(start))

    if line.parsed is not None:
        where = span(line.start, line.end)
        offsets: tuple[int, ...] | None = None
        if line.at is not None or where.end - where.start != line.end - line.start:
            at = line.at[:-1] if line.at is not None else range(line.start, line.end)
            offsets = (*map(place, at), where.end)
        reading.requirements.append(Requirement(line.parsed, where, statement, scope, line.hashes, line.options, offsets))
    for target, start, end, kind in line.includes:
        reading.includes.append(Include(target, span(start, end), kind))
    for name, value, start, end in line.settings:
        reading.options.append(Option(name, value, span(start, end)))
    for wrong in line.wrongs:
        reading.problems.append(Problem("invalid-requirement", wrong.message, span(wrong.start, min(wrong.end, line.length))))


_T = TypeVar("_T", bound="Include | Option | Problem")


def _merged(previous: Manifest, text: Text, path: str, cut: Cut, scope: Scope) -> Manifest | None:
    """The manifest of a text that differs from the previous one only inside ``cut``; ``None`` where it must be read in full."""
    begin = max(cut.start, 1 if cut.start == 0 and text.source[:1] == "\ufeff" else 0)
    reading = _read(text.source, begin, cut.new_end, scope)
    if reading is None or not reading.complete or len(previous.problems) + len(reading.problems) > MAX_PROBLEMS:
        return None
    first = previous.first_statement
    none = first == Span(0, 0)
    if none or first.end > cut.start:
        if reading.first:
            first = reading.first
        elif not none and first.start >= cut.old_end:
            first = first.shifted(cut.by)
        elif not none:
            # The first statement is gone, and what is now the first was never noted.
            return None
    return Manifest(
        path,
        FORMAT,
        text,
        _requirements(previous.requirements, reading.requirements, cut),
        _moved(previous.includes, reading.includes, cut),
        _moved(previous.options, reading.options, cut),
        _moved(previous.problems, reading.problems, cut),
        first_statement=first,
        facts=previous.facts,
    )


def _requirements(old: tuple[Requirement, ...], new: list[Requirement], cut: Cut) -> tuple[Requirement, ...]:
    low, high = _around([requirement.statement.start for requirement in old], cut)
    after = old[high:]
    by = cut.by
    if by:
        # On every keystroke for every line after it: twice as quick as calling Span.
        make = tuple.__new__
        after = tuple([
            Requirement(
                r.parsed,
                make(Span, (r.span[0] + by, r.span[1] + by)),
                make(Span, (r.statement[0] + by, r.statement[1] + by)),
                r.scope,
                r.hashes,
                r.options,
                r.offsets if r.offsets is None else tuple([offset + by for offset in r.offsets]),
            )
            for r in after
        ])  # fmt: skip
    return (*old[:low], *new, *after)


def _moved(old: tuple[_T, ...], new: list[_T], cut: Cut) -> tuple[_T, ...]:
    if not old:
        return tuple(new)
    starts = [item.span.start for item in old]
    low, high = _around(starts, cut)
    return (*old[:low], *new, *(_shifted(item, cut.by) for item in old[high:]))


def _shifted(item: _T, by: int) -> _T:
    return cast("_T", item._replace(span=item.span.shifted(by))) if by else item


def _around(starts: list[int], cut: Cut) -> tuple[int, int]:
    """How many begin before the changed lines, and from which on they begin after them."""
    return bisect_left(starts, cut.start), bisect_left(starts, cut.old_end)
