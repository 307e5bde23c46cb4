"""A requirement more for one environment of tox's: where it stands, that no other environment gets it, and when nothing is changed."""

from __future__ import annotations

import pytest

from tests.memory_tree import MemoryFiles
from venvls import declaring, manifests
from venvls.model.action import TextEdit
from venvls.model.facts import Facts
from venvls.model.finding import Project
from venvls.model.manifest import Manifest, Part
from venvls.model.text import Text

CASES: dict[str, tuple[str, str, str, str]] = {
    "its own list": (
        "tox.ini",
        "[testenv]\ndeps = idna\n[testenv:lint]\ndeps =\n  ruff>=0.8  # why\n\nskip_install = true\n",
        "ruff>=0.8 six",
        "[testenv]\ndeps = idna\n[testenv:lint]\ndeps =\n  ruff>=0.8  # why\n  six\n\nskip_install = true\n",
    ),
    "one line": ("tox.ini", "[testenv:lint]\ndeps = ruff\n", "ruff six", "[testenv:lint]\ndeps = ruff\n    six\n"),
    "an empty option": (
        "tox.ini",
        "[testenv]\ndeps = idna\n[testenv:lint]\ndeps =\nbasepython = x\n",
        "six",
        "[testenv]\ndeps = idna\n[testenv:lint]\ndeps =\n    six\nbasepython = x\n",
    ),
    "inherited": (
        "tox.ini",
        "[testenv]\ndeps = idna\n[testenv:lint]\nskip_install = true\n\n[other]\na = b\n",
        "idna six",
        "[testenv]\ndeps = idna\n[testenv:lint]\nskip_install = true\ndeps =\n    {[testenv]deps}\n    six\n\n[other]\na = b\n",
    ),
    "an empty section": ("tox.ini", "[testenv:lint]\n", "six", "[testenv:lint]\ndeps =\n    six\n"),
    "no section": (
        "tox.ini",
        "[tox]\r\nenv_list = lint\r\n[testenv]\r\ndeps = idna\r\n",
        "idna six",
        "[tox]\r\nenv_list = lint\r\n[testenv]\r\ndeps = idna\r\n\r\n[testenv:lint]\r\ndeps =\r\n    {[testenv]deps}\r\n    six\r\n",
    ),
    "no line end": (
        "tox.ini",
        "[tox]\nenv_list = lint\n[testenv]\nskip_install = true",
        "six",
        "[tox]\nenv_list = lint\n[testenv]\nskip_install = true\n\n[testenv:lint]\ndeps =\n    six\n",
    ),
    "a base": (
        "tox.ini",
        "[base]\ndeps = idna\n[testenv]\ndeps = attrs\n[testenv:lint]\nbase = base\n",
        "idna six",
        "[base]\ndeps = idna\n[testenv]\ndeps = attrs\n[testenv:lint]\nbase = base\ndeps =\n    {[base]deps}\n    six\n",
    ),
    "a section of several": (
        "tox.ini",
        "[testenv:{lint,docs}]\ndeps = idna\n",
        "idna six",
        "[testenv:{lint,docs}]\ndeps = idna\n    lint: six\n",
    ),
    "a condition that holds for others": ("tox.ini", "[testenv:{lint,lint-x}]\ndeps = idna\n", "idna", ""),
    "setup.cfg": (
        "setup.cfg",
        "[tox:tox]\nenv_list = lint\n[testenv:lint]\ndeps =\n    ruff\n",
        "ruff six",
        "[tox:tox]\nenv_list = lint\n[testenv:lint]\ndeps =\n    ruff\n    six\n",
    ),
    "an ini in pyproject.toml": (
        "pyproject.toml",
        "[tool.tox]\nlegacy_tox_ini = '''\n[testenv:lint]\ndeps =\n  ruff\n'''\n",
        "ruff six",
        "[tool.tox]\nlegacy_tox_ini = '''\n[testenv:lint]\ndeps =\n  ruff\n  six\n'''\n",
    ),
    "a TOML list": (
        "tox.toml",
        'env_list = ["lint"]\n[env.lint]\ndeps = [\n    "ruff",\n]\n',
        "ruff six",
        'env_list = ["lint"]\n[env.lint]\ndeps = [\n    "ruff",\n    "six",\n]\n',
    ),
    "inherited in TOML": (
        "tox.toml",
        '[env_run_base]\ndeps = ["idna"]\n[env.lint]\nskip_install = true\n',
        "idna six",
        '[env_run_base]\ndeps = ["idna"]\n[env.lint]\nskip_install = true\n'
        'deps = [{ replace = "ref", of = ["env_run_base", "deps"], extend = true }, "six"]\n',
    ),
    "no table": (
        "pyproject.toml",
        '[tool.tox]\nenv_list = ["lint"]\n[tool.tox.env_run_base]\ndeps = ["idna"]\n',
        "idna six",
        '[tool.tox]\nenv_list = ["lint"]\n[tool.tox.env_run_base]\ndeps = ["idna"]\n\n[tool.tox.env.lint]\n'
        'deps = [{ replace = "ref", of = ["tool", "tox", "env_run_base", "deps"], extend = true }, "six"]\n',
    ),
    "a text where a list should be": ("tox.toml", '[env.lint]\ndeps = "ruff"\n', "ruff", ""),
    "a reference in the list": (
        "tox.toml",
        '[env_run_base]\ndeps = ["idna"]\n[env.lint]\ndeps = [{ replace = "ref", of = ["env_run_base", "deps"], extend = true }, "ruff"]\n',
        "idna ruff six",
        '[env_run_base]\ndeps = ["idna"]\n[env.lint]\n'
        'deps = [{ replace = "ref", of = ["env_run_base", "deps"], extend = true }, "ruff", "six"]\n',
    ),
    "a file that is cut off": ("tox.toml", '[env.lint]\ndeps = [\n    "ruff",\n', "ruff", ""),
}


def part_of(name: str, source: str, environment: str = "lint") -> Manifest:
    path = f"/p/{name}"
    return manifests.parse(path, Text(source), Part("tox", environment, "linux", path))


def asked(name: str, source: str, environment: str = "lint") -> list[str]:
    return sorted(one.parsed.text for one in part_of(name, source, environment).requirements)


def with_edits(source: str, edits: tuple[TextEdit, ...]) -> str:
    for edit in sorted(edits, key=lambda one: one.span, reverse=True):
        source = source[: edit.span.start] + edit.new + source[edit.span.end :]
    return source


@pytest.mark.parametrize("case", CASES)
def test_a_requirement_more(case: str) -> None:
    name, source, wanted, after = CASES[case]
    edit = manifests.insert_requirement(part_of(name, source), "six")
    assert with_edits(source, (edit,)) == (after or source)
    assert asked(name, after or source) == wanted.split()
    if after:
        assert asked(name, after, "other") == asked(name, source, "other")
        assert asked(name, after, "docs") == asked(name, source, "docs")


@pytest.mark.parametrize("text", ["six[a]>=1,<2 ; python_version < '3.9'", "six @ https://h.example/a.zip#sha256=ab", 'six; os_name=="nt"'])
@pytest.mark.parametrize("case", ["its own list", "inherited", "a TOML list", "inherited in TOML", "an ini in pyproject.toml"])
def test_what_is_written_is_what_is_read(case: str, text: str) -> None:
    name, source, _, _ = CASES[case]
    after = with_edits(source, (manifests.insert_requirement(part_of(name, source), text),))
    assert text in asked(name, after)
    assert len(asked(name, after)) == len(asked(name, source)) + 1


@pytest.mark.parametrize("text", ["six{posargs}", "{[testenv]deps}", "six\nattrs", "py: six"])
def test_what_would_say_something_else_is_not_written(text: str) -> None:
    name, source, _, _ = CASES["its own list"]
    assert with_edits(source, (manifests.insert_requirement(part_of(name, source), text),)) == source


def test_several_at_once_and_taken_out_again() -> None:
    name, source, _, _ = CASES["no section"]
    path = f"/p/{name}"
    manifest = part_of(name, source)
    facts = Facts(Project("/p/.tox/lint", (path,)), MemoryFiles({}), {path: manifest})
    declared = declaring.edits(["six", "attrs>=1"], facts)
    after = with_edits(source, declared.edits)
    assert declared.problem is None
    assert asked(name, after) == ["attrs>=1", "idna", "six"]
    assert asked(name, after, "other") == ["idna"]
