"""A part of the suite with the standard library's classes of data: nothing writes to a frozen record, which the light ones let happen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import standard_records

ROOT = Path(__file__).resolve().parent.parent
# What goes through most of the code in little time: every case by the engine, the formats, the plans. Properties of pure functions need no
# second run.
PARTS = (
    *("tests/test_cases.py", "tests/test_projects.py", "tests/actions", "tests/tools", "tests/rules/test_satisfaction.py"),
    *("tests/rules/test_dependencies.py", "tests/rules/test_environments.py", "tests/rules/test_manifests_alone.py"),
    *(f"tests/manifests/{name}" for name in ("compiled", "hatch", "pdm", "pipenv", "pixi", "poetry", "script", "uv", "test_pylock.py")),
)
LEFT_OUT = "not lsp and not command_line"

WRITES = """
from tests import standard_records
standard_records.use()
from venvls.model.finding import Project
from venvls.model.text import Span
for record, name in ((Project("/p", ()), "root"), (Span(0, 1), "start")):
    try:
        setattr(record, name, None)
    except AttributeError:
        continue
    raise SystemExit(f"{type(record).__name__}.{name} can be written")
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, standard_records.SWITCH: "1", "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "server")))}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_a_write_to_a_frozen_record_fails() -> None:
    done = run("-c", WRITES)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_nothing_writes_to_a_frozen_record() -> None:
    done = run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *PARTS, "-k", LEFT_OUT)
    assert done.returncode == 0, done.stdout[-5_000:]
    assert " passed" in done.stdout and " skipped" not in done.stdout
