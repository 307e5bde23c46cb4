"""The members of a uv workspace as its root states them, against those the lock knows (uv ``uv-workspace/src/workspace.rs``)."""

from __future__ import annotations

from venvls.manifests.uv.noted import table_of
from venvls.manifests.uv.reading import Lock, Table, names, table
from venvls.model.hints import TYPE_CHECKING
from venvls.model.member_globs import Globs, folders, patterns_of
from venvls.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.model.ports import FileView


def missing_member(lock: Lock, root: str, workspace: Mapping[str, object], files: FileView) -> str | None:
    """What the lock's members lack or have too many, as the beginning of a sentence; ``None`` where they agree or that is not known.

    ``workspace`` is ``[tool.uv.workspace]`` of the folder ``root``.
    """
    if not workspace and not lock.manifest.get("members"):
        return None
    stated, excluded = patterns_of(workspace.get("members")), patterns_of(workspace.get("exclude"))
    if stated is None or excluded is None:
        return None
    members, others = Globs(stated), Globs(excluded)
    noted = {folder_of(lock, name) for name in names(lock.manifest.get("members"))} - {None, "."}
    for gone in sorted(map(str, noted)):
        parts = gone.split("/")
        there = files.stat(files.path.join(root, *parts, "pyproject.toml")) is not None
        if not there or others.name(parts) or not members.name(parts):
            return f"{gone} is not a member of the workspace any more"
    for folder in sorted((folders(root, stated, files) or set()) - noted):
        if not others.name(folder.split("/")) and _is_member(root, folder, files):
            return f"{folder} was not yet a member of the workspace when it was made"
    return None


def folder_of(lock: Lock, name: str) -> str | None:
    """The folder of a member, from the lock's, with ``/``; ``.`` for the root's own."""
    for package in lock.packages.get(canonical(name), ()):
        for kind in ("editable", "virtual", "directory"):
            if isinstance(folder := table(package.get("source")).get(kind), str):
                return folder
    return None


def tables_of_members(lock: Lock, root: str, files: FileView) -> dict[str, Table]:
    """What the pyproject.toml of each member says, by PEP 503 name; that of a root that is no project under an empty one."""
    folders_by_name = {name: folder for name in names(lock.manifest.get("members")) if (folder := folder_of(lock, name)) is not None}
    if "." not in folders_by_name.values():
        folders_by_name[""] = "."
    return {name: table_of(_place(root, folder, files), files) for name, folder in folders_by_name.items()}


def _place(root: str, folder: str, files: FileView) -> str:
    return str(files.path.join(root, *(part for part in folder.split("/") if part != ".")))


def _is_member(root: str, folder: str, files: FileView) -> bool:
    """Whether a folder's pyproject.toml is a project that uv manages."""
    value = table_of(_place(root, folder, files), files)
    managed = table(table(value.get("tool")).get("uv")).get("managed")
    return bool(table(value.get("project"))) and managed is not False
