"""Markers hold for the target, not for the Python that runs this. What pip would answer is answered; what is not known is ``None``."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
from packaging.markers import InvalidMarker, Marker

from tests.rules.building import LINUX, target
from venvls.model.environment import Environment, Target
from venvls.standards.markers import PDM, PIP, POETRY, UV, Dialect, Markers, evaluate, marker_error
from venvls.standards.versions import standard
from venvls.target import target_of

MARKERS, ENVIRONMENTS = 2_500, 40
_PYTHONS = ("2.7.18", "3.6.0", "3.8.5", "3.9.18", "3.10.0", "3.11.7", "3.12.0rc1", "3.12.0", "3.12.4", "3.13.0+", "3.14.0a2", "4.0.0")
_MACHINES: tuple[Mapping[str, str], ...] = (
    LINUX,
    {**LINUX, "platform_release": "6.1.0-18-amd64", "platform_machine": "aarch64", "platform_version": ""},
    {"os_name": "posix", "sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin", "platform_release": "23.4.0",
     "platform_version": "Darwin Kernel 23"},
    {"os_name": "nt", "sys_platform": "win32", "platform_machine": "AMD64", "platform_system": "Windows", "platform_release": "10",
     "platform_version": "10.0.19045"},
)  # fmt: skip
_IMPLEMENTATIONS = (("cpython", "CPython", None), ("pypy", "PyPy", "7.3.12"), ("graalpy", "GraalVM", "24.0.0"))
_VALUES = {
    "version": ("3", "3.8", "3.10", "3.12", "3.12.0", "3.12.4", "3.12.*", "3.13.0rc1", "v3.9", "2.7 3.12", "3.8,<4",
                " 3.12 ", "", "abc", "7.3"),
    "text": ("linux", "win32", "darwin", "posix", "nt", "Linux", "CPython", "cpython", "x86_64", "", "v1", "10", "6.1", "6.1.*", "a\\x62"),
    "extra": ("test", "Te.st", "te_st", "other", ""),
}  # fmt: skip
_NAMES = {
    "version": ("python_version", "python_version", "python_full_version", "implementation_version"),
    "text": ("os_name", "os.name", "sys_platform", "sys.platform", "platform_machine", "platform.machine", "platform_system",
             "platform_version", "platform_release", "platform_python_implementation", "python_implementation", "implementation_name"),
    "extra": ("extra",),
}  # fmt: skip
_OPERATORS = ("==", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "~=", "===")


def comparison(chance: random.Random) -> str:
    kind = chance.choice(("version", "version", "text", "text", "extra"))
    name, operator = chance.choice(_NAMES[kind]), chance.choice(_OPERATORS)
    quote, value = chance.choice("'\""), chance.choice(_VALUES[kind])
    blank = chance.choice(("", " ", "  ", "\t")) if operator[0] in "<>=!~" else " "
    value = f"{quote}{value}{quote}"
    return f"{value}{blank}{operator}{blank}{name}" if chance.random() < 0.2 else f"{name}{blank}{operator}{blank}{value}"


def marker(chance: random.Random, depth: int = 0) -> str:
    """Three comparisons of four are alone or joined without brackets."""
    parts = [
        f"({marker(chance, depth + 1)})" if depth < 3 and chance.random() < 0.25 else comparison(chance)
        for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    text = parts[0]
    for part in parts[1:]:
        text += f" {chance.choice(('and', 'or'))} {part}"
    return text


def environment(chance: random.Random) -> dict[str, str]:
    python = chance.choice(_PYTHONS)
    name, platform_name, version = chance.choice(_IMPLEMENTATIONS)
    return {
        **chance.choice(_MACHINES),
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_name": name,
        "platform_python_implementation": platform_name,
        "implementation_version": version or python.removesuffix("+"),
    }


def as_packaging_has_it(parsed: Marker, variables: Mapping[str, str], extra: str) -> bool | None:
    try:
        return parsed.evaluate({**variables, "extra": extra})
    except (ValueError, KeyError):
        return None


def generated() -> Iterator[tuple[str, Marker, dict[str, str], str]]:
    chance = random.Random(440_508)
    environments = [(environment(chance), chance.choice(("", "", "test", "te-st"))) for _ in range(ENVIRONMENTS)]
    for text in (marker(chance) for _ in range(MARKERS)):
        parsed = Marker(text)
        yield from ((text, parsed, variables, extra) for variables, extra in environments)


def test_says_what_packaging_says() -> None:
    answers: dict[bool | None, int] = {}
    for text, parsed, variables, extra in generated():
        expected = as_packaging_has_it(parsed, variables, extra)
        assert evaluate(text, Target(variables), frozenset({extra} if extra else ())) is expected, (text, variables, extra)
        answers[expected] = answers.get(expected, 0) + 1
    assert sum(answers.values()) == MARKERS * ENVIRONMENTS == 100_000
    assert min(answers[True], answers[False], answers[None]) > 10_000, "one-sided: it proves nothing"


def test_what_is_answered_without_a_variable_is_so_whatever_its_value() -> None:
    chance = random.Random(508)
    known = 0
    for text, parsed, variables, extra in generated():
        if chance.random() < 0.8:
            continue
        lacking = chance.choice([name for name in variables if name in text] or ["os_name"])
        rest = {name: value for name, value in variables.items() if name != lacking}
        answer = evaluate(text, Target(rest), frozenset({extra} if extra else ()))
        expected = as_packaging_has_it(parsed, variables, extra)
        if expected is not None:
            known += answer is not None
            assert answer in (None, expected), (text, lacking, variables, extra)
    assert known > 1000


def test_what_is_answered_without_the_patch_version_is_so_for_each() -> None:
    chance = random.Random(3)
    answers: dict[bool | None, int] = {}
    for _ in range(2000):
        operator, value = (
            chance.choice(_OPERATORS),
            chance.choice(("3.12", "3.12.0", "3.12.4", "3.12.12", "3.12.*", "3.13", "3.12.1 3.12.20", "12.4")),
        )
        text = f"python_full_version {operator} '{value}'" if chance.random() < 0.8 else f"'{value}' {operator} python_full_version"
        if chance.random() < 0.5:
            text += f" {chance.choice(('and', 'or'))} python_full_version {chance.choice(('<', '>=', '!='))} '3.12.{chance.randrange(20)}'"
        guessed = target("3.12")
        answer = evaluate(text, guessed)
        for patch in range(31):
            full = f"3.12.{patch}"
            expected = as_packaging_has_it(Marker(text), {**guessed.markers, "python_full_version": full}, "")
            assert answer in (None, expected), (text, full)
        answers[answer] = answers.get(answer, 0) + 1
    assert min(answers[True], answers[False], answers[None]) > 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python_full_version >= '3.8'", True),
        ("python_full_version < '3.12'", False),
        ("python_full_version >= '3.12.1'", None),
        ("python_full_version == '3.12.4'", None),
        ("python_full_version > '3.12.2' and python_full_version < '3.12.9'", None),
        ("python_full_version < '3.12.2' or python_full_version >= '3.12.2'", True),
        ("python_full_version >= '3.12.1' and sys_platform == 'win32'", False),
        ("implementation_version >= '3.12'", None),
        ("python_version >= '3.12'", True),
    ],
)
def test_an_unknown_patch_version_is_not_guessed(text: str, expected: bool | None) -> None:
    assert evaluate(text, target("3.12")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python_version >= '3.8'", None),
        ("python_version < '3.8'", None),
        ("python_full_version >= '3.8'", None),
        ("python_version >= '3.8' and os_name == 'nt'", False),
        ("os_name == 'posix'", True),
    ],
)
def test_an_unknown_python_is_not_guessed(text: str, expected: bool | None) -> None:
    variables = target_of(Environment("/e", "/e", "/e/bin/python", None), LINUX)
    assert evaluate(text, variables) is expected


@pytest.mark.parametrize(
    "text",
    ["nonsense == 'x'", "'x' in extras", "(" * 3000 + "os_name == 'nt'" + ")" * 3000, "os_name ==", "a" * 20_000, "",
     "os_name == sys_platform", "'a' == 'b'", "os_name == 'posix' or nonsense == 'x'", "python_version >= '" + "9" * 5000 + "'"],
)  # fmt: skip
def test_what_cannot_be_understood_is_not_known(text: str) -> None:
    assert evaluate(text, target()) is None


# What the tools themselves say of it on Linux, release 6.18.4, with Python 3.12.4; ``None`` where they have rules that are not known here.
@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("python_version in '3.120 3.9'", {PIP: True, UV: False, POETRY: False, PDM: True}),
        ("python_version not in '3.120 3.9'", {PIP: False, UV: True, POETRY: True, PDM: False}),
        ("python_version in '3.9,3.12'", {PIP: True, UV: True, POETRY: True, PDM: True}),
        ("python_version in '3.12.0 3.9'", {PIP: True, UV: True, POETRY: True, PDM: True}),
        # Of a list with commas uv leaves nothing, and of what is joined with it the rest.
        ("python_version in '2.6, 2.7'", {PIP: False, UV: True, POETRY: False, PDM: False}),
        ("python_version not in '3.12, 2.7'", {PIP: False, UV: True, POETRY: False, PDM: False}),
        ("python_version in '2.6, 2.7' and os_name == 'none'", {PIP: False, UV: False, POETRY: False, PDM: False}),
        ("os_name == 'none' or python_version not in '2.6|2.7'", {PIP: True, UV: False, POETRY: True, PDM: True}),
        ("(python_version in '2.6,' or python_version in '2|6') and os_name == 'none'", {PIP: False, UV: False, POETRY: False, PDM: False}),
        ("'2.7' in python_version", {PIP: False, UV: True, POETRY: False, PDM: False}),
        ("python_version == 'old'", {PIP: False, UV: True, POETRY: None, PDM: None}),
        ("platform_release < '10'", {PIP: True, UV: False, POETRY: True, PDM: True}),
        ("platform_version < 'z'", {PIP: False, UV: True, POETRY: False, PDM: True}),
        ("sys_platform < 'm'", {PIP: False, UV: False, POETRY: False, PDM: True}),
        ("python_version >= '3.6.*'", {PIP: False, UV: None, POETRY: None, PDM: None}),
    ],
)
def test_where_tools_differ(text: str, answers: dict[Dialect, bool | None]) -> None:
    variables = target("3.12.4")
    here = Target({**variables.markers, "platform_release": "6.18.4"})
    assert {dialect: evaluate(text, here, dialect=dialect) for dialect in answers} == answers


@pytest.mark.parametrize("dialect", [UV, POETRY, PDM])
def test_a_release_in_an_order_of_its_tool_is_not_known(dialect: Dialect) -> None:
    variables = Target({**target().markers, "platform_release": "6.1.0-generic"})
    assert not standard("6.1.0-generic")
    assert evaluate("platform_release >= '5'", variables, dialect=dialect) is (True if dialect is UV else None)


def test_several_extras_hold_together() -> None:
    markers = Markers(target(), PIP)
    both = frozenset({"a", "b-c"})
    assert markers.holds("extra == 'a' and extra == 'B_C'", both) is True
    assert markers.holds("extra != 'a'", both) is False
    assert markers.holds("extra == 'a'") is False and markers.holds("extra != 'a'") is True
    assert markers.holds("extra in 'a b'", both) is None
    assert markers.holds(None) is True and markers.holds(3) is None


_PIECES = (
    "python_version", "os_name", "os.name", "extra", "extras", "'3.8'", '"win32"', "''", "'a\\nb'", "'a\\'", "'\\x4'", "'", '"',
    "==", "<", ">=", "~=", "===", " in ", " not in ", "not", "in", "=", "and", " and ", " or ", "or", "(", ")", " ", "\t", "\n", "\\",
    "foo", "1", "é",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:invalid escape")
def test_accepts_what_packaging_accepts() -> None:
    chance = random.Random(685)
    accepted = 0
    for _ in range(30_000):
        if chance.random() < 0.5:
            text = "".join(chance.choices(_PIECES, k=chance.randrange(9)))
        else:
            text = marker(chance)
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice((*_PIECES, "", "")) + text[place + chance.randrange(3) :]
        try:
            Marker(text)
        except InvalidMarker:
            wrong = marker_error(text)
            assert wrong is not None, text
            assert 0 <= wrong.start <= wrong.end <= max(len(text), 1), text
            assert evaluate(text, target()) is None, text
        else:
            accepted += 1
            assert marker_error(text) is None, text
    assert accepted > 2000


def test_everyday_markers_are_decided_without_packaging() -> None:
    code = (
        "import sys; from venvls.standards.markers import evaluate, marker_error; from venvls.model.environment import Target;"
        'text = \'(python_version>="3.8" and extra == "x") or \\\'3.9\\\' <= python_full_version and sys_platform in "linux darwin"\';'
        "variables = {'python_version': '3.12', 'python_full_version': '3.12.4', 'sys_platform': 'linux'};"
        "assert evaluate(text, Target(variables)) is True and marker_error(text) is None and marker_error('a') is not None;"
        "assert 'packaging' not in sys.modules, 'loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
