"""What the kernel tells of changes in folders: real folders, and Linux alone."""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from venvls.host.notices import Notices, open_notices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


@pytest.fixture
def notices() -> Iterator[Notices]:
    notices = open_notices()
    assert notices is not None
    yield notices
    notices.close()


def test_what_happens_in_a_folder_is_told_by_name(notices: Notices, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    number = notices.watch(str(tmp_path / "folder"))
    assert number > 0 and not notices.wait(0) and notices.take() == []
    (tmp_path / "folder" / "ä").mkdir()
    (tmp_path / "other").touch()
    (tmp_path / "other").rename(tmp_path / "folder" / "came")
    assert notices.wait(60) and notices.waiting() > 0
    assert notices.take() == [(number, "ä"), (number, "came")]
    assert not notices.waiting()
    (tmp_path / "folder" / "ä").rmdir()
    (tmp_path / "folder" / "came").rename(tmp_path / "other")
    assert notices.take() == [(number, "ä"), (number, "came")]
    (tmp_path / "folder").rename(tmp_path / "moved")
    assert notices.take() == [(number, "")], "the folder itself"
    (tmp_path / "moved").rmdir()
    assert set(notices.take() or ()) == {(number, "")}


def test_that_a_file_is_written_is_told_where_it_is_wanted(notices: Notices, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("1")
    number = notices.watch(str(tmp_path))
    file.write_text("2")
    assert notices.take() == []
    assert notices.watch(str(tmp_path), contents=True) == number, "the same folder has the same number"
    file.write_text("3")
    assert set(notices.take() or ()) == {(number, "file")}
    (tmp_path / "new").touch()
    assert (number, "new") in (notices.take() or ()), "what was told before is told still"
    notices.forget(number)
    notices.take()
    file.write_text("4")
    assert notices.take() == []


@pytest.mark.parametrize("folder", ["/proc", "/proc/self", "/nowhere/at/all", "/etc/passwd", "nul\0in it"])
def test_what_cannot_be_relied_on_is_not_watched(notices: Notices, folder: str) -> None:
    """A file system that is not known to tell of everything (as a network's), what is not there, and what is no folder."""
    assert notices.watch(folder) == 0


def test_no_more_is_watched_than_a_share(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    library = ctypes.CDLL(None)
    notices = Notices(library, library.inotify_init1(os.O_NONBLOCK), 1)
    number = notices.watch(str(tmp_path))
    assert number > 0 and notices.watch(str(tmp_path / "more")) == 0
    notices.forget(number)
    assert notices.watch(str(tmp_path / "more")) > 0
    notices.close()


def test_what_was_lost_is_said() -> None:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    notices = Notices(ctypes.CDLL(None), reader, 10)
    os.write(writer, struct.pack("iIII4s", 7, 0x100, 0, 4, b"new") + struct.pack("iIII", -1, 0x4000, 0, 0))
    assert notices.take() is None
    os.write(writer, struct.pack("iIII4s", 7, 0x100, 0, 4, b"new"))
    assert notices.take() == [(7, "new")]
    os.close(writer)
    notices.close()


def test_ten_thousand_changes_are_taken_in_pieces(notices: Notices, tmp_path: Path) -> None:
    number = notices.watch(str(tmp_path))
    long = "x" * 200
    for turn in range(5_000):
        (tmp_path / f"{turn}{long}").mkdir()
    first = notices.take()
    assert first is not None and 0 < len(first) < 5_000, "no turn takes for ever"
    told = first
    while more := notices.take():
        told += more
    assert [name for _, name in told] == [f"{turn}{long}" for turn in range(5_000)] and {each for each, _ in told} == {number}


ALONE = """
import os, resource, subprocess, sys
from venvls.host.notices import open_notices
first = open_notices()
see = "import os; print([os.readlink(f'/proc/self/fd/{name}') for name in range(3, 40) if os.path.lexists(f'/proc/self/fd/{name}')])"
print("inotify" in subprocess.run([sys.executable, "-c", see], close_fds=False, capture_output=True, text=True, check=True).stdout)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
print(first is not None, open_notices())
"""


def test_no_child_has_it_open_and_where_there_is_none_nothing_is_wrong() -> None:
    ran = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True", "None"], ran
