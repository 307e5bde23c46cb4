"""TOML 1.1 lets an inline table go over several lines, with a comma at its end and comments; TOML 1.0, and tomllib, do not.

Such a text is made one of TOML 1.0 by writing blanks over what 1.0 does not allow: every other character stays in its place.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},\n]',
    re.DOTALL,
)


def flattened(source: str) -> str:
    """The text with its inline tables on one line each; the same text where it has none that need it."""
    out = list(source)
    braces = brackets = 0
    comma: int | None = None
    for match in _TOKEN.finditer(source):
        sign, offset = match[0], match.start()
        if sign in ("{", "["):
            braces, brackets = braces + (sign == "{"), brackets + (sign == "[")
            comma = None
        elif sign in ("}", "]"):
            if comma is not None and sign == "}" and not "".join(out[comma + 1 : offset]).strip():
                out[comma] = " "
            braces, brackets = max(0, braces - (sign == "}")), max(0, brackets - (sign == "]"))
            comma = None
        elif sign == ",":
            comma = offset
        elif sign == "\n":
            if braces:
                out[offset] = " "
        elif sign[0] != "#":
            comma = None
        elif braces:
            out[offset : match.end()] = " " * len(sign)
    return "".join(out)
