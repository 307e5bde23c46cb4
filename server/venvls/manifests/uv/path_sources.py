"""Packages of a uv.lock that come from folders outside its workspace: uv reads their pyproject.toml again, and so is it here.

Only what is stated there is compared: what a build makes is not known. Nothing of such a file is shown but the package's name.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.decode import decode
from venvls.manifests.uv.difference import Difference, compare
from venvls.manifests.uv.reading import Lock, Table, names, table, tables
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
    if isinstance(version, str) and isinstance(noted, str) and version != noted and "version" not in dynamic:
        return f"{key} in {place} had another version when it was made"
    metadata = table(package.get("metadata"))
    if not project or dynamic:
        return None
    if "metadata" not in package and package.get("dependencies"):
        from venvls.manifests.uv.edges import of_dependencies

        asked = [requirement for requirement in _stated(project) if requirement.scope == MAIN]
        own = Manifest(folder, "pyproject.toml", Text(""), name=key)
        same = of_dependencies(asked, tables(package.get("dependencies")), own)
        return None if same else f"{key} in {place} required something else when it was made"
    own = Manifest(path.join(folder, "pyproject.toml"), "pyproject.toml", Text(text), tool=table(value.get("tool")))
    different = next(compare(list(_stated(project)), tables(metadata.get("requires-dist")), lock, own, None, gone=_NOWHERE), None)
    return f"{key} in {place} required something else when it was made" if different is not None else None


def _stated(project: Table) -> Iterator[Requirement]:
    lists = [(MAIN, project.get("dependencies"))]
    lists += [(Scope("extra", canonical(extra)), listed) for extra, listed in table(project.get("optional-dependencies")).items()]
    for scope, listed in lists:
        for text in names(listed):
            yield Requirement(parse_requirement(text.strip(), lenient_path=False), _NOWHERE, _NOWHERE, scope)


def _where(key: str, manifest: Manifest) -> Span:
    return next((requirement.span for requirement in manifest.requirements if requirement.parsed.key == key), manifest.first_statement)
