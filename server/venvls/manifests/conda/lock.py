"""conda-lock.yml, conda-lock's file for several platforms → what ``conda-lock install`` puts into an environment on this platform.

Packages are in categories: ``main`` always counts, ``dev`` unless it is left out, the others where they are chosen as a group or an
extra. conda-lock removes nothing. Source: conda-lock ``lockfile/v1/models.py``, ``conda_lock.py``.
"""

from __future__ import annotations

from venvls.manifests.conda.platform import PREFIX, platform_of
from venvls.manifests.conda.reading import Lock, read
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.names import canonical
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.manifests.conda.reading import Package
    from venvls.model.facts import Choice, Facts
    from venvls.model.lock import LockedNeed, LockFile

TOOL = "conda-lock"
_ANY = Source("any")


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of a conda environment on this platform; nothing of another kind of environment."""
    path = facts.files.path
    name = path.basename(file.path)
    lock = file.read_as(Lock, read, name)
    if lock.problem is not None:
        return LockedSet(file.path, TOOL, problem=lock.problem)
    nothing = LockedSet(file.path, TOOL, exact=False, covers=frozenset({file.path}), unsure=True)
    platform = platform_of(facts)
    if facts.environment is None or facts.environment.kind not in ("conda", "pixi") or platform not in lock.platforms:
        return nothing
    sources = {path.normpath(path.join(path.dirname(file.path), *source.split("/"))) for source in lock.sources}
    covers = frozenset(
        manifest_path
        for manifest_path, manifest in facts.manifests.items()
        if manifest_path in sources and manifest.format == "environment.yml"
    )
    mine = [package for package in lock.packages if package.platform == platform]
    wanted = {(PREFIX if package.conda else "") + package.name: package for package in mine if _counts(package.category, facts.choice)}
    stale = None
    if len(covers) == 1 and len(sources) == 1 and not lock.strange:
        from venvls.manifests.conda.stale import stale_for

        stale = stale_for(mine, facts.manifests[next(iter(covers))], name)
    return LockedSet(
        file.path,
        TOOL,
        {key: Locked(key, package.version, _ANY) for key, package in wanted.items()},
        exact=False,
        covers=covers or frozenset({file.path}),
        locate=lambda key: wanted[key].span if key in wanted else Span(0, 0),
        stale=stale,
        unsure=True,
        needs=lambda key: _needs(key, wanted),
    )


def _needs(key: str, wanted: Mapping[str, Package]) -> tuple[LockedNeed, ...]:
    from venvls.manifests.conda.needs import named_needs

    package = wanted.get(key)
    return tuple(named_needs(package.needs, wanted, conda=package.conda)) if package is not None else ()


def _counts(category: str, choice: Choice) -> bool:
    key = canonical(category)
    return category == "main" or choice.all_groups or key in choice.groups | choice.extras or (category == "dev" and choice.default)
