"""The block of requirements in a Python script (PEP 723): where it is, and its TOML at the very offsets of the file.

A block is a run of comment lines from ``# /// script`` to the last ``# ///`` before a line that is not a comment. Its TOML is what is
behind ``# ``; here it is given with blanks in place of all else, so that every place in it is a place in the script.
"""

from __future__ import annotations

import re

from venvls.model.manifest import Problem
from venvls.model.record import NamedTuple
from venvls.model.text import Span

SEARCHED = 65_536
"""Characters at the start of a file in which a block is looked for."""
_OPENING = re.compile(r"^# /// script[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n?")


class Block(NamedTuple):
    """``span`` covers the lines of the block, its first and last included; ``body`` what is between them. ``closed`` whether it has an
    end."""

    span: Span
    opening: Span
    body: Span
    closed: bool


def holds_block(text: str) -> bool:
    """Whether a script states requirements of its own."""
    start = text[:SEARCHED]
    return "# /// script" in start and _OPENING.search(start) is not None


def blocks(text: str) -> list[Block]:
    """The script blocks of a file; more than one is an error (PEP 723)."""
    all_blocks: list[Block] = []
    offset = 0
    while (opening := _OPENING.search(text, offset, max(offset, SEARCHED) if not all_blocks else len(text))) is not None:
        block = _block(text, opening)
        all_blocks.append(block)
        offset = max(block.span.end, opening.end() + 1)
        if len(all_blocks) > 1 or offset > len(text):
            break
    return all_blocks


def as_toml(text: str, block: Block) -> str:
    """The block's TOML; offsets are those of ``text``, and nothing follows it."""
    body = text[block.body.start : block.body.end].split("\n")
    lines = [f"  {line[2:]}" if line.startswith("# ") else f" {line[1:]}" if line.startswith("#") else line for line in body]
    before = " " * (block.body.start - 1) + "\n" if block.body.start else ""
    return before + "\n".join(lines)


def unusable_line(text: str, block: Block) -> Problem | None:
    """A line of the block that begins with ``#`` and no blank, which PEP 723 ends the block at."""
    for match in re.finditer(r"^#(?![ \r\n]|$)[^\n]*", text[block.body.start : block.body.end], re.MULTILINE):
        span = Span(match.start(), match.end()).shifted(block.body.start)
        return Problem("invalid-manifest", "A space is missing after the # of this line.", span)
    return None


def commented(source: str, offset: int, new: str) -> str:
    """Text made for the TOML, as it is to be in the script when it is put at ``offset``: each line that it begins gets its ``# ``."""
    first, *others = new.split("\n")
    if (offset == 0 or source[offset - 1 : offset] == "\n") and first.strip():
        first = _as_comment(first)
    return "\n".join([first, *(_as_comment(line) if line.strip() else line for line in others)])


def _as_comment(line: str) -> str:
    return "# " + (line[2:] if line.startswith("  ") else line)


def _block(text: str, opening: re.Match[str]) -> Block:
    body = opening.end() + 1
    offset, end = body, None
    last = min(body, len(text))
    while offset < len(text):
        match = _LINE.match(text, offset)
        line = match.group() if match is not None else ""
        plain = line.rstrip("\r\n")
        if not plain.startswith("#"):
            break
        if plain.rstrip(" \t") == "# ///":
            end = (offset, offset + len(plain))
        offset += len(line)
        last = offset
    span = Span(opening.start(), opening.end())
    if end is None:
        return Block(Span(opening.start(), last), span, Span(min(body, len(text)), last), closed=False)
    return Block(Span(opening.start(), end[1]), span, Span(body, end[0]), closed=True)
