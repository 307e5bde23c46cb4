"""The one stateful thing: folders, open buffers, what was found, and which of it has changed since. Both faces use it.

Not thread-safe: a face calls it from one thread at a time. It starts no program and writes nothing; what it remembers for the
person (a selection) goes through the ``Memory`` port.

Freshness: a manifest is read again when its stat changes or its buffer does; an environment's packages when the stat of their folder
changes (the ``Machine`` port sees to that). Environments and projects are sorted again when :meth:`Workspace.changed` is told of anything
and any look that the last sorting took would show something else (``inputs.py``); folders are searched by :meth:`Workspace.discover`.
"""

from __future__ import annotations

from venvls import discovery, manifests, settings
from venvls.checking import Checker
from venvls.folders import Folders
from venvls.grounds import Overrides
from venvls.inputs import Inputs
from venvls.manifests import locks
from venvls.model.environment import Environment
from venvls.model.facts import Facts
from venvls.model.finding import OF_TEXT, Candidate, Finding, Project, in_order
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.pieces import Mapping
from venvls.model.ports import FileView, Machine, Memory
from venvls.model.record import NamedTuple, replace
from venvls.model.text import Text
from venvls.noted_files import NotedMachine
from venvls.reading import Reader, is_code
from venvls.searches import Search, Searches
from venvls.settings import Settings
from venvls.settlement import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from venvls.known import Round
    from venvls.model.action import Action
    from venvls.outlook import Outlook
    from venvls.workspace_code import WorkspaceCode

__all__ = ["Overrides", "Report", "Which", "Workspace"]

_AS_SET = Overrides()
_REQUIREMENTS = (".txt", ".in")
_UNCOMPARED = frozenset({"no-environment", "broken-environment", "incomplete-environment"})
"""What says that there is nothing to compare a project's files with: no file of it is in sync then, whichever was named."""


class Report(NamedTuple):
    """What a check found: the projects looked at, all findings in the order of path and place, files' texts by path, remarks.

    ``elsewhere`` is what is wrong in their other files where only files were named; ``None`` where folders were.
    """

    projects: tuple[Project, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, Text]
    notes: tuple[str, ...] = ()
    elsewhere: tuple[Finding, ...] | None = None


class Which(NamedTuple):
    """The environment for a file or folder, why, every candidate, and the project it belongs to (``None`` outside all). ``synced`` are the
    groups and extras that count because the person synced them for it."""

    environment: Environment | None
    reason: str
    candidates: tuple[Candidate, ...]
    project: str | None
    synced: tuple[str, ...] = ()


class Workspace:
    """Folders with projects and environments, and what is out of sync in them."""

    is_code = staticmethod(is_code)

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
        self._editor = dict(editor or {})
        self._settings: dict[str, Settings] = {}
        self._inputs = Inputs()
        self._sortings = 0
        self._searched_first = False
        self._texts_changed = True
        self._decided: tuple[Manifest, tuple[object, ...]] | None = None
        noted = NotedMachine(machine, self._inputs)
        self._reader = Reader(noted.files, machine.within)
        self._folders = Folders(noted.files, lambda: settings.read(self._editor).names)
        self._searches = Searches(machine, self._folders, self.settings_for, self._names_manifest)
        self._here = Settlement(self._folders, noted, memory, self._reader, lambda: settings.read(self._editor), overrides.environment)
        self._code: WorkspaceCode | None = None
        self._checker = Checker(machine, memory, self._reader, self.settings_for, overrides, log, strict=strict)

    # Folders, settings, buffers

    @property
    def roots(self) -> tuple[str, ...]:
        """The workspace's folders, absolute."""
        return self._folders.roots

    def configure(self, editor: Mapping[str, object]) -> None:
        """Take new settings from the editor; what was found stays found."""
        self._editor = dict(editor)
        self._settle()

    def set_roots(self, roots: Iterable[str]) -> None:
        """The workspace's folders, absolute. Those no longer named are forgotten; new ones wait for :meth:`discover`."""
        before = self.roots
        self._folders.set_roots(roots)
        self._forget_code([root for root in before if root not in self.roots])
        self._settle()

    def _forget_code(self, roots: Iterable[str]) -> None:
        if self._code is not None:
            self._code.forget_folders(roots)

    def settings_for(self, path: str) -> Settings:
        """The settings in force at ``path``: the editor's over the nearest project's over the workspace folder's ``[tool.venvls]``."""
        root = self._here.members.get(path, path)
        if root not in self._settings:
            own: dict[str, Mapping[str, object]] = {}
            for folder in dict.fromkeys(folder for folder in (self._folders.root_of(root), root) if folder):
                path = self.files.path.join(folder, "pyproject.toml")
                loaded = self._reader.stated(path)
                table = loaded.tool.get("venvls") if isinstance(loaded, Manifest) else None
                own[path] = table if isinstance(table, Mapping) else {}
            # Most projects state nothing: they share what the editor says.
            shared = "" if not any(own.values()) else root
            if shared not in self._settings:
                self._settings[shared] = settings.read(self._editor, own)
            self._settings[root] = self._settings[shared]
        return self._settings[root]

    def open(self, path: str, text: str) -> None:
        """An editor holds ``path``; from now on its text wins over the disk's. Called again for each change."""
        self._text_changes(path)
        before = self._decisive(path)
        if self._code is not None and is_code(path) and path not in self._reader.open_paths:
            self._code.forget(path)
        is_new = path not in self._reader.open_paths and self._is_manifest(path) and path not in self._here.members
        self._reader.open(path, text)
        if is_new or self._folders.notice_script(path, text) or self._decisive(path) != before:
            self._settle()

    def close(self, path: str) -> None:
        """The editor let go of ``path``: the disk's text counts again."""
        self._text_changes(path)
        before = self._decisive(path)
        self._reader.close(path)
        if self._folders.is_script(path) or self.files.stat(path) is None:
            self._folders.drop(path)
            self._settle()
        elif self._decisive(path) != before or (self._is_manifest(path) and not self._folders.has_manifest(path)):
            self._settle()

    def _text_changes(self, path: str) -> None:
        self._texts_changed = True
        # No project's facts rest on what code says that states no requirements: with a key in it none is looked at again.
        if not is_code(path) or self.states(path) or self._is_manifest(path):
            self._checker.look_again()

    # Discovery

    def discover(self, partial: Callable[[], None] | None = None, roots: Iterable[str] | None = None) -> None:
        """Walk every folder (or only ``roots`` of them) and sort what is there into environments and projects.

        ``partial`` is called as more becomes known. Of a folder that was walked before, what was known counts until its walk has ended.
        """
        wanted = self.roots if roots is None else tuple(roots)
        self._texts_changed = True
        self._forget_code(wanted)
        self._searched_first = self._searches.search(wanted, self._settle_on, partial)

    def _settle_on(self) -> None:
        """Sorts again in a search, from what was read in it so far."""
        goes_on, self._texts_changed = not self._texts_changed, False
        self._settle(goes_on)

    def look_again(self) -> bool:
        """Whether something changed between being read and now, when all of it is watched; looked at once. If it decides on projects, they
        are sorted again."""
        searched, self._searched_first = self._searched_first, False
        if not searched or not self._inputs.differ(self.files, self.machine.environ()):
            return self._checker.installed_since()
        self._settle()
        return True

    def rest(self) -> None:
        """Takes less room: what was kept so that equal lines of thousands of files are parsed once."""
        from venvls.manifests.pep508.requirement import forget

        forget()

    @property
    def is_searching(self) -> bool:
        """Whether a folder is searched for the first time just now."""
        return self._searches.is_searching

    def is_searched(self, path: str) -> bool:
        """Whether everything around a file is known: it is in no folder that is searched for the first time just now."""
        return self._searches.is_searched(path)

    def searches(self) -> Callable[[], Mapping[str, Search]]:
        """What searches every folder again, in any thread, and changes nothing here. What it gives is for :meth:`take`."""
        return self._searches.again()

    def take(self, searches: Mapping[str, Search]) -> bool:
        """Take over what such a search found; whether that is other than what was known. What was searched otherwise is left."""
        news = self._searches.take(searches, self._reader.open_paths)
        if news:
            self._settle()
        return news

    def find_environments(self) -> tuple[Environment, ...]:
        """Every environment below the folders, without looking at manifests: quicker than :meth:`discover`, for ``venvls envs``.

        ``project`` is filled in from the names of files in the folders above each environment.
        """
        self._searches.search_for_environments()
        self._here.look()
        of_project: dict[str, bool] = {}  # most environments have the same folders above them
        return tuple(
            replace(environment, project=environment.project or self._project_above(environment.prefix, of_project))
            for environment in self.environments()
        )

    def changed(self, paths: Iterable[str]) -> None:
        """Files or folders appeared, changed or went away: look at them again, and at what depends on them."""
        self._texts_changed = True
        before = dict(self._folders.walks)
        paths = sorted(paths)
        for path in paths:
            if self._code is not None and is_code(path):
                self._code.forget(path)
            if self._is_manifest(path):
                if self.files.stat(path) is None:
                    self._folders.drop(path)
                elif (root := self._folders.root_of(path)) is not None and self._searches.reaches(root, path):
                    self._folders.add(path)
            self._folders.add_environment(path, self._searches.reaches)
        selected = self.memory.selections_file() in paths
        if selected or self._folders.walks != before or self._inputs.differ(self.files, self.machine.environ()):
            self._settle()
        else:
            self._checker.settle(self._here.land, self._here.projects)

    def unwalked(self) -> tuple[str, ...]:
        """The folders that were walked by other settings than those now in force: what is known of them is not what a walk would find."""
        return self._searches.unwalked()

    @property
    def outlook(self) -> Outlook:
        """What a running server looks at so that what it shows stays true, as of now."""
        from venvls.outlook import Outlook

        return Outlook(self.files, self._here, self._checker, self._reader, self._inputs, self.memory)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the search: a bound that ended it, a setting that was not understood, a pointer to nowhere."""
        notes = dict.fromkeys((*self._searches.remarks(), *self.wrong_settings))
        notes.update(dict.fromkeys(problem for _, problem in self._here.around.problems))
        return tuple(notes)

    @property
    def wrong_settings(self) -> tuple[str, ...]:
        """A sentence for each setting, of the editor or of a file, that was not understood and is left out."""
        return tuple(dict.fromkeys(problem for root in (*self.roots, *self._here.projects) for problem in self.settings_for(root).problems))

    # What is there

    def environments(self) -> tuple[Environment, ...]:
        """Every environment found, once each (aliases are one), in the order of their paths; ``project`` is whose it is, if anybody's."""
        return self._here.environments()

    def projects(self) -> tuple[Project, ...]:
        """Every project found, in the order of their folders. :meth:`described` fills in the tool, which few require."""
        return tuple(self._here.projects[root] for root in sorted(self._here.projects))

    def folder_projects(self) -> tuple[Project, ...]:
        """The projects that people keep: without those that a tool's own environments are (tox)."""
        return tuple(project for project in self.projects() if project.part is None)

    def described(self, project: Project) -> Project:
        """The same project with the tool that keeps it, and why it is that one."""
        tool, reason = self._checker.tool(project)
        return replace(project, tool=tool, tool_reason=reason)

    def manifests(self) -> tuple[str, ...]:
        """The paths of all manifests and locks, and of what the projects checked so far include inside the workspace."""
        paths = dict.fromkeys(path for project in self.projects() for path in project.manifests)
        for project in self.projects():
            paths.update(dict.fromkeys(self._checker.files_of(project)))
        return tuple(paths)

    def project_of(self, path: str) -> Project | None:
        """The project a file or folder belongs to: that of the manifest, else the nearest folder at or above it that is one."""
        return self._here.project_of(path)

    def projects_of(self, path: str) -> tuple[Project, ...]:
        """Every project that a file belongs to, the folder's first: tox.ini speaks of several environments, each a project of its own."""
        return self._here.projects_of(path)

    def readers_of(self, path: str) -> tuple[Project, ...]:
        """Every project whose findings may be other ones when a file is: those it belongs to, and those that include or share it."""
        own = self._here.projects_of(path)
        return (*own, *(project for project in self._checker.readers(path) if project not in own))

    def beside(self, projects: Iterable[Project]) -> dict[str, Project]:
        """These projects and all that use their environments, by root: what one of them states counts for the code of the others."""
        found = {project.root: project for project in projects}
        for environment in {project.environment.real: project.environment for project in found.values() if project.environment}.values():
            found.update((root, self._here.projects[root]) for root in self._here.sharing(environment))
        return found

    @property
    def sortings(self) -> int:
        """How often projects and environments were sorted again."""
        return self._sortings

    def text(self, path: str) -> Text:
        """The text of a manifest as it was parsed last: buffer or file; empty where there is none."""
        name = self.files.path.basename(path)
        if is_code(path) and path not in self._here.members:
            return self._reader.code(path) or Text("")
        if locks.SCRIPT_LOCK.matches(name) or locks.lock_format(name) is not None or self._is_lock(path):
            lock = self._reader.lock(path)
            return lock.text if lock is not None else Text("")
        loaded = self._reader.load(path)
        return loaded.text if isinstance(loaded, Manifest) else Text("")

    def _is_lock(self, path: str) -> bool:
        """Whether a file is a lock by a name that only its project knows (Hatch's ``lock-filename``)."""
        return any(path in project.locks and path not in project.manifests for project in self._here.projects_of(path))

    def which(self, path: str) -> Which:
        """The environment for a file or folder, and why; every other candidate with why not."""
        project = self.project_of(path)
        if project is None:
            stat = self.files.stat(path)
            folder = path if stat is not None and stat.kind == "directory" else self.files.path.dirname(path)
            choice, candidates = self._here.without_project(folder)
            return Which(choice.environment, choice.reason, candidates, None)
        synced = tuple(sorted(f"{kind} {name}" for kind, name in self.facts(project.root).choice.synced))
        return Which(project.environment, project.reason, self._here.candidates(project.root), project.root, synced)

    def select(self, root: str, prefix: str | None) -> Environment | None:
        """Keep the person's choice for a project (``None`` forgets it) and use it from now on."""
        self.memory.select(root, prefix)
        self._settle()
        project = self._here.projects.get(root)
        return project.environment if project else None

    # Findings

    def round(self) -> Round:
        """While it lasts, each project is looked at once, whoever asks for it: what is shown of all rests on one state of each. What the
        workspace is told of meanwhile is looked at again."""
        return self._checker.round()

    def pause(self) -> Round:
        """While it lasts, answers have looks of their own, also in the midst of a round, which goes on afterwards."""
        return self._checker.round(pauses=True)

    def check(self, paths: Sequence[str] | None = None, *, imports: bool = False) -> Report:
        """Everything wrong in the projects at or under ``paths`` (all by default); of a path that is a manifest, in it and its includes.

        With ``imports``, also what the code there imports: of a path that is a file of code, in it alone. That there is no environment to
        compare a file with is told whichever file is named.
        """
        wanted, only = self.projects(), None
        if paths is not None:
            files = frozenset(path for path in paths if self._is_file(path))
            if self._take_up(files):
                self._settle()
            folders = tuple(path for path in paths if path not in files)
            self._checker.ask_for(files)
            read = [path for path in files if self.reads(path) or (imports and self.is_code(path))]
            owners = [owner for path in read for owner in self.projects_of(path)]
            inside = [project for project in wanted if any(self._folders.within(project.root, folder) for folder in folders)]
            wanted = tuple({project.root: project for project in (*inside, *owners)}.values())
            if not folders:
                only = frozenset().union(*(self._checker.reached(owner, files) for owner in owners)) | files
        distinct: dict[tuple[object, ...], Finding] = {}
        elsewhere: list[Finding] = []
        texts: dict[str, Text] = {}
        with self.round():
            for project in wanted:
                # Before the facts, so that what both cost is bounded together.
                of_project = self._checker.all_findings(project)
                facts = self.facts(project.root)
                texts.update((path, manifest.text) for path, manifest in facts.manifests.items())
                if facts.locked is not None:
                    texts[facts.locked.path] = self.text(facts.locked.path)
                for finding in of_project:
                    uncompared = finding.code in _UNCOMPARED or finding.data.get("internal-error") is True
                    if only is None or finding.path in only or uncompared or self._checker.has_given_up(project):
                        distinct.setdefault(_seen(finding), finding)
                    else:
                        elsewhere.append(finding)
            if imports:
                for path, finding in self.code.findings_under(paths if paths is not None else self.roots):
                    texts[path] = self.text(path)
                    distinct.setdefault(_seen(finding), finding)
                for finding in self.code.findings_of_projects(wanted, only):
                    distinct.setdefault(_seen(finding), finding)
                self.code.keep()
        ordered = sorted(distinct.values(), key=lambda finding: (finding.path, finding.span.start, finding.span.end, finding.code))
        return Report(wanted, tuple(ordered), texts, self.notes, None if only is None else tuple(elsewhere))

    @property
    def code(self) -> WorkspaceCode:
        """What the workspace's code imports; made when it is first wanted."""
        if self._code is None:
            from venvls.workspace_code import WorkspaceCode

            self._code = WorkspaceCode(self.machine, self._reader, self._here, self._checker, self.settings_for)
        return self._code

    def states(self, path: str) -> bool:
        """Whether a file is a manifest or a lock of a project, or a script with requirements of its own."""
        return path in self._here.members

    def are_shown_code(self, paths: Iterable[str]) -> bool:
        """Whether all are files of code that were shown before and are still there, and nothing more: a changed text concerns it alone."""
        shown = frozenset(self.code.shown())
        return all(
            path in shown and not self.states(path) and not self._is_manifest(path) and self.files.stat(path) is not None for path in paths
        )

    def _is_file(self, path: str) -> bool:
        stat = self.files.stat(path)
        return path in self._reader.open_paths if stat is None else stat.kind == "file"

    def reads(self, path: str) -> bool:
        """Whether a file that was named is one that is read: a manifest, a lock, or included by one."""
        if path in self._here.members or path in self.manifests():
            return True
        project = self.project_of(path)
        return project is not None and path in self.facts(project.root).manifests

    def take_up(self, path: str) -> None:
        """Count the file at ``path`` from now on where only naming it makes it count."""
        if self._is_file(path) and self._take_up((path,)):
            self._settle()

    def _take_up(self, files: Iterable[str]) -> bool:
        """Take up what only counts because it was named: scripts, and requirements files of any name; whether there was anything new."""
        requirements = [path for path in files if path.endswith(_REQUIREMENTS) and path not in self._here.members]
        for path in requirements:
            self._folders.add(path)
        return self._folders.read_scripts(files) or bool(requirements)

    def findings(self, path: str) -> Sequence[Finding]:
        """What is wrong in one manifest, of every project that reads it, or in one file of code; in the order of place. Very many are made
        when somebody looks at them."""
        with self.round():
            return self._findings(path)

    def _findings(self, path: str) -> Sequence[Finding]:
        parts: list[Sequence[Finding]] = []
        if is_code(path):
            parts.append(self.code.findings(path))
            if path not in self._here.members:
                return tuple({_seen(finding): finding for finding in parts[0]}.values())
        # In the order of :meth:`check`: of two projects that say the same of a file the first is named, whichever was noticed first.
        readers = sorted(self._checker.readers(path), key=lambda project: project.root)
        for project in readers:
            # What several say is compared finding by finding.
            parts += self._checker.findings(project, path) if len(readers) == 1 else map(tuple, self._checker.findings(project, path))
            if self._code is not None:
                parts.append(list(self._code.noticed(project, path)))
        return in_order(parts, _seen)

    def is_certain(self, path: str) -> bool:
        """Whether what is wrong in a file stays that, before a walk has ended: it is known which project reads it and which environment
        that uses, and nothing that is still to be found decides on either."""
        readers = self._checker.readers(path)
        return bool(readers) and all(self._here.is_certain(project.root) for project in readers)

    def files_of(self, project: Project) -> tuple[str, ...]:
        """The manifests and locks of a project, and what it includes inside the workspace as far as it was checked."""
        return self._checker.files_of(project)

    def findings_of(self, root: str) -> tuple[Finding, ...]:
        """What is wrong in one project, in all of its files, in the order of path and place."""
        every = self._checker.all_findings(self._here.projects[root])
        return tuple(sorted(every, key=lambda finding: (finding.path, finding.span.start, finding.span.end, finding.code)))

    def actions(self, finding: Finding) -> tuple[Action, ...]:
        """What a person can do about a finding, the preferred first."""
        project = self._here.projects.get(finding.project or "")
        if project is None:
            return ()
        return self._checker.actions(finding, project, lambda: self._here.candidates(project.root))

    def facts(self, root: str) -> Facts:
        """The facts of one project, as fresh as a stat of each of its files and of its environment can tell."""
        return self._checker.facts(self._here.projects[root])

    def _settle(self, goes_on: bool = False) -> None:
        """Sorts projects and environments again. What ``goes_on`` rests on what was read for the sorting before, in the same search."""
        self._settings.clear()
        if not goes_on:
            self._inputs.clear()
        self._sortings += 1
        self._inputs.lasting = True
        opened = [path for path in self._reader.open_paths if self._is_manifest(path)]
        try:
            self._here.settle(opened, goes_on=goes_on, keeps=self.is_searching)
        finally:
            self._inputs.lasting = False
        if not self.is_searching:
            self._inputs.condense(self.files.path.sep)
        self._checker.settle(self._here.land, self._here.projects)

    def _decisive(self, path: str) -> tuple[object, ...]:
        """What of a manifest decides on projects and environments; while it stays, a keystroke moves nothing."""
        loaded = self._reader.stated(path) if self._is_manifest(path) else None
        if not isinstance(loaded, Manifest):
            return (self._here.stated_parts(path), None)
        known = self._decided
        if known is None or known[0] is not loaded:
            # Two calls follow each other for each key, and the second of one and the first of the next are about the same reading.
            known = self._decided = (loaded, discovery.decides(loaded))
        return (self._here.stated_parts(path), known[1])

    def _is_manifest(self, path: str) -> bool:
        return self._names_manifest(*self.files.path.split(path))

    def _names_manifest(self, folder: str, name: str) -> bool:
        # Called for every file of a walk: the folder's own name is only taken apart where the file's could be a manifest's.
        return name.endswith(manifests.SUFFIXES) and manifests.is_manifest(self.files.path.basename(folder), name)

    def _project_above(self, prefix: str, known: dict[str, bool]) -> str | None:
        for folder in self._here.land.above(prefix):
            if folder not in known:
                listed = self.files.list(folder) or ()
                known[folder] = any(entry.kind != "directory" and self._names_manifest(folder, entry.name) for entry in listed)
            if known[folder]:
                return folder
        return None


def _seen(finding: Finding) -> tuple[object, ...]:
    """What a person sees of a finding: a file that two projects share says the same thing once."""
    return (finding.path, finding.span, finding.code, finding.message, finding.environment if finding.code not in OF_TEXT else None)
