"""Faults of the machine, injected for real: full disks, read-only places, blocked deletions, two at once, no index, folders exchanged
while they are deleted, evil names. What stood before still stands, or a sentence names what is left and an action mends it."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults import figures
from tests.faults.ground import Ground, until
from venvls.host import removal, setting_aside
from venvls.model.action import Step
from venvls.model.record import replace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX faults; Windows' locks on files are tested in tests/host_tasks")

WANTED = ("alpha>=2", "beta>=2")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def ground(tmp_path: Path, wheels: Path, cache: Path) -> Callable[..., Ground]:
    def make(where: Path | None = None, tool: str = "uv") -> Ground:
        place = Ground((where or tmp_path) / "a project", wheels, cache, tool)
        place.ask(*WANTED)
        return place

    return make


def _mounted(source: str, target: Path, kind: str, flags: int, data: str = "") -> None:
    libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    if libc.mount(source.encode(), os.fsencode(target), kind.encode(), flags, data.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount: {os.strerror(ctypes.get_errno())}")


def _unmounted(target: Path) -> None:
    ctypes.CDLL(ctypes.util.find_library("c")).umount2(os.fsencode(target), 2)


@pytest.fixture
def may_mount(tmp_path: Path) -> bool:
    """Whether this process may mount; in a container root often may not."""
    if sys.platform != "linux" or not ROOT:
        return False
    probe = tmp_path / "probe"
    probe.mkdir()
    try:
        _mounted("tmpfs", probe, "tmpfs", 0, "size=64k")
    except OSError:
        return False
    _unmounted(probe)
    return True


@pytest.fixture
def small_disk(tmp_path: Path, may_mount: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place with little room: a tmpfs of its own, or, where nothing may be mounted, a limit on the size of every file written."""
    place = tmp_path / "small"
    place.mkdir()
    if may_mount:
        _mounted("tmpfs", place, "tmpfs", 0, "size=24m")
        yield place
        _unmounted(place)
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield place
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_while_installing_loses_nothing(ground: Callable[..., Ground], small_disk: Path, may_mount: bool) -> None:
    place = ground(small_disk)
    assert place.do("create", no_sync=True).ok
    if may_mount:
        filler = small_disk / "filler"
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(b"\0" * max(0, free - 60_000))
    outcome = place.do("sync")
    figures.FAULTS["disk full while installing"] += 1
    assert not outcome.ok
    assert outcome.message.count("\n") == 0
    if may_mount:
        assert "disk is full" in outcome.message, outcome
        filler.unlink()
        place.mend()
        place.works()


def test_a_full_disk_while_recreating_puts_the_former_environment_back(
    ground: Callable[..., Ground], tmp_path: Path, may_mount: bool
) -> None:
    if not may_mount:
        pytest.xfail("needs a small disk of its own, which only root may mount")
    small = tmp_path / "small"
    small.mkdir()
    _mounted("tmpfs", small, "tmpfs", 0, "size=40m")
    try:
        place = ground(small)
        assert place.do("create").ok, place.heard[-4:]
        (small / "filler").write_bytes(b"\0" * max(0, shutil.disk_usage(small).free - 100_000))
        outcome = place.do("recreate")
        figures.FAULTS["disk full while recreating"] += 1
        assert (outcome.ok, outcome.state) == (False, "unchanged"), outcome
        assert "disk is full" in outcome.message
        assert "back in place" in outcome.message
        assert place.codes() == []
        place.works()
    finally:
        _unmounted(small)


@pytest.fixture
def frozen() -> Iterator[Callable[[Path], bool]]:
    """Makes a path unchangeable, for root too (``chattr +i``); False where the file system knows no such mark."""
    done: list[Path] = []

    def freeze(path: Path) -> bool:
        ran = subprocess.run(["chattr", "+i", str(path)], capture_output=True, check=False) if shutil.which("chattr") else None
        if ran is None or ran.returncode != 0:
            if ROOT:
                return False
            path.chmod(0o555 if path.is_dir() else 0o444)
            done.append(path)
            return True
        done.append(path)
        return True

    yield freeze
    for path in done:
        if os.path.lexists(path):
            subprocess.run(["chattr", "-i", str(path)], capture_output=True, check=False)
            path.chmod(0o755)


@pytest.fixture
def read_only(tmp_path: Path, may_mount: bool, frozen: Callable[[Path], bool]) -> Iterator[Callable[[Path], bool]]:
    """Makes a folder read-only: bound on itself and mounted so, else marked unchangeable."""
    done: list[Path] = []

    def make(path: Path) -> bool:
        if not may_mount:
            return frozen(path)
        bind, remount = 4096, 32
        _mounted(str(path), path, "none", bind)
        _mounted(str(path), path, "none", bind | remount | 1)
        done.append(path)
        return True

    yield make
    for path in done:
        _unmounted(path)


def test_a_read_only_place_is_said_and_nothing_is_left(ground: Callable[..., Ground], read_only: Callable[[Path], bool]) -> None:
    place = ground()
    assert read_only(place.root), "no way to make a folder read-only on this machine"
    outcome = place.do("create")
    figures.FAULTS["read-only folder"] += 1
    assert not outcome.ok
    assert "read-only" in outcome.message or "permission" in outcome.message, outcome
    assert sorted(one.name for one in place.root.iterdir()) == ["requirements.txt"]


def test_a_read_only_environment_stays_whole_in_a_sync(ground: Callable[..., Ground], read_only: Callable[[Path], bool]) -> None:
    place = ground()
    place.ask("alpha==1.0", "beta==1.0")
    assert place.do("create").ok
    place.ask(*WANTED)
    assert read_only(place.prefix)
    outcome = place.do("sync")
    figures.FAULTS["read-only environment"] += 1
    assert (outcome.ok, outcome.state) == (False, "unchanged"), outcome
    assert "read-only" in outcome.message or "permission" in outcome.message, outcome
    assert place.codes() == ["version-mismatch"]


def test_a_deletion_that_is_blocked_says_what_remains_and_can_be_repeated(
    ground: Callable[..., Ground], frozen: Callable[[Path], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground()
    assert place.do("create").ok
    (blocked,) = place.prefix.glob("lib/*/site-packages/alpha/part7.py")
    real = os.unlink
    marked = frozen(blocked if ROOT else blocked.parent)
    if not marked:  # The same refusal, from the call itself.

        def refused(path: object, **more: object) -> None:
            if str(path).endswith("part7.py"):
                raise PermissionError(1, "Operation not permitted")
            real(path, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(removal.os, "unlink", refused)
    outcome = place.do("delete")
    figures.FAULTS["deletion blocked half-way"] += 1
    if outcome.ok and not ROOT:
        return  # The folder was the person's own and only marked as read-only: it may be deleted.
    assert (outcome.ok, outcome.state) == (False, "partial")
    assert "deleted only in part: 2 files remain" in outcome.message, outcome  # and pyvenv.cfg, which says what it is
    assert "part7.py (Operation not permitted)" in outcome.message
    # What remains is in its place, is called broken, and goes when it may.
    assert [one.name for one in place.root.iterdir() if one.name.startswith(".v")] == [".venv"]
    assert place.codes() == ["broken-environment"]
    subprocess.run(["chattr", "-i", str(blocked)], capture_output=True, check=False)
    monkeypatch.undo()
    assert place.do("delete").ok
    assert not place.prefix.exists()


def test_what_blocks_the_deletion_of_a_former_environment_does_not_harm_the_new_one(
    ground: Callable[..., Ground], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground()
    assert place.do("create").ok
    real = os.unlink

    def refused(path: object, **more: object) -> None:
        if str(path).endswith("part7.py"):
            raise PermissionError(1, "Operation not permitted")
        real(path, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(removal.os, "unlink", refused)
        outcome = place.do("recreate")
    figures.FAULTS["deletion of the old environment blocked"] += 1
    assert (outcome.ok, outcome.state) == (True, "partial")
    assert ".venv was recreated and is now in sync." in outcome.message
    assert "remain" in outcome.message
    assert place.codes() == []
    assert place.do("sync").ok  # the next task takes the rest away
    place.works()


# Two at once


def test_two_syncs_of_two_processes_come_one_after_the_other(ground: Callable[..., Ground]) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    commands = [place.cli("sync") for _ in range(2)]
    said = [command.communicate(timeout=300) for command in commands]
    figures.FAULTS["two syncs at once"] += 1
    assert [command.returncode for command in commands] == [0, 0], said
    place.works()
    assert place.codes() == []


def test_the_second_names_the_first(ground: Callable[..., Ground]) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    made = place.plan("sync")
    # The first goes on once the second has said that it waits.
    gate = place.root.parent / "gate"
    waits = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    slow = Step((sys.executable, "-I", "-S", "-c", waits), str(place.root), "Take a while")
    first = threading.Thread(target=lambda: place.run(replace(made, steps=(slow, *made.steps))))
    first.start()
    until(lambda: bool(place.heard), 120, "the first did not begin")
    second = place.cli("sync")
    try:
        assert second.stderr is not None
        heard = second.stderr.readline().decode()
    finally:
        gate.touch()
        rest = second.communicate(timeout=300)[1].decode()
        first.join()
    figures.FAULTS["two syncs at once"] += 1
    assert second.returncode == 0, rest
    assert f"Waiting for another task in .venv: sync by process {os.getpid()}" in heard, heard + rest
    place.works()


# No index


@pytest.mark.parametrize("tool", ["uv", pytest.param("pip", marks=pytest.mark.slow)])
def test_an_index_that_does_not_answer_changes_nothing(ground: Callable[..., Ground], tool: str) -> None:
    place = ground(tool=tool)
    uv = Ground(place.root, Path(place.environ["UV_FIND_LINKS"]), Path(place.environ["UV_CACHE_DIR"]))
    place.ask("alpha==1.0")
    assert uv.do("create").ok
    before = sorted(path.name for path in place.prefix.glob("lib/*/site-packages/*"))
    place.ask("nowhere-to-be-found==7")
    dropped = ("PIP_NO_INDEX", "UV_NO_INDEX", "UV_OFFLINE", "PIP_FIND_LINKS", "UV_FIND_LINKS")
    for name in [name for name in place.environ if name in dropped or "proxy" in name.lower()]:
        del place.environ[name]
    nowhere = "http://127.0.0.1:9/simple"
    place.environ.update(PIP_INDEX_URL=nowhere, UV_DEFAULT_INDEX=nowhere, PIP_RETRIES="1", UV_HTTP_RETRIES="0")
    outcome = place.do("sync")
    figures.FAULTS["index unreachable"] += 1
    assert (outcome.ok, outcome.state) == (False, "unchanged")
    assert "cannot be reached" in outcome.message, outcome
    assert outcome.message.endswith("Nothing was changed.")
    assert sorted(path.name for path in place.prefix.glob("lib/*/site-packages/*")) == before


# Exchanged between the look and the deed


@pytest.fixture
def treasure(tmp_path: Path) -> Path:
    """Something outside the workspace that looks like an environment and must not be touched."""
    place = tmp_path / "outside" / ".venv"
    (place / "bin").mkdir(parents=True)
    (place / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (place / "bin" / "python").write_text("")
    (place / "gold").write_text("")
    return place


def exchanged(monkeypatch: pytest.MonkeyPatch, target: object, name: str, swap: Callable[[], None]) -> None:
    """Do ``swap`` right after the next call of a function, before whoever called it goes on."""
    real = getattr(target, name)

    def once(*words: object, **more: object) -> object:
        result = real(*words, **more)
        monkeypatch.setattr(target, name, real)
        swap()
        return result

    monkeypatch.setattr(target, name, once)


@pytest.mark.parametrize("what", ["environment", "parent"])
def test_a_link_put_in_place_after_the_last_look_leads_nowhere(
    ground: Callable[..., Ground], treasure: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    kept = place.root.parent / "kept"

    def swap() -> None:
        if what == "environment":
            place.prefix.rename(kept)
            place.prefix.symlink_to(treasure)
        else:
            place.root.rename(kept)
            place.root.symlink_to(treasure.parent)

    plan = place.plan("delete")
    exchanged(monkeypatch, setting_aside, "_check", swap)
    outcome = place.run(plan)
    figures.FAULTS["link put in place before a deletion"] += 1
    assert not outcome.ok, outcome
    assert (treasure / "gold").exists()
    assert treasure.parent.joinpath(".venv").exists()
    assert (kept / "pyvenv.cfg").exists() or (kept / ".venv" / "pyvenv.cfg").exists()


def test_what_is_put_where_the_aside_stood_is_not_deleted(
    ground: Callable[..., Ground], treasure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok

    def swap() -> None:
        (aside,) = place.root.glob(".venvls-aside-*")
        aside.rename(place.root.parent / "kept")
        shutil.move(treasure, aside)

    plan = place.plan("delete")
    exchanged(monkeypatch, setting_aside, "move", swap)
    outcome = place.run(plan)
    figures.FAULTS["folder replaced before a deletion"] += 1
    assert not outcome.ok
    assert "replaced by something else" in outcome.message
    assert list(place.root.glob("**/gold")), "the other folder was deleted"


def test_a_folder_that_becomes_a_link_while_it_is_deleted_is_not_followed(
    ground: Callable[..., Ground], treasure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    inner = place.prefix / "data"
    inner.mkdir()
    (inner / "x").write_text("")
    real = os.listdir

    def listed(path: object) -> list[str]:
        names = real(path)  # type: ignore[call-overload]
        if "data" in names and "pyvenv.cfg" in names:
            (aside,) = place.root.glob(".venvls-aside-*")
            (aside / "data").rename(place.root.parent / "data")
            (aside / "data").symlink_to(treasure)
        return list(names)

    monkeypatch.setattr(removal.os, "listdir", listed)
    outcome = place.do("delete")
    figures.FAULTS["link put in place while deleting"] += 1
    assert (treasure / "gold").exists()
    assert outcome.ok
    assert not place.prefix.exists()


@pytest.mark.parametrize("where", ["inside", "over it"])
def test_what_is_mounted_in_an_environment_is_not_deleted(
    ground: Callable[..., Ground], treasure: Path, may_mount: bool, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    target = place.prefix / "data" if where == "inside" else place.prefix
    target.mkdir(exist_ok=True)
    if may_mount:
        _mounted(str(treasure), target, "none", 4096)
    else:  # As far as the system's answer goes.
        monkeypatch.setattr(removal, "mounts_below", lambda path: [str(target)])
    try:
        outcome = place.do("delete")
        figures.FAULTS["mount inside the deleted folder"] += 1
        assert outcome.state == "refused", outcome
        assert "mounted" in outcome.message
        assert (treasure / "gold").exists()
    finally:
        if may_mount:
            _unmounted(target)
    if may_mount and where == "inside":
        # Mounted after the look: the deletion stops at the border.
        real, looks = setting_aside._check, count()

        def then_mounted(*words: object, **more: object) -> tuple[bool, object]:
            result = real(*words, **more)  # type: ignore[arg-type]
            if next(looks) == 0:
                _mounted(str(treasure), target, "none", 4096)
            return result

        monkeypatch.setattr(setting_aside, "_check", then_mounted)
        outcome = place.do("delete")
        figures.FAULTS["mount put in place before a deletion"] += 1
        assert not outcome.ok
        assert "mounted there" in outcome.message, outcome
        assert (treasure / "gold").exists()
        _unmounted(target)


def _whole(prefix: Path) -> Path:
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").touch()
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.4\n")
    return prefix


@pytest.mark.skipif(sys.platform == "win32", reason="there it is as it is everywhere else made to be")
@pytest.mark.parametrize("what", ["folder", "link"])
def test_what_is_swapped_after_the_last_look_goes_back_where_there_are_no_handles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """As on Windows, where a folder is moved by its path."""
    monkeypatch.setattr(removal, "HANDLES", False)
    prefix, other = _whole(tmp_path / "p" / ".venv"), _whole(tmp_path / "other")

    def swap() -> None:
        prefix.rename(tmp_path / "kept")
        if what == "folder":
            other.rename(prefix)
        else:
            prefix.symlink_to(other)

    exchanged(monkeypatch, setting_aside, "_check", swap)
    with pytest.raises(setting_aside.Refused, match="replaced by something else"):
        setting_aside.move(str(prefix), [str(tmp_path / "p")], str(prefix))
    figures.FAULTS["folder swapped where there are no handles"] += 1
    assert (prefix / "bin" / "python").exists() and (tmp_path / "kept" / "bin" / "python").exists()
    assert prefix.is_symlink() == (what == "link")


def test_a_windows_junction_is_neither_moved_nor_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to every call but a look that follows nothing."""
    prefix = _whole(tmp_path / "p" / ".venv")
    real = os.lstat

    def looked(path: str) -> object:
        state = real(path)
        if Path(path) != prefix:
            return state
        return SimpleNamespace(st_mode=state.st_mode, st_dev=state.st_dev, st_ino=state.st_ino, st_reparse_tag=0xA0000003)

    monkeypatch.setattr(setting_aside.os, "lstat", looked)
    with pytest.raises(setting_aside.Refused, match="is a link"):
        setting_aside.move(str(prefix), [str(tmp_path / "p")], str(prefix))
    monkeypatch.undo()
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == [".venv"]
    assert (prefix / "bin" / "python").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a link stands for another spelling of the folder")
def test_where_somebody_works_in_it_by_another_name_of_it_nothing_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has several names where cases are not told apart, or where it is mounted twice: what counts is what it is."""
    prefix = _whole(tmp_path / "p" / ".venv")
    (tmp_path / "other name").symlink_to(prefix)
    monkeypatch.setattr(os, "getcwd", lambda: str(tmp_path / "other name" / "bin"))
    with pytest.raises(setting_aside.Refused, match="contains more than an environment"):
        setting_aside.move(str(prefix), [str(tmp_path / "p")], str(prefix))
    assert (prefix / "bin" / "python").exists()
    monkeypatch.setattr(os, "getcwd", lambda: str(tmp_path / "p"))
    moved = setting_aside.move(str(prefix), [str(tmp_path / "p")], str(prefix))
    assert not prefix.exists() and Path(moved.now).is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="git from POSIX paths")
def test_files_that_git_keeps_are_not_deleted(ground: Callable[..., Ground]) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    (place.prefix / ".gitignore").unlink(missing_ok=True)
    for words in (["init", "-q"], ["add", "-f", ".venv/pyvenv.cfg"]):
        subprocess.run(["git", *words], cwd=place.root, check=True, capture_output=True)
    with pytest.raises(setting_aside.Refused, match="tracked by git"):
        setting_aside.move(str(place.prefix), [str(place.root)], None)
    outcome = place.do("delete")
    figures.FAULTS["environment tracked by git"] += 1
    assert outcome.state == "refused"
    assert (place.prefix / "pyvenv.cfg").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="git from POSIX paths")
@pytest.mark.parametrize("kind", ["tracked", "repository", "strange"])
def test_what_is_only_called_as_a_leftover_is_neither_deleted_nor_put_back(ground: Callable[..., Ground], kind: str) -> None:
    place = ground()
    left = place.root / ".venvls-aside-0123abcd-.venv"
    (left / "src").mkdir(parents=True)
    (left / "src" / "work.py").write_text("")
    if kind != "strange":
        (left / "bin").mkdir()
        (left / "pyvenv.cfg").write_text("home = /usr/bin\n")
        (left / "bin" / "activate").write_text("VIRTUAL_ENV=x\n")
    tracked = kind == "tracked"
    for words in (["init", "-q"], *([["add", "-f", "."]] if tracked else [])):
        subprocess.run(["git", *words], cwd=place.root if tracked else left / "src", check=True, capture_output=True)
    if kind == "strange":
        shutil.rmtree(left / "src" / ".git")
    for task in ("create", "sync", "delete"):
        outcome = place.do(task)
        assert outcome.ok, (task, outcome)
        assert (left / "src" / "work.py").exists(), task
    figures.FAULTS["folder of a checkout that is called as a leftover of ours"] += 1


@pytest.mark.parametrize("agreed", [False, True])
def test_a_repository_that_came_after_the_plan_is_not_deleted(ground: Callable[..., Ground], agreed: bool) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    plan = place.plan("delete", **({"discard_work": True} if agreed else {}))
    assert plan.refusal is None
    clone = place.prefix / "src" / "it"
    clone.mkdir(parents=True)
    (clone / "new.py").write_text("")
    if shutil.which("git") is not None:
        subprocess.run(["git", "init", "-q"], cwd=clone, check=True, capture_output=True)
    else:
        (clone / ".git").mkdir()
    outcome = place.run(plan)
    figures.FAULTS["repository with work put in place before a deletion"] += 1
    assert outcome.ok is agreed, outcome
    assert (clone / "new.py").exists() is not agreed
    if not agreed:
        assert "--discard-work" in outcome.message
        assert str(clone) in outcome.message


def test_a_server_and_a_command_line_that_delete_at_once_do_it_once(ground: Callable[..., Ground], tmp_path: Path) -> None:
    place = ground()
    assert place.do("create", no_sync=True).ok
    kept = tmp_path / "kept"
    plan = place.plan("delete")
    environ = place.environ | {"VENVLS_STATE_DIR": os.environ.get("VENVLS_STATE_DIR", "")}
    words = [sys.executable, "-m", "venvls", "delete", "--yes"]
    other = subprocess.Popen(words, cwd=place.root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    outcome = place.run(plan)
    out, err = other.communicate(timeout=120)
    assert (outcome.ok, other.returncode) in ((True, 2), (False, 0)), (outcome, out, err)
    assert not place.prefix.exists()
    assert not list(place.root.glob(".venvls-aside-*"))
    assert not kept.exists()
    assert "Traceback" not in err


# Evil names

EVIL = (
    "it's",
    'quo"te',
    "$(touch pwned)",
    "`touch pwned`",
    "semi;colon &",
    "-rf",
    "new\nline",
    "ünïcödé 日本",
    "%PATH% ^ !",
    "back\\slash",
)


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("tool", ["uv", "venv", "virtualenv"])
def test_an_evil_path_is_only_a_path(ground: Callable[..., Ground], tmp_path: Path, name: str, tool: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    place = ground(folder)
    more = {} if tool == "uv" else {"no_sync": True, "without_pip": True}
    plan = place.plan("create", tool=tool, **more)
    assert plan.refusal is None, plan
    outcome = place.run(plan)
    figures.FAULTS["evil path name"] += 1
    assert not list(tmp_path.rglob("pwned"))
    if not outcome.ok:
        # uv and virtualenv cannot write every name into a script; then nothing is left, and why is said.
        assert outcome.message.count("\n") == 0
        assert not place.prefix.exists() or outcome.state == "partial", outcome
        return
    if tool == "uv":
        place.works()
        assert place.do("recreate").ok, place.heard[-5:]
        place.works()
    assert place.do("delete").ok
    assert not place.prefix.exists()


# Killed between two of our own steps


def test_the_rest_of_a_deletion_that_was_killed_is_deleted(ground: Callable[..., Ground]) -> None:
    place = ground()
    assert place.do("create").ok
    moved = setting_aside.move(str(place.prefix), [str(place.root)], None)
    (Path(moved.now) / "share").mkdir()
    (Path(moved.now) / "share" / "page").write_text("")
    for folder in ("bin", "lib"):
        shutil.rmtree(Path(moved.now) / folder)
    subprocess.run([place.environ["PATH"].split(os.pathsep)[0] + "/uv", "venv", "-q", str(place.prefix)], check=True, env=place.environ)
    place.mend()
    place.works()


@pytest.mark.parametrize("moment", ["moved", "created", "damaged"])
def test_a_recreation_that_ended_between_its_steps_is_brought_to_an_end(ground: Callable[..., Ground], moment: str) -> None:
    place = ground()
    assert place.do("create").ok
    (place.prefix / "mark").write_text("")
    moved = setting_aside.move(str(place.prefix), [str(place.root)], None)
    if moment != "moved":
        subprocess.run([place.environ["PATH"].split(os.pathsep)[0] + "/uv", "venv", "-q", str(place.prefix)], check=True, env=place.environ)
    if moment == "damaged":
        (place.prefix / "pyvenv.cfg").unlink()
    assert [one for one in place.workspace().environments() if "aside" in one.prefix] == []
    assert place.codes() != []
    place.mend()
    place.works()
    assert not Path(moved.now).exists()
    assert (place.prefix / "mark").exists() == (moment == "moved")


def test_a_repair_that_ended_between_its_steps_is_named_and_mended(ground: Callable[..., Ground]) -> None:
    place = ground()
    assert place.do("create").ok
    (record,) = place.prefix.glob("lib/*/site-packages/alpha-2.0.dist-info")
    setting_aside.move(str(record), [str(place.root)], str(place.prefix))
    assert "broken-distribution" in place.codes()
    place.mend()
    place.works()


def test_a_server_that_dies_leaves_nothing_running(ground: Callable[..., Ground]) -> None:
    """In tests/lsp the editor dies; here it is our own command line."""
    place = ground(tool="pip")
    assert Ground(place.root, Path(place.environ["UV_FIND_LINKS"]), Path(place.environ["UV_CACHE_DIR"])).do("create", no_sync=True).ok
    command = place.cli("sync")
    from tests.faults.ground import children

    until(lambda: bool(children(command.pid)), 120, "nothing was started")
    time.sleep(0.2)
    below = children(command.pid)
    command.kill()
    command.communicate()
    figures.FAULTS["venvls killed while pip runs"] += 1
    until(lambda: not any(_lives(pid) for pid in below), 120, "pip outlived us")
    place.mend()
    place.works()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False
