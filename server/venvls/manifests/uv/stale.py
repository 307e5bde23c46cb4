"""Whether a uv.lock still fits its pyproject.toml: what uv compares before it trusts a lock (uv ``lock/mod.rs``, ``satisfies``), read from
files.

Compared: name, version, whether the project is a package, ``requires-python``, requirements with their sources, extras, groups; in a
workspace's root also members, constraints, overrides, supported platforms and the options of the resolution (:mod:`elsewhere` where the
root is no project of ours). Where the comparison would
need a build (dynamic dependencies), a setting from elsewhere (a person's ``uv.toml``, variables) or a guess, the lock counts as fresh.
Truth: ``uv lock --check``.
"""

from __future__ import annotations

from venvls.manifests.uv import defaults
from venvls.manifests.uv.conflicts import other_conflicts
from venvls.manifests.uv.difference import Difference, compare, place, uv_table
from venvls.manifests.uv.equal import bounds, same_version
from venvls.manifests.uv.members import missing_member
from venvls.manifests.uv.path_sources import path_sources
from venvls.manifests.uv.reading import EXTRAS_NOTED, GROUPS_NOTED, Lock, Table, names, table, tables
from venvls.manifests.uv.settings import settings
from venvls.model.families import PyprojectTable
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Stale
from venvls.model.names import canonical
from venvls.model.patterns import re

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.requirement import Requirement

_DEFAULTS_NOTED = 5
"""The revision from which uv notes default groups."""


def stale_script(lock: Lock, name: str, manifest: Manifest, facts: Facts) -> Stale | None:
    """Why the lock of a script does not fit the script any more."""
    if not manifest.complete:
        return None
    asked = [requirement for requirement in manifest.requirements if requirement.scope.kind == "main"]
    noted = tables(lock.manifest.get("requirements"))
    difference = next(compare(asked, noted, lock, manifest, facts, gone=manifest.first_statement), None) or next(
        _python(lock, manifest, alone=True), None
    )
    if difference is None:
        return None
    command = f"uv lock --script {facts.files.path.basename(manifest.path)}"
    return Stale(f"{name} does not match this script any more: {difference.what}. Run `{command}`.", manifest.path, difference.span)


def stale(lock: Lock, name: str, own: Table | None, manifest: Manifest, facts: Facts) -> Stale | None:
    """Why the lock ``name`` does not fit ``manifest`` any more; ``None`` where it does, or where that cannot be known."""
    found = _first(lock, own, manifest, facts)
    if found is None:
        return None
    return Stale(f"{name} does not match this file any more: {found.what}. Run `uv lock`, or sync.", manifest.path, found.span)


def difference(lock: Lock, own: Table | None, manifest: Manifest, facts: Facts) -> str | None:
    """What of ``manifest`` the lock does not fit any more, as the end of a sentence; ``None`` as above."""
    found = _first(lock, own, manifest, facts)
    return found.what if found is not None else None


def _first(lock: Lock, own: Table | None, manifest: Manifest, facts: Facts) -> Difference | None:
    if not manifest.complete or uv_table(manifest).get("managed") is False:
        return None
    return next(_differences(lock, own, manifest, facts), None)


def _differences(lock: Lock, own: Table | None, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    in_workspace = facts.project.workspace is not None
    if own is None:
        if manifest.name is not None and (manifest.own.pyproject is None or manifest.own.pyproject.project):
            yield Difference("this project is not in it", manifest.first_statement)
        elif not in_workspace:
            yield from _loose_groups(lock, manifest, facts)
    else:
        yield from _project(own, manifest, lock)
        yield from _requirements(lock, own, manifest, facts)
        yield from _groups(lock, own, manifest, facts)
    yield from _python(lock, manifest, alone=not lock.manifest.get("members"))
    if not in_workspace:
        yield from _default_python(lock, manifest, facts)
        yield from settings(lock, manifest, facts)
    if other_conflicts(lock, manifest, facts, for_root=not in_workspace):
        yield Difference("`conflicts` was different", place(manifest, "conflicts"))
    root = facts.project.workspace or facts.files.path.dirname(manifest.path)
    missing = missing_member(lock, root, table(uv_table(manifest).get("workspace")), facts.files) if not in_workspace else None
    if missing is not None:
        yield Difference(missing, place(manifest, "members"))
    yield from path_sources(lock, root, manifest, facts)


def _project(own: Table, manifest: Manifest, lock: Lock) -> Iterator[Difference]:
    stated = manifest.own.pyproject or PyprojectTable()
    where = manifest.first_statement
    if manifest.name is not None and manifest.name != canonical(str(own.get("name"))):
        yield Difference(f"the project was called `{own.get('name')}` when it was made", where)
    version, noted = stated.version, own.get("version")
    dynamic = "version" in manifest.dynamic
    if version is not None and not dynamic and (not isinstance(noted, str) or not same_version(version, noted)):
        yield Difference(f"the project's version was {noted or 'dynamic'} when it was made", place(manifest, "version", where))
    if dynamic and noted is not None:
        yield Difference("the project's version was not dynamic when it was made", place(manifest, "dynamic", where))
    package = stated_package = uv_table(manifest).get("package")
    if not isinstance(stated_package, bool):
        package = bool(stated.build_backend) or any(requirement.scope.kind == "build" for requirement in manifest.requirements)
    if not isinstance(stated_package, bool) and not package and _is_required(manifest.name, lock):
        return  # what another member requires is installed even so
    if package is ("virtual" in table(own.get("source"))):
        what = "the project was not a package" if package else "the project was still a package"
        yield Difference(f"{what} when it was made", place(manifest, "package", place(manifest, "build-backend", where)))


def _is_required(name: str | None, lock: Lock) -> bool:
    """Whether another member, or a group of the workspace's root, may require a member; overrides and what older locks keep may as well."""
    if not lock.manifest.get("members"):
        return False
    if not lock.requiring:
        for requiring, required in _edges(lock):
            lock.requiring.setdefault(required, set()).add(requiring)
    return bool(lock.requiring.get(name or "", set()) - {name})


def _edges(lock: Lock) -> Iterator[tuple[str, str]]:
    """Who requires what, once for each place that notes it; an empty name for the workspace."""
    for listed in (lock.manifest.get("overrides"), *table(lock.manifest.get("dependency-groups")).values()):
        yield from (("", canonical(str(entry.get("name")))) for entry in tables(listed))
    for key, packages in lock.packages.items():
        for package in packages:
            metadata = table(package.get("metadata"))
            lists = [package.get("dependencies"), metadata.get("requires-dist"), *table(package.get("optional-dependencies")).values()]
            lists += [*table(package.get("dev-dependencies")).values(), *table(metadata.get("requires-dev")).values()]
            for listed in lists:
                yield from ((key, canonical(str(entry.get("name")))) for entry in tables(listed))


def _requirements(lock: Lock, own: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    if {"dependencies", "optional-dependencies"} & set(manifest.dynamic):
        return
    metadata = table(own.get("metadata"))
    if "requires-dist" not in metadata and not metadata:
        listed = any(requirement.scope.kind in ("main", "extra") for requirement in manifest.requirements)
        if listed and (own.get("dependencies") or own.get("optional-dependencies")):
            # A lock of before the metadata was noted, or one made without it.
            from venvls.manifests.uv.edges import of_requirements

            yield from of_requirements(lock, own, manifest, place(manifest, "dependencies"), facts)
            return
    asked = [requirement for requirement in manifest.requirements if requirement.scope.kind in ("main", "extra")]
    noted_needs, gone = tables(metadata.get("requires-dist")), place(manifest, "dependencies")
    if manifest.dynamic and any(manifest.self_extras.values()):
        # What is noted then is what the build made of it, and some backends put in place of an extra of the project's own what it holds.
        spread = [each for requirement in asked for each in _spread(requirement, manifest)]
        if next(compare(dict.fromkeys(spread), noted_needs, lock, manifest, facts, gone=gone), None) is None:
            asked = []
            noted_needs = []
    yield from compare(asked, noted_needs, lock, manifest, facts, gone=gone)
    extras = {group.key for group in manifest.groups if group.kind == "extra"}
    if "provides-extras" in metadata or lock.revision >= EXTRAS_NOTED:
        noted = set(names(metadata.get("provides-extras")))
        for group in manifest.groups:
            if group.kind == "extra" and group.key not in noted:
                yield Difference(f"the extra `{group.name}` is not in it", group.span)
        for extra in sorted(noted - extras):
            yield Difference(f"it has an extra `{extra}` that is not defined here", manifest.first_statement)


def _spread(requirement: Requirement, manifest: Manifest) -> list[Requirement]:
    """The requirement itself, or in place of extras of the project's own all that these hold, as required by the same extra."""
    if requirement.parsed.key != manifest.name or not requirement.parsed.extras:
        return [requirement]
    wanted = {*map(canonical, requirement.parsed.extras), *manifest.self_extras.get(requirement.scope, ())}
    held = [each for each in manifest.requirements if each.scope.kind == "extra" and each.scope.name in wanted]
    return [each._replace(scope=requirement.scope) for each in held if each.parsed.key != manifest.name]


def _groups(lock: Lock, own: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    if "metadata" not in own and own.get("dev-dependencies"):
        from venvls.manifests.uv.edges import of_groups

        yield from of_groups(lock, own, manifest, facts)
    else:
        noted = {canonical(name): tables(listed) for name, listed in table(table(own.get("metadata")).get("requires-dev")).items()}
        yield from _compare_groups(noted, lock, manifest, facts)
    if _other_pythons(table(own.get("group-requires-python")), manifest):
        yield Difference("`requires-python` of a group was different", place(manifest, "dependency-groups", manifest.first_statement))
    if lock.revision >= _DEFAULTS_NOTED:
        wanted, before = defaults.default_groups(manifest), defaults.read(own.get("default-groups"))
        if wanted.all_groups != before.all_groups or set(wanted.groups) != set(before.groups):
            yield Difference("`default-groups` was different", place(manifest, "default-groups"))


def _loose_groups(lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """The groups of a workspace's root that is not a project."""
    noted = {canonical(name): tables(listed) for name, listed in table(lock.manifest.get("dependency-groups")).items()}
    yield from _compare_groups(noted, lock, manifest, facts, loose=True)


def _compare_groups(
    noted: dict[str, list[Table]], lock: Lock, manifest: Manifest, facts: Facts, *, loose: bool = False
) -> Iterator[Difference]:
    reach = manifest.members
    by_group: dict[str, list[Requirement]] = {}
    for requirement in manifest.requirements:
        if requirement.scope.kind == "group" and requirement.scope.name is not None:
            by_group.setdefault(requirement.scope.name, []).append(requirement)
    groups = {group.key: group for group in manifest.groups if group.kind == "group"}
    legacy = _only_of_dev(by_group.get("dev", ()), manifest)
    for key, group in groups.items():
        asked = by_group.get(key, []) + [each for member in reach.get(key, ()) for each in by_group.get(member, ()) if each not in legacy]
        if key not in noted:
            if asked or (not loose and lock.revision >= GROUPS_NOTED):
                yield Difference(f"the group `{group.name}` is not in it", group.span)
            continue
        more = _bounds_of_groups(key, asked, reach, manifest)
        yield from compare(list(dict.fromkeys(asked)), noted[key], lock, manifest, facts, gone=group.span, group=key, more=more)
    for key in sorted(noted.keys() - groups.keys()):
        yield Difference(f"it has a group `{key}` that is not defined here", manifest.first_statement)


def _only_of_dev(listed: Iterable[Requirement], manifest: Manifest) -> list[Requirement]:
    """What ``dev-dependencies`` adds to the group ``dev``, and to none that includes it."""
    texts = uv_table(manifest).get("dev-dependencies")
    texts = {text.strip() for text in texts if isinstance(text, str)} if isinstance(texts, list) else set()
    return [requirement for requirement in listed if requirement.parsed.text in texts] if texts else []


def _bounds_of_groups(
    key: str, asked: list[Requirement], reach: Mapping[str, tuple[str, ...]], manifest: Manifest
) -> dict[int, str | None]:
    """The bounds on the Python (``[tool.uv.dependency-groups]``) that uv writes into the markers of a group's requirements: those of the
    group, and of the one that states the requirement. ``None`` where a group between them has some as well."""
    stated = table(uv_table(manifest).get("dependency-groups"))
    bound = {canonical(name): table(group_settings).get("requires-python") for name, group_settings in stated.items()}
    markers_by_requirement: dict[int, str | None] = {}
    for requirement in asked if bound else ():
        member = str(requirement.scope.name)
        between = [name for name in reach.get(key, ()) if name != member and bound.get(name) and member in reach.get(name, ())]
        markers = [_python_marker(text) for name in dict.fromkeys((key, member)) if isinstance(text := bound.get(name), str)]
        markers_by_requirement[id(requirement)] = None if between else " and ".join(markers)
    return markers_by_requirement


def _other_pythons(noted: Table, manifest: Manifest) -> bool:
    """Whether the groups have other bounds on the Python; a lock that notes none may be of a uv that did not. Those of a group are its
    own with those of all that it includes."""
    reach = manifest.members
    stated = {
        canonical(name): table(group_settings).get("requires-python")
        for name, group_settings in table(uv_table(manifest).get("dependency-groups")).items()
    }
    for key in {group.key for group in manifest.groups if group.kind == "group"} if noted else ():
        own = ",".join(str(stated[group]) for group in (key, *reach.get(key, ())) if stated.get(group))
        before = next((str(value) for name, value in noted.items() if canonical(name) == key), "")
        if bounds(own) != bounds(before):
            return True
    return False


def _python_marker(specifier: str) -> str:
    clauses = re.findall(r"(===|==|~=|!=|<=|>=|<|>)\s*([^\s,]+)", specifier)
    return " and ".join(f"python_full_version {operator} '{version}'" for operator, version in clauses)


def _python(lock: Lock, manifest: Manifest, *, alone: bool) -> Iterator[Difference]:
    noted = lock.value.get("requires-python")
    if manifest.requires_python is None or not isinstance(noted, str):
        return
    (lower, upper), (low, high) = bounds(manifest.requires_python.specifier), bounds(noted)
    if alone and (lower, upper) == (low, high):
        return
    if not alone and (lower is None or low is None or low >= lower) and (upper is None or (high is not None and high <= upper)):
        return
    yield Difference(f"`requires-python` was {noted}", manifest.requires_python.span)


def _default_python(lock: Lock, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    noted = lock.value.get("requires-python")
    if manifest.requires_python is not None or not isinstance(noted, str):
        return
    from venvls.manifests.uv.default_python import other_default

    python = other_default(lock, noted, manifest, facts)
    if python is not None:
        yield Difference(f"`requires-python` was {noted}, and without one uv takes {python}", manifest.first_statement)
