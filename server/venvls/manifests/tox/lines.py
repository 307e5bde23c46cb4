"""Lines of a tox setting that lists requirements → requirements and includes, each character with its place in the file.

Before tox sees a line it fills in what is in braces. What can be known from the file alone is filled in here as well; a line that
hangs on anything else (a variable, ``{posargs}``) is left out, and nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from venvls.manifests.requirements.line import Line, read_line
from venvls.model.limits import allow
from venvls.model.manifest import Include, Option, Problem
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, Requirement
from venvls.model.text import Span

MOST_LINES = 5_000
MOST_CHARACTERS = 200_000
_DEPTH = 20
_HERE = frozenset({"toxinidir", "tox_root"})
_SPACED = re.compile(r"(?:-[rcef]|--(?:requirement|constraint|find-links|editable))\s(?=\s*[^\s'\"])")


class Traced(NamedTuple):
    """A text and, for each of its characters, the offset in the file; ``statement`` is what goes when it is taken out."""

    text: str
    offsets: tuple[int, ...]
    statement: Span

    def part(self, start: int, end: int | None = None) -> Traced:
        """A stretch of it."""
        return Traced(self.text[start:end], self.offsets[start:end], self.statement)

    def stripped(self) -> Traced:
        """Without blanks around it."""
        lead = len(self.text) - len(self.text.lstrip())
        return self.part(lead, lead + len(self.text.strip()))


Resolve = Callable[[str], "list[Traced] | None"]
"""Gives the lines that an expression in braces stands for, as they are written; ``None`` where that cannot be known."""


class Listed:
    """What has been read so far of one environment. ``unknown`` is true where a line had to be left out."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.includes: list[Include] = []
        self.options: list[Option] = []
        self.problems: list[Problem] = []
        self.unknown = False
        self._characters = 0

    def take(self, lines: Iterable[Traced], resolve: Resolve, depth: int = 0) -> None:
        """Reads lines; what is in braces is passed to ``resolve``."""
        for line in lines:
            referenced = resolve(whole) if (whole := _reference(line.text)) is not None else None
            if referenced is not None:
                # One line that stands for others: what is said of them is said where they are.
                if depth < _DEPTH:
                    self.take(referenced, resolve, depth + 1)
                self.unknown |= depth >= _DEPTH
                continue
            plain = self._plain(line, resolve, depth)
            if plain is None:
                self.unknown = True
                continue
            self._characters += len(plain.text)
            if self._characters > MOST_CHARACTERS or len(self.requirements) + len(self.includes) > MOST_LINES:
                self.unknown = True
                return
            self.line(plain)

    def line(self, line: Traced) -> None:
        """Reads one line that has nothing in braces any more."""
        line = _one_word(line.stripped())
        if not line.text:
            return
        read = read_line(line.text)

        def span(start: int, end: int) -> Span:
            return Span(line.offsets[start], line.offsets[end - 1] + 1) if end > start else Span(line.offsets[start], line.offsets[start])

        if read.parsed is not None:
            self.requirements.append(_requirement(read, line, span))
            allow(len(self.requirements))
        for target, start, end, kind in read.includes:
            self.includes.append(Include(target, span(start, end), kind))
        for name, value, start, end in read.settings:
            self.options.append(Option(name, value, span(start, end)))
        for wrong in read.wrongs:
            self.problems.append(Problem("invalid-requirement", wrong.message, span(wrong.start, min(wrong.end, read.length))))

    def constraint(self, line: Traced) -> None:
        """Reads one line of ``constraints``: a file, and nothing else."""
        line = line.stripped()
        if line.text and not line.text.startswith("-") and "{" not in line.text:
            self.includes.append(Include(line.text, Span(line.offsets[0], line.offsets[-1] + 1), "constraints"))

    def _plain(self, line: Traced, resolve: Resolve, depth: int) -> Traced | None:
        """The line with everything in braces filled in; ``None`` where that cannot be known."""
        if "{" not in line.text:
            return None if "[]" in line.text else line
        if depth > _DEPTH or "\\" in line.text:
            return None
        text: list[str] = []
        places: list[int] = []
        offset = 0
        while (start := line.text.find("{", offset)) >= 0:
            end = _closing(line.text, start)
            if end is None:
                return None
            text.append(line.text[offset:start])
            places += line.offsets[offset:start]
            inside = line.text[start + 1 : end]
            # A path may begin with the file's folder, which is what it starts from anyway; inside a URL that would mean something else.
            here = inside in _HERE and not line.text[:start].rstrip().endswith((":", "/"))
            new = ("." if line.text[end + 1 : end + 2].strip() else "./") if here else self._inline(inside, resolve, depth)
            if new is None:
                return None
            text.append(new)
            places += [line.offsets[start]] * (len(new) - 1) + [line.offsets[start if new == "." else end]] * bool(new)
            offset = end + 1
        return Traced("".join(text) + line.text[offset:], (*places, *line.offsets[offset:]), line.statement)

    def _inline(self, expression: str, resolve: Resolve, depth: int) -> str | None:
        referenced = resolve(expression)
        if referenced is None or len(referenced) > 1:
            return None
        filled = self._plain(referenced[0].stripped(), resolve, depth + 1) if referenced else None
        if filled is not None and len(filled.text) + self._characters > MOST_CHARACTERS:
            return None
        return filled.text if filled is not None else "" if not referenced else None


def _requirement(read: Line, line: Traced, span: Callable[[int, int], Span]) -> Requirement:
    assert read.parsed is not None  # noqa: S101 - said to the type checker
    where = span(read.start, read.end)
    kept = read.offsets
    offsets_of_text = line.offsets[read.start : read.end] if kept is None else tuple([line.offsets[index] for index in kept[:-1]])
    straight = offsets_of_text == tuple(range(where.start, where.start + len(offsets_of_text)))
    offsets = None if straight else (*offsets_of_text, where.end)
    return Requirement(read.parsed, where, line.statement, MAIN, read.hashes, read.options, offsets)


def _one_word(line: Traced) -> Traced:
    """A path after ``-r`` may hold blanks: tox takes the rest of the line for it."""
    match = _SPACED.match(line.text)
    if match is None:
        return line
    text: list[str] = [line.text[: match.end()]]
    places = list(line.offsets[: match.end()])
    for index in range(match.end(), len(line.text)):
        sign = line.text[index]
        if sign.isspace() and text[-1] != "\\":
            text.append("\\")
            places.append(line.offsets[index])
        text.append(sign)
        places.append(line.offsets[index])
    return Traced("".join(text), tuple(places), line.statement)


def _reference(text: str) -> str | None:
    """What is in the braces where the line is nothing but a reference to another setting."""
    line = text.strip()
    return line[1:-1] if line.startswith("{[") and _closing(line, 0) == len(line) - 1 else None


def _closing(text: str, start: int) -> int | None:
    """Where the brace at ``start`` is closed."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index
    return None
