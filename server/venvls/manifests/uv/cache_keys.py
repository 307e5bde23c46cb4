"""What a package from this machine is built from, as uv looks at it before it trusts what is installed (uv ``uv-cache-info``): a file, or
the files and folders of a project that ``tool.uv.cache-keys`` names.

uv compares when the last of the files changed; on POSIX systems by the time that also moves with a new mode or name (``ctime``). Git's
commits and variables as keys are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from venvls.manifests.syntax.decode import decode
from venvls.manifests.uv.reading import table
from venvls.model import toml
from venvls.model.environment import BuiltFrom
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.ports import FileView

_DEFAULT: tuple[object, ...] = ("pyproject.toml", "setup.py", "setup.cfg", {"dir": "src"})
_LARGEST = 1_000_000
_MOST = 2_000
"""Folders that a pattern is followed into; beyond that nothing is said."""


class _TooMany(Exception):
    """A pattern leads through more folders than are looked at."""


def built_from(place: str, files: FileView) -> BuiltFrom | None:
    """The state of the file or project at ``place``; ``None`` where it is gone or its keys are not understood."""
    standing = files.stat(place)
    if standing is None:
        return None
    if standing.kind == "file":
        return _latest([files.path.basename(place)], files.path.dirname(place), frozenset(), files)
    keys = _keys(place, files)
    if keys is None:
        return None
    named = [_name(key, "file") for key in keys]
    folders = [_name(key, "dir") for key in keys if isinstance(key, dict)]
    wanted = [name for name in named if name]
    try:
        matched = [path for name in wanted if _is_pattern(name) for path in _expand(place, name.split("/"), files)]
    except _TooMany:
        return None
    plain = [name for name in wanted if not _is_pattern(name)]
    there = frozenset(name for name in folders if name and _kind(files, place, name) == "directory")
    return _latest([*plain, *matched], place, there, files)


def _latest(names: Iterable[str], folder: str, there: frozenset[str], files: FileView) -> BuiltFrom:
    changed, latest = None, ""
    for name in names:
        standing = files.stat(files.path.join(folder, name))
        if standing is not None and standing.kind == "file":
            time = standing.mtime_ns if files.path.sep == "\\" else standing.changed_ns
            if changed is None or time >= changed:
                changed, latest = time, name
    return BuiltFrom(changed, there, latest)


def _keys(folder: str, files: FileView) -> tuple[object, ...] | None:
    data = files.read(files.path.join(folder, "pyproject.toml"), _LARGEST)
    try:
        value = toml.loads(decode(data).text) if data is not None else {}
    except (ValueError, RecursionError):
        return _DEFAULT
    keys = table(table(value.get("tool")).get("uv")).get("cache-keys")
    if keys is None:
        return _DEFAULT
    if not isinstance(keys, list) or not all(isinstance(key, str) or (isinstance(key, dict) and _KNOWN & key.keys()) for key in keys):
        return None
    return None if any("{" in (_name(key, "file") or "") for key in keys) else tuple(keys)


_KNOWN = frozenset(("file", "dir", "git", "env"))


def _name(key: object, kind: str) -> str | None:
    name = key if kind == "file" and isinstance(key, str) else key.get(kind) if isinstance(key, dict) else None
    return name if isinstance(name, str) and "\0" not in name else None


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _kind(files: FileView, folder: str, name: str) -> str | None:
    standing = files.stat(files.path.join(folder, name))
    return standing.kind if standing is not None else None


def _expand(root: str, pattern: list[str], files: FileView) -> Iterator[str]:
    """The files below ``root`` that fit, as paths from there."""
    waiting = [("", tuple(part for part in pattern if part not in ("", ".")))]
    seen = set(waiting)
    while waiting:
        folder, (first, *rest) = waiting.pop()
        following: list[tuple[str, tuple[str, ...]]] = [(folder, tuple(rest))] if first == "**" and rest else []
        for entry in files.list(files.path.join(root, folder)) or ():
            below = f"{folder}/{entry.name}" if folder else entry.name
            if entry.kind == "directory" and first == "**":
                following.append((below, (first, *rest)))
            elif entry.kind == "directory" and rest and fnmatchcase(entry.name, first):
                following.append((below, tuple(rest)))
            elif entry.kind != "directory" and not rest and (first == "**" or fnmatchcase(entry.name, first)):
                yield below
        waiting.extend(place for place in following if place not in seen)
        seen.update(following)
        if len(seen) > _MOST:
            raise _TooMany
