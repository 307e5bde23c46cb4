"""What is remembered for a person: kept, replaced whole, private, and never the reason for a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from venvls.host import state, trust
from venvls.host.remembered import Remembered


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VENVLS_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_trust_is_asked_once_for_each_real_folder(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "alias").symlink_to(work)
    assert trust.answer(str(work)) is None
    trust.remember(str(work), True)
    assert trust.answer(str(tmp_path / "alias")) is True
    assert trust.answer(str(work / "inner")) is None
    assert trust.answer(str(tmp_path)) is None
    trust.remember(str(work), False)
    assert trust.answer(str(work)) is False


def test_selections_are_kept_for_each_project(tmp_path: Path) -> None:
    memory = Remembered()
    memory.select(str(tmp_path / "a"), "/envs/a")
    memory.select(str(tmp_path / "b"), "/envs/b")
    memory.select(str(tmp_path / "b"), None)
    memory.trust(str(tmp_path / "a"), True)
    assert (memory.selected(str(tmp_path / "a")), memory.selected(str(tmp_path / "b"))) == ("/envs/a", None)
    assert memory.trusted(str(tmp_path / "a")) is True


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"x": 1}x'])
def test_a_file_that_cannot_be_understood_is_empty_and_kept_aside(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "trust.json").write_bytes(content)
    assert trust.answer("/w") is None
    trust.remember("/w", True)
    assert trust.answer("/w") is True
    assert (folder / "trust.json.unreadable").read_bytes() == content


@pytest.mark.parametrize("value", ['"yes"', "1", "null", '{"a": true}'])
def test_a_value_of_another_kind_is_no_answer(folder: Path, value: str) -> None:
    folder.mkdir()
    (folder / "trust.json").write_text(f'{{"{os.path.realpath("/w")}": {value}}}')
    assert trust.answer("/w") is None


@pytest.mark.skipif(os.name == "nt", reason="permission bits and links")
def test_files_are_private_and_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    trust.remember("/w", True)
    assert (folder / "trust.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    target = tmp_path / "target"
    target.write_text(json.dumps({os.path.realpath("/other"): True}))
    (folder / "trust.json").unlink()
    (folder / "trust.json").symlink_to(target)
    assert trust.answer("/other") is None
    before = target.read_text()
    trust.remember("/w", True)
    assert target.read_text() == before
    assert not (folder / "trust.json").is_symlink()


def test_many_processes_at_once_lose_nothing(folder: Path) -> None:
    code = "import sys\nfrom venvls.host import trust\nfor n in range(15): trust.remember(f'/w/{sys.argv[1]}/{n}', True)"
    running = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(3)]
    assert [one.wait(300) for one in running] == [0, 0, 0]
    assert len(json.loads((folder / "trust.json").read_text())) == 45
    assert {one.name for one in folder.iterdir()} == {"trust.json", "trust.json.lock"}


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VENVLS_STATE_DIR", str(tmp_path / "file" / "state"))
    assert trust.answer("/w") is None
    with pytest.raises(state.StateError, match="could not be saved in"):
        trust.remember("/w", True)


def test_without_the_variable_it_is_the_persons_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENVLS_STATE_DIR")
    assert state.folder().rstrip("\\/").endswith("venvls")
    assert os.path.isabs(state.folder())


def test_tools_run_in_a_folder_nobody_else_can_write_to(folder: Path) -> None:
    assert state.scratch() == str(folder / "scratch")
    if os.name != "nt":
        assert os.stat(state.scratch()).st_mode & 0o077 == 0
