"""From a project to its facts and findings, each worked out once for each state of what it rests on."""

from __future__ import annotations

from venvls import graph
from venvls.basis import facts_of, format_of_lock
from venvls.graph import followed
from venvls.grounds import Grounds, Overrides
from venvls.inputs import Inputs
from venvls.known import Known, KnownProjects, Round
from venvls.manifests.locks import locked
from venvls.model import limits
from venvls.model.environment import Environment, Installed
from venvls.model.facts import Facts, Remembered
from venvls.model.finding import Candidate, Finding, Project
from venvls.model.hints import TYPE_CHECKING, TypeVar
from venvls.model.manifest import Hint, Manifest
from venvls.model.ports import Machine
from venvls.model.record import replace
from venvls.noted_files import NotedFiles
from venvls.projects import Landscape
from venvls.reading import Reader
from venvls.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from venvls.engine import Engine
    from venvls.giving_up import GivenUp, Loaded, State
    from venvls.model.action import Action
    from venvls.model.imports import Sighting
    from venvls.model.lock import LockedSet, LockFile
    from venvls.model.ports import Memory, Stat
    from venvls.readership import Readership

    _Answer = TypeVar("_Answer")


class Checker:
    """Facts and findings by project, remembered as long as they are true.

    An answer about a project that takes too long is given up: its facts are then those of a project that states nothing, with a problem
    that says so at its first manifest.
    """

    def __init__(
        self,
        machine: Machine,
        memory: Memory,
        reader: Reader,
        settings_for: Callable[[str], Settings],
        overrides: Overrides,
        log: Callable[[str], None],
        *,
        strict: bool,
    ) -> None:
        self._machine = machine
        self._files = machine.files
        self._reader = reader
        self._settings_for = settings_for
        self._log = log
        self._strict = strict
        self._projects: Mapping[str, Project] = {}
        self._known = KnownProjects(reader.open_paths)
        self._given_up: dict[str, GivenUp] = {}
        self._fresh_facts: dict[str, Known] = {}  # since :meth:`installed_since`
        self._begun: tuple[str, Loaded, Inputs] = ("", {}, Inputs())
        self._readership: Readership | None = None
        self._settled = 0
        self._grounds = Grounds(machine, memory, reader, settings_for, overrides)
        self._left_out: graph.LeftOut = {}
        self._offered: tuple[Known, Project, tuple[Candidate, ...], Facts, Engine] | None = None

    def ask_for(self, paths: frozenset[str]) -> None:
        """Manifests that were named one by one: their requirements count, whatever group their name stands for."""
        self._grounds.asked_for = paths
        self.look_again()

    def settle(self, land: Landscape, projects: Mapping[str, Project]) -> None:
        """Projects and environments were sorted again; what git and the person say of environments is looked up again."""
        self._grounds.settle(land)
        self._settled += 1
        self._projects = projects
        self._known.settle(projects.keys())
        self._given_up = {root: given_up for root, given_up in self._given_up.items() if root in projects}
        self._fresh_facts = {root: known for root, known in self._fresh_facts.items() if root in projects}
        self._readership = None

    def round(self, *, pauses: bool = False) -> Round:
        """While it lasts, each project is looked at once; or, in one that goes on, it ``pauses``."""
        return Round(self._known, pauses=pauses)

    def look_again(self) -> None:
        """A text is another one: also in a round, what is known of projects counts after another look."""
        self._known.look_again()

    @property
    def told_at(self) -> int:
        """Other than it was whenever something was told that may make any project's facts other ones."""
        return self._known.told_at

    def facts(self, project: Project) -> Facts:
        """The facts of a project, as fresh as a stat of each of its files and of its environment can tell."""
        return self._fresh(project).facts

    def files_of(self, project: Project) -> tuple[str, ...]:
        """The manifests and locks of a project, and what it includes inside the workspace as far as its facts were worked out."""
        known = self._known.get(project.root)
        included = [path for path in known.facts.manifests if path not in known.facts.outside] if known is not None else ()
        return tuple(dict.fromkeys((*project.manifests, *included, *project.locks)))

    def looked_at(self) -> Iterable[str]:
        """The files and folders that facts and verdicts were worked out from, next to the manifests: whatever a rule looked at, where
        packages are installed, git's files, includes that lead nowhere."""
        for read in self._grounds.inputs():
            yield from read.paths()
        for known in self._known.every():
            yield from known.read.paths()
            if known.facts.installed is not None:
                yield from known.facts.installed.folders
            # What is included and not there, or cannot be read.
            yield from (link.target for link in known.facts.links if link.failure is not None and link.target is not None)

    def installed_since(self) -> bool:
        """Whether something was installed since facts were worked out that were not when this was last asked: where that shows at paths
        that only came to light with them (.pth files and what they add, half-written records), nobody has watched these meanwhile."""
        fresh, self._fresh_facts = self._fresh_facts, {}
        for known in fresh.values():
            environment, before = known.facts.environment, known.facts.installed
            if environment is not None and before is not None and not frozenset(environment.site_packages).issuperset(before.folders):
                now = self._installed(environment)
                if now is None or now.stamp != known.basis.installed:
                    return True
        return False

    def seen(self, paths: Collection[str]) -> Iterator[tuple[str, Stat | None]]:
        """Those of ``paths`` that a verdict rests on, with the stat that each had then."""
        for read in self._grounds.inputs():
            yield from read.seen(paths)
        for known in self._known.every():
            yield from known.read.seen(paths)

    def readers(self, path: str) -> list[Project]:
        """Those of the projects that were settled last whose findings may be in ``path``, in their order. Where nobody has worked out yet
        what one includes, its files tell as much of it as has to be known."""
        if self._readership is None:
            from venvls.readership import Readership

            self._readership = Readership(self._projects, self._included, self._reader, self._machine)
        return self._readership.of(path)

    def _included(self, root: str) -> Mapping[str, Manifest] | None:
        known = self._known.get(root)
        return known.facts.manifests if known is not None else None

    def _put(self, project: Project, known: Known, manifests: Iterable[str]) -> Known:
        """This is known of a project from now on, from these ``manifests``."""
        if self._readership is not None:
            self._readership.note(project.root, manifests)
        self._fresh_facts[project.root] = known
        return self._known.put(project.root, known)

    def all_findings(self, project: Project) -> list[Finding]:
        """Everything that is wrong in a project."""
        return self._within(project, lambda known: self._of_all(known, project))

    def _of_all(self, known: Known, project: Project) -> list[Finding]:
        facts = known.facts
        paths = (*facts.manifests, *((facts.locked.path,) if facts.locked is not None else ()))
        return [finding for path in paths for part in self._findings(known, project, path) for finding in part]

    def findings(self, project: Project, path: str) -> list[Sequence[Finding]]:
        """What is wrong in one manifest or lock of a project, in parts; empty where the project does not read it."""
        return self._within(project, lambda known: self._findings(known, project, path))

    def _findings(self, known: Known, project: Project, path: str) -> list[Sequence[Finding]]:
        if path in known.facts.outside:
            return []
        engine = self._engine(project)
        if known.whole is None:
            known.whole = {}
            for finding in engine.project(known.facts):
                known.whole.setdefault(finding.path, []).append(finding)
        of_project = known.whole.get(path, [])
        manifest = known.facts.manifests.get(path)
        if manifest is None:
            return [of_project]
        cached = known.files.get(path)
        if cached is None:
            cached = known.files[path] = engine.manifest_in_parts(manifest, known.facts)
        return [of_project, *cached, list(self._of_outside_files(known, engine, path))]

    def actions(self, finding: Finding, project: Project, considered: Callable[[], tuple[Candidate, ...]] = tuple) -> tuple[Action, ...]:
        """What a person can do about a finding, the preferred first. Only some actions need to know the project's candidates, which
        ``considered`` gives: each project of a workspace has as many as there are environments.

        They are for the state that the finding is of: nothing is looked at again for each of thousands.
        """
        from venvls.engine import compares

        candidates = considered() if compares(finding.code) else ()
        known = self._known.get(project.root) or self._fresh(project)
        offered = self._offered
        if offered is None or offered[0] is not known or offered[1] is not project or offered[2] is not candidates:
            facts = replace(known.facts, project=replace(project, candidates=candidates))
            offered = self._offered = (known, project, candidates, facts, self._engine(project))
        return offered[4].actions(finding, offered[3])

    def of_code(self, project: Project, sightings: Iterable[Sighting], facts: Facts) -> list[Finding]:
        """What is wrong with the imports of one file of a project's code, whose ``facts`` these are."""
        return self._engine(project).imports(sightings, facts)

    def tool(self, project: Project) -> tuple[str, str]:
        """The name of the tool that keeps a project, and why it is that one."""
        from venvls.tools import tool_for

        tool, reason = tool_for(self.facts(project), self._settings_for(project.root).sync_tool)
        return tool.name, reason

    def reached(self, project: Project, paths: Iterable[str]) -> set[str]:
        """The manifests ``paths`` and what they include."""
        return followed(paths, self.facts(project).links)

    def has_given_up(self, project: Project) -> bool:
        """Whether a project takes too long, so that nothing of it was compared."""
        return project.root in self._given_up

    def _within(self, project: Project, answer: Callable[[Known], list[_Answer]]) -> list[_Answer]:
        """An answer from what is known of a project; where both together take too long, what is said of one that was given up."""
        return self._machine.within(limits.MOST_SECONDS, lambda: answer(self._fresh(project)), lambda: answer(self._give_up(project)))

    def _fresh(self, project: Project) -> Known:
        known = self._known.taken(project.root) or self._looked(project)
        self._known.keep_warm(project.root, known)
        return known

    def _looked(self, project: Project) -> Known:
        given_up = self._given_up.get(project.root)
        if given_up is not None:
            if given_up.is_as_it_was(self._state(project), self._reader.load, self._files):
                return given_up.known
            del self._given_up[project.root]
            self._known.forget(project.root)
        return self._machine.within(limits.MOST_SECONDS, lambda: self._work_out(project), lambda: self._give_up(project))

    def _state(self, project: Project) -> State:
        from venvls.giving_up import State

        installed = self._installed(project.environment)
        locks = tuple([self._reader.lock(path) for path in project.locks])
        return State(project, self._settings_for(project.root), installed.stamp if installed is not None else None, locks)

    def _installed(self, environment: Environment | None) -> Installed | None:
        return self._machine.installed(environment) if environment is not None and environment.health != "broken" else None

    def _give_up(self, project: Project) -> Known:
        """What is known of a project that takes too long: that it does."""
        from venvls.giving_up import GivenUp, silenced

        _, loaded, read = self._begun if self._begun[0] == project.root else ("", {}, Inputs())
        loaded.update(((path, project.part), self._reader.load(path, project.part)) for path in project.manifests)
        stated = [loaded[path, project.part] for path in project.manifests]
        manifests = silenced([manifest for manifest in stated if isinstance(manifest, Manifest)])
        basis = self._grounds.of_given_up(project, manifests)
        facts = facts_of(basis, {}, None, NotedFiles(self._files, read), Remembered())
        known = Known(basis, facts, read, self._settled)
        self._given_up[project.root] = GivenUp(known, self._state(project), loaded, read)
        return self._put(project, known, (path for path, _ in loaded))

    def _work_out(self, project: Project) -> Known:
        begun: Loaded = {}

        def load(path: str, hint: Hint) -> Manifest | str:
            loaded = begun[path, hint] = self._reader.load(path, hint)
            return loaded

        self._begun = (project.root, begun, Inputs())
        reached = graph.follow(project.manifests, load, self._files, project.part, self._left_out)
        installed = self._installed(project.environment)
        basis = self._grounds.of(project, reached, installed)
        before = self._known.get(project.root)
        fuller = self._known.earlier(project.root)
        true = [known for known in (before, fuller) if known is not None and self._still(known)]
        if before is not None and before in true and before.basis.same(basis):
            self._begun = (project.root, begun, before.read)
            return before
        # What was read from files for one state of the texts may be read no more for the next: kept all the same, it only looks too often.
        lasting = basis.lasting()
        kept = next((known for known in true if known.basis.lock is basis.lock and known.lasting() == lasting), None)
        if kept is not before and before is not None and (fuller not in true or before.states() >= fuller.states()):
            # As while a header is typed: what verdicts rest on is soon what it was.
            self._known.put_earlier(project.root, before)
        remembered, read = Remembered(), Inputs()
        if kept is not None:
            remembered, read = kept.facts.remembered, kept.read
        elif before is not None and before in true and before.basis.same_environment(basis):
            remembered, read = before.facts.remembered.of_environment(), before.read
        self._begun = (project.root, begun, read)
        files = NotedFiles(self._files, read)
        facts = facts_of(basis, reached.constraints, installed, files, remembered)
        if basis.lock is not None:
            facts.locked = self._locked(basis.lock, facts)
            if basis.stale_elsewhere is not None and facts.locked is not None and facts.locked.stale is None:
                facts.locked = _stale(facts.locked, basis.stale_elsewhere, project)
            if basis.choice.synced and facts.locked is not None:
                plain = self._locked(
                    basis.lock,
                    facts_of(basis._replace(choice=basis.choice.without_synced()), reached.constraints, installed, files, Remembered()),
                )
                facts.locked_as_synced = frozenset(facts.locked.packages) - frozenset(plain.packages if plain is not None else ())
            if kept is not None:
                facts.remembered = remembered.of_environment()
        return self._put(project, Known(basis, facts, read, self._settled), facts.manifests)

    def _still(self, known: Known) -> bool:
        """Whether the files that were read for a project's facts, and its verdicts, are as they were; looked at once after each sorting."""
        if known.as_of != self._settled and known.read.differ(self._files, {}):
            return False
        known.as_of = self._settled
        return True

    def _locked(self, lock: LockFile, facts: Facts) -> LockedSet | None:
        format_ = format_of_lock(lock.path, facts.project, facts.manifests, self._files.path)
        return locked(format_, lock, facts) if format_ is not None else None

    def _of_outside_files(self, known: Known, engine: Engine, path: str) -> Iterable[Finding]:
        """What is wrong in included files outside the workspace, said at the include and without a word of their content (threat T13)."""
        facts = known.facts
        for link in known.outside.get(path, ()):
            inside = engine.manifest(facts.manifests[link.target], facts) if link.target is not None else []
            for code in dict.fromkeys(finding.code for finding in inside):
                same = [finding for finding in inside if finding.code == code]
                places = "one place" if len(same) == 1 else f"{len(same)} places"
                message = f"This is for {places} in the included file, which is outside the workspace and is not shown."
                if same[0].data.get("internal-error"):
                    message = same[0].message
                yield same[0]._replace(message=message, path=path, span=link.include.span, requirement=None, related=(), data={})

    def _engine(self, project: Project) -> Engine:
        # The rules with it, which a task that only wants facts does not need.
        from venvls.engine import Engine

        return Engine(self._settings_for(project.root), self._log, strict=self._strict)


def _stale(lock: LockedSet, why: str, project: Project) -> LockedSet:
    """The lock that a project shares with a workspace, which does not fit another part of it: said of the whole of its own manifest."""
    from venvls.model.lock import Stale
    from venvls.model.text import Span

    return replace(lock, stale=Stale(why, project.manifests[0], Span(0, 0)))
