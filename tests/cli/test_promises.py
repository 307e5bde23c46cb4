"""What a command says is done, needed or to be typed is true where a home, a tool or an environment is not as one expects."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.lsp.editor import make_environment
from venvls.__main__ import main
from venvls.cli import running
from venvls.cli.failure import Failure
from venvls.host.remembered import Remembered

GROUPS = '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n\n[dependency-groups]\ndev = ["six"]\n'
PIXI = '[workspace]\nname = "shop"\nchannels = []\nplatforms = []\n\n[dependencies]\npython = "3.12.*"\n'
SCRIPT = '# /// script\n# dependencies = ["six"]\n# ///\n'


class Here:
    """A project in the current folder, for commands in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._capsys, self.monkeypatch = root, capsys, monkeypatch

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    def run(self, *words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = self._capsys.readouterr()
        return status, out, err

    def lock(self) -> dict[str, str]:
        """What the doctor says of the lock."""
        return next(line for line in json.loads(self.run("doctor", "--format", "json")[1])["lines"] if line["about"] == "lock")


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    root = tmp_path / "shop"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", "")
    return Here(root, capsys, monkeypatch)


def unwritable(here: Here) -> str:
    """A home where nothing can be kept, be it root who runs the tests."""
    here.write("../file", "")
    place = str(here.root.parent / "file" / "state")
    here.monkeypatch.setenv("VENVLS_STATE_DIR", place)
    return place


def test_a_choice_that_cannot_be_kept_is_one_sentence(here: Here) -> None:
    here.write("requirements.txt", "")
    make_environment(here.root / "env")
    place = unwritable(here)
    for words in (("select", "env"), ("select",)):
        status, out, err = here.run(*words)
        assert (status, out) == (2, "")
        assert err.startswith(f"venvls: Your choice could not be saved in {place}: ") and err.count("\n") == 1


def test_an_answer_that_cannot_be_kept_counts_until_the_end(here: Here) -> None:
    unwritable(here)
    memory = Remembered()
    for answer in (True, False):
        memory.trust(str(here.root), answer)
        assert memory.trusted(str(here.root)) is answer
    assert Remembered().trusted(str(here.root)) is None


def test_a_kernel_that_cannot_be_made_adds_nothing_to_the_project(here: Here) -> None:
    here.write("requirements.txt", "")
    make_environment(here.root / ".venv")
    here.monkeypatch.setenv("JUPYTER_DATA_DIR", str(here.root / "requirements.txt" / "jupyter"))
    status, _, err = here.run("kernel", "--add", "--install")
    assert status == 2 and "cannot be written to" in err and "Nothing was changed." in err
    assert "`bad name` does not" in here.run("kernel", "--add", "--install", "--name", "bad name")[2]
    assert (here.root / "requirements.txt").read_text() == ""


def test_a_script_is_activated_and_added_to_by_what_is_named(here: Here) -> None:
    here.write("a tool.py", SCRIPT)
    for words in (("activate", "a tool.py"), ("run", "--project", "a tool.py", "python")):
        assert "no manifest" not in here.run(*words)[2], "the script is the project"
    added = here.run("add", "--project", "a tool.py", "idna>3")[2]
    assert added.endswith("uv changes them: `uv add --script 'a tool.py' 'idna>3'`\n")
    assert "`uv remove --script 'a tool.py' six`" in here.run("remove", "--project", "a tool.py", "six")[2]


def test_a_requirement_of_another_list_is_removed_by_the_command_that_is_named(here: Here) -> None:
    here.write("pyproject.toml", GROUPS)
    here.write("requirements.txt", "attrs\n")
    here.write("requirements-test.txt", "idna\n")
    make_environment(here.root / ".venv", six="1.16.0", idna="3.7")
    for name, words in (("six", ["--group", "dev"]), ("idna", ["--manifest", "requirements-test.txt"])):
        status, _, err = here.run("remove", name)
        assert status == 2 and err.endswith(f"with `venvls remove {name} {' '.join(words)}`.\n"), err
        assert here.run("remove", name, *words, "--no-sync")[0] == 0
    assert "six" not in (here.root / "pyproject.toml").read_text() and (here.root / "requirements-test.txt").read_text() == ""


def test_pins_of_all_that_is_installed_are_as_good_as_a_lock(here: Here) -> None:
    here.write("requirements.txt", "six==1.16.0\nidna>=3\n")
    make_environment(here.root / ".venv", pip="24.0", six="1.16.0", idna="3.7")
    assert here.lock()["fix"] == "venvls freeze --pin -o requirements.txt"
    here.write("requirements.txt", "six==1.16.0\nidna==3.*\n")
    assert here.lock()["state"] == "note"
    here.write("requirements.txt", "six==1.16.0\nidna==3.7\n")
    assert here.lock()["state"] == "good" and here.lock()["fix"] is None


def test_the_lock_of_an_in_file_is_compiled(here: Here) -> None:
    here.write("requirements.in", "six\n")
    make_environment(here.root / ".venv", six="1.16.0")
    assert here.lock()["fix"] is None and "uv was not found on this machine" in here.lock()["says"], "nothing here could compile it"
    here.write("uv", "")
    (here.root / "uv").chmod(0o755)
    bin_folder = here.root.parent / "bin"
    bin_folder.mkdir()
    shutil.move(here.root / "uv", bin_folder / "uv")
    here.monkeypatch.setenv("PATH", str(bin_folder))
    assert here.lock()["fix"] == "venvls compile"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("environment.yml", "dependencies:\n  - python=3.12\n  - numpy\n", "neither conda, mamba nor micromamba was found"),
        ("pixi.toml", f'{PIXI}numpy = "*"\n', "pixi manages this project, but was not found"),
        ("Pipfile", '[packages]\nsix = "*"\n', "Pipenv manages this project, but was not found"),
    ],
)
def test_no_environment_is_promised_that_would_not_be_filled(name: str, text: str, says: str, here: Here) -> None:
    here.write(name, text)
    status, out, _ = here.run("check")
    assert status == 1 and f"1 would be fixed by venvls create, which cannot install here. {'This' if 'conda' in says else ''}" in out
    assert says in out and "can be fixed" not in out and ": venvls create" not in out
    lines = json.loads(here.run("doctor", "--format", "json")[1])["lines"]
    assert [line for line in lines if line["fix"] == "venvls create" or (line["about"] == "lock" and line["fix"])] == []


@pytest.mark.parametrize(("name", "text"), [("pixi.toml", PIXI), ("requirements.txt", "# none\n"), ("pyproject.toml", GROUPS)])
def test_what_has_no_environment_is_not_called_in_sync(name: str, text: str, here: Here) -> None:
    here.write(name, text.replace('dev = ["six"]', "dev = []"))
    assert here.run("check")[:2] == (0, "Nothing was compared: there is no environment.\n")


def test_whoever_stops_one_of_several_projects_stops_all(here: Here) -> None:
    for name in ("a", "b"):
        (here.root / name).mkdir()
        here.write(f"{name}/requirements.txt", "six\n")
        make_environment(here.root / name / ".venv")
    begun: list[object] = []

    def stopped(made: object, *_: object) -> None:
        begun.append(made)
        raise Failure("Cancelled. Nothing was changed.", interrupted=True)

    here.monkeypatch.setattr(running, "ran", stopped)
    status, out, err = here.run("sync", "--all", "--format", "json")
    assert (status, len(begun), err) == (2, 1, "")
    assert [(each["status"], each["problem"]) for each in json.loads(out)["results"]] == [(2, "Cancelled. Nothing was changed.")]


@pytest.mark.parametrize(
    "command", ["check", "sync", "which", "delete --yes", "select", "add six --manifest", "check --env", "envs", "list"]
)
def test_a_variable_that_is_not_set_does_not_mean_this_folder(command: str, here: Here) -> None:
    here.write("requirements.txt", "six\n")
    make_environment(here.root / ".venv")
    assert here.run(*command.split(), "") == (2, "", "venvls: the path is empty: give `.` for this folder\n")
    assert (here.root / ".venv" / "pyvenv.cfg").exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes by name")
def test_a_pipe_is_no_file_without_requirements(here: Here) -> None:
    os.mkfifo(here.root / "requirements.txt")
    for command in ("check", "which", "envs", "list"):
        assert here.run(command, "requirements.txt")[::2] == (2, "venvls: `requirements.txt` is neither a file nor a folder\n")
    assert here.run("check")[0] == 0
