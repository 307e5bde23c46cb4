"""`venvls run` and `venvls doctor`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from venvls.cli.run import program_of
from venvls.host.machine import ThisMachine
from venvls.model.environment import Environment


@pytest.fixture
def made(inside: Inside) -> Inside:
    inside.write("requirements.txt", "beta\n")
    inside.good("create")
    return inside


def test_a_command_runs_inside_with_its_words_and_its_status(made: Inside) -> None:
    code = "import os, sys; print(sys.prefix, os.environ['VIRTUAL_ENV'], sys.argv[1:]); sys.exit(7)"
    ran = made.run("run", "--", "python", "-c", code, "--dry-run", "a b", "$x")
    prefix = str(made.root / ".venv")
    assert (ran.returncode, ran.stdout) == (7, f"{prefix} {prefix} ['--dry-run', 'a b', '$x']\n")
    below = made.root / "src"
    below.mkdir()
    assert made.run("run", "python", "-c", "import beta", cwd=below).returncode == 0


def test_what_cannot_be_run_is_said(made: Inside) -> None:
    assert "no command `nowhere-to-be-found`" in made.said("run", "nowhere-to-be-found")
    assert "give a command to run" in made.said("run")
    shutil.rmtree(made.root / ".venv")
    assert "Create one with `venvls create`" in made.said("run", "python")


def test_the_current_folder_is_no_place_for_programs(made: Inside) -> None:
    name = "trap.bat" if os.name == "nt" else "trap"
    made.write(name, "#!/bin/sh\necho trapped\n").chmod(0o755)
    made.environ["PATH"] = f"{os.pathsep}.{os.pathsep}{made.environ['PATH']}"
    assert "no command `trap`" in made.said("run", "trap")


def test_windows_starts_no_program_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of Windows, on the file system at hand: a shell there looks at the current folder first."""
    scripts, tools, checkout = tmp_path / "env" / "Scripts", tmp_path / "tools", tmp_path / "checkout"
    for place in (scripts / "pytest.EXE", tools / "black.BAT", checkout / "black.BAT", checkout / "pytest.EXE", checkout / "trap.BAT"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(0o755)
    monkeypatch.chdir(checkout)
    prefix = str(tmp_path / "env")
    environment = Environment(prefix=prefix, real=prefix, interpreter=str(scripts / "python.exe"), version="3.12.4")
    machine = ThisMachine({"PATH": str(tools), "PATHEXT": ".EXE;.BAT"})
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        found = [program_of(name, environment, machine) for name in ("pytest", "black", "trap")]
    assert found == [str(scripts / "pytest.EXE"), str(tools / "black.BAT"), None]


def doctor(inside: Inside) -> dict[str, dict[str, str]]:
    ran = inside.run("doctor", "--format", "json")
    return {one["about"]: one for one in json.loads(ran.stdout)["lines"]}


def test_all_is_well_in_about_ten_lines(made: Inside) -> None:
    ran = made.run("doctor")
    assert ran.returncode == 0, ran.stdout
    assert 8 <= len(ran.stdout.splitlines()) <= 12
    said = doctor(made)
    assert {one["state"] for one in said.values()} <= {"good", "note"}
    assert "uv " in said["tools"]["says"]


def test_what_is_wrong_is_said_with_the_command_that_mends_it(made: Inside) -> None:
    made.write("requirements.txt", "alpha==1.0\n")
    wrong = doctor(made)["in sync"]
    assert (wrong["state"], wrong["fix"]) == ("wrong", "venvls sync")
    made.good(*wrong["fix"].split()[1:])
    assert doctor(made)["in sync"]["state"] == "good"
    (made.root / ".venv" / "pyvenv.cfg").unlink()
    ill = doctor(made)["health"]
    assert ill["state"] == "wrong"
    assert "Pass --yes" in made.said(*ill["fix"].split()[1:]), "it deletes, so that it asks on a terminal"
    made.good(*ill["fix"].split()[1:], "--yes")
    assert doctor(made)["health"]["state"] == "good"
    made.good("delete", "--yes")
    none = doctor(made)["environment"]
    assert none["state"] == "wrong"
    made.good(*none["fix"].split()[1:])
    assert made.run("doctor").returncode == 0


def test_the_shells_state(made: Inside) -> None:
    assert "not activated" in doctor(made)["shell"]["says"]
    folder = made.root / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    made.environ |= {"VIRTUAL_ENV": str(made.root / ".venv"), "PATH": f"{folder}{os.pathsep}{made.environ['PATH']}"}
    shell = doctor(made)["shell"]
    assert "is active" in shell["says"]
    assert str(folder) in shell["says"]


def test_the_tool_that_manages_the_project_and_is_not_there_is_a_note(made: Inside) -> None:
    made.write("pyproject.toml", '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = ">=3.9"\nbeta = "*"\n')
    made.environ["PATH"] = str(made.write("empty/file", "").parent)
    tools = doctor(made)["tools"]
    assert tools["state"] == "note"
    assert "poetry manages this project" in tools["says"] and tools["says"].endswith("but was not found on this machine")


def test_the_doctor_starts_nothing_of_the_workspace(made: Inside) -> None:
    program = made.root / ".venv" / "bin" / "python"
    if os.name == "nt":
        pytest.xfail("a script is no program there")
    program.unlink()
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    made.run("doctor")
    assert not (made.root / "ran").exists()


def test_a_repository_that_does_not_ignore_it(made: Inside) -> None:
    subprocess.run(["git", "init", "-q"], cwd=made.root, check=True)
    for ignore in made.root.glob(".venv/.gitignore"):
        ignore.unlink()
    git = doctor(made)["git"]
    assert git["state"] == "note"
    if os.name == "posix":
        subprocess.run(["sh", "-c", git["fix"]], cwd=made.root, check=True)
        assert doctor(made)["git"]["state"] == "good"
    assert sys.executable


def test_dependencies_that_a_program_computes_are_never_called_installed(made: Inside) -> None:
    made.write("setup.py", "from setuptools import setup\nsetup(name='demo', install_requires=open('needs').read().split())\n")
    checked = made.run("check").stdout
    assert "unknown-dependencies" in checked
    assert "In sync as far as is known" in checked
    said = doctor(made)["in sync"]
    assert (said["state"], "computed by setup.py" in said["says"]) == ("note", True)


def test_with_a_stale_lock_the_rest_is_not_called_in_sync(made: Inside) -> None:
    made.write("requirements.in", "beta\n")
    by = "# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile requirements.in"
    header = f"#\n{by}\n"
    made.write("requirements.txt", f"{header}#\nbeta==1.0\n    # via -r requirements.in\n")
    made.good("sync")
    assert doctor(made)["in sync"]["state"] == "good"
    made.good("install", "alpha")
    made.write("requirements.in", "alpha\nbeta\n")
    told = doctor(made)
    assert (told["lock"]["state"], told["in sync"]["state"]) == ("wrong", "note")
    assert "with a stale lock, no more can be compared" in told["in sync"]["says"]


def test_the_block_for_agents_names_nothing_of_this_machine(made: Inside) -> None:
    block = made.good("doctor", "--agents")
    assert "## Python environment" in block and "`.venv`" in block and "`venvls add NAME`. Never use `pip install`" in block
    assert str(made.root) not in block and "3." not in block
    for command in re.findall(r"`(venvls (?:check|sync|which --explain))`", block):
        made.good(*command.split()[1:])
