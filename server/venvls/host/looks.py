"""Every look at the disk that this process takes, noted where the looks are taken: in ``os``, so that none is forgotten.

An answer rests on what was looked at, by whomever: files, walks, what is remembered of a person's choices, git's files. Nobody lists it.
While a command works, the functions of ``os`` that look at the disk note what they showed: of a file its identity (size, times of change,
number), taken no later than its content; of a folder that was listed the same, of any other only what it is; of what was asked for by name
alone, whether it was there. Each look, taken again, shows whether the answer is still true, without reading anything.

Copies of this process that take a part of its work (``forking``) send back what they looked at. Where a look cannot be noted, or there are
more than can be compared quickly, ``lost`` says so.
"""

from __future__ import annotations

import builtins
import io
import os
import stat
from _operator import attrgetter, itemgetter

from venvls.host import forking
from venvls.host.again import IDENTITY, STANDING, as_bytes, together
from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from venvls.host.again import Mark, Plain, There

_identity, _standing = attrgetter(*IDENTITY), attrgetter(*STANDING)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
MOST = 100_000
"""Looks that are noted."""
_MANY = 30
"""Names in one folder for which it is worth being opened."""
_SMALL_PART = 256
"""Files that are compared at once: room for the marks of thousands takes longer to find than they take to compare."""
_PART = 2_000
"""Listed folders that are compared at once."""
_PATCHED = ("stat", "lstat", "open", "access", "scandir", "listdir", "readlink")


class Looks:
    """What was looked at within ``with``, by path, as the first look showed it.

    ``contents`` are files and listed folders, ``folders`` those that were not listed; ``links`` and ``own_folders`` the same where no link
    was followed; ``there`` says of a name whether it was there, and no more.
    """

    def __init__(self) -> None:
        self.contents: dict[str, Mark | None] = {}
        self.folders: dict[str, Mark] = {}
        self.links: dict[str, Mark | None] = {}
        self.own_folders: dict[str, Mark] = {}
        self.there: dict[str, bool] = {}
        self.listed: dict[str, Mark] = {}
        self.lost = False
        self._opened: dict[int, str] = {}
        self._own: dict[str, Any] = {name: getattr(os, name) for name in _PATCHED if hasattr(os, name)}
        self._open = builtins.open

    def __enter__(self) -> Looks:
        for name in self._own:
            setattr(os, name, getattr(self, f"_{name}" if name != "open" else "_open_number"))
        builtins.open = io.open = self._open_file
        os.supports_dir_fd.add(self._access)
        forking.extra = self
        return self

    def __exit__(self, *failure: object) -> None:
        for name, function in self._own.items():
            setattr(os, name, function)
        builtins.open = io.open = self._open
        os.supports_dir_fd.discard(self._access)
        forking.extra = None

    def lose(self) -> None:
        """Something counted that cannot be noted."""
        self.lost = True

    def begin(self) -> None:
        """In a copy of the process: only what it looks at itself is noted from now on."""
        for looks in self._all():
            looks.clear()

    def taken(self) -> object:
        """What was noted, to be sent to another process."""
        return self._all(), self.lost

    def add(self, taken: Any) -> None:
        """Notes what another process has noted. Of what both looked at, an earlier look counts."""
        for looks, others in zip(self._all(), taken[0], strict=True):
            looks.update({**others, **looks})
        self.lost = self.lost or taken[1]

    def _all(self) -> tuple[dict[str, Any], ...]:
        return self.contents, self.folders, self.links, self.own_folders, self.there, self.listed

    def note(self, path: str) -> None:
        """Notes a file that was read in another way."""
        self._note_by_name(path)

    def forget(self, folder: str) -> None:
        """Leaves out what is in a folder: what is kept there is proved by other looks."""
        inside = os.path.join(folder, "")
        for looks in self._all():
            for path in [path for path in looks if path.startswith(folder) and (path == folder or path.startswith(inside))]:
                del looks[path]

    def plain(self) -> tuple[Plain, Plain, There]:
        """All of it as plain values that are quickly compared, without what follows from the rest."""
        contents, folders = self.contents, self.folders
        there = [path for path, was in self.there.items() if was and contents.get(path) is None and path not in folders]
        absent = [path for path, was in self.there.items() if not was]
        standing, missing = (
            {folder: together(names) for folder, names, _ in _by_folder(dict.fromkeys(paths))} for paths in (there, absent)
        )
        names = [(folder, standing.get(folder, ""), missing.get(folder, "")) for folder in {**standing, **missing}]
        groups, standing_folders, gone = _plain(contents, folders)
        files = ([*groups, *_by_root(self.listed)], standing_folders, gone)
        return files, _plain(self.links, self.own_folders), names

    def latest(self) -> int:
        """The latest time at which any of the files and listed folders changed; 0 where there are none."""
        marks = [*filter(None, self.contents.values()), *filter(None, self.links.values()), *self.listed.values()]
        return max(max(map(time, marks), default=0) for time in (itemgetter(1), itemgetter(2)))

    def _place(self, path: Any, folder: int | None = None) -> str | None:
        """The path a look was taken at; ``None`` where it is an open file's, which was noted when it was opened."""
        if isinstance(path, int):
            return None
        written = os.fspath(path)
        if not isinstance(written, str) or len(self.contents) + len(self.listed) > MOST:
            self.lost = True
            return None
        if folder is None:
            return written
        if folder not in self._opened:
            self.lost = True
            return None
        return f"{self._opened[folder]}{os.sep}{written}"

    def _stat(self, path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        if not follow_symlinks:
            return self._lstat(path, dir_fd=dir_fd)
        place = self._place(path, dir_fd)
        try:
            result: os.stat_result = self._own["stat"](path, dir_fd=dir_fd)
        except (OSError, ValueError):
            if place is not None:
                self.contents.setdefault(place, None)
            raise
        if place is not None:
            self._note(place, result)
        return result

    def _lstat(self, path: Any, *, dir_fd: int | None = None) -> os.stat_result:
        place = self._place(path, dir_fd)
        try:
            result: os.stat_result = self._own["lstat"](path, dir_fd=dir_fd)
        except (OSError, ValueError):
            if place is not None:
                self.links.setdefault(place, None)
            raise
        if place is not None:
            self._note_itself(place, result)
        return result

    def _note(self, place: str, result: os.stat_result, *, listed: bool = False) -> None:
        if listed or not stat.S_ISDIR(result.st_mode):
            self.contents.setdefault(place, _identity(result))
        elif place not in self.folders:
            self.folders[place] = _standing(result)

    def _note_by_name(self, place: str | None, *, listed: bool = False) -> None:
        if place is not None:
            try:
                self._note(place, self._own["stat"](place), listed=listed)
            except (OSError, ValueError):
                self.contents.setdefault(place, None)

    def _open_number(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        place = path if type(path) is str and dir_fd is None else self._place(path, dir_fd)
        try:
            number: int = self._own["open"](path, flags, mode, dir_fd=dir_fd)
        except (OSError, ValueError):
            if place is not None and place not in self.contents:
                self._note_by_name(place)
                self._note_link_by_name(place)  # it may be one that was not to be followed
            raise
        if place is None:
            return number
        if flags & _DIRECTORY:
            self._opened[number] = place
        if place not in self.contents:
            # Before anything is read of it: what changes in between then shows as a change, never the other way round.
            result = os.fstat(number)
            if stat.S_ISDIR(result.st_mode):
                self.folders.setdefault(place, _standing(result))
            else:
                self.contents[place] = _identity(result)
        return number

    def _note_itself(self, place: str, result: os.stat_result) -> None:
        if stat.S_ISDIR(result.st_mode):
            self.own_folders.setdefault(place, _standing(result))
        else:
            self.links.setdefault(place, _identity(result))

    def _note_link_by_name(self, place: str | None) -> None:
        if place is not None and place not in self.links:
            try:
                self._note_itself(place, self._own["lstat"](place))
            except (OSError, ValueError):
                self.links[place] = None

    def _open_file(self, file: Any, *arguments: Any, **named: Any) -> Any:
        self._note_by_name(self._place(file))
        return self._open(file, *arguments, **named)

    def _access(
        self, path: Any, mode: int, *, dir_fd: int | None = None, effective_ids: bool = False, follow_symlinks: bool = True
    ) -> bool:
        answer: bool
        if effective_ids or not follow_symlinks:
            answer = self._own["access"](path, mode, dir_fd=dir_fd, effective_ids=effective_ids, follow_symlinks=follow_symlinks)
        else:
            answer = self._own["access"](path, mode, dir_fd=dir_fd)
        folder = self._opened.get(dir_fd) if dir_fd is not None else ""
        place = f"{folder}{os.sep}{path}" if folder and type(path) is str else self._place(path, dir_fd)
        if mode == os.F_OK and place is not None:
            self.there.setdefault(place, answer)
        else:
            self._note_by_name(place)
        return answer

    def _scandir(self, path: Any = ".") -> Any:
        # A walk lists many thousands: nothing more is done for each than has to be.
        if type(path) is not str:
            self._list(path)
        elif path not in self.listed and not self.lost:
            try:
                self.listed[path] = _identity(self._own["stat"](path))
            except (OSError, ValueError):
                self._list(path)
            self.lost = self.lost or len(self.listed) > MOST
        return self._own["scandir"](path)

    def _listdir(self, path: Any = ".") -> Any:
        self._list(path)
        return self._own["listdir"](path)

    def _list(self, path: Any) -> None:
        if isinstance(path, int):
            self.lost = True
        else:
            self._note_by_name(self._place(path), listed=True)

    def _readlink(self, path: Any, *, dir_fd: int | None = None) -> Any:
        place = self._place(path, dir_fd)
        self._note_link_by_name(place)
        return self._own["readlink"](path, dir_fd=dir_fd)


def _plain(contents: dict[str, Mark | None], folders: dict[str, Mark]) -> Plain:
    present = {path: mark for path, mark in contents.items() if mark is not None}
    groups = [
        (folder, together(names[part : part + _SMALL_PART]), as_bytes(marks[part : part + _SMALL_PART]))
        for folder, names, marks in _by_folder(present)
        for part in range(0, len(names), _SMALL_PART)
    ]
    return groups, folders, [path for path, mark in contents.items() if mark is None]


def _by_root(listed: dict[str, Mark]) -> list[tuple[str, str, bytes]]:
    """The listed folders in parts that several processes can share, as paths from the folder that nearly all are in."""
    paths = list(listed)
    some = sorted(paths[:: len(paths) // 40 + 1])
    few = len(some) // 10  # are elsewhere: above what was walked, or where Pythons are
    root = os.path.commonprefix(some[few : len(some) - few]).rpartition(os.sep)[0]  # noqa: RUF071 - a folder above all others has a name too
    inside = [path for path in paths if path.startswith(f"{root}{os.sep}")] if root else []
    start, known = len(root) + 1, frozenset(inside)
    groups = [(root, [path[start:] for path in inside], inside)] if inside else []
    outside = [path for path in paths if path not in known]
    groups += [("", outside, outside)] if outside else []
    return [
        (folder, together(names[part : part + _PART]), as_bytes([listed[path] for path in own[part : part + _PART]]))
        for folder, names, own in groups
        for part in range(0, len(names), _PART)
    ]


def _by_folder(paths: dict[str, Any]) -> list[tuple[str, list[str], list[Any]]]:
    """The paths and their values by the folder two levels above, as most are in ``site-packages``; all that are few there by no folder."""
    groups: dict[str, tuple[list[str], list[Any]]] = {}
    for path, value in paths.items():
        parts = path.rsplit(os.sep, 2)
        # What begins with a separator would be taken for a full path.
        folder = parts[0] if len(parts) == 3 and parts[1] else ""
        names, values = groups.get(folder) or groups.setdefault(folder, ([], []))
        names.append(path[len(folder) + 1 :] if folder else path)
        values.append(value)
    few: tuple[list[str], list[Any]] = ([], [])
    large = []
    for folder, (names, values) in groups.items():
        if folder and len(names) >= _MANY:
            large.append((folder, names, values))
        else:
            few[0].extend(f"{folder}{os.sep}{name}" if folder else name for name in names)
            few[1].extend(values)
    return [*large, ("", *few)] if few[0] else large
