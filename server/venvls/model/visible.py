r"""The one place that decides which characters are shown: what steers a terminal or turns a line around is written out instead.

Names of folders, versions, URLs and whatever else a file or a tool says may hold such characters, and none of them may act: ``\x1b`` would
colour, move and ask the terminal, U+202E shows a name backwards, a carriage return writes one line over another. The faces send all they
say through here: the command line in ``cli/streams.py``, the language server in ``lsp/shown.py``.
"""

from __future__ import annotations

# Control characters but the line end; marks and isolates of direction; what has no width; line ends of other worlds; halves of pairs; tags.
_STRETCHES = (
    (0x00, 0x09), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200B), (0x200E, 0x200F),
    (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xD800, 0xDFFF), (0xE0000, 0xE007F),
)  # fmt: skip
_SHORT = {"\t": " ", "\r": r"\r", "\n": r"\n"}


class Exact(str):
    """A text that is not for reading: a shell's lines, a path that a program opens. The language server sends it as it is."""

    __slots__ = ()


_signs: dict[int, str] = {}
"""What ``str.translate`` puts for each character; made when the first text needs it, as hardly any does."""


def visible(text: str) -> str:
    r"""``text`` with everything that would act and not show written out (``\x1b``, ``\u202e``); a tab is a blank, a line end stays."""
    return text if text.replace("\n", "").isprintable() else text.translate(_known())


def one_line(text: str) -> str:
    """``text`` on one line: a line end in the name of a folder would begin a line that nobody said."""
    return text if text.isprintable() else visible(text).replace("\n", _SHORT["\n"])


def sign(character: str) -> str:
    """How one character is shown."""
    return _SHORT.get(character) or _known().get(ord(character), character)


def _known() -> dict[int, str]:
    if not _signs:
        _signs.update((number, _written(number)) for first, last in _STRETCHES for number in range(first, last + 1))
    return _signs


def _written(number: int) -> str:
    if chr(number) in _SHORT:
        return _SHORT[chr(number)]
    # DEL is the one of them that JSON does not escape by itself. So written, JSON that holds one stays JSON.
    if number == 0x7F or number > 0xFF:
        return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
    return f"\\x{number:02x}"
