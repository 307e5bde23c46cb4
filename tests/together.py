"""What the tests count, added up and said at the end of a run: with several processes each hands on what it counted."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.differential_tools import agreements
from tests.faults import figures

# Before a second process is started: all draw from the same seed.
SEED = int(os.environ.setdefault("VENVLS_SEED", str(random.randrange(1_000_000))))
LONG = bool(os.environ.get("VENVLS_LONG"))
_DOCS = Path(__file__).resolve().parents[1] / "server" / "docs"


def counted() -> dict[str, Any]:
    """What this process counted, in a form that can be sent."""
    return {
        "kills": dict(figures.KILLS),
        "states": dict(figures.STATES),
        "faults": dict(figures.FAULTS),
        "lost": list(figures.LOST),
        "rows": [list(row) for row in agreements.ROWS],
    }


def add(counts: dict[str, Any]) -> None:
    """Adds what another process counted."""
    figures.KILLS.update(counts["kills"])
    figures.STATES.update(counts["states"])
    figures.FAULTS.update(counts["faults"])
    figures.LOST.extend(counts["lost"])
    agreements.ROWS.extend(agreements.Row(*row) for row in counts["rows"])


def tell(terminal: pytest.TerminalReporter) -> None:
    """Says it; a long run of the fault tests that passed writes its page, as does a comparison that is asked to."""
    if figures.KILLS or figures.FAULTS:
        terminal.section(f"faults (VENVLS_SEED={SEED})")
        for line in figures.lines():
            terminal.line(line)
    if LONG and figures.KILLS and not terminal.stats.get("failed"):
        page = _DOCS / "faults.md"
        page.write_text(figures.page(SEED, page.read_text("utf-8")), "utf-8", newline="\n")
    if agreements.ROWS:
        terminal.section("agreement with the tools")
        for line in agreements.lines():
            terminal.line(line)
    if agreements.ROWS and os.environ.get("VENVLS_WRITE_AGREEMENTS"):
        table = _DOCS / "agreements.md"
        table.write_text(agreements.page(table.read_text("utf-8")), "utf-8", newline="\n")
