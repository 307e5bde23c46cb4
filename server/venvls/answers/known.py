"""Packages and versions that this machine knows of without asking anybody: installed, locked, required, in uv's cache of wheels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.answers.remembered import lasting
from venvls.answers.stated import by_name
from venvls.model.facts import Facts
from venvls.model.ports import FileView
from venvls.standards.versions import standard

RANKS = ("required", "installed", "locked", "cached", "known")
"""Where a name is known from, the nearest first."""


def uv_cache(environ: Mapping[str, str], home: str, platform: Mapping[str, str], files: FileView) -> str:
    """The folder where uv keeps what it fetched, by uv's own rules."""
    join = files.path.join
    if own := environ.get("UV_CACHE_DIR"):
        return own
    if platform.get("sys_platform") == "win32":
        return str(join(environ.get("LOCALAPPDATA", join(home, "AppData", "Local")), "uv", "cache"))
    return str(join(environ.get("XDG_CACHE_HOME") or join(home, ".cache"), "uv"))


def names(facts: Facts, everywhere: Iterable[Facts], cache: str | None) -> dict[str, str]:
    """Names of packages, each with the nearest place where it is known from (of :data:`RANKS`)."""
    from venvls.answers import wellknown

    known: dict[str, str] = {}
    for each in (facts, *everywhere):
        known |= dict.fromkeys((key for key in by_name(each) if key not in known), "required")
    sources = (
        ("installed", facts.installed.distributions if facts.installed is not None else ()),
        ("locked", facts.locked.packages if facts.locked is not None else ()),
        ("cached", _cached(facts, cache)),
        ("known", wellknown.names()),
    )
    for rank, keys in sources:
        for key in keys:
            if not key.startswith("conda:"):
                known.setdefault(key, rank)
    return known


def versions(key: str, facts: Facts, everywhere: Iterable[Facts], cache: str | None) -> tuple[str, ...]:
    """The versions of a package that are known, the newest first."""
    listed: dict[str, None] = {}
    for each in (facts, *everywhere):
        if each.installed is not None:
            listed.update(dict.fromkeys(record.version for record in each.installed.distributions.get(key, ())))
        locked = each.locked.packages.get(key) if each.locked is not None else None
        if locked is not None and locked.version is not None:
            listed[locked.version] = None
    listed.update(dict.fromkeys(_cached_versions(key, facts.files, cache)))
    from packaging.version import Version

    return tuple(sorted((version for version in listed if standard(version)), key=Version, reverse=True))


def _cached(facts: Facts, cache: str | None) -> Iterable[str]:
    """The names in uv's cache; looked up once for each state of the environment: it grows with what is installed."""
    if cache is None:
        return ()
    return lasting(facts, "names in uv's cache", lambda: tuple(_names_in(facts.files, cache)))


def _names_in(files: FileView, cache: str) -> Iterator[str]:
    for folder in _wheel_folders(files, cache):
        yield from (entry.name for entry in files.list(folder) or () if entry.kind == "directory")


def _cached_versions(key: str, files: FileView, cache: str | None) -> Iterator[str]:
    for folder in _wheel_folders(files, cache) if cache is not None else ():
        for entry in files.list(files.path.join(folder, key)) or ():
            version, dash, _ = entry.name.partition("-")
            if dash and version[:1].isdigit():
                yield version


def _wheel_folders(files: FileView, cache: str) -> Iterator[str]:
    for entry in files.list(cache) or ():
        if entry.name.startswith("wheels-v") and entry.kind == "directory":
            yield files.path.join(cache, entry.name, "pypi")
