"""The project of one folder with its environment and the tool that keeps it: what :mod:`venvls.workspace` says too, without findings.

For callers that somebody waits for and that check nothing: no rule, action or tool is loaded, and only the folders near the project's are
walked. An environment that is elsewhere below it is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls import manifests, settings
from venvls.folders import Folders
from venvls.model.finding import Project
from venvls.model.manifest import Manifest
from venvls.model.ports import FileView, Machine, Memory, Wanted
from venvls.model.record import NamedTuple
from venvls.reading import Reader
from venvls.settlement import Settlement
from venvls.surroundings import Upward

_DEPTH = 2
_OF_POETRY = frozenset({"dependencies", "group", "package-mode", "name"})
_BY_PDM = 'created-by = "pdm"'


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
    folders = Folders(files, lambda: chosen.names)
    folders.set_roots((root,))
    wanted = Wanted(lambda place, name: manifests.is_manifest(files.path.basename(place), name))
    folders.walked(root, machine.walk(root, wanted=wanted, exclude=chosen.exclude, depth=_DEPTH, timeout=chosen.timeout))
    here = Settlement(folders, machine, memory, reader, lambda: chosen, None)
    here.settle()
    project = here.project_of(root)
    return Nearest(project, _keeper(project, loaded, machine, reader)) if project is not None else None


def _keeper(project: Project, pyproject: Manifest | str, machine: Machine, reader: Reader) -> str | None:
    """As :func:`venvls.tools.tool_for` has it, for the tools that keep a lock of their own."""
    files = machine.files
    names = [files.path.basename(lock) for lock in project.locks]
    stated = pyproject if isinstance(pyproject, Manifest) else None
    uv = stated.tool.get("uv") if stated is not None else None
    if not isinstance(uv, Mapping):
        uv = None
    if (uv is None or uv.get("managed") is not False) and (
        "uv.lock" in names or (uv is not None and stated is not None and (stated.name is not None or "workspace" in uv))
    ):
        return "uv"
    if "poetry.lock" in names:
        return "poetry"
    if not names and stated is not None:
        poetry = stated.tool.get("poetry")
        if isinstance(poetry, Mapping) and not _OF_POETRY.isdisjoint(poetry):
            return "poetry"
        # Nothing but the backend says so, and any installer can build it: Poetry's word counts where Poetry is.
        if stated.own.poetry is not None and machine.which("poetry", outside=(project.root,)) is not None:
            return "poetry"
    if names[:1] == ["Pipfile.lock"] or (not names and files.path.join(project.root, "Pipfile") in project.manifests):
        return "pipenv"
    if project.environment is not None and files.path.basename(project.environment.prefix) == "__pypackages__":
        return "pdm"
    named = [name for name in names if not name.endswith(".txt")]
    if "pdm.lock" in names or (not named and stated is not None and stated.own.pdm):
        return "pdm"
    if names[:1] == ["pylock.toml"] and stated is not None and stated.own.pdm:
        lock = reader.lock(project.locks[0])
        return "pdm" if lock is not None and _BY_PDM in lock.text.source else None
    return None
