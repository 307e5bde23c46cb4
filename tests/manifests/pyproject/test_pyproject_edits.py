"""Edits of a pyproject.toml keep its style, and the text then says what was wanted and else what it said before."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.manifests.pyproject.test_pyproject_toml import parsed, projects
from venvls.manifests.pyproject.edits import insert_requirement, remove_statement, replace_specifier
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.requirement import BUILD, CONSTRAINT, MAIN, Requirement, Scope

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def made(manifest: Manifest, edit: TextEdit) -> str:
    source = manifest.text.source
    return source[: edit.span.start] + edit.new + source[edit.span.end :]


def found(manifest: Manifest, name: str) -> Requirement:
    return next(item for item in manifest.requirements if item.parsed.name == name)


P = "[project]\nname = 'x'\n"

INSERTED = [
    (P + 'dependencies = ["a"]\n', MAIN, P + 'dependencies = ["a", "new>=1"]\n'),
    (P + "dependencies = ['a',]\n", MAIN, P + "dependencies = ['a', 'new>=1',]\n"),
    (P + "dependencies = []\n", MAIN, P + 'dependencies = ["new>=1"]\n'),
    (P + "dependencies = [ ]\n", MAIN, P + 'dependencies = ["new>=1"]\n'),
    (P + "dependencies = [\n]\n", MAIN, P + 'dependencies = [\n    "new>=1",\n]\n'),
    (P + "dependencies = [\n  # none\n]\n", MAIN, P + 'dependencies = [\n  # none\n    "new>=1",\n]\n'),
    (P + 'dependencies = [\n  "a", # c\n]\n', MAIN, P + 'dependencies = [\n  "a", # c\n  "new>=1",\n]\n'),
    (P + 'dependencies = [\n\t"a" # c\n]\n', MAIN, P + 'dependencies = [\n\t"a", # c\n\t"new>=1"\n]\n'),
    (P + 'dependencies = [\n  "a",\n  "b"]\n', MAIN, P + 'dependencies = [\n  "a",\n  "b",\n  "new>=1"]\n'),
    (P + 'dependencies = [\n  "a", "b",\n]\n', MAIN, P + 'dependencies = [\n  "a", "b", "new>=1",\n]\n'),
    (P + 'dependencies = [\r\n  "a",\r\n]\r\n', MAIN, P + 'dependencies = [\r\n  "a",\r\n  "new>=1",\r\n]\r\n'),
    (P + 'dependencies = ["a"\n  , "b"\n]\n', MAIN, P + 'dependencies = ["a"\n  , "b", "new>=1"\n]\n'),
    (P, MAIN, P + 'dependencies = [\n    "new>=1",\n]\n'),
    (P + "[tool.x]\n", MAIN, P + 'dependencies = [\n    "new>=1",\n]\n[tool.x]\n'),
    ("project.name = 'x'\n[tool.x]\n", MAIN, "project.name = 'x'\nproject.dependencies = [\n    \"new>=1\",\n]\n[tool.x]\n"),
    ("project = {name = 'x'}\n", MAIN, "project = {name = 'x', dependencies = [\"new>=1\"]}\n"),
    (
        "[tool.x]\n",
        MAIN,
        '[tool.x]\n\n[project]\nname = "my-app"\nversion = "0.1.0"\ndependencies = [\n    "new>=1",\n]\n',
    ),
    ("", MAIN, '[project]\nname = "my-app"\nversion = "0.1.0"\ndependencies = [\n    "new>=1",\n]\n'),
    (P, Scope("group", "dev"), P + '\n[dependency-groups]\ndev = [\n    "new>=1",\n]\n'),
    ("[dependency-groups]\nDev = [{include-group = 'x'}]\nx = []", Scope("group", "dev"), None),
    ("[dependency-groups]\na = []\n\n[z]\n", Scope("group", "b"), '[dependency-groups]\na = []\nb = [\n    "new>=1",\n]\n\n[z]\n'),
    (P + "\n[tool.x]\n", Scope("extra", "e"), P + '\n[project.optional-dependencies]\ne = [\n    "new>=1",\n]\n\n[tool.x]\n'),
    (P + "optional-dependencies.a = []\n", Scope("extra", "e"), None),
    ('[build-system]\nrequires = ["a"]', BUILD, '[build-system]\nrequires = ["a", "new>=1"]'),
]


@pytest.mark.parametrize(("source", "scope", "expected"), INSERTED)
def test_a_requirement_is_added_in_the_file_s_style(source: str, scope: Scope, expected: str | None) -> None:
    manifest = parsed(source)
    after = made(manifest, insert_requirement(manifest, "new>=1", scope))
    if expected is not None:
        assert after == expected
    tomllib.loads(after)
    again = parsed(after)
    assert not again.problems
    assert (scope, "new>=1") in [(item.scope, item.parsed.text) for item in again.requirements]
    assert len(again.requirements) == len(manifest.requirements) + 1


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        (P + 'dependencies = "a"', MAIN),
        (P + "dependencies = [", MAIN),
        (P + 'dynamic = ["dependencies"]', MAIN),
        (P, CONSTRAINT),
        ("project = 1", MAIN),
        ("dependency-groups = []", Scope("group", "a")),
        ("[[dependency-groups]]", Scope("group", "a")),
    ],
)
def test_where_there_is_no_place_nothing_is_changed(source: str, scope: Scope) -> None:
    manifest = parsed(source)
    assert made(manifest, insert_requirement(manifest, "new", scope)) == source


def test_a_table_of_absurd_depth_is_left_alone() -> None:
    source = P + "dependencies = []\n[" + "a." * 900 + "a]\n"
    manifest = parsed(source)
    assert made(manifest, insert_requirement(manifest, "new")) == source


@pytest.mark.parametrize("text", ["a; python_version < '3.9'", 'a; python_version < "3.9"', "a; x == '\"'", "a\\b", "a\tb\u0001"])
def test_what_is_added_is_written_so_that_it_is_read_back(text: str) -> None:
    for source in (P + "dependencies = []", P + "dependencies = ['x']", P + 'dependencies = ["x"]', P):
        manifest = parsed(source)
        assert tomllib.loads(made(manifest, insert_requirement(manifest, text)))["project"]["dependencies"][-1] == text


REPLACED = [
    ('["a>=1"]', "==2.0", '["a==2.0"]'),
    ("['a [x] >=1,<2 ; python_version < \"3\"']", "==2.0", "['a [x] ==2.0 ; python_version < \"3\"']"),
    ('["a"]', "==2.0", '["a==2.0"]'),
    ('["a[x]; python_version < \\"3\\""]', "==2.0", '["a[x]==2.0; python_version < \\"3\\""]'),
    ('["\\u0061\\u003e\\u003d1"]', "==2.0", '["\\u0061==2.0"]'),
    ('["""\\\n  a\\\n  >=1\\\n  """]', "==2.0", '["""\\\n  a\\\n  ==2.0\\\n  """]'),
    ('["  a>=1"]', "", '["  a"]'),
    ('["a (>=1)"]', "==2.0", '["a (==2.0)"]'),
    ('["a @ https://x.org/a.zip"]', "==2.0", '["a==2.0"]'),
    ('["a>=1"]', '"; drop', '["a>=1"]'),
    ('["a>=1"]', ">>2", '["a>=1"]'),
]


@pytest.mark.parametrize(("listed", "specifier", "expected"), REPLACED)
def test_a_specifier_is_replaced_in_its_place(listed: str, specifier: str, expected: str) -> None:
    manifest = parsed(f"{P}dependencies = {listed}")
    assert made(manifest, replace_specifier(manifest, manifest.requirements[0], specifier)) == f"{P}dependencies = {expected}"


REMOVED = [
    ('["a", "b", "c"]', "a", '["b", "c"]'),
    ('["a", "b", "c"]', "b", '["a", "c"]'),
    ('["a", "b", "c"]', "c", '["a", "b"]'),
    ('["a"]', "a", "[]"),
    ('[ "a", ]', "a", "[ ]"),
    ('[\n  "a", # one\n  # two\n  "b",\n]', "a", '[\n  # two\n  "b",\n]'),
    ('[\n  "a",\n  "b"\n]', "b", '[\n  "a",\n]'),
    ('[\n  "a",\n  "b"]', "b", '[\n  "a"]'),
    ('[\r\n  "a",\r\n  "b",\r\n]', "b", '[\r\n  "a",\r\n]'),
    ('[\n  "a", "b",\n  "c",\n]', "a", '[\n  "b",\n  "c",\n]'),
    ('[\n  "a", "b",\n  "c",\n]', "b", '[\n  "a",\n  "c",\n]'),
    ('["a"\n  , "b"\n  , "c"\n]', "b", None),
    ('["""\na""", "b"]', "b", '["""\na"""]'),
    ('["a", # why\n "b"]', "b", None),
]


@pytest.mark.parametrize(("listed", "name", "expected"), REMOVED)
def test_a_requirement_is_removed_without_a_trace(listed: str, name: str, expected: str | None) -> None:
    manifest = parsed(f"{P}dependencies = {listed}\n[tool.x]\n")
    after = made(manifest, remove_statement(manifest, found(manifest, name)))
    if expected is not None:
        assert after == f"{P}dependencies = {expected}\n[tool.x]\n"
    assert [item.parsed.name for item in parsed(after).requirements] == [
        item.parsed.name for item in manifest.requirements if item.parsed.name != name
    ]
    assert "tool" in tomllib.loads(after)


def test_an_edit_of_a_half_typed_file_touches_its_own_place_only() -> None:
    source = P + 'dependencies = [\n  "a>=1",\n  "b\n]\n'
    manifest = parsed(source)
    assert made(manifest, replace_specifier(manifest, found(manifest, "a"), "==2")) == source.replace(">=1", "==2")


@settings(max_examples=120, deadline=None)
@given(projects(), st.data())
def test_edits_of_any_file_say_what_was_wanted(source: str, data: st.DataObject) -> None:
    manifest = parsed(source)
    before = tomllib.loads(source)
    after = tomllib.loads(made(manifest, insert_requirement(manifest, "new>=1")))
    assert after["project"].pop("dependencies") == [*before["project"]["dependencies"], "new>=1"]
    del before["project"]["dependencies"]
    assert after == before
    if manifest.requirements:
        item = data.draw(st.sampled_from(manifest.requirements))
        rest = [other.parsed.text for other in manifest.requirements if other is not item]
        assert [other.parsed.text for other in parsed(made(manifest, remove_statement(manifest, item))).requirements] == rest
        replaced = parsed(made(manifest, replace_specifier(manifest, item, "==9")))
        assert replaced.complete and len(replaced.requirements) == len(manifest.requirements)
        if not item.parsed.error:
            assert "==9" in [other.parsed.specifier for other in replaced.requirements]
