"""The benchmarks are parts of one table, and a limit that is missed is said there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "benchmarks"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    import table

    yield table
    for name in set(sys.modules) - before:  # their names are common
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_what_has_limits_is_in_the_table(table: object) -> None:
    whole = {"first_check", "locked", "envs", "engine", "keystroke", "open", "memory", "start", "doctor", "growth", "checkout"}
    assert whole <= table.parts().keys()


@pytest.mark.parametrize(
    ("ours", "quiet", "before", "missed"),
    [
        (120, False, None, False),
        (140, False, None, True),
        (120, False, 100, True),  # more than the earlier commit may have made of it
        (140, True, None, True),
        (140, True, 400, False),  # a busy machine, where the earlier commit took its time too
        (140, True, 200, True),
    ],
)
def test_a_missed_limit_is_said(ours: float, quiet: bool, before: float | None, missed: bool, table: object) -> None:
    row = table.Row("work", "ms", ours, 100, before, limit=1.3, of_before=0.5, quiet=quiet)
    assert row.missed == missed
    assert row.shown().endswith(" MISSED") == missed
