"""tox's names of environments: what ``py{310,311}-django{42,50}`` stands for, which names a file knows, and lines that hold for some only.

Source: tox ``config/loader/ini/factor.py`` and ``session/env_select.py``. Names are factors joined by hyphens; a line may begin with a
condition on them (``py311,!linux: dep``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from venvls.model.families import ToxNames

MOST_NAMES = 2_000
"""A file that stands for more environments than these is not taken apart."""
"""Where tox keeps environments unless it is told otherwise, from its file's folder."""
KNOWN = (("{toxinidir}", "."), ("{tox_root}", "."), ("{/}", "/"))
"""What is filled in into a path and is the same everywhere, seen from the file's folder."""
OLDEST, NEWEST = 11, 15
"""The minor versions of Python 3 that a range without a beginning or an end begins and ends with."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(?:(?<![\w.-])(\d+)-(\d+)|(?<![\w.-])(\d+)-|(?<=[{,])-(\d+))(?=[,}])")
_FACTOR = re.compile(r"!?(?:\[!?|[\w.*?\]])(?:\[!?|[\w.*?\]-])*|")
_PLAIN = re.compile(r"[\w.]+(?:-[\w.]+)*")
"""Nearly every name and condition: it stands for itself."""
_CONDITION = re.compile(r":(?:\s|$)")
_PYTHON = re.compile(r"(?:pypy|py|cpython|jython|graalpy|rustpython|ironpython|)(?:\d+(?:\.\d+){0,2})?t?d?")
_MACHINES = frozenset({"x86_64", "amd64", "x86", "i386", "i686", "arm64", "aarch64", "armv7l", "ppc64le", "ppc64", "s390x", "riscv64"})
_PLATFORMS = frozenset({"linux", "darwin", "win32", "cygwin"})


def knows(names: ToxNames, name: str) -> bool:
    """Whether ``name`` is an environment of the file: one that it names, or one that tox would make of its factors.

    An environment that is left over is none: that of a Python which ``env_list`` used to name and no longer does.
    """
    listed = names.listed or frozenset()
    if name in listed or name in names.others:
        return True
    own = name.split("-")
    if name.startswith(".") or not all(factor in names.factors or is_python(factor) for factor in own):
        return False
    current = {_python(factor) for other in listed for factor in other.split("-") if is_python(factor)}
    return not listed or all(_python(factor) in current or factor == "py" for factor in own if is_python(factor))


def _python(factor: str) -> str:
    """The Python that a factor names, in one spelling: ``py311``, ``3.11`` and ``cpython3.11`` are the same."""
    version = factor.removeprefix("cpython") if factor.startswith("cpython") else factor.removeprefix("py")
    return (version if version[:1].isdecimal() else factor).replace(".", "")


def is_python(factor: str) -> bool:
    """Whether a factor names a Python by itself (``py311``, ``3.12``, ``pypy``)."""
    return bool(factor) and _PYTHON.fullmatch(factor) is not None and factor not in ("t", "d", "td")


def expanded(text: str) -> list[str] | None:
    """The names (or conditions) that a list stands for: commas, line ends, ``{a,b}``, ``{10-13}``. ``None`` where it cannot be told."""
    if _PLAIN.fullmatch(text) is not None:
        return [text]
    names: list[str] = []
    for line in text.split("\n"):
        for item in _items(_RANGE.sub(_counted, line)):
            pieces = [[piece.strip() for piece in part.split(",")] for part in _BRACES.split(item.strip())]
            size = 1
            for part in pieces:
                size *= len(part)
            if size + len(names) > MOST_NAMES or "{" in _BRACES.sub("", item):
                return None
            names += ["".join(parts) for parts in product(*pieces)]
    if not all(_FACTOR.fullmatch(factor) for name in names for factor in name.split("-")):
        return None
    return [name for name in names if name]


def condition(line: str) -> tuple[list[list[str]] | None, int]:
    """The condition a line begins with, and where what it holds for begins; ``None`` and 0 for a line without one.

    A condition is a list of alternatives, each a list of factors (``!`` before one that must not be).
    """
    match = _CONDITION.search(line)
    if match is None:
        return None, 0
    names = expanded(line[: match.start()].strip())
    if names is None:
        return None, 0
    rest = line[match.start() + 1 :]
    return [name.split("-") for name in names], match.start() + 1 + len(rest) - len(rest.lstrip())


def holds(alternatives: list[list[str]], name: str, platform: str) -> bool | None:
    """Whether a condition holds for an environment; ``None`` where that hangs on the machine (``arm64``), which no file tells."""
    own = frozenset(name.split("-"))
    verdicts = [_all(_factor_holds(factor, own, platform) for factor in group) for group in alternatives]
    return True if True in verdicts else None if None in verdicts else False


def conditions(lines: Iterable[str]) -> Iterator[str]:
    """The names of environments that the conditions of a value's lines speak of."""
    for line in lines:
        alternatives, _ = condition(line)
        for group in alternatives or ():
            yield "-".join(factor.removeprefix("!") for factor in group)


def factor_holds(factor: str, name: str, platform: str) -> bool | None:
    """Whether one factor holds for an environment; ``None`` where that hangs on the machine."""
    return _factor_holds(factor, frozenset(name.split("-")), platform)


def _factor_holds(factor: str, own: frozenset[str], platform: str) -> bool | None:
    if factor.startswith("!"):
        holds_not = _factor_holds(factor[1:], own, platform)
        return None if holds_not is None else not holds_not
    if factor in own or factor == platform:
        return True
    return None if factor in _MACHINES or (not platform and factor in _PLATFORMS) else False


def _all(verdicts: Iterator[bool | None]) -> bool | None:
    seen = list(verdicts)
    return False if False in seen else None if None in seen else True


def _items(line: str) -> Iterator[str]:
    """What commas outside braces part."""
    depth = start = 0
    for index, sign in enumerate(line):
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif sign == "," and not depth:
            yield line[start:index]
            start = index + 1
    yield line[start:]


def _counted(match: re.Match[str]) -> str:
    first, last, from_, until = (int(group) if group else None for group in match.groups())
    if first is not None and last is not None:
        step = 1 if first <= last else -1
        if abs(last - first) > MOST_NAMES:
            return match[0]
        return ",".join(map(str, range(first, last + step, step)))
    start = from_ if from_ is not None else OLDEST
    end = until if until is not None else NEWEST
    return ",".join(map(str, range(start, end + 1))) or str(from_ if from_ is not None else until)
