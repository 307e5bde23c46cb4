"""A dry run of a change to a manifest is a patch: git makes of it what the command itself would have written."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.inside import Inside

TEXTS = {
    "as usual": "# first\nbeta\n\n# last\n",
    "no line end at the end": "beta",
    "Windows's line ends": "beta\r\ngamma\r\n",
    "empty": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
@pytest.mark.parametrize("folder", [".", "sub"])
def test_git_applies_what_a_dry_run_shows(inside: Inside, text: str, folder: str) -> None:
    name = f"{folder}/requirements.txt"
    inside.write(name, text)
    argv = [sys.executable, "-m", "venvls", "add", "alpha>=1", "--dry-run", "--project", folder]
    shown = subprocess.run(argv, cwd=inside.root, env=inside.environ, capture_output=True, check=True)
    assert inside.read(name) == text
    assert b"+alpha>=1" in shown.stdout
    done = subprocess.run(["git", "apply", "-"], cwd=inside.root, input=shown.stdout, capture_output=True, check=False)
    assert done.returncode == 0, (shown.stdout, done.stderr)
    patched = inside.read(name)
    inside.write(name, text)
    inside.good("add", "alpha>=1", "--no-sync", "--project", folder)
    assert inside.read(name) == patched != text
