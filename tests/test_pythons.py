"""The part without editors, under the other Pythons: `python3 tests` runs it before this run and hands on how it went."""

from __future__ import annotations

import json
import os

import pytest

from tests.pythons import MINORS, VERDICTS, found

_VERDICTS: dict[str, str] = json.loads(os.environ.get(VERDICTS, "{}"))

if _VERDICTS:

    @pytest.mark.parametrize("version", sorted(_VERDICTS))
    def test_engine_part_under_another_python(version: str) -> None:
        assert _VERDICTS[version] == "ok", _VERDICTS[version]


def test_the_running_python_is_found_among_the_machines() -> None:
    assert any(minor in MINORS for minor in found())
