"""The demo does the main job without a network, shows it, and leaves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

# Nothing listens there: whatever asks an index fails at once.
NOWHERE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")


def demo(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        **NOWHERE,
        "TMPDIR": str(tmp_path),
        "TEMP": str(tmp_path),
        "TMP": str(tmp_path),
        "NO_PROXY": "",
        "no_proxy": "",
    }
    return subprocess.run(
        [sys.executable, "-m", "venvls", "demo", *words],
        env=environ, cwd=tempfile.gettempdir(), capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_demo_goes_from_behind_to_in_step(tmp_path: Path) -> None:
    result = demo(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    out = result.stdout
    found = out.index("warning[version-mismatch] greetings 1.0")
    missing = out.index("warning[missing-requirement] prices")
    plan = out.index("$ venvls sync --dry-run")
    done = out.index("$ venvls sync\n")
    in_step = out.index("In sync: ")
    assert found < missing < plan < done < in_step
    assert "Found 2 problems in 1 project" in out[missing:plan]
    assert "requirements.txt" in out[plan:done]
    interpreter = out.rstrip().splitlines()[-1]
    assert ".venv" in interpreter
    assert Path(interpreter).name.startswith("python")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_demo_as_json_and_kept(tmp_path: Path) -> None:
    result = demo(tmp_path, "--format", "json", "--keep")
    assert result.returncode == 0, result.stdout + result.stderr
    content = json.loads(result.stdout)
    assert content["in_sync"] is True
    assert {one["code"] for one in content["before"]} >= {"version-mismatch", "missing-requirement"}
    assert not [one for one in content["after"] if one["severity"] in ("error", "warning")]
    assert content["plan"]["steps"]
    (folder,) = (path for path in tmp_path.iterdir() if path.name.startswith("venvls-demo-"))
    assert folder.name in result.stderr
    greeted = subprocess.run(
        [content["environment"]["interpreter"], "-I", "-c", "import greetings, prices; print(greetings.__version__)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert greeted.stdout.strip() == "1.2.1"
