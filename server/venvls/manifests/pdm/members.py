"""The members of a PDM workspace (``[tool.pdm.workspace]``): a lock is made from their manifests too (pdm ``project/workspace.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView

_MOST = 2_000


def workspace(manifest: Manifest) -> Mapping[str, object]:
    """``[tool.pdm.workspace]``; an empty table for a project that is no root of a workspace."""
    table: object = manifest.tool
    for key in ("pdm", "workspace"):
        table = table.get(key) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else {}


def member_texts(manifest: Manifest, files: FileView) -> tuple[tuple[str, str], ...] | None:
    """Each member's path below the root, as PDM writes and sorts it, with the text of its pyproject.toml.

    ``None`` where they cannot be told: a pattern over any depth, a text that cannot be read.
    """
    return texts_of(workspace(manifest), files.path.dirname(manifest.path), files)


def texts_of(table: Mapping[str, object], root: str, files: FileView) -> tuple[tuple[str, str], ...] | None:
    """The same for the ``[tool.pdm.workspace]`` of the folder ``root``."""
    listed = table.get("members")
    patterns = [pattern for pattern in listed if isinstance(pattern, str)] if isinstance(listed, list) else []
    if any("**" in pattern or pattern.startswith(("/", "..")) for pattern in patterns):
        return None
    texts: dict[str, str] = {}
    for folder in (folder for pattern in patterns for folder in _folders(root, pattern, files)):
        place = files.path.join(root, *folder.split("/"), "pyproject.toml")
        if folder in texts or files.stat(place) is None:
            continue
        data = files.read(place)
        if data is None or len(texts) >= _MOST:
            return None
        texts[folder] = data.decode("utf-8", "replace")
    return tuple(sorted(texts.items()))


def _folders(root: str, pattern: str, files: FileView) -> Iterable[str]:
    folders = [""]
    for part in (part for part in pattern.split("/") if part not in ("", ".")):
        folders = [inner for folder in folders for inner in _inside(root, folder, part, files)][:_MOST]
    return (folder for folder in folders if folder)


def _inside(root: str, folder: str, part: str, files: FileView) -> Iterator[str]:
    if not any(mark in part for mark in "*?["):
        yield f"{folder}/{part}" if folder else part
        return
    for entry in files.list(files.path.join(root, *filter(None, folder.split("/")))) or ():
        if entry.kind != "file" and fnmatchcase(entry.name, part):
            yield f"{folder}/{entry.name}" if folder else entry.name
