"""Whether a uv.lock still fits its pyproject.toml: what uv compares before it trusts a lock (uv ``lock/mod.rs``, ``satisfies``), read from
files.

Compared: name, version, whether the project is a package, ``requires-python``, requirements with their sources, extras, groups; in a
workspace's root also members, constraints, overrides, supported platforms and the options of the resolution. Where the comparison would
need a build (dynamic dependencies), a setting from elsewhere (``uv.toml``, variables) or a guess, the lock counts as fresh. Truth: ``uv
lock --check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from venvls.manifests.pep508 import normalize, parse_requirement
from venvls.manifests.uv_equal import bounds, same_marker
from venvls.manifests.uv_members import missing_member
from venvls.manifests.uv_noted import Entry, entries_of, matches, sources_of
from venvls.manifests.uv_reading import Lock, Table, names, table, tables
from venvls.model.lock import Stale
from venvls.model.requirement import Requirement
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_OPTIONS = {
    "resolution": ("resolution-mode", "highest"),
    "prerelease": ("prerelease-mode", "if-necessary-or-explicit"),
    "fork-strategy": ("fork-strategy", "requires-python"),
}
_GROUPS_NOTED = 3
"""The revision of the format from which empty groups, too, are noted for certain."""
_DEFAULTS_NOTED = 5
"""The revision from which uv notes default groups."""


def stale_script(lock: Lock, name: str, manifest: Manifest, facts: Facts) -> Stale | None:
    """Why the lock of a script does not fit the script any more."""
    if not manifest.complete:
        return None
    asked = [one for one in manifest.requirements if one.scope.kind == "main"]
    noted = tables(lock.manifest.get("requirements"))
    found = next(_compare(asked, noted, lock, manifest, facts, gone=manifest.first_statement), None) or next(
        _python(lock, manifest, alone=True), None
    )
    if found is None:
        return None
    command = f"uv lock --script {facts.files.path.basename(manifest.path)}"
    return Stale(f"{name} does not fit this script any more: {found.what}. Run “{command}”.", manifest.path, found.span)


class Difference(NamedTuple):
    """What differs, as the subject and verb of a sentence, and where in the pyproject.toml."""

    what: str
    span: Span


def stale(lock: Lock, name: str, own: Table | None, manifest: Manifest, facts: Facts) -> Stale | None:
    """Why the lock ``name`` does not fit ``manifest`` any more; ``None`` where it does, or where that cannot be known."""
    tool = _uv(manifest)
    if not manifest.complete or tool.get("managed") is False:
        return None
    found = next(_differences(lock, own, manifest, facts), None)
    if found is None:
        return None
    return Stale(f"{name} does not fit this file any more: {found.what}. Run “uv lock”, or sync.", manifest.path, found.span)


def _differences(lock: Lock, own: Table | None, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    in_workspace = facts.project.workspace is not None
    if own is None:
        if manifest.facts.get("name") is not None:
            yield Difference("it does not know this project", manifest.first_statement)
        elif not in_workspace:
            yield from _loose_groups(lock, manifest)
    else:
        yield from _project(own, manifest)
        yield from _requirements(lock, own, manifest, facts)
        yield from _groups(lock, own, manifest, facts)
    yield from _python(lock, manifest, alone=not lock.manifest.get("members"))
    if not in_workspace:
        yield from _settings(lock, manifest, facts)
        missing = missing_member(lock, manifest, facts.files)
        if missing is not None:
            yield Difference(missing, _place(manifest, "members"))


def _project(own: Table, manifest: Manifest) -> Iterator[Difference]:
    stated = manifest.facts
    where = manifest.first_statement
    if stated.get("name") is not None and stated["name"] != normalize(str(own.get("name"))):
        yield Difference(f"the project was called “{own.get('name')}” when it was made", where)
    version, noted = stated.get("version"), own.get("version")
    dynamic = "version" in _dynamic(manifest)
    if isinstance(version, str) and not dynamic and (not isinstance(noted, str) or not _same_version(version, noted)):
        yield Difference(f"the project's version was {noted or 'dynamic'} when it was made", _place(manifest, "version", where))
    if dynamic and noted is not None:
        yield Difference("the project's version was not dynamic when it was made", _place(manifest, "dynamic", where))
    package = _uv(manifest).get("package")
    if not isinstance(package, bool):
        package = bool(stated.get("build-backend")) or any(one.scope.kind == "build" for one in manifest.requirements)
    if package is ("virtual" in table(own.get("source"))):
        what = "the project was not a package yet" if package else "the project was still a package"
        yield Difference(f"{what} when it was made", _place(manifest, "package", _place(manifest, "build-backend", where)))


def _requirements(lock: Lock, own: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    if {"dependencies", "optional-dependencies"} & set(_dynamic(manifest)):
        return
    metadata = table(own.get("metadata"))
    if "requires-dist" not in metadata and not metadata:
        listed = any(one.scope.kind in ("main", "extra") for one in manifest.requirements)
        if listed and (own.get("dependencies") or own.get("optional-dependencies")):
            return  # a lock of before the metadata was noted, or one made without it
    asked = [one for one in manifest.requirements if one.scope.kind in ("main", "extra")]
    yield from _compare(asked, tables(metadata.get("requires-dist")), lock, manifest, facts, gone=_place(manifest, "dependencies"))
    extras = {group.key for group in manifest.groups if group.kind == "extra"}
    if "provides-extras" in metadata or int(lock.value.get("revision") or 0) >= 2:
        noted = set(names(metadata.get("provides-extras")))
        for group in manifest.groups:
            if group.kind == "extra" and group.key not in noted:
                yield Difference(f"the extra “{group.name}” is not in it", group.span)
        for extra in sorted(noted - extras):
            yield Difference(f"it has an extra “{extra}” that is not stated here", manifest.first_statement)


def _groups(lock: Lock, own: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    if "metadata" not in own and own.get("dev-dependencies"):
        return  # a lock of before the metadata was noted, or one made without it
    noted = {normalize(name): tables(listed) for name, listed in table(table(own.get("metadata")).get("requires-dev")).items()}
    yield from _compare_groups(noted, lock, manifest, facts)
    if int(lock.value.get("revision") or 0) >= _DEFAULTS_NOTED:
        wanted, said = _default(manifest.default_groups), own.get("default-groups")
        before = ("*",) if said == "all" else names(said) if isinstance(said, list) else ("dev",)
        if set(wanted) != set(before):
            yield Difference("“default-groups” was another", _place(manifest, "default-groups"))


def _loose_groups(lock: Lock, manifest: Manifest) -> Iterator[Difference]:
    """The groups of a workspace's root that is no project."""
    noted = {normalize(name): tables(listed) for name, listed in table(lock.manifest.get("dependency-groups")).items()}
    yield from _compare_groups(noted, lock, manifest, None)


def _compare_groups(noted: dict[str, list[Table]], lock: Lock, manifest: Manifest, facts: Facts | None) -> Iterator[Difference]:
    members = manifest.facts.get("group-members")
    reach: Any = members if members is not None else {}
    by_group: dict[str, list[Requirement]] = {}
    for one in manifest.requirements:
        if one.scope.kind == "group" and one.scope.name is not None:
            by_group.setdefault(one.scope.name, []).append(one)
    groups = {group.key: group for group in manifest.groups if group.kind == "group"}
    for key, group in groups.items():
        asked = [one for member in (key, *reach.get(key, ())) for one in by_group.get(member, ())]
        if key not in noted:
            if asked or int(lock.value.get("revision") or 0) >= _GROUPS_NOTED:
                yield Difference(f"the group “{group.name}” is not in it", group.span)
            continue
        yield from _compare(list(dict.fromkeys(asked)), noted[key], lock, manifest, facts, gone=group.span, group=True)
    for key in sorted(noted.keys() - groups.keys()):
        yield Difference(f"it has a group “{key}” that is not stated here", manifest.first_statement)


def _compare(
    asked: Iterable[Requirement],
    noted: list[Table],
    lock: Lock,
    manifest: Manifest,
    facts: Facts | None,
    *,
    gone: Span,
    group: bool = False,
) -> Iterator[Difference]:
    """Each requirement that the lock has no note of, and each note that no requirement stands for."""
    sources = sources_of(manifest, facts)
    # Bounds on the Python of a group are written into the markers of its requirements.
    any_marker = group and bool(table(_uv(manifest).get("dependency-groups")))
    entries = entries_of(noted)
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.key, []).append(entry)
    python = str(lock.value.get("requires-python") or "")
    met: set[int] = set()
    for one in asked:
        if one.parsed.error is not None or one.parsed.key is None:
            return  # uv refuses the file; another rule says why
        source = sources.get(one.parsed.key)
        fits = [entry for entry in by_name.get(one.parsed.key, ()) if matches(one, entry, source, python, any_marker=any_marker)]
        if not fits:
            yield Difference(f"“{one.parsed.text}” is not what was locked", one.span)
        met.update(map(id, fits))
    for entry in entries:
        if id(entry) not in met:
            yield Difference(f"{entry.key} was asked for when it was made, in a way that is not stated here now", gone)


def _python(lock: Lock, manifest: Manifest, *, alone: bool) -> Iterator[Difference]:
    noted = lock.value.get("requires-python")
    if manifest.requires_python is None or not isinstance(noted, str):
        return
    (lower, upper), (low, high) = bounds(manifest.requires_python.specifier), bounds(noted)
    if alone and (lower, upper) == (low, high):
        return
    if not alone and (lower is None or low is None or low >= lower) and (upper is None or (high is not None and high <= upper)):
        return
    yield Difference(f"“requires-python” was {noted}", manifest.requires_python.span)


def _settings(lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    tool = _uv(manifest)
    for key, noted_as in (
        ("constraint-dependencies", "constraints"),
        ("override-dependencies", "overrides"),
        ("build-constraint-dependencies", "build-constraints"),
    ):
        yield from _bounds_on_others(tool.get(key), tables(lock.manifest.get(noted_as)), key, lock, manifest, facts)
    for key, noted_as in (("environments", "supported-markers"), ("required-environments", "required-markers")):
        wanted = tool.get(key) or []
        if _other_markers([wanted] if isinstance(wanted, str) else wanted, lock.value.get(noted_as)):
            yield Difference(f"“{key}” was another", _place(manifest, key))
    stated, noted = bool(tool.get("conflicts")), bool(lock.value.get("conflicts"))
    if stated != noted and (stated or not lock.manifest.get("members")):  # a member may state them as well
        yield Difference("“conflicts” was another", _place(manifest, "conflicts"))
    if facts.files.stat(facts.files.path.join(facts.project.root, "uv.toml")) is not None:
        return  # it wins over the settings here
    options = table(lock.value.get("options"))
    for key, (noted_as, usual) in _OPTIONS.items():
        if isinstance(tool.get(key), str) and tool[key] != options.get(noted_as, usual):
            yield Difference(f"“{key}” was another", _place(manifest, key))
    if isinstance(tool.get("exclude-newer"), str) and not {"exclude-newer", "exclude-newer-span"} & options.keys():
        yield Difference("“exclude-newer” is newer", _place(manifest, "exclude-newer"))


def _bounds_on_others(value: object, noted: list[Table], key: str, lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """Constraints and overrides, which are plain requirement texts; anything richer is left alone."""
    texts = value if isinstance(value, list) else []
    if not all(isinstance(text, str) for text in texts):
        return
    place = _place(manifest, key)
    asked = [Requirement(parse_requirement(text.strip(), lenient_path=False), place, place) for text in texts]
    for difference in _compare(asked, noted, lock, manifest, facts, gone=place):
        yield difference._replace(what=f"“{key}” was another")


def _other_markers(wanted: object, noted: object) -> bool:
    one = wanted if isinstance(wanted, list) else []
    other = noted if isinstance(noted, list) else []
    if len(one) != len(other):
        return True
    pairs = zip(one, other, strict=True)
    return any(isinstance(a, str) and isinstance(b, str) and not same_marker(a, None, b, "") for a, b in pairs)


def _same_version(one: str, other: str) -> bool:
    if one == other:
        return True
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return True


def _default(groups: tuple[str, ...] | None) -> tuple[str, ...]:
    return ("dev",) if groups is None else groups


def _dynamic(manifest: Manifest) -> tuple[str, ...]:
    found = manifest.facts.get("dynamic")
    return found if isinstance(found, tuple) else ()


def _uv(manifest: Manifest) -> Table:
    return table(table(manifest.facts.get("tool")).get("uv"))


def _place(manifest: Manifest, key: str, otherwise: Span | None = None) -> Span:
    """Where a key stands; found by its text, which is enough for a remark."""
    import re

    match = re.search(rf"^[ \t]*{re.escape(key)}(?=[ \t]*=)", manifest.text.source, re.MULTILINE)
    if match is None:
        return otherwise or manifest.first_statement
    return Span(match.end() - len(key), match.end())
