"""The fast comparison of versions says what packaging says; what it does not know it asks of packaging."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from venvls.model.environment import Target
from venvls.standards import versions
from venvls.standards.markers import evaluate
from venvls.standards.python_versions import fits
from venvls.standards.versions import contains, equal, satisfiable, standard, wrong_clause

_NUMBER = st.integers(0, 3) | st.sampled_from([10, 2024, 99999999])
_RELEASE = st.lists(_NUMBER, min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
_SUFFIX = st.sampled_from(["", "", "", "a1", "b2", "rc1", ".post1", ".dev0", "+local.1", "a1.dev2", ".post1.dev3"])
_EPOCH = st.sampled_from(["", "", "", "1!"])
VERSIONS = st.builds(lambda epoch, release, suffix: epoch + release + suffix, _EPOCH, _RELEASE, _SUFFIX)
_OPERATORS = st.sampled_from(["==", "!=", ">=", "<=", ">", "<", "~=", "==="])
_CLAUSES = st.builds(
    lambda operator, space, version, star: operator + space + version + star,
    _OPERATORS,
    st.sampled_from(["", " "]),
    VERSIONS,
    st.sampled_from(["", "", ".*"]),
)
SPECIFIERS = st.lists(_CLAUSES, max_size=3).map(",".join)


@settings(max_examples=500, deadline=None)
@given(SPECIFIERS, VERSIONS)
def test_contains_says_what_packaging_says(specifier: str, version: str) -> None:
    try:
        expected: bool | None = SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except InvalidSpecifier:
        expected = None
    if "===" in specifier and expected is False:
        # The text as written counts as well, see `contains`.
        expected = SpecifierSet(specifier).contains(version, prereleases=True)
    assert contains(specifier, version) is expected


_PLAIN = st.lists(
    st.builds(
        lambda operator, version, star: operator + version + (star if operator in ("==", "!=") else ""),
        st.sampled_from(["==", "!=", "!=", ">=", "<=", ">", "<", "~="]),
        st.lists(st.integers(0, 2), min_size=2, max_size=3).map(lambda numbers: ".".join(map(str, numbers))),
        st.sampled_from(["", ".*"]),
    ),
    min_size=1,
    max_size=5,
).map(",".join)


@settings(max_examples=500, deadline=None)
@given(SPECIFIERS | _PLAIN | _PLAIN)
def test_satisfiable_says_what_packaging_says(specifier: str) -> None:
    try:
        specifiers = SpecifierSet(specifier)
    except InvalidSpecifier:
        assert satisfiable(specifier) is None
        return
    if hasattr(specifiers, "is_unsatisfiable"):
        assert satisfiable(specifier) is not specifiers.is_unsatisfiable()


@given(SPECIFIERS, VERSIONS)
def test_what_a_version_satisfies_is_satisfiable(specifier: str, version: str) -> None:
    if contains(specifier, version):
        assert satisfiable(specifier) is not False


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("", "banana", True),
        (">=0", "banana", False),
        ("==banana", "banana", None),
        ("===banana", "banana", True),
        ("===Banana", "banana", True),
        ("===1.0", "2004d-final", False),
        (">=1.0", "1.1a1", True),
        ("==1.0", "1.0+cpu", True),
        ("==1.0+cpu", "1.0", False),
        (">1.0", "1.0+cpu", False),
        ("<2", "2.0rc1", False),
        ("==1.*", "1", True),
        ("==1.0.0.*", "1", True),
        ("~=1", "1", None),
        ("~=2.2.0", "2.2.9", True),
        ("~=2.2.0", "2.3", False),
        (">=1,,<2,", "1.5", True),
        ("== 2021.05 ", "2021.5.0", True),
        ("==1!1.0", "1.0", False),
        (">=" + "9" * 5000, "1", None),
        (">=1", "9" * 5000, False),
    ],
)
def test_installed_versions(specifier: str, version: str, expected: bool | None) -> None:
    assert contains(specifier, version) is expected


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("==1,==2", False),
        (">=3,<2", False),
        ("==1.0,!=1", False),
        (">1,<1.0.0", False),
        ("~=1.4,>=2", False),
        (">1,<1.0.1", True),
        ("<1,!=0.*", False),
        (">=1,<2,!=1.*", False),
        ("==1.*,==1.2", True),
        (">=1,<2,!=1.*,!=1.5", False),
        (">=1,<=1,!=1", False),
        (">=1,<=1.0.0", True),
        ("==1.*,<1.0", False),
        ("==1.*,<1", False),
        (">1,<1.0.0.0.1", True),
        ("<0", False),
        ("!=1", True),
        ("~=1.4.5,<1.4.5", False),
        ("", True),
    ],
)
def test_whether_any_version_can(specifier: str, expected: bool) -> None:
    assert satisfiable(specifier) is expected


def test_standard_versions() -> None:
    assert standard("1.0") and standard("1!2.0.dev1+x") and not standard("2004d-final")


def test_plain_versions_do_not_load_packaging() -> None:
    code = (
        "import sys; from venvls.standards.versions import contains, satisfiable; from venvls.rules import RULES;"
        "assert contains('>=1.2,!=1.5,<2', '1.4.1') and satisfiable('>=1,<2') is True; assert 'packaging' not in sys.modules, 'loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("version", [f"1.0+{'9' * 5_000}", f"1.0.dev{'9' * 5_000}", f"{'9' * 5_000}!1"])
def test_numbers_of_more_digits_than_python_converts_are_no_failure(version: str) -> None:
    """``packaging`` raises a plain ValueError for them, some only when they are compared."""
    assert equal(version, "1.0") is False and standard(version) is False
    assert contains(f"=={version}", "1.0") in (False, None) and contains(">=1", version) is False
    assert fits(f"=={version}", "3.12.1") in (False, True) and fits(">=3", version) in (False, True)
    assert wrong_clause(f"=={version}") in (None, f"=={version}")
    target = Target({"python_version": "3.12", "python_full_version": "3.12.1", "platform_release": version})
    assert evaluate(f"python_version > '{version}'", target) in (False, None)
    assert evaluate(f"platform_release == '{version}'", target) in (True, None)


@pytest.mark.parametrize(
    "text",
    ["1", "1.0", "01.10.0", "1..2", "1.", ".1", "", ".", "1_0", "+1", " 1", "1 ", "\u0663", "1.\u0661", "1\n", "9" * 15, "9" * 16, "1.0a1",
     "1.2.3.4.5.6.7.8.9", ".".join("1" * 16), ".".join("1" * 17), "1" * 15 + ".1"],
)  # fmt: skip
def test_a_release_is_what_the_pattern_says(text: str) -> None:
    parts = tuple(map(int, text.split("."))) if versions._RELEASE.fullmatch(text) else None
    assert versions._release(text) == parts
    for operator in ("==", ">=", "~=", "<", "==="):
        whole = versions._CLAUSE.fullmatch((operator + text).strip())
        release = tuple(map(int, whole[2].split("."))) if whole else ()
        none = whole is None or (operator == "~=" and len(release) < 2)
        assert versions._clauses(operator + text) == (None if none else ((operator, release, False),))
