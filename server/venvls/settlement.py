"""What the walks found, sorted: project folders, their manifests and locks, the environments, and which belongs to which.

Everything here is replaced whole by :meth:`Settlement.settle`; between two calls it only answers. It reads files and manifests and knows no
rule, no finding and no face.
"""

from __future__ import annotations

from venvls import discovery, environments, expectations, lookalikes, manifests, projects, surroundings
from venvls.manifests import locks
from venvls.manifests.syntax.decode import decode
from venvls.model.environment import Environment
from venvls.model.finding import Candidate, Project
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.pieces import MappingProxyType
from venvls.model.ports import FileView, Machine, Memory, WalkResult
from venvls.model.record import replace
from venvls.projects import Choice, Expectation, Landscape
from venvls.reading import Reader
from venvls.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

_SCRIPT_AT_MOST = 5_000_000


class _Read:
    """What was read to sort projects, once for all of them: manifests, the folders above one, the environments at places, the names of
    locks by folder, and what each project's files require, with the manifests that say so. ``sources`` are made when first wanted."""

    __slots__ = ("environments", "expectations", "loaded", "lock_names", "sources", "upward")

    def __init__(self, upward: surroundings.Upward) -> None:
        self.upward = upward
        self.loaded: dict[str, Manifest | str] = {}
        self.environments: environments.Recognised = {}
        self.lock_names: dict[str, tuple[str, ...]] = {}
        self.sources: expectations.Sources | None = None
        self.expectations: dict[str, tuple[tuple[str, ...], Expectation]] = {}


class Settlement:
    """Projects and environments of a workspace, as of the last :meth:`settle`.

    What it gives out nobody can change: what is new comes in by the methods below, and counts from the next :meth:`settle` on. ``forced``
    is an environment named on the command line for every project.
    """

    def __init__(self, machine: Machine, memory: Memory, reader: Reader, settings: Callable[[], Settings], forced: str | None) -> None:
        self._walks: dict[str, WalkResult] = {}
        self._roots: tuple[str, ...] = ()
        self._around = surroundings.Surroundings((), (), None)
        self._upward = surroundings.Upward(machine.files, machine.home())
        self._land = Landscape(machine.files, (), frozenset(), ())
        self._projects: dict[str, Project] = {}
        self._of_tools: tuple[Project, ...] = ()  # the projects that a tool's own environments are: none or few of thousands
        self._members: dict[str, str] = {}
        self._machine = machine
        self._files: FileView = machine.files
        self._memory = memory
        self._reader = reader
        self._settings = settings
        self._forced = forced
        self._expectations: dict[str, Expectation] = {}
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._users: dict[str, list[str]] | None = None
        self._read: _Read | None = None  # while it is sorted
        self._kept: _Read | None = None
        self._scripts: set[str] = set()
        self._opened: tuple[str, ...] = ()
        self._visited: frozenset[str] | None = None  # the folders in which walks came upon manifests, when somebody wants them

    # What is known

    @property
    def roots(self) -> tuple[str, ...]:
        """The workspace's folders, absolute."""
        return self._roots

    @property
    def walks(self) -> Mapping[str, WalkResult]:
        """What the walk of each folder has found."""
        return MappingProxyType(self._walks)

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

    # What is new

    def set_roots(self, roots: Iterable[str]) -> None:
        """The workspace's folders. What was found below those no longer named is forgotten."""
        self._roots = tuple(dict.fromkeys(self._files.path.normpath(root) for root in roots))
        self._walks = {root: walk for root, walk in self._walks.items() if root in self._roots}

    def walked(self, root: str, walk: WalkResult) -> None:
        """What a walk of one folder has found, so far or in the end."""
        self._walks[root] = walk

    def settle(self, opened: Iterable[str] = (), *, goes_on: bool = False, keeps: bool = False) -> None:
        """Sort what was found into projects and give each its environment. The manifests ``opened`` in an editor are among what was found,
        wherever below the folders they are.

        While folders are searched this is done several times: one that ``keeps`` what it has read leaves it to the next, which ``goes_on``.
        """
        self._opened = tuple([path for path in opened if self.root_of(path) in self._walks])
        self._candidates.clear()
        self._users = None
        self._visited = None
        before, self._kept = self._kept, None
        if not self._walks and not self._scripts:
            self._projects, self._members, self._expectations, self._of_tools = {}, {}, {}, ()
            return
        read = self._read = before if goes_on and before is not None else _Read(self._upward_now())
        try:
            self._sort(read)
        finally:
            self._read = None
        if keeps:
            self._kept = read
        else:
            read.upward.rest()

    def _sort(self, read: _Read) -> None:
        self._upward = read.upward
        self._of_tools = ()
        stating = self._stating()
        self._projects = {root: self._projects.get(root) or Project(root, paths) for root, paths in stating.items()}
        self._look_around()
        self._expectations = {root: self._expectation(root, paths, read) for root, paths in stating.items()}
        self._projects = {root: self._project(root, paths) for root, paths in stating.items()}
        # One that is named on the command line is what is asked about, and nothing else.
        if self._forced is None:
            own = self._projects_of_tools(self._around.environments, self._walked())
            self._projects.update((project.root, project) for project in own)
            self._members.update(
                (project.root, self._files.path.dirname(project.part.source)) for project in own if project.part is not None
            )
        self._users = None
        self._of_tools = tuple([project for project in self._projects.values() if project.part is not None])

    def _expectation(self, root: str, paths: tuple[str, ...], read: _Read) -> Expectation:
        known = read.expectations.get(root)
        if known is None or known[0] != paths:
            read.sources = read.sources or self._sources()
            known = read.expectations[root] = (paths, expectations.expectation_of(root, paths, read.sources))
        return known[1]

    def look(self) -> None:
        """Read the environments again, and nothing else."""
        self._upward = self._upward_now()
        self._look_around()

    def _upward_now(self) -> surroundings.Upward:
        return surroundings.Upward(self._files, self._machine.home(), self._roots)

    def _look_around(self) -> None:
        chosen = self._settings()
        known = self._read.environments if self._read is not None else None
        self._around = surroundings.look(self._machine, self._roots, self._walks, self._projects, chosen, self._upward, known)
        names = chosen.names or projects.DEFAULT_NAMES
        owners, around = frozenset(self._projects), self._around
        self._land = Landscape(self._files, self._roots, owners, around.environments, around.active, names, self._upward.above)

    def add(self, path: str) -> None:
        """A manifest appeared below one of the folders."""
        root = self.root_of(path)
        walk = self._walks.get(root) if root else None
        if root is not None and walk is not None and path not in walk.manifests:
            self._walks[root] = walk._replace(manifests=(*walk.manifests, path))

    def drop(self, path: str) -> None:
        """A manifest or script went away."""
        self._scripts.discard(path)
        for root, walk in self._walks.items():
            if path in walk.manifests:
                self._walks[root] = walk._replace(manifests=tuple(manifest for manifest in walk.manifests if manifest != path))

    def is_walked(self, path: str) -> bool:
        """Whether a walk found this manifest, or somebody told of it."""
        return any(path in walk.manifests for walk in self._walks.values())

    def add_environment(self, path: str, reached: Callable[[str, str], bool]) -> None:
        """Something changed that may be the mark of an environment: its pyvenv.cfg or activate, conda's history, a ``.venv``…

        ``reached`` says whether a walk of a folder comes upon a path.
        """
        folder: str = self._files.path.dirname(path)
        above: str = self._files.path.dirname(folder)
        marks = {"pyvenv.cfg": folder, "activate": above, "history": above}
        names = {*environments.NAMES, *self._settings().names, ".python-envs"}
        name = self._files.path.basename(path)
        prefix = marks.get(name) or (path if name in names else None)
        root = self.root_of(prefix) if prefix else None
        if prefix is None or root not in self._walks:
            return
        known = self._walks[root].environments
        if self._is_marked(prefix, root, reached):
            if prefix not in known:
                self._walks[root] = self._walks[root]._replace(environments=(*known, prefix))
        elif prefix in known:
            self._walks[root] = self._walks[root]._replace(environments=tuple([each for each in known if each != prefix]))

    def _is_marked(self, prefix: str, root: str, reached: Callable[[str, str], bool]) -> bool:
        """Whether a walk of ``root`` would come upon something by which it tells that ``prefix`` is an environment or points at some."""
        join = self._files.path.join
        marks = [join(prefix, *parts) for parts in (("pyvenv.cfg",), ("conda-meta",), ("bin", "activate"), ("Scripts", "activate"))]
        # A link or a file in place of the folder is itself what tells.
        standing = self._files.lstat(prefix)
        pointer = standing is not None and standing.kind != "directory"
        return any(self._files.lstat(mark) is not None and reached(root, mark) for mark in marks) or (pointer and reached(root, prefix))

    def notice_script(self, path: str, text: str) -> bool:
        """Whether a file has become a script with requirements of its own (PEP 723), or ceased to be one."""
        before = path in self._scripts
        if manifests.is_script(path, text):
            self._scripts.add(path)
        else:
            self._scripts.discard(path)
        return before != (path in self._scripts)

    def read_scripts(self, paths: Iterable[str]) -> bool:
        """Take up those of the named files that are scripts; whether there was a new one. A walk never looks into Python files."""
        data = {path: self._files.read(path, _SCRIPT_AT_MOST) for path in paths if path.endswith(manifests.SCRIPTS)}
        # Each is called, whatever the one before it answered.
        noticed = [self.notice_script(path, decode(text).text) for path, text in data.items() if text is not None]
        return any(noticed)

    def is_script(self, path: str) -> bool:
        """Whether the path is a script that stands for a project of its own."""
        return path in self._scripts

    # Answers

    def root_of(self, path: str) -> str | None:
        """The innermost folder of the workspace that ``path`` is in."""
        inside = [root for root in self._roots if self.within(path, root)]
        return max(inside, key=len) if inside else None

    def within(self, path: str, folder: str) -> bool:
        """Whether ``path`` is ``folder`` or is below it."""
        separator: str = self._files.path.sep
        return path == folder or path.startswith(folder if folder.endswith(separator) else folder + separator)

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
        walked = {manifest_path: None for manifest_path in self._walked() if self._files.path.dirname(manifest_path) == folder}
        near = [environment for environment in self._around.environments if self.within(environment.prefix, folder)]
        return tuple((project.root, project.manifests, project.part) for project in self._projects_of_tools(near, walked))

    def is_certain(self, root: str) -> bool:
        """Whether a project and its environment stay what they are, whatever a walk has still to find: the environment is the one in its
        folder that goes before all others by its name alone, and no folder below is one that manifests of its own may be in. Of a folder
        that was not walked yet, manifests that are not open in an editor are missing."""
        project, path = self._projects[root], self._files.path
        environment = project.environment
        if environment is None or project.part is not None or project.workspace is not None or root in self._scripts:
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
        if active is not None and active.real != environment.real and self.within(active.prefix, root):
            return False
        return not self._files.standing(root, discovery.INNER)

    def _folders_visited(self) -> frozenset[str]:
        if self._visited is None:
            self._visited = frozenset([self._files.path.dirname(path) for walk in self._walks.values() for path in walk.manifests])
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
        expectation = Expectation(folder, expectations.python_of(folder, (), self._sources()))
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

    def _stating(self) -> dict[str, tuple[str, ...]]:
        """The project folders and their manifests; fills ``members``."""
        # A file that speaks of a tool's own environments alone states nothing for the folder's project.
        walked = self._walked()
        aside = {path for path in walked if manifests.kind_of(path) is not None}
        paths = [path for path in walked if path not in aside]
        stating: dict[str, tuple[str, ...]] = {}
        self._members = {path: self._files.path.dirname(path) for path in aside}
        for root, in_folder in discovery.by_folder(paths, self._files).items():
            loaded = {path: self._stated(path) for path in in_folder}
            known = {path: manifest for path, manifest in loaded.items() if isinstance(manifest, Manifest)}
            for path in [path for path, manifest in known.items() if lookalikes.is_template(path) or lookalikes.is_prose(manifest)]:
                del known[path]
                self._members[path] = root
            if discovery.is_copy(root, known, self._stated, self._files):
                self._members.update(dict.fromkeys(in_folder, self._files.path.dirname(root)))
            elif any(discovery.says_something(manifest) for manifest in known.values()):
                stating[root] = discovery.spoken_first(discovery.in_force([path for path in in_folder if path in known], known), known)
                self._members.update(dict.fromkeys(in_folder, root))
        self._leave_material(stating)
        # A script is a project of its own: its path is its root and its only manifest.
        for path in self._scripts:
            stating[path] = (path,)
            self._members[path] = path
        return stating

    def _leave_material(self, stating: dict[str, tuple[str, ...]]) -> None:
        """Take out the projects that are what another one's tests or packages are made of, unless they have an environment of their own."""
        served = {folder for walk in self._walks.values() for place in walk.environments for folder in self._upward.above(place)}
        folders = frozenset(stating)
        for root in folders - served:
            # Without a project above it, what was opened stands for one.
            opened = self.root_of(root)
            owner = lookalikes.outermost_above(root, folders, self._files) or (opened if opened != root else None)
            if lookalikes.is_material(root, owner, self._files) or lookalikes.is_subpackage(root, owner, stating[root], self._files):
                del stating[root]

    def _project(self, root: str, paths: tuple[str, ...]) -> Project:
        expectation = self._expectations[root]
        if root in self._scripts:
            lock = f"{root}.lock"
            script_locks = (lock,) if self._files.stat(lock) is not None else ()
            named = expectation.named[0] if expectation.named else None
            return Project(
                root,
                paths,
                script_locks,
                environment=self._selected(root) or (replace(named.environment, project=root) if named is not None else None),
                reason="uv keeps an environment for each script",
                python=expectation.python,
            )
        choice = projects.choose(expectation, self._land, self._selected(root))
        environment = choice.environment
        if environment is not None and environment.project is None:
            environment = replace(environment, project=self._land.owner(environment) or root)
        given = expectation.given.environment if expectation.given is not None else None
        shared = expectation.root if expectation.root != root else None
        locked = self._locks(expectation.root)
        if environment is not None and (stating := self._of_hatch(paths)):
            environment, locked = self._as_hatch_has_it(environment, locked, stating, root)
        own = (*locked, *self._compiled(paths))
        return Project(
            root,
            paths,
            own,
            environment=environment,
            reason=choice.reason,
            python=expectation.python,
            workspace=shared,
            stated_elsewhere=expectation.stated_elsewhere,
            siblings=expectation.siblings,
            installed_above=given.project if given is not None and environment is not None and given.real == environment.real else None,
            installer=expectation.installer,
        )

    def _walked(self) -> dict[str, None]:
        """Every manifest that the walks found or an editor holds, once."""
        return dict.fromkeys((*(path for walk in self._walks.values() for path in walk.manifests), *self._opened))

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

    def _locks(self, root: str) -> tuple[str, ...]:
        """The locks of a folder, the one that counts first."""
        formats = [(locks.LOCKS.index(format_), name) for name in self._locks_in(root) if (format_ := locks.lock_format(name)) is not None]
        ordered = [name for _, name in sorted(formats)]
        if "uv.lock" in ordered and self._is_poetrys(root):
            ordered.remove("uv.lock")
        return tuple(self._files.path.join(root, name) for name in ordered)

    def _of_hatch(self, paths: Iterable[str]) -> list[Manifest]:
        """Those of a project's manifests in which Hatch's settings say something of environments."""
        loaded = [manifest for path in paths if isinstance(manifest := self._stated(path), Manifest)]
        return [each for each in loaded if each.own.hatch is not None and not each.own.hatch.keys().isdisjoint(("envs", "lock-envs"))]

    def _as_hatch_has_it(
        self, environment: Environment, locked: tuple[str, ...], stating: list[Manifest], root: str
    ) -> tuple[Environment, tuple[str, ...]]:
        """A project's environment by the name that Hatch's settings have for it, however it came to be chosen; and its locks: the one that
        Hatch keeps for it first, and none that it keeps for others."""
        from venvls.manifests.hatch import naming

        path, table = self._files.path, naming.table_of(stating)
        named = naming.environment_there(table, environment.prefix, root, path)
        if named is not None and environment.health != "broken":
            environment = replace(environment, kind="hatch", name=environment.name if named == naming.DEFAULT else named)
        if environment.kind != "hatch":
            return environment, locked
        stated = naming.lock_path(table, environment.name)
        own = naming.lock_in(root, stated, path) if stated is not None else None
        others = {naming.lock_in(root, place, path) for place in naming.other_locks(table, environment.name)}
        first = (own,) if own is not None and self._files.stat(own) is not None else ()
        return environment, (*first, *(lock for lock in locked if lock not in others and lock != own))

    def _is_poetrys(self, root: str) -> bool:
        """Whether all that a folder's pyproject.toml requires is in Poetry's table, which uv does not read: its lock says nothing of it."""
        manifest = self._stated(self._files.path.join(root, "pyproject.toml"))
        if not isinstance(manifest, Manifest) or manifest.own.poetry is None or manifest.own.pyproject is None:
            return False
        return not manifest.own.pyproject.project and "uv" not in manifest.tool

    def _locks_in(self, folder: str) -> tuple[str, ...]:
        """The names of locks in a folder, which many members of a workspace may ask for."""
        known = self._read.lock_names.get(folder) if self._read is not None else None
        if known is None:
            named = (entry.name for entry in self._files.list(folder) or () if entry.kind in ("file", "link"))
            known = tuple([name for name in named if locks.lock_format(name) is not None])
            if self._read is not None:
                self._read.lock_names[folder] = known
        return known

    def _compiled(self, paths: Iterable[str]) -> Iterator[str]:
        """Those of a project's manifests that a tool compiled: they are locks too, after those that have a name of their own."""
        for path in paths:
            loaded = self._stated(path)
            if isinstance(loaded, Manifest) and locks.lock_format("", loaded) is not None:
                yield path

    def _stated(self, path: str) -> Manifest | str:
        """What a manifest states, read once while all is sorted."""
        if self._read is None:
            return self._reader.stated(path)
        known = self._read.loaded.get(path)
        if known is None:
            known = self._read.loaded[path] = self._reader.stated(path)
        return known

    def _sources(self) -> expectations.Sources:
        environ: Mapping[str, str] = self._machine.environ()
        home, platform = self._machine.home(), self._machine.platform()["sys_platform"]
        kind = self._settings().kind
        return expectations.Sources(self._files, self._stated, environ, self._land.above, home, platform, kind, self._locks_in, {}, {})

    def _selected(self, root: str) -> Environment | None:
        prefix = self._forced or self._memory.selected(root)
        if prefix is None:
            return None
        known = next((environment for environment in self._around.environments if environment.prefix == prefix), None)
        # One that was selected and deleted since is forgotten silently: the rules choose again. One named now is shown as it is.
        return known or environments.recognise(self._files, prefix, self._forced is not None)
