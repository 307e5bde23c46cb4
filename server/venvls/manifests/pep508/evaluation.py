"""Markers of a lock, for one Python and a set of extras: ``True``, ``False``, or ``None`` where the Python's facts do not say.

A lock repeats few markers many times and is read as a whole: its markers are taken apart here without ``packaging``, which is asked only
for versions that are no plain numbers. uv also writes its conflicting extras and groups as values of ``extra``; several hold at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    from venvls.model.environment import Target

_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<joint>and\b|or\b)|(?P<operator>===|==|~=|!=|<=|>=|<|>|not\s+in\b|in\b)"
    r"|(?P<name>[a-z][a-z0-9_.]*)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")"
)
_RELEASE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,7}")
_VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
_ALIASES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DEEPEST = 64
_LONGEST = 100_000

Value = tuple[str, bool]
"""A text of a marker, and whether it is a variable's name."""


class Markers:
    """The markers of one lock for one Python. Each text is worked out once for each set of extras it depends on."""

    __slots__ = ("_known", "_target")

    def __init__(self, target: Target | None) -> None:
        self._target = target
        self._known: dict[tuple[str, Collection[str]], bool | None] = {}

    def holds(self, marker: object, extras: frozenset[str] = frozenset()) -> bool | None:
        """Whether ``marker`` holds; no marker always does, what is no marker is not known."""
        if marker is None:
            return True
        if not isinstance(marker, str):
            return None
        key = (marker, extras if "extra" in marker else ())
        if key not in self._known:
            self._known[key] = self._evaluate(marker, extras)
        return self._known[key]

    def _evaluate(self, marker: str, extras: frozenset[str]) -> bool | None:
        if self._target is None or len(marker) > _LONGEST:
            return None
        try:
            reading = _Reading(marker, self._target, extras)
            return reading.whole()
        except _NotUnderstoodError:
            return None


class _NotUnderstoodError(Exception):
    """The text is no marker that this reader knows."""


class _Reading:
    """One marker, read from left to right; ``and`` binds closer than ``or``."""

    def __init__(self, marker: str, target: Target, extras: frozenset[str]) -> None:
        self.tokens = _tokens(marker)
        self.at = 0
        self.target = target
        self.extras = extras

    def whole(self) -> bool | None:
        answer = self._either(0)
        if self.at != len(self.tokens):
            raise _NotUnderstoodError
        return answer

    def _either(self, depth: int) -> bool | None:
        answer = self._both(depth)
        while self._take("joint", "or"):
            other = self._both(depth)
            answer = True if answer or other else None if answer is None or other is None else False
        return answer

    def _both(self, depth: int) -> bool | None:
        answer = self._one(depth)
        while self._take("joint", "and"):
            other = self._one(depth)
            answer = False if answer is False or other is False else None if answer is None or other is None else True
        return answer

    def _one(self, depth: int) -> bool | None:
        if self._take("bracket", "("):
            if depth >= _DEEPEST:
                raise _NotUnderstoodError
            answer = self._either(depth + 1)
            if not self._take("bracket", ")"):
                raise _NotUnderstoodError
            return answer
        left, operator, right = self._value(), self._next("operator"), self._value()
        return self._compare(left, " ".join(operator.split()), right)

    def _compare(self, left: Value, operator: str, right: Value) -> bool | None:
        if left[1] == right[1]:
            raise _NotUnderstoodError
        name, value = (left[0], right[0]) if left[1] else (right[0], left[0])
        name = _ALIASES.get(name, name)
        if name == "extra":
            if operator not in ("==", "!="):
                return None
            return (canonical(value) in self.extras) is (operator == "==")
        actual = self.target.markers.get(name)
        if actual is None:
            return None
        if name in self.target.guessed:
            return self._guessed(name, operator, value, mirrored=not left[1])
        return compare(name, operator, actual, value, mirrored=not left[1])

    def _guessed(self, name: str, operator: str, value: str, *, mirrored: bool) -> bool | None:
        """Of a patch version nothing is known: what holds for the first and for the last one holds, unless one is named."""
        minor = self.target.markers.get("python_version")
        if minor is None or name not in _VERSIONS or (operator in ("==", "!=", "===", "in", "not in") and value.startswith(f"{minor}.")):
            return None
        first = compare(name, operator, f"{minor}.0", value, mirrored=mirrored)
        return first if first == compare(name, operator, f"{minor}.9999", value, mirrored=mirrored) else None

    def _value(self) -> Value:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind in ("name", "text"):
                self.at += 1
                return text, kind == "name"
        raise _NotUnderstoodError

    def _next(self, kind: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == kind:
            self.at += 1
            return self.tokens[self.at - 1][1]
        raise _NotUnderstoodError

    def _take(self, kind: str, text: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at] == (kind, text)
        self.at += found
        return found


def compare(name: str, operator: str, actual: str, value: str, *, mirrored: bool = False) -> bool | None:
    """Whether a variable that is ``actual`` compares so with ``value``; ``mirrored`` where the value stands first (``'3.9' <= …``)."""
    if operator in ("in", "not in"):
        if mirrored:
            return (value in actual) is (operator == "in")
        # uv and Poetry write lists of versions, `python_version in '3.8 3.9'`: whole words, which a part of the text is as well.
        inside = actual in re.split(r"[\s,|]+", value) if name in _VERSIONS else actual in value
        return inside is (operator == "in")
    if mirrored:
        operator = _MIRRORED.get(operator, operator)
    if name in _VERSIONS or (name == "platform_release" and _RELEASE.fullmatch(value)):
        return _compare_versions(operator, actual, value)
    if operator in ("==", "==="):
        return actual == value
    if operator == "!=":
        return actual != value
    texts = {"<": actual < value, "<=": actual <= value, ">": actual > value, ">=": actual >= value}
    return texts.get(operator)  # `~=` compares versions alone


def _compare_versions(operator: str, actual: str, value: str) -> bool | None:
    if operator in ("==", "!=") and value.endswith(".*") and _RELEASE.fullmatch(value[:-2]) and _RELEASE.fullmatch(actual):
        wanted = [int(part) for part in value[:-2].split(".")]
        mine = [int(part) for part in actual.split(".")]
        mine += [0] * (len(wanted) - len(mine))
        return (mine[: len(wanted)] == wanted) is (operator == "==")
    if _RELEASE.fullmatch(actual) and _RELEASE.fullmatch(value) and operator not in ("~=", "==="):
        one, other = _numbers(actual), _numbers(value)
        answers = {"==": one == other, "!=": one != other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
        return answers[operator]
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(operator + value).contains(actual, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _tokens(marker: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(marker.rstrip())
    while at < end:
        match = _TOKEN.match(marker, at)
        if match is None:
            raise _NotUnderstoodError
        kind = str(match.lastgroup)
        tokens.append(("text" if kind in ("single", "double") else kind, match[kind]))
        at = match.end()
    return tokens
