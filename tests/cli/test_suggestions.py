"""What a command tells a person to type works as it is printed: in another folder, with blanks in paths, and is said once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.case_folder import write
from tests.case_format import CASES, read
from tests.cli.inside import Inside
from tests.host_tasks import offline

posix = pytest.mark.skipif(os.name == "nt", reason="the lines are a POSIX shell's")
SLOW_BACKEND = """
import pathlib, time
def get_requires_for_build_wheel(config_settings=None):
    return []
def build_wheel(directory, config_settings=None, metadata_directory=None):
    pathlib.Path(__file__).with_name("began").touch()
    time.sleep(600)
def prepare_metadata_for_build_wheel(directory, config_settings=None):
    return build_wheel(directory)
"""


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    made = Inside(tmp_path / "my projects" / "a $shop", offline.index(tmp_path / "wheels"))
    made.write("requirements.txt", "beta\n")
    return made


def typed(inside: Inside, line: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line that was printed, a folder above the project."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=inside.root.parent,
        env=inside.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@posix
@pytest.mark.slow
def test_each_thing_that_is_suggested_works_in_another_folder(inside: Inside) -> None:
    above = inside.root.parent
    behind = inside.run("check", cwd=above)
    (hint,) = re.findall(r"help: .*: (venvls .*)", behind.stdout)
    assert hint == "venvls create 'a $shop'"
    assert f"Found 1 problem in 1 project (1 can be fixed by {hint})." in behind.stdout
    inside.write("requirements.txt", "alpha<2\n")
    refused = inside.run("sync", "a $shop", cwd=above)
    assert f"has no environment yet. Create one with `{hint}`." in refused.stderr
    assert f"Create one with `{hint}`." in inside.run("which", "a $shop", cwd=above).stderr
    assert typed(inside, hint).returncode == 0
    again = inside.run("create", "a $shop", cwd=above)
    for line in re.findall(r"`(venvls [^`]*)`", again.stderr):
        assert typed(inside, f"{line} --dry-run").returncode == 0, line
    inside.write("requirements.txt", "alpha>=2\n")
    doctor = inside.run("doctor", "a $shop", cwd=above).stdout
    mends = dict(re.findall(r"^  (?:FAIL|note) ([\w ]+):.*  → (.*)$", doctor, re.MULTILINE))
    assert "1 finding: alpha 1.0 is installed, but " in doctor
    for about in ("in sync", "lock", "shell"):
        ran = typed(inside, f"set -eu; {mends[about]}")
        assert ran.returncode == 0, (mends[about], ran.stderr)
    assert "alpha==2.0" in inside.read("requirements.txt")
    assert inside.run("check", "a $shop", cwd=above).returncode == 0


def test_where_there_is_nothing_to_work_on_no_command_is_suggested_that_says_so_again(tmp_path: Path, inside: Inside) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (["which"], ["run", "python"], ["activate"]):
        said = inside.run(*words, cwd=empty).stderr
        assert "venvls create" not in said and "requirements.txt" in said
    assert "an empty requirements.txt is enough" in inside.run("sync", cwd=empty).stderr
    assert inside.run("create", "--dry-run", cwd=empty).returncode == 0
    (empty / "requirements.txt").touch()
    assert inside.run("create", cwd=empty).returncode == 0
    inside.write("../other/requirements.txt", "beta\n")
    assert "There are projects below (a $shop, other): name one of them." in inside.run("which", cwd=inside.root.parent).stderr


def test_several_projects_and_ways_are_told_apart(inside: Inside) -> None:
    inside.good("create", "--no-sync")
    inside.write("../other/requirements.txt", "beta\n")
    inside.write("../third/requirements.txt", "beta\nbeta\n")
    said = inside.run("check", cwd=inside.root.parent).stdout.splitlines()[-1]
    assert "1 can be fixed by venvls sync 'a $shop'" in said
    assert "2 can be fixed by venvls create PROJECT" in said
    assert "1 can be fixed by venvls check third --fix" in said


def test_what_a_tool_said_is_said_once(inside: Inside) -> None:
    inside.good("create")
    assert inside.run("repair").stderr == ""
    assert inside.said("upgrade", "gamma") == "gamma is neither required nor installed here. Add it with `venvls add gamma`."
    said = inside.run("install", "nowhere-at-all").stderr
    told = [line for line in said.splitlines() if "nowhere-at-all" in line and "No version of" not in line]
    assert len(told) == len({line.strip() for line in told}), said


def test_an_environment_that_is_none_is_not_taken_for_one(inside: Inside) -> None:
    inside.write("no/thing", "")
    for words in (["check"], ["sync"], ["doctor"], ["install", "beta"]):
        ran = inside.run(*words, "--env", "no")
        assert (ran.returncode, ran.stderr) == (2, "venvls: there is no environment at `no`\n"), words


def test_a_group_that_nobody_defines_is_not_passed_over(inside: Inside) -> None:
    inside.write("requirements-test.txt", "beta\n")
    assert "no group or extra `nowhere`" in inside.said("create", "--group", "nowhere")
    assert inside.good("create", "--group", "test", "--dry-run")
    inside.write("pyproject.toml", '[project]\nname = "shop"\nversion = "1"\n[dependency-groups]\ndocs = []\n')
    assert "dependency group nowhere is selected" in inside.said("sync", "--group", "nowhere")


def test_a_file_that_holds_no_requirements_is_not_written_into(inside: Inside) -> None:
    """Lines at the end of a manifest of another kind, a lock or a page of prose would spoil it."""
    inside.good("create", "--no-sync")
    spoilt = {"pyproject.toml": "[project]\n", "uv.lock": "version = 1\n", "NOTES.md": "# Notes\n", "pins.txt": "alpha==1.0\nnot a line\n"}
    for name, text in spoilt.items():
        inside.write(name, text)
    for name, text in spoilt.items():
        assert name in inside.said("freeze", "-o", name)
        assert inside.read(name) == text


def test_freezing_only_lists_whoever_keeps_the_project(inside: Inside) -> None:
    """Poetry, PDM and Pipenv write no list: asked to freeze, they must not be made to install."""
    inside.good("create", "--no-sync")
    (inside.root / "requirements.txt").unlink()
    for name, text in (
        ("pyproject.toml", '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "*"\n'),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\n[tool.pdm]\ndistribution = false\n'),
        ("Pipfile", "[packages]\n"),
    ):
        manifest = inside.write(name, text)
        plan = json.loads(inside.good("freeze", "--env", ".venv", "--dry-run", "--format", "json"))
        assert [step["label"] for step in plan["steps"]] == ["List the packages in .venv"], plan
        manifest.unlink()


def test_adding_in_another_form_is_refused_rather_than_said_to_be_done(inside: Inside) -> None:
    for text in ("beta[more]", "beta @ https://nowhere.invalid/beta-1.0-py3-none-any.whl"):
        assert "requirements.txt already lists it differently; remove it first." in inside.said("add", text, "--no-sync")
    assert inside.read("requirements.txt") == "beta\n"
    assert json.loads(inside.good("add", "alpha", "--dry-run", "--format", "json"))["message"].startswith("Would add alpha to ")


def test_help_is_where_one_looks_for_it(inside: Inside) -> None:
    assert inside.good("help", "sync") == inside.good("sync", "--help")
    assert "there is no command `snyc`; did you mean `sync`?" in inside.said("help", "snyc")
    assert "--tcp HOST:PORT" in inside.good("lsp", "--help")
    assert "did you mean `missing-requirement`?" in inside.said("explain", "missing-req")


def test_pip_that_is_not_the_environments_is_named(inside: Inside) -> None:
    inside.good("create", "--without-pip", "--no-sync")
    ran = inside.run("run", "pip", "--version")
    assert "note: .venv has no pip: this runs " in ran.stderr and "`venvls repair --pip` installs pip here." in ran.stderr
    assert "note:" not in inside.run("run", "python", "-V").stderr


def test_the_environment_that_a_hook_runs_in_is_not_the_projects(inside: Inside) -> None:
    inside.environ |= {"VIRTUAL_ENV": sys.prefix}
    assert json.loads(inside.good("which", "--format", "json"))["environment"]["prefix"] == sys.prefix
    inside.environ |= {"PRE_COMMIT": "1"}
    assert "warning[no-environment]" in inside.run("check").stdout


@posix
def test_ctrl_c_says_how_things_stand(inside: Inside) -> None:
    inside.write("slow/pyproject.toml", '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n')
    inside.write("slow/slow.py", SLOW_BACKEND)
    inside.write("requirements.txt", "./slow\n")
    words = [sys.executable, "-m", "venvls", "create"]
    with subprocess.Popen(words, cwd=inside.root, env=inside.environ, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        try:
            until = time.monotonic() + 120
            while not list(inside.root.parent.glob("**/began")):
                assert child.poll() is None and time.monotonic() < until, "the build did not begin"
                time.sleep(0.1)
            child.send_signal(signal.SIGINT)
            said = child.communicate(timeout=300)[1]
        finally:
            child.kill()
    assert child.returncode == 2
    assert said.splitlines()[-1] == "venvls: Cancelled. .venv was created, but not all requirements of the project are installed.", said
    assert "Traceback" not in said


def test_what_a_lock_has_lost_is_installed_by_its_name_and_promised_of_no_sync(inside: Inside, tmp_path: Path) -> None:
    folder = write(read(CASES / "missing-dependency" / "lost-by-pdm.case"), tmp_path / "lost")
    shown = inside.run("check", cwd=folder.root).stdout
    assert "redis requires async-timeout>=4, which is not installed" in shown
    assert re.search(r"venvls install [\"']async-timeout>=4[\"']", shown)
    assert "venvls sync" not in shown
