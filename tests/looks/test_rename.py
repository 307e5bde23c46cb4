"""Rename of groups and extras: every place of the project's own files that names one, and a word about those that are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.looks.editor import LOOKS
from tests.lsp.editor import Editor
from venvls.model.text import Position, Text

BEFORE = """[project]
name = "me"
version = "1"
dependencies = ["me[all]"]  # docs
[project.optional-dependencies]
all = ["x", "me[Docs]"]
docs = ["sphinx"]
[dependency-groups]
docs = ["docs>1"]
dev = [{include-group = "docs"}, "me[docs,all]"]
[tool.uv]
default-groups = ["dev", "docs"]
conflicts = [[{ group = "docs" }, { extra = "docs" }]]
[tool.hatch.envs.x]
features = ["docs"]
dependency-groups = ["docs"]
[tool.other]
groups = ["docs"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "pyproject.toml").write_text(BEFORE)
    (root / "noxfile.py").write_text('session.install("--group", "docs")\n')
    (root / "README.md").write_text("Nothing of the kind.\n")
    (root / "other").mkdir()
    (root / "other" / "requirements.txt").write_text("me[docs] ; python_version > '3'\nothers[docs]\n")
    return root


@pytest.fixture
def editor(root: Path) -> Iterator[Editor]:
    with Editor(root, capabilities=LOOKS) as editor:
        yield editor


def at(path: Path, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}


def applied(answer: dict[str, Any], path: Path) -> str:
    text = Text(path.read_text())
    edits = [edit for change in answer["documentChanges"] if change["textDocument"]["uri"] == path.as_uri() for edit in change["edits"]]
    places = sorted((*(text.offset(Position(**edit["range"][side])) for side in ("start", "end")), edit["newText"]) for edit in edits)
    source = text.source
    for start, end, new in reversed(places):
        source = source[:start] + new + source[end:]
    return source


def test_a_group(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    prepared = editor.request("textDocument/prepareRename", at(path, 9, 27))
    assert prepared["placeholder"] == "docs" and prepared["range"]["start"] == {"line": 9, "character": 25}
    answer = editor.request("textDocument/rename", {**at(path, 8, 1), "newName": "pages"})
    expected = BEFORE.splitlines()
    expected[8] = 'pages = ["docs>1"]'
    expected[9] = 'dev = [{include-group = "pages"}, "me[docs,all]"]'
    expected[11] = 'default-groups = ["dev", "pages"]'
    expected[12] = 'conflicts = [[{ group = "pages" }, { extra = "docs" }]]'
    expected[15] = 'dependency-groups = ["pages"]'
    assert applied(answer, path).splitlines() == expected
    assert "noxfile.py" in editor.notification("window/showMessage")["message"]


def test_an_extra_in_other_projects_too(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    answer = editor.request("textDocument/rename", {**at(path, 9, 39), "newName": "Pages"})
    expected = BEFORE.splitlines()
    expected[5] = 'all = ["x", "me[Pages]"]'
    expected[6] = 'Pages = ["sphinx"]'
    expected[9] = 'dev = [{include-group = "docs"}, "me[Pages,all]"]'
    expected[12] = 'conflicts = [[{ group = "docs" }, { extra = "Pages" }]]'
    expected[14] = 'features = ["Pages"]'
    assert applied(answer, path).splitlines() == expected
    other = applied(answer, root / "other" / "requirements.txt")
    assert other == "me[Pages] ; python_version > '3'\nothers[docs]\n"


def test_what_cannot_be_renamed_is_said(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    for place in (at(path, 1, 9), at(path, 8, 10), at(root / "other" / "requirements.txt", 1, 9)):
        assert editor.request("textDocument/prepareRename", place) is None
        assert "Only dependency groups" in editor.refused("textDocument/rename", {**place, "newName": "x"})["message"]
    assert "already" in editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": "Dev"})["message"]
    assert "is not a name for a group" in editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": 'a"]'})["message"]
    editor.open(path, BEFORE + "[[[\n")
    assert editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": "x"})["code"] == -32803
