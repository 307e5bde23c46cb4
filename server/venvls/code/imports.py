"""What is to be reported of a workspace's code: file by file from its imports, project by project from its requirements."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager

from venvls.code import comparison, elsewhere, known, roles
from venvls.code.elsewhere import Elsewhere
from venvls.code.files import CodeFiles
from venvls.code.keeping import Keeping
from venvls.code.modules import Modules, ModulesByEnvironment
from venvls.code.own import Own, OwnByProject
from venvls.code.texts import Texts
from venvls.imports.reach import reach
from venvls.imports.search import MOST_ADDED
from venvls.model import limits
from venvls.model.environment import Distribution, Environment, Installed
from venvls.model.facts import Facts
from venvls.model.imports import Import, Sighting, Unread
from venvls.model.manifest import same_objects
from venvls.model.ports import Machine
from venvls.model.requirement_list import listed
from venvls.model.text import Span
from venvls.reading import Reader, is_code
from venvls.settlement import Settlement

_NO_IMPORT = Import("", Span(0, 0))
_TOO_LONG = Unread(f"comparing them takes too long; it was given up after {limits.MOST_SECONDS:g} seconds")
_NEVER_MISSING = frozenset(
    {"__future__", "__main__", "__builtin__", "__builtins__", "_typeshed", "typing_extensions", "pip", "_cffi_backend"}
)


class Imports:
    """The imports of a workspace's code. ``here`` are its projects, ``facts`` gives the facts of one by its root, ``told`` what
    :class:`~venvls.code.own.OwnByProject` says.

    Where it ``defers``, an answer waits for no walk of a folder: see :class:`~venvls.code.files.CodeFiles`.
    """

    def __init__(
        self,
        machine: Machine,
        reader: Reader,
        here: Settlement,
        facts: Callable[[str], Facts],
        told: Callable[[], int | None],
        *,
        defers: bool = False,
    ) -> None:
        self.files = CodeFiles(machine, here, defers=defers)
        self._machine = machine
        self._view = machine.files
        self._here = here
        self._keeping = Keeping(machine, here)
        self._texts = Texts(machine.files, reader, self._keeping, machine.within)
        self._modules = ModulesByEnvironment(machine, self._keeping, defers=defers)
        self._own = OwnByProject(machine.files, here, facts, told, self.files)
        self._unrecorded: dict[str, tuple[tuple[Facts, ...], tuple[Sighting, ...]]] = {}
        self._unused: dict[str, tuple[Sighting, ...]] = {}
        self._elsewhere: dict[str, tuple[Facts | None, Elsewhere]] = {}
        self._doubted: dict[str, Facts] = {}
        self._requests: dict[str, tuple[object, dict[str, str | None]]] = {}

    def at_once(self) -> AbstractContextManager[None]:
        """While this lasts, nothing of what projects are is worked out twice: each is taken as it is when it is wanted first."""
        return self._own.at_once()

    def forget_code(self, path: str) -> None:
        """A file of code came or went."""
        if self.files.forget(path):
            self._own.forget()
        self._doubt_elsewhere()

    def forget_folders(self, roots: Iterable[str]) -> None:
        """Folders went, or anything in them may be other than it was."""
        self.files.forget_folders(roots)
        self._own.forget()
        self._doubt_elsewhere()

    def _doubt_elsewhere(self) -> None:
        # What was known counts until there is something better.
        self._elsewhere = {root: (None, answer) for root, (_, answer) in self._elsewhere.items()}

    def keep(self) -> None:
        """What was read is kept for the next run, as far as it will still be true."""
        self._keeping.keep()

    def sightings(self, path: str, facts: Facts, ignored: Iterable[str] = ()) -> tuple[Sighting, ...]:
        """What is to be reported of one file's imports, in the order of places."""
        return self._machine.within(
            limits.MOST_SECONDS,
            lambda: self._sightings(path, facts, ignored),
            lambda: (Sighting(path, _NO_IMPORT, "unread", "", unread=_TOO_LONG),),
        )

    def left_out(self, facts: Facts) -> Iterator[Sighting]:
        """Where not all of a project's code could be found, or what it can import: that it was not, at the project's first manifest."""
        seen = _looked_into(facts)
        if seen is None or not facts.project.manifests or facts.project.part is not None:
            return
        cut = self.files.cut(self._top(facts))
        unread = Unread(cut, common=True, whole=True) if cut is not None else None
        if self._modules.of(*seen, facts).search.crowded:
            unread = Unread(f"the .pth files of {seen[0].name} add more than {MOST_ADDED:,} folders", whole=True)
        if unread is not None:
            yield Sighting(facts.project.manifests[0], _NO_IMPORT, "unread", "", unread=unread)

    def _sightings(self, path: str, facts: Facts, ignored: Iterable[str]) -> tuple[Sighting, ...]:
        seen = _looked_into(facts)
        runner = roles.runner(path, facts)
        if seen is None or seen[0].implementation != "cpython" or runner == "elsewhere":
            return ()
        environment, installed = seen
        if path.endswith(".ipynb") and "ipykernel" not in installed.distributions:
            # It runs in some other environment, which has what a kernel needs.
            return ()
        modules = self._modules.of(environment, installed, facts)
        imports, dispensable = self._texts.imports(path, facts, modules.standard)
        if (unread := self._texts.unread(path)) is not None:
            return (Sighting(path, _NO_IMPORT, "unread", "", unread=unread),)
        _, others = self._elsewhere.get(facts.project.root, (None, None))
        if others is not None and others.is_outdated(path, imports, dispensable, modules):
            self._doubt(facts, others)
        if all(imported.level or imported.top in modules.standard for imported in imports):
            return ()
        own = self._own.of(facts)
        ignored = frozenset(ignored)
        spared, lazy = {*dispensable, *ignored}, set[str]()
        reached: list[Import] = []
        for imported in imports:
            runs = reach(imported, modules.here)
            if runs == "optional":
                spared.add(imported.top)
            elif runs == "typing":
                # What a function imports once more is wanted by some alone.
                lazy.add(imported.top)
            if runs == "always" and not (imported.level or _is_needless(imported, modules.standard)):
                reached += _one_by_one(imported, modules)
        reached = [each for each in reached if not (_is_spared(each.module, spared) or _takes_only(each, ignored))]
        wanted = [each for each in reached if not (each.top in lazy and elsewhere.in_function(each))]
        if runner == "build":
            from venvls.code import build

            def owners(imported: Import) -> tuple[str, ...]:
                return modules.owners.of(imported.module, imported.names)

            asked = build.sightings(path, wanted, facts, owners, known.distribution_of)
            answer = tuple(each for each in asked if not own.code.provides(path, each.module))
        else:
            compared = comparison.sightings(path, wanted, modules, own, self._view)
            # Of a namespace the part that is meant is known only now.
            answer = tuple(self._doubted_of((each for each in compared if not _is_spared(each.module, ignored)), facts, seen))
        if modules.owners.owed or (modules.conda is not None and modules.conda.owed):
            self.files.owed[self._top(facts)] = None
        return answer

    def _doubted_of(self, sightings: Iterable[Sighting], facts: Facts, seen: tuple[Environment, Installed]) -> Iterator[Sighting]:
        """The same; where the project may do without a missing module, that is marked, by what its other files say. What is for developers
        alone and optional by them is left out."""
        for sighting in sightings:
            doubted = sighting.declared is None if sighting.standing == "missing" else sighting.standing == "development"
            if not doubted:
                yield sighting
                continue
            others = self._known_elsewhere(facts, seen)
            is_optional = others is not None and sighting.imported.top in others.optional
            if others is None or (is_optional and sighting.standing == "development"):
                continue
            if is_optional:
                sighting = sighting._replace(dispensable="elsewhere")
            elif sighting.standing == "missing" and others.needed is not None and roles.ships(sighting.path, facts):
                inside = elsewhere.in_function(sighting.imported)
                sighting = sighting._replace(dispensable="function" if inside else "" if others.needs(sighting.path) else "file")
            yield sighting

    def _known_elsewhere(self, facts: Facts, seen: tuple[Environment, Installed]) -> Elsewhere | None:
        """What the project's other files say; ``None`` where that has to wait for a patient moment."""
        root = facts.project.root
        known = self._elsewhere.get(root)
        if known is not None and known[0] is facts:
            return known[1]
        if not self.files.defers:
            return self._look_elsewhere(facts, seen, lambda: None)
        self._doubt(facts, known[1] if known is not None else None)
        return known[1] if known is not None else None

    def _doubt(self, facts: Facts, known: Elsewhere | None) -> None:
        """Have all files of a project looked at in a patient moment; what is ``known`` counts until then."""
        root = facts.project.root
        if known is not None:
            self._elsewhere[root] = (None, known)
        self._doubted[root] = facts
        self.files.owed[self._top(facts)] = None

    def _look_elsewhere(self, facts: Facts, seen: tuple[Environment, Installed], partial: Callable[[], None]) -> Elsewhere:
        root = facts.project.root
        paths = [path for path in self.files.below(self._top(facts), partial) if self._here.folders.within(path, root)]
        paths = [path for path in paths if is_code(path)]
        own, modules = self._own.of(facts), self._modules.of(*seen, facts)
        whole = self.files.cut(self._top(facts)) is None
        answer = elsewhere.look(paths, own, modules, self._texts, self._view, partial, whole=whole)
        self._elsewhere[root] = (facts, answer)
        return answer

    def read_owed(self, partial: Callable[[], None]) -> None:
        """Read the records that answers waited for; ``partial`` is called meanwhile."""
        self._modules.read_owed(partial)

    def look_where_doubted(self, partial: Callable[[], None]) -> None:
        """Look at all files of the projects where an answer waits for what they say; ``partial`` is called meanwhile."""
        for root in tuple(self._doubted):
            facts = self._doubted.pop(root)
            if (seen := _looked_into(facts)) is not None:
                self._look_elsewhere(facts, seen, partial)

    @staticmethod
    def _top(facts: Facts) -> str:
        return facts.roots[0] if facts.roots else facts.project.root

    def unrecorded(self, facts: Facts) -> tuple[Sighting, ...]:
        """The packages that were installed by name and that nothing lists, where the environment is the project's own; worked out once for
        each state of the facts of all projects that use it."""
        root, seen = facts.project.root, _looked_into(facts)
        if seen is None or self._own.keeper(seen[0]) != root:
            self._unrecorded.pop(root, None)
            return ()

        def look() -> tuple[tuple[Facts, ...], tuple[Sighting, ...]]:
            own, known = self._own.of(facts), self._unrecorded.get(root)
            return known if known is not None and same_objects(known[0], own.facts) else (own.facts, tuple(self._unlisted(own, *seen)))

        self._unrecorded[root] = answer = self._machine.within(limits.MOST_SECONDS, look, lambda: ((facts,), ()))
        return answer[1]

    def known_unrecorded(self, facts: Facts) -> Iterator[Sighting]:
        """Those of the last :meth:`unrecorded` that nothing lists by now: nothing is worked out, so that no keystroke waits for it."""
        known = self._unrecorded.get(facts.project.root)
        if known is None or not known[1] or known[0][0].environment != facts.environment:
            return
        names = frozenset[str | None]().union(*[listed(manifest.requirements).keys for manifest in facts.manifests.values()])
        yield from (sighting for sighting in known[1] if sighting.owners[0] not in names)

    def take_stock(self, facts: Facts, ignored: Iterable[str], partial: Callable[[], None]) -> None:
        """Look which requirements no code uses, for :meth:`known_unused`; ``partial`` is called meanwhile."""
        self._unused[facts.project.root] = self.unused(facts, ignored, partial)

    def known_unused(self, facts: Facts) -> Iterator[Sighting]:
        """Those that no code used when :meth:`take_stock` last looked, where their requirements are now."""
        from venvls.code import unused

        sightings = self._unused.get(facts.project.root, ())
        names = {sighting.owners[0] for sighting in sightings}
        numbers: dict[str, dict[str, list[int]]] = {}
        for sighting in sightings:
            manifest = facts.manifests.get(sighting.path)
            if manifest is None:
                continue
            requirements = listed(manifest.requirements)
            if manifest.path not in numbers:
                numbers[manifest.path] = requirements.numbers_of(names)
            for number in numbers[manifest.path].get(sighting.owners[0], ()):
                if requirements[number].scope.kind == "main":
                    yield sighting._replace(imported=sighting.imported._replace(span=unused.name_of(requirements[number])))
                    break

    def _unlisted(self, own: Own, environment: Environment, installed: Installed) -> Iterator[Sighting]:
        from venvls.code import unrecorded

        if not own.certain or own.of_conda:
            return
        kept = self._requests.get(environment.prefix)
        requests: dict[str, str | None] = kept[1] if kept is not None and kept[0] == installed.stamp else {}
        self._requests[environment.prefix] = (installed.stamp, requests)

        def requested_by(distribution: Distribution) -> str | None:
            # By its name, which many environments have, and not by its path: of a name only the one that counts is asked about.
            if distribution.key not in requests:
                requests[sys.intern(distribution.key)] = unrecorded.requested_by(distribution, self._view)
            return requests[distribution.key]

        yield from unrecorded.sightings(own.facts, own.names(), own.own, requested_by)

    def unused(self, facts: Facts, ignored: Iterable[str] = (), partial: Callable[[], None] = lambda: None) -> tuple[Sighting, ...]:
        """The requirements of a project that none of its code uses, as far as its files can tell; ``partial`` is called meanwhile. None
        where that takes too long: it is only a hint."""
        return self._machine.within(limits.MOST_SECONDS, lambda: tuple(self._not_used(facts, ignored, partial)), tuple[Sighting, ...])

    def _not_used(self, facts: Facts, ignored: Iterable[str], partial: Callable[[], None]) -> Iterator[Sighting]:
        from venvls.code import unused

        seen = _looked_into(facts)
        if seen is None or facts.project.part is not None:
            return
        below = self.files.below(self._top(facts))
        if self.files.cut(self._top(facts)) is not None:
            return  # What was not found may use anything.
        paths = [path for path in below if is_code(path) and self._here.folders.within(path, facts.project.root)]
        modules, own = self._modules.of(*seen, facts), self._own.of(facts)
        yield from unused.sightings(own, modules, paths, self._texts, self._view, ignored, partial)


def _looked_into(facts: Facts) -> tuple[Environment, Installed] | None:
    """The environment and what is installed in it, where both are as they should be."""
    environment = facts.environment
    if environment is None or environment.health != "ok" or facts.installed is None:
        return None
    return environment, facts.installed


def _is_needless(imported: Import, standard: frozenset[str]) -> bool:
    """Whether a module is there wherever Python is, or is no module's name at all."""
    return not imported.top or imported.top in standard or imported.top in _NEVER_MISSING


def _one_by_one(imported: Import, modules: Modules) -> Iterable[Import]:
    """An import of several modules of a namespace as one of each."""
    if len(imported.names) < 2 or not modules.search.is_namespace(imported.module):
        return (imported,)
    return [imported._replace(names=(name,)) for name in imported.names]


def _takes_only(imported: Import, modules: Collection[str]) -> bool:
    """Whether all that an import takes out of a module is of these: of a namespace, it is modules."""
    return bool(imported.names) and all(f"{imported.module}.{name}" in modules for name in imported.names)


def _is_spared(module: str, spared: Collection[str]) -> bool:
    if module.partition(".")[0] in spared:
        return True
    parts = module.split(".")
    return any(".".join(parts[:number]) in spared for number in range(2, len(parts) + 1))
