"""A pylock.toml that PDM keeps as the lock of a project (its setting ``lock.format = "pylock"``): PDM's verdict, not the standard's.

PDM installs all the groups that are locked, compares versions alone for what comes from an index, installs the project itself, and
knows by its own hash (or recorded inputs) whether the lock still fits (pdm ``project/lockfile/pylock.py``).
"""

from __future__ import annotations

from venvls.manifests.pdm.lock import excluded, own_name
from venvls.manifests.pdm.reading import Lock
from venvls.manifests.pdm.selection import as_defaults, options
from venvls.manifests.pdm.stale import stale
from venvls.manifests.pdm.walk import direct, leading, names_needed
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.record import replace
from venvls.standards.file_urls import file_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_ANY = Source("any")


def is_kept(manifest: Manifest | None, facts: Facts) -> bool:
    """Whether PDM keeps the project: its pyproject.toml has settings for it, or a pdm.toml is next to it."""
    if manifest is None:
        return False
    path = facts.files.path
    return manifest.own.pdm or facts.files.stat(path.join(path.dirname(manifest.path), "pdm.toml")) is not None


def written_by_pdm(value: Mapping[str, Any]) -> Lock | None:
    """What PDM noted for itself in a pylock.toml, in the shape of a pdm.lock; ``None`` where another tool wrote it."""
    tool = value.get("tool")
    own = tool.get("pdm") if isinstance(tool, dict) else None
    if value.get("created-by") != "pdm" or not isinstance(own, dict) or not {"hashes", "lock_inputs"} & own.keys():
        return None
    hashes = own.get("hashes")
    kind, digest = next(iter(hashes.items()), ("", "")) if isinstance(hashes, dict) else ("", "")
    groups = [name for key in ("dependency-groups", "extras") if isinstance(listed := value.get(key), list) for name in listed]
    metadata = {"content_hash": f"{kind}:{digest}", "groups": groups}
    if "lock_inputs" in own:
        metadata["lock_inputs"] = own["lock_inputs"]
    return Lock(metadata, [_table(package) for package in value.get("packages", ()) if isinstance(package, dict)])


def as_pdm_has_it(locked: LockedSet, lock: Lock, groups: frozenset[str], manifest: Manifest, facts: Facts, name: str) -> LockedSet:
    """The set that the standard gives for ``groups``, as PDM would install it."""
    chosen = options(manifest)
    left_out = excluded(manifest)
    packages = {key: _locked(package, editable=chosen.editable) for key, package in locked.packages.items() if key not in left_out}
    own = own_name(manifest)
    if own is not None and "default" in groups and chosen.itself:
        place = file_url(facts.files.path.dirname(manifest.path), facts.files.path)
        packages[own] = Locked(own, None, Source("editable" if chosen.editable else "path", place))
    return replace(
        locked,
        tool="pdm",
        packages=packages,
        covers=frozenset({manifest.path}),
        through=leading(names_needed(lock.packages), direct(manifest, groups)),
        own=frozenset({own} if own is not None else ()),
        by_specifier=True,
        defaults=as_defaults(groups, manifest),
        stale=stale(lock, name, manifest, packages, facts),
    )


def _table(package: dict[str, Any]) -> dict[str, Any]:
    """A package with what it needs where a pdm.lock has it."""
    tool = package.get("tool")
    own = tool.get("pdm") if isinstance(tool, dict) else None
    return {"name": str(package.get("name")), "dependencies": own.get("dependencies") if isinstance(own, dict) else None}


def _locked(package: Locked, *, editable: bool) -> Locked:
    if package.source.kind == "registry":
        return package._replace(source=_ANY)
    if package.source.kind in ("path", "editable"):
        # What a folder holds decides itself which version it is.
        return package._replace(version=None, source=package.source if editable else package.source._replace(kind="path"))
    return package
