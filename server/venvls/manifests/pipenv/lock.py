"""Pipfile.lock → what Pipenv wants installed: the locked set, and whether the lock still fits its Pipfile.

``[packages]`` and ``[dev-packages]`` count unless ``dev`` is not wanted, other categories when chosen. ``pipenv sync`` removes nothing,
so that nothing counts as too much (``pipenv clean`` would remove what is in no section of the lock, but for pip and its like).
Source: Pipenv ``utils/lockfile.py``, ``utils/dependencies.py``, ``routines/clean.py``. Truth: ``pipenv verify``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from venvls.manifests.pep508.repository import repository_url
from venvls.manifests.pipenv import manifest as pipfile
from venvls.manifests.syntax.lock_places import Places
from venvls.manifests.syntax.lock_text import in_conflict, is_in_conflict, too_large
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.lock import Locked, LockedSet, Source, Stale
from venvls.model.names import canonical
from venvls.model.record import NamedTuple, dataclass, field
from venvls.model.text import Span
from venvls.standards.file_urls import file_url
from venvls.standards.markers import PIP, Markers

if TYPE_CHECKING:
    from types import ModuleType

    from venvls.model.facts import Facts
    from venvls.model.lock import LockFile
    from venvls.model.manifest import Manifest

KEPT = frozenset({"distribute", "pip", "pkg-resources", "setuptools", "wheel"})
"""What ``pipenv clean`` leaves alone."""

_SECTIONS = frozenset({"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"})
_ANY = Source("any")  # pip leaves a version that is there, wherever it came from: also from a folder, in editable mode
_PYPI = {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}

Section = Mapping[str, Any]


@dataclass(slots=True)
class Lock:
    """A lock as read: its sections by name, and the hash of the Pipfile it was made from."""

    sections: dict[str, Section] = field(default_factory=dict)
    digest: str = ""
    problem: str | None = None


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the lock asks of the project's environment, for the categories chosen and the Python it has."""
    path = facts.files.path
    name, folder = path.basename(file.path), path.dirname(file.path)
    lock = file.read_as(Lock, read, name)
    if lock.problem is not None:
        return LockedSet(file.path, "pipenv", problem=lock.problem)
    manifest = facts.manifests.get(path.join(folder, "Pipfile"))
    sections = tuple(_sections(lock, facts))
    wanted = file.last(_Wanted, (sections, facts.target), lambda: _wanted(lock, sections, folder, facts))
    names = Places(lambda: _places(file.text.source))
    return LockedSet(
        file.path,
        "pipenv",
        wanted.packages,
        exact=False,
        kept=wanted.kept,
        locate=lambda key: names.of(key, wanted.places.get(key)),
        covers=frozenset({manifest.path}) if manifest is not None else frozenset(),
        stale=_stale(lock, name, manifest) if manifest is not None else None,
        unsure=wanted.unsure or facts.target is None,
        by_specifier=True,
    )


class _Wanted(NamedTuple):
    """What the lock asks for, with the section that each package is in; ``kept`` are names that Pipenv never removes."""

    packages: dict[str, Locked]
    places: dict[str, str]
    kept: frozenset[str]
    unsure: bool


def _wanted(lock: Lock, sections: Iterable[str], folder: str, facts: Facts) -> _Wanted:
    markers = Markers(facts.target, PIP)
    packages: dict[str, Locked] = {}
    places: dict[str, str] = {}
    unsure = False
    for section in sections:
        for written, entry in lock.sections[section].items():
            stated: Section = entry if isinstance(entry, dict) else {"version": entry}
            holds = _holds(stated, markers)
            unsure = unsure or holds is None
            key = canonical(written)
            if holds and key not in packages:
                packages[key] = _locked(key, stated, folder, facts.files.path)
                places[key] = section
    others = {canonical(written) for section in lock.sections.values() for written in section}
    return _Wanted(packages, places, KEPT | (others - packages.keys()), unsure)


def read(text: str, name: str) -> Lock:
    """The lock in ``text``; ``name`` is what messages call it. Never raises."""
    if (problem := too_large(text, name)) is not None:
        return Lock(problem=problem)
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        if is_in_conflict(text):
            return Lock(problem=in_conflict(name, "pipenv lock"))
        return Lock(problem=f"{name} is not valid JSON: run `pipenv lock` to create it again.")
    if not isinstance(value, dict):
        return Lock(problem=f"{name} is not a lock from Pipenv: run `pipenv lock` to create it again.")
    meta = value.get("_meta")
    digests = meta.get("hash") if isinstance(meta, dict) else None
    digest = digests.get("sha256") if isinstance(digests, dict) else None
    sections: dict[str, Section] = {str(key): section for key, section in value.items() if key != "_meta" and isinstance(section, dict)}
    return Lock(sections, digest if isinstance(digest, str) else "")


def content_hash(values: Mapping[str, Any], *, canonical_names: bool = True) -> str | None:
    """Pipenv's hash of what it locks by. Names count as PEP 503 writes them (``canonical_names``), and before 2026 as they were written."""

    def section(value: object) -> object:
        if not canonical_names or not isinstance(value, dict):
            return value
        return {canonical(name): entry for name, entry in value.items()}

    data: dict[str, object] = {
        "_meta": {"sources": values.get("source", [_PYPI]), "requires": values.get("requires", {})},
        "default": section(values.get("packages", {})),
        "develop": section(values.get("dev-packages", {})),
        **{name: section(value) for name, value in values.items() if name not in _SECTIONS},
    }
    try:
        return sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return None


def _places(text: str) -> Iterator[tuple[str, str | None, Span]]:
    """Where each package is named, and in which section."""
    current = ""
    for match in re.finditer(r'^(?: {4}|\t)"([^"\n]+)": \{|^(?: {8}|\t\t)"([^"\n]+)":', text, re.MULTILINE):
        if match[1] is not None:
            current = match[1]
        elif current != "_meta":
            yield canonical(match[2]), current, Span(*match.span(2))


def _sections(lock: Lock, facts: Facts) -> list[str]:
    """The sections of the lock that count."""
    choice = facts.choice
    wanted = []
    for section in lock.sections:
        group = "dev" if section == "develop" else canonical(section)
        if section == "default" or choice.all_groups or group in choice.groups or (choice.default and group == "dev"):
            wanted.append(section)
    # A package of several sections is installed as the first of them says.
    return sorted(wanted, key=lambda section: (section != "default", section != "develop"))


def _holds(section: Section, markers: Markers) -> bool | None:
    answers = [markers.holds(section[key]) for key in ("markers", "os_markers") if section.get(key)]
    return False if False in answers else None if None in answers else True


def _locked(key: str, section: Section, folder: str, path: ModuleType) -> Locked:
    version = section.get("version")
    exact = version[2:].strip() if isinstance(version, str) and version.startswith("==") and "," not in version else None
    return Locked(key, exact if exact and "*" not in exact else None, _source(section, folder, path))


def _source(section: Section, folder: str, path: ModuleType) -> Source:
    inner = section.get("subdirectory")
    inner = inner if isinstance(inner, str) else None
    for kind in ("git", "hg", "svn", "bzr"):
        if isinstance(url := section.get(kind), str):
            if section.get("editable") is True or "file://" in url:
                return Source("vcs")  # pip checks it out next to the environment and records that folder, not the repository
            commit = section.get("ref")
            plain = repository_url(url.partition("#")[0].removeprefix(f"{kind}+"))
            return Source("vcs", plain if kind == "git" else f"{kind}+{plain}", commit if isinstance(commit, str) else None, inner)
    for kind in ("path", "file"):
        if isinstance(url := section.get(kind), str):
            if url.startswith(("http://", "https://", "ftp://")):
                return Source("url", url.partition("#")[0], subdirectory=inner)
            editable = section.get("editable") is True
            place = url if url.startswith("file:") else file_url(str(path.normpath(path.join(folder, url))), path)
            return Source("editable" if editable else "path", place, subdirectory=inner)
    return _ANY


def _stale(lock: Lock, name: str, manifest: Manifest) -> Stale | None:
    if not manifest.complete:
        return None  # half-typed: what it will say is not known yet
    stated = pipfile.values(manifest.text)
    digests = {content_hash(stated), content_hash(stated, canonical_names=False)}
    if lock.digest in digests or None in digests:
        return None
    known = {canonical(written) for section in lock.sections.values() for written in section}
    for requirement in manifest.requirements:
        parsed = requirement.parsed
        if requirement.scope.kind != "build" and parsed.key is not None and parsed.error is None and parsed.key not in known:
            return Stale(f"{name} was made before {parsed.name} was added: run `pipenv lock`.", manifest.path, requirement.span)
    return Stale(f"Pipfile has changed since {name} was made: run `pipenv lock`.", manifest.path, manifest.first_statement)
