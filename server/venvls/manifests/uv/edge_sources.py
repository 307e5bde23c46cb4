"""Where the edges of a uv.lock without notes lead, against ``[tool.uv.sources]`` and the URLs in requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from venvls.manifests.uv.difference import Difference, place_of, sources_not_sure, stated_elsewhere
from venvls.manifests.uv.equal import same_marker
from venvls.manifests.uv.noted import Part, Place, leads_to, parts, settled_by, sources_of
from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement, Scope
    from venvls.model.text import Span

_FROM_ELSEWHERE = ("git", "url", "path", "directory", "editable", "virtual")


def of_sources(
    asked: Iterable[Requirement], edges: Mapping[str, list[Table]], lock: Lock, manifest: Manifest, facts: Facts, scope: Scope, gone: Span
) -> Iterator[Difference]:
    """Each requirement whose source no edge of its name has, and each edge to a source that no requirement of its name has."""
    sources = sources_of(manifest, facts)
    tool = table(table(settled_by(manifest, facts)).get("uv"))
    if tool.get("environments") or any(stated_elsewhere(key, manifest, facts) for key in ("no-sources", "no-sources-package", "sources")):
        return
    overridden = _overridden(tool)
    python = str(lock.value.get("requires-python") or "")
    place = place_of(manifest, facts)
    by_name: dict[str, list[tuple[Requirement, Part]]] = {}
    for requirement in asked:
        key = requirement.parsed.key
        if key is not None and key != manifest.name and key not in overridden:
            by_name.setdefault(key, []).extend((requirement, part) for part in parts(requirement, sources, scope))
    for key, wanted in by_name.items():
        leads = [(edge, source) for edge in edges.get(key, ()) if (source := _source(key, edge, lock)) is not None]
        if not leads or len(leads) != len(edges.get(key, ())):
            continue
        if any(part.source is not None and sources_not_sure(part, requirement, manifest, facts) for requirement, part in wanted):
            wanted = [pair for pair in wanted if pair[1].source is None or pair[1].marker]
        for requirement, part in wanted:
            fits = [edge for edge, source in leads if _fits(requirement, part, source, place, tool)]
            if not fits and not part.rest:
                yield Difference(f"`{requirement.parsed.text}` had another source", requirement.span)
            elif (
                len(fits) == 1
                and part.source is not None
                and _other_condition(part, fits[0], python, len(leads) if len(wanted) == 1 else 1)
            ):
                yield Difference(f"the source of `{requirement.parsed.text}` had another condition", requirement.span)
        for _, source in leads:
            foreign = any(kind in source for kind in _FROM_ELSEWHERE)
            if foreign and not any(_fits(requirement, part, source, place, tool) for requirement, part in wanted):
                yield Difference(f"{key} came from another source when it was made", gone)


def _fits(requirement: Requirement, part: Part, source: Mapping[str, str], place: Place | None, tool: Table) -> bool:
    if part.source is not None and isinstance(index := part.source.stated.get("index"), str):
        address = next((entry.get("url") for entry in tables(tool.get("index")) if entry.get("name") == index), None)
        registry = source.get("registry")
        return registry is not None and (not isinstance(address, str) or registry.rstrip("/") == address.rstrip("/"))
    return leads_to(requirement, part, source, place)


def _other_condition(part: Part, edge: Table, python: str, leads: int) -> bool:
    """Whether a source counted somewhere else; one that counts everywhere leaves no room for others."""
    if not part.marker:
        return leads > 1
    noted = str(edge.get("marker") or "")
    return "extra" not in noted and not same_marker(part.marker, None, noted, python)


def _source(key: str, edge: Table, lock: Lock) -> Mapping[str, str] | None:
    """Where an edge leads: what it says itself where the lock has the package from several places, else the one package's."""
    source = edge.get("source")
    if not isinstance(source, dict):
        packages = lock.packages.get(key, [])
        places = [table(package.get("source")) for package in packages]
        if not places or any(place != places[0] for place in places):
            return None
        source = places[0]
    return {kind: value for kind, value in source.items() if isinstance(value, str)}


def _overridden(tool: Table) -> set[str]:
    """Names that an override replaces with something else."""
    from venvls.manifests.pep508.requirement import parse_requirement

    listed = tool.get("override-dependencies")
    texts = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    return {canonical(key) for text in texts if (key := parse_requirement(text.strip(), lenient_path=False).key)} | set(names(listed))
