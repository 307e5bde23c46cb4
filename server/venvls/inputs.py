"""What an answer rests on: every look at files and variables that was taken while it was worked out, with what was seen.

Nobody lists the inputs of an answer. Whoever works it out is given files, or a machine, that note each look into an :class:`Inputs`
(``noted_files``); the answer stays true for as long as each of these looks, taken again, shows the same. A look and what it showed are
plain values, so that they can be kept elsewhere than in memory.
"""

from __future__ import annotations

import sys
import time

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.ports import Entry, FileView, Stat
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

TICK_NS = 2_100_000_000
"""A file system's clock ticks as rarely as every two seconds (FAT): what changed that recently may change again and bear the same time."""


class Bytes(NamedTuple):
    """What reading a file showed: its stat before. While that is too young to tell this content from the next, also the content."""

    stat: Stat | None
    data: bytes | None


NOTHING = Bytes(None, None)
"""What reading a file showed that was not there."""


class Inputs:
    """Looks, each with what it showed the first time, by how it was looked: ``stat``, ``lstat``, ``read``, ``list``, ``link`` and ``real``
    by path; ``standing`` by the folder and the names; ``variable`` by name.

    While ``lasting``, what was looked at is not looked at again: whoever looks at the same folders for each of thousands of projects goes
    by one state of them. ``absent`` are looks that showed nothing, once they are condensed: by how, then names by folder.
    """

    __slots__ = ("_separator", "_shown", "absent", "lasting")

    def __init__(self) -> None:
        self._shown: dict[str, dict[Any, Any]] | tuple[Any, ...] = {}
        self.absent: dict[str, dict[str, tuple[str, ...]]] = {}
        self.lasting = False
        self._separator = "/"

    @property
    def shown(self) -> dict[str, dict[Any, Any]]:
        """What was looked at and seen, by how."""
        shown = self._shown
        if isinstance(shown, tuple):
            flat, shown = iter(shown), {}
            for how, subject, seen in zip(flat, flat, flat, strict=True):
                shown.setdefault(how, {})[subject] = seen
            self._shown = shown
        return shown

    def rest(self) -> None:
        """Takes less room, where nobody looks for long: one row for all looks, of which those that many take are there once."""
        if isinstance(self._shown, dict):
            row = [each for how, looks in self._shown.items() for look in looks.items() for each in (how, *look)]
            self._shown = tuple([_once(each) if isinstance(each, str | Stat) else each for each in row])

    def _looks(self) -> Iterator[tuple[str, Any, Any]]:
        """How, what, and what was seen, of each look."""
        shown = self._shown
        if isinstance(shown, tuple):
            flat = iter(shown)
            yield from zip(flat, flat, flat, strict=True)
        else:
            for how, looks in shown.items():
                for subject, seen in looks.items():
                    yield how, subject, seen

    def clear(self) -> None:
        """Nothing was looked at."""
        self._shown = {}
        self.absent.clear()

    def of(self, how: str) -> dict[Any, Any]:
        """What looks of one kind showed; to be added to."""
        looks = self.shown.get(how)
        if looks is None:
            looks = self.shown[how] = {}
        return looks

    def differ(self, files: FileView, environ: Mapping[str, str]) -> bool:
        """Whether any of the looks would show something else now."""
        for how, subject, shown in self._looks():
            if not _SAME[how](subject, shown, files, environ):
                return True
        look_at = {"stat": files.stat, "lstat": files.lstat, "read": files.stat}
        return any(look_at[how](path) is not None for how, path in self._absent())

    def condense(self, separator: str) -> None:
        """Leaves out what follows from the rest, below what was not there nothing was; and takes less room for it."""
        self._separator = separator
        gone = {path for how in ("stat", "lstat") for path, shown in self.shown.get(how, {}).items() if shown is None}
        equal: dict[object, Any] = {}
        for how, looks in list(self.shown.items()):
            if how in ("variable", "standing"):
                continue
            absent = {path for path, shown in looks.items() if shown is None or shown is NOTHING}
            if how in ("stat", "lstat", "read"):
                self._set_aside(how, absent - self._below(absent, gone), equal)
                looks = self.shown[how] = {path: shown for path, shown in looks.items() if path not in absent}
            elif below := self._below(absent, gone):
                looks = self.shown[how] = {path: shown for path, shown in looks.items() if path not in below}
            if how in ("list", "stat", "real"):
                # Folders with the same names, and the one Python that thousands of environments lead to.
                looks.update([(path, equal.setdefault(shown, shown)) for path, shown in looks.items()])
        stats = self.shown.get("stat", {})
        for path, shown in self.shown.get("lstat", {}).items():
            if shown == (stat := stats.get(path)):
                self.shown["lstat"][path] = stat
        for path, shown in self.shown.get("read", {}).items():
            if shown.stat is not None and shown.stat == (stat := stats.get(path)):
                self.shown["read"][path] = shown._replace(stat=stat)

    def _set_aside(self, how: str, paths: Iterable[str], equal: dict[object, Any]) -> None:
        """Notes what was not there by folder: in each of thousands nearly the same names are missing."""
        folders: dict[str, list[str]] = {}
        for path in paths:
            folder, _, name = path.rpartition(self._separator)
            folders.setdefault(folder, []).append(sys.intern(name))
        aside = self.absent.setdefault(how, {})
        for folder, missing in folders.items():
            names = tuple(sorted({*missing, *aside.get(folder, ())}))
            aside[folder] = equal.setdefault(names, names)

    def _below(self, paths: Iterable[str], gone: Collection[str]) -> set[str]:
        return {path for path in paths if path.rpartition(self._separator)[0] in gone}

    def _absent(self) -> Iterator[tuple[str, str]]:
        for how, folders in self.absent.items():
            for folder, names in folders.items():
                for name in names:
                    yield how, f"{folder}{self._separator}{name}"

    def paths(self) -> Iterator[str]:
        """Every path whose stat tells that a look would show something else, once: files, folders that were listed, what was not there.

        Of a folder that was not listed, only whether it exists counts; what is in it changes its stat.
        """
        paths = {
            (subject[0] if how == "standing" else subject): None
            for how, subject, shown in self._looks()
            if how not in ("variable", "real") and not (isinstance(shown, Stat) and shown.kind == "directory")
        }
        paths.update([(path, None) for _, path in self._absent()])
        return iter(paths)

    def seen(self, paths: Collection[str]) -> Iterator[tuple[str, Stat | None]]:
        """Those of ``paths`` that were looked at, with the stat that each had then; no folders, which change with what is in them."""
        for path in (path for how, path in self._absent() if how != "lstat"):
            if path in paths:
                yield path, None
        for how, path, shown in self._looks():
            if how in ("stat", "read") and path in paths:
                stat = shown.stat if isinstance(shown, Bytes) else shown
                if stat is None or (isinstance(stat, Stat) and stat.kind != "directory"):
                    yield path, stat


_MOST_ALIKE = 1024
_alike: dict[str | Stat, Any] = {}


def _once(look: str | Stat) -> Any:
    """An equal path or stat that was seen lately: for each of hundreds of projects the same folders above it are looked at."""
    if len(_alike) >= _MOST_ALIKE:
        _alike.clear()
    return _alike.setdefault(look, look)


def is_young(stat: Stat | None) -> bool:
    """Whether something changed so shortly ago that a later change may bear the same time."""
    return stat is not None and time.time_ns() - max(stat.mtime_ns, stat.changed_ns) < TICK_NS


def _same_list(path: str, shown: tuple[Entry, ...] | None, files: FileView, _: Mapping[str, str]) -> bool:
    listed = files.list(path)
    return listed == shown or (listed is not None and shown is not None and frozenset(listed) == frozenset(shown))


_SAME: dict[str, Callable[[Any, Any, FileView, Mapping[str, str]], bool]] = {
    "stat": lambda path, shown, files, _: _standing(files.stat(path)) == _standing(shown),
    "lstat": lambda path, shown, files, _: _standing(files.lstat(path)) == _standing(shown),
    "read": lambda path, shown, files, _: files.stat(path) == shown.stat and (shown.data is None or files.read(path) == shown.data),
    "list": _same_list,
    "link": lambda path, shown, files, _: files.link(path) == shown,
    "real": lambda path, shown, files, _: files.real(path) == shown,
    "standing": lambda subject, shown, files, _: files.standing(*subject) == shown,
    "variable": lambda name, shown, _, environ: environ.get(name) == shown,
}
"""By how it was looked: whether a look at the same shows what it did."""


def _standing(stat: object) -> object:
    """What a stat says; of a folder only what it is: its time tells of what is in it, and whoever asks that lists it."""
    return (stat.kind, stat.identity, stat.mode, stat.owner) if isinstance(stat, Stat) and stat.kind == "directory" else stat
