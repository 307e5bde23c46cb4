"""Environments made by real tools with every Python of this machine: what is read from files is what their interpreter says."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.environments.making import CLEAN, program, pythons, run, truth
from venvls.environments import recognise
from venvls.host.files import DiskFiles
from venvls.model.environment import Environment

VIEW = DiskFiles()
PYTHONS = pythons()
MODERN = {minor: python for minor, python in PYTHONS.items() if tuple(map(int, minor.split("."))) >= (3, 8)}


def read(prefix: Path) -> Environment:
    found = recognise(VIEW, str(prefix))
    assert found is not None
    return found


def as_its_interpreter_says(prefix: Path) -> Environment:
    found = read(prefix)
    said = truth(found.interpreter)
    assert (found.health, found.problem) == ("ok", None)
    assert found.version == said["version"]
    assert found.implementation == said["implementation"]
    assert os.path.realpath(found.prefix) == os.path.realpath(str(said["prefix"]))
    path = said["path"]
    assert isinstance(path, list)
    site = [one for one in path if os.path.basename(one) in ("site-packages", "dist-packages") and os.path.isdir(one)]
    assert [os.path.realpath(one) for one in found.site_packages] == [os.path.realpath(one) for one in site]
    return found


@pytest.mark.parametrize("minor", PYTHONS)
def test_venv(tmp_path: Path, minor: str) -> None:
    if minor == "2.7":
        with pytest.raises(AssertionError):  # it has none: virtualenv is what people use there
            run(PYTHONS[minor], "-m", "venv", "x", cwd=tmp_path)
        return
    prefix = tmp_path / 'it\'s "any" name ü'
    run(PYTHONS[minor], "-m", "venv", "--without-pip", "--prompt", "my prompt", prefix)
    found = as_its_interpreter_says(prefix)
    assert (found.kind, found.creator, found.name) == ("venv", "venv", prefix.name)
    assert found.prompt in ("my prompt", None)  # kept since 3.8
    assert found.prompt or tuple(map(int, minor.split("."))) < (3, 8)
    assert found.base == os.path.dirname(PYTHONS[minor])


@pytest.mark.parametrize("minor", MODERN)
def test_uv_venv(tmp_path: Path, minor: str) -> None:
    prefix = tmp_path / "it's a .venv"
    run(program("uv"), "venv", "-q", "--no-project", "--prompt", "p", "-p", PYTHONS[minor], prefix)
    found = as_its_interpreter_says(prefix)
    assert (found.kind, found.prompt) == ("uv", "p")
    assert (found.creator or "").startswith("uv 0.")


@pytest.mark.parametrize("minor", [minor for minor in MODERN if minor not in ("3.8",)])
def test_virtualenv(tmp_path: Path, minor: str) -> None:
    prefix = tmp_path / "it's a .venv"
    run(sys.executable, "-m", "virtualenv", "-q", "--no-download", "--without-pip", "-p", PYTHONS[minor], prefix)
    found = as_its_interpreter_says(prefix)
    assert found.kind == "virtualenv"
    assert (found.creator or "").startswith("virtualenv ")


@pytest.mark.parametrize("minor", ["3.6", "3.12"])
@pytest.mark.parametrize("option", ["--copies", "--symlinks", "--system-site-packages"])
def test_options_of_venv(tmp_path: Path, minor: str, option: str) -> None:
    python = PYTHONS.get(minor) or sys.executable
    run(python, "-m", "venv", "--without-pip", option, tmp_path / "e")
    found = as_its_interpreter_says(tmp_path / "e")
    assert found.system_site_packages is (option == "--system-site-packages")


def test_without_activation_scripts(tmp_path: Path) -> None:
    run(sys.executable, "-m", "virtualenv", "-q", "--activators", "", "--without-pip", tmp_path / "e")
    as_its_interpreter_says(tmp_path / "e")


@pytest.mark.network
@pytest.mark.slow
def test_old_virtualenvs_for_old_pythons(tmp_path: Path) -> None:
    """virtualenv 20.21 serves 2.7 and 3.6; before 20 there was no pyvenv.cfg at all."""
    for release, host in (("20.21.1", "3.9"), ("16.7.12", "3.7")):
        if host not in PYTHONS:
            continue
        run(program("uv"), "venv", "-q", "--no-project", "-p", PYTHONS[host], tmp_path / release)
        run(program("uv"), "pip", "install", "-q", "-p", tmp_path / release, f"virtualenv=={release}")
        for minor in ("2.7", "3.6", "3.7"):
            if minor not in PYTHONS:
                continue
            prefix = tmp_path / f"{release} for {minor}" if release.startswith("20") else tmp_path / f"{release}-{minor}"
            run(tmp_path / release / "bin" / "python", "-m", "virtualenv", "--no-download", "-q", "-p", PYTHONS[minor], prefix)
            found = read(prefix)
            said = truth(found.interpreter)
            assert (found.health, found.problem) == ("ok", None), prefix
            assert found.kind == "virtualenv"
            assert found.minor == ".".join(str(said["version"]).split(".")[:2])
            assert [os.path.realpath(one) for one in found.site_packages] == [
                os.path.realpath(one)
                for one in said["path"]
                if one.endswith("site-packages")  # type: ignore[attr-defined]
            ]


# Real environments that something happened to.


@pytest.fixture(params=["venv", "virtualenv", "uv"])
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    prefix = tmp_path / "project dir" / ".venv"
    if request.param == "venv":
        run(sys.executable, "-m", "venv", "--without-pip", prefix)
    elif request.param == "virtualenv":
        run(sys.executable, "-m", "virtualenv", "-q", "--without-pip", prefix)
    else:
        run(program("uv"), "venv", "-q", "--no-project", "-p", sys.executable, prefix)
    assert read(prefix).health == "ok"
    return prefix


def test_moved(made: Path) -> None:
    other = made.parent.parent / "elsewhere"
    made.parent.rename(other)
    found = read(other / ".venv")
    assert found.health == "moved"
    assert str(made) in (found.problem or "")


def test_copied(made: Path) -> None:
    other = made.parent.parent / "copy"
    shutil.copytree(made, other, symlinks=True)
    assert read(other).health == "moved"
    assert read(made).health == "ok"


def test_reached_through_links_it_has_not_moved(made: Path) -> None:
    (made.parent.parent / "alias").symlink_to(made.parent)
    (made.parent.parent / "direct").symlink_to(made)
    for alias in (made.parent.parent / "alias" / ".venv", made.parent.parent / "direct"):
        found = read(alias)
        assert (found.health, found.prefix, found.real) == ("ok", str(alias), os.path.realpath(made))


def test_made_through_a_link_it_has_not_moved(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "alias" / "e")
    assert read(tmp_path / "real" / "e").health == "ok"


def test_relocatable_ones_never_moved(tmp_path: Path) -> None:
    run(program("uv"), "venv", "-q", "--no-project", "--relocatable", tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    assert read(tmp_path / "b").health == "ok"


def test_interpreter_gone(made: Path) -> None:
    for path in (made / "bin").iterdir():
        if path.name.startswith("python"):
            path.unlink()
            path.symlink_to("/opt/gone/bin/python3")
    found = read(made)
    assert (found.health, found.interpreter) == ("broken", None)
    assert "/opt/gone/bin/python3" in (found.problem or "")


def test_base_upgraded_under_it(tmp_path: Path) -> None:
    """What a new Debian does: /usr/bin/python3 is another Python now."""
    versions = sorted(MODERN, key=lambda one: int(one.split(".")[1]))
    if len(versions) < 2:
        pytest.fail("two Pythons are needed for this test")
    (tmp_path / "usr").mkdir()
    python = tmp_path / "usr" / "python3"
    run(MODERN[versions[0]], "-m", "venv", "--without-pip", tmp_path / "e")
    python.symlink_to(os.path.realpath(MODERN[versions[-1]]))
    for name in ("python", "python3"):
        (tmp_path / "e" / "bin" / name).unlink()
        (tmp_path / "e" / "bin" / name).symlink_to(python)
    found = read(tmp_path / "e")
    assert found.health == "broken"
    assert f"Python {versions[0]}," in (found.problem or "")
    assert f"Python {versions[-1]} now" in (found.problem or "")


def test_patch_level_stays_where_only_it_was_upgraded(made: Path) -> None:
    cfg = made / "pyvenv.cfg"
    cfg.write_text(cfg.read_text().replace(".".join(map(str, sys.version_info[:3])), "2.6.1"))
    assert read(made).version == ".".join(map(str, sys.version_info[:2]))


@pytest.mark.skipif(os.name == "nt", reason="process groups and SIGKILL")
@pytest.mark.slow
def test_killed_python_m_venv(tmp_path: Path) -> None:
    prefix = tmp_path / ".venv"
    child = subprocess.Popen([sys.executable, "-m", "venv", str(prefix)], env=CLEAN, start_new_session=True, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (prefix / "bin" / "python").exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(0.1)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    found = recognise(VIEW, str(prefix))
    assert found is not None
    assert found.health == "incomplete"
    assert "interrupted" in (found.problem or "")


def test_killed_uv_venv(tmp_path: Path) -> None:
    run(program("uv"), "venv", "-q", "--no-project", "-p", sys.executable, tmp_path / "any")
    (tmp_path / "any" / "pyvenv.cfg").unlink()
    found = read(tmp_path / "any")
    assert (found.health, found.kind) == ("incomplete", "uv")
