"""What a uv.lock without notes (uv's preview ``lock-without-metadata``, and uv of old) still tells of the manifest it was made from: the
edges of the project's own package, by name and extra, and the versions they lead to.

uv itself resolves again and compares; said here is only what cannot come out the same: a requirement without an edge, an edge that nothing
requires, a version that is excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.manifests.uv.difference import Difference, uv_table
from venvls.manifests.uv.edge_sources import of_sources
from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.requirement import MAIN, Scope
from venvls.model.text import Span
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_EMPTY_GROUPS_NOTED = 5
"""The revision of the format from which a lock without notes lists groups that are empty, too."""


def of_requirements(lock: Lock, own: Table, manifest: Manifest, gone: Span, facts: Facts) -> Iterator[Difference]:
    """Main requirements and extras against the edges."""
    asked = [requirement for requirement in manifest.requirements if requirement.scope.kind == "main"]
    yield from _compare(asked, tables(own.get("dependencies")), lock, manifest, gone, facts, MAIN)
    optional = {canonical(name): tables(listed) for name, listed in table(own.get("optional-dependencies")).items()}
    for group in manifest.groups:
        if group.kind == "extra":
            own_extra = [requirement for requirement in manifest.requirements if requirement.scope == ("extra", group.key)]
            yield from _compare(own_extra, optional.get(group.key, []), lock, manifest, group.span, facts, Scope("extra", group.key))
    for extra in sorted(optional.keys() - {group.key for group in manifest.groups if group.kind == "extra"}):
        yield Difference(f"it has an extra `{extra}` that is not defined here", manifest.first_statement)


def of_groups(lock: Lock, own: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """Dependency groups against the edges."""
    noted = {canonical(name): tables(listed) for name, listed in table(own.get("dev-dependencies")).items()}
    groups = {group.key: group for group in manifest.groups if group.kind == "group"}
    for key, group in groups.items():
        reach = {key, *manifest.members.get(key, ())}
        asked = [
            requirement for requirement in manifest.requirements if requirement.scope.kind == "group" and requirement.scope.name in reach
        ]
        if key not in noted and lock.revision >= _EMPTY_GROUPS_NOTED:
            yield Difference(f"the group `{group.name}` is not in it", group.span)
        yield from _compare(asked, noted.get(key, []), lock, manifest, group.span, facts, Scope("group", key))
    stated = {requirement.scope.name for requirement in manifest.requirements if requirement.scope.kind == "group"}
    for key in sorted(noted.keys() - groups.keys() - stated):
        yield Difference(f"it has a group `{key}` that is not defined here", manifest.first_statement)


def of_dependencies(asked: Iterable[Requirement], edges: list[Table], manifest: Manifest) -> bool:
    """Whether what a project states is what its edges lead to, by name alone."""
    stated = {requirement.parsed.key for requirement in asked if requirement.parsed.marker is None}
    possible = stated | {requirement.parsed.key for requirement in asked}
    noted = {canonical(str(edge.get("name"))) for edge in edges}
    return stated - {manifest.name} <= noted <= possible


def _compare(
    asked: Iterable[Requirement], edges: list[Table], lock: Lock, manifest: Manifest, gone: Span, facts: Facts, scope: Scope
) -> Iterator[Difference]:
    by_name: dict[str, list[Table]] = {}
    for edge in edges:
        by_name.setdefault(canonical(str(edge.get("name"))), []).append(edge)
    asked = list(asked)
    keys = [requirement.parsed.key for requirement in asked]
    required = set(keys)
    bounds = map(canonical, table(uv_table(manifest).get("dependency-groups"))) if scope.kind == "group" else ()
    bounded = scope.name in set(bounds)
    for requirement in asked:
        parsed = requirement.parsed
        if parsed.error is not None or parsed.key is None:
            return  # uv refuses the file; another rule says why
        if parsed.key == manifest.name:
            required |= set(by_name)  # an extra of its own, whose edges are here as well
            continue
        named = by_name.get(parsed.key)
        if named is None:
            if parsed.marker is None:  # one whose condition no Python of the project meets has no edge
                yield Difference(f"`{parsed.text}` is not in it", requirement.span)
            continue
        extras = {extra for edge in named for extra in names(edge.get("extra"))}
        if not set(map(canonical, parsed.extras)) <= set(map(canonical, extras)) and parsed.marker is None:
            yield Difference(f"an extra of `{parsed.text}` is not in it", requirement.span)
        # Of several, one without any condition decides; a group may have a bound of its own on the Python.
        decides = keys.count(parsed.key) == 1 or (parsed.marker is None and not bounded)
        if len(named) == 1 and decides and _other_condition(parsed.marker, named[0].get("marker")):
            yield Difference(f"`{parsed.text}` had another condition", requirement.span)
        versions = [package.get("version") for package in lock.packages.get(parsed.key, ())]
        if parsed.specifier and parsed.url is None and versions and all(admits(parsed.specifier, version) is False for version in versions):
            yield Difference(f"it has {parsed.key} {versions[0]}, and `{parsed.text}` is required", requirement.span)
    for key in by_name.keys() - required:
        yield Difference(f"{key} was required when it was made", gone)
    yield from of_sources(asked, by_name, lock, manifest, facts, scope, gone)


def _other_condition(marker: str | None, noted: object) -> bool:
    """Whether only one of the two has a condition, where that means something: what ``requires-python`` implies uv leaves out."""
    if noted is None:
        return marker is not None and "python" not in marker and "extra" not in marker
    return marker is None and "extra" not in str(noted)
