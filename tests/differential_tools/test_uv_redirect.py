"""Where a ``.venv`` file leads, to the letter: ours against what ``uv sync`` takes or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential_tools.agreements import record
from tests.differential_tools.stage import workspace
from tests.differential_tools.test_uv import uv

pytestmark = [pytest.mark.network, pytest.mark.slow]

CONTENTS = (
    "other", "other\n", "other\r\n", "./other\n", "other/\n", "@HERE@/other\n", "other\nsecond\n", "\nother\n", "\ufeffother\n", " other\n",
    "other \n", "\tother\n", "other\n\n", "other\n \n", "", "\n", "gone\n", '"other"\n', "other # a remark\n", "# a remark\nother\n",
)  # fmt: skip


def test_every_content(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.8"\n', "utf-8")
    uv(tmp_path, "venv", "--quiet", "other")
    uv(tmp_path, "lock", "--quiet")
    apart = []
    for content in CONTENTS:
        (tmp_path / ".venv").write_bytes(content.replace("@HERE@", str(tmp_path)).encode())
        done = uv(tmp_path, "sync", "--dry-run", "--preview-features", "venv-redirect-files", check=False)
        theirs = done.returncode == 0
        environment = workspace(tmp_path).which(str(tmp_path)).environment
        ours = environment is not None and environment.health == "ok" and Path(environment.real) == (tmp_path / "other").resolve()
        record("uv", "a .venv that is a file", repr(content), ours == theirs)
        if ours != theirs:
            apart.append((content, environment, done.stderr))
    assert not apart
