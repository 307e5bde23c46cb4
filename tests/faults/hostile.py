"""A checkout that would like to run something: every program and module in it leaves a mark, and what looks on sees each start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

MODULES = ("json", "pip", "venv", "site", "tempfile", "sitecustomize", "usercustomize", "packaging", "encodings", "subprocess", "tomllib")
PROGRAMS = ("python", "python3", "pip", "uv", "git", "poetry", "pdm", "hatch", "pipenv", "conda", "virtualenv", "sh")


class Hostile:
    """A workspace at ``root``. What it started left a line in ``marks``."""

    def __init__(self, folder: Path, name: str = "checkout") -> None:
        self.folder = folder
        self.root = folder / name
        self.root.mkdir(parents=True)
        self.mark = folder / "marks"

    def program(self, path: Path) -> Path:
        """A script that tells on itself; on Windows nothing starts by such a name but the mark still would be made by a shell."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "program $0 $*" >> "{self.mark}"\n')
        path.chmod(0o755)
        return path

    def module(self, path: Path) -> Path:
        """A module that tells on itself when it is imported."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(self.mark)!r}, 'a').write('module ' + __name__ + '\\n')\n")
        return path

    def shadows(self) -> None:
        """Modules and programs in the project's folder, under the names that tools use."""
        for name in MODULES:
            self.module(self.root / f"{name}.py")
        for name in ("pip", "venv", "uv"):
            self.module(self.root / name / "__init__.py")
            self.module(self.root / name / "__main__.py")
        for name in PROGRAMS:
            self.program(self.root / "bin" / name)
            if not (self.root / name).exists():
                self.program(self.root / name)

    def environment(self, name: str = ".venv") -> Path:
        """An environment whose interpreter is a script, with code in every place that Python or pip would run by itself."""
        prefix = self.root / name
        for program in ("python", "python3", "pip", "activate"):
            self.program(prefix / "bin" / program)
        (prefix / "pyvenv.cfg").write_text(f"home = {self.root / 'bin'}\nversion = 3.11.4\nprompt = $(touch {self.mark})\n")
        site = prefix / "lib" / "python3.11" / "site-packages"
        self.module(site / "sitecustomize.py")
        (site / "evil.pth").write_text(f"import os; os.system('echo pth >> {self.mark}')\n")
        info = site / "thing-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text("thing.py,,\n../../../../evil,,\n")
        return prefix

    def manifests(self) -> None:
        """Manifests that would run code if anybody resolved or built them."""
        (self.root / "requirements.txt").write_text("thing>=2\nabsent\n-e .\n./sdist\n")
        self.module(self.root / "setup.py")
        self.module(self.root / "sdist" / "setup.py")
        (self.root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "evil"\nversion = "1"\ndependencies = ["thing>=2", "absent"]\n'
        )
        self.module(self.root / "backend.py")

    def repository(self) -> None:
        """A git repository whose settings start programs as soon as git looks at it."""
        git = self.root / ".git"
        for folder in ("objects", "refs/heads", "hooks"):
            (git / folder).mkdir(parents=True)
        (git / "HEAD").write_text("ref: refs/heads/main\n")
        for hook in ("post-checkout", "pre-commit", "fsmonitor-watchman"):
            self.program(git / "hooks" / hook)
        monitor = self.program(self.root / "monitor")
        (git / "config").write_text(f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {monitor}\n\tpager = {monitor}\n")

    def everything(self) -> Hostile:
        self.environment()
        self.manifests()
        self.shadows()
        self.repository()
        return self

    @property
    def environ(self) -> dict[str, str]:
        """Variables that lead into the workspace wherever a tool could be looked for."""
        entries = [str(self.root / "bin"), str(self.root), ".", "", str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        return {"PATH": os.pathsep.join(entries), "VENVLS_STATE_DIR": str(self.folder / "state")}

    @property
    def marks(self) -> str:
        """What was started, a line each; empty where nothing was."""
        return self.mark.read_text() if self.mark.exists() else ""


def venvls(
    *arguments: str | Path, cwd: Path | None = None, environ: Mapping[str, str] | None = None, before: list[str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The real command line, as a person would start it in the folder ``cwd``."""
    # Not `python -m venvls`, for which the folder it runs in counts: the installed script looks for modules nowhere but where it is.
    program = [str(Path(sys.executable).parent / ("venvls.exe" if os.name == "nt" else "venvls"))]
    return subprocess.run(
        [*(before or []), *program, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=300,  # many times what it takes; what grows with the square of a hostile text takes longer
        check=False,
    )


@cache
def tracer() -> str | None:
    """strace, where it is installed and may trace."""
    program = shutil.which("strace")
    if program is None:
        return None
    probe = subprocess.run(
        [program, "-f", "-o", os.devnull, "-e", "trace=execve", sys.executable, "-c", ""], capture_output=True, check=False
    )
    return program if probe.returncode == 0 else None


def traced(log: Path) -> list[str]:
    """What to put before a command so that every start of a program is written to ``log``; nothing on machines without strace."""
    program = tracer()
    return [program, "-f", "-s", "4096", "-e", "trace=execve,execveat", "-o", str(log)] if program is not None else []


def started(log: Path) -> list[str]:
    """The programs whose start was tried, in order; without strace only the one that was asked for."""
    if not log.exists():
        return ["?"]
    return re.findall(r'execve(?:at)?\((?:\w+, )?"((?:[^"\\]|\\.)*)"', log.read_text(errors="replace"))
