"""The indexes that a project states against those that packages of its uv.lock come from (uv ``lock/mod.rs``, ``MissingRemoteIndex``).

uv compares them only where an index is stated at all: then each package of an index has to come from one of these, from PyPI unless
another is the default, or from one that a source names. Addresses count as written, but for who logs in: ``/simple/`` is not ``/simple``.
An index may also come from variables and a person's own settings; then nothing is said.
"""

from __future__ import annotations

from venvls.manifests.uv.difference import Difference, place, stated_elsewhere
from venvls.manifests.uv.members import tables_of_members
from venvls.manifests.uv.reading import Lock, Table, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_STATE_INDEXES = ("index", "index-url", "extra-index-url", "find-links", "no-index", "index-by-variable")
_PYPI = "https://pypi.org/simple"
_TABLE = "[[tool.uv.index]]"
_ADDRESS = re.compile(r"(https?)://(?:[^/@\s]*@)?([A-Za-z0-9.-]+)(:[0-9]+)?(/[A-Za-z0-9._~/+-]*)")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def other_indexes(lock: Lock, stated: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """A package from an index that is none any more; ``stated`` are the settings of the project."""
    known = _known(stated)
    if known is None:
        return
    lost = {registry: key for registry, key in lock.once(other_indexes, lambda: _registries(lock)).items() if _plain(registry) not in known}
    if not lost or any(stated_elsewhere(key, manifest, facts, own_file=False) for key in _STATE_INDEXES):
        return
    # A source may name an index that a member states for itself.
    folder = facts.files.path.dirname(manifest.path)
    listed = [table(table(value.get("tool")).get("uv")).get("index") for value in tables_of_members(lock, folder, facts.files).values()]
    more = {_plain(entry.get("url")) for entries in listed for entry in tables(entries)} | {*map(_plain, _named(lock))}
    for registry, key in lost.items():
        address = _plain(registry)
        if address is not None and address not in more:
            host = address.partition("://")[2].partition("/")[0]
            yield Difference(f"{key} came from {host}, by an index that is not stated here", _where(stated, manifest))


def _known(stated: Table) -> set[str | None] | None:
    """The addresses that packages may come from; ``None`` where one is written in a way that is not understood here."""
    listed = tables(stated.get("index"))
    default = [entry.get("url") for entry in listed if entry.get("default") is True] or [stated.get("index-url", _PYPI)]
    others = [entry.get("url") for entry in listed if entry.get("default") is not True]
    found = [
        address for key in ("extra-index-url", "find-links") if isinstance(addresses := stated.get(key), list) for address in addresses
    ]
    every = [address for address in (*default, *others, *found) if not _is_folder(address)]
    known = {_plain(address) for address in every}
    return known if None not in known and "no-index" not in stated else None


def _is_folder(address: object) -> bool:
    return isinstance(address, str) and ("://" not in address or address.startswith("file:"))


def _plain(address: object) -> str | None:
    """An address as uv compares it; ``None`` for those that are not plain enough to know."""
    match = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if match is None or "/." in match[4]:
        return None
    port = "" if match[3] in (None, _USUAL_PORTS[match[1]]) else match[3]
    return f"{match[1]}://{match[2].lower()}{port}{match[4]}"


def _registries(lock: Lock) -> dict[str, str]:
    """Each address that packages of the lock come from, with the first of these."""
    found: dict[str, str] = {}
    for key, packages in lock.packages.items():
        for package in packages:
            registry = table(package.get("source")).get("registry")
            if isinstance(registry, str) and not _is_folder(registry):
                found.setdefault(registry, key)
    return found


def _named(lock: Lock) -> Iterator[object]:
    """The indexes that sources named when the lock was made."""
    lists: list[object] = [lock.manifest.get("requirements"), *table(lock.manifest.get("dependency-groups")).values()]
    for package in (package for packages in lock.packages.values() for package in packages):
        metadata = table(package.get("metadata"))
        lists += [metadata.get("requires-dist"), *table(metadata.get("requires-dev")).values()]
    return (entry["index"] for listed in lists for entry in tables(listed) if "index" in entry)


def _where(stated: Table, manifest: Manifest) -> Span:
    start = manifest.text.source.find(_TABLE)
    otherwise = Span(start, start + len(_TABLE)) if start >= 0 else manifest.first_statement
    return place(manifest, next((key for key in ("index-url", "extra-index-url", "find-links") if key in stated), "index"), otherwise)
