"""The members of a uv workspace as its root states them, against those the lock knows (uv ``uv-workspace/src/workspace.rs``).

Patterns are those of Rust's ``glob``: ``*``, ``?`` and ``[…]`` within one name, dots in front too; ``**`` crosses any number of folders,
at the end at least one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from venvls.manifests.uv.reading import Lock, names, table
from venvls.model.hints import TYPE_CHECKING
from venvls.model.member_globs import any_fits
from venvls.model.names import canonical

if TYPE_CHECKING:
    from venvls.model.ports import FileView

_MOST = 2_000
"""Folders looked at; in a larger workspace no new member is looked for."""
_DEEPEST = 40
_NEVER = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages"})
"""Folders that ``**`` is not followed into: large, and no place for a member."""


Seen = set[tuple[int, str, int]]


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
        if not there or any_fits(parts, excluded) or not any_fits(parts, stated):
            return f"{gone} is not a member of the workspace any more"
    seen: Seen = set()
    folders = {folder for number, pattern in enumerate(stated) for folder in _expand(root, "", pattern, files, (seen, number))}
    for folder in sorted(folders - noted) if len(seen) < _MOST else ():
        if not any_fits(folder.split("/"), excluded) and _is_member(root, folder, files):
            return f"{folder} was not yet a member of the workspace when it was made"
    return None


def _folder(lock: Lock, name: str) -> str | None:
    for package in lock.packages.get(canonical(name), ()):
        for kind in ("editable", "virtual", "directory"):
            if isinstance(folder := table(package.get("source")).get(kind), str):
                return folder
    return None


def _is_member(root: str, folder: str, files: FileView) -> bool:
    """Whether a folder's pyproject.toml is a project that uv manages."""
    data = files.read(files.path.join(root, *folder.split("/"), "pyproject.toml"))
    if data is None:
        return False
    from venvls.manifests.syntax.decode import decode
    from venvls.manifests.syntax.toml import read

    value = read(decode(data).text).value
    managed = table(table(value.get("tool")).get("uv")).get("managed")
    return bool(table(value.get("project"))) and managed is not False


def _patterns(listed: object) -> list[list[str]] | None:
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        return None
    patterns = [[part for part in text.replace("\\", "/").split("/") if part not in ("", ".")] for text in listed]
    patterns = [
        [part for index, part in enumerate(pattern) if part != "**" or pattern[index + 1 : index + 2] != ["**"]] for pattern in patterns
    ]
    return patterns if all(len(pattern) <= _DEEPEST for pattern in patterns) else None


def _expand(root: str, folder: str, pattern: Sequence[str], files: FileView, met: tuple[Seen, int]) -> Iterator[str]:
    """The folders below ``folder`` with a pyproject.toml that fit; ``met`` are the places that have been looked at, for which pattern."""
    seen, number = met
    place = (number, folder, len(pattern))
    if place in seen or len(seen) >= _MOST or folder.count("/") >= _DEEPEST:
        return
    seen.add(place)
    if not pattern:
        if folder and files.stat(files.path.join(root, *folder.split("/"), "pyproject.toml")) is not None:
            yield folder
        return
    first, rest = pattern[0], pattern[1:]
    if first != "**" and not any(sign in first for sign in "*?["):
        yield from _expand(root, f"{folder}/{first}" if folder else first, rest, files, met)
        return
    if first == "**" and rest:
        yield from _expand(root, folder, rest, files, met)
    for name in _inner(root, folder, files, links=first != "**"):
        below = f"{folder}/{name}" if folder else name
        if first != "**":
            if fnmatchcase(name, first):
                yield from _expand(root, below, rest, files, met)
        elif name not in _NEVER:
            if not rest:
                yield from _expand(root, below, (), files, met)
            yield from _expand(root, below, pattern, files, met)


def _inner(root: str, folder: str, files: FileView, *, links: bool) -> Iterable[str]:
    here = files.path.join(root, *folder.split("/")) if folder else root
    return [entry.name for entry in files.list(here) or () if entry.kind == "directory" or (links and entry.kind == "link")]
