"""What an answer rests on: every look at files and variables that was taken while it was worked out, with what was seen.

Nobody lists the inputs of an answer. Whoever works it out is given files, or a machine, that note each look into an :class:`Inputs`; the
answer stays true for as long as each of these looks, taken again, shows the same. A look and what it showed are plain values, so that they
can be kept elsewhere than in memory.
"""

from __future__ import annotations

import sys
import time

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.ports import Entry, FileView, Machine, Result, Stat, Store, WalkResult, Wanted
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from venvls.model.contents import Contents
    from venvls.model.environment import Environment, Git, Installed

TICK_NS = 2_100_000_000
"""A file system's clock ticks as rarely as every two seconds (FAT): what changed that recently may change again and bear the same time."""
_SMALL = 1_000_000


class Bytes(NamedTuple):
    """What reading a file showed: its stat before. While that is too young to tell this content from the next, also the content."""

    stat: Stat | None
    data: bytes | None


_NOTHING = Bytes(None, None)


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
            absent = {path for path, shown in looks.items() if shown is None or shown is _NOTHING}
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


class NotedFiles:
    """``files``, with every look noted in ``inputs``; implements :class:`venvls.model.ports.FileView`."""

    __slots__ = ("_files", "_inputs", "path")

    def __init__(self, files: FileView, inputs: Inputs) -> None:
        self._files, self._inputs = files, inputs
        self.path: ModuleType = files.path

    def stat(self, path: str) -> Stat | None:
        """As the port says, and noted; so are all others."""
        looks = self._inputs.of("stat")
        if self._inputs.lasting and path in looks:
            known: Stat | None = looks[path]
            return known
        shown = self._files.stat(path)
        looks.setdefault(path, shown)
        return shown

    def lstat(self, path: str) -> Stat | None:
        """The entry itself, a link not followed."""
        looks = self._inputs.of("lstat")
        if self._inputs.lasting and path in looks:
            known: Stat | None = looks[path]
            return known
        shown = self._files.lstat(path)
        looks.setdefault(path, shown)
        return shown

    def standing(self, folder: str, names: Iterable[str]) -> frozenset[str]:
        """Those of ``names``, paths from ``folder``, at which anything is."""
        names = tuple(names)
        shown = self._files.standing(folder, names)
        self._inputs.of("standing").setdefault((folder, names), shown)
        return shown

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """The names in a folder."""
        looks = self._inputs.of("list")
        if self._inputs.lasting and path in looks:
            known: tuple[Entry, ...] | None = looks[path]
            return known
        shown = _shared(path, self._files.list(path))
        looks.setdefault(path, shown)
        return shown

    def read(self, path: str, limit: int = 10_000_000) -> bytes | None:
        """A file's bytes."""
        return self._read(path, limit, self._files.read)

    def read_entries(self, paths: Iterable[str], limit: int = 10_000_000, until: bytes = b"") -> Sequence[bytes | None]:
        """The bytes of files in folders that were listed, the whole of them."""
        return [self._read(path, limit, self._entry) for path in paths]

    def link(self, path: str) -> str | None:
        """Where a link points."""
        shown = self._files.link(path)
        self._inputs.of("link").setdefault(path, shown)
        return shown

    def real(self, path: str) -> str:
        """``path`` with every link resolved."""
        looks = self._inputs.of("real")
        if self._inputs.lasting and path in looks:
            known: str = looks[path]
            return known
        shown = self._files.real(path)
        if shown == path:
            shown = path  # most are: one text
        looks.setdefault(path, shown)
        return shown

    def _entry(self, path: str, limit: int) -> bytes | None:
        return self._files.read_entries((path,), limit)[0]

    def _read(self, path: str, limit: int, read: Callable[[str, int], bytes | None]) -> bytes | None:
        looks = self._inputs.of("read")
        if self._inputs.lasting and looks.get(path) is _NOTHING:
            return None
        # Looked at first: what changes in between then shows as a change, never the other way round.
        stat = self._files.stat(path)
        data = read(path, limit) if stat is not None else None
        if path not in looks:
            kept = data if data is not None and len(data) <= _SMALL and is_young(stat) else None
            looks[path] = Bytes(stat, kept) if stat is not None else _NOTHING
        return data


class NotedMachine:
    """``machine``, with every look at its files and variables noted; implements :class:`venvls.model.ports.Machine`."""

    __slots__ = ("_environ", "_machine", "files")

    def __init__(self, machine: Machine, inputs: Inputs) -> None:
        self._machine = machine
        self._environ = _NotedVariables(machine.environ(), inputs)
        self.files: FileView = NotedFiles(machine.files, inputs)

    def environ(self) -> Mapping[str, str]:
        """The process's variables."""
        return self._environ

    def home(self) -> str:
        """The person's home folder."""
        return self._machine.home()

    def platform(self) -> Mapping[str, str]:
        """PEP 508's platform variables of this machine."""
        return self._machine.platform()

    def walk(
        self,
        root: str,
        *,
        wanted: Wanted,
        exclude: Iterable[str] = (),
        depth: int = 0,
        timeout: float = 0,
        partial: Callable[[WalkResult], None] | None = None,
    ) -> WalkResult:
        """What is below ``root``. Not noted: a walk is taken again when somebody says so."""
        return self._machine.walk(root, wanted=wanted, exclude=exclude, depth=depth, timeout=timeout, partial=partial)

    def reaches(self, root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0) -> bool:
        """Whether a walk of ``root`` would come upon ``path``."""
        return self._machine.reaches(root, path, exclude=exclude, depth=depth)

    def installed(self, environment: Environment) -> Installed:
        """What is installed there: the same object for as long as it is true, and so its own record."""
        return self._machine.installed(environment)

    def git(self, prefix: str, files: FileView | None = None) -> Git | None:
        """What git's files say of the environment at ``prefix``."""
        return self._machine.git(prefix, files or self.files)

    def contents(self, folder: str) -> Contents | None:
        """What is below an environment that is to be deleted: looked at when somebody asks, and no verdict's."""
        return self._machine.contents(folder)

    def which(self, program: str, *, outside: Iterable[str] = ()) -> str | None:
        """The absolute path of a program on PATH."""
        return self._machine.which(program, outside=outside)

    def store(self, concern: str, made_by: Iterable[str], places: Iterable[str]) -> Store:
        """What is kept of one concern; whoever keeps it says what it rests on."""
        return self._machine.store(concern, made_by, places)

    def within(self, seconds: float, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """What ``work`` gives within so much time."""
        return self._machine.within(seconds, work, otherwise)


if TYPE_CHECKING:
    _Variables = Mapping[str, str]
else:
    _Variables = object


class _NotedVariables(_Variables):
    """The process's variables; those that were looked for are noted, the missing ones too."""

    def __init__(self, environ: Mapping[str, str], inputs: Inputs) -> None:
        self._environ, self._inputs = environ, inputs

    def _value(self, name: Any) -> str | None:
        value = self._environ.get(name)
        self._inputs.of("variable").setdefault(name, value)
        return value

    def __getitem__(self, name: str) -> str:
        value = self._value(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The variable; ``default`` where there is none."""
        value = self._value(name)
        return default if value is None else value

    def __contains__(self, name: object) -> bool:
        return self._value(name) is not None

    def keys(self) -> Any:
        """The names of all."""
        return self._environ.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)


_MOST_ALIKE = 1024
_alike: dict[str | Stat, Any] = {}


def _once(look: str | Stat) -> Any:
    """An equal path or stat that was seen lately: for each of hundreds of projects the same folders above it are looked at."""
    if len(_alike) >= _MOST_ALIKE:
        _alike.clear()
    return _alike.setdefault(look, look)


_LARGE, _MOST_LISTINGS = 50, 32
_listings: dict[str, tuple[Entry, ...]] = {}


def _shared(path: str, listed: tuple[Entry, ...] | None) -> tuple[Entry, ...] | None:
    """An equal listing that is known already, where it is long: hundreds of projects list one Python's packages, and all keep it."""
    if listed is None or len(listed) < _LARGE:
        return listed
    known = _listings.get(path)
    if known == listed:
        return known
    if len(_listings) >= _MOST_LISTINGS:
        _listings.clear()
    _listings[path] = listed
    return listed


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
