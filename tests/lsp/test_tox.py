"""tox.ini in the editor: one file that speaks of several environments, none of which is the editor's Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lsp.editor import Editor, codes_of, make_environment

INI = "[tox]\nenv_list = one, two\n[testenv]\nskip_install = true\ndeps =\n    idna\n    two: six\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "work"
    root.mkdir()
    (root / "tox.ini").write_text(INI)
    (root / "requirements.txt").write_text("six\n")
    make_environment(root / ".venv", six="1.16.0")
    make_environment(root / ".tox" / "one", idna="3.7")
    make_environment(root / ".tox" / "two", idna="3.7", six="1.16.0")
    return root


def said(editor: Editor, path: Path) -> list[str]:
    return sorted(str(one["message"]) for one in editor.last(path))


def test_an_edit_is_told_for_every_environment_and_taken_back(folder: Path) -> None:
    path = folder / "tox.ini"
    with Editor(folder) as editor:
        editor.open(path)
        editor.settle()
        assert said(editor, path) == []
        editor.replace(path, 2, INI.replace("    idna\n", "    idna\n    attrs\n    bad>=\n"))
        editor.settle()
        assert said(editor, path)[1:] == ["attrs is not installed (tox one)", "attrs is not installed (tox two)"]
        assert codes_of(editor.last(path)) == ["invalid-requirement", "missing-requirement", "missing-requirement"]
        titles = [one["title"] for one in editor.actions(path)]
        assert [one for one in titles if "tox" in one] == [f"Sync {name} with tox" for name in ("one", "two")]
        assert not [one for one in titles if "Install" in one or "Create" in one or "ignore" in one.lower()]
        editor.replace(path, 3, INI)
        editor.settle()
        assert said(editor, path) == []
        # What the folder's own project is, and what Python the editor gets, stays as it was.
        projects = editor.request("venvls/projects", {})["projects"]
        assert [(one["root"], one["environment"]["prefix"]) for one in projects] == [(str(folder), str(folder / ".venv"))]
        assert editor.request("venvls/which", {"uri": path.as_uri()})["environment"]["name"] == ".venv"
        assert "Traceback" not in editor.stderr


def test_what_changes_on_disk_is_told(folder: Path) -> None:
    path = folder / "tox.ini"
    gone = next((folder / ".tox" / "two").rglob("six-1.16.0.dist-info"))
    shutil.move(gone, folder.parent / gone.name)
    with Editor(folder) as editor:
        editor.settle()
        assert said(editor, path) == ["six is not installed (tox two)"]
        shutil.move(folder.parent / gone.name, gone)
        editor.until(path, [])
        answer = editor.run("install", project=str(folder / ".tox" / "two"), requirements=["attrs"])
        assert not answer["ok"]
        assert "tox.ini" in answer["message"] or "trust" in answer["message"].lower()
