"""A list in which the same line stands many times: what can be done about each costs no look at all the others."""

from __future__ import annotations

import pytest

from tests.effort import assert_even
from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.rules import duplicate_requirement
from venvls.workspace import Workspace


def test_what_is_offered_for_equal_lines_grows_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces: dict[int, Workspace] = {}

    def offer(lines: int) -> object:
        findings = spaces[lines].findings("/w/requirements.txt")
        return [spaces[lines].actions(finding) for finding in findings]

    for lines in (2, 400, 800):
        # As in a file of many thousand lines: comparisons end in the middle, and the first of equal lines is there from then on.
        monkeypatch.setattr(duplicate_requirement, "_MOST_OF_FILE", lines * duplicate_requirement._MOST // 2)
        files = {**environment("/w/.venv"), "/w/requirements.txt": "flask>=1\n" * lines}
        spaces[lines] = Workspace(MemoryMachine(files), MemoryMemory(), strict=True)
        spaces[lines].set_roots(["/w"])
        spaces[lines].discover()
        assert len(spaces[lines].findings("/w/requirements.txt")) >= lines
    assert_even(offer, 400)
