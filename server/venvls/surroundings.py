"""The environments of a workspace: those a walk found, those above it in the same repository, and the active one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from venvls import environments, projects
from venvls.model.environment import Environment
from venvls.model.ports import FileView, Found, Machine
from venvls.model.record import NamedTuple
from venvls.settings import Settings

# What makes a folder look like a project's before any of its files has been read.
_SIGNS = ("pyproject.toml", "requirements.txt", "requirements.in", "requirements", "reqs", "setup.py", "setup.cfg", "Pipfile")


class Surroundings(NamedTuple):
    """Every environment once, by real path; pointers that lead nowhere, each with its sentence; the active environment."""

    environments: tuple[Environment, ...]
    problems: tuple[tuple[str, str], ...]
    active: Environment | None


def look(
    machine: Machine, roots: Iterable[str], found: Mapping[str, Found], known_projects: Iterable[str], settings: Settings
) -> Surroundings:
    """Read what the walks found and what is around it."""
    files, projects_here = machine.files, frozenset(known_projects)
    paths = dict.fromkeys(path for one in found.values() for path in one.environments)
    for root in roots:
        paths.update(dict.fromkeys(_above(root, machine, settings.names)))

    def expected(path: str) -> bool:
        name = files.path.basename(path)
        if name not in settings.names and name not in projects.DEFAULT_NAMES:
            return False
        folder = files.path.dirname(path)
        return folder in projects_here or _is_project(folder, files)

    ask = environments.Ask(files, machine.environ(), machine.home(), machine.platform()["sys_platform"], "", {})
    gathered = environments.gather(files, paths, expected=expected, homes=environments.homes(ask))
    wanted = tuple(one for one in gathered.environments if settings.kind(one.kind))
    current = active(machine)
    usable = current is not None and (settings.kind(current.kind) or bool(machine.environ().get("VIRTUAL_ENV")))
    return Surroundings(wanted, gathered.problems, current if usable else None)


def active(machine: Machine) -> Environment | None:
    """The environment that ``VIRTUAL_ENV`` names, else the one that ``CONDA_PREFIX`` does, if it is one.

    conda's own (``base``) is active in every shell of many people and says nothing of what they work on; uv passes over it too
    (``uv-python/src/virtualenv.rs``).
    """
    environ = machine.environ()
    named = environ.get("VIRTUAL_ENV")
    if not named and environ.get("CONDA_DEFAULT_ENV", "base") not in ("base", "root"):
        named = environ.get("CONDA_PREFIX")
    return environments.recognise(machine.files, machine.files.path.normpath(named)) if named else None


def repository(folder: str, machine: Machine) -> str | None:
    """The top of the git work tree that ``folder`` is in; ``None`` outside of one. The home folder is never taken for one."""
    files: FileView = machine.files
    while files.lstat(files.path.join(folder, ".git")) is None:
        parent: str = files.path.dirname(folder)
        if parent in (folder, machine.home()):
            return None
        folder = parent
    return folder


def _above(root: str, machine: Machine, names: Iterable[str]) -> list[str]:
    """Where an environment for ``root`` may be above it: in the folders up to the repository's top, under the usual names.

    Outside of a repository the way up ends at the first folder that does not look like a project's.
    """
    files, top, home = machine.files, repository(root, machine), machine.home()
    places: list[str] = []
    folder = root
    while folder != top:
        above = files.path.dirname(folder)
        if above in (folder, home) or (top is None and not _is_project(above, files)):
            break
        folder = above
        places += [place for name in names if files.lstat(place := files.path.join(folder, name)) is not None]
    return places


def _is_project(folder: str, files: FileView) -> bool:
    return any(files.stat(files.path.join(folder, sign)) is not None for sign in _SIGNS)
