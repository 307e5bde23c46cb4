"""Projects on disk for a language client to open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editor import make_environment


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    """A project whose environment lacks one requirement and has an old version of another."""
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", attrs="22.2.0", idna="3.4")
    (root / "requirements.txt").write_text("requests>=2.31\nattrs>=23\nidna\n")
    return root
