"""Text as terminal cells: what a character looks like there and how many columns it takes. What would steer the terminal is written out."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.visible import one_line, sign

if TYPE_CHECKING:
    from collections.abc import Iterator

TAB = 4


def cells(text: str) -> Iterator[tuple[str, int]]:
    """For each character of ``text``: what to write and its columns. Tabs become blanks up to the next stop, control and
    direction-changing characters are written out, combining marks stay with what they stand on."""
    column = 0
    for character in text:
        if character == "\t":
            columns = TAB - column % TAB
            shown = " " * columns
        elif " " <= character <= "~":
            shown, columns = character, 1
        else:
            shown, columns = _cell(character)
        column += columns
        yield shown, columns


def _cell(character: str) -> tuple[str, int]:
    import unicodedata

    category = unicodedata.category(character)
    if category in ("Mn", "Me") or character == "\u200d":
        return character, 0
    shown = sign(character)
    if shown != character:
        return shown, len(shown)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co"):
        return "\N{REPLACEMENT CHARACTER}", 1
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def columns(text: str) -> int:
    """How many columns ``text`` takes."""
    return len(text) if text.isascii() and text.isprintable() else sum(taken for _, taken in cells(text))


def fitted(text: str, width: int) -> str:
    """``text`` made safe and cut to ``width`` columns, with dots where it was cut."""
    text = one_line(text)
    if columns(text) <= width:
        return text
    kept, used = [], 0
    for shown, taken in cells(text):
        if used + taken > max(0, width - 3):
            break
        kept.append(shown)
        used += taken
    return "".join(kept) + "..."[: max(0, width)]


def underlined(line: str, start: int, end: int, width: int) -> tuple[str, str]:
    """A source line and the carets under its characters ``start`` to ``end``, both cut to about ``width`` columns around them.

    An empty stretch gets one caret at its place.
    """
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    # Only a window can be shown, so only a window is looked at: a line of a megabyte costs no more than a short one.
    first = max(0, start - width // 3) if len(line) > width else 0
    last = min(len(line), first + width)
    window = line[first:last]
    if window.isascii() and window.isprintable():
        shown, before, under = window, start - first, min(end, last) - start
    else:
        taken = list(cells(window))
        shown = "".join(text for text, _ in taken)
        before = sum(columns for _, columns in taken[: start - first])
        under = sum(columns for _, columns in taken[start - first : end - first])
    left = "..." if first else ""
    right = "..." if last < len(line) else ""
    return f"{left}{shown}{right}", " " * (len(left) + before) + "^" * max(1, under)
