"""The base Pythons of this machine, and those a workspace plants in their way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venvls.host import pythons
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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere findpython itself looks")
def test_the_same_is_found_as_by_findpython(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PATH, and where each manager puts its Pythons, by default and where its variable says; names that are none of a Python's too."""
    names = [
        *("python", "python3", "python3.13", "python3.13t", "python2.7", "python3.7m", "python310", "python3.12d", "python3.13td"),
        *("pypy", "pypy3", "pypy3.10", "micropython", "jython", "ironpython", "anaconda3", "miniconda3-4.7.12", "pyston", "python.sh"),
        *("pythonw", "python3-config", "python3.11-config", "python-argcomplete", "python3.11-gdb.py", "pythonic", "Python", "graalpy"),
        *("python3.py", "python3.fish", "pythonz", "python3.", "python3.13.2", "stackless", "activepython3", "ipython", "python3.13~"),
    ]
    for folder in ("bin", "more"):
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(exist_ok=True)
            path.touch(0o755)
    for name in ("python3.9", "python4", "python4.py"):
        (tmp_path / "bin" / name).touch(0o644)
    (tmp_path / "bin" / "python3.8").mkdir()
    home = tmp_path / "home"
    for manager, inner in ((".pyenv/versions", "bin"), (".asdf/installs/python", "bin"), ("named/pyenv/versions", "bin")):
        for version in ("3.12.1", "3.13.0"):
            (home / manager / version / inner).mkdir(parents=True)
            (home / manager / version / inner / "python3").touch(0o755)
    (home / ".pyenv" / "versions" / "flat").mkdir()
    (home / ".pyenv" / "versions" / "flat" / "pypy3").touch(0o755)
    for place in (
        ".rye/py/cpython@3.12/install",
        ".rye/py/pypy",
        ".local/share/uv/python/cpython-3.13",
        "named/data/uv/python/a",
        "named/uv/b",
    ):
        (home / place / "bin").mkdir(parents=True)
        (home / place / "bin" / "python3").touch(0o755)
    variables = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / 'nowhere'}{os.pathsep}{tmp_path / 'more'}{os.pathsep}{tmp_path / 'bin'}"
    }
    managers = ("PYENV_ROOT", "ASDF_DATA_DIR", "RYE_PY_ROOT", "UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME")
    for name in managers:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    counts = []
    for changed in (
        {},
        {"PYENV_ROOT": "$HOME/named/pyenv", "UV_PYTHON_INSTALL_DIR": "~/named/uv"},
        {"XDG_DATA_HOME": str(home / "named/data")},
    ):
        for name, value in changed.items():
            monkeypatch.setenv(name, value)
        ours, theirs = list(pythons._candidates(variables)), list(pythons._by_findpython(variables))
        assert set(ours) == set(theirs)
        assert len(ours) == len(theirs)
        assert [name for name, _ in ours] == [name for name, _ in theirs]
        counts.append({name: len([source for source, _ in ours if source == name]) for name, _ in ours})
        for name in changed:
            monkeypatch.delenv(name)
    program = "import sys; from venvls.host.pythons import base_pythons; base_pythons(); print('findpython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
    assert counts[0] == {"path": counts[0]["path"], "asdf": 2, "pyenv": 3, "rye": 2, "uv": 1} and counts[0]["path"] > 30
    assert counts[1]["pyenv"] == 2 and counts[1]["uv"] == counts[2]["uv"] == 1


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
