"""pylock.toml and pylock.NAME.toml (PEP 751) → the locked set, chosen as the standard says (``packaging.pylock``).

``pip install -r pylock.toml`` installs what is in it and removes nothing; ``uv pip sync pylock.toml`` removes the rest. A lock of this kind
names no tool that would remove, so nothing is extraneous. The standard has no mark of what it was made from: the lock is stale where it
cannot be right, because a requirement of the manifest is not in it, or requires another version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from venvls.manifests.syntax.lock_places import Places
from venvls.manifests.syntax.lock_text import line_of, too_large
from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING, Any, cast
from venvls.model.lock import REGISTRY, Locked, LockedSet, Source, Stale
from venvls.model.names import canonical
from venvls.model.record import dataclass, field
from venvls.model.text import Span
from venvls.standards.file_urls import file_url
from venvls.standards.python_versions import as_known, fits

if TYPE_CHECKING:
    from types import ModuleType

    from packaging.pylock import Package, Pylock

    from venvls.manifests.pdm.reading import Lock as PdmLock
    from venvls.model.environment import Target
    from venvls.model.facts import Facts
    from venvls.model.lock import LockFile
    from venvls.model.manifest import Manifest

_NAMED = re.compile(r"^\[\[packages\]\]\r?\nname = (?:\"([^\"\n]*)\"|'([^'\n]*)')", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Read:
    """``pythons`` are the Pythons that packages of ``lock`` are for, by their numbers in it; ``python`` those that all of it is for."""

    lock: Pylock | None = None
    python: str = ""
    pythons: Mapping[int, str] = field(default_factory=dict)
    versions: Mapping[str, frozenset[str | None]] = field(default_factory=dict)
    pdm: PdmLock | None = None
    problem: str | None = None


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment, for the groups and extras chosen and the Python it has."""
    path = facts.files.path
    name = path.basename(file.path)
    read = file.read_as(_Read, _read, name)
    if read.lock is None:
        return LockedSet(file.path, "pip", exact=False, problem=read.problem)
    manifest = facts.manifests.get(path.join(path.dirname(file.path), "pyproject.toml"))
    kept = _kept_by_pdm(read, manifest, facts)
    if facts.target is None:
        return LockedSet(file.path, "pip" if kept is None else "pdm", exact=False, unsure=True)
    from packaging.pylock import PylockSelectError
    from packaging.tags import Tag

    lock, choice = read.lock, facts.choice
    groups = kept if kept is not None else set(lock.dependency_groups or ()) if choice.all_groups else set(choice.groups)
    groups = groups & set(map(str, lock.dependency_groups or ()))
    if choice.default and kept is None:
        groups = groups | set(lock.default_groups or ())
    try:
        chosen = lock.select(
            environment=cast("Any", dict(facts.target.markers)),
            tags=[Tag("py3", "none", "any")],
            extras=(choice.extras if kept is None else kept) & set(map(str, lock.extras or ())),
            dependency_groups=groups,
        )
        wanted = [package for package, _ in chosen]
    except (PylockSelectError, ValueError, KeyError) as error:
        return LockedSet(file.path, "pip", exact=False, problem=f"{name} {_misfit(str(error))}")
    if (misfit := _for_another_python(read, wanted, name, facts.target)) is not None:
        return LockedSet(file.path, "pip", exact=False, problem=misfit)
    packages = {str(package.name): _locked(package, path.dirname(file.path), path) for package in wanted}
    result = LockedSet(
        file.path,
        "pip",
        packages,
        exact=False,
        locate=Places(lambda: _places(file.text.source)).of,
        stale=_stale(read, name, facts) if kept is None else None,
        unsure=bool(facts.target.guessed),
    )
    if facts.environment is not None and facts.environment.kind == "hatch":
        from venvls.manifests.hatch import lock as of_hatch

        return of_hatch.as_hatch_has_it(result, read.versions, facts)
    if kept is None or read.pdm is None or manifest is None:
        return result
    from venvls.manifests.pdm.pylock import as_pdm_has_it

    return as_pdm_has_it(result, read.pdm, kept, manifest, facts, name)


def _kept_by_pdm(read: _Read, manifest: Manifest | None, facts: Facts) -> frozenset[str] | None:
    """The groups and extras that PDM installs, where the lock is its own."""
    if read.pdm is None:
        return None
    from venvls.manifests.pdm.pylock import is_kept
    from venvls.manifests.pdm.selection import selected

    return selected(read.pdm.groups, facts.choice, manifest) if is_kept(manifest, facts) else None


def _read(text: str, name: str) -> _Read:
    if (problem := too_large(text, name)) is not None:
        return _Read(problem=problem)
    from packaging.pylock import Pylock, PylockUnsupportedVersionError, PylockValidationError

    try:
        value = toml.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        return _Read(problem=f"{name} cannot be read{line_of(error)}: create it again with the tool that wrote it.")
    try:
        python, pythons = _taken_pythons(value)
        lock = Pylock.from_dict(_without_files(value))
    except PylockUnsupportedVersionError:
        return _Read(problem=f"{name} uses a newer version of the standard: nothing is compared with it.")
    except (PylockValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return _Read(problem=f"{name} does not follow the standard for lock files (pylock.toml): {_short(error)}.")
    versions: dict[str, set[str | None]] = {}
    for package in lock.packages:
        versions.setdefault(str(package.name), set()).add(str(package.version) if package.version is not None else None)
    pdm = None
    if value.get("created-by") == "pdm":
        from venvls.manifests.pdm.pylock import written_by_pdm

        pdm = written_by_pdm(value)
    return _Read(lock, python, pythons, {key: frozenset(listed) for key, listed in versions.items()}, pdm)


def _taken_pythons(value: dict[str, Any]) -> tuple[str, dict[int, str]]:
    """Takes out which Pythons the lock is for, and each package by number: of an environment's Python the last number may not be known."""
    from packaging.specifiers import SpecifierSet

    packages = value.get("packages")
    pythons: dict[int, str] = {}
    for number, package in enumerate(packages if isinstance(packages, list) else ()):
        if isinstance(package, dict) and isinstance(package.get("requires-python"), str):
            pythons[number] = package.pop("requires-python")
    python = value.pop("requires-python") if isinstance(value.get("requires-python"), str) else ""
    for specifier in {python, *pythons.values()}:
        SpecifierSet(specifier)
    return python, pythons


def _without_files(value: dict[str, Any]) -> dict[str, Any]:
    """The same with one file that fits everywhere for each package that has files: which one is fetched is for the installer to say."""
    packages = value.get("packages")
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and (package.pop("wheels", None) or package.get("sdist")):
            package.pop("sdist", None)
            plain = re.sub(r"[^A-Za-z0-9]+", "_", str(package.get("name")))
            name = f"{plain}-{_written(package.get('version'))}-py3-none-any.whl"
            package["wheels"] = [{"name": name, "url": "https://example.invalid/", "hashes": {"sha256": "0"}}]
    return value


def _written(version: object) -> str:
    """A version as a file's name has it; none and what is none are as good as any."""
    from packaging.version import Version

    try:
        return str(Version(version)) if isinstance(version, str) else "0"
    except ValueError:
        return "0"


def _locked(package: Package, folder: str, path: ModuleType) -> Locked:
    version = str(package.version) if package.version is not None else None
    return Locked(str(package.name), version, _source(package, folder, path))


def _source(package: Package, folder: str, path: ModuleType) -> Source:
    if package.vcs is not None:
        place = package.vcs.url or _url(package.vcs.path, folder, path)
        return Source("vcs", f"{package.vcs.type}+{place}", package.vcs.commit_id, package.vcs.subdirectory)
    if package.directory is not None:
        kind = "editable" if package.directory.editable else "path"
        return Source(cast("Any", kind), _url(package.directory.path, folder, path), subdirectory=package.directory.subdirectory)
    if package.archive is not None:
        if package.archive.url is not None:
            return Source("url", package.archive.url, subdirectory=package.archive.subdirectory)
        return Source("path", _url(package.archive.path, folder, path), subdirectory=package.archive.subdirectory)
    return REGISTRY


def _url(place: str | None, folder: str, path: ModuleType) -> str | None:
    return None if place is None else file_url(str(path.normpath(path.join(folder, place))), path)


def _for_another_python(read: _Read, wanted: list[Package], name: str, target: Target) -> str | None:
    """Why pip and uv install nothing from the lock with this Python, as a sentence; ``None`` where they do, or where that is not known."""
    version = as_known(target)
    if not fits(read.python, version):
        return f"{name} is not for Python {version}: nothing is compared with it."
    taken = set(map(id, wanted)) if read.pythons else set()
    for number, package in enumerate(read.lock.packages if read.lock is not None and taken else ()):
        if id(package) in taken and not fits(read.pythons.get(number, ""), version):
            return f"{name} has {package.name} for Python {read.pythons[number]}, not for {version}: nothing is compared with it."
    return None


def _misfit(reason: str) -> str:
    if "environments" in reason:
        return "is not for this platform: nothing is compared with it."
    if "Multiple packages" in reason:
        return "names a package twice for this environment: create it again with the tool that wrote it."
    return "cannot be used for this environment: create it again with the tool that wrote it."


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")


def _places(text: str) -> Iterator[tuple[str, str | None, Span]]:
    for match in _NAMED.finditer(text):
        number = 1 if match[1] is not None else 2
        yield canonical(match[number]), None, Span(*match.span(number))


def _stale(read: _Read, name: str, facts: Facts) -> Stale | None:
    return next(_differences(read, name, facts), None)


def _differences(read: _Read, name: str, facts: Facts) -> Iterator[Stale]:
    from packaging.specifiers import SpecifierSet

    manifest = facts.manifests.get(facts.files.path.join(facts.project.root, "pyproject.toml"))
    if manifest is None or not manifest.complete:
        return
    for requirement in manifest.requirements:
        parsed = requirement.parsed
        if requirement.scope.kind != "main" or parsed.marker or parsed.error or parsed.key is None or parsed.key == manifest.name:
            continue
        locked_versions = read.versions.get(parsed.key)
        if locked_versions is None:
            yield Stale(f"{name} was made before `{parsed.text}` was added here: create it again.", manifest.path, requirement.span)
        elif parsed.specifier and None not in locked_versions:
            try:
                asked = SpecifierSet(parsed.specifier)
                fits = any(asked.contains(str(version), prereleases=True) for version in locked_versions)
            except ValueError:
                continue
            if not fits:
                shown = ", ".join(sorted(map(str, locked_versions)))
                yield Stale(
                    f"{name} has {parsed.name} {shown}, which this requirement does not allow: create it again.",
                    manifest.path,
                    requirement.span,
                )
