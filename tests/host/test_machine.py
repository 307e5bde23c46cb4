"""Programs by absolute path, never from the workspace; variables, home and platform; the person's own packages behind an environment."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment

from venvls.host import machine as machines
from venvls.host.machine import ThisMachine
from venvls.model.environment import Environment


def program(path: Path, executable: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    if executable:
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_program_in_the_workspace_is_never_taken(tmp_path: Path) -> None:
    workspace, system = tmp_path / "work", tmp_path / "usr"
    program(workspace / "bin" / "poetry")
    real = program(system / "poetry")
    (tmp_path / "innocent").symlink_to(workspace / "bin")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "poetry").symlink_to(workspace / "bin" / "poetry")
    entries = [workspace / "bin", tmp_path / "innocent", tmp_path / "links", f"{system}/../work/bin", system]
    machine = ThisMachine({"PATH": os.pathsep.join(map(str, entries))})
    assert machine.which("poetry") == str(workspace / "bin" / "poetry")
    assert machine.which("poetry", outside=[str(workspace)]) == str(real)
    (tmp_path / "alias").symlink_to(workspace)
    assert machine.which("poetry", outside=[str(tmp_path / "alias")]) == str(real)
    assert machine.which("poetry", outside=[str(tmp_path)]) is None


def test_what_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "here" / "uv")
    program(tmp_path / "bin" / "plain", executable=False)
    (tmp_path / "bin" / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    machine = ThisMachine({"PATH": os.pathsep.join(["", ".", "here", "\0", str(tmp_path / "gone"), str(tmp_path / "bin")])})
    for name in ("uv", "plain", "folder", "", ".", "..", "../here/uv", str(tmp_path / "here" / "uv"), "a\0b"):
        assert machine.which(name) is None, name


def test_windows_extensions_and_never_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of Windows, on the file system at hand."""
    program(tmp_path / "tools" / "uv.EXE")
    program(tmp_path / "tools" / "uv")
    program(tmp_path / "here" / "git.EXE")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(machines.os, "name", "nt")
    machine = ThisMachine({"PATH": f'"{tmp_path / "tools"}"', "PATHEXT": ".COM;.EXE"})
    monkeypatch.setattr(machines.os, "name", "nt")
    assert machine.which("uv") == str(tmp_path / "tools" / "uv.EXE")
    assert machine.which("uv.EXE") == str(tmp_path / "tools" / "uv.EXE")
    assert machine.which("git") is None
    program(tmp_path / "env" / "uv.COM")
    assert machine.which("uv", first=str(tmp_path / "env")) == str(tmp_path / "env" / "uv.COM")
    assert machine.which("uv", first=str(tmp_path / "gone")) == str(tmp_path / "tools" / "uv.EXE")
    assert machine.which("git", first=str(tmp_path / "env")) is None


def test_the_platform_is_this_machines() -> None:
    expected = default_environment()
    for name, value in ThisMachine().platform().items():
        assert expected[name] == value  # type: ignore[literal-required]


def test_variables_and_home(tmp_path: Path) -> None:
    name = "USERPROFILE" if os.name == "nt" else "HOME"
    assert ThisMachine({name: str(tmp_path)}).home() == str(tmp_path)
    assert os.path.isabs(ThisMachine({name: "relative"}).home())
    assert ThisMachine({"A": "b"}).environ() == {"A": "b"}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the folder is another one there")
def test_the_persons_own_packages_behind_an_open_environment(tmp_path: Path) -> None:
    for folder, name in (("e/site-packages", "a-1"), ("home/.local/lib/python3.12/site-packages", "b-2"), ("base", "b-1"), ("base", "a-0")):
        (tmp_path / folder / f"{name}.dist-info").mkdir(parents=True)
    sites = (str(tmp_path / "e" / "site-packages"), str(tmp_path / "base"))
    closed = Environment(str(tmp_path / "e"), str(tmp_path / "e"), None, "3.12.4", site_packages=sites[:1])
    opened = Environment(str(tmp_path / "e"), str(tmp_path / "e"), None, "3.12.4", site_packages=sites, system_site_packages=True)

    def versions(environment: Environment, **environ: str) -> dict[str, str]:
        found = ThisMachine({"HOME": str(tmp_path / "home"), **environ}).installed(environment)
        return {key: several[0].version for key, several in found.distributions.items()}

    assert versions(closed) == {"a": "1"}
    assert versions(opened) == {"a": "1", "b": "2"}
    assert versions(opened, PYTHONNOUSERSITE="1") == {"a": "1", "b": "1"}
    assert versions(opened, PYTHONUSERBASE=str(tmp_path / "none")) == {"a": "1", "b": "1"}
