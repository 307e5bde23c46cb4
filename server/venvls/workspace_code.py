"""The code of a workspace: which of its files are checked, and what is to be reported of what they import.

Nothing here searches folders or sorts projects: it gets the sorted projects, the checker (for facts and findings) and the settings.
"""

from __future__ import annotations

from venvls.checking import Checker
from venvls.model.facts import Facts
from venvls.model.finding import Finding, Project
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import Machine
from venvls.reading import Reader, is_code
from venvls.settings import Settings
from venvls.settlement import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from venvls.code.imports import Imports
    from venvls.model.imports import Sighting

__all__ = ["WorkspaceCode"]


class WorkspaceCode:
    """What the code of a workspace imports, file by file and project by project."""

    def __init__(
        self, machine: Machine, reader: Reader, here: Settlement, checker: Checker, settings_for: Callable[[str], Settings]
    ) -> None:
        self.defers_walks = False
        """Whether walks for code wait until :meth:`walk` is called. To be set before the first question."""
        self.is_told = False
        """Whether the workspace is told of every change to what answers rest on: until then, what the other projects with an environment
        declare counts without another look."""
        self._machine = machine
        self._reader = reader
        self._here = here
        self._checker = checker
        self._settings_for = settings_for
        self._made: Imports | None = None

    @property
    def imports(self) -> Imports:
        """The imports themselves; made when they are first wanted."""
        if self._made is None:
            from venvls.code.imports import Imports

            self._made = Imports(self._machine, self._reader, self._here, self._facts, self._told, defers=self.defers_walks)
        return self._made

    def forget(self, path: str) -> None:
        """A file of code came or went."""
        if self._made is not None:
            self._made.forget_code(path)

    def forget_folders(self, roots: Iterable[str]) -> None:
        """Folders went, or anything in them may be other than it was."""
        if self._made is not None:
            self._made.forget_folders(roots)

    def keep(self) -> None:
        """What was read is kept for the next run, as far as it will still be true."""
        self.imports.keep()

    # Which files

    def shown(self) -> tuple[str, ...]:
        """The files of code whose imports are shown: those that are open, and all where the setting says so."""
        shown = dict.fromkeys(path for path in self._reader.open_paths if is_code(path) and self._is_checked(path))
        for root in self._here.folders.roots:
            if self._settings_for(root).imports == "all":
                shown.update(dict.fromkeys(path for path in self.imports.files.walked(root) if is_code(path)))
        return tuple(shown)

    def counts_unopened(self) -> bool:
        """Whether, in any folder, code counts that nobody has opened."""
        return any(self._settings_for(root).imports == "all" for root in self._here.folders.roots)

    def watched(self) -> tuple[str, ...]:
        """The files of code that count without being open, as far as they are known."""
        return self.shown() if self.counts_unopened() else ()

    def _is_checked(self, path: str) -> bool:
        project = self._here.project_of(path)
        setting = self._settings_for(project.root if project is not None else path).imports
        return setting == "all" or (setting == "open" and path in self._reader.open_paths)

    # Walks

    @property
    def owes_walk(self) -> bool:
        """Whether something is left alone until :meth:`walk` was called."""
        return self._made is not None and bool(self._made.files.owed)

    def walk(self, partial: Callable[[], None]) -> None:
        """Walk the folders for their code, and read whose modules are installed; ``partial`` is called meanwhile."""
        self.imports.files.walk_owed(partial)
        self.imports.read_owed(partial)
        self.imports.look_where_doubted(partial)

    def is_walked(self, root: str) -> bool:
        """Whether the code around a project is known."""
        return all(self.imports.files.is_walked(top) for top in self._here.folders.roots if self._here.folders.within(root, top))

    def take_stock(self, projects: Iterable[Project], partial: Callable[[], None]) -> list[str]:
        """Look which packages were installed by name and are listed nowhere, and, where all code is checked, which requirements none of it
        uses: from then on :meth:`noticed` says so. Gives the files of which it says something else than before."""
        news: list[str] = []
        for project in projects:
            settings = self._settings_for(project.root)
            # What was done meanwhile may have taken a project away.
            if settings.imports == "off" or project.root not in self._here.projects:
                continue
            facts = self._facts(project.root)
            before = frozenset(self._noticed(facts, settings))
            self.imports.unrecorded(facts)
            partial()
            if settings.imports == "all" and self.is_walked(project.root):
                self.imports.take_stock(facts, settings.ignored_imports, partial)
            news += {sighting.path for sighting in before.symmetric_difference(self._noticed(facts, settings))}
        return news

    # Findings

    def findings(self, path: str) -> list[Finding]:
        """What is to be reported of one file's imports, where the settings want it checked."""
        if not self._is_checked(path):
            return []
        with self._checker.round(), self.imports.at_once():
            return self._of_file(path)

    def findings_under(self, paths: Iterable[str]) -> list[tuple[str, Finding]]:
        """What is to be reported of the imports of every file at or under ``paths``, whatever the settings, each with the file."""
        with self._checker.round(), self.imports.at_once():
            return [(path, finding) for path in self.imports.files.named(paths) for finding in self._of_file(path)]

    def findings_of_projects(self, projects: Collection[Project], only: frozenset[str] | None) -> list[Finding]:
        """The requirements and packages that do not fit the code of whole projects; with ``only``, those in these files."""
        found: list[Finding] = []
        with self._checker.round(), self.imports.at_once():
            for project in projects:
                unrecorded = self._of_code(project, self.imports.unrecorded(self._facts(project.root)))
                found += [finding for finding in unrecorded if only is None or finding.path in only]
            for project in projects if only is None else ():
                # Of the whole project: what a part of it does not use, another may.
                facts = self._facts(project.root)
                unused = self.imports.unused(facts, self._settings_for(project.root).ignored_imports)
                found += self._of_code(project, (*self.imports.left_out(facts), *unused))
        return found

    def noticed(self, project: Project, path: str) -> Iterable[Finding]:
        """The same, of one file, as far as :meth:`take_stock` has come upon it."""
        settings = self._settings_for(project.root)
        if self._made is None or settings.imports == "off":
            return ()
        sightings = self._noticed(self._facts(project.root), settings)
        return self._of_code(project, [sighting for sighting in sightings if sighting.path == path])

    def _noticed(self, facts: Facts, settings: Settings) -> Iterable[Sighting]:
        # What was not used while all code was checked says nothing once it is not.
        unused = self.imports.known_unused(facts) if settings.imports == "all" else ()
        return (*self.imports.known_unrecorded(facts), *unused)

    def _of_file(self, path: str) -> list[Finding]:
        project = self._here.project_of(path)
        if project is None or project.environment is None:
            return []
        ignored = self._settings_for(project.root).ignored_imports
        sightings = self.imports.sightings(path, self._facts(project.root), ignored)
        return self._of_code(project, sightings)

    def _of_code(self, project: Project, sightings: Collection[Sighting]) -> list[Finding]:
        return self._checker.of_code(project, sightings, self._facts(project.root)) if sightings else []

    def _told(self) -> int | None:
        return self._checker.told_at if self.is_told else None

    def _facts(self, root: str) -> Facts:
        return self._checker.facts(self._here.projects[root])
