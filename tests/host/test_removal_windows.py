"""Deletion on Windows, where there are no handles of folders and a junction looks like a folder: what leads elsewhere goes itself, and
nothing that it leads to. The disk is a tree in memory, whose links are junctions."""

from __future__ import annotations

import ntpath
import stat
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.memory_tree import FOLDER, Content, Link, MemoryFiles
from venvls.host import removal

ENV = "C:\\w\\p\\.venv"
WORK = "C:\\work"
MINE: dict[str, Content] = {f"{WORK}\\deep\\gold.txt": "x", f"{WORK}\\plan.txt": "x"}
FILES: dict[str, Content] = {
    f"{ENV}\\Lib\\site-packages\\alpha\\__init__.py": "x",
    f"{ENV}\\Lib\\site-packages\\alpha\\part.py": "x",
    f"{ENV}\\Scripts\\python.exe": "x",
    f"{ENV}\\pyvenv.cfg": "x",
}


class Windows:
    """The calls of Windows that a deletion by paths makes. ``before`` runs ahead of each, with its number."""

    sep = "\\"

    def __init__(self, tree: dict[str, Content]) -> None:
        self.files = MemoryFiles({**MINE, **tree}, windows=True)
        self.calls = 0
        self.before: Callable[[int], None] = lambda number: None
        self.path = SimpleNamespace(
            join=ntpath.join, dirname=ntpath.dirname, basename=ntpath.basename, realpath=self.files.real, lexists=self.exists
        )

    def exists(self, path: str) -> bool:
        return self.files.lstat(path) is not None

    def lstat(self, path: str) -> SimpleNamespace:
        self._call()
        standing = self.files.lstat(path)
        if standing is None:
            raise FileNotFoundError(2, "there is no such file", path)
        junction = standing.kind == "link"
        mode = stat.S_IFREG if standing.kind == "file" else stat.S_IFDIR
        tag = 0xA0000003 if junction else 0
        return SimpleNamespace(st_mode=mode | 0o777, st_dev=standing.identity[0], st_ino=standing.identity[1], st_reparse_tag=tag)

    def listdir(self, path: str) -> list[str]:
        self._call()
        listed = self.files.list(path)
        if listed is None:
            raise NotADirectoryError(20, "it is no folder", path)
        return [entry.name for entry in listed]

    def unlink(self, path: str) -> None:
        self._call()
        standing = self.files.lstat(path)
        if standing is None or standing.kind == "directory":
            raise PermissionError(13, "access is denied", path)
        self._gone(path)

    def rmdir(self, path: str) -> None:
        self._call()
        standing = self.files.lstat(path)
        if standing is None or standing.kind == "file" or (standing.kind == "directory" and self.files.list(path)):
            raise OSError(41, "it is not empty", path)
        self._gone(path)

    def _gone(self, path: str) -> None:
        self.files.take(ntpath.join(self.files.real(ntpath.dirname(path)), ntpath.basename(path)))

    def _call(self) -> None:
        self.calls += 1
        self.before(self.calls)

    def untouched(self) -> bool:
        """Whether all that is nobody's environment stands."""
        return all(self.files.read(path) == b"x" for path in MINE)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Windows]:
    def made(**more: Content) -> Windows:
        system = Windows({**FILES, **{f"{ENV}\\{name}": content for name, content in more.items()}})
        monkeypatch.setattr(removal, "os", system)
        monkeypatch.setattr(removal, "HANDLES", False)
        return system

    return made


def test_a_junction_in_an_environment_goes_and_what_it_leads_to_stays(windows: Callable[..., Windows]) -> None:
    system = windows(**{"Lib\\linked": Link(WORK), "share": Link(ENV), "nowhere": Link("D:\\gone"), "empty": FOLDER})
    assert removal.delete(ENV) is None
    assert not system.exists(ENV) and system.untouched()


def test_an_environment_that_is_a_junction_goes_and_what_it_leads_to_stays(windows: Callable[..., Windows]) -> None:
    system = windows()
    system.files.take(ENV)
    system.files.put(ENV, Link(WORK))
    assert removal.delete(ENV) is None
    assert not system.exists(ENV) and system.untouched()


def test_a_junction_that_cannot_be_deleted_is_one_file_that_remains(
    windows: Callable[..., Windows], monkeypatch: pytest.MonkeyPatch
) -> None:
    system = windows(linked=Link(WORK))
    real = system.unlink

    def unlink(path: str) -> None:
        if path.endswith("linked"):
            raise PermissionError(13, "access is denied")
        real(path)

    monkeypatch.setattr(system, "unlink", unlink)
    told = removal.delete(ENV)
    # The mark of an environment stays with it.
    assert told == f"{ENV} was deleted only in part: 2 files remain, first {ENV}\\linked (access is denied)."
    assert system.untouched()


def test_a_junction_put_in_the_place_of_the_environment_after_the_check_stays(windows: Callable[..., Windows]) -> None:
    system = windows()
    standing = system.lstat(ENV)
    system.files.take(ENV)
    system.files.put(ENV, Link(WORK))
    told = removal.delete(ENV, (standing.st_dev, standing.st_ino))
    assert told is not None and removal.REPLACED in told
    assert system.exists(ENV) and system.untouched()


@pytest.mark.parametrize("swapped", [ENV, f"{ENV}\\Lib", f"{ENV}\\Lib\\site-packages", f"{ENV}\\Lib\\site-packages\\alpha"])
def test_a_junction_put_in_at_any_moment_of_a_deletion_is_never_entered(windows: Callable[..., Windows], swapped: str) -> None:
    undisturbed = windows()
    removal.delete(ENV)
    assert undisturbed.calls > 20
    entered = 0
    for moment in range(1, undisturbed.calls + 1):
        system = windows()

        def swap(number: int, system: Windows = system, moment: int = moment) -> None:
            if number == moment and system.exists(swapped):
                system.files.take(swapped)
                system.files.put(swapped, Link(WORK))

        system.before = swap
        removal.delete(ENV)
        assert system.untouched(), f"the junction was put in before call {moment}"
        entered += WORK in map(system.files.real, system.files.reads)
    assert entered  # it was there in time to be listed, and what was listed stands
