"""The environments of a workspace: those a walk found, those above it in the same repository, and the active one."""

from __future__ import annotations

from venvls import environments, projects
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView, Machine, WalkResult
from venvls.model.record import NamedTuple
from venvls.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

# By these a walk tells that a folder is an environment.
_MARKS = ("pyvenv.cfg", "conda-meta")


class Surroundings(NamedTuple):
    """Every environment once, by real path; pointers that lead nowhere, each with its sentence; the active environment."""

    environments: tuple[Environment, ...]
    problems: tuple[tuple[str, str], ...]
    active: Environment | None


def look(
    machine: Machine,
    roots: Iterable[str],
    walks: Mapping[str, WalkResult],
    known_projects: Iterable[str],
    settings: Settings,
    upward: Upward,
    known: environments.Recognised | None = None,
) -> Surroundings:
    """Read what the walks found and what is around it. In ``known`` is what was read already, and is put what is read here."""
    files, projects_here = machine.files, frozenset(known_projects)
    paths = dict.fromkeys(path for walk in walks.values() for path in walk.environments)
    for root in roots:
        paths.update(dict.fromkeys(_places_above(root, upward, files, settings.names)))

    def expected(path: str) -> bool:
        name = files.path.basename(path)
        if name not in settings.names and name not in projects.DEFAULT_NAMES:
            return False
        folder = files.path.dirname(path)
        return folder in projects_here or projects.is_project_folder(folder, files)

    query = environments.Query(files, machine.environ(), machine.home(), machine.platform()["sys_platform"], "", {})
    gathered = environments.gather(files, paths, expected=expected, homes=environments.homes(query), known=known)
    wanted = tuple(environment for environment in gathered.environments if settings.kind(environment.kind))
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


class Inside:
    """Which files are the person's own: below one of the ``roots``, or of the repositories that these are in.

    Links are followed: one inside that leads outside shows nothing of what it leads to (threat T13).
    """

    def __init__(self, roots: Iterable[str], machine: Machine) -> None:
        self._roots, self._machine = roots, machine
        self._tops: tuple[str, ...] | None = None
        self._known: dict[str, bool] = {}

    def __contains__(self, path: str) -> bool:
        known = self._known.get(path)
        if known is None:
            files = self._machine.files
            if self._tops is None:
                tops = (*self._roots, *filter(None, (repository(root, self._machine) for root in self._roots)))
                self._tops = tuple(dict.fromkeys(files.real(top).rstrip(files.path.sep) + files.path.sep for top in tops))
            known = self._known[path] = files.real(path).startswith(self._tops)
        return known


class Upward:
    """The folders above one that may say something of it: inside a git work tree those up to its top, elsewhere those below the home
    folder, or below a folder at the top of the disk.

    Never the home folder itself, never over the boundary of a file system, never a folder of somebody else; but always those that were
    opened (``roots``). A work tree inside another one is a world of its own.
    """

    def __init__(self, files: FileView, home: str, roots: Collection[str] = ()) -> None:
        self._files, self._home, self._roots = files, home, frozenset(roots)
        self._known: dict[str, tuple[str, ...]] = {}
        self._steps: dict[str, tuple[bool, str]] = {}
        self._owners: dict[str, tuple[int, int] | None] = {}

    def above(self, path: str) -> tuple[str, ...]:
        """The folders above ``path``, the nearest first."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._above(path)
        return known

    def _above(self, path: str) -> tuple[str, ...]:
        chain: list[str] = []
        folder = path
        while True:
            is_top, parent = self._steps.get(folder) or self._step(folder)
            if is_top:
                break
            if parent == folder or (parent == self._home and parent not in self._roots):
                # No work tree: folders like /tmp and /srv are everybody's.
                opened = next((number for number, folder in enumerate(chain) if folder in self._roots), -1)
                return tuple(
                    self._own(path, [folder for number, folder in enumerate(chain) if number <= opened or not self._is_high(folder)])
                )
            chain.append(parent)
            folder = parent
        return tuple(self._own(path, chain))

    def _is_high(self, folder: str) -> bool:
        above: str = self._files.path.dirname(folder)
        high: bool = folder == above or self._files.path.dirname(above) == above
        return high

    def rest(self) -> None:
        """Forgets what was only looked up on the way."""
        self._steps, self._owners = {}, {}

    def _step(self, folder: str) -> tuple[bool, str]:
        """Whether a folder is the top of a work tree, and the one above it: nearly all ways up lead through the same ones."""
        is_top = self._files.lstat(self._files.path.join(folder, ".git")) is not None
        step = self._steps[folder] = (is_top, self._files.path.dirname(folder))
        return step

    def _own(self, path: str, chain: list[str]) -> Iterator[str]:
        start = self._owner(path)
        for folder in chain:
            here = self._owner(folder)
            if start is not None and here is not None and here != start and folder not in self._roots:
                return
            yield folder

    def _owner(self, folder: str) -> tuple[int, int] | None:
        """The file system that a folder is on, and whose it is; ``None`` where there is nothing."""
        if folder not in self._owners:
            stat = self._files.stat(folder)
            self._owners[folder] = (stat.identity[0], stat.owner) if stat is not None else None
        return self._owners[folder]


def _places_above(root: str, upward: Upward, files: FileView, names: Iterable[str]) -> list[str]:
    """Where an environment for ``root`` may be above it: under the usual names and in pixi's place; in the folder of a project or at the
    top of a work tree under any name, as a walk from there would come upon it. Elsewhere a folder of any name is somebody else's."""
    join = files.path.join
    usual = frozenset(names)
    places: list[str] = []
    for folder in upward.above(root):
        places += [place for name in names if files.lstat(place := join(folder, name)) is not None]
        parents = [join(folder, ".pixi", "envs")]
        if projects.is_project_folder(folder, files) or files.lstat(join(folder, ".git")) is not None:
            parents.append(folder)
        for parent in parents:
            inside = [entry.name for entry in files.list(parent) or () if entry.kind == "directory" and entry.name not in usual]
            places += [join(parent, name) for name in inside if files.standing(join(parent, name), _MARKS)]
    return places
