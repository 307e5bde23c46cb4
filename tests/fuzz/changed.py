"""A text with a few things of it in other kinds or places: still valid TOML, JSON, YAML or lines, and saying what nobody expects.

Mutilated texts and texts that follow the code seldom get past the parser of a format; these do, and reach who uses what it gave.
"""

from __future__ import annotations

import re
from random import Random

_VALUE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?<=[=:,\[{(>~!-])[ ]*[^\s,\[\]{}()=:#\"']+")
_KEY = re.compile(r"(?m)^[ \t]*(?:- )?\"?([\w.-]+)\"?(?= ?[=:])")
_OTHERS = (
    *('""', '" "', '"0"', '"a"', '"1.0"', '">=1"', '"²"', '"a[b]"', '"../x"', "'a; extra == \"b\"'", '"a @ file:///x"', '"*"', '"main"'),
    *("0", "1", "-1", "1.5", "1e400", "true", "false", "null", "~", "nan", "inf", "2026-11-30", "2026-11-30T01:02:03Z", "07:00:00"),
    *("[]", "{}", "[[]]", "[1]", '["a"]', '["a", 1]', "[{}]", "{a = 1}", '{"a": 1}', '{"a": []}', '[{"a": 1}]', '{name = "a"}'),
    *("9" * 30, "2147483648", "1_000", "0x1F", "<<", "*a", "&a", "!!int 1", "|"),
)


def changed(text: str, dice: Random) -> str:
    """The text with one to four changes: a value of another kind, a key that stands elsewhere in it, lines moved, doubled or left out."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        text = dice.choice(_CHANGES)(text, dice)
    return text


def _value(text: str, dice: Random) -> str:
    found = list(_VALUE.finditer(text))
    if not found:
        return text
    place = dice.choice(found)
    new = dice.choice(found).group() if dice.random() < 0.3 else dice.choice(_OTHERS)
    space = " " * (len(place.group()) - len(place.group().lstrip()))
    return f"{text[: place.start()]}{space}{new.strip()}{text[place.end() :]}"


def _key(text: str, dice: Random) -> str:
    found = list(_KEY.finditer(text))
    if not found:
        return text
    place = dice.choice(found)
    return text[: place.start(1)] + dice.choice(found).group(1) + text[place.end(1) :]


def _lines(text: str, dice: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    start = dice.randrange(len(lines))
    end = start + dice.choice((1, 1, 1, 2, 5))
    taken, to = lines[start:end], dice.randrange(len(lines) + 1)
    what = dice.randrange(4)
    if what == 0:
        del lines[start:end]
    elif what == 1:
        lines[to:to] = taken
    elif what == 2:
        del lines[start:end]
        lines[to:to] = taken
    else:
        lines[start] = "  " + lines[start] if dice.random() < 0.5 else lines[start].removeprefix("  ")
    return "".join(lines)


_CHANGES = (_value, _value, _value, _key, _lines)
