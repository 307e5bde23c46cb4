"""Imports of generated projects, in memory: what is reported is what was put into them, and no more. All of them with VENVLS_LONG."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import generated_projects
from tests.imports.test_truth import find_specs
from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.workspace import Workspace

PROJECTS = 300 if os.environ.get("VENVLS_LONG") else 30
_ROOT = "/work/p"
_CODES = ("missing-import", "undeclared-import", "development-import")


@pytest.mark.parametrize("seed", range(PROJECTS))
def test_what_was_put_into_a_project_is_reported(seed: int) -> None:
    project = generated_projects.make(seed)
    files = {f"{_ROOT}/{path}": text for path, text in project.files.items()}
    machine = MemoryMachine({**environment(f"{_ROOT}/.venv"), **files})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots([_ROOT])
    workspace.discover()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.code in _CODES]
    reported = {
        (finding.path.removeprefix(f"{_ROOT}/"), finding.code, str(finding.data["module"]).partition(".")[0]) for finding in findings
    }
    assert reported == project.expected


def test_the_interpreter_finds_what_is_said_to_be_installed(tmp_path: Path) -> None:
    root = tmp_path / "p"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    site = next(root.glob(".venv/lib/python*/site-packages"), root / ".venv" / "Lib" / "site-packages")
    for path, text in generated_projects.installed().items():
        place = site / path.removeprefix(generated_projects.SITE + "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    there = [module for module in generated_projects.MODULES.values() if os.name != "nt" or module != "zeta"]
    absent = ["absent_first", "absent_second"]
    assert find_specs(root, [*there, *absent]) == {**dict.fromkeys(there, True), **dict.fromkeys(absent, False)}
