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
    (root / "README.md").write_text("Build the docs.\n")
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
    assert applied(answer, root / "noxfile.py") == 'session.install("--group", "pages")\n'
    message = "These files contain the name and were not changed everywhere: README.md."
    assert editor.notification("window/showMessage")["message"] == message


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


TOOLS = {
    "pyproject.toml": """[project]
name = "me"
version = "1"
[project.optional-dependencies]
docs = ["sphinx"]
[dependency-groups]
docs = ["sphinx"]
[tool.tox.env_run_base]
commands = [["uv", "sync", "--group", "docs"], ["sh", "-c", "uv sync --extra docs"]]  # --group docs
""",
    "requirements.txt": "-e .[docs]\nother[docs]\n",
    "tox.ini": """[testenv]
extras =
    docs
    all
dependency_groups = docs, all
deps =
    .[docs]
    other[docs]
commands = uv sync --extra docs --group docs
# docs
""",
    "noxfile.py": """import nox
def docs(session):
    session.install("-e", ".[docs]", f".[docs]")  # ".[docs]"
    session.install("me[all,docs]", "other[docs]")
    session.run("uv", "sync", "--group", "docs", "docs")
    session.install(*nox.project.dependency_groups(TABLE, "docs"))
""",
}


@pytest.mark.parametrize("kind", ["extra", "group"])
def test_what_tools_name(kind: str, root: Path) -> None:
    for name, text in TOOLS.items():
        (root / name).write_text(text)
    with Editor(root, capabilities=LOOKS) as editor:
        line = 4 if kind == "extra" else 6
        answer = editor.request("textDocument/rename", {**at(root / "pyproject.toml", line, 1), "newName": "pages"})
        changed = {name: applied(answer, root / name) for name in TOOLS}
        said = editor.notification("window/showMessage")["message"]
    edited = {name: [new for old, new in zip(TOOLS[name].splitlines(), text.splitlines(), strict=True) if old != new]
              for name, text in changed.items()}  # fmt: skip
    assert said == "These files contain the name and were not changed everywhere: README.md, noxfile.py, tox.ini."
    if kind == "extra":
        assert edited == {
            "pyproject.toml": [
                'pages = ["sphinx"]',
                'commands = [["uv", "sync", "--group", "docs"], ["sh", "-c", "uv sync --extra pages"]]  # --group docs',
            ],
            "requirements.txt": ["-e .[pages]"],
            "tox.ini": ["    pages", "    .[pages]", "commands = uv sync --extra pages --group docs"],
            "noxfile.py": [
                '    session.install("-e", ".[pages]", f".[docs]")  # ".[docs]"',
                '    session.install("me[all,pages]", "other[docs]")',
            ],
        }
    else:
        assert edited == {
            "pyproject.toml": [
                'pages = ["sphinx"]',
                'commands = [["uv", "sync", "--group", "pages"], ["sh", "-c", "uv sync --extra docs"]]  # --group docs',
            ],
            "requirements.txt": [],
            "tox.ini": ["dependency_groups = pages, all", "commands = uv sync --extra docs --group pages"],
            "noxfile.py": [
                '    session.run("uv", "sync", "--group", "pages", "docs")',
                '    session.install(*nox.project.dependency_groups(TABLE, "pages"))',
            ],
        }


def renamed_in(root: Path, name: str, text: str, line: int, character: int) -> str:
    (root / name).write_text(text)
    (root / "pyproject.toml").unlink(missing_ok=name != "pyproject.toml") if name != "pyproject.toml" else None
    with Editor(root, capabilities=LOOKS) as editor:
        return applied(editor.request("textDocument/rename", {**at(root / name, line, character), "newName": "pages"}), root / name)


def test_all_heads_of_a_group_of_poetrys(root: Path) -> None:
    text = '[tool.poetry]\nname = "x"\n[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\na = "1"\n'
    assert renamed_in(root, "pyproject.toml", text, 2, 21) == text.replace(".docs", ".pages")


def test_setup_cfg_and_setup_py(root: Path) -> None:
    text = "[metadata]\nname = me\n[options.extras_require]\ndocs =\n    sphinx\nall =\n    me[docs]\n"
    assert renamed_in(root, "setup.cfg", text, 3, 1) == text.replace("docs", "pages")
    (root / "setup.cfg").unlink()
    text = "from setuptools import setup\nsetup(name='me', extras_require={'docs': ['x'], \"all\": [\"me[docs]\"]})\n"
    assert renamed_in(root, "setup.py", text, 1, 36) == text.replace("docs", "pages")


def test_what_is_a_group_by_its_place_alone_has_no_name_to_change(root: Path) -> None:
    path = root / "pyproject.toml"
    path.write_text('[project]\nname = "me"\n[tool.uv]\ndev-dependencies = ["a"]\n[tool.hatch.envs.docs]\ndependencies = ["b"]\n')
    with Editor(root, capabilities=LOOKS) as editor:
        for place in (at(path, 3, 1), at(path, 4, 18)):
            assert editor.request("textDocument/prepareRename", place) is None


def test_what_cannot_be_renamed_is_said(editor: Editor, root: Path) -> None:
    path = root / "pyproject.toml"
    for place in (at(path, 1, 9), at(path, 8, 10), at(root / "other" / "requirements.txt", 1, 9)):
        assert editor.request("textDocument/prepareRename", place) is None
        assert "Only dependency groups" in editor.refused("textDocument/rename", {**place, "newName": "x"})["message"]
    assert "already" in editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": "Dev"})["message"]
    assert "is not a name for a group" in editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": 'a"]'})["message"]
    editor.open(path, BEFORE + "[[[\n")
    assert editor.refused("textDocument/rename", {**at(path, 8, 1), "newName": "x"})["code"] == -32803


PIXI = """[workspace]
name = "me"
channels = []
platforms = []
[feature.docs.pypi-dependencies]
sphinx = "*"
[feature.docs.tasks]
docs = "make docs"
[environments]
docs = ["docs", "other"]
all = {features = ["other", "docs"], solve-group = "docs"}
"""


def test_a_feature_of_pixi_in_every_head_and_environment(tmp_path: Path) -> None:
    path = tmp_path / "pixi.toml"
    path.write_text(PIXI)
    with Editor(tmp_path, capabilities=LOOKS) as editor:
        answer = editor.request("textDocument/rename", {**at(path, 4, 10), "newName": "pages"})
    expected = PIXI.splitlines()
    expected[4] = "[feature.pages.pypi-dependencies]"
    expected[6] = "[feature.pages.tasks]"
    expected[9] = 'docs = ["pages", "other"]'
    expected[10] = 'all = {features = ["other", "pages"], solve-group = "docs"}'
    assert applied(answer, path).splitlines() == expected
