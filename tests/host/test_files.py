"""The disk as a file view: answers are values, whatever stands at a path."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from tests.memory_tree import PIPE, Content, Link, MemoryFiles
from venvls.host import files
from venvls.host.files import DiskFiles
from venvls.model.ports import FileView

VIEW = DiskFiles()
posix_only = pytest.mark.skipif(os.name == "nt", reason="named pipes and links without privilege are POSIX")


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    assert VIEW.read(str(path)) == b"x" * 100
    assert VIEW.read(str(path), 100) == b"x" * 100
    assert VIEW.read(str(path), 99) is None
    path.write_bytes(b"")
    assert VIEW.read(str(path)) == b""


@pytest.mark.parametrize("path", ["", "\0", "/nowhere/at/all", "a\0b", "\ud800", "x" * 5000])
def test_a_path_that_is_none_is_a_value(path: str) -> None:
    assert VIEW.stat(path) is None
    assert VIEW.lstat(path) is None
    assert path == "" or VIEW.list(path) is None
    assert VIEW.read(path) is None
    assert VIEW.link(path) is None
    assert isinstance(VIEW.real(path), str)


@posix_only
def test_a_pipe_in_a_files_place_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pyvenv.cfg"
    os.mkfifo(pipe)
    answer: list[bytes | None] = []
    reader = threading.Thread(target=lambda: answer.append(VIEW.read(str(pipe))), daemon=True)
    reader.start()
    reader.join(120)
    assert answer == [None]
    assert VIEW.read("/dev/zero") is None


@posix_only
def test_what_is_no_file_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening is an act: a tape rewinds, a pipe's other end wakes up."""
    opened: list[str] = []
    monkeypatch.setattr(files.os, "open", lambda path, *_: opened.append(path))
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path)):
        assert VIEW.read(path) is None
    assert opened == []


@posix_only
@pytest.mark.parametrize("size", [0, 1, files._ENTRY_AT_ONCE - 1, files._ENTRY_AT_ONCE, files._ENTRY_AT_ONCE + 1, 200_000])
def test_an_entry_of_a_listing_is_read_like_any_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "METADATA"
    path.write_bytes(b"x" * size)
    for limit in (10_000_000, 200_000, size, max(0, size - 1)):
        assert VIEW.read_entries([str(path)], limit) == [VIEW.read(str(path), limit)]


@posix_only
@pytest.mark.parametrize("head", [0, 3, files._HEADER_AT_ONCE - 2, files._HEADER_AT_ONCE - 1, files._HEADER_AT_ONCE, 50_000])
@pytest.mark.parametrize("body", [None, 0, 100_000])
def test_of_an_entry_what_is_after_its_header_need_not_be_read(tmp_path: Path, head: int, body: int | None) -> None:
    path = tmp_path / "METADATA"
    path.write_bytes(b"x" * head + (b"" if body is None else b"\n\n" + b"y" * body))
    [data] = VIEW.read_entries([str(path)], until=b"\n\n")
    assert data is not None
    assert data.split(b"\n\n")[0] == b"x" * head
    assert (b"\n\n" in data) == (body is not None)
    if head < files._HEADER_AT_ONCE - 2:
        assert b"y" not in data


@posix_only
def test_a_link_is_not_opened_before_it_is_known_where_it_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "METADATA").symlink_to("/dev/zero")
    opened: list[int] = []
    real = os.open
    monkeypatch.setattr(files.os, "open", lambda path, flags: opened.append(flags) or real(path, flags))
    assert VIEW.read_entries([str(tmp_path / "METADATA")]) == [None]
    assert all(flags & os.O_NOFOLLOW for flags in opened)


@posix_only
def test_a_file_that_the_system_says_is_empty_is_read_to_its_end() -> None:
    if not os.path.exists("/proc/self/status"):
        return
    assert b"Pid:" in (VIEW.read("/proc/self/status") or b"")


@posix_only
def test_memory_and_disk_give_the_same_answers(tmp_path: Path) -> None:
    root = str(tmp_path.resolve())
    tree: dict[str, Content] = {
        "a/b/file": "text", "a/to_file": Link("b/file"), "a/to_folder": Link("b"), "up": Link("a/b/../b"), "dangling": Link("a/none/x"),
        "loop": Link("loop2"), "loop2": Link("loop"), "self": Link("."), "pipe": PIPE, "absolute": Link(f"{root}/a/b"),
        "through": Link("a/to_folder/file"),
    }  # fmt: skip
    memory = MemoryFiles({f"{root}/{name}": content for name, content in tree.items()})
    for name, content in tree.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content.target)
        elif content is PIPE:
            os.mkfifo(path)
        else:
            path.write_text(str(content))
    asked = [
        *tree,
        "",
        "a",
        "a/b",
        "none",
        "a/to_folder/file",
        "self/self/up/file",
        "loop/x",
        "a/b/file/x",
        "dangling/x",
        "a/to_folder/../b/file",
    ]
    for name in asked:
        path = os.path.join(root, name) if name else root
        assert _answers(memory, path) == _answers(VIEW, path), name


def _answers(view: FileView, path: str) -> tuple[object, ...]:
    stat, lstat = view.stat(path), view.lstat(path)
    listing = view.list(path)
    return (
        stat and stat.kind,
        stat and stat.kind == "file" and stat.size,
        lstat and lstat.kind,
        sorted(listing) if listing is not None else None,
        view.read(path),
        view.read_entries([path]),
        view.standing(os.path.dirname(path), [os.path.basename(path)]) if path != "/" else None,
        view.link(path),
        "" if view.stat(path) is None else view.real(path),
    )


def test_a_long_listing_is_given_again_until_its_folder_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        (tmp_path / str(number)).touch()
    old = time.time_ns() - 60_000_000_000
    mark = files._mark
    # Without the time that no program can set back.
    monkeypatch.setattr(files, "_mark", lambda path: (*mark(path)[:3], mark(path)[2]))
    os.utime(tmp_path, ns=(old, old))
    listed = VIEW.list(str(tmp_path))
    assert VIEW.list(str(tmp_path)) is listed
    (tmp_path / "new").touch()
    assert len(VIEW.list(str(tmp_path)) or ()) == 61
    # What has just changed may change again and bear the same time.
    assert VIEW.list(str(tmp_path)) is not VIEW.list(str(tmp_path))
