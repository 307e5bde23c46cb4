"""The part without editors, under the other Pythons: `python3 tests` runs it before this run and hands on how it went."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests import pythons
from tests.pythons import MINORS, VERDICTS, found

_VERDICTS: dict[str, str] = json.loads(os.environ.get(VERDICTS, "{}"))

if _VERDICTS:

    @pytest.mark.parametrize("version", sorted(_VERDICTS))
    def test_engine_part_under_another_python(version: str) -> None:
        assert _VERDICTS[version] == "ok", _VERDICTS[version]


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
