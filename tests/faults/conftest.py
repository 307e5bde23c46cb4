"""The figures of the fault tests, at the end of the run; the long run writes them into the documentation."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults import figures
from tests.faults.ground import index

SEED = int(os.environ.get("VENVLS_SEED") or random.randrange(1_000_000))
LONG = bool(os.environ.get("VENVLS_LONG"))


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(f"{SEED} {request.node.name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if figures.KILLS or figures.FAULTS:
        terminalreporter.section(f"faults (VENVLS_SEED={SEED})")
        for line in figures.lines():
            terminalreporter.line(line)
    if LONG and figures.KILLS and not terminalreporter.stats.get("failed"):
        page = Path(__file__).resolve().parents[2] / "server" / "docs" / "faults.md"
        page.write_text(figures.page(SEED), "utf-8", newline="\n")
