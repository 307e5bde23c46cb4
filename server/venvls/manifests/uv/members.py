"""The members of a uv workspace as its root states them, against those the lock knows (uv ``uv-workspace/src/workspace.rs``)."""

from __future__ import annotations

from venvls.manifests.uv.noted import table_of
from venvls.manifests.uv.reading import Lock, Table, names, table
from venvls.model.hints import TYPE_CHECKING
from venvls.model.member_globs import Globs, folders, patterns_of
from venvls.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from venvls.model.ports import FileView, Stat


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
        there = files.stat(files.path.join(root, *parts, "pyproject.toml"))
        if there is None or others.name(parts) or not members.name(parts) or _is_left_out(lock, root, gone, there, files):
            return f"{gone} is not a member of the workspace any more"
    for folder in sorted((folders(root, stated, files) or set()) - noted):
        if not others.name(folder.split("/")) and _is_member(root, folder, files):
            return f"{folder} was not yet a member of the workspace when it was made"
    return None


def folder_of(lock: Lock, name: str) -> str | None:
    """The folder of a member, from the lock's, with ``/``; ``.`` for the root's own."""
    return next((folder for package in lock.packages.get(canonical(name), ()) if (folder := _folder_in(package)) is not None), None)


def members(lock: Lock) -> tuple[Table, ...]:
    """The packages of a workspace's members; of a project alone its own. Every member asks."""
    return lock.once(members, lambda: _members(lock))


def _members(lock: Lock) -> tuple[Table, ...]:
    listed = names(lock.manifest.get("members"))
    if not listed:
        return tuple([member for member in (package_at(lock, "."),) if member is not None])
    return tuple([member for name in listed for member in lock.packages.get(name, ())[:1]])


def package_at(lock: Lock, folder: str) -> Table | None:
    """The package whose source is a folder, as seen from the lock's, with ``/``."""
    return lock.once(package_at, lambda: _by_folder(package for versions in lock.packages.values() for package in versions)).get(folder)


def packages_by_folder(lock: Lock) -> dict[str, Table]:
    """The members' packages by folder, from the lock's, with ``/``."""
    return _by_folder(package for name in names(lock.manifest.get("members")) for package in lock.packages.get(name, ()))


def _by_folder(packages: Iterable[Table]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for package in packages:
        if (folder := _folder_in(package)) is not None:
            found.setdefault(folder, package)
    return found


def _folder_in(package: Table) -> str | None:
    source = table(package.get("source"))
    return next((folder for kind in ("editable", "virtual", "directory") if isinstance(folder := source.get(kind), str)), None)


def tables_of_members(lock: Lock, root: str, files: FileView) -> dict[str, Table]:
    """What the pyproject.toml of each member says, by PEP 503 name; that of a root that is no project under an empty one."""
    folders_by_name = {name: folder for name in names(lock.manifest.get("members")) if (folder := folder_of(lock, name)) is not None}
    if "." not in folders_by_name.values():
        folders_by_name[""] = "."
    return {name: table_of(_place(root, folder, files), files) for name, folder in folders_by_name.items()}


def _place(root: str, folder: str, files: FileView) -> str:
    return str(files.path.join(root, *(part for part in folder.split("/") if part != ".")))


def _is_left_out(lock: Lock, root: str, folder: str, state: Stat, files: FileView) -> bool:
    """Whether uv does not manage the project in a member's folder any more. Wanted at every key in the root's manifest, of every member:
    what a file said is kept while it is the same."""
    known: dict[str, tuple[Stat, bool]] = lock.once(_is_left_out, dict)
    if folder not in known or known[folder][0] != state:
        data = files.read(files.path.join(_place(root, folder, files), "pyproject.toml"))
        known[folder] = state, data is not None and b"managed" in data and not _is_member(root, folder, files)
    return known[folder][1]


def _is_member(root: str, folder: str, files: FileView) -> bool:
    """Whether a folder's pyproject.toml is a project that uv manages."""
    value = table_of(_place(root, folder, files), files)
    managed = table(table(value.get("tool")).get("uv")).get("managed")
    return bool(table(value.get("project"))) and managed is not False
