"""How much a check says, where it goes, and what its exit status is: as a script and a pipeline call it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.lsp.editor import make_environment


@pytest.fixture
def shop(inside: Inside) -> Inside:
    """A project that lacks one package of two."""
    inside.write("requirements.txt", "six\nrich==13.0\n")
    make_environment(inside.root / ".venv", six="1.16.0")
    return inside


def test_quiet_leaves_the_problems_and_nothing_else(shop: Inside) -> None:
    quiet = shop.run("check", "-q")
    assert (quiet.returncode, quiet.stderr) == (1, "")
    assert quiet.stdout.startswith("requirements.txt:2:1: warning[missing-requirement] rich is not installed")
    assert "Found" not in quiet.stdout
    assert "Found 1 problem" in shop.run("check").stdout
    shop.write("requirements.txt", "six\n")
    done = shop.run("check", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_environment_in_use_is_said_to_whoever_asks(shop: Inside) -> None:
    interpreter = f"Uses {shop.root / '.venv'}"
    assert interpreter not in shop.run("check").stdout
    assert f"requirements.txt:1:1: hint[selected-environment] {interpreter}" in shop.run("check", "-v").stdout
    assert interpreter in shop.run("check", "--select", "selected-environment").stdout
    in_json = json.loads(shop.run("check", "--format", "json").stdout)["findings"]
    assert [one["severity"] for one in in_json if one["code"] == "selected-environment"] == ["hint"]
    for form in ("github", "sarif"):
        assert interpreter not in shop.run("check", "--format", form).stdout
    shop.write("pyproject.toml", '[tool.venvls.rules]\nselected-environment = "warning"\n')
    assert f"warning[selected-environment] {interpreter}" in shop.run("check").stdout


def test_exit_zero_is_about_findings_alone(shop: Inside) -> None:
    assert shop.run("check").returncode == 1
    found = shop.run("check", "--exit-zero")
    assert found.returncode == 0
    assert "rich is not installed" in found.stdout
    assert shop.run("check", "--exit-zero", "nowhere").returncode == 2


def test_a_result_goes_into_a_file_whole_and_nowhere_else(shop: Inside) -> None:
    shop.environ["FORCE_COLOR"] = "1"
    ran = shop.run("check", "--output-file", "out/report.txt")
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1 and "could not be written" in ran.stderr
    ran = shop.run("check", "--output-file", "report.txt")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", "")
    assert "rich is not installed" in shop.read("report.txt")
    assert "\x1b" not in shop.read("report.txt")
    shop.run("check", "--format", "json", "--output-file", "report.txt")
    assert json.loads(shop.read("report.txt"))["schema"] == 1
    assert [path.name for path in shop.root.iterdir() if path.name.startswith(".venvls")] == []


@pytest.mark.skipif(os.name == "nt", reason="permissions and devices are POSIX's")
def test_a_result_file_may_be_read_by_others_and_a_device_stays_one(shop: Inside, tmp_path: Path) -> None:
    os.umask(mask := os.umask(0))
    shop.run("check", "--output-file", "report.txt")
    assert stat.S_IMODE((shop.root / "report.txt").stat().st_mode) == 0o666 & ~mask
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert shop.run("check", "--output-file", str(pipe)).returncode == 1
        assert b"rich is not installed" in os.read(reader, 100_000)
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_manifest_is_not_overwritten_by_a_result(shop: Inside) -> None:
    for name in ("requirements.txt", "uv.lock"):
        assert "Name another file" in shop.said("check", "--output-file", name)
    assert shop.read("requirements.txt") == "six\nrich==13.0\n"


def test_quiet_and_verbose_hold_for_tasks_too(inside: Inside) -> None:
    inside.write("requirements.txt", "alpha<2\n")
    made = inside.run("create", "-q")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    inside.write("requirements.txt", "alpha>=2\n")
    done = inside.run("sync", "-v")
    assert done.returncode == 0
    assert "sync with " in done.stderr and "requirements.txt" in done.stderr
    failed = inside.run("install", "-q", "nowhere-at-all")
    assert failed.returncode == 2
    assert failed.stderr.startswith("venvls: ")
    assert "contradict each other" in inside.said("sync", "-q", "-v")


def test_every_command_takes_both() -> None:
    from venvls import cli

    for command, _ in cli.COMMANDS:
        if command not in ("lsp", "mcp"):  # servers say nothing to a terminal
            assert {"-q", "--quiet", "-v", "--verbose"} <= set(cli.parser(command)._option_string_actions), command


def test_a_text_that_is_not_saved_is_checked_as_the_file_it_is_for(shop: Inside) -> None:
    as_saved = shop.run("check", "requirements.txt")
    typed = shop.run("check", "-", "--stdin-filename", "requirements.txt", typed=shop.read("requirements.txt"))
    assert (typed.returncode, typed.stdout) == (1, as_saved.stdout)
    shop.write("src/x.py", "")
    other = shop.run("check", "-", "--stdin-filename", "../requirements.txt", typed="six<1\n", cwd=shop.root / "src")
    assert "six 1.16.0 is installed, but" in other.stdout
    assert "1 | six<1\n  |    ^^\n" in other.stdout
    assert "rich" not in other.stdout
    assert shop.run("check", "-", "--stdin-filename", "requirements.txt", typed="six\n").returncode == 0
    assert shop.read("requirements.txt") == "six\nrich==13.0\n"


@pytest.mark.parametrize("name", ["requirements.in", "pyproject.toml", "tool.py", "more.txt"])
def test_the_file_need_not_exist(shop: Inside, name: str) -> None:
    (shop.root / "requirements.txt").unlink()
    project = "requires-python = '>=3'\ndependencies = ['nowhere']\n"
    text = {
        "pyproject.toml": f"[project]\nname = 'a'\nversion = '1'\n{project}",
        "tool.py": "".join(f"# {line}\n" for line in ("/// script", *project.splitlines(), "///")),
    }.get(name, "nowhere\n")
    path = shop.write(name, text)
    saved = shop.run("check", name)
    path.unlink()
    typed = shop.run("check", "-", "--stdin-filename", name, typed=text)
    assert (typed.returncode, typed.stdout, typed.stderr) == (saved.returncode, saved.stdout, saved.stderr)
    assert name == "tool.py" or f"{name}:" in typed.stdout
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-"], "needs --stdin-filename"),
        (["-", "requirements.txt", "--stdin-filename", "a.txt"], "no other PATH"),
        (["--stdin-filename", "a.txt"], "as the only PATH"),
        (["-", "--stdin-filename", "requirements.txt", "--fix"], "--fix needs a file"),
        (["-", "--stdin-filename", "nowhere/requirements.txt"], "there is no file or folder"),
        (["-", "--stdin-filename", ".venv"], "is a folder"),
    ],
)
def test_standard_input_in_a_way_that_cannot_be_is_said(shop: Inside, words: list[str], sentence: str) -> None:
    assert sentence in shop.said("check", *words)


def test_bytes_that_are_no_text_are_refused(shop: Inside) -> None:
    argv = [sys.executable, "-m", "venvls", "check", "-", "--stdin-filename", "requirements.txt"]
    ran = subprocess.run(argv, cwd=shop.root, env=shop.environ, input=b"six\xff\n", capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.startswith(b"venvls: standard input cannot be read: ")
