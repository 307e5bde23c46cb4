"""A script with its requirements inside (PEP 723) on the command line: its environment is uv's, and is looked at without starting it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import uv

from tests.cli.inside import Inside

pytestmark = pytest.mark.skipif(os.name == "nt", reason="only uv can say there where it keeps the environment")
SCRIPT = '# /// script\n# requires-python = ">=3.8"\n# dependencies = ["alpha"]\n# ///\nprint(1)\n'


def test_its_environment_is_made_compared_and_brought_in_sync(inside: Inside) -> None:
    inside.write(".venv/pyvenv.cfg", "version = 3.12.1\n")  # what uv does not use for it
    inside.write("tool.py", SCRIPT)
    first = inside.run("check", "tool.py")
    assert first.returncode == 0
    assert "information[no-environment] This script's environment is uv's" in first.stdout
    assert "uv keeps an environment for each script" in inside.run("doctor", "tool.py").stdout
    assert "uv sync " in inside.good("sync", "--dry-run", "tool.py")
    inside.good("sync", "tool.py")

    words = [uv.find_uv_bin(), "sync", "--script", "tool.py", "--dry-run", "--output-format", "json", "--python", sys.executable]
    told = subprocess.run(words, cwd=inside.root, env=inside.environ, capture_output=True, text=True, check=True).stdout
    where = json.loads(told)["sync"]["environment"]["path"]
    assert inside.good("which", "tool.py").startswith(where + os.sep), "the place is the one that uv tells"
    assert inside.good("list", "tool.py").splitlines()[1].startswith("alpha  2.0")
    assert "no-environment" not in inside.good("check", "tool.py")

    inside.write("tool.py", SCRIPT.replace('"alpha"', '"alpha", "beta"'))
    behind = inside.run("check", "tool.py")
    assert behind.returncode == 1
    assert "warning[missing-requirement] beta is not installed" in behind.stdout
    assert "uv run tool.py" in inside.said("install", "beta", "--project", "tool.py")
    inside.good("sync", "tool.py")
    assert inside.run("check", "tool.py").returncode == 0
