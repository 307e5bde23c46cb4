"""Everything a rule may look at: one project, its environment, and its manifests as parsed. Nothing here is looked up twice."""

from __future__ import annotations

from venvls.model.environment import Environment, Git, Installed, Target
from venvls.model.finding import Project
from venvls.model.hints import TYPE_CHECKING, TypeVar
from venvls.model.manifest import Defaults, Include, Manifest
from venvls.model.names import canonical
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.requirement import MAIN, Requirement, Scope
from venvls.model.requirement_list import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.lock import LockedSet


class Choice(NamedTuple):
    """Which groups and extras count, by PEP 503 names. ``default`` adds what the manifest calls its default groups (else ``dev``).
    ``synced`` are those among them that nobody chose now: a person synced them into the environment before."""

    groups: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    all_groups: bool = False
    default: bool = True
    synced: frozenset[Scope] = frozenset()

    def without_synced(self) -> Choice:
        """The same without what counts only because it was synced before."""
        names = {kind: frozenset(scope.name for scope in self.synced if scope.kind == kind) for kind in ("group", "extra")}
        return self._replace(groups=self.groups - names["group"], extras=self.extras - names["extra"], synced=frozenset())


class Link(NamedTuple):
    """One include, followed: ``target`` is the file's absolute path; ``failure`` a sentence where it cannot be read; ``cycle`` the
    paths that lead back to ``source``."""

    source: str
    include: Include
    target: str | None
    failure: str | None = None
    cycle: tuple[str, ...] = ()


class Placed(NamedTuple):
    """A requirement and the manifest it is in."""

    path: str
    requirement: Requirement


if TYPE_CHECKING:
    Record = TypeVar("Record")


class OfEnvironment:
    """Base of records that rest on an environment alone, on what is installed in it and on its Python: on no text and no lock."""

    __slots__ = ()


class Remembered:
    """Room for what is worked out once of the same facts: a record for each part that keeps something, by the record's own class."""

    __slots__ = ("_records",)

    def __init__(self) -> None:
        self._records: dict[type, object] = {}

    def of(self, kind: Callable[[], Record]) -> Record:
        """The record of this class, a new one where there is none yet."""
        record = self._records.get(kind)  # type: ignore[call-overload]
        if record is None:
            record = self._records[kind] = kind()  # type: ignore[index]
        return record  # type: ignore[no-any-return]

    def of_environment(self) -> Remembered:
        """Another room, for other facts about the same environment: with what rests on that alone."""
        room = Remembered()
        room._records = {kind: record for kind, record in self._records.items() if issubclass(kind, OfEnvironment)}
        return room

    def forget(self) -> None:
        """Room again: everything is worked out once more where somebody wants it."""
        self._records.clear()


@dataclass(slots=True)
class Facts:
    """One project's facts. Rules read them and never change them.

    ``manifests`` holds every parsed file of the project by path, includes too; ``links`` the includes between them. ``constraints``
    gives, by PEP 503 name, the constraint lines in force. ``installed`` is ``None`` without an environment and where it is broken,
    which says nothing of requirements. ``outside`` are paths of manifests that are outside the workspace: nothing of
    their content may appear in a message. ``remembered`` is room for what is worked out once (verdicts, trees); it lives
    exactly as long as the installed snapshot and the constraints do. ``counted`` are the manifests whose requirements count for the
    environment, and so the ones a sync installs; ``None`` means all. ``locked`` is what the project's lock asks, for ``choice`` and
    ``target``; ``None`` where there is no lock. ``main_project`` is the project above to which this one is a side matter (its ``docs``,
    ``tests``…) that nobody chose; ``None`` where it stands for itself. ``counted_as_synced`` are manifests, ``locked_as_synced`` names of
    packages that count only because of ``choice.synced``.
    """

    project: Project
    files: FileView
    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    environment: Environment | None = None
    installed: Installed | None = None
    target: Target | None = None
    constraints: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)
    choice: Choice = Choice()
    git: Git | None = None
    outside: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()
    counted: frozenset[str] | None = None
    locked: LockedSet | None = None
    main_project: str | None = None
    counted_as_synced: frozenset[str] = frozenset()
    locked_as_synced: frozenset[str] = frozenset()
    remembered: Remembered = field(default_factory=Remembered)
    _counted: dict[int, tuple[Manifest, Environment | None, LockedSet | None, frozenset[Scope]]] = field(default_factory=dict)

    def rest(self) -> None:
        """Takes less room: what was worked out on the way to a verdict is worked out once more where somebody wants it."""
        self.remembered.forget()
        self._counted.clear()

    def counts(self, manifest: Manifest, scope: Scope) -> bool:
        """Whether a requirement of this scope is required: main but where its tool leaves the project out; groups and extras when chosen;
        builds and bounds never."""
        known = self._counted.get(id(manifest))
        # Facts of another environment, or without the lock, may have been made from these and share what is known.
        if known is None or known[0] is not manifest or known[1] is not self.environment or known[2] is not self.locked:
            counted = _counted(manifest, self.choice, self._here(manifest), self._default(manifest))
            known = self._counted[id(manifest)] = (manifest, self.environment, self.locked, counted)
        return scope in known[3]

    def itself(self, manifest: Manifest) -> str:
        """How the tool that keeps this environment installs the manifest's project in it: ``editable``, ``built``, or empty for not."""
        here = self._here(manifest)
        return here.itself if here is not None else ""

    def only_as_synced(self, manifest: Manifest, scope: Scope) -> bool:
        """Whether a requirement counts only because its group or extra was synced before: what it lacks is no warning."""
        if not self.choice.synced:
            return False
        plain = self.choice.without_synced()
        return manifest.path in self.counted_as_synced or scope not in _counted(
            manifest, plain, self._here(manifest), self._default(manifest)
        )

    def counting_by_itself(self, manifest: Manifest) -> frozenset[Scope]:
        """What of a manifest counts in this environment whatever somebody chose."""
        return self.counting_with(manifest, Choice())

    def counting_with(self, manifest: Manifest, choice: Choice) -> frozenset[Scope]:
        """What of a manifest counts in this environment for another choice, as the manifest itself says."""
        return _counted(manifest, choice, self._here(manifest), manifest.defaults)

    def counting_also(self, manifest: Manifest, groups: Iterable[str], extras: Iterable[str]) -> frozenset[Scope]:
        """What of a manifest counts in this environment, with more groups and extras, by their names as somebody wrote them."""
        choice = self.choice
        wider = choice._replace(groups=choice.groups | set(map(canonical, groups)), extras=choice.extras | set(map(canonical, extras)))
        return _counted(manifest, wider, self._here(manifest), self._default(manifest))

    def is_locked(self, manifest: Manifest) -> bool:
        """Whether the project's lock, stale or not, was made from this manifest."""
        lock = self.locked
        return lock is not None and (not lock.covers or manifest.path in lock.covers)

    def asked_by_hatch(self, manifest: Manifest) -> Defaults | None:
        """What Hatch's settings ask of its environment ``default``, for one of the project's files that they are about; ``None`` without
        such settings."""
        if not manifest.defaults_in and manifest.format != "pyproject.toml":
            return None
        ours = [other for other in self.manifests.values() if other.format == "hatch.toml" and other.path in self.project.manifests]
        stating = next((each for each in (*ours, manifest) if "hatch" in each.defaults_in), None)
        if stating is None or manifest.path not in self.project.manifests:
            return None
        return stating.defaults_in["hatch"].of("default")

    def stands_for_hatch(self, manifest: Manifest) -> bool:
        """Whether the environment is where the project is worked on instead of Hatch's ``default``: its own, and no other tool's, whose
        table or lock says what belongs in it."""
        environment = self.environment
        if self.is_locked(manifest) or manifest.own.pdm or manifest.own.poetry is not None:
            return False
        return environment is None or (environment.kind not in _OF_OTHERS and environment.project in (None, self.project.root))

    def _default(self, manifest: Manifest) -> Defaults | None:
        """What counts by itself: as the tool of the project's lock has it, else as the manifest says; with what Hatch would have in it."""
        lock = self.locked
        told = lock.defaults if lock is not None and manifest.path in lock.covers else None
        stated = manifest.defaults if told is None else told
        asked = self.asked_by_hatch(manifest)
        return stated if asked is None or not self.stands_for_hatch(manifest) else _with(_DEV if stated is None else stated, asked)

    def _here(self, manifest: Manifest) -> Defaults | None:
        """What counts in the project's environment because of its kind and name; ``None`` where that is the same everywhere.

        A hatch.toml says it for the pyproject.toml next to it too. What Hatch or tox keeps holds no group that nobody named.
        """
        environment = self.environment
        if environment is None:
            return None
        own = [other for other in self.manifests.values() if other.format == "hatch.toml" and environment.kind == "hatch"]
        kinds = next((stating.defaults_in for stating in (*own, manifest) if stating.defaults_in), None)
        names = kinds.get(environment.kind) if kinds is not None else None
        if names is None:
            return Defaults() if environment.kind in ("hatch", "tox") and self.project.part is None else None
        return names.of(environment.name)


def _counted(manifest: Manifest, choice: Choice, here: Defaults | None, default: Defaults | None) -> frozenset[Scope]:
    """The groups and extras of a manifest that count, with those they include: a group's groups, the project's own extras.

    ``here`` is what counts in this environment instead of the ``default``.
    """
    groups = {group.key for group in manifest.groups if group.kind == "group"} | {
        scope.name for scope in listed(manifest.requirements).scopes if scope.kind == "group" and scope.name
    }
    stated = default if here is None else here
    by_itself = Defaults() if not choice.default else _DEV if stated is None else stated
    every = choice.all_groups or by_itself.all_groups
    wanted = set(groups - manifest.aside | (groups & choice.groups)) if every else groups & choice.groups
    wanted |= groups & set(by_itself.groups)
    counted = {Scope("group", member) for group in wanted for member in (group, *manifest.members.get(group, ()))}
    counted |= {Scope("extra", extra) for extra in choice.extras | set(by_itself.extras)}
    if by_itself.main:
        counted.add(MAIN)
    for scope in tuple(counted):
        counted |= {Scope("extra", extra) for extra in manifest.self_extras.get(scope, ())}
    return frozenset(counted)


def _with(stated: Defaults, more: Defaults) -> Defaults:
    groups, extras = (*stated.groups, *more.groups), (*stated.extras, *more.extras)
    return stated._replace(groups=tuple(dict.fromkeys(groups)), extras=tuple(dict.fromkeys(extras)))


_DEV = Defaults(groups=("dev",))
_OF_OTHERS = frozenset({"poetry", "pipenv", "pdm", "pixi", "tox", "nox"})
"""Kinds of environments that a tool keeps, which is not Hatch."""
