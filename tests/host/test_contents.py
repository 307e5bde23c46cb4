"""What goes with an environment: counted, unknown entries named, and repositories with the work that is nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from venvls.host.contents import contents, is_junction
from venvls.host.files import _stat
from venvls.host.git_work import work

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git makes the repositories")


def git(folder: Path, *words: str) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run([str(GIT), *own, *words], cwd=folder, check=True, capture_output=True, env=environ)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, newline="")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a few commits, packed with deltas, and a tag."""
    folder = tmp_path_factory.mktemp("origin")
    git(folder, "init", "-q", "-b", "main")
    write(folder, ".gitignore", "*.log\n")
    for number in range(4):
        write(folder, "a.txt", "the same line\n" * 100 + str(number))
        write(folder, "sub/deep/b.txt", str(number))
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", str(number))
    git(folder, "tag", "v1", "HEAD~2")
    git(folder, "gc", "-q")
    return folder


@pytest.fixture
def clone(origin: Path, tmp_path: Path) -> Path:
    """As pip makes one for ``-e git+…@v1``."""
    folder = tmp_path / ".venv" / "src" / "it"
    folder.parent.mkdir(parents=True)
    git(tmp_path, "clone", "-q", "--no-hardlinks", str(origin), str(folder))
    git(folder, "checkout", "-q", "v1")
    return folder


def commit(folder: Path, *words: str) -> None:
    git(folder, *(words or ("commit", "-q", "--allow-empty", "-m", "mine")))


def staged(folder: Path) -> None:
    write(folder, "a.txt", "staged")
    git(folder, "add", ".")


def stashed(folder: Path) -> None:
    staged(folder)
    git(folder, "stash")


def committed_and_left(folder: Path) -> None:
    commit(folder)
    git(folder, "checkout", "-q", "v1")


def on_a_branch(folder: Path) -> None:
    git(folder, "checkout", "-q", "-b", "feature")
    commit(folder)
    git(folder, "checkout", "-q", "v1")
    (folder / ".git" / "logs" / "HEAD").unlink()


def same_size_and_time(folder: Path) -> None:
    path = folder / "a.txt"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"same", b"SAME"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))


def without_remotes(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "refs" / "remotes")
    (folder / ".git" / "packed-refs").unlink()


def broken(folder: Path) -> None:
    for pack in (folder / ".git" / "objects" / "pack").iterdir():
        pack.chmod(0o600)
        pack.write_bytes(b"")


WORK: list[tuple[Callable[[Path], None], str]] = [
    (lambda folder: write(folder, "new.txt", "x"), "1 file that is not committed"),
    (lambda folder: write(folder, "a.txt", "x"), "1 change that is not committed"),
    (lambda folder: (folder / "a.txt").unlink(), "1 change that is not committed"),
    (same_size_and_time, "1 change that is not committed"),
    (staged, "1 change that is not committed"),
    (stashed, "stashed changes"),
    (commit, "commits that were not pushed"),
    (committed_and_left, "commits that were not pushed"),
    (on_a_branch, "commits of feature that were not pushed"),
    (lambda folder: write(folder / ".git", "MERGE_HEAD", "x"), "an operation of git that is not finished"),
    (broken, "work that may be nowhere else"),
    (lambda folder: write(folder / ".git", "index", "DIRC"), "work that may be nowhere else"),
    (without_remotes, "commits that were not pushed"),
]


@needs_git
@pytest.mark.parametrize(("change", "held"), WORK, ids=[str(number) for number in range(len(WORK))])
def test_work_that_is_nowhere_else_is_seen(clone: Path, change: Callable[[Path], None], held: str) -> None:
    assert work(str(clone)) is None
    change(clone)
    (repository,) = contents(str(clone.parents[1])).repositories
    assert (repository.path, repository.system, repository.work) == (str(clone), "git", held)


def pushed(folder: Path) -> None:
    git(folder, "checkout", "-q", "-b", "feature")
    commit(folder)
    git(folder, "push", "-q", "origin", "feature")


def installed(folder: Path) -> None:
    write(folder, "it.egg-info/PKG-INFO", "x")
    write(folder, "sub/__pycache__/b.pyc", "x")
    write(folder, "run.log", "x")


@needs_git
@pytest.mark.parametrize("change", [pushed, installed, lambda folder: os.utime(folder / "a.txt")], ids=["pushed", "installed", "touched"])
def test_what_is_elsewhere_too_is_no_work(clone: Path, change: Callable[[Path], None]) -> None:
    change(clone)
    assert work(str(clone)) is None


@needs_git
def test_no_program_that_the_repository_names_is_started(clone: Path) -> None:
    trap = clone.parent / "trap"
    write(clone.parent, "trap.sh", f"#!/bin/sh\ntouch '{trap}'\ncat\n")
    script = clone.parent / "trap.sh"
    script.chmod(0o755)
    for name in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "core.pager", "core.sshCommand", "diff.external"):
        git(clone, "config", name, str(script))
    write(clone / ".git", "info/attributes", "* filter=x\n")
    trap.unlink(missing_ok=True)
    write(clone, "a.txt", "changed")
    assert work(str(clone)) is not None
    assert not trap.exists()


def test_entries_that_no_tool_puts_there_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    for name in ("pyvenv.cfg", "bin/python", "lib/python3.12/site-packages/a.py", "share/man/x", "notes.txt", "work/a/b", "src/mine.py"):
        write(tmp_path, name, "")
    (tmp_path / "bare" / "objects").mkdir(parents=True)
    (tmp_path / "bare" / "refs").mkdir()
    write(tmp_path, "bare/HEAD", "ref: refs/heads/main\n")
    write(tmp_path, "work/.hg/requires", "")
    seen = contents(str(tmp_path))
    assert seen.unknown == ("bare", "notes.txt", os.path.join("src", "mine.py"), "work")
    assert seen.files == 9
    assert [(repository.path, repository.system) for repository in seen.repositories] == [
        (str(tmp_path / "bare"), "git"),
        (str(tmp_path / "work"), "Mercurial"),
    ]
    assert all(repository.work for repository in seen.repositories), "what cannot be known counts as work"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_nothing_behind_a_link_is_counted(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    write(tmp_path, "outside/.git/HEAD", "x")
    (tmp_path / "env" / "lib").symlink_to(tmp_path / "outside")
    assert contents(str(tmp_path / "env")).repositories == ()
    assert contents(str(tmp_path / "env")).files == 1


def test_a_windows_junction_is_a_link_and_no_folder() -> None:
    class Junction:  # what os.lstat says of one
        st_mode, st_size, st_mtime_ns, st_ctime_ns, st_dev, st_ino, st_uid = 0o40755, 0, 0, 0, 1, 2, 0
        st_reparse_tag = 0xA0000003

    assert _stat(Junction()).kind == "link"  # type: ignore[arg-type]
    assert is_junction(Junction())


@needs_git
def test_what_the_repository_around_tracks_is_counted_behind_one_inside(tmp_path: Path) -> None:
    write(tmp_path, ".venv/pyvenv.cfg", "home = /usr/bin\n")
    write(tmp_path, ".venv/notes.txt", "")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", ".venv/pyvenv.cfg", ".venv/notes.txt")
    git(tmp_path / ".venv", "init", "-q")
    seen = contents(str(tmp_path / ".venv"))
    assert seen.tracked == 2
    assert [repository.path for repository in seen.repositories] == [str(tmp_path / ".venv")]
