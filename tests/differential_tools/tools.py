"""The tools whose word counts, each in an environment of its own, installed once into the person's cache and kept there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv

from tests import kept

VERSIONS = {
    "uv": "",
    "poetry": "2.5.1",
    "pipenv": "2026.10.3",
    "pdm": "2.29.3",
    "hatch": "1.18.2",
    "pip-tools": "7.6.2",
    "tox": "4.67.13",
}
"""The versions that are asked; an empty one is that of the tests' own environment."""
_EXTRAS = {"pdm": "[locked]"}
"""PDM breaks with newer versions of what it asks for, and publishes those it was tested with as an extra."""
_PROGRAMS = {"pip-tools": "pip-sync"}


def tool(name: str) -> Path:
    """The path of a tool's program; installed on first use."""
    if name == "uv":
        return Path(uv.find_uv_bin())
    folder = kept.folder() / "tools" / f"{name}-{VERSIONS[name]}"
    program = folder / ("Scripts" if os.name == "nt" else "bin") / (_PROGRAMS.get(name, name) + (".exe" if os.name == "nt" else ""))
    if not program.exists():
        made = [uv.find_uv_bin(), "venv", "--quiet", "--clear", "--no-project", "--seed", "--python", sys.executable, str(folder)]
        subprocess.run(made, check=True, timeout=300)
        python = program.with_name("python.exe" if os.name == "nt" else "python")
        wanted = f"{name}{_EXTRAS.get(name, '')}=={VERSIONS[name]}" if VERSIONS[name] else name
        subprocess.run([uv.find_uv_bin(), "pip", "install", "--quiet", "--python", str(python), wanted], check=True, timeout=600)
    return program


def environ(**more: str) -> dict[str, str]:
    """The process's variables without those that steer the tools, and ``more``."""
    steering = ("UV_", "PIP_", "POETRY_", "PIPENV_", "PDM_", "HATCH_", "VIRTUAL_ENV", "CONDA_", "TOX_", "WORKON_HOME", "PYTHONPATH")
    plain = {name: value for name, value in os.environ.items() if name in kept.STAYING or not name.startswith(steering)}
    return {**plain, "NO_COLOR": "1", **more}
