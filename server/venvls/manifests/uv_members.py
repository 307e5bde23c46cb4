"""The members of a uv workspace as its root states them, against those the lock knows (uv ``uv-workspace/src/workspace.rs``)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from venvls.manifests.pep508 import normalize
from venvls.manifests.uv_reading import Lock, names, table

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView

_MOST = 2_000
"""Folders looked at; a workspace with more members is not compared."""


def missing_member(lock: Lock, manifest: Manifest, files: FileView) -> str | None:
    """What the lock's members lack or have too many, as the beginning of a sentence; ``None`` where they agree or that is not known."""
    workspace = table(table(table(manifest.facts.get("tool")).get("uv")).get("workspace"))
    if not workspace and not lock.manifest.get("members"):
        return None
    root = files.path.dirname(manifest.path)
    stated = _stated(root, workspace, files)
    if stated is None:
        return None
    noted = {_folder(lock, name) for name in names(lock.manifest.get("members"))} - {None, "."}
    for folder in sorted(stated - noted):
        if _is_member(root, folder, files):
            return f"{folder} was no member of the workspace yet when it was made"
    # What else may make a folder a member is uv's to know: only those that are gone or excluded are sure.
    excluded = [_parts(text) for text in workspace.get("exclude") or ()]
    for gone in sorted(str(one) for one in noted - stated):
        there = files.stat(files.path.join(root, *gone.split("/"), "pyproject.toml")) is not None
        if not there or any(_fits(gone.split("/"), one) for one in excluded):
            return f"{gone} is no member of the workspace any more"
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


def _stated(root: str, workspace: object, files: FileView) -> set[str] | None:
    """The folders that ``members`` names and ``exclude`` does not, with ``/``; ``None`` for patterns that are not followed (``**``)."""
    asked = table(workspace)
    lists = [asked.get(key) or [] for key in ("members", "exclude")]
    if not all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in lists):
        return None
    patterns, excluded = ([_parts(text) for text in one] for one in lists)
    if any("**" in pattern for pattern in (*patterns, *excluded)):
        return None
    found: set[str] = set()
    for pattern in patterns:
        for folder in _expand(root, pattern, files):
            if not any(_fits(folder.split("/"), one) for one in excluded):
                found.add(folder)
        if len(found) > _MOST:
            return None
    return found - {"", "."}


def _expand(root: str, pattern: list[str], files: FileView) -> list[str]:
    folders = [""]
    for part in pattern:
        following: list[str] = []
        for folder in folders:
            if not any(sign in part for sign in "*?["):
                following.append(f"{folder}/{part}" if folder else part)
                continue
            here = files.path.join(root, *folder.split("/")) if folder else root
            names_here = [entry.name for entry in files.list(here) or () if entry.kind != "file" and not entry.name.startswith(".")]
            following.extend(f"{folder}/{name}" if folder else name for name in names_here if fnmatchcase(name, part))
        folders = following[: _MOST + 1]
    return [folder for folder in folders if files.stat(files.path.join(root, *folder.split("/"), "pyproject.toml")) is not None]


def _fits(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) == len(pattern) and all(fnmatchcase(part, one) for part, one in zip(parts, pattern, strict=True))


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.replace("\\", "/").split("/") if part not in ("", ".")]
