"""Whether a marker holds for the target environment; the commonest forms without ``packaging``, all others with it.

The target's variables alone count, never those of the Python that runs this. A variable the target does not know, or one that was
guessed and would change the answer, makes the answer ``None``: nothing is said on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.model.environment import Target
from venvls.model.facts import Facts
from venvls.model.marker import terms
from venvls.model.names import canonical
from venvls.standards.versions import contains

# Compiled for the first marker that is more than a few comparisons.
_QUOTED = r"'[^']*'|\"[^\"]*\""
_WORD = r"[a-z][a-z_.]*"
_RELEASE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}")
# Text that no PEP 440 parser takes for a version, so that the comparison is one of text (``v1`` would be a version).
_PLAIN_TEXT = re.compile(r"(?!v[0-9])[A-Za-z][A-Za-z0-9_]*")
_ALIASES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
_TEXTS = frozenset(
    {"os_name", "sys_platform", "platform_system", "platform_machine", "implementation_name", "platform_python_implementation"}
)
_OPERATORS = frozenset({"and", "or", "in", "not"})
_LONGEST = 10_000


class _Known:
    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], bool | None] = {}


def holds(marker: str | None, facts: Facts, extra: str = "") -> bool | None:
    """Whether ``marker`` is true for the project's target with this extra (PEP 503 form, empty for none); ``None``: not known.

    The answer is remembered.
    """
    if not marker:
        return True
    known = facts.remembered.of(_Known).answers
    key = (marker, extra)
    if key not in known:
        known[key] = None if facts.target is None else evaluate(marker, facts.target, extra)
    return known[key]


def evaluate(marker: str, target: Target, extra: str = "") -> bool | None:
    """As :func:`holds`, for a target, and not remembered."""
    if len(marker) > _LONGEST:
        return None
    simple = terms(marker)
    words = [name for name, *_ in simple] if simple is not None else re.findall(_WORD, re.sub(_QUOTED, "", marker))
    named = {_ALIASES.get(word, word) for word in words} - _OPERATORS - {"extra"}
    if not named <= target.markers.keys():
        return None
    if "python_full_version" not in target.guessed or "python_full_version" not in named:
        return None if named.intersection(target.guessed) else _decide(marker, target.markers, extra)
    if named.intersection(target.guessed) - {"python_full_version"}:
        return None
    # Of the patch version nothing is known: what holds for the first and for the last one holds.
    minor = target.markers.get("python_version", "3")
    first = _decide(marker, {**target.markers, "python_full_version": f"{minor}.0"}, extra)
    return first if first == _decide(marker, {**target.markers, "python_full_version": f"{minor}.9999"}, extra) else None


def _decide(marker: str, variables: Mapping[str, str], extra: str) -> bool | None:
    simple = _simple(marker, variables, extra)
    return _by_packaging(marker, variables, extra) if simple is None else simple


def _simple(marker: str, variables: Mapping[str, str], extra: str) -> bool | None:
    """The answer for comparisons joined by ``and`` and ``or`` without brackets; ``None`` where there is more to it."""
    anything = False
    everything = True
    for name, operator, value, joint in terms(marker) or ():
        answer = _compare(name, operator, value, variables, extra)
        if answer is None:
            return None
        everything = everything and answer
        if joint is None:
            return anything or everything
        if joint == "or":
            anything = anything or everything
            everything = True
    return None


def _compare(name: str, operator: str, value: str, variables: Mapping[str, str], extra: str) -> bool | None:
    if name in _VERSIONS:
        actual = variables.get(name, "")
        if _RELEASE.fullmatch(value) and _RELEASE.fullmatch(actual):
            return contains(operator + value, actual)
        return None
    if operator not in ("==", "!="):
        return None
    if name == "extra":
        return (canonical(value) == extra) is (operator == "==") if _PLAIN_TEXT.fullmatch(value) else None
    if name in _TEXTS and _PLAIN_TEXT.fullmatch(value):
        return (variables.get(name) == value) is (operator == "==")
    return None


def _by_packaging(marker: str, variables: Mapping[str, str], extra: str) -> bool | None:
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    try:
        return bool(Marker(marker).evaluate({**variables, "extra": extra}))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError, KeyError, TypeError, RecursionError):
        return None
