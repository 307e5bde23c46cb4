"""Reads `.case` files and compares what was expected with what was seen. The format is described in `tests/cases/README.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from venvls.model.text import Position, Span, Text, Units

CASES = Path(__file__).parent / "cases"

# They say something about nearly every project; elsewhere they would only make cases long.
QUIET = frozenset({"selected-environment", "unignored-environment"})

_SECTION = re.compile(r"^-- (?P<path>\S.*?)(?: -> (?P<target>\S.*?))? --$")
_ANNOTATION = re.compile(
    r"^(?P<hash>#?)(?P<space>[ \t]*)(?P<mark>\^+>?|\|)[ \t]+"
    r"(?P<severity>error|warning|information|hint)\[(?P<code>[a-z-]+)\]"
    r"(?:[ \t]+(?P<message>\"(?:[^\"\\]|\\.)*\"))?"
    r"(?:[ \t]*(?P<arrow>->)(?P<actions>[^\"]*))?[ \t]*$"
)
_LOOKS_LIKE_ANNOTATION = re.compile(r"^#?[ \t]*(\^+>?|\|)[ \t]+\S")
_RESULT = re.compile(r"^@(?P<action>[a-z-]+)(?::(?P<nth>\d+))?/(?P<path>.+)$")


class CaseError(ValueError):
    """A case that cannot be read; the message names the line."""


class Place(NamedTuple):
    """A stretch of a file, in code points. ``end`` is ``None`` where the case leaves it open."""

    start: int
    end: int | None


@dataclass(frozen=True)
class Expected:
    """One annotation: a finding that must be there, exactly once."""

    path: str
    place: Place
    severity: str
    code: str
    message: str = ""
    actions: tuple[str, ...] | None = None
    line: int = 0


@dataclass(frozen=True)
class Seen:
    """One finding as a driver saw it, brought to code points and to paths relative to the workspace."""

    path: str
    start: int
    end: int
    severity: str
    code: str
    message: str
    actions: tuple[str, ...] | None = None


class Result(NamedTuple):
    """What must be true after the ``nth`` offer (from 1) of an action: a task's keys, or a file's text."""

    action: str
    nth: int
    path: str
    text: str


@dataclass(frozen=True)
class Case:
    """One case, as written."""

    name: str
    rule: str
    prose: str
    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    results: tuple[Result, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """``rule/case``."""
        return f"{self.rule}/{self.name}"

    def compares(self, code: str) -> bool:
        """Whether findings with this code count in this case."""
        return code not in QUIET or code == self.rule


def all_cases(folder: Path = CASES) -> list[Case]:
    """Every case below ``folder``, in the order of their ids."""
    return [read(path) for path in sorted(folder.glob("*/*.case"))]


def read(path: Path) -> Case:
    """The case in one file."""
    return parse(path.read_text("utf-8"), name=path.stem, rule=path.parent.name)


def parse(source: str, *, name: str, rule: str) -> Case:
    """A case from its text."""
    lines = source.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    prose: list[str] = []
    files: dict[str, str] = {}
    links: dict[str, str] = {}
    folders: list[str] = []
    expected: list[Expected] = []
    results: list[Result] = []

    bodies: list[tuple[str, list[tuple[int, str]]]] = []
    for number, line in enumerate(lines, 1):
        header = _SECTION.match(line)
        if header and header["target"]:
            links[header["path"]] = header["target"]
            bodies.append(("", []))
        elif header:
            bodies.append((header["path"], []))
        elif bodies:
            bodies[-1][1].append((number, line))
        else:
            prose.append(line)
    if not prose or not prose[0].strip():
        raise CaseError(f"{rule}/{name}: the first line must say in a sentence what is true")

    options = next((json.loads("\n".join(line for _, line in body)) for path, body in bodies if path == "@options.json"), {})
    for path, body in bodies:
        text = "".join(line + "\n" for _, line in body)
        if not path:
            if text.strip():
                raise CaseError(f"{rule}/{name}:{body[0][0]}: a link has no content")
        elif path == "@options.json":
            continue
        elif result := _RESULT.match(path):
            results.append(Result(result["action"], int(result["nth"] or 1), result["path"], text))
        elif path.endswith("/"):
            folders.append(path.rstrip("/"))
        elif path in files:
            raise CaseError(f"{rule}/{name}: {path} stands twice")
        else:
            files[path], found = _annotations(path, body, f"{rule}/{name}", str(options.get("newline", "\n")))
            expected.extend(found)
    return Case(name, rule, "\n".join(prose).strip(), files, links, tuple(folders), tuple(expected), tuple(results), options)


def _annotations(path: str, body: list[tuple[int, str]], where: str, newline: str) -> tuple[str, list[Expected]]:
    """The file without its annotation lines, and what they expect."""
    kept: list[str] = []
    found: list[Expected] = []
    start = 0  # offset of the last kept line
    for number, line in body:
        match = _ANNOTATION.match(line)
        if match is None:
            if _LOOKS_LIKE_ANNOTATION.match(line):
                raise CaseError(f"{where}:{number}: this looks like an annotation and cannot be read: {line}")
            start = sum(len(one) + len(newline) for one in kept)
            kept.append(line)
            continue
        mark, space, sign = match["mark"], match["space"], match["hash"]
        column = len(sign) + len(space) if space else 0
        width = mark.count("^") + (1 if sign and not space and mark != "|" else 0)
        above = kept[-1] if kept else ""
        if column + width > len(above):
            raise CaseError(f"{where}:{number}: the mark reaches past the end of the line above it")
        first = start + column
        actions = None
        if match["arrow"]:
            actions = tuple(one.strip() for one in match["actions"].split(",") if one.strip())
        found.append(
            Expected(
                path,
                Place(first, None if mark.endswith(">") else first + width),
                match["severity"],
                match["code"],
                json.loads(match["message"]) if match["message"] else "",
                actions,
                number,
            )
        )
    return "".join(line + newline for line in kept), found


def offsets(text: Text, start: tuple[int, int], end: tuple[int, int], units: Units) -> tuple[int, int]:
    """A face's two positions, in code points."""
    return text.offset(Position(*start), units), text.offset(Position(*end), units)


def compare(case: Case, seen: Iterable[Seen]) -> list[str]:
    """What differs between a case and what was seen, one line each; empty when both agree."""
    left = [one for one in seen if case.compares(one.code)]
    problems: list[str] = []
    # The longest message first: a vague annotation must not take the finding a precise one means.
    for expected in sorted(case.expected, key=lambda one: -len(one.message)):
        hit = next((one for one in left if _agrees(expected, one)), None)
        if hit is None:
            problems.append(f"line {expected.line}: nothing like this was found: {expected.severity}[{expected.code}] {expected.message!r}")
            continue
        left.remove(hit)
        if expected.actions is not None and hit.actions is not None and expected.actions != hit.actions:
            problems.append(f"line {expected.line}: offered were {', '.join(hit.actions) or 'no actions'}")
    problems.extend(f"surplus in {one.path}:\n{_drawn(case, one)}" for one in left)
    return problems


def _agrees(expected: Expected, seen: Seen) -> bool:
    return (
        expected.path == seen.path
        and expected.code == seen.code
        and expected.severity == seen.severity
        and expected.message in seen.message
        and expected.place.start == seen.start
        and expected.place.end in (None, seen.end)
    )


def _drawn(case: Case, seen: Seen) -> str:
    """A finding as the annotation line that would expect it, under its source line."""
    text = Text(case.files.get(seen.path, ""))
    place = text.range(Span(seen.start, seen.end), "utf-32")
    line = text.line(place.start.line)
    column = place.start.character
    length = place.end.character - column if place.end.line == place.start.line else len(line) - column
    if length == 0:
        mark = " " * column + "|"
    elif column == 0:
        mark = "^" if length == 1 else "#" + "^" * (length - 1)
    else:
        mark = ("#" if column > 1 else " ") + " " * (column - 1) + "^" * length
    if place.end.line != place.start.line:
        mark += ">"
    actions = "" if seen.actions is None else f" -> {', '.join(seen.actions)}"
    return f"{line}\n{mark} {seen.severity}[{seen.code}] {json.dumps(seen.message, ensure_ascii=False)}{actions}"
