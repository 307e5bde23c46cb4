"""What uv would install again although name and version are right: ``uv sync --check`` after each change, and what we say of it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.differential.wheels import Wheel, write
from tests.differential_tools.agreements import record
from tests.differential_tools.small_index import library
from tests.differential_tools.test_uv import findings, uv
from tests.differential_tools.uv_projects import BUILD, HEAD

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="the changes are of POSIX systems")]

KEYS = '[tool.uv]\ncache-keys = [{ file = "data/**/*.txt" }, "pyproject.toml", "x.c", { dir = "d" }]\n'
TEXT = (
    HEAD.replace("3.10", "3.9")
    + 'dependencies = ["idna", "lib", "edlib"]\n'
    + BUILD
    + '[tool.uv.sources]\nlib = { path = "lib" }\nedlib = { path = "edlib", editable = true }\n'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a path source, an editable one and a package of the index, synced by uv; put right again after each change."""
    base = tmp_path_factory.mktemp("rebuilds")
    for name in ("lib", "edlib"):
        library(base / name, name)
    with (base / "lib/pyproject.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(KEYS)
    (base / "src/me").mkdir(parents=True)
    (base / "src/me/__init__.py").write_text("", "utf-8")
    (base / "pyproject.toml").write_text(TEXT, "utf-8")
    uv(base, "venv", "--quiet", "--seed", "--python", sys.executable)
    uv(base, "sync", "--quiet")
    return base


def _pip(folder: Path, *words: str) -> None:
    import subprocess

    subprocess.run(
        [str(folder / ".venv/bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *words],
        cwd=folder, check=True, capture_output=True, timeout=300,
    )  # fmt: skip


def _wheel_of_the_same_version(folder: Path) -> None:
    site = next(folder.glob(".venv/lib/*/site-packages/idna-*.dist-info"))
    version = site.name.split("-")[1].removesuffix(".dist")
    (folder / "wheels").mkdir(exist_ok=True)
    wheel = write(Wheel("idna", version.removesuffix(".dist-info")), folder / "wheels")
    uv(folder, "pip", "install", "--quiet", "--reinstall", str(wheel), VIRTUAL_ENV=str(folder / ".venv"))


def _replace(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def _a_command(folder: Path) -> None:
    _replace(folder / "pyproject.toml", "[build-system]", '[project.scripts]\nrun = "me:run"\n[build-system]')


def _put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", "utf-8")


def _another_installer_record(folder: Path) -> None:
    next(folder.glob(".venv/lib/*/site-packages/lib-*.dist-info/uv_cache.json")).unlink()


def _only_by_pth(folder: Path) -> None:
    site = next(folder.glob(".venv/lib/*/site-packages"))
    (folder / "more").mkdir()
    for name in [entry.name for entry in site.iterdir() if entry.name.startswith("idna")]:
        shutil.move(site / name, folder / "more" / name)
    (site / "more.pth").write_text(f"{folder / 'more'}\n", "utf-8")


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda folder: None, ""),
    "the manifest of a path source touched": (lambda folder: os.utime(folder / "lib/pyproject.toml"), "lib"),
    "the manifest of an editable source touched": (lambda folder: os.utime(folder / "edlib/pyproject.toml"), "edlib"),
    "its own manifest touched": (lambda folder: os.utime(folder / "pyproject.toml"), "me"),
    "the mode of a manifest": (lambda folder: os.chmod(folder / "edlib/pyproject.toml", 0o600), "edlib"),
    "a setup.py that came": (lambda folder: _put(folder / "edlib/setup.py"), "edlib"),
    "a setup.py that went": (lambda folder: (folder / "edlib/setup.py").unlink(), "edlib"),
    "a src folder that came": (lambda folder: (folder / "edlib/src").mkdir(), "edlib"),
    "a module in it": (lambda folder: _put(folder / "edlib/src/x.py"), ""),
    "a file of cache-keys": (lambda folder: _put(folder / "lib/x.c"), "lib"),
    "a file of a pattern of cache-keys": (lambda folder: _put(folder / "lib/data/a/b.txt"), "lib"),
    "a file next to it": (lambda folder: _put(folder / "lib/data/a/b.py"), ""),
    "that file touched": (lambda folder: os.utime(folder / "lib/data/a/b.txt"), "lib"),
    "that file gone": (lambda folder: (folder / "lib/data/a/b.txt").unlink(), "lib"),
    "a folder of cache-keys": (lambda folder: (folder / "lib/d").mkdir(), "lib"),
    "a setup.py that is no key": (lambda folder: _put(folder / "lib/setup.py"), ""),
    "a path source without uv's record": (_another_installer_record, "lib"),
    "the project put there by pip": (lambda folder: _pip(folder, "-e", "."), "me"),
    "a path source put there by pip": (lambda folder: _pip(folder, "--no-build-isolation", "./lib"), "lib"),
    "the same version from the index by pip": (lambda folder: _pip(folder, "idna"), ""),
    "the same version from a file": (_wheel_of_the_same_version, "idna"),
    "a command": (_a_command, "me"),
    "a distribution that only a .pth file adds": (_only_by_pth, "idna"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_uv_would_install_again(change: str, folder: Path) -> None:
    act, expected = CHANGES[change]
    act(folder)
    theirs = _uvs(folder)
    codes = {"outdated-install", "missing-requirement"}
    ours = {
        str(finding.data.get("name") or (finding.requirement.parsed.key if finding.requirement is not None else ""))
        for finding in findings(folder)
        if finding.code in codes and finding.project == str(folder)
    }
    record("uv", "rebuilds", change, ours == theirs)
    assert ours == theirs == ({expected} if expected else set())
    uv(folder, "sync", "--quiet")
    left = [finding.message for finding in findings(folder) if finding.code in codes and finding.project == str(folder)]
    assert left == [], "after a sync nothing is left to say"


def _uvs(folder: Path) -> set[str]:
    answer = json.loads(uv(folder, "sync", "--check", "--inexact", "--frozen", "--output-format", "json", check=False).stdout)
    return {change["name"] for change in answer["sync"]["changes"]}


def test_a_raised_version_and_a_folder_that_is_gone(folder: Path, tmp_path: Path) -> None:
    """Then the lock itself is out of date, in uv's eyes and in ours."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".venv", "more", "wheels"))
    uv(copy, "sync", "--quiet")
    _replace(copy / "edlib/pyproject.toml", '"1.0"', '"1.1"')
    for state in ("the version of a path source raised", "the folder of a path source gone"):
        if state.endswith("gone"):
            shutil.rmtree(copy / "edlib")
        refused = uv(copy, "sync", "--check", check=False).returncode != 0
        ours = any(finding.code == "stale-lock" for finding in findings(copy))
        record("uv", "rebuilds", state, ours == refused)
        assert ours and refused
