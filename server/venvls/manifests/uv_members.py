"""The members of a uv workspace as its root states them, against those the lock knows (uv ``uv-workspace/src/workspace.rs``).

Patterns are those of Rust's ``glob``: ``*``, ``?`` and ``[…]`` within one name, dots in front too; ``**`` crosses any number of folders,
at the end at least one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from venvls.manifests.pep508 import normalize
from venvls.manifests.uv_reading import Lock, names, table

if TYPE_CHECKING:
    from venvls.model.ports import FileView

_MOST = 1_000
"""Folders listed; in a larger workspace no new member is looked for."""
_DEEPEST = 40
_NEVER = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages"})
"""Folders that ``**`` is not followed into: large, and no place for a member."""


def missing_member(lock: Lock, root: str, workspace: Mapping[str, object], files: FileView) -> str | None:
    """What the lock's members lack or have too many, as the beginning of a sentence; ``None`` where they agree or that is not known.

    ``workspace`` is ``[tool.uv.workspace]`` of the folder ``root``.
    """
    if not workspace and not lock.manifest.get("members"):
        return None
    stated, excluded = _patterns(workspace.get("members")), _patterns(workspace.get("exclude"))
    if stated is None or excluded is None:
        return None
    noted = {_folder(lock, name) for name in names(lock.manifest.get("members"))} - {None, "."}
    for gone in sorted(map(str, noted)):
        parts = gone.split("/")
        there = files.stat(files.path.join(root, *parts, "pyproject.toml")) is not None
        if not there or _any_fits(parts, excluded) or not _any_fits(parts, stated):
            return f"{gone} is no member of the workspace any more"
    left = [_MOST]
    found = {folder for pattern in stated for folder in _expand(root, "", pattern, files, left)}
    for folder in sorted(found - noted) if left[0] > 0 else ():
        if not _any_fits(folder.split("/"), excluded) and _is_member(root, folder, files):
            return f"{folder} was no member of the workspace yet when it was made"
    return None


def _folder(lock: Lock, name: str) -> str | None:
    for package in lock.packages.get(normalize(name), ()):
        for kind in ("editable", "virtual", "directory"):
            if isinstance(found := table(package.get("source")).get(kind), str):
                return found
    return None


def _is_member(root: str, folder: str, files: FileView) -> bool:
    """Whether a folder's pyproject.toml is a project that uv manages."""
    data = files.read(files.path.join(root, *folder.split("/"), "pyproject.toml"))
    if data is None:
        return False
    from venvls.manifests.decode import decode
    from venvls.manifests.toml_text import read

    value = read(decode(data).text).value
    managed = table(table(value.get("tool")).get("uv")).get("managed")
    return bool(table(value.get("project"))) and managed is not False


def _patterns(listed: object) -> list[list[str]] | None:
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        return None
    patterns = [[part for part in text.replace("\\", "/").split("/") if part not in ("", ".")] for text in listed]
    return patterns if all(len(pattern) <= _DEEPEST for pattern in patterns) else None


def _expand(root: str, folder: str, pattern: Sequence[str], files: FileView, left: list[int]) -> Iterator[str]:
    """The folders below ``folder`` with a pyproject.toml that fit; ``left`` counts down the listings that are still allowed."""
    if not pattern:
        if folder and files.stat(files.path.join(root, *folder.split("/"), "pyproject.toml")) is not None:
            yield folder
        return
    first, rest = pattern[0], pattern[1:]
    if first != "**" and not any(sign in first for sign in "*?["):
        yield from _expand(root, f"{folder}/{first}" if folder else first, rest, files, left)
        return
    if first == "**" and rest:
        yield from _expand(root, folder, rest, files, left)
    for name in _inner(root, folder, files, left, links=first != "**"):
        below = f"{folder}/{name}" if folder else name
        if first != "**":
            if fnmatchcase(name, first):
                yield from _expand(root, below, rest, files, left)
        elif name not in _NEVER:
            if not rest:
                yield from _expand(root, below, (), files, left)
            yield from _expand(root, below, pattern, files, left)


def _inner(root: str, folder: str, files: FileView, left: list[int], *, links: bool) -> Iterable[str]:
    left[0] -= 1
    if left[0] <= 0 or folder.count("/") >= _DEEPEST:
        return ()
    here = files.path.join(root, *folder.split("/")) if folder else root
    return [one.name for one in files.list(here) or () if one.kind == "directory" or (links and one.kind == "link")]


def _any_fits(parts: Sequence[str], patterns: Iterable[Sequence[str]]) -> bool:
    return any(_fits(parts, pattern) for pattern in patterns)


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    # How many parts may be used up so far.
    used = {0}
    for number, one in enumerate(pattern, 1):
        if one == "**":
            used = set(range(min(used) + (number == len(pattern)), len(parts) + 1))
        else:
            used = {at + 1 for at in used if at < len(parts) and fnmatchcase(parts[at], one)}
        if not used:
            return False
    return len(parts) in used
