"""What is named one by one: a file given to `venvls check` is read whatever it is called, or it is said that it is not."""

from __future__ import annotations

import json
import shutil
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
    out, err = capsys.readouterr()
    assert f"{name} is not a manifest (requirements.txt, pyproject.toml, …)" in err
    assert out == "Nothing was checked: none of these files is a manifest.\n"


@pytest.mark.parametrize(("harm", "code"), [(".venv", "no"), (".venv/pyvenv.cfg", "incomplete"), (".venv/bin", "broken")])
@pytest.mark.parametrize("words", [["requirements-dev.txt"], ["app.py", "--imports"]])
def test_no_file_is_in_sync_with_an_environment_that_is_not_there(
    folder: Path, harm: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "requirements.txt").write_text("six\n")
    (folder / "requirements-dev.txt").write_text("")
    (folder / "app.py").write_text("import six\n")
    moved = folder / harm
    if not moved.exists():
        moved = folder / ".venv" / "Scripts"  # Windows
    shutil.rmtree(moved) if moved.is_dir() else moved.unlink()
    assert main(["check", *words]) == 1
    out, _ = capsys.readouterr()
    assert f"[{code}-environment]" in out and "In sync" not in out


def test_a_file_without_a_problem_does_not_make_its_project_one_in_sync(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "requirements.txt").write_text("absent\n")
    (folder / "requirements-dev.txt").write_text("six\n")
    assert main(["check", "requirements-dev.txt"]) == 0
    assert capsys.readouterr().out == "No problem in the files that were named; 1 problem in other files of the same project.\n"
    assert main(["check", "requirements-dev.txt", "--format", "json"]) == 0
    assert '"in_sync": false' in capsys.readouterr().out
    (folder / "requirements.txt").write_text("six\n")
    assert main(["check", "requirements-dev.txt"]) == 0
    assert "In sync" in capsys.readouterr().out


def test_a_manifest_among_what_tests_are_made_of_is_read_when_it_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "requirements.txt").write_text("six\n")
    fixture = folder / "tests" / "fixtures" / "broken" / "requirements.txt"
    fixture.parent.mkdir(parents=True)
    fixture.write_text("six=>1\n")
    assert main(["check"]) == 0
    assert "=>" not in capsys.readouterr().out
    assert main(["check", str(fixture)]) == 1
    assert "`=>` is not a version operator" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"pyproject.toml": "[tool.ruff]\n", "requirements.txt": "six\n"}, "requirements.txt"),
        ({"pyproject.toml": "[project]\nname = 'me'\nversion = '1'\n"}, "[project].dependencies"),
        ({"requirements.txt": "six\n", "requirements.in": "six\n"}, "requirements.in"),
        ({"setup.cfg": "[options]\ninstall_requires = file: deps.txt\n", "deps.txt": "six\n"}, "deps.txt"),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=open('x').read())\n"}, None),
        ({"environment.yml": "dependencies: [six]\n"}, None),
    ],
)
def test_a_missing_package_is_offered_for_the_file_that_add_changes(
    folder: Path, files: dict[str, str], place: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in {**files, "app.py": "import yaml\n"}.items():
        (folder / name).write_text(text)
    main(["check", "--imports", "--format", "json"])
    titles = [action["title"] for finding in json.loads(capsys.readouterr().out)["findings"] for action in finding["actions"]]
    assert [title for title in titles if title.startswith("Add ")] == ([f"Add PyYAML to {place}"] if place else [])
    assert main(["add", "pyyaml", "--dry-run", "--no-sync"]) == (0 if place else 2)
    assert f"+++ b/{'pyproject.toml' if place and '[' in place else place}\n" in capsys.readouterr().out or place is None
