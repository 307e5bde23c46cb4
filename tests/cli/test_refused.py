"""What cannot run on this machine is not promised: the tool that is missing is named, with the way to get it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.lsp.editor import make_environment
from venvls.__main__ import services
from venvls.checking import Checker
from venvls.cli import main
from venvls.model.finding import Project

PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["six"]\n\n[tool.uv]\npackage = false\n'
LOCK = """version = 1
requires-python = ">=3.8"

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "six" }]

[package.metadata]
requires-dist = [{ name = "six" }]

[[package]]
name = "six"
version = "1.16.0"
source = { registry = "https://pypi.org/simple" }
"""
GET_IT = "uv manages this project, but was not found on this machine: install it (`pipx install uv`, or from its page), then try again."


@pytest.fixture
def shop(inside: Inside) -> Inside:
    """A project of uv's that lacks a package, on a machine without uv."""
    inside.write("pyproject.toml", PROJECT)
    inside.write("uv.lock", LOCK)
    make_environment(inside.root / ".venv")
    inside.environ["PATH"] = str(inside.root.parent / "programs")
    (inside.root.parent / "programs").mkdir()
    return inside


def put_uv(inside: Inside) -> None:
    """Something that is called uv, which nothing may start."""
    program = inside.root.parent / "programs" / ("uv.exe" if os.name == "nt" else "uv")
    program.write_text("")
    program.chmod(0o755)


def test_a_check_promises_no_sync_without_the_tool_and_says_how_to_get_it(shop: Inside) -> None:
    said = shop.run("check").stdout
    assert said.splitlines()[-2:] == ["Found 1 problem in 1 project.", f"1 would be fixed by venvls sync, which cannot run here. {GET_IT}"]
    assert [line for line in said.splitlines() if "= help: " in line and "venvls sync" in line] == []
    assert GET_IT in shop.said("sync")
    put_uv(shop)
    assert shop.run("check").stdout.endswith("Found 1 problem in 1 project (1 can be fixed by venvls sync).\n")


def test_a_check_promises_no_sync_with_a_version_of_uv_that_the_project_does_not_allow(shop: Inside) -> None:
    put_uv(shop)
    del shop.environ["UV_NO_CONFIG"]  # with which a project's settings do not count
    shop.write("pyproject.toml", PROJECT + 'required-version = ">=99"\n')
    site = shop.root.parent / "lib/python3.12/site-packages/uv-0.13.9.dist-info"
    site.mkdir(parents=True)
    (site / "RECORD").write_text("../../../programs/uv,sha256=x,0\n../../../programs/uv.exe,sha256=x,0\n")
    said = shop.run("check").stdout
    assert "(1 can be fixed" not in said and "which cannot run here" in said
    assert "requires uv >=99, and uv 0.13.9 is on this machine" in said
    assert "requires uv >=99" in shop.said("sync", "--dry-run")


def test_to_say_what_cannot_run_no_project_is_looked_at_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "work"
    for number in range(3):
        project = folder / f"shop{number}"
        make_environment(project / ".venv")
        (project / "pyproject.toml").write_text(PROJECT)
        (project / "uv.lock").write_text(LOCK)
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setenv("VENVLS_CACHE", "off")
    monkeypatch.chdir(folder)
    looked: list[str] = []
    plain = Checker._work_out

    def work_out(self: Checker, project: Project) -> object:
        looked.append(Path(project.root).name)
        return plain(self, project)

    monkeypatch.setattr(Checker, "_work_out", work_out)
    assert main(["check"], services) == 1
    assert "was not found on this machine" in capsys.readouterr().out
    assert sorted(looked) == ["shop0", "shop1", "shop2"]


def test_the_doctor_names_no_command_that_cannot_run(shop: Inside) -> None:
    def in_sync() -> dict[str, str]:
        lines = json.loads(shop.run("doctor", "--format", "json").stdout)["lines"]
        return next(line for line in lines if line["about"] == "in sync")

    assert in_sync()["fix"] is None
    assert in_sync()["says"].endswith(f"six is not installed (1.16.0 is locked). {GET_IT}")


def test_where_any_installer_does_the_command_is_promised(inside: Inside, tmp_path: Path) -> None:
    inside.write("requirements.txt", "six\n")
    make_environment(inside.root / ".venv", pip="24.0")
    inside.environ["PATH"] = str(Path(sys.executable).parent.parent / "nothing")
    assert "(1 can be fixed by venvls sync)" in inside.run("check").stdout
