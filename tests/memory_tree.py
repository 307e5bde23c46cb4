"""A tree of files in memory as a `FileView`, POSIX or Windows, for everybody's tests.

    view = MemoryFiles({"/p/.venv/pyvenv.cfg": "home = /usr/bin\\n", "/p/.venv/bin/python": Link("/usr/bin/python3.12")})

A value is a file's text or bytes, `FOLDER`, `PIPE` (neither file nor folder) or a `Link`. Folders above a path come by themselves.
A Windows tree (`windows=True`) does not tell cases apart and takes `/` for `\\` in the paths it is given.
The tree can change: `put`, `take`.
"""

from __future__ import annotations

import ntpath
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from venvls.model.ports import Entry, EntryKind, Stat


@dataclass(frozen=True)
class Link:
    """A symbolic link, its target as written."""

    target: str


class _Mark:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


FOLDER = _Mark("FOLDER")
PIPE = _Mark("PIPE")
UNREADABLE = _Mark("UNREADABLE")
"""A folder that stands there and cannot be listed, as one without permission."""
Content = str | bytes | Link | _Mark

_MOST_LINKS = 40


@dataclass
class _Node:
    name: str
    content: Content
    number: int
    mtime_ns: int = 0
    children: dict[str, _Node] | None = None


class MemoryFiles:
    """Implements `venvls.model.ports.FileView`. `reads` lists every path whose bytes or names were asked for."""

    def __init__(self, tree: Mapping[str, Content] | None = None, *, windows: bool = False) -> None:
        self.path: ModuleType = ntpath if windows else posixpath
        self._windows = windows
        self._count = 0
        self._root = self._node("", FOLDER)
        self.reads: list[str] = []
        for path, content in (tree or {}).items():
            self.put(path, content)

    def put(self, path: str, content: Content = FOLDER) -> None:
        """Writes one entry, in place of what stood there; folders above it come by themselves and change their time."""
        parts = self._parts(path)
        node = self._root
        for part in parts[:-1]:
            node = self._child(node, part) or self._add(node, part, FOLDER)
            if node.children is None:
                raise ValueError(f"{part} in {path} is no folder")
        known = self._child(node, parts[-1])
        if known is not None and known.children is not None and content is FOLDER:
            return
        self._add(node, parts[-1], content)

    def take(self, path: str) -> None:
        """Removes one entry with all below it."""
        *above, last = self._parts(path)
        node = self._root
        for part in above:
            child = self._child(node, part)
            if child is None:
                raise KeyError(path)
            node = child
        assert node.children is not None
        del node.children[self._key(last)]
        self._touch(node)

    def stat(self, path: str) -> Stat | None:
        return self._stat(self._find(path, follow=True))

    def lstat(self, path: str) -> Stat | None:
        return self._stat(self._find(path, follow=False))

    def standing(self, folder: str, names: Iterable[str]) -> frozenset[str]:
        return frozenset(name for name in names if self._find(self.path.join(folder, name), follow=True) is not None)

    def list(self, path: str) -> tuple[Entry, ...] | None:
        self.reads.append(path)
        found = self._find(path, follow=True)
        if found is None or found.children is None or found.content is UNREADABLE:
            return None
        return tuple(Entry(node.name, self._kind(node)) for node in found.children.values())

    def read(self, path: str, limit: int = 10_000_000) -> bytes | None:
        self.reads.append(path)
        found = self._find(path, follow=True)
        if found is None or not isinstance(found.content, str | bytes):
            return None
        data = found.content.encode() if isinstance(found.content, str) else found.content
        return data if len(data) <= limit else None

    def read_entries(self, paths: Iterable[str], limit: int = 10_000_000, until: bytes = b"") -> Sequence[bytes | None]:
        return [self.read(path, limit) for path in paths]

    def link(self, path: str) -> str | None:
        found = self._find(path, follow=False)
        return found.content.target if found is not None and isinstance(found.content, Link) else None

    def real(self, path: str) -> str:
        resolved = self._resolve(path, follow=True)
        return path if resolved is None else resolved[0]

    def _node(self, name: str, content: Content) -> _Node:
        self._count += 1
        return _Node(name, content, self._count, self._count, {} if content in (FOLDER, UNREADABLE) else None)

    def _add(self, parent: _Node, name: str, content: Content) -> _Node:
        assert parent.children is not None
        node = parent.children[self._key(name)] = self._node(name, content)
        self._touch(parent)
        return node

    def _touch(self, node: _Node) -> None:
        self._count += 1
        node.mtime_ns = self._count

    def _key(self, name: str) -> str:
        return name.lower() if self._windows else name

    def _child(self, node: _Node, name: str) -> _Node | None:
        return None if node.children is None else node.children.get(self._key(name))

    def _parts(self, path: str) -> list[str]:
        plain = self.path.normpath(path)
        if not self.path.isabs(plain):
            raise ValueError(f"{path} is not absolute")
        drive, rest = self.path.splitdrive(plain)
        parts = [part for part in rest.split(self.path.sep) if part]
        return [drive, *parts] if drive else parts

    def _join(self, parts: list[str]) -> str:
        if self._windows:
            return parts[0] + "\\" + "\\".join(parts[1:]) if parts else "\\"
        return "/" + "/".join(parts)

    def _find(self, path: str, *, follow: bool) -> _Node | None:
        resolved = self._resolve(path, follow=follow)
        return None if resolved is None else resolved[1]

    def _resolve(self, path: str, *, follow: bool) -> tuple[str, _Node | None] | None:
        """The real path and the entry there (`None` where nothing is); `None` for a circle or a path that is none."""
        try:
            # `..` behind a link means the target's parent, as an operating system has it.
            drive, rest = self.path.splitdrive(path)
            if not self.path.isabs(path) or "\0" in path:
                return None
            parts = ([drive] if drive else []) + [part for part in rest.replace("\\" if self._windows else "/", "/").split("/") if part]
        except ValueError:
            return None
        return self._descend(parts, follow=follow)

    def _descend(self, parts: list[str], *, follow: bool) -> tuple[str, _Node | None] | None:
        done: list[tuple[str, _Node]] = []
        budget = _MOST_LINKS
        while parts:
            part = parts.pop(0)
            if part == ".":
                continue
            if part == "..":
                if done:
                    done.pop()
                continue
            here = done[-1][1] if done else self._root
            child = self._child(here, part)
            if child is None:
                rest = [name for name, _ in done] + [part, *parts]
                return self._join(rest), None
            if isinstance(child.content, Link) and (parts or follow):
                budget -= 1
                if budget < 0:
                    return None
                target = child.content.target
                drive, tail = self.path.splitdrive(target)
                steps = [step for step in tail.replace("\\" if self._windows else "/", "/").split("/") if step]
                if self.path.isabs(target):
                    done = []
                    steps = ([drive] if drive else []) + steps
                parts = steps + parts
                continue
            done.append((child.name, child))
        return self._join([name for name, _ in done]), done[-1][1] if done else self._root

    def _kind(self, node: _Node) -> EntryKind:
        if node.children is not None:
            return "directory"
        if isinstance(node.content, Link):
            return "link"
        return "other" if node.content is PIPE else "file"

    def _stat(self, node: _Node | None) -> Stat | None:
        if node is None:
            return None
        size = len(node.content.encode() if isinstance(node.content, str) else node.content) if isinstance(node.content, str | bytes) else 0
        return Stat(self._kind(node), size, node.mtime_ns, (1, node.number))
