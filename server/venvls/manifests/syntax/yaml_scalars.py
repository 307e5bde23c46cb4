"""Texts of YAML: in quotes, in blocks (``|``, ``>``), over several lines; what each says, as YAML 1.2 has it.

``None`` stands for a text that is written in a way that is not understood here. Tested against a whole YAML parser.
"""

from __future__ import annotations

import re

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ",
    '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_ESCAPE = r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))"


def quoted(inner: str, quote: str) -> str | None:
    """What stands between two quotes, on one line or on several."""
    if "\n" in inner:
        if quote == '"' and re.search(r"\\[ \t]*\r?\n", inner):
            return None
        inner = _folded([line.strip(" \t\r") if number else line.rstrip(" \t\r") for number, line in enumerate(inner.split("\n"))], inner)
    if quote == "'":
        return inner.replace("''", "'")
    if "\\" not in inner:
        return inner
    try:
        return re.sub(_ESCAPE, _character, inner)
    except (KeyError, ValueError, OverflowError):
        return None


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    return chr(int(code, 16)) if code else _ESCAPES[match[4]]


def _folded(parts: list[str], inner: str) -> str:
    """Lines put together: a blank for a line's end, a line's end for every empty line."""
    blank = inner[inner.rfind("\n") + 1 :].strip(" \t\r") == ""
    text, empty = parts[0], 0
    for part in parts[1:-1] if blank else parts[1:]:
        if part:
            text += ("\n" * empty or " ") + part
            empty = 0
        else:
            empty += 1
    return text + ("\n" * empty or " ") if blank else text


def block(source: str, header: str, start: int, limit: int) -> tuple[str | None, int, int, int]:
    """The text below a ``|`` or ``>`` whose owner is at column ``limit``; its lines begin at ``start``.

    What it says, where its characters begin and end, and where the next line that is none of it begins.
    """
    match = re.compile(rf"(?:[ \t]*\r?\n)*( {{{limit + 1},}})(?=[^ \r\n])").match(source, start)
    if match is None:
        return (None if "+" in header.partition("#")[0] else "", start, start, start)
    indent = len(match[1])
    body = re.compile(rf"(?: {{{indent}}}[^\n]*(?:\n|\Z)|[ \t]*(?:\r?\n|(?<=[ \t])\Z))+").match(source, start)
    if body is None:
        return ("", start, start, start)
    stop = body.end()
    begin = match.end()
    text = source[start:stop].replace("\r\n", "\n")
    finish = start + len(source[start:stop].rstrip())
    rows = text.split("\n")
    understood = re.fullmatch(r"([|>])-?[ \t]*(?:#.*)?", header) and "\t" not in text
    understood = understood and all(row.strip(" ") or len(row) <= indent for row in rows)
    if not understood:
        return (None, begin, finish, stop)
    lines = [row[indent:] for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    if header[0] == ">":
        if any(not row or row[0] == " " for row in lines):
            return (None, begin, finish, stop)
        whole = " ".join(lines)
    else:
        whole = "\n".join(lines)
    # The last line's end counts, where there is one.
    clipped = lines and "-" not in header.partition("#")[0] and len(lines) < len(rows)
    return (f"{whole}\n" if clipped else whole, begin, finish, stop)
