"""The one stateful thing: folders, open buffers, what was found, and which of it has changed since. Both faces stand on it.

Not thread-safe: a face calls it from one thread at a time. It starts no program and writes nothing; what it remembers for the
person (a selection) goes through the ``Memory`` port.

Freshness: a manifest is read again when its stat changes or its buffer does; an environment's packages when the stat of their folder
changes (the ``Machine`` port sees to that); environments and projects when :meth:`Workspace.discover` or :meth:`Workspace.changed` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from venvls import discovery, environments, manifests, projects, settings, surroundings, wishes
from venvls.checking import Checker, Overrides
from venvls.manifests import locks
from venvls.manifests.decode import decode
from venvls.model.environment import Environment
from venvls.model.facts import Facts
from venvls.model.finding import Candidate, Finding, Project
from venvls.model.manifest import Manifest
from venvls.model.ports import FileView, Found, Machine, Memory, Wanted
from venvls.model.text import Text
from venvls.projects import Landscape, Wish
from venvls.reading import Reader
from venvls.settings import Settings

if TYPE_CHECKING:
    from venvls.model.action import Action

__all__ = ["Overrides", "Report", "Which", "Workspace"]

_AS_SET = Overrides()
_SCRIPT_AT_MOST = 5_000_000
_LIMITS = {
    "depth": "it goes deeper than search.depth allows ({depth} folders)",
    "timeout": "it took longer than search.timeout allows ({timeout:g} s)",
    "entries": "it holds too many files and folders",
}


class Report(NamedTuple):
    """What a check found: the projects looked at, all findings in the order of path and place, files' texts by path, remarks."""

    projects: tuple[Project, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, Text]
    notes: tuple[str, ...] = ()


class Which(NamedTuple):
    """The environment for a file or folder, why, every candidate, and the project it belongs to (``None`` outside all)."""

    environment: Environment | None
    reason: str
    candidates: tuple[Candidate, ...]
    project: str | None


class Workspace:
    """Folders with projects and environments, and what is out of step in them."""

    def __init__(
        self,
        machine: Machine,
        memory: Memory,
        log: Callable[[str], None] = lambda _: None,
        *,
        editor: Mapping[str, object] | None = None,
        overrides: Overrides = _AS_SET,
        strict: bool = False,
    ) -> None:
        self.machine = machine
        self.files: FileView = machine.files
        self.memory = memory
        self.roots: tuple[str, ...] = ()
        self._editor = dict(editor or {})
        self._overrides = overrides
        self._reader = Reader(self.files)
        self._found: dict[str, Found] = {}
        self._around = surroundings.Surroundings((), (), None)
        self._land = Landscape(self.files, (), frozenset(), ())
        self._projects: dict[str, Project] = {}
        self._wishes: dict[str, Wish] = {}
        self._members: dict[str, str] = {}
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._scripts: set[str] = set()
        self._settings: dict[str, Settings] = {}
        self._checker = Checker(machine, self._reader, self.settings_for, overrides, log, strict=strict)

    # Folders, settings, buffers

    def configure(self, editor: Mapping[str, object]) -> None:
        """Take new settings from the editor; what was found stays found."""
        self._editor = dict(editor)
        self._checker.forget()
        self._settle()

    def set_roots(self, roots: Iterable[str]) -> None:
        """The workspace's folders, absolute. Those no longer named are forgotten; new ones wait for :meth:`discover`."""
        self.roots = tuple(dict.fromkeys(self.files.path.normpath(root) for root in roots))
        self._found = {root: found for root, found in self._found.items() if root in self.roots}
        self._settle()

    def settings_for(self, path: str) -> Settings:
        """The settings in force at ``path``: the editor's over the nearest project's over the workspace folder's ``[tool.venvls]``."""
        root = self._members.get(path, path)
        if root not in self._settings:
            own: dict[str, object] = {}
            for folder in dict.fromkeys(folder for folder in (self._root_of(root), root) if folder):
                loaded = self._reader.load(self.files.path.join(folder, "pyproject.toml"))
                said = loaded.facts.get("tool.venvls") if isinstance(loaded, Manifest) else None
                own.update(said if isinstance(said, Mapping) else {})
            self._settings[root] = settings.read(self._editor, own)
        return self._settings[root]

    def open(self, path: str, text: str) -> None:
        """An editor holds ``path``; from now on its text wins over the disk's. Called again for each change."""
        self._reader.open(path, text)
        if self._notice_script(path, text):
            self._settle()
        elif path not in self._members and self._is_manifest(path):
            self._add(path)
            self._settle()
        elif self.files.path.basename(path) == "pyproject.toml":
            self._settle()  # requires-python, groups and the workspace's members may have changed with it

    def close(self, path: str) -> None:
        """The editor let go of ``path``: the disk's text counts again."""
        self._reader.close(path)
        if path in self._scripts or self.files.stat(path) is None:
            self._scripts.discard(path)
            self._drop(path)
            self._settle()

    # Discovery

    def discover(self, partial: Callable[[], None] | None = None, roots: Iterable[str] | None = None) -> None:
        """Walk every folder (or only ``roots`` of them) and sort what is there into environments and projects.

        ``partial`` is called as more becomes known.
        """
        for root in self.roots if roots is None else roots:

            def progress(found: Found, root: str = root) -> None:
                self._found[root] = found
                self._settle()
                if partial is not None:
                    partial()

            self._found[root] = self._walk(root, Wanted(self._names_manifest), progress if partial is not None else None)
        self._settle()
        if partial is not None:
            partial()

    def find_environments(self) -> tuple[Environment, ...]:
        """Every environment below the folders, without looking at manifests: quicker than :meth:`discover`, for ``venvls envs``.

        ``project`` is filled in from the names of files in the folders above each environment.
        """
        for root in self.roots:
            self._found[root] = self._walk(root, Wanted(), None)
        self._look()
        return tuple(replace(one, project=one.project or self._project_above(one.prefix)) for one in self.environments())

    def changed(self, paths: Iterable[str]) -> None:
        """Files or folders appeared, changed or went away: look at them again, and at what depends on them."""
        for path in paths:
            if self._is_manifest(path):
                if self.files.stat(path) is not None or path in self._reader.open_paths:
                    self._add(path)
                else:
                    self._drop(path)
            prefix = self._prefix_of(path)
            root = self._root_of(prefix) if prefix else None
            if prefix and root in self._found and prefix not in self._found[root].environments:
                self._found[root] = self._found[root]._replace(environments=(*self._found[root].environments, prefix))
        self._settle()

    def watched(self) -> tuple[str, ...]:
        """Every path whose change may change a finding: manifests, pyvenv.cfg, interpreters, site-packages, marks, git's HEAD."""
        join = self.files.path.join
        paths = dict.fromkeys(self.manifests())
        for environment in self._around.environments:
            own = (join(environment.prefix, "pyvenv.cfg"), *environment.site_packages, environment.interpreter or environment.prefix)
            paths.update(dict.fromkeys(own))
        marks = (".python-version", ".python-envs", ".venv", "pyproject.toml", "requirements.txt")
        paths.update(dict.fromkeys(join(root, name) for root in (*self.roots, *self._projects) for name in marks))
        paths.update(dict.fromkeys(join(root, ".git", "HEAD") for root in self.roots))
        return tuple(paths)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the search: a bound that ended it, a setting that was not understood, a pointer to nowhere."""
        said: dict[str, None] = {}
        for root, found in self._found.items():
            if found.limit is not None:
                chosen = self.settings_for(root)
                why = _LIMITS[found.limit].format(depth=chosen.depth, timeout=chosen.timeout)
                said[f"{root} was not searched to its end: {why}."] = None
        said.update(dict.fromkeys(problem for root in (*self.roots, *self._projects) for problem in self.settings_for(root).problems))
        said.update(dict.fromkeys(problem for _, problem in self._around.problems))
        return tuple(said)

    # What is there

    def environments(self) -> tuple[Environment, ...]:
        """Every environment found, once each (aliases are one), in the order of their paths; ``project`` is whose it is, if anybody's."""
        chosen = {one.environment.real: root for root, one in sorted(self._projects.items(), reverse=True) if one.environment}
        owned = (replace(one, project=self._land.owner(one) or chosen.get(one.real)) for one in self._around.environments)
        return tuple(sorted(owned, key=lambda one: one.prefix))

    def projects(self) -> tuple[Project, ...]:
        """Every project found, in the order of their folders. :meth:`described` fills in the tool, which few ask for."""
        return tuple(self._projects[root] for root in sorted(self._projects))

    def described(self, project: Project) -> Project:
        """The same project with the tool that keeps it, and why it is that one."""
        tool, reason = self._checker.tool(project)
        return replace(project, tool=tool, tool_reason=reason)

    def manifests(self) -> tuple[str, ...]:
        """The paths of all manifests and locks, and of what the projects judged so far include inside the workspace."""
        paths = dict.fromkeys(path for project in self.projects() for path in project.manifests)
        for project in self.projects():
            paths.update(dict.fromkeys((*self._checker.files_read(project), *project.locks)))
        return tuple(paths)

    def project_of(self, path: str) -> Project | None:
        """The project a file or folder belongs to: that of the manifest, else the nearest folder at or above it that is one."""
        root = self._members.get(path)
        if root is not None:
            return self._projects.get(root)
        folder = path
        while folder not in self._projects:
            parent = self.files.path.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        return self._projects[folder]

    def text(self, path: str) -> Text:
        """The text of a manifest as it was parsed last: buffer or file; empty where there is none."""
        name = self.files.path.basename(path)
        if locks.SCRIPT_LOCK.matches(name) or locks.lock_format(name) is not None:
            lock = self._reader.lock(path)
            return lock.text if lock is not None else Text("")
        loaded = self._reader.load(path)
        return loaded.text if isinstance(loaded, Manifest) else Text("")

    def which(self, path: str) -> Which:
        """The environment for a file or folder, and why; every other candidate with why not."""
        project = self.project_of(path)
        if project is None:
            found = self.files.stat(path)
            folder = path if found is not None and found.kind == "directory" else self.files.path.dirname(path)
            wish = Wish(folder, wishes.python_of(folder, (), self._sources()))
            choice = projects.choose(wish, self._land)
            return Which(choice.environment, choice.reason, projects.explain(wish, self._land), None)
        candidates = projects.explain(self._wishes[project.root], self._land, self._selected(project.root))
        return Which(project.environment, project.reason, candidates, project.root)

    def select(self, root: str, prefix: str | None) -> Environment | None:
        """Keep the person's choice for a project (``None`` forgets it) and use it from now on."""
        self.memory.select(root, prefix)
        self._settle()
        project = self._projects.get(root)
        return project.environment if project else None

    # Findings

    def check(self, paths: Sequence[str] | None = None) -> Report:
        """Everything wrong in the projects at or under ``paths`` (all by default); of a path that is a manifest, in it and its includes."""
        wanted, only = self.projects(), None
        if paths is not None:
            files = frozenset(path for path in paths if (stat := self.files.stat(path)) is not None and stat.kind == "file")
            self._read_scripts(files)
            folders = tuple(path for path in paths if path not in files)
            self._checker.asked_for = files
            owners = [owner for owner in map(self.project_of, files) if owner is not None]
            inside = [one for one in wanted if any(self._within(one.root, folder) for folder in folders)]
            wanted = tuple({one.root: one for one in (*inside, *owners)}.values())
            if not folders:
                only = frozenset().union(*(self._checker.reached(owner, files) for owner in owners)) | files
        found: dict[tuple[object, ...], Finding] = {}
        texts: dict[str, Text] = {}
        for project in wanted:
            facts = self.facts(project.root)
            texts.update((path, manifest.text) for path, manifest in facts.manifests.items())
            if facts.locked is not None:
                texts[facts.locked.path] = self.text(facts.locked.path)
            for one in self._checker.all_findings(project):
                if only is None or one.path in only:
                    found.setdefault(_seen(one), one)
        ordered = sorted(found.values(), key=lambda one: (one.path, one.span.start, one.span.end, one.code))
        return Report(wanted, tuple(ordered), texts, self.notes)

    def findings(self, path: str) -> tuple[Finding, ...]:
        """What is wrong in one manifest, of every project that reads it, in the order of place."""
        found: dict[tuple[object, ...], Finding] = {}
        for project in tuple(self._projects.values()):
            for one in self._checker.findings(project, path):
                found.setdefault(_seen(one), one)
        return tuple(sorted(found.values(), key=lambda one: (one.span.start, one.span.end, one.code)))

    def actions(self, finding: Finding) -> tuple[Action, ...]:
        """What a person can do about a finding, the preferred first."""
        project = self._projects.get(finding.project or "")
        if project is None:
            return ()
        if project.root not in self._candidates:
            self._candidates[project.root] = projects.explain(self._wishes[project.root], self._land, self._selected(project.root))
        return self._checker.actions(finding, replace(project, candidates=self._candidates[project.root]))

    def facts(self, root: str) -> Facts:
        """The facts of one project, as fresh as a stat of each of its files and of its environment can tell."""
        return self._checker.facts(self._projects[root])

    # How projects come about

    def _walk(self, root: str, wanted: Wanted, partial: Callable[[Found], None] | None) -> Found:
        chosen = self.settings_for(root)
        return self.machine.walk(root, wanted=wanted, exclude=chosen.exclude, depth=chosen.depth, timeout=chosen.timeout, partial=partial)

    def _look(self) -> None:
        self._around = surroundings.look(self.machine, self.roots, self._found, self._projects, settings.read(self._editor))
        self._land = self._landscape(self._projects)

    def _landscape(self, roots: Iterable[str]) -> Landscape:
        names = settings.read(self._editor).names or projects.DEFAULT_NAMES
        return Landscape(self.files, self.roots, frozenset(roots), self._around.environments, self._around.active, names)

    def _settle(self) -> None:
        """Sort what was found into projects and give each its environment."""
        if not self._found:
            self._projects, self._members, self._wishes = {}, {}, {}
            return
        stating = self._stating()
        self._settings.clear()
        self._candidates.clear()
        self._projects = {root: self._projects.get(root) or Project(root, paths) for root, paths in stating.items()}
        self._look()
        sources = self._sources()
        self._wishes = {root: wishes.wish_of(root, paths, sources) for root, paths in stating.items()}
        self._projects = {root: self._project(root, paths) for root, paths in stating.items()}
        self._checker.settle(self._land, self._projects)

    def _stating(self) -> dict[str, tuple[str, ...]]:
        """The project folders and their manifests; ``_members`` says of each manifest which folder it belongs to."""
        paths = dict.fromkeys(path for found in self._found.values() for path in found.manifests)
        stating: dict[str, tuple[str, ...]] = {}
        self._members = {}
        for root, found in discovery.by_folder(paths, self.files).items():
            loaded = {path: self._reader.load(path) for path in found}
            known = {path: one for path, one in loaded.items() if isinstance(one, Manifest)}
            if any(discovery.says_something(one) for one in known.values()):
                stating[root] = discovery.spoken_first([path for path in found if path in known], known)
                self._members.update(dict.fromkeys(found, root))
        # A script that states its requirements itself (PEP 723) is a project of its own: its path is its root and its only manifest.
        for path in self._scripts:
            stating[path] = (path,)
            self._members[path] = path
        return stating

    def _read_scripts(self, paths: Iterable[str]) -> None:
        """Take up those of the named files that are scripts; a walk never looks into Python files."""
        data = {path: self.files.read(path, _SCRIPT_AT_MOST) for path in paths if path.endswith(manifests.SCRIPTS)}
        noticed = [self._notice_script(path, decode(text).text) for path, text in data.items() if text is not None]
        if any(noticed):
            self._settle()

    def _notice_script(self, path: str, text: str) -> bool:
        """Whether a file has become a script with requirements of its own, or ceased to be one."""
        before = path in self._scripts
        if manifests.is_script(path, text):
            self._scripts.add(path)
        else:
            self._scripts.discard(path)
        return before != (path in self._scripts)

    def _project(self, root: str, paths: tuple[str, ...]) -> Project:
        wish = self._wishes[root]
        if root in self._scripts:
            # uv makes an environment for each script in its cache, under a name that only uv can work out.
            lock = f"{root}.lock"
            own = (lock,) if self.files.stat(lock) is not None else ()
            return Project(root, paths, own, reason="uv keeps an environment for each script", python=wish.python)
        choice = projects.choose(wish, self._land, self._selected(root))
        environment = choice.environment
        if environment is not None and environment.project is None:
            environment = replace(environment, project=self._land.owner(environment) or root)
        shared = wish.root if wish.root != root else None
        locks = (*self._locks(wish.root), *self._compiled(paths))
        return Project(root, paths, locks, environment=environment, reason=choice.reason, python=wish.python, workspace=shared)

    def _locks(self, root: str) -> tuple[str, ...]:
        """The locks of a folder, the one that counts first."""
        named = (entry.name for entry in self.files.list(root) or () if entry.kind in ("file", "link"))
        formats = [(locks.LOCKS.index(format_), name) for name in named if (format_ := locks.lock_format(name)) is not None]
        return tuple(self.files.path.join(root, name) for _, name in sorted(formats))

    def _compiled(self, paths: Iterable[str]) -> Iterator[str]:
        """Those of a project's manifests that a tool compiled: they are locks too, after those that have a name of their own."""
        for path in paths:
            loaded = self._reader.load(path)
            if isinstance(loaded, Manifest) and locks.lock_format("", loaded) is not None:
                yield path

    def _sources(self) -> wishes.Sources:
        def above(folder: str) -> Iterator[str]:
            return self._land.above(folder) if folder not in self.roots else iter(())

        return wishes.Sources(
            self.files,
            self._reader.load,
            self.machine.environ(),
            above,
            self.machine.home(),
            self.machine.platform()["sys_platform"],
            settings.read(self._editor).kind,
        )

    def _selected(self, root: str) -> Environment | None:
        prefix = self._overrides.environment or self.memory.selected(root)
        if prefix is None:
            return None
        known = next((one for one in self._around.environments if one.prefix == prefix), None)
        # One that was selected and deleted since is forgotten silently: the rules choose again. One named now is shown as it is.
        return known or environments.recognise(self.files, prefix, self._overrides.environment is not None)

    def _add(self, path: str) -> None:
        root = self._root_of(path)
        found = self._found.get(root) if root else None
        if root is not None and found is not None and path not in found.manifests:
            self._found[root] = found._replace(manifests=(*found.manifests, path))

    def _drop(self, path: str) -> None:
        for root, found in self._found.items():
            if path in found.manifests:
                self._found[root] = found._replace(manifests=tuple(one for one in found.manifests if one != path))

    def _is_manifest(self, path: str) -> bool:
        return self._names_manifest(*self.files.path.split(path))

    def _names_manifest(self, folder: str, name: str) -> bool:
        # Asked for every file of a walk: the folder's own name is only taken apart where the file's could be a manifest's.
        return name.endswith(manifests.SUFFIXES) and manifests.is_manifest(self.files.path.basename(folder), name)

    def _prefix_of(self, path: str) -> str | None:
        """The environment a changed path speaks of: its pyvenv.cfg or activate, or a ``.venv`` that is a file or a link."""
        folder: str = self.files.path.dirname(path)
        name = self.files.path.basename(path)
        if name == "pyvenv.cfg":
            return folder
        if name == "activate":
            above: str = self.files.path.dirname(folder)
            return above
        return path if name in (".venv", ".python-envs") else None

    def _project_above(self, prefix: str) -> str | None:
        for folder in self._land.above(prefix):
            listed = self.files.list(folder) or ()
            if any(entry.kind != "directory" and self._names_manifest(folder, entry.name) for entry in listed):
                return folder
        return None

    def _root_of(self, path: str) -> str | None:
        inside = [root for root in self.roots if self._within(path, root)]
        return max(inside, key=len) if inside else None

    def _within(self, path: str, folder: str) -> bool:
        separator: str = self.files.path.sep
        return path == folder or path.startswith(folder if folder.endswith(separator) else folder + separator)


def _seen(one: Finding) -> tuple[object, ...]:
    """What a person sees of a finding: a file that two projects share says the same thing once."""
    return (one.path, one.span, one.code, one.message, one.environment)
