"""What the walks found, sorted: projects with their manifests and locks, the environments, and which belongs to which.

All of it is replaced whole by :meth:`Settlement.settle`; between two calls it only answers. It reads files and manifests and knows no
rule, no finding and no face.
"""

from __future__ import annotations

from venvls import discovery, environments, expectations, lookalikes, manifests, project_locks, projects, surroundings
from venvls.folders import Folders
from venvls.model.environment import Environment
from venvls.model.finding import Candidate, Project
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.pieces import MappingProxyType
from venvls.model.ports import FileView, Machine, Memory
from venvls.model.record import replace
from venvls.projects import Choice, Expectation, Landscape
from venvls.reading import Reader
from venvls.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


class _Reading:
    """What is read to sort projects, once for all of them: manifests, the folders above one, the environments at places, the names of
    locks by folder, and what each project's files require, with the manifests that say so. ``sources`` are made when first wanted."""

    __slots__ = ("_loaded", "_lock_names", "_reader", "environments", "expectations", "files", "sources", "upward")

    def __init__(self, reader: Reader, files: FileView, upward: surroundings.Upward) -> None:
        self._reader, self.files, self.upward = reader, files, upward
        self._loaded: dict[str, Manifest | str] = {}
        self._lock_names: dict[str, tuple[str, ...]] = {}
        self.environments: environments.Recognised = {}
        self.sources: expectations.Sources | None = None
        self.expectations: dict[str, tuple[tuple[str, ...], Expectation]] = {}

    def stated(self, path: str) -> Manifest | str:
        """What a manifest states."""
        known = self._loaded.get(path)
        if known is None:
            known = self._loaded[path] = self._reader.stated(path)
        return known

    def lock_names(self, folder: str) -> tuple[str, ...]:
        """The names of locks in a folder, which many members of a workspace may ask for."""
        known = self._lock_names.get(folder)
        if known is None:
            known = self._lock_names[folder] = project_locks.names_of_locks(folder, self.files)
        return known


class Settlement:
    """Projects and environments of a workspace, as of the last :meth:`settle`: what is new in its ``folders`` counts from the next one on.

    What it gives out nobody can change. ``forced`` is an environment named on the command line for every project.
    """

    def __init__(
        self, folders: Folders, machine: Machine, memory: Memory, reader: Reader, settings: Callable[[], Settings], forced: str | None
    ) -> None:
        self.folders = folders
        self._machine = machine
        self._files: FileView = machine.files
        self._memory = memory
        self._reader = reader
        self._settings = settings
        self._forced = forced
        self._around, self._land = self._nothing_around()
        self._upward = surroundings.Upward(machine.files, machine.home())
        self._projects: dict[str, Project] = {}
        self._of_tools: tuple[Project, ...] = ()  # the projects that a tool's own environments are: none or few of thousands
        self._members: dict[str, str] = {}
        self._expectations: dict[str, Expectation] = {}
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._users: dict[str, list[str]] | None = None
        self._kept: _Reading | None = None
        self._opened: tuple[str, ...] = ()
        self._visited: frozenset[str] | None = None  # the folders in which walks came upon manifests, when somebody wants them

    # What is known

    @property
    def projects(self) -> Mapping[str, Project]:
        """The projects, by root."""
        return MappingProxyType(self._projects)

    @property
    def members(self) -> Mapping[str, str]:
        """Of each manifest, and of each of a tool's own environments, which folder's project it belongs to; other projects may state the
        same file (:meth:`projects_of`)."""
        return MappingProxyType(self._members)

    @property
    def around(self) -> surroundings.Surroundings:
        """The environments that were found, above and active ones too, and pointers that lead nowhere."""
        return self._around

    @property
    def upward(self) -> surroundings.Upward:
        """How far up a folder's project may be."""
        return self._upward

    @property
    def land(self) -> Landscape:
        """What the choice of environments looks at."""
        return self._land

    # Sorting

    def settle(self, opened: Iterable[str] = (), *, goes_on: bool = False, keeps: bool = False) -> None:
        """Sort what was found into projects and give each its environment. The manifests ``opened`` in an editor are among what was found,
        wherever below the folders they are.

        While folders are searched this is done several times: one that ``keeps`` what it has read leaves it to the next, which ``goes_on``.
        """
        walks, scripts = self.folders.walks, self.folders.scripts
        self._opened = tuple([path for path in opened if self.folders.root_of(path) in walks])
        self._candidates.clear()
        self._users = None
        self._visited = None
        before, self._kept = self._kept, None
        if not walks and not scripts:
            self._projects, self._members, self._expectations, self._of_tools = {}, {}, {}, ()
            self._around, self._land = self._nothing_around()
            return
        reading = before if goes_on and before is not None else self._reading()
        self._sort(reading, scripts)
        if keeps:
            self._kept = reading
        else:
            reading.upward.rest()

    def _sort(self, reading: _Reading, scripts: frozenset[str]) -> None:
        self._upward = reading.upward
        self._of_tools = ()
        stating = self._stating(reading, scripts)
        self._projects = {root: self._projects.get(root) or Project(root, paths) for root, paths in stating.items()}
        self._look_around(reading.environments)
        self._expectations = {root: self._expectation(root, paths, reading) for root, paths in stating.items()}
        self._projects = {
            root: self._script(root, paths) if root in scripts else self._project(root, paths, reading) for root, paths in stating.items()
        }
        # One that is named on the command line is what is asked about, and nothing else.
        if self._forced is None:
            own = self._projects_of_tools(self._around.environments, self._found())
            self._projects.update((project.root, project) for project in own)
            self._members.update(
                (project.root, self._files.path.dirname(project.part.source)) for project in own if project.part is not None
            )
        self._users = None
        self._of_tools = tuple([project for project in self._projects.values() if project.part is not None])

    def _expectation(self, root: str, paths: tuple[str, ...], reading: _Reading) -> Expectation:
        known = reading.expectations.get(root)
        if known is None or known[0] != paths:
            known = reading.expectations[root] = (paths, expectations.expectation_of(root, paths, self._sources(reading)))
        return known[1]

    def look(self) -> None:
        """Read the environments again, and nothing else."""
        self._upward = self._upward_now()
        self._look_around(None)

    def _upward_now(self) -> surroundings.Upward:
        return surroundings.Upward(self._files, self._machine.home(), self.folders.roots)

    def _reading(self) -> _Reading:
        return _Reading(self._reader, self._files, self._upward_now())

    def _nothing_around(self) -> tuple[surroundings.Surroundings, Landscape]:
        return surroundings.Surroundings((), (), None), Landscape(self._files, (), frozenset(), ())

    def _look_around(self, known: environments.Recognised | None) -> None:
        chosen, roots, walks = self._settings(), self.folders.roots, self.folders.walks
        self._around = surroundings.look(self._machine, roots, walks, self._projects, chosen, self._upward, known)
        names = chosen.names or projects.DEFAULT_NAMES
        owners, around = frozenset(self._projects), self._around
        self._land = Landscape(self._files, roots, owners, around.environments, around.active, names, self._upward.above)

    # Answers

    def project_of(self, path: str) -> Project | None:
        """The project a file or folder belongs to: that of the manifest, else the nearest folder at or above it that is one."""
        root = path if path in self._projects else self._members.get(path)
        if root in self._projects:
            return self._projects[root]
        folder = path
        while folder not in self._projects:
            parent = self._files.path.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        return self._projects[folder]

    def projects_of(self, path: str) -> tuple[Project, ...]:
        """Every project that a file belongs to: that of its folder, and those of a tool's own environments that it speaks of."""
        own = self.project_of(path)
        others = (project for project in self._of_tools if path in project.manifests and project is not own)
        return (*((own,) if own is not None else ()), *others)

    def sharing(self, environment: Environment) -> Sequence[str]:
        """The projects that use an environment, by whichever of its names, in their order; sorted once for all of them."""
        if self._users is None:
            self._users = {}
            for root, project in self._projects.items():
                if project.environment is not None:
                    self._users.setdefault(project.environment.real, []).append(root)
        return self._users.get(environment.real, ())

    def stated_parts(self, path: str) -> tuple[object, ...]:
        """What of a file decides on the tool's own environments that are projects because of it: equal as long as they stay the same."""
        if self._forced is not None or self._files.path.basename(path) not in discovery.OF_TOX:
            return ()
        folder = self._files.path.dirname(path)
        found, join = self._found(), self._files.path.join
        walked = [own for name in discovery.OF_TOX if (own := join(folder, name)) in found]
        near = [environment for environment in self._around.environments if self.folders.within(environment.prefix, folder)]
        return tuple((project.root, project.manifests, project.part) for project in self._projects_of_tools(near, walked))

    def is_certain(self, root: str) -> bool:
        """Whether a project and its environment stay what they are, whatever a walk has still to find: the environment is the one in its
        folder that goes before all others by its name alone, and no folder below is one that manifests of its own may be in. Of a folder
        that was not walked yet, manifests that are not open in an editor are missing."""
        project, path = self._projects[root], self._files.path
        environment = project.environment
        if environment is None or project.part is not None or project.workspace is not None or self.folders.is_script(root):
            return False
        if self._opened and root not in self._folders_visited():
            return False
        folder, name = path.split(environment.prefix)
        # Of one with any other name the reason to use it counts the environments that there are.
        if folder != root or name != self._land.names[0] or environment.real != environment.prefix or environment.health != "ok":
            return False
        if environment.tool_owned or projects.unfit(environment, self._expectations[root]) is not None:
            return False
        active = self._land.active
        if active is not None and active.real != environment.real and self.folders.within(active.prefix, root):
            return False
        return not self._files.standing(root, discovery.INNER)

    def _folders_visited(self) -> frozenset[str]:
        if self._visited is None:
            self._visited = frozenset([self._files.path.dirname(path) for path in self.folders.manifests()])
        return self._visited

    def candidates(self, root: str) -> tuple[Candidate, ...]:
        """Every environment considered for a project, and why it won or lost; worked out when it is first asked for."""
        if root not in self._candidates and (own := self._projects[root]).part is not None:
            self._candidates[root] = (Candidate(own.environment, True, own.reason),) if own.environment is not None else ()
        if root not in self._candidates:
            self._candidates[root] = projects.explain(self._expectations[root], self._land, self._selected(root))
        return self._candidates[root]

    def without_project(self, folder: str) -> tuple[Choice, tuple[Candidate, ...]]:
        """The choice for a folder that is in no project, and its candidates."""
        expectation = Expectation(folder, expectations.python_of(folder, (), self._sources(self._reading())))
        return projects.choose(expectation, self._land), projects.explain(expectation, self._land)

    def environments(self) -> tuple[Environment, ...]:
        """Every environment found, once each, in the order of their paths; ``project`` is whose it is, if anybody's."""
        chosen = {project.environment.real: root for root, project in sorted(self._projects.items(), reverse=True) if project.environment}
        owned = (
            replace(environment, project=self._land.owner(environment) or chosen.get(environment.real))
            for environment in self._around.environments
        )
        return tuple(sorted(owned, key=lambda environment: environment.prefix))

    # How projects come about

    def _stating(self, reading: _Reading, scripts: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """The project folders and their manifests; fills ``members``."""
        # A file that speaks of a tool's own environments alone states nothing for the folder's project.
        walked = self._found()
        aside = {path for path in walked if manifests.kind_of(path) is not None}
        paths = [path for path in walked if path not in aside]
        stating: dict[str, tuple[str, ...]] = {}
        self._members = {path: self._files.path.dirname(path) for path in aside}
        for root, in_folder in discovery.by_folder(paths, self._files).items():
            loaded = {path: reading.stated(path) for path in in_folder}
            known = {path: manifest for path, manifest in loaded.items() if isinstance(manifest, Manifest)}
            for path in [path for path, manifest in known.items() if lookalikes.is_template(path) or lookalikes.is_prose(manifest)]:
                del known[path]
                self._members[path] = root
            if discovery.is_copy(root, known, reading.stated, self._files):
                self._members.update(dict.fromkeys(in_folder, self._files.path.dirname(root)))
            elif any(discovery.says_something(manifest) for manifest in known.values()):
                stating[root] = discovery.spoken_first(discovery.in_force([path for path in in_folder if path in known], known), known)
                self._members.update(dict.fromkeys(in_folder, root))
        self._leave_material(stating)
        # A script is a project of its own: its path is its root and its only manifest.
        for path in scripts:
            stating[path] = (path,)
            self._members[path] = path
        return stating

    def _leave_material(self, stating: dict[str, tuple[str, ...]]) -> None:
        """Take out the projects that are what another one's tests or packages are made of, unless they have an environment of their own."""
        served = {folder for walk in self.folders.walks.values() for place in walk.environments for folder in self._upward.above(place)}
        folders = frozenset(stating)
        for root in folders - served:
            # Without a project above it, what was opened stands for one.
            opened = self.folders.root_of(root)
            owner = lookalikes.outermost_above(root, folders, self._files) or (opened if opened != root else None)
            if lookalikes.is_material(root, owner, self._files) or lookalikes.is_subpackage(root, owner, stating[root], self._files):
                del stating[root]

    def _script(self, root: str, paths: tuple[str, ...]) -> Project:
        expectation, lock = self._expectations[root], f"{root}.lock"
        named = expectation.named[0] if expectation.named else None
        return Project(
            root,
            paths,
            (lock,) if self._files.stat(lock) is not None else (),
            environment=self._selected(root) or (replace(named.environment, project=root) if named is not None else None),
            reason="uv keeps an environment for each script",
            python=expectation.python,
        )

    def _project(self, root: str, paths: tuple[str, ...], reading: _Reading) -> Project:
        expectation = self._expectations[root]
        choice = projects.choose(expectation, self._land, self._selected(root))
        environment = choice.environment
        if environment is not None and environment.project is None:
            environment = replace(environment, project=self._land.owner(environment) or root)
        given = expectation.given.environment if expectation.given is not None else None
        shared = expectation.root if expectation.root != root else None
        locked = project_locks.in_folder(expectation.root, reading)
        if environment is not None:
            environment, locked = project_locks.as_hatch_has_it(environment, locked, paths, root, reading)
        return Project(
            root,
            paths,
            (*locked, *project_locks.compiled(paths, reading)),
            environment=environment,
            reason=choice.reason,
            python=expectation.python,
            workspace=shared,
            stated_elsewhere=expectation.stated_elsewhere,
            siblings=expectation.siblings,
            installed_above=given.project if given is not None and environment is not None and given.real == environment.real else None,
            installer=expectation.installer,
        )

    def _found(self) -> dict[str, None]:
        """Every manifest that the walks found or an editor holds, once."""
        return {**self.folders.manifests(), **dict.fromkeys(self._opened)}

    def _projects_of_tools(self, near: Iterable[Environment], walked: Collection[str]) -> tuple[Project, ...]:
        """The projects that a tool's own environments are (``parts``), where any file could speak of such."""
        if not any([self._files.path.basename(path) in discovery.OF_TOX for path in walked]):  # noqa: C419 - quicker
            return ()
        from venvls import parts

        def on_purpose(path: str) -> bool:
            folder = self._files.path.dirname(path)
            owner = lookalikes.outermost_above(folder, frozenset(self._projects), self._files)
            return lookalikes.is_template(path) or lookalikes.is_material(folder, owner, self._files)

        platform = self._machine.platform()["sys_platform"]
        sight = parts.Sight(self._files, self._reader.stated, self._settings().kind, platform, on_purpose)
        return parts.projects_of_tools(near, walked, sight)

    def _sources(self, reading: _Reading) -> expectations.Sources:
        if reading.sources is None:
            environ: Mapping[str, str] = self._machine.environ()
            home, platform, kind = self._machine.home(), self._machine.platform()["sys_platform"], self._settings().kind
            above, names = self._land.above, reading.lock_names
            reading.sources = expectations.Sources(self._files, reading.stated, environ, above, home, platform, kind, names, {}, {})
        return reading.sources

    def _selected(self, root: str) -> Environment | None:
        prefix = self._forced or self._memory.selected(root)
        if prefix is None:
            return None
        known = next((environment for environment in self._around.environments if environment.prefix == prefix), None)
        # One that was selected and deleted since is forgotten silently: the rules choose again. One named now is shown as it is.
        return known or environments.recognise(self._files, prefix, self._forced is not None)
