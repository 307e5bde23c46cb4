"""What is half typed is read where it is typed; elsewhere stands what the last whole text said, at its place."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.memory_tree import MemoryFiles
from venvls.model.manifest import Manifest, Part
from venvls.model.text import Span
from venvls.reading import Reader


class Typed(NamedTuple):
    """A file with ``@`` where somebody types, and what; ``part`` is of a file of tox's. A line of its own where the ``@`` begins one."""

    file: str
    text: str
    typed: str
    part: Part | None = None


PIPFILE = (
    '[packages]\na = "*"\n@b = {version = "*", extras = ["x"]}\nc = "*"\n[dev-packages]\nd = "*"\n[requires]\npython_version = "3.12"\n'
)
LISTS = (
    '[project]\nname = "me"\nrequires-python = ">=3.9"\ndependencies = [\n  "a",\n@  "b",\n  "c",\n]\n'
    '[project.optional-dependencies]\nx = ["d", "e"]\n'
    '[dependency-groups]\ny = ["f", {include-group = "z"}]\nz = []\n[tool.uv]\npackage = true\n'
)
LINE = LISTS.replace("@", "").replace('["d", ', '["d", @')
POETRY = '[tool.poetry.dependencies]\npython = "^3.9"\na = "*"\n@b = "^1"\n[tool.poetry.group.dev.dependencies]\nc = "*"\n'
PIXI = '[workspace]\nname = "me"\nchannels = []\nplatforms = []\n[dependencies]\npython = "*"\n@a = "*"\n[pypi-dependencies]\nb = "*"\n'
HATCH = '[envs.default]\ndependencies = [\n  "a",\n]\n[envs.lint]\n@dependencies = ["b", "c"]\n'
TOX = '[env_run_base]\n@deps = ["a", "b"]\n[env.x]\nextras = []\n'
HIDING = '[env_run_base]\ndeps = ["a", "b"]\n[env.x]\n@deps = ["c", "d"]\n'
SETUP = 'setup(\n  name="me",\n  install_requires=[\n    "a",\n  ],\n  extras_require={@"x": ["b", "c"], "y": ["d"]},\n)\n'
CONDA = "name: me\ndependencies:\n  - python=3.12\n  - a\n  - pip:\n      - b\n@      - c\nchannels:\n  - defaults\n"
CFG = "[metadata]\nname = me\n[options]\ninstall_requires =\n  a\n@[options.extras_require]\nx =\n  b\n"
SCRIPT = '# /// script\n# requires-python = ">=3.9"\n@# dependencies = [\n#   "a",\n#   "b",\n# ]\n# ///\nprint()\n'
CASES = {
    "header in a Pipfile": Typed("Pipfile", PIPFILE, "[tool.x"),
    "header above a list": Typed("pyproject.toml", LISTS, "[[tool.x"),
    "header in Poetry's table": Typed("pyproject.toml", POETRY, "[tool.poetry.group.x"),
    "header in pixi.toml": Typed("pixi.toml", PIXI, "[feature.x"),
    "header in hatch.toml": Typed("hatch.toml", HATCH, "[envs.x"),
    "header in tox.toml": Typed("tox.toml", TOX, "[env.y", Part("tox", "x", "linux", "/p/tox.toml")),
    "header in tox.toml of a list that hides another": Typed("tox.toml", HIDING, "[env.y", Part("tox", "x", "linux", "/p/tox.toml")),
    "quotes over several lines": Typed("pyproject.toml", LISTS, '"""'),
    "bracket in a line": Typed("pyproject.toml", LINE, '["a"'),
    "word in a line": Typed("pyproject.toml", LINE, "word"),
    "quote in a dict of one line": Typed("setup.py", SETUP, '"t'),
    "word in a dict of one line": Typed("setup.py", SETUP, "word"),
    "item at the outer list": Typed("environment.yml", CONDA, "  - x"),
    "options of pip": Typed("environment.yml", CONDA, "      - {"),
    "header in a setup.cfg": Typed("setup.cfg", CFG, "[options.x"),
    "line that ends the block": Typed("script.py", SCRIPT, "x = "),
}


def opened(file: str, whole: str, part: Part | None = None) -> tuple[Reader, Manifest]:
    reader, path = Reader(MemoryFiles({f"/p/{file}": whole})), f"/p/{file}"
    reader.open(path, whole)
    manifest = reader.load(path, part)
    assert isinstance(manifest, Manifest) and manifest.complete
    return reader, manifest


def now(reader: Reader, file: str, text: str, part: Part | None = None) -> Manifest:
    reader.open(f"/p/{file}", text)
    manifest = reader.load(f"/p/{file}", part)
    assert isinstance(manifest, Manifest)
    return manifest


def stated(manifest: Manifest, without: Span, by: int) -> list[object]:
    """What is stated, and where, outside of a stretch; what is behind it ``by`` further on."""
    return [
        (each.parsed.text, each.scope, each.span.shifted(by if each.span.start >= without.end else 0))
        for each in manifest.requirements
        if each.span.end <= without.start or each.span.start >= without.end
    ]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_key_leaves_what_is_around_it(case: Typed) -> None:
    before, after = case.text.split("@")
    end = "\n" if before.endswith("\n") else ""
    reader, whole = opened(case.file, before + after, case.part)
    for length in range(1, len(case.typed) + 1):
        typed = case.typed[:length] + end
        manifest = now(reader, case.file, before + typed + after, case.part)
        if manifest.complete:
            continue
        expected = stated(whole, Span(len(before), len(before)), len(typed))
        assert stated(manifest, Span(len(before), len(before) + len(typed)), 0) == expected, typed
        assert manifest.own == whole.own and manifest.tool == whole.tool and manifest.name == whole.name
        assert {group.key for group in manifest.groups} >= {group.key for group in whole.groups}
        if whole.requires_python is not None:
            assert manifest.requires_python is not None
            python = manifest.requires_python.span
            assert manifest.text.source[slice(*python)] == whole.text.source[slice(*whole.requires_python.span)]
        assert not any(">" in problem.message and problem.code == "invalid-requirement" for problem in manifest.problems)
    assert now(reader, case.file, before + after, case.part) == whole
    assert not now(reader, case.file, before + case.typed + end + after, case.part).complete


def test_what_is_typed_counts_as_far_as_it_can_be_read() -> None:
    whole = LISTS.replace("@", "")
    reader, _ = opened("pyproject.toml", whole)

    def texts(text: str) -> list[str]:
        manifest = now(reader, "pyproject.toml", text)
        assert not manifest.complete
        return [each.parsed.text for each in manifest.requirements]

    assert texts(whole.replace('  "b",\n', '  "b>=2",\n  "new",\n  word\n')) == ["a", "b>=2", "new", "c", "d", "e", "f"]
    assert texts(whole.replace('  "b",\n', "  [\n")) == ["a", "c", "d", "e", "f"]
    assert texts(whole[: whole.index('  "c"')]) == ["a", "b"]
    assert texts(whole.replace("[project]", "[project")) == ["a", "b", "c", "d", "e", "f"]


def test_the_last_whole_text_counts_and_not_the_one_before() -> None:
    reader, _ = opened("Pipfile", PIPFILE.replace("@", ""))
    whole = PIPFILE.replace("@", "").replace('a = "*"\n', "")
    assert [each.parsed.name for each in now(reader, "Pipfile", whole).requirements] == ["b", "c", "d"]
    assert [each.parsed.name for each in now(reader, "Pipfile", whole.replace("b =", "[x\nb =")).requirements] == ["b", "c", "d"]
    assert [each.parsed.name for each in now(reader, "Pipfile", whole.replace("[packages]", "[packages")).requirements] == ["b", "c", "d"]


def test_a_list_that_is_computed_by_now_is_not_half_typed() -> None:
    reader, _ = opened("setup.py", "setup(install_requires=['a', 'b'])\n")
    manifest = now(reader, "setup.py", "setup(install_requires=f(['a', 'b']))\n")
    assert (manifest.dynamic, manifest.requirements) == (("install_requires",), ())


def test_where_a_line_is_half_typed_there_is_one_problem_more() -> None:
    whole = CONDA.replace("@", "").replace("- b", "- b>=>")
    reader, before = opened("environment.yml", whole)
    assert len(before.problems) == 1
    manifest = now(reader, "environment.yml", whole.replace("name: me", "  -\nname: me"))
    assert not manifest.complete and len(manifest.problems) == 2
    kept = manifest.problems[-1]
    assert manifest.text.source[slice(*kept.span)] == whole[slice(*before.problems[0].span)]


def test_what_is_typed_at_the_end_of_a_requirement_belongs_to_it() -> None:
    text = 'setup(\n  install_requires=["a==1", "b"],\n  x="",\n)\n'
    reader, _ = opened("setup.py", text)
    for typed, expected in (("a==1.", ["b"]), ("a==1.2", ["a==1.2", "b"])):
        manifest = now(reader, "setup.py", text.replace("a==1", typed).replace('x=""', 'x="'))
        assert [each.parsed.text for each in manifest.requirements if not each.parsed.error] == expected
