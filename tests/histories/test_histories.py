"""After any history every editor is shown what a fresh server would say of the same state."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.histories.editor import KINDS
from tests.histories.ground import FILES
from tests.histories.history import History

LONG = bool(os.environ.get("VENVLS_LONG"))
SEEDS = range(139) if LONG else range(1)
STEPS = 12


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tool", FILES)
def test_what_is_shown_is_what_a_fresh_server_says(tmp_path: Path, tool: str, kind: str, seed: int) -> None:
    History(tmp_path, tool, kind, seed).run(STEPS)
