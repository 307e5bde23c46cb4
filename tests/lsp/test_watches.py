"""Where the machine tells of changes nobody looks without a word, and nothing is missed: real folders, and Linux alone."""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp.editor import PUSHED, QUICK, Editor, install, make_environment
from tests.lsp.test_looking_again import CountedFiles
from venvls.host.files import DiskFiles
from venvls.host.notices import Notices, open_notices
from venvls.lsp.polling import Poller
from venvls.model.ports import FileView

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is a look every few seconds")


class Deaf(Notices):
    """Where something changes without a word: a file system that is taken for another one."""

    def take(self) -> list[tuple[int, str]] | None:
        super().take()
        return []


class Lossy(Notices):
    """Where more happened than the kernel keeps."""

    def take(self) -> list[tuple[int, str]] | None:
        return None if super().take() else []


class Foreign(Notices):
    """Where a folder is on another machine."""

    def watch(self, folder: str, *, contents: bool = False) -> int:
        return 0 if folder.endswith("/foreign") else super().watch(folder, contents=contents)


Make = Callable[..., Poller]


@pytest.fixture
def make() -> Iterator[Make]:
    """A poller without a thread, told of changes by notices of a class."""
    made: list[Poller] = []

    def poller(files: FileView, paths: list[Path], folders: list[Path] | None = None, kind: type[Notices] = Notices) -> Poller:
        poller = Poller(lambda paths: None, lambda search: None, seconds=3600)
        poller._thread = threading.current_thread()  # it looks when it is told to
        opened = open_notices()
        assert opened is not None
        opened.__class__ = kind
        poller.be_told(lambda: opened)
        poller.watch(files, list(map(str, paths)), list(map(str, folders or [])))
        poller.look_where_told()
        made.append(poller)
        return poller

    yield poller
    for each in made:
        each.close()


def test_nothing_is_looked_at_without_a_word(make: Make, tmp_path: Path) -> None:
    files = CountedFiles()
    paths = [tmp_path / f"project{number}" / name for number in range(50) for name in ("requirements.txt", ".venv/pyvenv.cfg", "absent")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name != "absent":
            path.touch()
    poller = make(files, paths, [tmp_path])
    files.looks.clear()
    assert poller.look_where_told() == set() and not files.looks
    paths[0].write_text("idna")
    assert poller.look_where_told() == {str(paths[0])} and files.looks["stat"] == 1
    files.looks.clear()
    (tmp_path / "project7" / "of-no-interest").touch()
    assert poller.look_where_told() == set() and not files.looks
    assert poller.look_at_all() == set() and files.looks["stat"] >= 100, "now and then at everything"


def test_what_was_lost_makes_for_a_look_at_everything(make: Make, tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    poller = make(CountedFiles(), paths, kind=Lossy)
    for path in paths:
        path.touch()
        assert poller.look_where_told() == {str(path)}


def test_who_was_silent_is_relied_on_no_longer(make: Make, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    poller = make(CountedFiles(), [file], kind=Deaf)
    file.write_text("1")
    assert poller.look_where_told() == set()
    assert poller.look_at_all() == {str(file)}, "found by the look at everything"
    file.write_text("12")
    assert poller.look_where_told() == {str(file)}, "and from then on by each"


def test_another_name_of_the_same_file_is_no_silence(make: Make, tmp_path: Path) -> None:
    """uv links one file of its cache into many environments: each new link changes when the file was changed, and no content."""
    file = tmp_path / "env" / "METADATA"
    file.parent.mkdir()
    file.touch()
    poller = make(CountedFiles(), [file])
    os.link(file, tmp_path / "another")
    poller.look_at_all()
    files = poller._files
    assert isinstance(files, CountedFiles)
    files.looks.clear()
    assert poller.look_where_told() == set() and not files.looks


def test_what_is_on_another_machine_is_looked_at_as_before(make: Make, tmp_path: Path) -> None:
    (tmp_path / "foreign" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("foreign/deep")
    paths = [tmp_path / "here", tmp_path / "foreign" / "deep" / "there", tmp_path / "link" / "there"]
    files = CountedFiles()
    poller = make(files, paths, kind=Foreign)
    files.looks.clear()
    assert poller.look_where_told() == set() and files.looks["stat"] > 0
    for path in paths[:2]:
        path.write_text("1")
        assert str(path) in poller.look_where_told()


def test_who_gives_no_notices_is_looked_at(tmp_path: Path) -> None:
    poller = Poller(lambda paths: None, lambda search: None, seconds=3600)
    poller._thread = threading.current_thread()
    poller.be_told(lambda: None)
    poller.watch(CountedFiles(), [str(tmp_path / "a")])
    assert poller.look_where_told() == set()
    (tmp_path / "a").touch()
    assert poller.look_where_told() == {str(tmp_path / "a")}


NAMES = ("a", "b", "c")


def random_change(dice: random.Random, root: Path, number: int) -> str:
    """Something happens at a random place of a small tree: what is there is moved, deleted, replaced, linked, or written to."""
    places = [root.joinpath(*dice.choices(NAMES, k=dice.randint(1, 3))) for _ in range(2)]
    place, other = places
    what = dice.choice(["write", "write", "folder", "delete", "move", "link", "link", "link", "replace", "mode", "list"])
    try:
        if what == "write":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("x" * number)
        elif what == "folder":
            place.mkdir(parents=True)
        elif what == "delete":
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
        elif what == "move":
            place.rename(other)
        elif what == "link":
            place.symlink_to(other if dice.random() < 0.5 else os.path.relpath(other, place.parent))
        elif what == "replace":
            (root / "new").write_text("y" * number)
            (root / "new").replace(place)
        elif what == "mode":
            place.chmod(0o755 if number % 2 else 0o700)
        else:
            (place / f"entry{number}").mkdir()
    except (OSError, shutil.Error):
        return ""
    return f"{what} {place} {other}"


@pytest.mark.parametrize("seed", [2, 3, 5, 7])
def test_whatever_happens_it_is_told(make: Make, tmp_path: Path, seed: int) -> None:
    """After each change all that is known is as it is on disk, although there was no look but where something was told."""
    dice, root, files = random.Random(seed), tmp_path / "root", DiskFiles()
    root.mkdir()
    paths = [root.joinpath(*way) for way in ((a, b, c) for a in NAMES for b in NAMES for c in (*NAMES, "d"))]
    paths += [path.parent for path in paths] + [root / "a"]
    folders = [root, root / "b", root / "c" / "a"]
    poller = make(files, paths, folders)
    past: list[str] = []
    for number in range(120):
        past.append(random_change(dice, root, number))
        while poller.look_where_told() or poller._fresh:
            pass  # level by level into folders that have just come
        wrong = [path for path, stat in poller._shown().items() if files.stat(path) != stat]
        assert not wrong, (wrong, [*filter(None, past)][-12:])
        if dice.random() < 0.2:
            poller.watch(files, list(map(str, dice.sample(paths, len(paths) // 2))), list(map(str, folders)))


def test_a_running_server_shows_what_a_terminal_did(tmp_path: Path) -> None:
    """By what it is told alone: its looks are an hour apart."""
    root = tmp_path / "work"
    root.mkdir()
    manifest, elsewhere = root / "requirements.txt", tmp_path / "elsewhere"
    manifest.write_text("idna\nsix\n")
    site = make_environment(root / ".venv", idna="3.4")
    with Editor(root, server=QUICK, capabilities=PUSHED, environ={"VENVLS_TEST_SECONDS": "3600"}) as editor:
        editor.until(manifest, ["missing-requirement"])
        editor.settle()
        install(site, "six", "1.0")
        editor.until(manifest, [])
        (root / ".venv").rename(elsewhere)
        (root / ".venv").symlink_to(elsewhere)
        shutil.rmtree(next(elsewhere.rglob("six-1.0.dist-info")))
        editor.until(manifest, ["missing-requirement"])
        shutil.rmtree(elsewhere)
        (root / ".venv").unlink()
        editor.until(manifest, ["no-environment"])
        make_environment(root / ".venv", idna="3.4", six="1.0")
        editor.until(manifest, [])
