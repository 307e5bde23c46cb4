"""What ``[tool.uv]`` and ``uv.toml`` of a workspace's root say of the resolution, against what a uv.lock notes of it: constraints,
overrides, excludes, metadata given by hand, platforms.

A statement about a package that is not in the lock changes nothing as long as it is new: uv leaves it out then, and so is it here.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.uv.difference import Difference, compare, place, settings_of, stated_elsewhere, uv_table
from venvls.manifests.uv.equal import same_marker, same_specifier
from venvls.manifests.uv.options import options
from venvls.manifests.uv.reading import Lock, Table, names, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.requirement import Requirement
from venvls.standards.versions import admits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_BOUNDS = {
    "constraint-dependencies": "constraints",
    "override-dependencies": "overrides",
    "build-constraint-dependencies": "build-constraints",
}
_PLATFORMS = {"environments": "supported-markers", "required-environments": "required-markers"}
_INDEXES = ("index", "index-url", "extra-index-url", "find-links")
_METADATA = "dependency-metadata"
_UNBOUND = frozenset({"name", "marker", "extras"})
_NEVER = "python_full_version < '0'"


def settings(lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """Each setting that is not as it was."""
    tool = uv_table(manifest)
    for key, noted_as in _BOUNDS.items():
        if noted_as not in lock.manifest and noted_as != "build-constraints" and _inputs_not_noted(tool):
            yield from _excluded(tool.get(key), key, lock, manifest) if key == "constraint-dependencies" else ()
            continue
        yield from _bounds_on_others(tool.get(key), tables(lock.manifest.get(noted_as)), key, lock, manifest, facts)
    if _other_excludes(tool.get("exclude-dependencies"), lock):
        yield Difference("`exclude-dependencies` was different", place(manifest, "exclude-dependencies"))
    python = str(lock.value.get("requires-python") or "")
    for key, noted_as in _PLATFORMS.items():
        wanted = tool.get(key) or []
        if _other_markers([wanted] if isinstance(wanted, str) else wanted, lock.value.get(noted_as), python):
            yield Difference(f"`{key}` was different", place(manifest, key))
    stated = settings_of(manifest, facts)
    if stated is None:
        return
    if _other_metadata(stated.get(_METADATA), lock) and not stated_elsewhere(_METADATA, manifest, facts, own_file=False):
        yield Difference(f"`{_METADATA}` was different", place(manifest, _METADATA))
    yield from options(lock, stated, manifest, facts)
    if any(stated.get(key) for key in _INDEXES):
        from venvls.manifests.uv.indexes import other_indexes

        yield from other_indexes(lock, stated, manifest, facts)


def _inputs_not_noted(tool: Table) -> bool:
    """Whether uv's preview ``resolution-inputs`` is on: a lock notes no bounds but those of builds then,
    and fits as long as its versions do."""
    features = tool.get("preview-features")
    return tool.get("preview") is True or (isinstance(features, list) and "resolution-inputs" in features)


def _excluded(value: object, key: str, lock: Lock, manifest: Manifest) -> Iterator[Difference]:
    for text in value if isinstance(value, list) else []:
        need = parse_requirement(text.strip(), lenient_path=False) if isinstance(text, str) else None
        versions = [package.get("version") for package in lock.packages.get(need.key or "", ())] if need is not None else []
        if need is not None and need.marker is None and versions and all(admits(need.specifier, version) is False for version in versions):
            yield Difference(f"`{text}` excludes {versions[0]}, which it has", place(manifest, key))


def _bounds_on_others(value: object, noted: list[Table], key: str, lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """Constraints and overrides, which are plain requirement texts; anything richer is left alone."""
    texts = value if isinstance(value, list) else []
    if not all(isinstance(text, str) for text in texts):
        return
    where = place(manifest, key)
    parsed = [parse_requirement(text.strip(), lenient_path=False) for text in texts]
    known = {canonical(str(entry.get("name"))) for entry in noted} | lock.packages.keys()
    asked = [Requirement(need, where, where) for need in parsed if key.startswith("build") or need.key is None or need.key in known]
    if key == "constraint-dependencies":
        python = str(lock.value.get("requires-python") or "")
        asked = [each for each in asked if _bounds(each.parsed.specifier or each.parsed.url, each.parsed.marker, python)]
        noted = [entry for entry in noted if _bounds(entry.get("specifier") or entry.keys() - _UNBOUND, entry.get("marker"), python)]
    for difference in compare(asked, noted, lock, manifest, facts, gone=where):
        yield difference._replace(what=f"`{key}` was different")


def _bounds(what: object, marker: object, python: str) -> bool:
    """Whether a constraint bounds anything at all; uv passes over one without versions, and over one for none of the Pythons."""
    never = isinstance(marker, str) and same_marker(marker, None, _NEVER, python)
    return bool(what) and not never


def _other_excludes(wanted: object, lock: Lock) -> bool:
    noted, stated = set(names(lock.manifest.get("excludes"))), set(names(wanted))
    return not noted <= stated or bool((stated - noted) & lock.packages.keys())


def _other_markers(wanted: object, noted: object, python: str) -> bool:
    wanted_markers = wanted if isinstance(wanted, list) else []
    other = noted if isinstance(noted, list) else []
    if len(wanted_markers) != len(other):
        return True
    pairs = zip(wanted_markers, other, strict=True)
    return any(isinstance(a, str) and isinstance(b, str) and not same_marker(a, None, b, python) for a, b in pairs)


def _other_metadata(wanted: object, lock: Lock) -> bool:
    stated, noted = tables(wanted), tables(lock.manifest.get(_METADATA))
    known = lock.packages.keys() | {canonical(str(entry.get("name"))) for entry in noted}
    relevant = [entry for entry in stated if canonical(str(entry.get("name"))) in known]
    return not _each_in(noted, relevant) or not _each_in(relevant, noted)


def _each_in(some: Sequence[Table], others: Sequence[Table]) -> bool:
    return all(any(_same_metadata(entry, other) for other in others) for entry in some)


def _same_metadata(metadata: Table, other: Table) -> bool:
    if canonical(str(metadata.get("name"))) != canonical(str(other.get("name"))):
        return False
    if not all(_same_text(metadata.get(key), other.get(key)) for key in ("version", "requires-python")):
        return False
    extras = [names(table_.get("provides-extras") or table_.get("provides-extra")) for table_ in (metadata, other)]
    return extras[0] == extras[1] and _same_requirements(metadata.get("requires-dist"), other.get("requires-dist"))


def _same_text(stated_text: object, other: object) -> bool:
    """Whether two versions, or two bounds on a Python, are the same; ``None`` for none."""
    if not isinstance(stated_text, str) or not isinstance(other, str):
        return stated_text == other
    plain = [f"=={text}" if text[:1].isdecimal() else text for text in (stated_text, other)]
    return same_specifier(*plain)


def _same_requirements(requirements: object, other: object) -> bool:
    first, second = requirements if isinstance(requirements, list) else [], other if isinstance(other, list) else []
    if len(first) != len(second):
        return False
    for left, right in zip(first, second, strict=True):
        if not isinstance(left, str) or not isinstance(right, str):
            continue
        a, b = (parse_requirement(text.strip(), lenient_path=False) for text in (left, right))
        if a.key != b.key or not same_specifier(a.specifier, b.specifier) or not same_marker(a.marker or "", None, b.marker or "", ""):
            return False
    return True
