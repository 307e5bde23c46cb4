"""`venvls which --for PROGRAM`: what is printed, and for whom. That the programs obey it: `tests/handover/test_real_programs.py`."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline
from tests.lsp.editor import make_environment
from venvls import handover
from venvls.__main__ import main


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    """Two members, each with an environment; the second has pytest."""
    base = tmp_path_factory.mktemp("handover")
    inside = Inside(base / "two members", offline.index(base / "wheels"))
    for name, packages in (("left", {"alpha": "1.0"}), ("right", {"pytest": "9.0"})):
        inside.write(f"{name}/requirements.txt", "".join(f"{package}\n" for package in packages))
        inside.write(f"{name}/code.py", "")
        make_environment(inside.root / name / ".venv", **packages)
    return inside


def interpreter(inside: Inside, member: str) -> str:
    path = inside.root / member / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return str(path)


def printed(inside: Inside, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command prints, in this process: a process for each program would be most of the time."""
    member, rest = words[-1], words[:-1]
    assert main(["which", *rest, str(inside.root / member)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", handover.NAMES)
def test_each_program_is_given_the_environment_of_the_file(two: Inside, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for member in ("left", "right"):
        given = json.loads(printed(two, capsys, "--for", name, "--format", "json", f"{member}/code.py"))
        assert given["program"] == name
        assert given["environment"]["interpreter"] == interpreter(two, member)
        if name != "ruff":  # which looks into no environment
            assert str(two.root / member / ".venv") in json.dumps([given["argv"], given["settings"]])
        assert (given["settings"] is None) == (given["settings_kind"] is None)


def test_text_is_a_line_for_a_shell_or_settings(two: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    assert shlex.split(printed(two, capsys, "--for", "mypy", "left")) == ["mypy", "--python-executable", interpreter(two, "left")]
    settings = json.loads(printed(two, capsys, "--for", "pylsp", "left"))
    assert settings == {"pylsp": {"plugins": {"jedi": {"environment": interpreter(two, "left")}}}}


def test_a_debugger_is_given_no_folder_to_run(two: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    of_file = json.loads(printed(two, capsys, "--for", "debugpy", "--format", "json", "left/code.py"))
    assert of_file["argv"][-1] == of_file["settings"]["program"] == str(two.root / "left" / "code.py")
    of_folder = json.loads(printed(two, capsys, "--for", "debugpy", "--format", "json", "left"))
    assert (of_folder["argv"][-1], of_folder["settings"]["program"]) == ("{file}", "${file}")


def test_what_has_to_be_in_the_environment_and_is_not(two: Inside) -> None:
    ran = two.run("which", "--for", "pytest", "left")
    assert ran.returncode == 0
    assert "pytest is not installed in .venv" in ran.stderr
    assert "venvls add --project left pytest" in ran.stderr
    assert two.run("which", "--for", "pytest", "right").stderr == ""


def test_ruff_is_told_a_version_only_where_the_project_states_none(two: Inside, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--target-version" in printed(two, capsys, "--for", "ruff", "left")
    (two.root / "left" / "ruff.toml").write_text('target-version = "py310"\n')
    try:
        assert printed(two, capsys, "--for", "ruff", "left") == "ruff check\n"
    finally:
        (two.root / "left" / "ruff.toml").unlink()


def test_without_an_environment_nothing_is_printed(tmp_path: Path) -> None:
    inside = Inside(tmp_path / "none", offline.index(tmp_path / "wheels"))
    inside.write("requirements.txt", "alpha\n")
    ran = inside.run("which", "--for", "pyright", "--format", "json")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Create one with `venvls create`" in ran.stderr


def test_an_unknown_program_is_refused_with_the_names(two: Inside) -> None:
    sentence = two.said("which", "--for", "pyrigth", "left")
    assert "pyright" in sentence
