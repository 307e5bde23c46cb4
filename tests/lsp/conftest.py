"""Projects on disk for a language client to open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.editor import make_environment
from venvls.lsp.polling import Poller


@pytest.fixture(autouse=True)
def _no_poller_outlives_its_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Its thread would go on looking at the disk, in the places that the variables of a later test name."""
    made: list[Poller] = []
    begin = Poller.__init__

    def begun(self: Poller, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        made.append(self)

    monkeypatch.setattr(Poller, "__init__", begun)
    yield
    for poller in made:
        poller.close()


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    """A project whose environment lacks one requirement and has an old version of another."""
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", attrs="22.2.0", idna="3.4")
    (root / "requirements.txt").write_text("requests>=2.31\nattrs>=23\nidna\n")
    return root
