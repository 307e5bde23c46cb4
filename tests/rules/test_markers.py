"""Markers hold for the target, not for the Python that runs this; the quick answers are packaging's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker

from tests.rules.building import target
from venvls.rules.markers import _simple, evaluate

_TERMS = st.one_of(
    st.builds(
        lambda name, sign, value, quote: f"{name} {sign} {quote}{value}{quote}",
        st.sampled_from(["python_version", "python_full_version", "implementation_version"]),
        st.sampled_from(["<", "<=", "==", "!=", ">=", ">", "in", "not in", "~="]),
        st.sampled_from(["3.8", "3.12", "3.12.4", "3.13", "3.10.0", "3", "3.12.*", "2.7 3.12", "3.13.0rc1"]),
        st.sampled_from("\"'"),
    ),
    st.builds(
        lambda name, sign, value: f"{name} {sign} '{value}'",
        st.sampled_from(
            [
                "sys_platform",
                "os_name",
                "platform_system",
                "platform_python_implementation",
                "implementation_name",
                "platform_machine",
                "extra",
            ]
        ),
        st.sampled_from(["==", "!=", "in", "not in"]),
        st.sampled_from(["linux", "win32", "posix", "nt", "Linux", "CPython", "cpython", "x86_64", "test", "Te.st", "", "v1"]),
    ),
    st.sampled_from(["'3.9' <= python_version", "'linux' in sys_platform", "os.name == 'posix'", "python_implementation == 'PyPy'"]),
)
_MARKERS = st.recursive(
    _TERMS, lambda inner: st.builds(lambda a, joint, b, brackets: f"({a} {joint} {b})" if brackets else f"{a} {joint} {b}",
                                    inner, st.sampled_from(["and", "or"]), inner, st.booleans()), max_leaves=5,
)  # fmt: skip


@settings(max_examples=800, deadline=None)
@given(_MARKERS, st.sampled_from(["", "test", "te-st"]))
def test_says_what_packaging_says(marker: str, extra: str) -> None:
    variables = target()
    try:
        expected: bool | None = Marker(marker).evaluate({**variables.markers, "extra": extra})
    except Exception:
        expected = None
    assert evaluate(marker, variables, extra) is expected


_EVERYDAY = st.builds(
    lambda term, joint, rest: f"{term} {joint} {rest}" if joint else term,
    st.sampled_from(
        [
            "python_version < '3.8'",
            "python_version>='3.8'",
            'sys_platform == "linux"',
            "os_name != 'posix'",
            "extra == 'Te_st'",
            "extra == 'other'",
        ]
    ),
    st.sampled_from(["and", "or"]),
    st.lists(
        st.sampled_from(
            ["python_version != '3.12' and", "implementation_name == 'cpython' or", "platform_machine == 'x' or", "os_name == 'posix' and"]
        ),
        max_size=3,
    ).map(lambda parts: " ".join([*parts, "platform_system == 'Linux'"])),
)


@settings(max_examples=400, deadline=None)
@given(_EVERYDAY, st.sampled_from(["", "te-st"]))
def test_everyday_markers_are_decided_without_packaging(marker: str, extra: str) -> None:
    variables = target()
    assert _simple(marker, variables.markers, extra) is Marker(marker).evaluate({**variables.markers, "extra": extra})


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("python_full_version >= '3.8'", True),
        ("python_full_version < '3.12'", False),
        ("python_full_version >= '3.12.1'", None),
        ("python_full_version >= '3.12.1' and sys_platform == 'win32'", False),
        ("implementation_version >= '3.12'", None),
        ("python_version >= '3.12'", True),
    ],
)
def test_an_unknown_patch_version_is_not_guessed(marker: str, expected: bool | None) -> None:
    assert evaluate(marker, target("3.12")) is expected


@pytest.mark.parametrize(
    "marker", ["nonsense == 'x'", "'x' in extras", "(" * 3000 + "os_name == 'nt'" + ")" * 3000, "os_name ==", "a" * 20_000]
)
def test_what_cannot_be_understood_is_not_known(marker: str) -> None:
    assert evaluate(marker, target()) is None
