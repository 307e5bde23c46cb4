"""The base Pythons of this machine, and those a workspace plants in their way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venvls.host.pythons import base_pythons


def test_they_are_found_newest_first_each_once_and_none_is_an_environment() -> None:
    found = base_pythons()
    assert found
    ages = [tuple(int(part) for part in one.version.split(".")[:2]) for one in found]
    assert ages == sorted(ages, reverse=True)
    assert len({os.path.realpath(one.executable) for one in found}) == len(found)
    for one in found:
        assert os.path.isabs(one.executable)
        assert not (Path(one.executable).parent.parent / "pyvenv.cfg").exists()


def test_the_python_behind_the_one_that_runs_this_is_found_through_its_environment() -> None:
    environ = dict(os.environ, PATH=str(Path(sys.executable).parent))
    bases = {os.path.realpath(one.executable) for one in base_pythons(environ=environ)}
    assert os.path.realpath(sys.executable) in bases


@pytest.mark.skipif(os.name == "nt", reason="a shell script as program")
def test_what_a_workspace_puts_on_the_path_is_not_started(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    (workspace / "bin").mkdir(parents=True)
    trap = workspace / "bin" / "python3"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    trap.chmod(0o755)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "python3").symlink_to(trap)
    path = os.pathsep.join([str(workspace / "bin"), str(tmp_path / "outside"), os.environ["PATH"]])
    base_pythons([str(workspace)], dict(os.environ, PATH=path))
    assert not (tmp_path / "started").exists()


@pytest.mark.skipif(os.name == "nt", reason="a shell script as program")
def test_one_that_hangs_or_lies_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvls.host.pythons.TIMEOUT", 0.5)
    for name, text in (("python3.8", "sleep 60"), ("python3.9", "echo nonsense"), ("python3.7", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "python3").symlink_to(os.path.realpath(sys.executable))
    found = base_pythons(environ=dict(os.environ, PATH=str(tmp_path)))
    assert os.path.realpath(sys.executable) in {os.path.realpath(one.executable) for one in found}
    assert not any(one.executable.startswith(str(tmp_path / "python3.")) for one in found)


def test_an_answer_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    first = base_pythons()
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("started again"))
    assert base_pythons() == first


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_path_that_is_named_is_asked_unless_the_workspace_holds_it(tmp_path: Path) -> None:
    (tmp_path / "snake").symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "no python").write_text("")
    snake = str(tmp_path / "snake")
    assert snake in {one.executable for one in base_pythons(also=[snake, str(tmp_path / "no python"), str(tmp_path / "nowhere")])}
    assert snake not in {one.executable for one in base_pythons([str(tmp_path)], also=[snake])}
    assert not {one.executable for one in base_pythons(also=[str(tmp_path), str(tmp_path / "no python")])} & {str(tmp_path)}


@pytest.mark.skipif(os.name == "nt", reason="a shell script as program")
@pytest.mark.parametrize("manager", ["versions", "installs/python", None])
def test_the_pythons_behind_a_version_managers_shims_are_found_and_no_shim_is_started(tmp_path: Path, manager: str | None) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python", "python3", *(f"python3.{minor}" for minor in range(4, 40)), *(f"python3.{minor}t" for minor in range(13, 40))):
        (shims / name).write_text(f"#!/bin/sh\necho >> '{tmp_path}/started'\nexit 127\n")
        (shims / name).chmod(0o755)
    if manager is not None:
        behind = tmp_path / manager / "here" / "bin"
        behind.mkdir(parents=True)
        (behind / "python3").symlink_to(os.path.realpath(sys.executable))
    found = base_pythons(environ=dict(os.environ, PATH=str(shims), HOME=str(tmp_path / "home")))
    started = (tmp_path / "started").read_text().count("\n") if (tmp_path / "started").exists() else 0
    assert started <= (0 if manager is not None else 2)
    assert manager is None or os.path.realpath(sys.executable) in {os.path.realpath(python.executable) for python in found}
