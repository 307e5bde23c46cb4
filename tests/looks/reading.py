"""Reads the cases of this folder: files of a project, with what is shown at a place written in the line below it.

    requests>=2.31
    #^^ hover "2.28.0 is installed" !"in sync"
    #            ^ hint "2.28.0"

The first caret is the place. A text in quotes must be shown, one with ``!`` before it must not; without any, nothing is shown at all.
``definition`` and ``references`` list places, ``file:line``, all of them and in this order (``references`` sorted); ``link`` and ``lens``
are like ``hover``, about the line; ``completion`` lists labels that are offered (or with ``!`` are not).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

from tests.case_format import Case
from venvls.model.text import Position

CASES = Path(__file__).parent / "cases"
_SECTION = re.compile(r"^-- (?P<path>\S.*?) --$")
_MARK = re.compile(r"^#?(?P<space>[ \t]*)(?P<carets>\^+)[ \t]+(?P<what>hover|hint|definition|references|link|lens|completion)(?P<rest>.*)$")
_TEXT = re.compile(r'(!?)("(?:[^"\\]|\\.)*")')


class Look(NamedTuple):
    """What is shown at one place. ``texts`` pairs whether it is shown with the text; ``places`` are ``file:line``."""

    path: str
    position: Position
    what: str
    texts: tuple[tuple[bool, str], ...]
    places: tuple[str, ...]
    line: int


class Looks(NamedTuple):
    """A case: its project, and what is to be seen in it."""

    case: Case
    looks: tuple[Look, ...]
    typed: dict[str, str]
    """What an editor holds instead of a file's text on disk (``-- path (typed) --``); places are then those in it."""


def read(path: Path) -> Looks:
    files: dict[str, str] = {}
    looks: list[Look] = []
    typed: dict[str, str] = {}
    prose, *lines = path.read_text("utf-8").splitlines()
    assert prose.strip(), f"{path}: the first line must say in a sentence what is true"
    options: dict[str, object] = {}
    current: str | None = None
    kept: list[str] = []

    def finish() -> None:
        if current == "@options.json":
            options.update(json.loads("\n".join(kept)))
        elif current is not None and current.endswith(" (typed)"):
            typed[current.removesuffix(" (typed)")] = "".join(line + "\n" for line in kept)
        elif current is not None:
            files[current] = "".join(line + "\n" for line in kept)

    for number, line in enumerate(lines, 2):
        if header := _SECTION.match(line):
            finish()
            current, kept = header["path"], []
        elif (mark := _MARK.match(line)) and current is not None:
            texts = tuple((not no, json.loads(text)) for no, text in _TEXT.findall(mark["rest"]))
            rest = _TEXT.sub("", mark["rest"]).split()
            column = line.index("^")
            # The hash of a mark stands for a blank of the line above, so that a place in the first column can be meant.
            column = 0 if line.startswith("#^") and mark["carets"] == "^" and not mark["space"] else column
            text = kept[-1]
            looks.append(
                Look(
                    current.removesuffix(" (typed)"),
                    Position(len(kept) - 1, min(column, len(text))),
                    mark["what"],
                    texts,
                    tuple(rest),
                    number,
                )
            )
        else:
            kept.append(line)
    finish()
    return Looks(Case(path.stem, "looks", prose, files, options=options), tuple(looks), typed)
