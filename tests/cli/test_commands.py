"""The commands as a person or a script calls them: what is printed where, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.editor import install, make_environment, wheel
from venvls.__main__ import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment lacks one requirement and has another too old; wheels of both lie beside it."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "requirements.txt").write_text("--no-index\n--find-links ../wheels\nsix>=1.16\nrich==13.0\n")
    make_environment(root / ".venv", six="1.10")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "six", "1.16.0")
    wheel(wheels, "rich", "13.0")
    monkeypatch.chdir(root)
    return root


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_check_tells_what_is_behind_and_where(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = say(capsys, "check")
    assert (status, err) == (1, "")
    assert "requirements.txt:3:4: warning[version-mismatch] six 1.10 is installed, but >=1.16 is required" in out
    assert "3 | six>=1.16\n  |    ^^^^^^\n" in out
    assert "requirements.txt:4:1: warning[missing-requirement] rich is not installed" in out


def test_check_in_step_is_status_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = next((project / ".venv").glob("lib/*/site-packages"))
    install(site, "rich", "13.0")
    (project / "requirements.txt").write_text("rich==13.0\nsix\n")
    status, out, _ = say(capsys, "check")
    assert status == 0
    assert out.splitlines()[-1].startswith("In sync: 1 project")


def test_check_json_is_the_public_shape(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = say(capsys, "check", "--format", "json")
    answer = json.loads(out)
    assert status == 1
    assert answer["schema"] == 1
    assert {key: answer["projects"][0][key] for key in ("root", "tool", "locks", "in_sync")} == {
        "root": str(project),
        "tool": "pip",
        "locks": [],
        "in_sync": False,
    }
    environment = answer["projects"][0]["environment"]
    assert set(environment) == {"prefix", "interpreter", "version", "implementation", "kind", "name", "health", "problem", "project"}
    finding = next(one for one in answer["findings"] if one["code"] == "version-mismatch")
    assert finding["range"] == {"start": {"line": 2, "character": 3}, "end": {"line": 2, "character": 9}}
    assert finding["requirement"] == {"name": "six", "text": "six>=1.16", "installed": "1.10", "group": None}
    assert {"id", "title", "kind"} == set(finding["actions"][0])


def test_select_and_ignore(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing-requirement" not in say(capsys, "check", "--ignore", "missing-requirement")[1]
    only = say(capsys, "check", "--select", "missing-requirement")[1]
    assert "missing-requirement" in only
    assert "version-mismatch" not in only
    status, _, err = say(capsys, "check", "--select", "no-such-rule")
    assert (status, err) == (2, "venvls: there is no rule `no-such-rule`. Run `venvls rules` to list them.\n")


def test_check_of_one_manifest_speaks_of_it_and_what_it_includes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "more.txt").write_text("attrs\n")
    (project / "requirements-docs.txt").write_text("-r more.txt\nsphinx\n")
    out = say(capsys, "check", "requirements-docs.txt")[1]
    assert "sphinx is not installed" in out
    assert "attrs is not installed" in out
    assert "six" not in out
    assert "sphinx" not in say(capsys, "check")[1]


def test_a_folder_inside_a_project_stands_for_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src" / "shop").mkdir(parents=True)
    status, out, _ = say(capsys, "check", "src/shop")
    assert status == 1
    assert "rich is not installed" in out


def test_another_environment_on_request(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_environment(tmp_path / "other", six="1.16.0", rich="13.0")
    assert say(capsys, "check", "--env", str(tmp_path / "other"))[0] == 0
    status, _, err = say(capsys, "check", "--env", "nowhere")
    assert (status, err) == (2, "venvls: there is no environment at `nowhere`\n")


def test_fix_applies_what_is_safe_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_bytes(b"\xef\xbb\xbfsix\r\n# kept\r\nsix\r\n")
    status, out, err = say(capsys, "check", "--fix")
    assert (project / "requirements.txt").read_bytes() == b"\xef\xbb\xbfsix\r\n# kept\r\n"
    assert status == 0
    assert "duplicate-requirement" not in out
    assert err == f"venvls: fixed {project / 'requirements.txt'}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], "venvls: there is no file or folder `nowhere`\n"),
        (["chekc"], "venvls: there is no command `chekc`; did you mean `check`?\n"),
        (["check", "--colour"], "venvls: `venvls check` has no option `--colour`. Run `venvls check --help` to see the options.\n"),
        (["explain", "version-mismach"], "venvls: there is no rule `version-mismach`; did you mean `version-mismatch`?\n"),
        (["install", "six=>1"], None),
        (["which", "nowhere.py"], "venvls: there is no file or folder `nowhere.py`\n"),
    ],
)
def test_bad_arguments_get_one_sentence_and_status_2(
    project: Path, arguments: list[str], sentence: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = say(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert sentence is None or err == sentence


def test_which_prints_the_interpreter_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "app.py").touch()
    for path in (".", "app.py", "requirements.txt"):
        assert say(capsys, "which", path) == (0, f"{project}/.venv/bin/python\n", "")


def test_which_from_a_folder_below_finds_the_project_above(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src" / "deep").mkdir(parents=True)
    (project / "src" / "deep" / "x.py").touch()
    assert say(capsys, "which", "src/deep/x.py")[1] == f"{project}/.venv/bin/python\n"


def test_which_without_an_environment_is_status_1_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "requirements.txt").write_text("six\n")
    status, out, err = say(capsys, "which", str(tmp_path))
    assert (status, out) == (1, "")
    assert f"Create one with `venvls create {tmp_path}`." in err


def test_envs_lists_each_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "alias").symlink_to(project / ".venv")
    make_environment(project / "tools" / "env two")
    status, out, _ = say(capsys, "envs", "--format", "json")
    answer = json.loads(out)
    assert status == 0
    assert [(one["prefix"], one["health"], one["project"]) for one in answer["environments"]] == [
        (str(project / ".venv"), "ok", str(project)),
        (str(project / "tools" / "env two"), "ok", str(project)),
    ]


def test_many_environments_in_a_folder_make_envs_list_it_no_more_often(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "requirements.txt").unlink()
    scandir, counts = os.scandir, []
    for names in (("a", "b"), ("c", "d", "e", "f")):
        for name in names:
            make_environment(project / name)
        listed: list[object] = []
        with monkeypatch.context() as counting:
            counting.setattr(os, "scandir", lambda path, listed=listed: listed.append(path) or scandir(path))
            assert say(capsys, "envs", str(project))[0] == 0
        counts.append(listed.count(str(project)))
    assert counts[0] == counts[1] > 0


def test_sync_shows_its_plan_then_does_it_and_the_findings_are_gone(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(project / ".venv"), "--clear"], check=True)
    status, out, _ = say(capsys, "sync", "--dry-run")
    assert status == 0
    assert f"-r {project}/requirements.txt" in out
    assert "also installs from ../wheels" in out
    assert "is in sync" not in out
    assert say(capsys, "check")[0] == 1
    assert say(capsys, "sync")[:2] == (0, ".venv is now in sync.\n")
    assert say(capsys, "check")[0] == 0
    assert "note: The project is in sync: everything that it requires is installed." in say(capsys, "sync", "--dry-run")[1]


@pytest.mark.parametrize("words", [("sync",), ("upgrade",), ("add", "six"), ("remove", "six")])
def test_an_environment_that_the_tool_would_delete_is_left_alone(
    words: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv makes another environment where ``requires-python`` does not admit the Python of the one that is there."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (project / "requirements.txt").unlink()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.99"\ndependencies = ["six"]\n[tool.uv]\n'
    )
    (project / ".venv" / "notes.txt").write_text("kept by hand")
    status, _, told = say(capsys, *words)
    assert status == 2 and "uv would delete .venv, since its Python does not fit this project" in told and "venvls recreate" in told
    assert (project / ".venv" / "notes.txt").read_text() == "kept by hand"


def test_select_keeps_the_choice_and_forgets_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_environment(project / "other", six="1.16.0", rich="13.0")
    assert say(capsys, "select", "other")[0] == 0
    assert say(capsys, "which")[1] == f"{project}/other/bin/python\n"
    assert say(capsys, "check")[0] == 0
    assert say(capsys, "select")[0] == 0
    assert say(capsys, "which")[1] == f"{project}/.venv/bin/python\n"
    assert say(capsys, "select", "requirements.txt")[0] == 2


def test_rules_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = say(capsys, "rules")
    assert "version-mismatch" in out
    assert "A package is installed in a version that the project does not allow." in say(capsys, "explain", "version-mismatch")[1]
    assert json.loads(say(capsys, "rules", "--format", "json")[1])["schema"] == 1


def test_watch_checks_again_when_something_changes(project: Path) -> None:
    argv = [sys.executable, "-m", "venvls", "check", "--watch", "--select", "missing-requirement"]
    child = subprocess.Popen(argv, cwd=project, stdout=subprocess.PIPE, text=True, env={**os.environ})
    try:
        assert child.stdout is not None
        _until(child, "rich is not installed")
        install(next((project / ".venv").glob("lib/*/site-packages")), "rich", "13.0")
        _until(child, "In sync")
        (project / "requirements.txt").write_text("nowhere-to-be-found\n")
        _until(child, "nowhere-to-be-found is not installed")
        (project / "new").mkdir()
        (project / "new" / "requirements.txt").write_text("neither-is-this\n")
        _until(child, "neither-is-this is not installed")
        (project / "new").rename(project / "renamed")
        _until(child, "renamed/requirements.txt")
    finally:
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]


def test_a_reader_that_goes_away_is_no_failure(project: Path) -> None:
    child = subprocess.Popen([sys.executable, "-m", "venvls", "check"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.close()
    _, err = child.communicate(timeout=300)
    assert err == b""


def _until(child: subprocess.Popen[str], text: str) -> None:
    import threading

    timer = threading.Timer(120, child.kill)
    timer.start()
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if text in line:
                return
        raise AssertionError(f"{text!r} was never said")
    finally:
        timer.cancel()
