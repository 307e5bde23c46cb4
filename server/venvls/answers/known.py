"""Packages and versions that this machine knows of without asking anybody: installed, locked, required, in uv's cache of wheels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.answers.remembered import lasting
from venvls.answers.stated import by_name
from venvls.model.facts import Facts
from venvls.model.names import canonical
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple
from venvls.standards.versions import standard

RANKS = ("required", "installed", "locked", "cached", "known")
"""Where a name is known from, the nearest first."""
_MOST_LOOKS, _DEEPEST = 400, 4
"""Folders of pip's cache that are listed: a wheel lies four deep."""


class Caches(NamedTuple):
    """The folders where uv and pip keep what they fetched and built."""

    uv: str
    pip: str


def caches(environ: Mapping[str, str], home: str, platform: Mapping[str, str], files: FileView) -> Caches:
    """The folders by the tools' own rules."""
    join, system = files.path.join, platform.get("sys_platform")
    if system == "win32":
        local = environ.get("LOCALAPPDATA", join(home, "AppData", "Local"))
        uv, pip = join(local, "uv", "cache"), join(local, "pip", "Cache")
    else:
        plain = environ.get("XDG_CACHE_HOME") or join(home, ".cache")
        uv, pip = join(plain, "uv"), join(home, "Library", "Caches", "pip") if system == "darwin" else join(plain, "pip")
    return Caches(environ.get("UV_CACHE_DIR") or uv, environ.get("PIP_CACHE_DIR") or pip)


def names(facts: Facts, everywhere: Iterable[Facts], caches: Caches | None) -> dict[str, str]:
    """Names of packages, each with the nearest place where it is known from (of :data:`RANKS`)."""
    from venvls.answers import wellknown

    known: dict[str, str] = {}
    for each in (facts, *everywhere):
        # What conda gives is written without our mark.
        for key in by_name(each):
            known.setdefault(key.removeprefix("conda:"), "required")
    sources = (
        ("installed", facts.installed.distributions if facts.installed is not None else ()),
        ("locked", facts.locked.packages if facts.locked is not None else ()),
        ("cached", _cached(facts, caches)),
        ("known", wellknown.names()),
    )
    for rank, keys in sources:
        for key in keys:
            if not key.startswith("conda:"):
                known.setdefault(key, rank)
    return known


def versions(key: str, facts: Facts, everywhere: Iterable[Facts], caches: Caches | None) -> tuple[str, ...]:
    """The versions of a package that are known, the newest first."""
    listed: dict[str, None] = {}
    for each in (facts, *everywhere):
        if each.installed is not None:
            listed.update(dict.fromkeys(record.version for record in each.installed.distributions.get(key, ())))
        locked = each.locked.packages.get(key) if each.locked is not None else None
        if locked is not None and locked.version is not None:
            listed[locked.version] = None
    if caches is not None:
        listed.update(dict.fromkeys(_cached_versions(key, facts.files, caches.uv)))
        listed.update(dict.fromkeys(version for name, version in _built(facts, caches.pip) if name == key))
    from packaging.version import Version

    return tuple(sorted((version for version in listed if standard(version)), key=Version, reverse=True))


def _cached(facts: Facts, caches: Caches | None) -> Iterable[str]:
    """The names in the caches; looked up once for each state of the environment: they grow with what is installed."""
    if caches is None:
        return ()
    names_in_uv = lasting(facts, "names in uv's cache", lambda: tuple(_names_in(facts.files, caches.uv)))
    return (*names_in_uv, *(name for name, _ in _built(facts, caches.pip)))


def _built(facts: Facts, cache: str) -> tuple[tuple[str, str], ...]:
    """Names and versions of the wheels that pip built itself; what it fetched is kept under names that tell nothing."""
    return lasting(facts, "wheels in pip's cache", lambda: tuple(_wheels_in(facts.files, facts.files.path.join(cache, "wheels"))))


def _wheels_in(files: FileView, cache: str) -> Iterator[tuple[str, str]]:
    folders, looks = [(cache, 0)], 0
    while folders and looks < _MOST_LOOKS:
        folder, depth = folders.pop()
        looks += 1
        for name, kind in files.list(folder) or ():
            if kind == "directory" and depth < _DEEPEST:
                folders.append((files.path.join(folder, name), depth + 1))
            elif name.endswith(".whl") and len(parts := name.split("-")) >= 5:
                yield canonical(parts[0]), parts[1]


def _names_in(files: FileView, cache: str) -> Iterator[str]:
    for folder in _wheel_folders(files, cache):
        yield from (entry.name for entry in files.list(folder) or () if entry.kind == "directory")


def _cached_versions(key: str, files: FileView, cache: str) -> Iterator[str]:
    for folder in _wheel_folders(files, cache):
        for entry in files.list(files.path.join(folder, key)) or ():
            version, dash, _ = entry.name.partition("-")
            if dash and version[:1].isdecimal():
                yield version


def _wheel_folders(files: FileView, cache: str) -> Iterator[str]:
    for entry in files.list(cache) or ():
        if entry.name.startswith("wheels-v") and entry.kind == "directory":
            yield files.path.join(cache, entry.name, "pypi")
