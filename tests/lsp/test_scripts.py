"""A script that states its requirements (PEP 723) is a project whose folder is the script itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editor import Editor, codes_of, make_environment

SCRIPT = '# /// script\n# requires-python = ">=3.8"\n# dependencies = ["idna"]\n# ///\nprint(1)\n'
TRUSTED = {"trusted": True}
TASKS = ("create", "sync", "install", "recreate", "repair", "delete", "freeze", "compile", "upgrade", "activate", "select", "add")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv")
    path = root / "tool.py"
    path.write_text(SCRIPT)
    return path


def test_a_script_is_a_project_in_every_answer(script: Path) -> None:
    with Editor(script.parent, options=TRUSTED) as editor:
        editor.open(script)
        editor.settle()
        projects = {one["root"]: one for one in editor.request("venvls/projects", {})["projects"]}
        assert projects[str(script)]["manifests"] == [str(script)]
        assert editor.request("venvls/which", {"uri": script.as_uri()})["reason"]
        assert [one["name"] for one in editor.request("venvls/environments", {})["environments"]] == [".venv"]
        assert editor.request("venvls/pythons", {"project": str(script)}, 60)["pythons"]
        assert editor.actions(script, only=["source"]) == []
        own = next(finding for finding in editor.last(script) if finding["code"] == "no-environment")
        assert own["severity"] == 3 and "uv run tool.py" in own["message"], "its environment is uv's to make, which is no fault"
        assert [action["title"] for action in editor.actions(script, only=["quickfix"])] == ["Sync the environment of tool.py with uv"]
        assert "Traceback" not in editor.stderr


@pytest.mark.parametrize("task", TASKS)
def test_a_task_for_a_script_ends_with_a_sentence(script: Path, task: str) -> None:
    """Whether it can be done is the tools' to say; the server answers, and lives."""
    before = script.read_text()
    with Editor(script.parent, options=TRUSTED) as editor:
        editor.open(script)
        answer = editor.run(task, project=str(script))
        assert answer["message"] and "Internal error" not in answer["message"], answer
        if task in ("recreate", "install"):
            assert "uv run tool.py" in answer["message"]
        assert editor.request("venvls/projects", {})["projects"]
        assert "Traceback" not in editor.stderr and script.read_text() == before


def test_a_script_that_is_none_any_more_is_gone(script: Path) -> None:
    with Editor(script.parent) as editor:
        editor.open(script)
        editor.settle()
        assert str(script) in [one["root"] for one in editor.request("venvls/projects", {})["projects"]]
        editor.replace(script, 2, "print(1)\n")
        editor.settle()
        assert str(script) not in [one["root"] for one in editor.request("venvls/projects", {})["projects"]]
        assert codes_of(editor.last(script)) == []
