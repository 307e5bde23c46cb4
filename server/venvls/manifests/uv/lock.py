"""uv.lock → what ``uv sync`` wants installed for one project: the locked set, and whether the lock still matches its manifest.

Truth: ``uv sync --check``, ``uv lock --check``. A member of a workspace is checked by its own set, as ``uv sync`` in its folder installs
it; what the other members need is never called extraneous there, because they share the environment. pip and its like are kept where uv
keeps them (uv-installer ``plan.rs``): everywhere but in environments that uv made without ``--seed``.
"""

from __future__ import annotations

from venvls.manifests.compiled.seeds import kept_by_uv
from venvls.manifests.syntax.lock_places import Places, tables_of_packages
from venvls.manifests.uv import defaults
from venvls.manifests.uv.members import folder_of, members, package_at
from venvls.manifests.uv.noted import root_table
from venvls.manifests.uv.reading import Lock, Table, read, table, tables
from venvls.manifests.uv.stale import stale, stale_script
from venvls.manifests.uv.walk import Reached, Root, counting, root_of, source_of, walk
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import REGISTRY, Locked, LockedSet, Source
from venvls.model.names import canonical
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.standards.file_urls import file_url
from venvls.standards.markers import UV, Markers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from venvls.model.environment import BuiltFrom, Target
    from venvls.model.facts import Choice, Facts
    from venvls.model.lock import LockedNeed, LockFile
    from venvls.model.manifest import Defaults, Manifest


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment, for the groups and extras chosen and the Python it has."""
    path = facts.files.path
    name = path.basename(file.path)
    lock = file.read_as(Lock, read, name)
    if lock.problem is not None:
        return LockedSet(file.path, "uv", problem=lock.problem)
    folder = path.dirname(file.path)
    own = package_at(lock, _relative(facts.project.root, folder, path))
    manifest = facts.manifests.get(path.join(facts.project.root, "pyproject.toml"))
    markers = _markers(lock, facts.target)
    wanted = _wanted(file, lock, own, facts, manifest, markers)
    reached, packages = wanted.reached, wanted.packages
    shared = frozenset[str]()
    left_out, brought_by = _NOTHING_LEFT_OUT
    if own is not None and any(member is not own for member in members(lock)):
        from venvls.manifests.uv.sharing import of_others

        shared = of_others(lock, own, markers)
        left_out, brought_by = _left_out(lock, own, reached, markers, facts)
    places = lock.once(Places, lambda: Places(lambda: tables_of_packages(file.text.source)))
    return LockedSet(
        file.path,
        "uv",
        packages,
        exact=True,
        kept=kept_by_uv(facts).union(shared.difference(packages)),
        locate=lambda key: places.of(key, table(reached.packages.get(key)).get("version")),
        covers=frozenset({path.join(facts.project.root, "pyproject.toml")}),
        through=reached.through,
        own=lock.once(_names, lambda: _names(members(lock))),
        folder_of=lambda key: folder_of(lock, key),
        defaults=defaults.default_groups(manifest),
        left_out=left_out,
        left_out_by=brought_by,
        stale=stale(lock, name, own, manifest, facts) if manifest is not None else None,
        unsure=reached.unsure or facts.target is None or wanted.nothing,
        needs=wanted.needs,
        built=lambda key: _built(key, reached, folder, facts),
    )


class _Wanted(NamedTuple):
    """What the lock asks for: what is reached, what of it is installed, and what each needs, worked out when somebody wants to know.
    ``nothing``: there is nothing to begin with."""

    reached: Reached
    packages: dict[str, Locked]
    needs: Callable[[str], tuple[LockedNeed, ...]]
    nothing: bool


def _wanted(file: LockFile, lock: Lock, own: Table | None, facts: Facts, manifest: Manifest | None, markers: Markers) -> _Wanted:
    default, is_member, path = defaults.default_groups(manifest), facts.project.workspace is not None, facts.files.path

    def work() -> _Wanted:
        roots, loose = _roots(lock, own, facts.choice, default, is_member=is_member)
        reached = walk(lock, roots, loose, markers)
        packages = _installable(reached, path.dirname(file.path), path)
        needs = lru_cache(maxsize=None)(lambda key: _needs(key, lock, reached, markers))
        return _Wanted(reached, packages, needs, own is None and not roots and not loose)

    # By identity: there are one package of a name and folder, and one set of markers for each Python, in all that the lock is.
    return file.last((_wanted, id(own), is_member), (facts.choice, default, id(markers)), work)


def _names(packages: Iterable[Table]) -> frozenset[str]:
    return frozenset([canonical(str(package.get("name"))) for package in packages])


def locked_script(file: LockFile, facts: Facts) -> LockedSet:
    """The same for the lock of a script (``script.py.lock``), whose requirements are in ``[manifest]``."""
    path = facts.files.path
    lock = file.read_as(Lock, read, path.basename(file.path))
    if lock.problem is not None:
        return LockedSet(file.path, "uv", problem=lock.problem)
    folder = path.dirname(file.path)
    script = file.path.removesuffix(".lock")
    manifest = facts.manifests.get(script)
    markers = _markers(lock, facts.target)
    reached = walk(lock, (), tables(lock.manifest.get("requirements")), markers)
    places = Places(lambda: tables_of_packages(file.text.source))
    return LockedSet(
        file.path,
        "uv",
        _installable(reached, folder, path),
        exact=True,
        kept=kept_by_uv(facts),
        locate=lambda key: places.of(key, table(reached.packages.get(key)).get("version")),
        covers=frozenset({script}),
        through=reached.through,
        stale=stale_script(lock, path.basename(file.path), manifest, facts) if manifest is not None else None,
        unsure=reached.unsure or facts.target is None,
        needs=lambda key: _needs(key, lock, reached, markers),
        built=lambda key: _built(key, reached, folder, facts),
    )


def _built(key: str, reached: Reached, folder: str, facts: Facts) -> BuiltFrom | None:
    from venvls.manifests.uv.cache_keys import built_from

    source = source_of(table(reached.packages.get(key)))
    place = next((source[kind] for kind in ("editable", "directory", "path") if isinstance(source.get(kind), str)), None)
    return built_from(facts.files.path.normpath(facts.files.path.join(folder, place)), facts.files) if isinstance(place, str) else None


def _needs(key: str, lock: Lock, reached: Reached, markers: Markers) -> tuple[LockedNeed, ...]:
    from venvls.manifests.uv.needs import needs

    return needs(key, lock, reached, markers)


def _roots(lock: Lock, own: Table | None, choice: Choice, default: Defaults, *, is_member: bool) -> tuple[list[Root], list[Table]]:
    """Where the walk starts: the project's own package; in a workspace's folder that is not a project, all members and its own groups."""
    if own is not None:
        return [root_of(own, choice, default)], []
    if is_member:
        return [], []  # a folder that the lock does not know
    groups = table(lock.manifest.get("dependency-groups"))
    wanted = counting(groups, choice, default)
    loose = [requirement for group, listed in groups.items() if canonical(group) in wanted for requirement in tables(listed)]
    return [root_of(member, choice, default) for member in members(lock)], loose


def _markers(lock: Lock, target: Target | None) -> Markers:
    """The markers of the lock for a Python: the same for all who have the same."""
    python = (tuple(sorted(target.markers.items())), target.guessed) if target is not None else None
    return lock.once((Markers, python), lambda: Markers(target, UV))


_NOTHING_LEFT_OUT: tuple[frozenset[str], Callable[[], str]] = (frozenset(), lambda: "")


def _left_out(lock: Lock, own: Table, reached: Reached, markers: Markers, facts: Facts) -> tuple[frozenset[str], Callable[[], str]]:
    """What is installed for a member alone, where the workspace's root is a project whose plain sync does not lead to the member, or leads
    to it and not to its groups; and what gives the command that installs it."""
    root = package_at(lock, ".")
    if root is None or own is root or facts.project.workspace is None:
        return _NOTHING_LEFT_OUT
    from venvls.manifests.uv.sharing import plainly

    tool = table(root_table(facts.project.workspace, facts).get("tool"))
    default = defaults.read(table(tool.get("uv")).get("default-groups"))
    plain = plainly(lock, (root,), default, markers)
    if plain.unsure:
        return _NOTHING_LEFT_OUT
    left_out = frozenset(key for key in reached.packages.keys() - plain.packages.keys() if reached.packages[key] is not own or _builds(own))
    choice, name = facts.choice, own.get("name")

    def command() -> str:
        # All members are synced with those groups of theirs that are the root's default ones.
        every = lock.once((plainly, default, markers), lambda: plainly(lock, members(lock), default, markers))
        if not every.unsure and left_out <= every.packages.keys():
            return "uv sync --all-packages"
        more = [*(f" --group {group}" for group in sorted(choice.groups)), *(f" --extra {extra}" for extra in sorted(choice.extras))]
        return f"uv sync --inexact --package {name}{''.join(more)}"

    return left_out, command


def _builds(package: Table) -> bool:
    return "virtual" not in source_of(package)


def _relative(root: str, folder: str, path: ModuleType) -> str:
    try:
        return str(path.relpath(root, folder)).replace(path.sep, "/")
    except ValueError:  # another drive
        return "."


def _installable(reached: Reached, folder: str, path: ModuleType) -> dict[str, Locked]:
    """What the lock says of each package that was reached, but of those that uv only locks (``virtual``)."""
    packages = (_locked(key, package, folder, path) for key, package in reached.packages.items())
    return {package.key: package for package in packages if package.source.kind != "virtual"}


def _locked(key: str, package: Table, folder: str, path: ModuleType) -> Locked:
    version = package.get("version")
    return Locked(key, version if isinstance(version, str) else None, _source(source_of(package), folder, path))


def _source(source: Mapping[str, object], folder: str, path: ModuleType) -> Source:
    for kind in ("editable", "directory", "path"):
        place = source.get(kind)
        if isinstance(place, str):
            return Source("editable" if kind == "editable" else "path", file_url(str(path.normpath(path.join(folder, place))), path))
    if isinstance(source.get("virtual"), str):
        return Source("virtual")
    if isinstance(address := source.get("git"), str):
        return _git(address)
    if isinstance(address := source.get("url"), str):
        inner = source.get("subdirectory")
        return Source("url", address.partition("#")[0], subdirectory=inner if isinstance(inner, str) else None)
    return REGISTRY


def _git(address: str) -> Source:
    """``https://host/repository?rev=v1&subdirectory=a#commit``, as uv writes it."""
    from urllib.parse import parse_qs, urlsplit, urlunsplit

    try:
        parts = urlsplit(address)
    except ValueError:
        return Source("vcs", address)
    asked = parse_qs(parts.query)
    plain = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return Source("vcs", plain, parts.fragment or None, asked["subdirectory"][0] if "subdirectory" in asked else None)
