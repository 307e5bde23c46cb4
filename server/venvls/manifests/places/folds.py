"""Which lines of a manifest or a lock belong together, for an editor that can fold them: tables, sections, lists, what is indented.

All of a file, not our own parts alone: an editor that gets folds from a server does not look for others itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_HEAD = re.compile(r"\[")
_TEXTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_LONG = 100
_LONG_TEXTS = ('"""', "'''")


def folds(file_name: str, lines: Sequence[str]) -> list[tuple[int, int]]:
    """First and last lines, from 0, by their first. ``lines`` are the text's, without their ends."""
    if file_name.endswith((".py", ".pyw")):
        return []
    if file_name.endswith((".toml", ".lock", "Pipfile")) and file_name != "pixi.lock" and not file_name.startswith("conda-"):
        heads: list[int] = []
        listed = [*_brackets(lines, heads)]
        listed += _sections(lines, heads)
    elif file_name.endswith((".cfg", ".ini")):
        listed = [*_sections(lines, [number for number, line in enumerate(lines) if _HEAD.match(line)]), *_indented(lines)]
    else:
        listed = [*_indented(lines)]
    return sorted({(first, last) for first, last in listed if last > first})


def _sections(lines: Sequence[str], heads: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From each head of a table to the last line before the next that is not empty."""
    for number, head in enumerate(heads):
        yield head, _trimmed(lines, head, (heads[number + 1] if number + 1 < len(heads) else len(lines)) - 1)


def _brackets(lines: Sequence[str], heads: list[int]) -> Iterator[tuple[int, int]]:
    """From each line that opens a list or an object to the one before it is closed. Heads of tables are added to ``heads``."""
    opened: list[int] = []
    inside = ""  # of a string of several lines
    for number, line in enumerate(lines):
        if inside or any(sign in line for sign in _LONG_TEXTS):
            line, inside = _without_long_texts(line, inside)
        if not inside and not opened and _HEAD.match(line):
            heads.append(number)
            continue
        if len(line) > _LONG and line.count("[") == line.count("]") and line.count("{") == line.count("}"):
            continue  # a file of a lock, of which there are thousands
        bare = _TEXTS.sub("", line) if '"' in line or "'" in line or "#" in line else line
        depth = bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
        if depth > 0:
            opened += [number] * depth
        for _ in range(-depth):
            if opened:
                yield opened.pop(), number - 1


def _without_long_texts(line: str, inside: str) -> tuple[str, str]:
    """The line without strings of several lines, and the sign of the one that is open at its end."""
    kept: list[str] = []
    while True:
        if inside:
            _, sign, line = line.partition(inside)
            if not sign:
                return "".join(kept), inside
            inside = ""
        places = [(line.find(sign), sign) for sign in _LONG_TEXTS if sign in line]
        if not places:
            return "".join([*kept, line]), ""
        place, inside = min(places)
        kept.append(line[:place])
        line = line[place + 3 :]


def _indented(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From each line to the last of those below it that begin further in. An item of a list is further in than what it stands under."""
    opened: list[tuple[int, int]] = []  # how far in, and the line
    last = -1
    for number, depth in _depths(lines):
        while opened and opened[-1][0] >= depth:
            yield opened.pop()[1], last
        opened.append((depth, number))
        last = number
    yield from ((number, last) for _, number in opened)


def _depths(lines: Sequence[str]) -> Iterable[tuple[int, int]]:
    for number, line in enumerate(lines):
        bare = line.lstrip()
        if bare and not bare.startswith("#"):
            yield number, 2 * (len(line) - len(bare)) + bare.startswith("- ")


def _trimmed(lines: Sequence[str], first: int, last: int) -> int:
    while last > first and not lines[last].strip():
        last -= 1
    return last
