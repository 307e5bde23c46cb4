"""What is named one by one: a file given to `venvls check` is read whatever it is called, or it is said that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editor import make_environment
from venvls.__main__ import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_environment(tmp_path / ".venv", six="1.10")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_text_file_that_is_named_is_a_requirements_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "deps.txt").write_text("six>=1.16\n")
    (folder / "other.txt").write_text("a page of prose\n")
    status = main(["check", "deps.txt"])
    out, err = capsys.readouterr()
    assert (status, err) == (1, "")
    assert "deps.txt:1:4: warning[version-mismatch] six 1.10 is installed" in out
    assert "other" not in out


def test_a_text_file_that_nobody_named_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "deps.txt").write_text("six>=1.16\n")
    assert main(["check"]) == 0
    assert "No project here" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["setup.toml", "app.py"])
def test_a_file_that_is_no_manifest_is_said_to_be_none(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / name).write_text("x = 1\n")
    (folder / "requirements.txt").write_text("six\n")
    assert main(["check", name]) == 0
    assert f"{name} is not a manifest (requirements.txt, pyproject.toml, …)" in capsys.readouterr().err


def test_a_manifest_among_what_tests_are_made_of_is_read_when_it_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "requirements.txt").write_text("six\n")
    fixture = folder / "tests" / "fixtures" / "broken" / "requirements.txt"
    fixture.parent.mkdir(parents=True)
    fixture.write_text("six=>1\n")
    assert main(["check"]) == 0
    assert "=>" not in capsys.readouterr().out
    assert main(["check", str(fixture)]) == 1
    assert "`=>` is not a version operator" in capsys.readouterr().out
