"""venvls/pythons: what a new environment can be made with, the best for the project first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import Editor

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "requirements.txt").write_text("idna\n")
    return root


def asked(editor: Editor, project: str) -> dict[str, Any]:
    return editor.request("venvls/pythons", {"project": project}, 60)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def test_the_newest_comes_first_where_the_project_asks_for_nothing(project: Path) -> None:
    with Editor(project, options={"trusted": True}) as editor:
        found = asked(editor, str(project))["pythons"]
        assert found and all(set(one) == {"executable", "version", "implementation"} for one in found)
        assert all(Path(one["executable"]).is_file() for one in found)
        finals = [
            numbers(one["version"]) for one in found if one["implementation"] == "cpython" and one["version"].replace(".", "").isdigit()
        ]
        assert finals == sorted(finals, reverse=True)
        assert asked(editor, project.as_uri())["pythons"] == found


@pytest.mark.parametrize("name", ["pyproject.toml", ".python-version"])
def test_what_the_project_asks_for_comes_first_and_the_rest_says_why_not(project: Path, name: str) -> None:
    text = f"{HERE}\n" if name.startswith(".") else f'[project]\nname = "x"\nversion = "1"\nrequires-python = "=={HERE}.*"\n'
    (project / name).write_text(text)
    with Editor(project, options={"trusted": True}) as editor:
        found = asked(editor, str(project))["pythons"]
        assert found[0]["version"].startswith(f"{HERE}.") and "reason" not in found[0]
        fitting = ["reason" not in one for one in found]
        assert fitting == sorted(fitting, reverse=True)
        for one in found:
            assert one["version"].startswith(f"{HERE}.") or one["reason"].startswith(f"{name} requires Python ")


@pytest.mark.parametrize("options", [{"trusted": False}, {}])
def test_no_python_is_started_where_nobody_said_that_it_may(project: Path, options: dict[str, Any]) -> None:
    with Editor(project, options=options) as editor:
        answer = asked(editor, str(project))
        assert answer["pythons"] == [] and "not trusted" in answer["reason"]
        assert not editor.of("window/showMessageRequest")


def test_a_place_without_a_project_has_a_sentence(project: Path, tmp_path: Path) -> None:
    with Editor(project, options={"trusted": True}) as editor:
        answer = asked(editor, str(tmp_path / "elsewhere"))
        assert answer["pythons"] == [] and "no project" in answer["reason"]
        assert editor.refused("venvls/pythons", {})["code"] == -32602
        assert editor.refused("venvls/pythons", [1])["code"] == -32602
