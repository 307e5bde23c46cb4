"""poetry.lock → what ``poetry sync`` wants installed: the locked set, and whether the lock still fits its pyproject.toml.

``poetry sync`` removes what is not in the set, but for pip and the project itself (Poetry ``puzzle/transaction.py``); ``poetry install``
removes nothing, which is why what is too much is no more than a hint. All groups that are not optional are installed, and the
project itself as an editable one unless ``package-mode`` is false. Truth: ``poetry sync --dry-run``, ``poetry check --lock``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from venvls.manifests.pep508.repository import repository_url
from venvls.manifests.poetry.reading import Lock, Table, read
from venvls.manifests.poetry.table import content
from venvls.manifests.poetry.walk import chosen, walked
from venvls.manifests.syntax.lock_places import Places
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import REGISTRY, Locked, LockedSet, Source, Stale
from venvls.model.manifest import Defaults
from venvls.model.names import canonical
from venvls.model.pieces import lru_cache
from venvls.model.record import NamedTuple
from venvls.model.text import Span
from venvls.standards.file_urls import file_url
from venvls.standards.markers import POETRY, Markers
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from types import ModuleType

    from venvls.model.facts import Choice, Facts
    from venvls.model.lock import LockedNeed, LockFile
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import ParsedRequirement

_PACKAGE = re.compile(r"^\[\[package\]\][ \t]*\r?\nname = \"([^\"\n]*)\"", re.MULTILINE)


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment, for the groups and extras chosen and the Python it has."""
    path = facts.files.path
    name, folder = path.basename(file.path), path.dirname(file.path)
    lock = file.read_as(Lock, read, name)
    if lock.problem is not None:
        return LockedSet(file.path, "poetry", problem=lock.problem)
    manifest = facts.manifests.get(path.join(folder, "pyproject.toml"))
    wanted = _wanted(file, lock, manifest, facts)
    own = _own_name(manifest)
    places = Places(lambda: _places(file.text.source, lock))
    return LockedSet(
        file.path,
        "poetry",
        wanted.packages,
        exact=True,
        kept=frozenset({"pip"}),
        locate=lambda key: places.of(key, str(id(wanted.tables.get(key)))),
        covers=frozenset({manifest.path}) if manifest is not None else frozenset(),
        own=frozenset({own} if own is not None else ()),
        defaults=Defaults(tuple(key for key, is_optional in _optional(manifest).items() if not is_optional))
        if manifest is not None
        else None,
        stale=_stale(lock, name, manifest) if manifest is not None else None,
        unsure=wanted.unsure or facts.target is None or (manifest is None and not lock.has_groups),
        loses_needs=True,  # where an extra of a package is wanted that is wanted on one system only (2.5.1); it knows no overrides
        needs=wanted.needs,
    )


class _Wanted(NamedTuple):
    """What the lock asks for: its tables, the packages that they are, and what each needs, worked out when somebody wants to know."""

    tables: Mapping[str, Table]
    packages: dict[str, Locked]
    needs: Callable[[str], tuple[LockedNeed, ...]]
    unsure: bool


def _wanted(file: LockFile, lock: Lock, manifest: Manifest | None, facts: Facts) -> _Wanted:
    path, groups = facts.files.path, wanted_groups(manifest, facts.choice)
    folder, own = path.dirname(file.path), _own_name(manifest) if _is_package(manifest) else None
    extras = frozenset(facts.choice.extras & lock.extras.keys())

    def work() -> _Wanted:
        markers = Markers(facts.target, POETRY)
        if lock.has_groups:
            found = chosen(lock, groups, extras, markers)
        else:
            found = walked(lock, _roots(manifest, groups, facts.choice.extras), markers)
        packages = {key: _locked(key, package, folder, path) for key, package in found.packages.items()}
        if own is not None:
            packages[own] = Locked(own, None, Source("editable", file_url(folder, path)))
        needs = lru_cache(maxsize=None)(lambda key: _needs(key, lock, found.packages, markers))
        return _Wanted(found.packages, packages, needs, found.unsure)

    # A lock without groups is walked from what the manifest requires, which may be other things with each key.
    return file.last(_wanted, (groups, extras, own, facts.target), work) if lock.has_groups else work()


def _needs(key: str, lock: Lock, packages: Mapping[str, Table], markers: Markers) -> tuple[LockedNeed, ...]:
    from venvls.manifests.poetry.needs import needs

    return needs(key, lock, packages, markers)


def wanted_groups(manifest: Manifest | None, choice: Choice) -> frozenset[str]:
    """The groups that Poetry installs: ``main``, all that are not optional, and those chosen by name, each with what it includes."""
    if manifest is None:
        return frozenset({"main", "dev"}) if choice.default else frozenset({"main"}) | choice.groups
    wanted = {
        key
        for key, is_optional in _optional(manifest).items()
        if choice.all_groups or key in choice.groups or (choice.default and not is_optional)
    }
    return frozenset(wanted | {"main"})


def _defaults(manifest: Manifest) -> Defaults:
    return Defaults(tuple(key for key, is_optional in _optional(manifest).items() if not is_optional))


def _optional(manifest: Manifest) -> dict[str, bool]:
    """Every group of the project, and whether it is installed only where it is chosen; without ``[tool.poetry]`` none is optional."""
    optional = dict(manifest.own.poetry.groups) if manifest.own.poetry is not None else {}
    for group in manifest.groups:
        if group.kind == "group":
            optional.setdefault(group.key, False)
    return optional


def _places(text: str, lock: Lock) -> Iterator[tuple[str, str | None, Span]]:
    """Where each package's own table begins: its name there, and which table it is; two of them may be of the same version."""
    for entry, match in zip(lock.packages, _PACKAGE.finditer(text), strict=False):
        yield canonical(match[1]), str(id(entry)), Span(*match.span(1))


def content_hash(values: Mapping[str, object], *, with_groups: bool = True) -> str | None:
    """Poetry's hash of what it locks by; ``None`` where the values cannot be hashed as Poetry would."""
    try:
        return sha256(json.dumps(content(values, with_groups=with_groups), sort_keys=True).encode()).hexdigest()
    except (TypeError, ValueError, AttributeError, RecursionError):
        return None


def _stale(lock: Lock, name: str, manifest: Manifest) -> Stale | None:
    if not manifest.complete:
        return None  # half-typed: what it will say is not known yet
    from venvls.manifests.syntax.toml import read as read_toml

    values = read_toml(manifest.text.source).value
    now = content_hash(values)
    if now is None or now == lock.content_hash or (lock.old_hash and content_hash(values, with_groups=False) == lock.content_hash):
        return None
    for requirement in manifest.requirements:
        parsed = requirement.parsed
        if requirement.scope.kind == "build" or parsed.key is None or parsed.error is not None:
            continue
        candidates = lock.by_name.get(parsed.key, ())
        if not candidates:
            message = f"{name} was made before {parsed.name} was added: run `poetry lock`."
            return Stale(message, manifest.path, requirement.span)
        if parsed.url is None and all(admits(parsed.specifier, package.get("version")) is False for package in candidates):
            message = f"{name} has {parsed.name} {candidates[0].get('version')}, which this requirement does not allow: run `poetry lock`."
            return Stale(message, manifest.path, requirement.span)
    return Stale(f"pyproject.toml has changed since {name} was made: run `poetry lock`.", manifest.path, manifest.first_statement)


def _roots(manifest: Manifest | None, groups: frozenset[str], extras: frozenset[str]) -> Iterable[ParsedRequirement]:
    """What the project requires, for locks that do not say it themselves."""
    if manifest is None:
        return
    counted = {member for group in groups for member in (group, *manifest.members.get(group, ()))}
    for requirement in manifest.requirements:
        kind, name = requirement.scope
        if kind == "main" or (kind == "group" and name in counted) or (kind == "extra" and name in extras):
            yield requirement.parsed


def _own_name(manifest: Manifest | None) -> str | None:
    return manifest.name if manifest is not None else None


def _is_package(manifest: Manifest | None) -> bool:
    return manifest is None or manifest.own.poetry is None or manifest.own.poetry.package_mode


def _locked(key: str, package: Table, folder: str, path: ModuleType) -> Locked:
    version = package.get("version")
    return Locked(key, version if isinstance(version, str) else None, _source(package, folder, path))


def _source(package: Table, folder: str, path: ModuleType) -> Source:
    source = package.get("source")
    url = source.get("url") if isinstance(source, dict) else None
    if not isinstance(source, dict) or not isinstance(url, str):
        return REGISTRY
    kind, inner = source.get("type"), source.get("subdirectory")
    inner = inner if isinstance(inner, str) else None
    if kind == "git":
        commit = source.get("resolved_reference")
        return Source("vcs", repository_url(url), commit if isinstance(commit, str) else None, inner)
    if kind == "url":
        return Source("url", url, subdirectory=inner)
    if kind in ("directory", "file"):
        place = file_url(str(path.normpath(path.join(folder, url))), path)
        return Source("editable" if kind == "directory" and package.get("develop") is True else "path", place, subdirectory=inner)
    return REGISTRY
