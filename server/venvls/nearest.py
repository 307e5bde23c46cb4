"""The project of one folder with its environment and the tool that keeps it: what :mod:`venvls.workspace` says too, without findings.

For callers that somebody waits for and that check nothing: no rule, action or tool is loaded, and only the folders near the project's are
walked. An environment that is elsewhere below it is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls import manifests, settings
from venvls.model.finding import Project
from venvls.model.manifest import Manifest
from venvls.model.ports import FileView, Machine, Memory, Wanted
from venvls.model.record import NamedTuple
from venvls.reading import Reader
from venvls.settlement import Settlement
from venvls.surroundings import Upward

_DEPTH = 2
_LOCKS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}


class Nearest(NamedTuple):
    """A project, and the tool that keeps it with a lock of its own: ``uv``, ``poetry``, ``pdm``, ``pipenv``, or ``None``."""

    project: Project
    keeper: str | None


def has_manifest(folder: str, files: FileView) -> bool:
    """Whether a manifest is in the folder itself."""
    name = files.path.basename(folder)
    return any(entry.kind != "directory" and manifests.is_manifest(name, entry.name) for entry in files.list(folder) or ())


def nearest(folder: str, machine: Machine, memory: Memory) -> Nearest | None:
    """The project at or above ``folder``, as far up as a project may be; ``None`` where there is none."""
    files = machine.files
    upward = Upward(files, machine.home())
    root = next((place for place in (folder, *upward.above(folder)) if has_manifest(place, files)), None)
    if root is None:
        return None
    reader = Reader(files)
    loaded = reader.load(files.path.join(root, "pyproject.toml"))
    table = loaded.tool.get("venvls") if isinstance(loaded, Manifest) else None
    chosen = settings.read({}, {root: table} if isinstance(table, Mapping) else {})
    here = Settlement(machine, memory, reader, lambda: chosen, None)
    here.set_roots((root,))
    wanted = Wanted(lambda place, name: manifests.is_manifest(files.path.basename(place), name))
    here.walked(root, machine.walk(root, wanted=wanted, exclude=chosen.exclude, depth=_DEPTH, timeout=chosen.timeout))
    here.settle()
    project = here.project_of(root)
    return Nearest(project, _keeper(project, loaded, files)) if project is not None else None


def _keeper(project: Project, pyproject: Manifest | str, files: FileView) -> str | None:
    for lock in project.locks:
        name = files.path.basename(lock)
        managed = not isinstance(pyproject, Manifest) or (pyproject.tool.get("uv") or {}).get("managed") is not False
        if name in _LOCKS and (name != "uv.lock" or managed):
            return _LOCKS[name]
    if isinstance(pyproject, Manifest):
        uv = pyproject.tool.get("uv")
        if isinstance(uv, Mapping) and uv.get("managed") is not False and (pyproject.name is not None or "workspace" in uv):
            return "uv"
        poetry = pyproject.tool.get("poetry")
        if not project.locks and isinstance(poetry, Mapping) and {"dependencies", "group", "package-mode", "name"} & poetry.keys():
            return "poetry"
        if not project.locks and pyproject.own.pdm:
            return "pdm"
    return "pipenv" if files.path.join(project.root, "Pipfile") in project.manifests and not project.locks else None
