"""Whether an environment marker (PEP 508) is one, and which characters of it are wrong.

One pass, no recursion, no import of ``packaging`` for what people write every day. Where this reader is not sure, or says no,
``packaging`` has the last word on *whether*; this file has it on *where* and in which words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from venvls.model.marker import terms
from venvls.model.record import NamedTuple

MAX_DEPTH = 64
"""Parentheses within parentheses. Those who evaluate markers recurse; nobody writes more than three."""

MAX_LENGTH = 20_000

# Compiled for the first marker that is more than a few comparisons.
_BLANK = r"[ \t]*"
_VARIABLE = (
    r"(?:python_version|python_full_version|os[._]name|sys[._]platform|platform_release|platform_system"
    r"|platform[._](?:version|machine|python_implementation)|python_implementation|implementation_name|implementation_version"
    r"|extras?|dependency_groups)\b"
)
_QUOTED = r"'[^']*'|\"[^\"]*\""
_OPERATOR = r"===|==|~=|!=|<=|>=|<|>|in\b|not[ \t]+in\b"
_JOIN = r"(?:and|or)\b"
_WORD = r"[\w.]+"
_SYMBOLS = r"[<>=!~&|]+"
# What people ask about; the older names are for the pattern above.
_NAMES = frozenset(
    ("python_version", "python_full_version", "os_name", "sys_platform", "platform_system", "platform_machine", "platform_version",
     "platform_release", "platform_python_implementation", "implementation_name", "implementation_version", "extra")
)  # fmt: skip
_MEANT = {"=": "==", "=>": ">=", "=<": "<=", "=!": "!=", "<>": "!=", "=~": "~="}


class Wrong(NamedTuple):
    """A sentence and the characters it speaks of, from the start of the text that was looked at."""

    message: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def marker_error(marker: str) -> Wrong | None:
    """What is wrong with a marker; ``None`` where it is right. ``marker`` is what follows the ``;``."""
    if len(marker) > MAX_LENGTH:
        return Wrong(f"the condition is longer than {MAX_LENGTH} characters", 0, len(marker))
    if _is_everyday(marker):
        return None
    wrong = _scan(marker)
    # Backslashes and control characters mean what they mean in a Python string: that is for packaging to say.
    if wrong is None and "\\" not in marker and marker.replace("\t", "").isprintable():
        return None
    if wrong is not None and wrong.message.startswith("more than"):
        return wrong
    return (wrong or Wrong("this is not a condition that can be understood", 0, len(marker))) if not _accepted(marker) else None


def _is_everyday(marker: str) -> bool:
    found = terms(marker) if marker.isprintable() and "\\" not in marker else None
    return found is not None and _NAMES.issuperset([name for name, *_ in found])


def _accepted(marker: str) -> bool:
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(marker)
    except (InvalidMarker, RecursionError, ValueError):
        return False
    return True


def _scan(text: str) -> Wrong | None:
    """The first thing this grammar cannot read: operands and parentheses in turn, joined by ``and`` or ``or``."""
    opened: list[int] = []
    at = _skip(text, 0)
    while True:
        while text.startswith("(", at):
            opened.append(at)
            if len(opened) > MAX_DEPTH:
                return Wrong(f"more than {MAX_DEPTH} parentheses inside each other", at, at + 1)
            at = _skip(text, at + 1)
        comparison = _comparison(text, at)
        if isinstance(comparison, Wrong):
            return comparison
        at = _skip(text, comparison)
        while opened and text.startswith(")", at):
            opened.pop()
            at = _skip(text, at + 1)
        if at == len(text):
            return Wrong("`(` is not closed", opened[-1], opened[-1] + 1) if opened else None
        join = re.compile(_JOIN).match(text, at)
        if not join:
            return _no_join(text, at)
        at = _skip(text, join.end())


def _skip(text: str, at: int) -> int:
    match = re.compile(_BLANK).match(text, at)
    return match.end() if match else at


def _comparison(text: str, at: int) -> int | Wrong:
    """The end of ``value operator value``, or what is wrong with it."""
    left = re.compile(_VARIABLE).match(text, at) or re.compile(_QUOTED).match(text, at)
    if not left:
        return _no_value(text, at, "a condition is missing")
    operator_at = _skip(text, left.end())
    operator = re.compile(_OPERATOR).match(text, operator_at)
    if not operator:
        return _no_operator(text, operator_at, left.start(), left.group())
    right_at = _skip(text, operator.end())
    right = re.compile(_VARIABLE).match(text, right_at) or re.compile(_QUOTED).match(text, right_at)
    if not right:
        symbols = re.compile(_SYMBOLS).match(text, operator_at)
        if symbols and symbols.end() > operator.end():
            return _no_operator(text, operator_at, left.start(), left.group())
        return _no_value(text, right_at, f"a value is missing after `{operator.group()}`", operator.start())
    return right.end()


def _no_value(text: str, at: int, missing: str, since: int | None = None) -> Wrong:
    if at >= len(text) or text[at] == ")":
        return Wrong(missing, max(0, at - 1) if since is None else since, max(at, 1))
    if text[at] in "'\"":
        return Wrong("quote not closed", at, len(text.rstrip()))
    word = re.compile(_WORD).match(text, at)
    if word and word.group() in ("and", "or"):
        return Wrong(f"a condition is missing before `{word.group()}`", word.start(), word.end())
    if word and since is not None:
        return Wrong(f"`{word.group()}` needs quotes around it", word.start(), word.end())
    if word:
        return Wrong(f"`{word.group()}` is not something a condition can ask about", word.start(), word.end())
    symbols = re.compile(_SYMBOLS).match(text, at)
    end = symbols.end() if symbols else at + 1
    return Wrong(f"`{text[at:end]}` is not expected here", at, end)


def _no_operator(text: str, at: int, left_start: int, left: str) -> Wrong:
    symbols = re.compile(_SYMBOLS).match(text, at)
    if symbols:
        meant = _MEANT.get(symbols.group())
        hint = f"; did you mean `{meant}`?" if meant else ""
        return Wrong(f"`{symbols.group()}` is not a comparison{hint}", symbols.start(), symbols.end())
    if at >= len(text) or text[at] == ")":
        return Wrong(f"a comparison is missing after `{left}`", left_start, left_start + len(left))
    word = re.compile(_WORD).match(text, at)
    end = word.end() if word else at + 1
    return Wrong(f"`{text[at:end]}` is not a comparison", at, end)


def _no_join(text: str, at: int) -> Wrong:
    if text[at] == ")":
        return Wrong("`)` closes nothing", at, at + 1)
    symbols = re.compile(_SYMBOLS).match(text, at)
    if symbols and symbols.group() in ("&", "&&", "|", "||"):
        meant = "and" if symbols.group()[0] == "&" else "or"
        return Wrong(f"write `{meant}` instead of `{symbols.group()}`", symbols.start(), symbols.end())
    if text[at] in "'\"" and not re.compile(_QUOTED).match(text, at):
        return Wrong("quote not closed", at, len(text.rstrip()))
    word = re.compile(_WORD).match(text, at) or re.compile(_QUOTED).match(text, at)
    end = word.end() if word else at + 1
    return Wrong(f"`and` or `or` is missing before `{text[at:end]}`", at, end)
