"""Whether a uv.lock still fits all of its workspace: uv takes the lock as one, and refuses all of it where any member or the root changed
(uv ``lock/mod.rs``, ``satisfies``). Truth: ``uv lock --check`` in any member's folder.

A member that states requirements is a project, and its own check says whether the lock fits it; here are all other parts: those in folders
that were not opened, and those that state nothing.
"""

from __future__ import annotations

from venvls.manifests.uv.members import packages_by_folder
from venvls.manifests.uv.reading import Lock, Table, read
from venvls.manifests.uv.stale import difference
from venvls.model.facts import Facts
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace

if TYPE_CHECKING:
    from venvls.model.finding import Project
    from venvls.model.lock import LockFile, Others
    from venvls.model.ports import FileView


def stale_elsewhere(file: LockFile, project: Project, others: Others, files: FileView) -> str | None:
    """Why the lock does not fit the parts of ``project``'s workspace that nobody checks, as a sentence; of those outside the folders opened
    without a word of what is in them (threat T13)."""
    path, root = files.path, project.workspace
    name = path.basename(file.path)
    lock = file.read_as(Lock, read, name)
    if root is None or lock.problem is not None:
        return None
    opened = tuple([place.rstrip(path.sep) + path.sep for place in others.roots])
    for folder, package in {".": None, **packages_by_folder(lock)}.items():
        parts = [part for part in folder.split("/") if part not in ("", ".")]
        place = path.join(root, *parts)
        if ".." in parts or place in others.checked:
            continue
        what = _difference(lock, package, place, project, others, files)
        if what is not None:
            shown = "/".join((*parts, "pyproject.toml"))
            inside = (place + path.sep).startswith(opened)
            said = f"{shown} any more: {what}" if inside else f"{shown} of the same workspace any more"
            return f"{name} does not match {said}. Run `uv lock`, or sync."
    return None


def _difference(lock: Lock, package: Table | None, folder: str, project: Project, others: Others, files: FileView) -> str | None:
    place = files.path.join(folder, "pyproject.toml")
    manifest = others.stated(place)
    if manifest is None:
        # Of one that cannot be read nothing is known.
        return "it is not there" if files.stat(place) is None else None
    shared = project.workspace if folder != project.workspace else None
    its = replace(project, root=folder, manifests=(place,), workspace=shared)
    return difference(lock, package, manifest, Facts(its, files, {place: manifest}))
