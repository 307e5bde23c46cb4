"""pixi.lock → what ``pixi install`` wants in one of pixi's environments, on its platform: conda's packages and those of an index.

pixi takes away what it put there and the lock does not name: of conda all, of an index what its own installer (``uv-pixi``) noted.
Which environment of the lock counts is the environment's own name (``default`` of ``.pixi/envs/default``). Builds are not compared, nor
packages that are built from a folder. Truth: rattler's own reader of locks and its installer.
"""

from __future__ import annotations

from venvls.manifests.conda.platform import PREFIX, archive_parts, platform_of
from venvls.manifests.pixi.reading import Lock, Named, read
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import REGISTRY, Locked, LockedSet, Source
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.manifests.pixi.reading import Package
    from venvls.model.facts import Facts
    from venvls.model.lock import LockedNeed, LockFile
    from venvls.model.manifest import Manifest

TOOL = "pixi"
_ANY = Source("any")


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment; nothing of one that is none of pixi's, or of another platform."""
    path = facts.files.path
    lock = file.read_as(Lock, read, path.basename(file.path))
    if lock.problem is not None:
        return LockedSet(file.path, TOOL, problem=lock.problem)
    environment = facts.environment
    manifest = manifest_of(file.path, facts)
    covers = frozenset({manifest.path if manifest is not None else file.path})
    if environment is None or environment.kind != "pixi":
        return LockedSet(file.path, TOOL, exact=False, covers=frozenset({file.path}), unsure=True)
    platform = platform_of(facts)
    named = packages_of(lock, environment.name, platform)
    stale = None
    if manifest is not None:
        from venvls.manifests.pixi.stale import stale_for

        stale = stale_for(lock, manifest, environment.name, platform, named, facts.target, path.basename(file.path))
    if named is None:
        return LockedSet(file.path, TOOL, exact=False, covers=frozenset({file.path}), stale=stale, unsure=True)
    packages: dict[str, Locked] = {}
    read_as: dict[str, Package] = {}
    places: dict[str, Span] = {}
    unsure = lock.strange
    for reference in named:
        package = lock.packages.get(reference.location)
        if package is None or reference.kind not in ("conda", "pypi"):
            unsure = True
            continue
        key = PREFIX + package.name if package.conda else package.name
        from_index = not package.conda and not package.local and reference.location.startswith(("https://", "http://"))
        packages[key] = Locked(key, package.version, REGISTRY if from_index else _ANY)
        read_as[key] = package
        places[key] = reference.span
    return LockedSet(
        file.path,
        TOOL,
        packages,
        exact=True,
        kept=_left_alone(facts, packages),
        locate=lambda key: places.get(key, Span(0, 0)),
        covers=covers,
        surplus=_surplus(facts, packages),
        stale=stale,
        unsure=unsure,
        needs=lambda key: _needs(key, read_as, facts),
    )


def _needs(key: str, packages: Mapping[str, Package], facts: Facts) -> tuple[LockedNeed, ...]:
    from venvls.manifests.pixi.needs import needs
    from venvls.standards.markers import UV, Markers

    return needs(key, packages, Markers(facts.target, UV))


def manifest_of(lock_path: str, facts: Facts) -> Manifest | None:
    """The manifest that pixi made the lock from: the pixi.toml next to it, else the pyproject.toml."""
    path = facts.files.path
    folder = path.dirname(lock_path)
    for name in ("pixi.toml", "pyproject.toml"):
        manifest = facts.manifests.get(path.join(folder, name))
        if manifest is not None and manifest.own.pixi is not None:
            return manifest
    return None


def packages_of(lock: Lock, environment: str, platform: str | None) -> tuple[Named, ...] | None:
    """The packages of one environment for a platform; ``None`` where the lock has none, or more than one that might be meant."""
    platforms = lock.environments.get(environment)
    if platforms is None or platform is None:
        return None
    own = [name for name in platforms if lock.subdirs.get(name, name) == platform]
    return platforms[own[0]] if len(own) == 1 else None


def _left_alone(facts: Facts, packages: Mapping[str, Locked]) -> frozenset[str]:
    """What is in the environment and was not put there by pixi's own installer of index packages: pixi never removes it."""
    installed, path = facts.installed, facts.files.path
    if installed is None:
        return frozenset()
    kept = set()
    for key, distributions in installed.distributions.items():
        if key in packages:
            continue
        note = facts.files.read(path.join(distributions[0].path, "INSTALLER"), 100)
        if note is None or note.strip() != b"uv-pixi":
            kept.add(key)
    return frozenset(kept)


def _surplus(facts: Facts, packages: Mapping[str, Locked]) -> Mapping[str, str]:
    """What conda-meta notes and the lock does not name, by key: pixi takes it away."""
    files = facts.files
    prefix = facts.environment.prefix if facts.environment is not None else ""
    versions = {}
    for name, kind in files.list(files.path.join(prefix, "conda-meta")) or ():
        parts = archive_parts(f"{name[:-5]}.conda") if kind != "directory" and name.endswith(".json") else None
        if parts is not None and (key := PREFIX + parts[0].lower()) not in packages:
            versions[key] = parts[1]
    return versions
