"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.inside import Inside
from tests.host_tasks import offline


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    return Inside(tmp_path / "a project", offline.index(tmp_path / "wheels"))
