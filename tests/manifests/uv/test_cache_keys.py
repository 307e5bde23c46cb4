"""What uv would compare of a package's own files, on a real disk: their times are the system's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from venvls.host.files import DiskFiles
from venvls.manifests.uv.cache_keys import built_from

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there uv compares another time")


def project(folder: Path, keys: str = "") -> Path:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "a"\nversion = "1"\n[tool.uv]\n{keys}\n', "utf-8")
    return folder


def changed(path: Path) -> int:
    return path.stat().st_ctime_ns


def test_by_default_the_manifest_and_what_setuptools_reads(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "readme.txt").write_text("", "utf-8")
    state = built_from(str(tmp_path), DiskFiles())
    assert state == (changed(tmp_path / "pyproject.toml"), frozenset({"src"}), "pyproject.toml")
    (tmp_path / "setup.cfg").write_text("", "utf-8")
    state = built_from(str(tmp_path), DiskFiles())
    assert state == (changed(tmp_path / "setup.cfg"), frozenset({"src"}), "setup.cfg")


def test_a_new_mode_counts_as_a_change(tmp_path: Path) -> None:
    before = built_from(str(project(tmp_path)), DiskFiles())
    os.chmod(tmp_path / "pyproject.toml", 0o600)
    os.utime(tmp_path / "pyproject.toml", (0, 0))
    after = built_from(str(tmp_path), DiskFiles())
    assert before is not None and after is not None and before.changed != after.changed


@pytest.mark.parametrize(
    ("keys", "path", "counts"),
    [
        ('["x.c"]', "x.c", True),
        ('["x.c"]', "setup.py", False),
        ('[{ file = "deep/**/*.txt" }]', "deep/a/b/c.txt", True),
        ('[{ file = "deep/**/*.txt" }]', "deep/c.txt", True),
        ('[{ file = "deep/**/*.txt" }]', "deep/c.py", False),
        ('["*.c"]', "sub/x.c", False),
        ('["**/*.c"]', "sub/x.c", True),
        ('["[xy].c", { git = true }, { env = "A" }]', "y.c", True),
    ],
)
def test_keys_of_its_own(keys: str, path: str, counts: bool, tmp_path: Path) -> None:
    project(tmp_path, f"cache-keys = {keys}")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("", "utf-8")
    state = built_from(str(tmp_path), DiskFiles())
    assert state is not None
    assert state.latest == (path if counts else "")


@pytest.mark.parametrize("keys", ['["{a,b}.c"]', "[{ package = 'other' }]", "3"])
def test_what_is_not_understood_is_not_known(keys: str, tmp_path: Path) -> None:
    assert built_from(str(project(tmp_path, f"cache-keys = {keys}")), DiskFiles()) is None


def test_nothing_where_it_is_gone_and_a_file_by_itself(tmp_path: Path) -> None:
    assert built_from(str(tmp_path / "gone"), DiskFiles()) is None
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"")
    assert built_from(str(wheel), DiskFiles()) == (changed(wheel), frozenset(), wheel.name)
