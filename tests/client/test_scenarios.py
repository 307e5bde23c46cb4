"""Each file of `scenarios/` is one story, played in a real VS Code: what is on the screen and what is on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest

VARIANTS = {
    *("python_envs", "ms_python_interface", "python_envs_interface", "both_interfaces_delegating", "both_extensions_delegating"),
    *("both_interfaces", "monorepo_python_envs", "create_beside_ms_python"),
    *("front_project", "imports_marked_twice", "multi_root", "sign_of_create"),
}
"""Played in the long mode, and where the real Python extensions are there. Else other stories show much the same:

``both_extensions`` and ``ms_python`` hand over, reload and ask, ``monorepo_ms_python`` has several projects, ``monorepo`` follows the
file in front, ``imports`` marks code, ``no_environment`` creates, and ``cancelled`` shows what is under way.
"""
WHOLE = bool(os.environ.get("VENVLS_LONG") or os.environ.get("VENVLS_TEST_EXTENSIONS"))
STORIES = sorted({path.stem for path in (Path(__file__).parent / "scenarios").glob("*.ts")} - (set() if WHOLE else VARIANTS))


class Driver(Protocol):
    def play(self, story: str) -> None: ...


@pytest.mark.vscode
@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("story", STORIES)
def test_story(driver: Driver, story: str) -> None:
    driver.play(story)
