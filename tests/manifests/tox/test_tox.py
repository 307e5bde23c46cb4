"""tox.ini and tox.toml: names of environments, and every requirement at its very characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import assert_even, ends
from venvls import manifests
from venvls.manifests.tox import names as tox_names
from venvls.model.manifest import Manifest, Part
from venvls.model.text import Text


def part(text: str, name: str, file: str = "tox.ini", platform: str = "linux") -> Manifest:
    path = f"/w/{file}"
    return manifests.parse(path, Text(text), Part("tox", name, platform, path))


def asked(text: str, name: str, file: str = "tox.ini", platform: str = "linux") -> list[tuple[str, str]]:
    """Each requirement as it is understood, and what is marked for it."""
    found = part(text, name, file, platform).requirements
    return [(one.parsed.text, text[slice(*one.span)]) for one in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("py311", ["py311"]),
        ("py{310,311}-django{42,50}, lint", ["py310-django42", "py310-django50", "py311-django42", "py311-django50", "lint"]),
        ("py3{9-11}", ["py39", "py310", "py311"]),
        ("{a,b}{,-c}\n d", ["a", "a-c", "b", "b-c", "d"]),
        ("py-django-4-2, x", ["py-django-4-2", "x"]),
        ("py{3{1,2}}", None),
        ("what is this", None),
        (",".join(["{a,b,c,d,e,f,g,h,i,j}" * 6]), None),
    ],
)
def test_names(text: str, names: list[str] | None) -> None:
    assert tox_names.expanded(text) == names


@pytest.mark.parametrize(
    ("line", "name", "holds"),
    [
        ("py311: x", "py311-lint", True),
        ("py311,lint: x", "lint", True),
        ("py311-lint: x", "py311", False),
        ("!py311: x", "py312", True),
        ("!py311-lint: x", "py312-lint", True),
        ("linux: x", "py311", True),
        ("darwin: x", "py311", False),
        ("arm64: x", "py311", None),
        ("!arm64: x", "py311", None),
        ("arm64: x", "py311-arm64", True),
        ("py{310,311}: x", "py310", True),
    ],
)
def test_conditions(line: str, name: str, holds: bool | None) -> None:
    alternatives, start = tox_names.condition(line)
    assert line[start:] == "x"
    assert alternatives is not None
    assert tox_names.holds(alternatives, name, "linux") is holds


@pytest.mark.parametrize("line", ["x", "x @ https://a.b/c", "not a factor!: x", "x; y == ':'"])
def test_lines_without_a_condition(line: str) -> None:
    assert tox_names.condition(line) == (None, 0)


INI = """\
[tox]
envlist = a, b
[pins]
six = 1.16
[base]
deps =
    pytest  # runs them
[testenv]
deps =
    {[base]deps}
    a: six=={[pins]six}
    b: foo>=1,\\
       <2
    -e {toxinidir}/lib
    -r {tox_root}/more files.txt
    -creqs-{envname}.txt
    {env:EXTRA:idna}
    {posargs}
    {[nowhere]deps}
constraints = bounds.txt
"""


def test_every_requirement_stands_at_its_characters() -> None:
    assert asked(INI, "a") == [
        ("pytest", "pytest"),
        ("six==1.16", "six=={[pins]six}"),
        ("./lib", "{toxinidir}/lib"),
    ]
    joined = part(INI, "b").requirements[1]
    assert (joined.parsed.key, joined.parsed.specifier) == ("foo", ">=1,<2")
    assert INI[slice(*joined.span)].split() == ["foo>=1,\\", "<2"]
    includes = [(one.target, one.kind, INI[slice(*one.span)]) for one in part(INI, "a").includes]
    assert includes == [
        ("./more files.txt", "requirements", "{tox_root}/more files.txt"),
        ("reqs-a.txt", "constraints", "reqs-{envname}.txt"),
        ("bounds.txt", "constraints", "bounds.txt"),
    ]
    assert part(INI, "a").own.tox_part.unknown is True
    statements = [INI[slice(*one.statement)] for one in part(INI, "a").requirements]
    assert statements == ["    pytest  # runs them\n", "    a: six=={[pins]six}\n", "    -e {toxinidir}/lib\n"]


def test_as_a_whole_it_asks_for_nothing_and_knows_its_names() -> None:
    whole = manifests.parse("/w/tox.ini", Text(INI))
    assert (whole.requirements, whole.includes, whole.problems) == ((), (), ())
    names = whole.own.tox
    assert names is not None
    assert [tox_names.knows(names, one) for one in ("a", "b", "c", "py", "py311", ".pkg", "a-b")] == [
        True,
        True,
        False,
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("name", "known"),
    [("3.11-tests", True), ("py311-tests", True), ("cpython3.11-tests", True), ("py310-tests", False), ("pypy311-tests", False)],
)
def test_a_python_may_be_spelled_in_another_way(name: str, known: bool) -> None:
    whole = manifests.parse("/w/tox.ini", Text("[tox]\nenv_list = 3.1{1-2}-tests\n[testenv]\ndeps =\n    tests: pytest\n"))
    assert whole.own.tox is not None
    assert tox_names.knows(whole.own.tox, name) is known


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("[testenv]\ndeps = six>=\n", [("invalid-requirement", ">=")]),
        ("[testenv]\ndeps =\n  py3: six>=  # x\n", [("invalid-requirement", ">=")]),
        ("[base]\ndeps = six>=\n[testenv:x]\ndeps = {[base]deps}\n", [("invalid-requirement", ">=")]),
        ("[base]\ndeps = six>=\n[testenv:x]\ncommands = six>=\n", []),
        ("[testenv]\ndeps = six{env:X:}\n  ./folder\n  -r x.txt\n  -e .[a]\n  {[testenv]deps}\n", []),
        ("[tox]\nnothing\n[testenv]\ndeps = six\n", [("invalid-manifest", "nothing")]),
        ("[tox]\n[testenv]\n[tox]\n", [("invalid-manifest", "[tox]")]),
        ("deps = six\n", [("invalid-manifest", "deps = six")]),
    ],
)
def test_what_is_wrong_is_shown_at_its_characters(text: str, marked: list[tuple[str, str]]) -> None:
    whole = manifests.parse("/w/tox.ini", Text(text))
    assert [(one.code, text[slice(*one.span)]) for one in whole.problems] == marked
    # An environment's part says the same in the same words, so that it is told once.
    assert set(whole.problems) == set(part(text, "x").problems)


TOML = '''\
env_list = ["a", { product = [["b"], { prefix = "3.", start = 11, stop = 12 }] }]
[env_run_base]
deps = ["py\\u0074est", """
  idna>=3
  attrs""", "six>="]
[env.a]
deps = [
    { replace = "ref", of = ["env_run_base", "deps"], extend = true },
    { replace = "env", name = "MORE", default = "never" },
    { replace = "if", condition = "factor.a or env.CI == 'x'", then = ["foo>1"], extend = true },
    { replace = "if", condition = "env.CI == 'x'", then = ["never"], extend = true },
    "bar-{env_name}",
]
[env.c]
deps = ["{[env.a]deps}", "{[env_run_base]deps}"]
[env.d]
deps = "{[env_run_base]deps}"
'''


def test_toml() -> None:
    assert asked(TOML, "b-3.11", "tox.toml") == [("pytest", "py\\u0074est"), ("idna>=3", "idna>=3"), ("attrs", "attrs")]
    assert asked(TOML, "a", "tox.toml") == [
        *asked(TOML, "b-3.11", "tox.toml"),
        ("foo>1", "foo>1"),
        ("bar-a", "bar-{env_name}"),
    ]
    assert asked(TOML, "d", "tox.toml") == asked(TOML, "b-3.11", "tox.toml")
    assert part(TOML, "c", "tox.toml").own.tox_part.unknown is True
    whole = manifests.parse("/w/tox.toml", Text(TOML))
    assert [(one.code, TOML[slice(*one.span)]) for one in whole.problems] == [("invalid-requirement", ">=")]
    names = whole.own.tox
    assert names is not None
    assert names.listed == {"a", "b-3.11", "b-3.12"}
    broken = manifests.parse("/w/tox.toml", Text('env_list = ["a"\n[env'))
    assert "invalid-manifest" in [one.code for one in broken.problems]


def test_the_text_inside_pyproject_toml_keeps_its_places() -> None:
    text = '[tool.tox]\nlegacy_tox_ini = """\n[tox]\nenv_list = a\n[testenv]\ndeps =\n    six>=1  # \\u0041\n    idna>=\n"""\n'
    assert asked(text, "a", "pyproject.toml") == [("six>=1", "six>=1")]
    assert [text[slice(*one.span)] for one in part(text, "a", "pyproject.toml").problems] == [">="]


def test_many_environments_are_work_that_grows_with_their_number_only() -> None:
    def large(size: int) -> str:
        lines = "".join(f"    py{number}: package-{number}\n" for number in range(size))
        return f"[tox]\nenv_list = py{{1-{size}}}\n[testenv]\ndeps =\n{lines}"

    assert_even(lambda size: part(large(size), "py1"), 300)
    assert_even(lambda size: manifests.parse("/w/tox.ini", Text(large(size))), 300)
    with ends():
        assert [one.parsed.key for one in part(large(5_000), "py7").requirements] == ["package-7"]
        assert manifests.parse("/w/tox.ini", Text(large(1_500))).problems == ()


def test_references_that_feed_on_themselves_end() -> None:
    circle = "[a]\nx = {[b]x}\n  {[b]x}\n[b]\nx = {[a]x}\n  {[a]x}\n[testenv]\ndeps = {[a]x}\n"
    wide = "[a]\nx = " + "{[b]x}" * 200 + "\n[b]\nx = " + "y" * 5_000 + "\n[testenv]\ndeps = {[a]x}\n" + "  z{[a]x}\n" * 500
    with ends():
        assert part(circle, "x").own.tox_part.unknown is True
        assert part(wide, "x").own.tox_part.unknown is True


SIGNS = st.text(alphabet="[]{}:,!#\\\n\r\t =-ab1\"'.tox", max_size=80)


@settings(deadline=None, max_examples=150)
@given(SIGNS, SIGNS, st.sampled_from(["tox.ini", "tox.toml", "setup.cfg", "pyproject.toml"]))
def test_no_text_is_too_strange(head: str, deps: str, file: str) -> None:
    ini = file in ("tox.ini", "setup.cfg")
    text = f"[tox:tox]\n[tox]\nenvlist={head}\n[testenv]\ndeps={deps}" if ini else f"[tool.tox.env_run_base]\ndeps=[{deps}]\n{head}"
    for one in (manifests.parse(f"/w/{file}", Text(text)), part(text, "a", file)):
        for span in (*(one.span for one in one.requirements), *(one.span for one in one.problems), *(one.span for one in one.includes)):
            assert 0 <= span.start <= span.end <= len(text)


INI_OF_PROJECT = """[testenv]
package = skip
use_develop = {base}
[testenv:lint]
{own}
"""
TOML_OF_PROJECT = """[env_run_base]
package = "skip"
use_develop = {base}
[env.lint]
{own}
"""


@pytest.mark.parametrize("text", [INI_OF_PROJECT, TOML_OF_PROJECT])
@pytest.mark.parametrize(
    ("base", "own", "installed"),
    [
        ("true", "", True),
        ("false", "", False),
        ("true", "usedevelop = false", False),
        ("false", "usedevelop = true", True),
        ("true", "skip_install = true", False),
    ],
)
def test_develop_mode_goes_before_the_package(text: str, base: str, own: str, installed: bool) -> None:
    path = "/w/tox.ini" if text is INI_OF_PROJECT else "/w/tox.toml"
    found = manifests.parse(path, Text(text.format(base=base, own=own)), Part("tox", "lint", "linux", path))
    assert found.own.tox_part is not None
    assert found.own.tox_part.project.package is installed


def test_names_in_several_lines_have_no_commas() -> None:
    text = "[testenv]\nextras = a, b\n[testenv:c]\nextras =\n    a, b\n[testenv:d]\nextras =\n    a, b\n    c\n"
    extras = [part(text, name).own.tox_part.project.extras for name in ("other", "c", "d")]  # type: ignore[union-attr]
    assert extras == [("a", "b"), ("a", "b"), None]
