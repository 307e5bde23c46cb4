"""Of which paths a change is told by the machine itself (``services.Notices``): these need no look until something is told of them.

A look at a path goes through every folder above it and every link on the way. Each of these folders is watched, and what happens to the
name by which the way goes on makes all that is reached through it uncertain: it is looked at again, and its way is gone again. A path that
does not exist is told of by the nearest folder that does. Where any folder of the way cannot be watched the path stays to be looked at.

Not told, and left to the look at everything that is taken now and then: what is mounted over a folder, a write by a memory map or another
hard link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.ports import FileView
    from venvls.services import Notices

_MOST_LINKS = 40
_MANY = 64
"""Of so many folders that changed everything is looked at, which is quicker than to compare each path with each."""


class Watches:
    """``paths`` are those of which nothing has been told since they were added; ``losses`` counts how often some went. For one
    thread."""

    def __init__(self, files: FileView, notices: Notices) -> None:
        self._files, self._notices = files, notices
        self.paths: set[str] = set()
        self.losses = 0
        # By the name it is reached by: the number of the folder that tells of it; negative where there is no such folder and the nearest
        # above that exists tells, 0 where nobody does.
        self._folders: dict[str, int] = {}
        self._names: dict[int, str | tuple[str, ...]] = {}  # most have one: of thousands, no tuple for each
        self._targets: dict[str, str] = {}
        self._written: set[int] = set()

    def add(self, path: str) -> bool:
        """Have every change at ``path`` told from now on; whether that is so. What is there is to be looked at after this."""
        if path not in self.paths and self._reaches(path, _MOST_LINKS):
            self.paths.add(path)
        return path in self.paths

    def take(self, counts: Callable[[str, str], bool]) -> None:
        """Takes in what was told: ``paths`` are without those that it concerns. ``counts`` says whether what happened to a name in a folder
        concerns the folder as well."""
        told, before = self._notices.take(), len(self.paths)
        if told is None:
            self.clear()
        else:
            self._lose(told, counts)
        self.losses += len(self.paths) < before

    def _lose(self, told: Iterable[tuple[int, str]], counts: Callable[[str, str], bool]) -> None:
        join = self._files.path.join
        ways: set[str] = set()
        for number, name in dict.fromkeys(told):
            for folder in self._names_of(number):
                if not name:
                    ways.add(folder)
                    continue
                path = join(folder, name)
                if path in self._folders:
                    ways.add(path)
                self.paths.discard(path)
                if folder in self.paths and counts(folder, name):
                    self.paths.discard(folder)
        if ways:
            self._leave(ways)

    def clear(self) -> None:
        """Nothing is watched any more."""
        for number in self._names:
            self._notices.forget(number)
        for known in (self.paths, self._folders, self._names, self._targets, self._written):
            known.clear()

    def _reaches(self, path: str, links: int) -> bool:
        """Whether every folder on the way to ``path``, and the last that matters for what is there, is watched."""
        above = self._files.path.dirname(path)
        number = self._enter(above, links)
        if number <= 0 or above == path:
            return number != 0
        entry = self._files.lstat(path)
        if entry is None:
            return True
        if entry.kind != "file":
            number = self._enter(path, links)
            target = self._targets.get(path)
            return number > 0 or (number < 0 and (target is None or (links > 0 and self._reaches(target, links - 1))))
        if number not in self._written:
            if self._notices.watch(above, contents=True) != number:
                return False
            self._written.add(number)
        return True

    def _enter(self, folder: str, links: int) -> int:
        number = self._folders.get(folder)
        if number is None:
            number = self._folders[folder] = self._entered(folder, links)
            if number > 0:
                self._name(number, (*self._names_of(number), folder))
        return number

    def _names_of(self, number: int) -> tuple[str, ...]:
        names = self._names.get(number, ())
        return (names,) if isinstance(names, str) else names

    def _name(self, number: int, names: tuple[str, ...]) -> None:
        self._names[number] = names[0] if len(names) == 1 else names

    def _entered(self, folder: str, links: int) -> int:
        above = self._files.path.dirname(folder)
        if above != folder:
            number = self._enter(above, links)
            if number <= 0:
                return number
            entry = self._files.lstat(folder)
            if entry is not None and entry.kind == "link":
                target = self._target(folder)
                return self._enter(target, links - 1) if target is not None and links > 0 else 0
            if entry is None or entry.kind != "directory":
                return -number
        return self._notices.watch(folder)

    def _target(self, link: str) -> str | None:
        """Where a link leads; ``None`` where that cannot be said by its text alone."""
        text, path = self._files.link(link), self._files.path
        if not text:
            return None
        absolute, parts = path.isabs(text), text.split(path.sep)
        while not absolute and parts[:1] == [".."]:
            del parts[0]
        if ".." in parts:
            return None
        target = str(path.normpath(text if absolute else path.join(self._files.real(path.dirname(link)), text)))
        self._targets[link] = target
        return target

    def _leave(self, ways: set[str]) -> None:
        """What is reached by ``ways`` is uncertain, and what is reached by links that lead there."""
        sep = self._files.path.sep
        new: Iterable[str] = ways
        while new and len(ways) < _MANY:
            below = tuple([way.rstrip(sep) + sep for way in new])
            new = [link for link, target in self._targets.items() if link not in ways and (target + sep).startswith(below)]
            ways.update(new)
        if len(ways) >= _MANY:
            self.clear()
            return
        below = tuple([way.rstrip(sep) + sep for way in ways])
        for path in [path for path in self.paths if (path + sep).startswith(below)]:
            self.paths.discard(path)
        for link in [link for link in self._targets if (link + sep).startswith(below)]:
            del self._targets[link]
        for folder in [folder for folder in self._folders if (folder.rstrip(sep) + sep).startswith(below)]:
            number = self._folders.pop(folder)
            names = tuple([name for name in self._names_of(number) if name != folder])
            if names:
                self._name(number, names)
            elif self._names.pop(number, None) is not None:
                self._written.discard(number)
                self._notices.forget(number)
