"""Each file of `scenarios/` is one story, played in a real VS Code: what is on the screen and what is on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

STORIES = sorted(path.stem for path in (Path(__file__).parent / "scenarios").glob("*.ts"))


class Driver(Protocol):
    def play(self, story: str) -> None: ...


@pytest.mark.vscode
@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("story", STORIES)
def test_story(driver: Driver, story: str) -> None:
    driver.play(story)
