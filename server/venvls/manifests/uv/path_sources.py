"""Packages of a uv.lock that come from folders outside its workspace: uv reads their pyproject.toml again, and so is it here. Of those
that come from a wheel or an archive it reads the metadata again: the file has to be there.

Only what is stated there is compared: what a build makes is not known. Nothing of such a file is shown but the package's name.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.decode import decode
from venvls.manifests.uv.difference import Difference, compare
from venvls.manifests.uv.equal import same_version
from venvls.manifests.uv.reading import EXTRAS_NOTED, GROUPS_NOTED, Lock, Table, names, table, tables
from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.requirement import MAIN, Requirement, Scope
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from venvls.model.facts import Facts

_LARGEST = 1_000_000
_NOWHERE = Span(0, 0)


def path_sources(lock: Lock, root: str, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """What is no longer as it was in the folders that packages come from; ``root`` is the lock's folder."""
    for key, package, place in lock.once(path_sources, lambda: list(_from_folders(lock))):
        what = _changed(key, package, place, lock, root, facts) if key != manifest.name else None
        if what is not None:
            yield Difference(what, _where(key, manifest))
    for key, place in lock.once(_from_files, lambda: list(_from_files(lock))):
        if facts.files.stat(facts.files.path.normpath(facts.files.path.join(root, place))) is None:
            yield Difference(f"the file of {key}, {place}, does not exist", _where(key, manifest))


def _from_files(lock: Lock) -> Iterator[tuple[str, str]]:
    """The packages that come from wheels and archives: name, file."""
    for key, packages in lock.packages.items():
        for package in packages:
            if isinstance(place := table(package.get("source")).get("path"), str):
                yield key, place


def _from_folders(lock: Lock) -> Iterator[tuple[str, Table, str]]:
    """The packages that come from folders and are no members: name, package, folder."""
    members = {*names(lock.manifest.get("members"))}
    for key, packages in lock.packages.items():
        for package in packages if key not in members else ():
            source = table(package.get("source"))
            place = source.get("editable") or source.get("directory") or source.get("virtual")
            if isinstance(place, str) and place != ".":
                yield key, package, place


def _changed(key: str, package: Table, place: str, lock: Lock, root: str, facts: Facts) -> str | None:
    path = facts.files.path
    folder = path.normpath(path.join(root, place))
    data = facts.files.read(path.join(folder, "pyproject.toml"), _LARGEST)
    if data is None:
        return f"the folder of {key}, {place}, does not exist" if facts.files.stat(folder) is None else None
    text = decode(data).text
    try:
        value = toml.loads(text)
    except (ValueError, RecursionError):
        return None
    project = table(value.get("project"))
    dynamic = names(project.get("dynamic"))
    version, noted = project.get("version"), package.get("version")
    if isinstance(version, str) and isinstance(noted, str) and "version" not in dynamic and not same_version(version, noted):
        return f"{key} in {place} had another version when it was made"
    if not project:
        return None
    own = Manifest(path.join(folder, "pyproject.toml"), "pyproject.toml", Text(text), tool=table(value.get("tool")))
    if _other_extras(project, package, lock) or _other_groups(value, package, lock, own):
        return f"{key} in {place} had other extras or groups when it was made"
    return f"{key} in {place} required something else when it was made" if _requires_else(key, project, package, lock, own) else None


def _requires_else(key: str, project: Table, package: Table, lock: Lock, own: Manifest) -> bool:
    if project.get("dynamic"):
        return False
    if not _has_notes(lock) or ("metadata" not in package and package.get("dependencies")):
        from venvls.manifests.uv.edges import of_dependencies

        asked = [requirement for requirement in _stated(project) if requirement.scope == MAIN]
        return not of_dependencies(asked, tables(package.get("dependencies")), Manifest(own.path, own.format, Text(""), name=key))
    noted = tables(table(package.get("metadata")).get("requires-dist"))
    return next(compare(list(_stated(project)), noted, lock, own, None, gone=_NOWHERE), None) is not None


def _has_notes(lock: Lock) -> bool:
    """Whether it is a lock with notes of what projects state: whatever comes from a folder is required somewhere, and that is noted."""
    return lock.once(_has_notes, lambda: any("metadata" in package for packages in lock.packages.values() for package in packages))


def _other_extras(project: Table, package: Table, lock: Lock) -> bool:
    noted = table(package.get("metadata")).get("provides-extras")
    if "optional-dependencies" in names(project.get("dynamic")) or not _has_notes(lock) or (noted is None and lock.revision < EXTRAS_NOTED):
        return False
    return {*names(noted)} != {*map(canonical, table(project.get("optional-dependencies")))}


def _other_groups(value: Table, package: Table, lock: Lock, own: Manifest) -> bool:
    """Whether the groups are others, or require something else; those with bounds of their own on the Python only by name."""
    stated = _groups(value)
    if stated is None or not _has_notes(lock):
        return False
    requires = table(table(package.get("metadata")).get("requires-dev"))
    noted = {canonical(group): tables(listed) for group, listed in requires.items()}
    if lock.revision < GROUPS_NOTED:
        stated = {group: asked for group, asked in stated.items() if asked or group in noted}
    if stated.keys() != noted.keys():
        return True
    if "dependency-groups" in table(table(value.get("tool")).get("uv")):
        return False
    return any(
        next(compare(dict.fromkeys(asked), noted[group], lock, own, None, gone=_NOWHERE, group=group), None) is not None
        for group, asked in stated.items()
    )


def _groups(value: Table) -> dict[str, list[Requirement]] | None:
    """What each group requires, with what it includes, and what of old is one more part of ``dev``; ``None`` where this is not valid."""
    stated = {canonical(group): listed for group, listed in table(value.get("dependency-groups")).items()}
    groups: dict[str, list[Requirement]] = {}
    for group in stated:
        asked: list[Requirement] = []
        seen, waiting = {group}, [group]
        while waiting:
            listed = stated.get(waiting.pop())
            if not isinstance(listed, list):
                return None
            asked += _requirements(listed, Scope("group", group))
            inner = {canonical(str(entry.get("include-group"))) for entry in tables(listed)} - seen
            seen |= inner
            waiting += sorted(inner)
        groups[group] = asked
    old = table(table(value.get("tool")).get("uv")).get("dev-dependencies")
    if isinstance(old, list):
        groups.setdefault("dev", []).extend(_requirements(old, Scope("group", "dev")))
    return groups


def _stated(project: Table) -> Iterator[Requirement]:
    lists = [(MAIN, project.get("dependencies"))]
    lists += [(Scope("extra", canonical(extra)), listed) for extra, listed in table(project.get("optional-dependencies")).items()]
    for scope, listed in lists:
        yield from _requirements(listed, scope)


def _requirements(listed: object, scope: Scope) -> list[Requirement]:
    texts = [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []
    return [Requirement(parse_requirement(text.strip(), lenient_path=False), _NOWHERE, _NOWHERE, scope) for text in texts]


def _where(key: str, manifest: Manifest) -> Span:
    return next((requirement.span for requirement in manifest.requirements if requirement.parsed.key == key), manifest.first_statement)
