"""Whoever waits for a lock is told once who holds it, and gives up when asked to."""

from __future__ import annotations

from pathlib import Path

import pytest

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
