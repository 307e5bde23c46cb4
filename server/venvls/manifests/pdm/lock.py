"""pdm.lock → what ``pdm sync`` wants installed, and whether the lock still matches its manifest.

Truth: ``pdm sync --dry-run``, ``pdm lock --check``. ``pdm sync`` removes nothing (without ``--clean``), so that nothing is extraneous. It
compares versions alone for what comes from an index. What comes from a local folder it installs again every time; here its origin is
compared.
"""

from __future__ import annotations

from venvls.manifests.pdm.reading import Lock, Table, read
from venvls.manifests.pdm.selection import as_defaults, options, selected
from venvls.manifests.pdm.stale import stale, stale_in_workspace
from venvls.manifests.pdm.targets import unfit
from venvls.manifests.pdm.walk import direct, leading, names_needed, reached
from venvls.manifests.syntax.lock_places import Places, tables_of_packages
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.names import canonical
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.standards.file_urls import file_url
from venvls.standards.markers import PDM, Markers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from venvls.model.environment import Target
    from venvls.model.facts import Facts
    from venvls.model.lock import LockedNeed, LockFile
    from venvls.model.manifest import Manifest

_ANY = Source("any")
_VCS = ("git", "hg", "svn", "bzr")


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment, for the groups and extras chosen and the Python it has."""
    path = facts.files.path
    name = path.basename(file.path)
    lock = file.read_as(Lock, read, name)
    if lock.problem is not None:
        return LockedSet(file.path, "pdm", problem=lock.problem)
    if (misfit := unfit(lock, name, facts)) is not None:
        return LockedSet(file.path, "pdm", problem=misfit)
    folder = path.dirname(file.path)
    if facts.project.workspace == folder:
        return _of_member(lock, file, facts)
    manifest = facts.manifests.get(path.join(folder, "pyproject.toml"))
    groups = selected(lock.groups, facts.choice, manifest)
    wanted = _wanted(file, lock, groups, manifest, facts)
    own = own_name(manifest)
    places = Places(lambda: tables_of_packages(file.text.source))
    return LockedSet(
        file.path,
        "pdm",
        wanted.packages,
        exact=False,
        locate=lambda key: places.of(key, wanted.entries[key][0].get("version") if key in wanted.entries else None),
        covers=frozenset({manifest.path}) if manifest is not None else frozenset(),
        through=leading(_names_needed(file, lock), direct(manifest, groups)) if manifest is not None else {},
        own=frozenset({own}) if own is not None else frozenset(),
        defaults=as_defaults(groups, manifest),
        stale=stale(lock, name, manifest, wanted.packages, facts) if manifest is not None else None,
        unsure=wanted.unsure or facts.target is None,
        loses_needs=_takes_needs_as_they_are(manifest),
        by_specifier=True,
        needs=wanted.needs,
    )


class _Wanted(NamedTuple):
    """What the lock asks for: its tables by name, the packages that they are, and what each needs, worked out when somebody wants it."""

    entries: dict[str, list[Table]]
    packages: dict[str, Locked]
    needs: Callable[[str], tuple[LockedNeed, ...]]
    unsure: bool


def _wanted(file: LockFile, lock: Lock, groups: frozenset[str], manifest: Manifest | None, facts: Facts) -> _Wanted:
    path, stated = facts.files.path, options(manifest)
    folder, own = path.dirname(file.path), own_name(manifest) if "default" in groups and stated.itself else None

    def work() -> _Wanted:
        listed, unsure = _listed(lock, groups, manifest, facts)
        entries: dict[str, list[Table]] = {}
        for package in listed:
            entries.setdefault(canonical(str(package["name"])), []).append(package)
        packages = {key: _locked(key, those[0], folder, path) for key, those in entries.items()}
        if own is not None:
            packages[own] = Locked(own, None, Source("editable", file_url(folder, path)))
        if not stated.editable:
            packages = {key: entry._replace(source=_plain(entry.source)) for key, entry in packages.items()}
        needs = lru_cache(maxsize=None)(lambda key: _needs(key, entries.get(key, ()), facts.target))
        return _Wanted(entries, packages, needs, unsure)

    # A lock that does not say what its groups are is walked from what the manifest requires, which may be other things with each key.
    rests_on = (groups, excluded(manifest), own, stated.editable, facts.target)
    return file.last(_wanted, rests_on, work) if lock.inherits else work()


def _of_member(lock: Lock, file: LockFile, facts: Facts) -> LockedSet:
    """What of a workspace's lock a member needs: itself, and what its own requirements lead to. PDM locks no groups or extras of members,
    and nothing of one that is not a distribution and that nobody names."""
    path = facts.files.path
    name, folder = path.basename(file.path), path.dirname(file.path)
    manifest = facts.manifests.get(path.join(facts.project.root, "pyproject.toml"))
    here = file_url(facts.project.root, path)
    local = {canonical(str(package["name"])): _source(package, folder, path) for package in lock.packages}
    own = next((key for key, source in local.items() if source.kind in ("editable", "path") and source.url == here), None)
    if manifest is None or own is None:
        return LockedSet(file.path, "pdm", exact=False)
    wanted, unsure = reached(lock, frozenset({"default"}), manifest, Markers(facts.target, PDM))
    left_out = excluded(manifest)
    tables: dict[str, Table] = {}
    entries: dict[str, list[Table]] = {}
    for package in wanted:
        key = canonical(str(package["name"]))
        if key not in left_out:
            tables.setdefault(key, package)
            entries.setdefault(key, []).append(package)
    packages = {key: _locked(key, package, folder, path) for key, package in tables.items()}
    packages[own] = Locked(own, None, local[own])
    places = Places(lambda: tables_of_packages(file.text.source))
    relative = path.relpath(facts.project.root, folder).replace(path.sep, "/")
    return LockedSet(
        file.path,
        "pdm",
        packages,
        exact=False,
        locate=lambda key: places.of(key, tables[key].get("version") if key in tables else None),
        covers=frozenset({manifest.path}),
        through=leading(_names_needed(file, lock), direct(manifest, ("default",))),
        own=frozenset(key for key, source in local.items() if source.kind in ("editable", "path")),
        stale=stale_in_workspace(lock, name, manifest, relative, packages, facts),
        unsure=unsure or facts.target is None,
        by_specifier=True,
        needs=lambda key: _needs(key, entries.get(key, ()), facts.target),
    )


def _names_needed(file: LockFile, lock: Lock) -> dict[str, list[str]]:
    return file.last(names_needed, None, lambda: names_needed(lock.packages))


def _takes_needs_as_they_are(manifest: Manifest | None) -> bool:
    """Whether nothing tells PDM to lock something else than packages need, so that what is missing went lost (2.29.4: with
    ``python_version > '3'``)."""
    resolution = _settings(manifest).get("resolution", {})
    return isinstance(resolution, dict) and not resolution.get("overrides") and not resolution.get("excludes")


def _needs(key: str, packages: Iterable[Table], target: Target | None) -> tuple[LockedNeed, ...]:
    from venvls.manifests.pdm.needs import needs

    return needs(key, packages, Markers(target, PDM))


def _listed(lock: Lock, groups: frozenset[str], manifest: Manifest | None, facts: Facts) -> tuple[list[Table], bool]:
    """The packages to be installed, and whether a marker could not be told."""
    markers = Markers(facts.target, PDM)
    left_out = excluded(manifest)
    if not lock.inherits:
        return reached(lock, groups, manifest, markers)
    packages: list[Table] = []
    unsure = False
    for package in lock.packages:
        holds = markers.holds(package.get("marker"))
        unsure = unsure or holds is None
        listed = package.get("groups")
        inside = not listed or (isinstance(listed, list) and any(isinstance(group, str) and canonical(group) in groups for group in listed))
        if holds and inside and canonical(str(package["name"])) not in left_out:
            packages.append(package)
    return packages, unsure


def excluded(manifest: Manifest | None) -> frozenset[str]:
    """``[tool.pdm.resolution] excludes``."""
    resolution = _settings(manifest).get("resolution")
    listed = resolution.get("excludes") if isinstance(resolution, dict) else None
    return frozenset(canonical(name) for name in listed if isinstance(name, str)) if isinstance(listed, list) else frozenset()


def _settings(manifest: Manifest | None) -> Mapping[str, object]:
    settings = manifest.tool.get("pdm") if manifest is not None else None
    return settings if isinstance(settings, dict) else {}


def own_name(manifest: Manifest | None) -> str | None:
    """The project's own name where ``pdm sync`` installs it, in editable mode: unless it is not a distribution."""
    name = manifest.name if manifest is not None else None
    settings = _settings(manifest)
    kind = settings.get("package-type")
    installs = settings.get("distribution") is not False if kind is None else kind == "library"
    return name if isinstance(name, str) and installs else None


def _plain(source: Source) -> Source:
    """A folder that is installed as it is built, not in editable mode."""
    return source._replace(kind="path") if source.kind == "editable" else source


def _locked(key: str, package: Table, folder: str, path: ModuleType) -> Locked:
    version = package.get("version")
    source = _source(package, folder, path)
    # What a folder holds decides itself which version it is; PDM installs it again in any case.
    known = version if isinstance(version, str) and source.kind not in ("path", "editable") else None
    return Locked(key, known, source)


def _source(package: Table, folder: str, path: ModuleType) -> Source:
    inner = package.get("subdirectory")
    subdirectory = inner if isinstance(inner, str) else None
    editable = package.get("editable") is True
    for kind in _VCS:
        if isinstance(address := package.get(kind), str):
            commit = package.get("revision")
            plain = address if kind == "git" else f"{kind}+{address}"
            return Source("vcs", plain, commit if isinstance(commit, str) else None, subdirectory)
    place = package.get("path")
    if not isinstance(place, str) and isinstance(address := package.get("url"), str):
        if not address.startswith("file:///${PROJECT_ROOT}"):
            return Source("url", address.partition("#")[0], subdirectory=subdirectory)
        place = "." + address.removeprefix("file:///${PROJECT_ROOT}")
    if not isinstance(place, str):
        return _ANY
    absolute = file_url(str(path.normpath(path.join(folder, place.replace("/", path.sep)))), path)
    if place.endswith((".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")):
        return Source("url", absolute)
    return Source("editable" if editable else "path", absolute, subdirectory=subdirectory)
