"""Editable installations that the build backends themselves make: what they provide is there, and is of its distribution."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

_PROJECT = """[project]
name = "{name}"
version = "1.0"
description = "x"
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"
"""
_BACKENDS = {
    "setuptools": ("setuptools==80.9.0", "setuptools.build_meta", ""),
    "setuptools-strict": ("setuptools==80.9.0", "setuptools.build_meta", "editable_mode=strict"),
    "setuptools-compat": ("setuptools==80.9.0", "setuptools.build_meta", "editable_mode=compat"),
    "hatchling": ("hatchling==1.27.0", "hatchling.build", ""),
    "flit": ("flit-core==3.12.0", "flit_core.buildapi", ""),
    "pdm": ("pdm-backend==2.4.5", "pdm.backend", ""),
    "poetry": ("poetry-core==2.1.3", "poetry.core.masonry.api", ""),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose environment has one editable installation of each backend, from outside the workspace."""
    place = tmp_path_factory.mktemp("editable")
    root = place / "work"
    root.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True)
    python = next(path for path in (root / ".venv/bin/python", root / ".venv/Scripts/python.exe") if path.exists())
    for name, (requires, backend, setting) in _BACKENDS.items():
        folder = place / name
        module = f"of_{name.replace('-', '_')}"
        (folder / "src" / module).mkdir(parents=True)
        (folder / "src" / module / "__init__.py").write_text('"""X."""\n')
        more = f'[tool.flit.module]\nname = "{module}"\n' if name == "flit" else ""
        more += f'[tool.hatch.build.targets.wheel]\npackages = ["src/{module}"]\n' if name == "hatchling" else ""
        text = _PROJECT.format(name=f"dist-{name}" if name not in ("flit", "poetry") else module, requires=requires, backend=backend)
        (folder / "pyproject.toml").write_text(text + more)
        command = [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            *(["--config-settings", setting] if setting else []),
            "-e",
            str(folder),
        ]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return root


@pytest.mark.parametrize("name", _BACKENDS)
def test_what_a_backend_installs_editable_is_there(root: Path, name: str) -> None:
    module = f"of_{name.replace('-', '_')}"
    (root / "requirements.txt").write_text("attrs\n")
    (root / "app.py").write_text(f"import {module}\nimport {module}_absent\n")
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.path.endswith("app.py")]
    owner = module.replace("_", "-") if name in ("flit", "poetry") else f"dist-{name}"
    assert [(finding.code, finding.data["add"]) for finding in findings] == [("undeclared-import", owner), ("missing-import", None)]
