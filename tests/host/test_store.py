"""What was worked out is kept between runs: whole or not at all, never what others could have written, never without bound."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from venvls.host import store
from venvls.host.store import Store, settled


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VENVLS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def make(*made_by: str, places: tuple[str, ...] = ("", "/nowhere")) -> Store:
    return Store("test", made_by, places)


def only_file(cache: Path) -> Path:
    (path,) = (cache / "answers").iterdir()
    return path


def test_another_process_has_what_was_kept(cache: Path) -> None:
    make().put("key \udcff", b"data")
    code = "from venvls.host.store import Store; print(bytes(Store('test', (), ('', '/nowhere')).get('key \\udcff')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "b'data'\n"
    assert make().get("another key") is None
    assert Store("another concern", (), ("", "/nowhere")).get("key \udcff") is None


def test_the_last_one_counts(cache: Path) -> None:
    make().put("key", b"first")
    make().put("key", b"")
    assert make().get("key") == b""


def test_what_another_code_made_is_void(cache: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("one")
    make(str(source)).put("key", b"data")
    assert make(str(source)).get("key") == b"data"
    source.write_text("another")
    assert make(str(source)).get("key") is None


def test_any_damage_is_as_if_nothing_was_kept(cache: Path) -> None:
    make().put("key", b"some data")
    path = only_file(cache)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert make().get("key") is None, place
        path.write_bytes(whole[:place])
        assert make().get("key") is None, place
    path.write_bytes(whole)
    assert make().get("key") == b"some data"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_others_could_have_written_is_not_read(cache: Path) -> None:
    make().put("key", b"data")
    path = only_file(cache)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    for place in (path, path.parent):
        mode = place.stat().st_mode
        place.chmod(0o777)
        assert make().get("key") is None
        place.chmod(mode)
    assert make().get("key") == b"data"
    moved = path.rename(cache / "moved")
    path.symlink_to(moved)
    assert make().get("key") is None


def test_a_workspace_brings_none(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make().put("key", b"data")
    assert make(places=("", str(cache.parent))).get("key") is None
    monkeypatch.setenv("VENVLS_CACHE", str(cache.parent / "other"))
    make(places=("", str(cache.parent))).put("key", b"data")
    assert not (cache.parent / "other").exists()
    monkeypatch.setenv("VENVLS_CACHE", "off")
    make().put("key", b"data")
    assert make().get("key") is None


def test_a_folder_that_cannot_be_written_stops_nothing(cache: Path) -> None:
    cache.write_text("no folder")
    make().put("key", b"data")
    assert make().get("key") is None


def test_all_together_stay_within_their_bound(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 5_500_000)
    kept = make()
    for number in range(10):
        kept.put(f"{number}", bytes(1_000_000))
        # The clock of the file system may be coarser than this.
        os.utime(max((cache / "answers").iterdir(), key=lambda path: path.stat().st_ctime_ns), ns=(number * 10**9, number * 10**9))
    assert sum(path.stat().st_size for path in (cache / "answers").iterdir()) <= 5_500_000
    assert kept.get("9") == bytes(1_000_000)
    assert kept.get("0") is None
    kept.put("too large", bytes(store.LARGEST))
    assert kept.get("too large") is None


def test_many_at_once_read_one_or_the_other(cache: Path) -> None:
    values = [bytes([number]) * 200_000 for number in range(4)]
    make().put("key", values[0])
    wrong: list[bytes | None] = []

    def work(value: bytes) -> None:
        kept = make()
        for _ in range(50):
            kept.put("key", value)
            if (data := kept.get("key")) not in values:
                wrong.append(data)

    threads = [threading.Thread(target=work, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if os.name != "nt":  # there a file that is read cannot be replaced, and is as if absent
        assert not wrong
    assert len(list((cache / "answers").iterdir())) == 1


def test_what_changed_a_moment_ago_is_not_settled() -> None:
    second = 10**9
    assert settled([5 * second, 7 * second], 10 * second)
    assert not settled([5 * second, 9 * second], 10 * second)
    assert not settled([11 * second], 10 * second)
