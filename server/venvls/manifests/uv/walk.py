"""Which packages of a uv.lock ``uv sync`` installs: the walk from the roots along dependencies whose markers hold (uv
``lock/installable.rs``).

A root counts with its own dependencies, the chosen extras (``optional-dependencies``) and the chosen groups (``dev-dependencies``). Where
extras or groups exclude each other, uv writes into markers which of them is meant (``extra == 'extra-2-me-cpu'``): those that are met on
the way are put in force, and the walk is made again until no new one turns up.
"""

from __future__ import annotations

from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple, dataclass, field
from venvls.standards.markers import Markers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.facts import Choice
    from venvls.model.manifest import Defaults

_ROUNDS = 12
"""More would need a chain of that many extras, each met only because of the one before."""


class Root(NamedTuple):
    """A package the walk starts from, with the extras and groups that count for it."""

    package: Table
    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


def root_of(package: Table, choice: Choice, default: Defaults) -> Root:
    """A member where the walk starts, with what was chosen of it."""
    extras = choice.extras & frozenset(map(canonical, table(package.get("optional-dependencies"))))
    return Root(package, extras, counting(declared_groups(package), choice, default))


def counting(declared: Iterable[str], choice: Choice, default: Defaults) -> frozenset[str]:
    """The groups that count among ``declared``, as ``uv sync`` chooses."""
    known = frozenset(map(canonical, declared))
    if choice.all_groups or (choice.default and default.all_groups):
        return known
    return known & {*choice.groups, *(default.groups if choice.default else ())}


def declared_groups(package: Table) -> Mapping[str, object]:
    """The groups of a package; those without a dependency are in its metadata alone."""
    return {**table(table(package.get("metadata")).get("requires-dev")), **table(package.get("dev-dependencies"))}


@dataclass(slots=True)
class Reached:
    """The packages that are met, by PEP 503 name; ``unsure`` where a marker could not be decided or a package was not found.

    ``through`` gives for each the requirement of a root that led to it first. ``active`` are the extras and groups that were in force, as
    uv writes them in markers.
    """

    packages: dict[str, Table] = field(default_factory=dict)
    through: dict[str, str] = field(default_factory=dict)
    unsure: bool = False
    active: frozenset[str] = frozenset()


def walk(lock: Lock, roots: Iterable[Root], loose: Iterable[Table], markers: Markers) -> Reached:
    """What is installed for ``roots``, and for the requirements ``loose`` that belong to no package (a script's, a workspace's own
    groups)."""
    roots, loose = tuple(roots), tuple(loose)
    if not lock.value.get("conflicts"):
        return Walk(lock, markers, frozenset()).run(roots, loose)
    active = _written(roots)
    for _ in range(_ROUNDS):
        walk_ = Walk(lock, markers, active)
        reached = walk_.run(roots, loose)
        if walk_.met <= active:
            reached.active = active
            return reached
        active |= walk_.met
    reached.unsure = True
    return reached


def written_extra(package: str, extra: str) -> str:
    """How uv writes one package's extra in a marker."""
    return f"extra-{len(package)}-{package}-{extra}"


def _written(roots: Iterable[Root]) -> frozenset[str]:
    active: set[str] = set()
    for root in roots:
        name = canonical(str(root.package.get("name")))
        active.add(f"project-{len(name)}-{name}")
        active.update(written_extra(name, extra) for extra in root.extras)
        active.update(f"group-{len(name)}-{name}-{group}" for group in root.groups)
    return frozenset(active)


class Walk:
    """One walk with a fixed set of extras in force."""

    def __init__(self, lock: Lock, markers: Markers, active: frozenset[str]) -> None:
        self.lock = lock
        self.markers = markers
        self.active = active
        self.met: set[str] = set()
        self.reached = Reached()
        self._seen: set[tuple[int, str | None]] = set()
        self.waiting: list[tuple[Table, str | None]] = []
        self._roots: frozenset[int] = frozenset()

    def run(self, roots: Iterable[Root], loose: Iterable[Table]) -> Reached:
        """Goes as far as it leads."""
        roots = tuple(roots)
        self._roots = frozenset(id(root.package) for root in roots)
        for root in roots:
            for extra in (None, *root.extras):
                self.queue(root.package, extra, None)
            for group, dependencies in table(root.package.get("dev-dependencies")).items():
                if canonical(group) in root.groups:
                    self._follow(dependencies, None)
        for requirement in loose:
            self._want(requirement, self._by_fork, None)
        while self.waiting:
            package, extra = self.waiting.pop()
            through = None if id(package) in self._roots else self.reached.through.get(canonical(str(package.get("name"))))
            if extra is None:
                self._follow(package.get("dependencies"), through)
            else:
                optional = table(package.get("optional-dependencies"))
                listed = optional.get(extra) or next((value for name, value in optional.items() if canonical(name) == extra), None)
                self._follow(listed, through)
        return self.reached

    def _follow(self, dependencies: object, through: str | None) -> None:
        for dependency in tables(dependencies):
            self._want(dependency, self._by_entry, through)

    def _want(self, dependency: Table, find: Callable[[str, Table], Table | None], through: str | None) -> None:
        holds = self.markers.holds(dependency.get("marker"), self.active)
        if holds is None:
            self.reached.unsure = True
        if not holds:
            return
        key = canonical(str(dependency.get("name")))
        package = find(key, dependency)
        if package is None:
            self.reached.unsure = True
            return
        self.queue(package, None, through or key)
        # `extra` in a lock of packages, `extras` in the requirements of a script.
        for extra in names(dependency.get("extra")) or names(dependency.get("extras")):
            self.queue(package, extra, through or key)
            self.met.add(written_extra(key, extra))

    def queue(self, package: Table, extra: str | None, through: str | None) -> None:
        """A package, or one extra of it, was met: what it requires is followed, once."""
        visit = (id(package), extra)
        if visit not in self._seen:
            self._seen.add(visit)
            self.waiting.append((package, extra))
            key = canonical(str(package.get("name")))
            self.reached.packages.setdefault(key, package)
            if through is not None:
                self.reached.through.setdefault(key, through)

    def _by_entry(self, key: str, dependency: Table) -> Table | None:
        """The package an entry of a list of dependencies means: by name, and where the lock forks by version and source."""
        packages = self.lock.packages.get(key, [])
        if len(packages) == 1:
            return packages[0]
        fits = [
            package
            for package in packages
            if all(package.get(field) == dependency[field] for field in ("version", "source") if field in dependency)
        ]
        return fits[0] if len(fits) == 1 else self._of_fork(fits)

    def _by_fork(self, key: str, requirement: Table) -> Table | None:
        """The package a requirement means: by name, and where the lock forks by the fork's own markers."""
        packages = self.lock.packages.get(key, [])
        return packages[0] if len(packages) == 1 else self._of_fork(packages)

    def _of_fork(self, packages: list[Table]) -> Table | None:
        fits = [
            package
            for package in packages
            if any(self.markers.holds(marker, self.active) for marker in package.get("resolution-markers") or (None,))
        ]
        return fits[0] if len(fits) == 1 else None


def source_of(package: Table) -> Mapping[str, object]:
    """A package's ``source`` table."""
    return table(package.get("source"))
