"""A search that takes long is told to a person at a terminal, and to nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, time
from venvls.host import machine, walk
real = walk.walk
def slow(*words, **named):
    time.sleep(1.3)  # a walk of hundreds of thousands of folders
    return real(*words, **named)

machine.walk = slow
from venvls.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no alarm")
@pytest.mark.parametrize("words", [("sync", "--dry-run"), ("envs",)], ids=["sync", "envs"])
@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
def test_a_long_search_says_what_it_looks_at(words: tuple[str, ...], terminal: bool, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("six\n")
    environ = {**os.environ, "VENVLS_STATE_DIR": str(tmp_path / "state"), "TERM": "xterm", "COLUMNS": "500"}
    master, slave = os.openpty() if terminal else os.pipe()
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=tmp_path, env=environ, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    said = b""
    try:
        while piece := os.read(master, 4096):
            said += piece
    except OSError:  # Linux says so at the end of a terminal
        pass
    os.close(master)
    assert child.wait() in (0, 2)
    told = f"searching {tmp_path} for projects and environments (1 s)".encode()
    assert (told in said) is terminal
    if terminal:
        assert said.rpartition(told)[2].lstrip(b"\x1b[0m").startswith(b"\r\x1b[2K"), "it is gone at the end"
