"""What is deleted is gone, what is elsewhere is not touched, and what could not be deleted is named."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from venvls.host import removal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="not everybody may make links on Windows")
handles = pytest.mark.skipif(not removal.HANDLES, reason="where the system has no handles of folders, it is done by paths")
linux = pytest.mark.skipif(not os.path.exists("/proc/self/mountinfo"), reason="only Linux says what is mounted")

Refuse = Callable[[str], None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """From now on files of that name cannot be deleted."""
    real = os.unlink

    def refused(name: str) -> None:
        def unlink(path: str, **more: Any) -> None:
            if path.endswith(name):
                raise PermissionError(1, "Operation not permitted")
            real(path, **more)

        monkeypatch.setattr(removal.os, "unlink", unlink)

    return refused


@pytest.fixture
def env(tmp_path: Path) -> Path:
    folder = tmp_path / "env"
    for name in (
        "lib/site-packages/alpha/__init__.py",
        "lib/site-packages/alpha/part.py",
        "bin/python",
        "pyvenv.cfg",
        "conda-meta/history",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def identity(path: Path) -> removal.Identity:
    standing = os.lstat(path)
    return standing.st_dev, standing.st_ino


def test_a_folder_goes_with_all_that_is_in_it_and_nothing_else(env: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("x")
    (env / "lib" / "link").symlink_to(tmp_path / "outside")
    (env / "lib" / "nowhere").symlink_to(tmp_path / "none")
    assert removal.delete(str(env)) is None
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]
    assert left(tmp_path) == ["outside/kept"]


def test_a_file_a_link_and_nothing_can_be_deleted_too(env: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(env)
    for name in ("file", "link", "none"):
        assert removal.delete(str(tmp_path / name)) is None
    assert [path.name for path in tmp_path.iterdir()] == ["env"]
    assert len(left(env)) == 5


def test_through_a_link_above_it_is_deleted_where_it_is(env: Path, tmp_path: Path) -> None:
    (tmp_path / "by").symlink_to(tmp_path)
    assert removal.delete(str(tmp_path / "by" / "env")) is None
    assert not env.exists()


@handles
def test_what_was_put_in_its_place_since_stays(env: Path, tmp_path: Path) -> None:
    seen = identity(env)
    assert removal.delete(str(env), seen) is None
    env.mkdir()
    (env / "other").write_text("x")
    (tmp_path / "number taken").mkdir()
    told = removal.delete(str(env), (seen[0], identity(env)[1] + 1))
    assert told == f"{env} was deleted only in part: 1 file remains, first {env} ({removal.REPLACED})."
    assert removal.delete(str(env), (identity(env)[0] + 1, identity(env)[1])) == told
    assert left(env) == ["other"]


@handles
def test_what_cannot_be_deleted_is_named_and_the_rest_is_gone(env: Path, refuse: Refuse) -> None:
    refuse("part.py")
    inner = env / "lib" / "site-packages" / "alpha" / "part.py"
    told = removal.delete(str(env))
    # What is left is still known as an environment.
    assert left(env) == ["conda-meta/history", "lib/site-packages/alpha/part.py", "pyvenv.cfg"]
    assert told == f"{env} was deleted only in part: 3 files remain, first {inner} (Operation not permitted)."
    assert removal.delete(str(inner)) == f"{inner} was deleted only in part: 1 file remains, first {inner} (Operation not permitted)."


@handles
def test_marks_of_an_environment_inside_are_no_marks_of_the_whole(env: Path, refuse: Refuse) -> None:
    (env / "bin" / "pyvenv.cfg").write_text("x")
    refuse("python")
    removal.delete(str(env))
    assert left(env) == ["bin/python", "conda-meta/history", "pyvenv.cfg"]


@handles
def test_a_folder_that_is_marked_as_read_only_is_emptied(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (env / "lib" / "site-packages" / "alpha").chmod(0o500)
    writable = []
    real = os.unlink

    def unlink(path: str, dir_fd: int) -> None:
        writable.append(os.fstat(dir_fd).st_mode & 0o200)  # root may delete there all the same
        real(path, dir_fd=dir_fd)

    monkeypatch.setattr(removal.os, "unlink", unlink)
    assert removal.delete(str(env)) is None
    assert len(writable) == 5 and all(writable)


@handles
def test_a_folder_that_may_not_be_opened_is_named(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def opened(name: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if name == "alpha":
            raise PermissionError(13, "Permission denied")
        return real(name, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(removal.os, "open", opened)
    told = removal.delete(str(env))
    assert told is not None and f"first {env / 'lib' / 'site-packages' / 'alpha'} (Permission denied)" in told
    assert "bin/python" not in left(env)


@handles
def test_too_many_folders_inside_folders_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "_DEEPEST", 3)
    folder = tmp_path / "env"
    (folder / "1" / "2" / "3").mkdir(parents=True)
    assert removal.delete(str(folder)) is None
    (folder / "1" / "2" / "3" / "4" / "5").mkdir(parents=True)
    told = removal.delete(str(folder))
    assert told == f"{folder} was deleted only in part: 0 files remain, first {folder}/1/2/3/4 (it is too deeply nested)."


@handles
def test_no_other_disk_is_entered(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = identity(env / "lib" / "site-packages")[1]
    monkeypatch.setattr(removal, "mount", lambda handle: os.fstat(handle).st_ino == place)
    told = removal.delete(str(env))
    assert told is not None and f"first {env}/lib/site-packages (another disk or folder is mounted there)" in told
    assert "lib/site-packages/alpha/part.py" in left(env)


@handles
def test_no_handle_is_left_open(env: Path, refuse: Refuse) -> None:
    refuse("part.py")
    before = os.listdir("/dev/fd")
    removal.delete(str(env))
    with pytest.raises(OSError), removal.opened(str(env / "none")):
        pass
    assert os.listdir("/dev/fd") == before


@handles
@pytest.mark.parametrize("call", ["rmdir", "stat", "listdir"])
def test_what_is_refused_anywhere_is_named(env: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    place = env / "lib" / "site-packages" / "alpha"
    number, real = identity(place)[1], getattr(os, call)

    def refused(path: Any, **more: Any) -> Any:
        if path == "alpha" or (isinstance(path, int) and os.fstat(path).st_ino == number):
            raise PermissionError(1, "Operation not permitted")
        return real(path, **more)

    monkeypatch.setattr(removal.os, call, refused)
    told = removal.delete(str(env))
    assert told is not None and f"first {place} (Operation not permitted)." in told
    assert place.exists() and not (env / "bin").exists() and (env / "pyvenv.cfg").exists()


@handles
def test_where_the_folder_above_cannot_be_opened_that_is_told(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(removal.os, "open", refused)
    assert removal.delete(str(env)) == f"{env} was deleted only in part: 5 files remain, first {env} (Permission denied)."


@handles
def test_a_handle_is_only_of_a_real_folder(env: Path, tmp_path: Path) -> None:
    with removal.opened(str(env / "lib")) as handle:
        assert os.listdir(handle) == ["site-packages"]
    (tmp_path / "link").symlink_to(env)
    for path in (tmp_path / "link" / "lib", tmp_path / "link", env / "pyvenv.cfg", env / "none"):
        with pytest.raises(OSError), removal.opened(str(path)):
            pass


@linux
def test_mounts_are_told_apart(env: Path) -> None:
    assert "/proc" in removal.mounts_below("/")
    assert removal.mounts_below("/proc")[0] == "/proc"
    with removal.opened(str(env)) as handle, removal.opened(str(env / "lib")) as inner, removal.opened("/proc") as other:
        assert removal.mount(handle) == removal.mount(inner) != removal.mount(other)


FDINFO = "pos:\t0\nflags:\t02100000\nmnt_id:\t{}\nino:\t5\n"
MOUNTS = "\n".join([
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw",
    "23 22 8:2 / /w/p/.venv rw - ext4 /dev/sdb rw",
    "24 22 8:2 / /w/p/.venv/my\\040data rw - ext4 /dev/sdb rw",
    "25 22 8:2 / /w/p/.venv-old rw - ext4 /dev/sdb rw",
    "",
])  # fmt: skip


def system_says(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    def opened(path: str, **_: object) -> io.StringIO:
        if text is None:
            raise FileNotFoundError(2, "No such file or directory", path)
        return io.StringIO(text)

    monkeypatch.setattr(removal, "open", opened, raising=False)


def test_what_is_mounted_below_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    system_says(monkeypatch, MOUNTS)
    assert removal.mounts_below("/w/p/.venv") == ["/w/p/.venv", "/w/p/.venv/my data"]
    assert removal.mounts_below("/w/p/.venv/my data/x") == []
    assert removal.mounts_below("/w/p/.ven") == []
    assert removal.mounts_below("/") == ["/", "/w/p/.venv", "/w/p/.venv/my data", "/w/p/.venv-old"]
    system_says(monkeypatch, None)
    assert removal.mounts_below("/w/p/.venv") == []


@handles
def test_a_folder_that_is_mounted_within_the_same_disk_is_another_mount(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with removal.opened(str(env)) as handle:
        system_says(monkeypatch, FDINFO.format(22))
        first = removal.mount(handle)
        assert first == removal.mount(handle)
        system_says(monkeypatch, FDINFO.format(23))
        assert removal.mount(handle) != first
        for text in (None, "pos:\t0\n", "mnt_id:\n"):
            system_says(monkeypatch, text)
            assert removal.mount(handle) == os.fstat(handle).st_dev


def test_where_there_are_no_handles_it_is_deleted_all_the_same(env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "HANDLES", False)
    (tmp_path / "link").symlink_to(env)
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        assert removal.delete(str(tmp_path / name)) is None
        assert not os.path.lexists(tmp_path / name)
    assert len(left(env)) == 5
    assert removal.delete(str(env)) is None
    assert not env.exists()


def test_where_there_are_no_handles_what_cannot_be_deleted_is_named(env: Path, refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "HANDLES", False)
    refuse("part.py")
    told = removal.delete(str(env))
    assert told is not None and told.startswith(
        f"{env} was deleted only in part: 3 files remain, first {env}/lib/site-packages/alpha/part.py"
    )
    # What is left is still known as an environment.
    assert left(env) == ["conda-meta/history", "lib/site-packages/alpha/part.py", "pyvenv.cfg"]


def test_where_there_are_no_handles_what_was_put_in_its_place_since_stays(
    env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "HANDLES", False)
    standing = os.lstat(env)
    env.rename(tmp_path / "kept")
    (env / "bin").mkdir(parents=True)
    (env / "bin" / "gold").touch()
    told = removal.delete(str(env), (standing.st_dev, standing.st_ino))
    assert told is not None and removal.REPLACED in told
    assert (env / "bin" / "gold").exists()
    standing = os.lstat(tmp_path / "kept")
    assert removal.delete(str(tmp_path / "kept"), (standing.st_dev, standing.st_ino)) is None
    assert not (tmp_path / "kept").exists()
