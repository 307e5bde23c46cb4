"""The client as source and as package: types, lint, unit tests, and what is in the VSIX."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Protocol

import pytest

CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"
LARGEST = 3 * 1024 * 1024

pytestmark = [pytest.mark.vscode, pytest.mark.slow, pytest.mark.network]


class Npm(Protocol):
    def __call__(self, *arguments: str) -> str: ...


def test_types_lint_and_generated_parts(npm: Npm) -> None:
    npm("run", "check")


def test_units(npm: Npm) -> None:
    npm("test")


def test_nothing_in_the_editors_process_waits_for_a_file_or_a_program() -> None:
    """All extensions share that process: what takes its time there is asynchronous, from activation on."""
    waiting = {path.name: re.findall(r"\b\w+Sync\(", path.read_text("utf-8")) for path in (CLIENT / "src").rglob("*.ts")}
    assert {name: calls for name, calls in waiting.items() if calls} == {}
    entry = (CLIENT / "src" / "extension.ts").read_text("utf-8")
    assert "export function activate(" in entry, "activation ends before anything that is awaited"


def test_no_registry_is_named() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    for name in (".npmrc", "server-requirements.txt", "package.json"):
        text = (CLIENT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|registry\s*=", text), name


def test_package_is_small_and_whole(vsix: Path) -> None:
    assert vsix.stat().st_size <= LARGEST
    with zipfile.ZipFile(vsix) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("extension/package.json"))
    for wanted in ("extension/dist/extension.js", "extension/dist/server/launch.py", "extension/readme.md", "extension/changelog.md"):
        assert wanted in names
    assert f"extension/{manifest['icon']}" in names
    for step in manifest["contributes"]["walkthroughs"][0]["steps"]:
        assert f"extension/{step['media']['image']}" in names
    compiled = [name for name in names if name.endswith((".so", ".pyd", ".dylib", ".pyc", ".node"))]
    assert compiled == [], "one VSIX for every platform"
    assert [name for name in names if re.search(r"node_modules|/src/|/test/|\.map$", name)] == []


def test_bundled_server_is_complete(vsix: Path, tmp_path: Path) -> None:
    """Every module can be imported from the bundle alone: nothing of the Python that happens to run it."""
    with zipfile.ZipFile(vsix) as archive:
        archive.extractall(tmp_path)
    script = (
        "import os, pkgutil, sys, importlib\n"
        "here = sys.argv[1]\n"
        "sys.path[:0] = [here, os.path.join(here, 'libraries')]\n"
        "import venvls\n"
        "for one in pkgutil.walk_packages(venvls.__path__, 'venvls.'):\n"
        "    if not one.name.endswith('__main__') and not one.name.endswith('windows_job'):\n"
        "        importlib.import_module(one.name)\n"
        "import findpython.providers\n"
        if (tmp_path / "extension/dist/server/libraries/findpython").is_dir()
        else ""
    )
    server = tmp_path / "extension" / "dist" / "server"
    done = subprocess.run((sys.executable, "-I", "-S", "-c", script, str(server)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = subprocess.run((sys.executable, "-I", "-S", str(server / "launch.py"), "--help"), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "lsp" in answer.stdout


def test_restricted_settings_are_those_of_the_machine(npm: Npm) -> None:
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    properties = manifest["contributes"]["configuration"]["properties"]
    machine = {name for name, one in properties.items() if one["scope"] == "machine"}
    assert machine == set(manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    assert "venvls.server.python" in machine
