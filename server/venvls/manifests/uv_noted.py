"""A requirement as written, with its source from ``[tool.uv.sources]``, against the note uv made of it in a lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

from venvls.manifests.pep508 import normalize, parse_requirement
from venvls.manifests.uv_equal import same_marker, same_specifier
from venvls.manifests.uv_reading import Table, names, table

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_PLACES = ("git", "url", "path", "directory", "editable", "virtual")


class Entry(NamedTuple):
    """One line of ``requires-dist`` or of a group in a lock."""

    key: str
    extras: frozenset[str]
    specifier: str
    marker: str
    source: Mapping[str, str]


def entries_of(noted: Iterable[Table]) -> list[Entry]:
    """The lock's notes, taken apart."""
    return [
        Entry(
            normalize(str(one.get("name"))),
            frozenset(names(one.get("extras")) or names(one.get("extra"))),
            str(one.get("specifier") or ""),
            str(one.get("marker") or ""),
            {kind: one[kind] for kind in (*_PLACES, "index") if isinstance(one.get(kind), str)},
        )
        for one in noted
    ]


def sources_of(manifest: Manifest, facts: Facts | None) -> Mapping[str, object]:
    """``[tool.uv.sources]`` by PEP 503 name: the manifest's own over those of its workspace's root."""
    found: dict[str, object] = {}
    if facts is not None and facts.project.workspace is not None:
        found.update(_of_root(facts.project.workspace, facts))
    found.update(_named(manifest.facts.get("tool")))
    return found


def matches(one: Requirement, entry: Entry, source: object, python: str, *, any_marker: bool = False) -> bool:
    """Whether ``entry`` is the note of this requirement. What a source says for some markers only is not taken apart: any note will do."""
    parsed = parse_requirement(one.parsed.text, lenient_path=False)  # as written, also where an override replaces its versions
    if frozenset(map(normalize, parsed.extras)) != entry.extras or not _source_matches(parsed.url, source, entry.source):
        return False
    if isinstance(source, list) or (isinstance(source, dict) and {"marker", "extra", "group"} & source.keys()):
        return True
    if not entry.source.keys() & set(_PLACES) and not same_specifier(parsed.specifier, entry.specifier):
        return False
    extra = one.scope.name if one.scope.kind == "extra" else None
    return any_marker or same_marker(parsed.marker or "", extra, entry.marker, python)


def _source_matches(url: str | None, source: object, noted: Mapping[str, str]) -> bool:
    """Whether the lock notes the source that is stated in ``[tool.uv.sources]``, else in the requirement's own URL."""
    if isinstance(source, list):
        return True
    if isinstance(source, dict):
        return _stated_matches(source, noted)
    placed = noted.keys() & set(_PLACES)
    if url is None:
        return not placed and "index" not in noted
    if url.startswith("git+"):
        address = url.removeprefix("git+").partition("#")[0]
        place, at, revision = address.rpartition("@")
        if not at or "/" not in place.partition("://")[2]:
            place, revision = address, ""
        return "git" in noted and _same_repository(place, noted["git"], [revision] if revision else [])
    return bool(placed)


def _stated_matches(source: Table, noted: Mapping[str, str]) -> bool:
    placed = noted.keys() & set(_PLACES)
    if isinstance(address := source.get("git"), str):
        revisions = [source[key] for key in ("rev", "tag", "branch") if isinstance(source.get(key), str)]
        return "git" in noted and _same_repository(address, noted["git"], revisions)
    if isinstance(address := source.get("url"), str):
        return noted.get("url", "").partition("#")[0] == address.partition("#")[0]
    if isinstance(source.get("path"), str):
        return "editable" in noted if source.get("editable") is True else bool(placed & {"path", "directory", "virtual"})
    if source.get("workspace") is True:
        return bool(placed & {"editable", "virtual", "directory"})
    if isinstance(source.get("index"), str):
        return not placed and "index" in noted
    return True


def _same_repository(asked: str, noted: str, revisions: list[str]) -> bool:
    try:
        one, other = urlsplit(asked.removeprefix("git+")), urlsplit(noted)
    except ValueError:
        return True
    said = parse_qs(other.query)
    named = [value for key in ("rev", "tag", "branch") for value in said.get(key, ())]
    if sorted(named) != sorted(revisions):
        return False
    return (one.hostname or "").lower() == (other.hostname or "").lower() and _plain(one.path) == _plain(other.path)


def _plain(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").lstrip("/").lower()


def _named(tool: object) -> dict[str, object]:
    return {normalize(name): source for name, source in table(table(table(tool).get("uv")).get("sources")).items()}


def _of_root(root: str, facts: Facts) -> dict[str, object]:
    """The sources of a workspace's root. Its file may not be among the project's own: then it is read here."""
    path = facts.files.path.join(root, "pyproject.toml")
    known = facts.manifests.get(path)
    if known is not None:
        return _named(known.facts.get("tool"))
    from venvls.manifests.decode import decode
    from venvls.manifests.toml_text import read

    data = facts.files.read(path)
    return _named(read(decode(data).text).value.get("tool")) if data is not None else {}
