"""The whole grammar of markers (PEP 508): text → condition, or what is wrong with it and which characters are.

One pass without recursion, so that no text is too deep or too long for it. What is accepted is what ``packaging`` accepts, but for
parentheses within more than :data:`DEEPEST` others.
"""

from __future__ import annotations

import re

from venvls.model.text import Wrong
from venvls.standards.conditions import VARIABLES, Comparison, Condition
from venvls.standards.versions import MEANT_OPERATORS

DEEPEST = 64
"""Parentheses within parentheses. Those who evaluate markers recurse; nobody writes more than three."""

_BLANK = re.compile(r"[ \t]*")
_VARIABLE = re.compile(
    r"(?:python_version|python_full_version|os[._]name|sys[._]platform|platform_release|platform_system"
    r"|platform[._](?:version|machine|python_implementation)|python_implementation|implementation_name|implementation_version"
    r"|extras?|dependency_groups)\b"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_OPERATOR = re.compile(r"===|==|~=|!=|<=|>=|<|>|in\b|not[ \t]+in\b")
_JOINT = re.compile(r"(and|or)\b[ \t]*")
# What most comparisons are, blanks behind them included: a lock holds thousands.
_USUAL = re.compile(r"([a-z_]+)[ \t]*(==|!=|<=|>=|<|>)[ \t]*(?:'([ -&(-\[\]-~]*)'|\"([ !#-\[\]-~]*)\")[ \t]*")
_WORD = re.compile(r"[\w.]+")
_SYMBOLS = re.compile(r"[<>=!~&|]+")
_USUAL_NAMES = VARIABLES | {"extra"}
_OLD_NAMES = {"python_implementation": "platform_python_implementation"}

Parts = list["Comparison | Condition"]


class _Group:
    """What is between two parentheses (or in the whole marker): rows of parts, and where the group was opened."""

    __slots__ = ("opened", "rows")

    def __init__(self, opened: int) -> None:
        self.opened = opened
        self.rows: list[Parts] = [[]]

    def condition(self) -> Condition:
        return tuple(map(tuple, self.rows))


class _WrongError(Exception):
    """The text is not a marker; carries what is wrong."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.wrong = Wrong(message, start, end)


def parse(text: str) -> Condition | Wrong:
    """The condition that a marker states, or the first thing in it that is wrong."""
    try:
        return _parse(text)
    except _WrongError as error:
        return error.wrong


def _parse(text: str) -> Condition:
    """Comparisons and parentheses in turn, joined by ``and`` or ``or``."""
    groups = [_Group(0)]
    position = _skip(text, 0)
    while True:
        while text.startswith("(", position):
            groups.append(_Group(position))
            if len(groups) > DEEPEST + 1:
                raise _WrongError(f"more than {DEEPEST} parentheses inside each other", position, position + 1)
            position = _skip(text, position + 1)
        comparison, position = _comparison(text, position)
        groups[-1].rows[-1].append(comparison)
        position = _skip(text, position)
        while len(groups) > 1 and text.startswith(")", position):
            group = groups.pop()
            groups[-1].rows[-1].append(group.condition())
            position = _skip(text, position + 1)
        if position == len(text):
            if len(groups) > 1:
                raise _WrongError("`(` is not closed", groups[-1].opened, groups[-1].opened + 1)
            return groups[0].condition()
        joint = _JOINT.match(text, position)
        if joint is None:
            raise _no_joint(text, position)
        if joint[1] == "or":
            groups[-1].rows.append([])
        position = joint.end()


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _comparison(text: str, position: int) -> tuple[Comparison, int]:
    """``value operator value``, and its end."""
    usual = _USUAL.match(text, position)
    if usual is not None and usual[1] in _USUAL_NAMES:
        name, operator, single, double = usual.groups()
        return Comparison(name, operator, double if single is None else single), usual.end()
    left = _VARIABLE.match(text, position) or _QUOTED.match(text, position)
    if left is None:
        raise _no_value(text, position, "a condition is missing")
    operator_start = _skip(text, left.end())
    sign = _OPERATOR.match(text, operator_start)
    if sign is None:
        raise _no_operator(text, operator_start, left.start(), left.group())
    right_start = _skip(text, sign.end())
    right = _VARIABLE.match(text, right_start) or _QUOTED.match(text, right_start)
    if right is None:
        symbols = _SYMBOLS.match(text, operator_start)
        if symbols and symbols.end() > sign.end():
            raise _no_operator(text, operator_start, left.start(), left.group())
        raise _no_value(text, right_start, f"a value is missing after `{sign.group()}`", sign.start())
    operator = " ".join(sign.group().split())
    variables = [_variable(side.group()) for side in (left, right)]
    values = [_value(text, side) for side in (left, right)]
    if variables[0] is not None and values[1] is not None:
        return Comparison(variables[0], operator, values[1]), right.end()
    if values[0] is not None and variables[1] is not None:
        return Comparison(variables[1], operator, values[0], True), right.end()
    return Comparison("", operator, ""), right.end()


def _variable(word: str) -> str | None:
    if word[0] in "'\"":
        return None
    name = word.replace(".", "_")
    return _OLD_NAMES.get(name, name)


def _value(text: str, side: re.Match[str]) -> str | None:
    """What is between quotes, which mean what they mean in Python."""
    quoted = side.group()
    if quoted[0] not in "'\"":
        return None
    if "\\" not in quoted and quoted.isprintable():
        return quoted[1:-1]
    import warnings
    from ast import literal_eval

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of `\d`, which stays what it is
            return str(literal_eval(quoted))
    except (SyntaxError, ValueError):
        raise _WrongError("this is not a valid condition", 0, len(text)) from None


def _no_value(text: str, position: int, missing: str, since: int | None = None) -> _WrongError:
    if position >= len(text) or text[position] == ")":
        return _WrongError(missing, max(0, position - 1) if since is None else since, max(position, 1))
    if text[position] in "'\"":
        return _WrongError("the quote is not closed", position, len(text.rstrip()))
    word = _WORD.match(text, position)
    if word and word.group() in ("and", "or"):
        return _WrongError(f"a condition is missing before `{word.group()}`", word.start(), word.end())
    if word and since is not None:
        return _WrongError(f"`{word.group()}` needs quotes around it", word.start(), word.end())
    if word:
        return _WrongError(f"`{word.group()}` is not a variable of conditions", word.start(), word.end())
    symbols = _SYMBOLS.match(text, position)
    end = symbols.end() if symbols else position + 1
    return _WrongError(f"`{text[position:end]}` is not expected here", position, end)


def _no_operator(text: str, position: int, left_start: int, left: str) -> _WrongError:
    symbols = _SYMBOLS.match(text, position)
    if symbols:
        meant = MEANT_OPERATORS.get(symbols.group())
        hint = f"; did you mean `{meant}`?" if meant else ""
        return _WrongError(f"`{symbols.group()}` is not a comparison{hint}", symbols.start(), symbols.end())
    if position >= len(text) or text[position] == ")":
        return _WrongError(f"a comparison is missing after `{left}`", left_start, left_start + len(left))
    word = _WORD.match(text, position)
    end = word.end() if word else position + 1
    return _WrongError(f"`{text[position:end]}` is not a comparison", position, end)


def _no_joint(text: str, position: int) -> _WrongError:
    if text[position] == ")":
        return _WrongError("`)` has no matching `(`", position, position + 1)
    symbols = _SYMBOLS.match(text, position)
    if symbols and symbols.group() in ("&", "&&", "|", "||"):
        meant = "and" if symbols.group()[0] == "&" else "or"
        return _WrongError(f"write `{meant}` instead of `{symbols.group()}`", symbols.start(), symbols.end())
    if text[position] in "'\"" and not _QUOTED.match(text, position):
        return _WrongError("the quote is not closed", position, len(text.rstrip()))
    word = _WORD.match(text, position) or _QUOTED.match(text, position)
    end = word.end() if word else position + 1
    return _WrongError(f"`and` or `or` is missing before `{text[position:end]}`", position, end)
