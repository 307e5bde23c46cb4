"""Whoever waits for a lock is told once who holds it, and gives up when asked to."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from venvls.host import locks, tasks
from venvls.host.locks import Cancelled, locked


def wait(path: Path, looks: int) -> list[dict[str, object]]:
    """What is told to one who waits and gives up after so many looks."""
    told: list[dict[str, object]] = []
    left = [looks]

    def cancelled() -> bool:
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(Cancelled), locked(str(path), waiting=told.append, cancelled=cancelled):
        raise AssertionError("two hold the lock")
    assert left == [-1]
    return told


def test_who_waits_is_told_once_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(str(path), holder={"pid": 5, "what": "a sync"}):
        assert wait(path, 3) == [{"pid": 5, "what": "a sync"}]
    assert path.read_bytes() == b""  # nobody holds it any more


@pytest.mark.parametrize("written", [b"", b"[1]", b"{", b"\xff", b"5"])
def test_whatever_the_file_says_is_no_failure(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "lock"
    path.write_bytes(written)
    with locked(str(path)):
        assert wait(path, 1) == [{}]


def test_it_is_free_after_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(ValueError, match="x"), locked(str(path), holder={"pid": 1}):
        raise ValueError("x")
    with locked(str(path), waiting=lambda holder: pytest.fail("it is still held")):
        pass


def test_between_two_looks_there_is_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(locks.time, "sleep", pauses.append)
    with locked(str(tmp_path / "lock")):
        wait(tmp_path / "lock", 3)
    assert len(pauses) == 3 and all(pauses)


def test_who_has_waited_is_named_next(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits, has_it, may_end = threading.Event(), threading.Event(), threading.Event()

    def second() -> None:
        with locked(str(path), holder={"pid": 2}, waiting=lambda holder: waits.set()):
            has_it.set()
            may_end.wait(60)

    thread = threading.Thread(target=second)
    with locked(str(path), holder={"pid": 1, "what": "a sync of many words"}):
        thread.start()
        assert waits.wait(60)
    assert has_it.wait(60)
    assert wait(path, 1) == [{"pid": 2}]
    may_end.set()
    thread.join()


@pytest.mark.skipif(os.name == "nt", reason="handles and modes are POSIX's")
def test_it_is_free_although_a_child_still_has_its_handle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    real, copies = os.open, []

    def opened(*words: Any) -> int:
        number = real(*words)
        copies.append(os.dup(number))  # as a process has it that was started meanwhile
        return number

    before = os.listdir("/dev/fd")
    with monkeypatch.context() as patch:
        patch.setattr(locks.os, "open", opened)
        with locked(str(path)):
            assert path.stat().st_mode & 0o777 == 0o600
    with locked(str(path), waiting=lambda holder: pytest.fail("it is still held")):
        pass
    os.close(copies[0])
    assert os.listdir("/dev/fd") == before


def test_every_version_of_ours_names_the_lock_alike() -> None:
    """Each has to wait for the others."""
    assert tasks._sha256(b"/w/.venv").hexdigest() == hashlib.sha256(b"/w/.venv").hexdigest()
