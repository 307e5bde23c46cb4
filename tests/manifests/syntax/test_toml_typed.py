"""What is typed into a TOML file, key by key, takes nothing of what was there before."""

from __future__ import annotations

import pytest

from venvls import manifests
from venvls.model.text import Text

LIST = """[project]
name = "app"
dependencies = [
    "requests>=2",
@    "idna",
    "six>=1",
]
[project.optional-dependencies]
x = ["attrs"]
"""
ONE_LINE = LIST.replace("[\n    ", "[").replace(",\n@    ", ", @").replace(",\n    ", ", ").replace(",\n]", "]")
GROUPS = LIST.replace("@", "") + '[dependency-groups]\n@dev = ["pytest", {include-group = "y"}]\ny = [\n  "ruff",\n]\n'
BEFORE_A_TABLE = LIST.replace("@", "").replace("[project.opt", "@[project.opt")
POETRY = """[tool.poetry.dependencies]
python = "^3.9"
requests = "^2"
@idna = "*"
six = {version = "^1", extras = ["x"]}
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
PIPFILE = """[packages]
requests = "*"
@idna = {version = "*"}
six = {version = "*", extras = ["x"]}
[dev-packages]
pytest = "*"
"""
TYPED = {
    "text": ("pyproject.toml", LIST, "    'attrs>=20; python_version > \"3\"',"),
    "word": ("pyproject.toml", LIST, "    attrs,"),
    "bracket": ("pyproject.toml", LIST, '    ["a"],'),
    "bracket at the margin": ("pyproject.toml", LIST, "["),
    "braces": ("pyproject.toml", LIST, '    {include-group = "a"},'),
    "text in one line": ("pyproject.toml", ONE_LINE, '"attrs>=2", '),
    "other quotes in one line": ("pyproject.toml", ONE_LINE, "'attrs', "),
    "word in one line": ("pyproject.toml", ONE_LINE, "attrs>=2, "),
    "group over several lines": ("pyproject.toml", GROUPS, 'test = [\n    "attrs",\n    {include-group = "dev"},\n]'),
    "table": ("pyproject.toml", BEFORE_A_TABLE, '[tool.own]\nx = ["a", {b = 1}]'),
    "table in braces": ("pyproject.toml", POETRY, 'attrs = {\n    version = "^2",\n    extras = ["x"]\n}'),
    "list of tables": ("pyproject.toml", POETRY, 'attrs = [\n  {version = "1", python = "<3"},\n  {version = "2"},\n]'),
    "Pipfile": ("Pipfile", PIPFILE, "attrs = {git = 'https://a.b/c', ref = \"x\"}"),
    "Pipfile over several lines": ("Pipfile", PIPFILE, 'attrs = {\n  version = "*",\n  extras = ["x"],\n}'),
}


@pytest.mark.parametrize(("name", "around", "typed"), TYPED.values(), ids=TYPED)
def test_each_key_leaves_the_other_requirements(name: str, around: str, typed: str) -> None:
    before, after = around.split("@")
    there = {(one.parsed.text, one.scope) for one in manifests.parse(f"/w/{name}", Text(before + after)).requirements}
    end = "\n" if before.endswith("\n") else ""
    for length in range(1, len(typed) + 1):
        source = before + typed[:length] + end + after
        missing = there - {(one.parsed.text, one.scope) for one in manifests.parse(f"/w/{name}", Text(source)).requirements}
        assert not missing, source
