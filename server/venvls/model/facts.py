"""Everything a rule may look at: one project, its environment, and its manifests as parsed. Nothing here is looked up twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from venvls.model.environment import Environment, Git, Installed, Target
from venvls.model.finding import Project
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.manifest import Include, Manifest
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.requirement import MAIN, Requirement, Scope

if TYPE_CHECKING:
    from venvls.model.lock import LockedSet


class Choice(NamedTuple):
    """Which groups and extras count, by PEP 503 names. ``default`` adds what the manifest calls its default groups (else ``dev``)."""

    groups: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    all_groups: bool = False
    default: bool = True


class Link(NamedTuple):
    """One include, followed: ``target`` is the file's absolute path; ``failure`` a sentence where it cannot be read; ``cycle`` the
    paths that lead back to ``source``."""

    source: str
    include: Include
    target: str | None
    failure: str | None = None
    cycle: tuple[str, ...] = ()


class Placed(NamedTuple):
    """A requirement and the manifest it stands in."""

    path: str
    requirement: Requirement


@dataclass(slots=True)
class Facts:
    """One project's facts. Rules read them and never change them.

    ``manifests`` holds every parsed file of the project by path, includes too; ``links`` the includes between them. ``constraints``
    gives, by PEP 503 name, the constraint lines in force. ``outside`` are paths of manifests that lie outside the workspace: nothing of
    their content may appear in a message. ``shared`` is room for what one rule family works out once (verdicts, trees); it lives
    exactly as long as the installed snapshot and the constraints do. ``judged`` are the manifests whose requirements are asked of the
    environment, and so the ones a sync installs; ``None`` means all. ``locked`` is what the project's lock asks, for ``choice`` and
    ``target``; ``None`` where there is no lock. ``beside`` is the project above to which this one is a side matter (its ``docs``,
    ``tests``…) that nobody chose; ``None`` where it stands for itself.
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
    judged: frozenset[str] | None = None
    locked: LockedSet | None = None
    beside: str | None = None
    shared: dict[str, object] = field(default_factory=dict)
    _counted: dict[int, frozenset[Scope]] = field(default_factory=dict)

    def counts(self, manifest: Manifest, scope: Scope) -> bool:
        """Whether a requirement of this scope is asked for: main but where its tool leaves the project out; groups and extras when chosen;
        builds and bounds never."""
        known = self._counted.get(id(manifest))
        if known is None:
            known = self._counted[id(manifest)] = _counted(manifest, self.choice, self._here(manifest), self._default(manifest))
        return scope in known

    def _default(self, manifest: Manifest) -> tuple[str, ...] | None:
        """The groups that count by themselves: as the tool of the project's lock has it, else as the manifest says."""
        lock = self.locked
        told = lock.default_groups if lock is not None and manifest.path in lock.covers else None
        return manifest.default_groups if told is None else told

    def _here(self, manifest: Manifest) -> tuple[str, ...] | None:
        """The groups (and, with ``extra:`` before them, extras) that count in the project's environment because of its kind and name;
        ``None`` where they are the same everywhere.

        ``facts["groups-in"]`` says so by kind and name (``test.*`` for those that begin so, ``""`` for any): a hatch.toml for the
        pyproject.toml beside it too. What Hatch keeps holds no group that nobody named. ``-main`` says that the project does not count.
        """
        environment = self.environment
        if environment is None:
            return None
        own = [one for one in self.manifests.values() if one.format == "hatch.toml" and environment.kind == "hatch"]
        said = next((one.facts["groups-in"] for one in (*own, manifest) if "groups-in" in one.facts), {})
        kinds = cast("Mapping[str, Mapping[str, tuple[str, ...]]]", said)
        names = kinds.get(environment.kind)
        if names is None:
            return () if environment.kind == "hatch" else None
        own_name = environment.name
        return next((names[one] for one in (own_name, f"{own_name.partition('.')[0]}.*", "") if one in names), ())


def _counted(manifest: Manifest, choice: Choice, here: tuple[str, ...] | None, default: tuple[str, ...] | None) -> frozenset[Scope]:
    """The groups and extras of a manifest that count, with those they include: a group's groups, the project's own extras.

    ``here`` are those that count in this environment instead of the ``default`` ones. ``facts["groups-aside"]`` are groups that count only
    where they are named.
    """
    groups = {group.key for group in manifest.groups if group.kind == "group"} | {
        one.scope.name for one in manifest.requirements if one.scope.kind == "group" and one.scope.name is not None
    }
    extras = choice.extras
    default = default if here is None else here
    if choice.default and default is not None:
        extras |= {name.removeprefix("extra:") for name in default if name.startswith("extra:")}
        default = tuple(name for name in default if not name.startswith("extra:"))
    aside = cast("frozenset[str]", manifest.facts.get("groups-aside", frozenset()))
    every = choice.all_groups or (choice.default and default is not None and "*" in default)
    wanted = set(groups - aside | (groups & choice.groups)) if every else groups & choice.groups
    if choice.default:
        wanted |= groups & ({"dev"} if default is None else set(default))
    members = cast("Mapping[str, Iterable[str]]", manifest.facts.get("group-members", {}))
    counted = {MAIN, *(Scope("group", member) for group in wanted for member in (group, *members.get(group, ())))}
    if choice.default and default is not None and "-main" in default:
        counted.remove(MAIN)
    counted |= {Scope("extra", extra) for extra in extras}
    own = cast("Mapping[Scope, Iterable[str]]", manifest.facts.get("self-extras", {}))
    for scope in tuple(counted):
        counted |= {Scope("extra", extra) for extra in own.get(scope, ())}
    return frozenset(counted)
