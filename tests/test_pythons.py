"""The part without editors, under the other Pythons: `python3 tests` runs it next to this run, whose last tests wait for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import pythons
from tests.pythons import MINORS, begun, found

if begun():

    @pytest.mark.parametrize("version", begun())
    def test_engine_part_under_another_python(version: str) -> None:
        verdict = pythons.verdict(version)
        assert verdict == "ok", verdict


def test_the_running_python_is_found_among_the_machines() -> None:
    assert any(minor in MINORS for minor in found())


def test_a_part_that_fails_says_which_test_and_why_at_once(tmp_path: Path) -> None:
    """While the part still runs: its second test waits until the first one's failure was told."""
    gate = tmp_path / "gate"
    (tmp_path / "test_some.py").write_text(
        "import pathlib, time\n\ndef test_wrong():\n    assert 1 + 1 == 3, 'a sum'\n\n"
        f"def test_waits():\n    while not pathlib.Path({str(gate)!r}).exists():\n        time.sleep(0.02)\n"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest", f"--rootdir={tmp_path}"]
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        gate.touch()

    command += ["-c", str(root / "pyproject.toml"), str(tmp_path / "test_some.py")]
    status, lines = pythons.followed(command, root, {**os.environ, pythons.PART: "3.99"}, tell)
    assert status == 1 and "1 failed, 1 passed" in lines[-1]
    assert len(told) == 1 and "test_some.py::test_wrong" in told[0] and "a sum" in told[0]


@pytest.mark.skipif(os.name == "nt", reason="nobody learns there that the process that began another has ended")
def test_parts_end_with_the_run_that_waits_for_them() -> None:
    root = Path(__file__).parents[1]
    code = "import os, pathlib, sys\nfrom tests import pythons\npythons.found = dict\n"
    code += "pythons.begin(pathlib.Path(), pathlib.Path(sys.executable))\nprint(os.environ[pythons.VERDICTS])"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    folder = Path(json.loads(done.stdout)["folder"])
    until = time.monotonic() + 60
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not folder.exists()
