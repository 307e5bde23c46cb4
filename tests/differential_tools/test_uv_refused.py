"""What uv stops at in a pyproject.toml, whatever it is to do: ours against ``uv lock``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.differential_tools.agreements import record
from tests.differential_tools.test_uv import findings, uv
from tests.differential_tools.uv_refused_projects import REFUSED, files

pytestmark = [pytest.mark.network, pytest.mark.slow]


def test_what_uv_refuses(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(len(REFUSED))]
    for folder, (text, _) in zip(folders, REFUSED, strict=True):
        for path, content in files(text).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, "utf-8")
    with ThreadPoolExecutor(4) as pool:
        theirs = list(pool.map(lambda folder: uv(folder, "lock", "--offline", "--dry-run", check=False), folders))
    apart = []
    for folder, (text, code), done in zip(folders, REFUSED, theirs, strict=True):
        ours = {finding.code for finding in findings(folder) if finding.severity == "error" and Path(finding.path).parent == folder}
        agree = ours == ({code} if code else set()) and bool(done.returncode) == bool(code)
        record("uv", "what it refuses", f"lock with {text!r}", agree)
        if not agree:
            apart.append((text, code, ours, done.stderr))
    assert not apart
