"""conda-lock.yml, conda-lock's file for several platforms → what ``conda-lock install`` puts into an environment on this platform.

Packages stand in categories: ``main`` always counts, ``dev`` unless it is left out, the others where they are chosen as a group or an
extra. conda-lock removes nothing. Source: conda-lock ``lockfile/v1/models.py``, ``conda_lock.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.conda.platform import PREFIX, platform_of
from venvls.manifests.pep508.requirement import normalize
from venvls.manifests.syntax.yaml_blocks import Line, lines
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.record import NamedTuple
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Choice, Facts
    from venvls.model.lock import LockFile

TOOL = "conda-lock"
_MOST = 1_000_000
_ANY = Source("any")


class Package(NamedTuple):
    """One entry: a package on one platform in one category. ``needs`` are the names it depends on, in its manager's words."""

    name: str
    version: str
    conda: bool
    platform: str
    category: str
    needs: tuple[str, ...]
    span: Span


class Lock(NamedTuple):
    """The whole file. ``sources`` are the files it was made from, as written: relative to its folder."""

    packages: tuple[Package, ...] = ()
    platforms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    strange: bool = False
    problem: str | None = None


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of a conda environment on this platform; nothing of another kind of environment."""
    path = facts.files.path
    name = path.basename(file.path)
    if not isinstance(file.parsed, Lock):
        file.parsed = read(file.text.source, name)
    lock = file.parsed
    if lock.problem is not None:
        return LockedSet(file.path, TOOL, problem=lock.problem)
    nothing = LockedSet(file.path, TOOL, exact=False, covers=frozenset({file.path}), unsure=True)
    platform = platform_of(facts)
    if facts.environment is None or facts.environment.kind not in ("conda", "pixi") or platform not in lock.platforms:
        return nothing
    sources = {path.normpath(path.join(path.dirname(file.path), *one.split("/"))) for one in lock.sources}
    covers = frozenset(one for one, manifest in facts.manifests.items() if one in sources and manifest.format == "environment.yml")
    mine = [one for one in lock.packages if one.platform == platform]
    wanted = {(PREFIX if one.conda else "") + one.name: one for one in mine if _counts(one.category, facts.choice)}
    stale = None
    if len(covers) == 1 and len(sources) == 1 and not lock.strange:
        from venvls.manifests.conda.stale import stale_for

        stale = stale_for(mine, facts.manifests[next(iter(covers))], name)
    return LockedSet(
        file.path,
        TOOL,
        {key: Locked(key, one.version, _ANY) for key, one in wanted.items()},
        exact=False,
        covers=covers or frozenset({file.path}),
        locate=lambda key: wanted[key].span if key in wanted else Span(0, 0),
        stale=stale,
        unsure=True,
    )


def read(source: str, name: str) -> Lock:
    """What a conda-lock.yml says. Never raises."""
    draft = _Draft()
    for count, line in enumerate(lines(source)):
        if count > _MOST:
            return Lock(problem=f"{name} is too large to be read.")
        draft.take(line)
    draft.finish()
    if draft.version != "1":
        return Lock(problem=f"{name} is not in a version of conda-lock's format that is known here: make it again with “conda-lock”.")
    return Lock(tuple(draft.packages), tuple(draft.platforms), tuple(draft.sources), draft.strange)


def _counts(category: str, choice: Choice) -> bool:
    key = normalize(category)
    return category == "main" or choice.all_groups or key in choice.groups | choice.extras or (category == "dev" and choice.default)


class _Draft:
    """What has been read so far; ``item`` is the package whose lines are being read."""

    def __init__(self) -> None:
        self.version = ""
        self.packages: list[Package] = []
        self.platforms: list[str] = []
        self.sources: list[str] = []
        self.strange = False
        self._item: dict[str, tuple[str, Span]] = {}
        self._needs: list[str] = []

    def take(self, line: Line) -> None:
        """Takes one line."""
        path = line.path
        if not path:
            if line.key == "version":
                self.version = line.value or ""
        elif path[0] == "package":
            if len(path) == 1 and line.opens:
                self.finish()
            if len(path) == 1 and line.key is not None:
                self._item[line.key] = (line.value or "", line.span)
            elif path == ("package", "dependencies") and line.key is not None:
                self._needs.append(line.key)
        elif path == ("metadata", "platforms") and line.opens:
            self.platforms.append(line.value or "")
        elif path == ("metadata", "sources") and line.opens:
            self.sources.append(line.value or "")

    def finish(self) -> None:
        """Ends the package that is being read."""
        if self._item:
            item: Mapping[str, tuple[str, Span]] = self._item
            name, span = item.get("name", ("", Span(0, 0)))
            version, platform, manager = (item.get(key, ("", span))[0] for key in ("version", "platform", "manager"))
            category = item.get("category", ("main", span))[0] or "main"
            if name and version and platform and manager in ("conda", "pip"):
                conda = manager == "conda"
                key = name.lower() if conda else normalize(name)
                self.packages.append(Package(key, version, conda, platform, category, tuple(self._needs), span))
            else:
                self.strange = True
        self._item, self._needs = {}, []
