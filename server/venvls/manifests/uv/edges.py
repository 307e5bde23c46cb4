"""What a uv.lock without notes (uv's preview ``lock-without-metadata``, and uv of old) still tells of the manifest it was made from: the
edges of the project's own package, by name and extra, and the versions they lead to.

uv itself resolves again and compares; said here is only what cannot come out the same: a requirement without an edge, an edge that nothing
requires, a version that is excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.manifests.uv.difference import Difference
from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.text import Span
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement


def of_requirements(lock: Lock, own: Table, manifest: Manifest, gone: Span) -> Iterator[Difference]:
    """Main requirements and extras against the edges."""
    asked = [requirement for requirement in manifest.requirements if requirement.scope.kind == "main"]
    yield from _compare(asked, tables(own.get("dependencies")), lock, manifest, gone)
    optional = {canonical(name): tables(listed) for name, listed in table(own.get("optional-dependencies")).items()}
    for group in manifest.groups:
        if group.kind == "extra":
            own_extra = [requirement for requirement in manifest.requirements if requirement.scope == ("extra", group.key)]
            yield from _compare(own_extra, optional.get(group.key, []), lock, manifest, group.span)
    for extra in sorted(optional.keys() - {group.key for group in manifest.groups if group.kind == "extra"}):
        yield Difference(f"it has an extra `{extra}` that is not defined here", manifest.first_statement)


def of_groups(lock: Lock, own: Table, manifest: Manifest) -> Iterator[Difference]:
    """Dependency groups against the edges."""
    noted = {canonical(name): tables(listed) for name, listed in table(own.get("dev-dependencies")).items()}
    groups = {group.key: group for group in manifest.groups if group.kind == "group"}
    for key, group in groups.items():
        reach = {key, *manifest.members.get(key, ())}
        asked = [
            requirement for requirement in manifest.requirements if requirement.scope.kind == "group" and requirement.scope.name in reach
        ]
        yield from _compare(asked, noted.get(key, []), lock, manifest, group.span)
    stated = {requirement.scope.name for requirement in manifest.requirements if requirement.scope.kind == "group"}
    for key in sorted(noted.keys() - groups.keys() - stated):
        yield Difference(f"it has a group `{key}` that is not defined here", manifest.first_statement)


def _compare(asked: Iterable[Requirement], edges: list[Table], lock: Lock, manifest: Manifest, gone: Span) -> Iterator[Difference]:
    by_name: dict[str, list[Table]] = {}
    for edge in edges:
        by_name.setdefault(canonical(str(edge.get("name"))), []).append(edge)
    asked = list(asked)
    keys = [requirement.parsed.key for requirement in asked]
    required = set(keys)
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
        if len(named) == 1 and keys.count(parsed.key) == 1 and _other_condition(parsed.marker, named[0].get("marker")):
            yield Difference(f"`{parsed.text}` had another condition", requirement.span)
        versions = [package.get("version") for package in lock.packages.get(parsed.key, ())]
        if parsed.specifier and parsed.url is None and versions and all(admits(parsed.specifier, version) is False for version in versions):
            yield Difference(f"it has {parsed.key} {versions[0]}, and `{parsed.text}` is required", requirement.span)
    for key in by_name.keys() - required:
        yield Difference(f"{key} was required when it was made", gone)


def _other_condition(marker: str | None, noted: object) -> bool:
    """Whether only one of the two has a condition, where that means something: what ``requires-python`` implies uv leaves out."""
    if noted is None:
        return marker is not None and "python" not in marker and "extra" not in marker
    return marker is None and "extra" not in str(noted)
