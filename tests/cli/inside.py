"""A project for the command line: local wheels, no network, the real `venvls` in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.host_tasks import offline


class Inside:
    """Runs commands in the folder ``root``; ``uv`` says whether uv is to be found on PATH."""

    def __init__(self, root: Path, wheels: Path, *, uv: bool = True) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.environ = dict(offline.environ(wheels, wheels.parent / "cache"))
        own = str(Path(sys.executable).parent)
        others = [entry for entry in self.environ.get("PATH", "").split(os.pathsep) if not (Path(entry) / "uv").exists()]
        self.environ["PATH"] = os.pathsep.join([own, *others] if uv else others)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def read(self, name: str) -> str:
        return (self.root / name).read_bytes().decode()

    def run(self, *words: str, typed: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "venvls", *words], cwd=cwd or self.root, env=self.environ, input=typed,
            stdin=subprocess.DEVNULL if typed is None else None, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def good(self, *words: str) -> str:
        ran = self.run(*words)
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout

    def said(self, *words: str) -> str:
        """The one sentence of a command that cannot be done."""
        ran = self.run(*words)
        assert ran.returncode == 2, (words, ran.stdout, ran.stderr)
        assert "Traceback" not in ran.stderr
        return ran.stderr.splitlines()[-1].removeprefix("venvls: ")

    def installed(self) -> set[str]:
        names = [path.name.removesuffix(".dist-info") for path in self.root.glob(".venv/[lL]ib/**/*.dist-info")]
        return {name for name in names if not name.startswith(("pip-", "setuptools-", "wheel-"))}
