"""What a project's facts rest on, put together as one :class:`Basis`: next to its manifests and packages what is chosen by settings,
command line and earlier syncs, which lock counts, whose side matter it is, what git says, and which files are somebody else's.

Knows no facts and no finding, and remembers nothing beyond one sorting.
"""

from __future__ import annotations

from venvls import discovery, surroundings
from venvls.basis import NOTHING, Basis, lock_that_counts
from venvls.inputs import Inputs
from venvls.model.facts import Choice
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.noted_files import NotedFiles
from venvls.projects import Landscape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from venvls.graph import Graph
    from venvls.model.environment import Environment, Git, Installed
    from venvls.model.finding import Project
    from venvls.model.lock import LockFile
    from venvls.model.manifest import Manifest
    from venvls.model.ports import Machine, Memory
    from venvls.reading import Reader
    from venvls.settings import Settings
    from venvls.shared_locks import SharedLocks


class Overrides(NamedTuple):
    """What a command line says over the settings: an environment for every project, groups, extras."""

    environment: str | None = None
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    all_groups: bool = False
    isolated: bool = False


class Grounds:
    """Bases of projects, as of the last sorting (:meth:`settle`). ``asked_for`` are manifests that were named one by one."""

    def __init__(
        self, machine: Machine, memory: Memory, reader: Reader, settings_for: Callable[[str], Settings], overrides: Overrides
    ) -> None:
        self.asked_for: frozenset[str] = frozenset()
        self._read = Inputs()
        self._machine, self._memory, self._reader = machine, memory, reader
        self._files = machine.files
        self._settings_for = settings_for
        self._overrides = overrides
        self._platform = tuple(machine.platform().items())
        self._land = Landscape(machine.files, (), frozenset(), ())
        self._inside = surroundings.Inside((), machine)
        self._shared_locks: SharedLocks | None = None
        self._git: dict[str, Git | None] = {}
        self._notes: dict[str, tuple[str, ...]] = {}

    def settle(self, land: Landscape) -> None:
        """Projects and environments were sorted again: what git and the person's state say of environments is looked up again."""
        self._land = land
        if self._shared_locks is not None:
            self._shared_locks.settle(land)
        self._inside = surroundings.Inside(land.roots, self._machine)
        self._git.clear()
        self._notes.clear()
        self._read.clear()

    def inputs(self) -> Iterator[Inputs]:
        """The looks that were taken for no project alone: at git's files, and at what the locks of workspaces rest on."""
        yield self._read
        if self._shared_locks is not None:
            yield from self._shared_locks.inputs()

    def of(self, project: Project, reached: Graph, installed: Installed | None) -> Basis:
        """What the facts of a project rest on, whose manifests are those ``reached``."""
        choice, lock = self._choice(project, reached.manifests), self._lock(project, reached.manifests)
        return Basis(
            project=project,
            environment=project.environment,
            installed=installed.stamp if installed is not None else None,
            choice=choice,
            settings=self._settings_for(project.root),
            bounds=tuple([placed for constraints in reached.constraints.values() for placed in constraints]),
            lock=lock,
            stale_elsewhere=self._stale_elsewhere(lock, project) if lock is not None and project.workspace is not None else None,
            git=self._git_of(project.environment) if project.environment is not None else None,
            main_project=self._main_project(project, choice),
            outside=frozenset([path for path in reached.manifests if path not in self._inside]) or NOTHING,
            roots=self._land.roots,
            asked_for=self.asked_for,
            platform=self._platform,
            manifests=tuple(reached.manifests.values()),
            links=tuple(reached.links),
        )

    def of_given_up(self, project: Project, manifests: tuple[Manifest, ...]) -> Basis:
        """What the facts of a project rest on of which these ``manifests`` are all that is known, and nothing is compared."""
        return Basis(
            project=project,
            environment=project.environment,
            installed=None,
            choice=Choice(),
            settings=None,
            bounds=(),
            lock=None,
            stale_elsewhere=None,
            git=None,
            main_project=None,
            outside=frozenset([manifest.path for manifest in manifests if manifest.path not in self._inside]),
            roots=self._land.roots,
            asked_for=self.asked_for,
            platform=self._platform,
            manifests=manifests,
            links=(),
        )

    def _lock(self, project: Project, manifests: Mapping[str, Manifest]) -> LockFile | None:
        path = lock_that_counts(project, manifests, self._files.path)
        return self._reader.lock(path) if path is not None else None

    def _stale_elsewhere(self, lock: LockFile, project: Project) -> str | None:
        if self._shared_locks is None:
            from venvls.shared_locks import SharedLocks

            self._shared_locks = SharedLocks(self._files)
            self._shared_locks.settle(self._land)
        return self._shared_locks.stale(lock, project)

    def _main_project(self, project: Project, choice: Choice) -> str | None:
        """The project above to which this one's folder is a side matter (``docs``, ``tests``…); ``None`` where it counts for itself."""
        if project.part is not None:
            return None
        above = self._environment_owner(project)
        group = discovery.aside(project.root, above, self._files) if above is not None else None
        named = project.environment is None and not self.asked_for.isdisjoint(project.manifests)
        return None if group is None or group in choice.groups or named else above

    def _environment_owner(self, project: Project) -> str | None:
        """The project above this one whose environment it uses, not having one of its own; the one above where neither has any."""
        if project.environment is None:
            above = self._land.above(project.root) if not project.is_script else ()
            return next((folder for folder in above if folder in self._land.projects), None)
        owner = self._land.owner(project.environment)
        inside = owner is not None and project.root.startswith(owner.rstrip(self._files.path.sep) + self._files.path.sep)
        return owner if inside else None

    def _choice(self, project: Project, manifests: Mapping[str, Manifest]) -> Choice:
        chosen, overrides = self._settings_for(project.root), self._overrides
        groups = frozenset(map(canonical, (*chosen.groups, *overrides.groups))) or NOTHING
        extras = frozenset(map(canonical, (*chosen.extras, *overrides.extras))) or NOTHING
        prefix = project.environment.prefix if project.environment is not None else None
        noted = self._noted(prefix) if prefix is not None and not overrides.isolated else ()
        if not noted or prefix is None:
            return Choice(groups, extras, overrides.all_groups)
        from venvls.synced_groups import remembered

        named = {"group": groups, "extra": extras}
        synced = frozenset(
            scope
            for scope in remembered(self._memory, prefix, manifests, self._files)
            if scope.kind in named and scope.name not in named[scope.kind]
        )
        groups |= {scope.name for scope in synced if scope.kind == "group" and scope.name is not None}
        extras |= {scope.name for scope in synced if scope.kind == "extra" and scope.name is not None}
        return Choice(groups, extras, overrides.all_groups, synced=synced)

    def _noted(self, prefix: str) -> tuple[str, ...]:
        """What a person's state says of an environment, looked up once after each sorting."""
        if prefix not in self._notes:
            self._notes[prefix] = self._memory.noted("environments", prefix)
        return self._notes[prefix]

    def _git_of(self, environment: Environment) -> Git | None:
        if environment.prefix not in self._git:
            self._git[environment.prefix] = self._machine.git(environment.prefix, NotedFiles(self._files, self._read))
        return self._git[environment.prefix]
