"""All that a project's facts are worked out from, as one value, which of its locks counts, and the facts that follow.

Knows nothing of who remembers facts, of verdicts, or of how files are read.
"""

from __future__ import annotations

from venvls import discovery
from venvls.graph import followed
from venvls.manifests.locks import SCRIPT_LOCK, lock_format, lock_of_hatch
from venvls.model.environment import Environment, Git, Installed
from venvls.model.facts import Choice, Facts, Link, Placed, Remembered
from venvls.model.finding import Project
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest, same_objects
from venvls.model.record import NamedTuple, replace
from venvls.noted_files import NotedFiles
from venvls.settings import Settings
from venvls.target import target_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from venvls.manifests.locks import LockFormat
    from venvls.model.lock import LockFile


NOTHING: frozenset[str] = frozenset()
"""One for all projects: each empty set that is made is an object of its own."""


class Basis(NamedTuple):
    """All that a project's facts are worked out from, as values; whatever is not in here, or read through the files they are given with
    it (:class:`NotedFiles`), they cannot rest on: :func:`facts_of` is given nothing else."""

    project: Project
    environment: Environment | None
    installed: object  # the stamp of what is installed
    choice: Choice
    settings: Settings | None
    bounds: tuple[Placed, ...]
    lock: LockFile | None
    stale_elsewhere: str | None  # why the lock does not fit a part of its workspace that is no project of ours
    git: Git | None
    main_project: str | None
    outside: frozenset[str]
    roots: tuple[str, ...]
    asked_for: frozenset[str]
    platform: tuple[tuple[str, str], ...]
    manifests: tuple[Manifest, ...]
    links: tuple[Link, ...]

    def same(self, other: Basis) -> bool:
        """Whether both say the same. Manifests and locks are the same objects for as long as their texts are the same."""
        return self.lock is other.lock and same_objects(self.manifests, other.manifests) and self._plain() == other._plain()

    def lasting(self) -> tuple[object, ...]:
        """What verdicts on single requirements rest on: all but which texts there are, what they require (of the Python too: the
        environment that follows is what counts) and how they lead to each other.

        A new field of this class, or of a project, counts until somebody sets it aside here.
        """
        project = replace(self.project, manifests=(), locks=(), reason="", environment=None, python=())
        # Requirements files have neither names nor settings: one that comes or goes, as while its name is typed, only requires something.
        stated = tuple([(each.path, each.format, each.name, each.tool) for each in self.manifests if each.format != "requirements.txt"])
        plain = self._plain()._replace(project=project, settings=None, git=None, main_project=None, asked_for=NOTHING, links=())
        return (plain, stated)

    def same_environment(self, other: Basis) -> bool:
        """Whether both are about one environment, with the same in it and for the same Python."""
        return (self.installed, self.environment, self.platform) == (other.installed, other.environment, other.platform)

    def _plain(self) -> Basis:
        """The same without what is compared as an object."""
        return self._replace(manifests=(), lock=None)


def lock_that_counts(project: Project, manifests: Mapping[str, Manifest], path: ModuleType) -> str | None:
    """The path of the project's lock that counts; a compiled file no longer does once its header is gone from the text.

    A lock of conda's or pixi's environments goes before others in these, and is passed over in all others.
    """
    kind = project.environment.kind if project.environment is not None else None
    later: str | None = None
    for lock in project.locks:
        format_ = format_of_lock(lock, project, manifests, path)
        if format_ is not None and kind in format_.kinds:
            return lock
        if format_ is not None and later is None and (not format_.kinds or kind is None):
            later = lock
    return later


def format_of_lock(lock: str, project: Project, manifests: Mapping[str, Manifest], path: ModuleType) -> LockFormat | None:
    """The format of one of the project's locks: by its name, by what is in it, or because Hatch keeps it for the environment."""
    name = path.basename(lock)
    if SCRIPT_LOCK.matches(name):
        return SCRIPT_LOCK
    format_ = lock_format(name, manifests.get(lock))
    of_hatch = project.environment is not None and project.environment.kind == "hatch" and lock not in manifests
    return lock_of_hatch(name) if format_ is None and of_hatch else format_


def facts_of(
    basis: Basis, constraints: dict[str, tuple[Placed, ...]], installed: Installed | None, files: NotedFiles, remembered: Remembered
) -> Facts:
    """The facts that follow from ``basis``; ``constraints`` are its bounds by name, ``installed`` is what its stamp is of."""
    facts = Facts(
        project=basis.project,
        files=files,
        manifests={manifest.path: manifest for manifest in basis.manifests},
        links=basis.links,
        environment=basis.environment,
        installed=installed,
        target=target_of(basis.environment, dict(basis.platform)) if basis.environment is not None else None,
        constraints=constraints,
        choice=basis.choice,
        git=basis.git,
        outside=basis.outside,
        roots=basis.roots,
        main_project=basis.main_project,
        remembered=remembered,
    )
    facts.counted = _counted(facts, basis.choice, basis.asked_for)
    if basis.choice.synced:
        facts.counted_as_synced = facts.counted - _counted(facts, basis.choice.without_synced(), basis.asked_for)
    return facts


def _counted(facts: Facts, choice: Choice, asked_for: frozenset[str]) -> frozenset[str]:
    """The manifests whose requirements count for the environment: the main ones, the chosen groups', and what they include."""
    project = facts.project
    starts = discovery.counted(project.manifests, choice.groups, choice.all_groups, facts.files)
    # Without any environment nothing is checked yet, and creating one here would install what this folder requires.
    if facts.main_project is not None and project.environment is not None:
        starts = frozenset()
    kind = project.environment.kind if project.environment is not None else None
    starts = discovery.suited((*starts, *asked_for), facts.manifests, kind)
    return frozenset(followed(starts, [link for link in facts.links if _is_read(link, facts, choice) and not _only_bounds(link, facts)]))


def _only_bounds(link: Link, facts: Facts) -> bool:
    """Whether an include (``-c``) is of a file that has requirements of its own by its name: where it counts, it does so by itself."""
    target = facts.manifests.get(link.target) if link.target is not None else None
    return link.include.kind == "constraints" and target is not None and not target.constraint


def _is_read(link: Link, facts: Facts, choice: Choice) -> bool:
    """Whether an include counts: the file of an extra (``optional-dependencies.docs = {file = …}``) only where that is chosen."""
    group, manifest = link.include.group, facts.manifests.get(link.source)
    if group is None or manifest is None:
        return True
    return any(scope.name == group for scope in facts.counting_with(manifest, choice))
