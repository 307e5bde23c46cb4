"""A requirement as written, with its source from ``[tool.uv.sources]``, against the note uv made of it in a lock."""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.uv.equal import left_over, same_marker, same_specifier
from venvls.manifests.uv.reading import Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView
    from venvls.model.requirement import Requirement, Scope

_PLACES = ("git", "url", "path", "directory", "editable", "virtual")
_PLAIN = frozenset({"name", "specifier", "marker"})
"""What most notes say, and no more."""


class Place(NamedTuple):
    """Where the lock is: its notes of folders start there."""

    files: FileView
    folder: str


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
            canonical(str(entry.get("name"))),
            frozenset() if entry.keys() <= _PLAIN else frozenset(names(entry.get("extras")) or names(entry.get("extra"))),
            str(entry.get("specifier") or ""),
            str(entry.get("marker") or ""),
            {} if entry.keys() <= _PLAIN else {kind: entry[kind] for kind in (*_PLACES, "index") if isinstance(entry.get(kind), str)},
        )
        for entry in noted
    ]


class Part(NamedTuple):
    """What one requirement becomes with its sources: one note for each source that counts for it.

    ``marker`` is the requirement's and the source's together; ``rest`` stands for where none of the sources holds, if there is such a
    place; ``certain`` says that there is.
    """

    source: Source | None
    marker: str
    rest: bool = False
    certain: bool = False


class Source(NamedTuple):
    """One source of ``[tool.uv.sources]``, and the folder its paths start from."""

    stated: Table
    folder: str


if TYPE_CHECKING:
    Sources = Mapping[str, tuple[Source, ...]]


def sources_of(manifest: Manifest, facts: Facts | None) -> Sources:
    """``[tool.uv.sources]`` by PEP 503 name: the manifest's own over those of its workspace's root; none that ``no-sources`` takes out."""
    tool = table(table(settled_by(manifest, facts)).get("uv"))
    sources: dict[str, tuple[Source, ...]] = {}
    if tool.get("no-sources") is True:
        return sources
    folder = ""
    if facts is not None:
        folder = facts.files.path.dirname(manifest.path)
        if facts.project.workspace is not None:
            sources.update(_named(_tool_of_root(facts.project.workspace, facts), facts.project.workspace))
    sources.update(_named(manifest.tool, folder))
    for name in names(tool.get("no-sources-package")):
        sources.pop(name, None)
    return sources


def parts(requirement: Requirement, sources: Sources, scope: Scope) -> list[Part]:
    """The notes that a requirement becomes where it counts for ``scope``: the group it is listed in, or the extra."""
    marker = requirement.parsed.marker or ""
    counted = [source for source in sources.get(requirement.parsed.key or "", ()) if _counts(source.stated, scope)]
    if not counted:
        return [Part(None, marker)]
    conditions = [source.stated.get("marker") for source in counted]
    counted_parts = [Part(source, _both(marker, condition)) for source, condition in zip(counted, conditions, strict=True)]
    texts = [condition for condition in conditions if isinstance(condition, str) and condition.strip()]
    if len(texts) < len(conditions):
        return counted_parts
    return [*counted_parts, Part(None, marker, rest=True, certain=left_over(marker, texts))]


def matches(requirement: Requirement, part: Part, entry: Entry, python: str, place: Place | None, *, more: str | None = "") -> bool:
    """Whether ``entry`` is the note of this part of a requirement. ``more`` is a further condition; ``None`` if that is not known."""
    parsed = parse_requirement(requirement.parsed.text, lenient_path=False)  # as written, also where an override replaces its versions
    if frozenset(map(canonical, parsed.extras)) != entry.extras:
        return False
    if part.source is None:
        if not _url_matches(parsed.url, entry.source):
            return False
    elif not _stated_matches(part.source, entry.source, place):
        return False
    if not entry.source.keys() & set(_PLACES) and not same_specifier(parsed.specifier, entry.specifier):
        return False
    extra = requirement.scope.name if requirement.scope.kind == "extra" else None
    return part.rest or more is None or same_marker(_both(part.marker, more), extra, entry.marker, python)


def leads_to(requirement: Requirement, part: Part, source: Mapping[str, str], place: Place | None) -> bool:
    """Whether a package from ``source`` is what this part of a requirement names."""
    return _url_matches(requirement.parsed.url, source) if part.source is None else _stated_matches(part.source, source, place)


def _counts(source: Table, scope: Scope) -> bool:
    return all(
        not isinstance(source.get(kind), str) or (scope.kind == kind and scope.name == canonical(source[kind]))
        for kind in ("extra", "group")
    )


def _both(marker: str, other: object) -> str:
    if not isinstance(other, str) or not other.strip():
        return marker
    return f"({marker}) and ({other})" if marker.strip() else other


def _url_matches(url: str | None, noted: Mapping[str, str]) -> bool:
    """Whether the lock notes the source that the requirement's own text names."""
    placed = noted.keys() & set(_PLACES)
    if url is None:
        return not placed and "index" not in noted
    if url.startswith("git+"):
        address = url.removeprefix("git+").partition("#")[0]
        place, sign, revision = address.rpartition("@")
        if not sign or "/" not in place.partition("://")[2]:
            place, revision = address, ""
        return "git" in noted and _same_repository(place, noted["git"], [revision] if revision else [])
    return bool(placed)


def _stated_matches(stated: Source, noted: Mapping[str, str], place: Place | None) -> bool:
    source = stated.stated
    placed = noted.keys() & set(_PLACES)
    if isinstance(address := source.get("git"), str):
        revisions = [source[key] for key in ("rev", "tag", "branch") if isinstance(source.get(key), str)]
        return "git" in noted and _same_repository(address, noted["git"], revisions)
    if isinstance(address := source.get("url"), str):
        return noted.get("url", "").partition("#")[0] == address.partition("#")[0]
    if isinstance(path := source.get("path"), str):
        local = placed & {"path", "directory", "virtual", "editable"}
        if not local & _noted_as(source, path, stated.folder, place):
            return False
        return place is None or _same_place(stated.folder, path, place, noted[next(iter(local))])
    if source.get("workspace") is True:
        return bool(placed & {"virtual", "directory" if source.get("editable") is False else "editable"})
    if isinstance(source.get("index"), str):
        return not placed and "index" in noted
    return True


def _noted_as(source: Table, path: str, folder: str, place: Place | None) -> set[str]:
    """How a lock notes a folder that is to be installed so; one that calls itself no package is none where the source does not say it."""
    if source.get("editable") is True:
        return {"editable", "virtual"}
    package = source.get("package")
    if package is None and place is not None:
        value = table_of(place.files.path.join(folder, path), place.files)
        package = table(table(value.get("tool")).get("uv")).get("package")
    return {"virtual"} if package is False else {"path", "directory"}


def _same_place(folder: str, path: str, place: Place, noted: str) -> bool:
    join, plain = place.files.path.join, place.files.path.normpath
    stated_place, other = plain(join(folder, path)), plain(join(place.folder, noted))
    return bool(stated_place == other or place.files.real(stated_place) == place.files.real(other))


def _same_repository(asked: str, noted: str, revisions: list[str]) -> bool:
    from urllib.parse import parse_qs, urlsplit

    try:
        stated_url, other = urlsplit(asked.removeprefix("git+")), urlsplit(noted)
    except ValueError:
        return True
    query = parse_qs(other.query)
    named = [value for key in ("rev", "tag", "branch") for value in query.get(key, ())]
    if sorted(named) != sorted(revisions):
        return False
    return (stated_url.hostname or "").lower() == (other.hostname or "").lower() and _plain(stated_url.path) == _plain(other.path)


def _plain(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").lstrip("/").lower()


def _named(tool: object, folder: str) -> dict[str, tuple[Source, ...]]:
    stated = table(table(table(tool).get("uv")).get("sources")).items()
    listed = {canonical(name): tables(value if isinstance(value, list) else [value]) for name, value in stated}
    return {name: tuple(Source(source, folder) for source in sources) for name, sources in listed.items()}


def settled_by(manifest: Manifest, facts: Facts | None) -> object:
    """``[tool]`` of the file whose settings count: the manifest's own, for members of a workspace that of its root."""
    workspace = facts.project.workspace if facts is not None else None
    return _tool_of_root(workspace, facts) if workspace is not None and facts is not None else manifest.tool


class _Root:
    def __init__(self) -> None:
        self.data: bytes | None = None
        self.value: Table = {}


def root_table(root: str, facts: Facts) -> Table:
    """The tables of a workspace's root. Its file may not be among the project's own: it is read here, and kept while it is the same."""
    data = facts.files.read(facts.files.path.join(root, "pyproject.toml"))
    if data is None:
        return {}
    known = facts.remembered.of(_Root)
    if known.data == data:
        return known.value
    from venvls.manifests.syntax.decode import decode
    from venvls.manifests.syntax.toml import read

    known.data, known.value = data, read(decode(data).text).value
    return known.value


def table_of(folder: str, files: FileView) -> Table:
    """The tables of the pyproject.toml in a folder; none where there is no such file."""
    data = files.read(files.path.join(folder, "pyproject.toml"))
    if data is None:
        return {}
    from venvls.manifests.syntax.decode import decode
    from venvls.manifests.syntax.toml import read

    return table(read(decode(data).text).value)


def _tool_of_root(root: str, facts: Facts) -> object:
    known = facts.manifests.get(facts.files.path.join(root, "pyproject.toml"))
    return known.tool if known is not None else root_table(root, facts).get("tool")
