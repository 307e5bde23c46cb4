"""The code is as ruff and mypy want it: the same checks that a commit runs (server/CONTRIBUTING.md)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "server", "tests"), ("ruff", "format", "--check", "server", "tests"), ("mypy",)],
    ids=["lint", "format", "types"],
)
def test_the_code_passes(command: tuple[str, ...]) -> None:
    done = subprocess.run((sys.executable, "-m", *command), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
