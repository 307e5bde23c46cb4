"""Where what is at a place is defined, and where else the same is named: in manifests, locks, includes, environments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venvls.answers.place import Subject
from venvls.answers.shortest import shortest
from venvls.answers.stated import Statement, by_name, own_names
from venvls.model.facts import Facts
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import ParsedRequirement
from venvls.model.text import Span
from venvls.rules.dependencies import installed_as
from venvls.rules.local_projects import project_name

_START = Span(0, 0)
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")


class Place(NamedTuple):
    """A stretch of a file."""

    path: str
    span: Span


def definitions(subject: Subject, path: str, facts: Facts) -> list[Place]:
    """Where a subject that is in the file at ``path`` is decided: the nearest first, nothing twice."""
    return list(dict.fromkeys(_definitions(subject, path, facts)))


def references(subject: Subject, facts: Facts, everywhere: Iterable[Facts]) -> list[Place]:
    """Every place that names the same: a package in all projects of the workspace, a group or extra in its own."""
    if subject.kind in ("group", "extra") and (subject.kind == "group" or subject.key in own_names(facts)):
        name = canonical(subject.text)
        kind = subject.group.kind if subject.group is not None else "extra" if subject.kind == "extra" else "group"
        return list(dict.fromkeys(place for manifest in _own(facts) for place in group_places(manifest, name, kind, facts)))
    if subject.key is None or subject.kind in ("include", "option", "python"):
        return []
    places = (place for each in everywhere for place in (*_stated(subject.key, each), *_locked(subject.key, each)))
    return list(dict.fromkeys(places))


def group_places(manifest: Manifest, key: str, kind: str, facts: Facts, reader: Facts | None = None) -> Iterator[Place]:
    """Every place in a manifest that names a group or an extra of the project of ``facts``: where it is defined, where others include it,
    ``me[extra]``, ``.[extra]``. ``reader`` are the facts that the manifest belongs to, where these are another project's."""
    from venvls.answers.place import by_requirement, extras_of

    for group in manifest.groups if reader is None else ():
        if group.key == key and group.kind == kind:
            yield Place(manifest.path, group.span)
        if kind == "group":
            yield from (Place(manifest.path, span) for name, span in group.includes if canonical(name) == key)
    own = own_names(facts)
    for requirement in manifest.requirements if kind == "extra" else ():
        statement = by_requirement(reader or facts).get(id(requirement))
        named = (statement.key if statement is not None else requirement.parsed.key) in own
        if named or _is_project(requirement.parsed, manifest.path, facts):
            yield from (Place(manifest.path, span) for word, span in extras_of(requirement) if canonical(word) == key)


def _is_project(parsed: ParsedRequirement, path: str, facts: Facts) -> bool:
    """Whether a requirement is the project's own folder: ``.[extra]``."""
    if parsed.key is not None or parsed.url is None or "$" in parsed.url:
        return False
    from venvls.rules.sources import parse_source

    source = parse_source(parsed.url, facts.files.path.dirname(path), facts.files.path)
    return source is not None and source.kind == "path" and source.place == facts.project.root


def _definitions(subject: Subject, path: str, facts: Facts) -> Iterator[Place]:
    if subject.kind == "include":
        if subject.link is not None and subject.link.target is not None and subject.link.failure is None:
            yield Place(subject.link.target, _START)
    elif subject.kind == "group" or (subject.kind == "extra" and subject.key in own_names(facts)):
        name, kind = canonical(subject.text), "extra" if subject.kind == "extra" else "group"
        kind = subject.group.kind if subject.group is not None else kind
        for manifest in _own(facts):
            yield from (Place(manifest.path, group.span) for group in manifest.groups if group.key == name and group.kind == kind)
    elif subject.kind == "locked" and subject.key is not None:
        leading = shortest(facts).get(subject.key)
        yield from _stated(subject.key, facts) if subject.key in by_name(facts) else _place(leading)
        yield from _record(subject.key, facts)
    elif subject.kind in ("requirement", "extra") and subject.key is not None:
        yield from _project_of(subject, path, facts)
        yield from _locked(subject.key, facts)
        bounds = (each for each in by_name(facts).get(subject.key, ()) if each.bound and not each.hidden)
        yield from (Place(each.path, each.requirement.place_of_name) for each in bounds)
        yield from _record(subject.key, facts)


def _stated(key: str, facts: Facts) -> Iterator[Place]:
    return (Place(each.path, each.requirement.place_of_name) for each in by_name(facts).get(key, ()) if not each.hidden)


def _place(statement: Statement | None) -> Iterator[Place]:
    if statement is not None and not statement.hidden:
        yield Place(statement.path, statement.requirement.place_of_name)


def _locked(key: str, facts: Facts) -> Iterator[Place]:
    lock = facts.locked
    if lock is not None and key in lock.packages:
        yield Place(lock.path, lock.locate(key))


def _record(key: str, facts: Facts) -> Iterator[Place]:
    """The METADATA of what is installed."""
    distribution = installed_as(facts, key)
    if distribution is None:
        return
    inside = {"dist-info": "METADATA", "egg-info": "PKG-INFO"}.get(distribution.format)
    place = facts.files.path.join(distribution.path, inside) if inside is not None else distribution.path
    standing = facts.files.stat(place)
    if standing is not None and standing.kind == "file":
        yield Place(place, _START)


def _project_of(subject: Subject, path: str, facts: Facts) -> Iterator[Place]:
    """The manifest of the local project that a requirement names: by its path, as a member of the workspace, or the project itself."""
    files = facts.files
    folders: list[str] = []
    parsed = subject.statement.requirement.parsed if subject.statement is not None else None
    if parsed is not None and parsed.url is not None and "$" not in parsed.url:
        from venvls.rules.sources import parse_source

        source = parse_source(parsed.url, files.path.dirname(path), files.path)
        if source is not None and source.kind == "path":
            folders.append(files.path.join(source.place, source.subdirectory) if source.subdirectory else source.place)
    if not folders:
        folders += [folder for folder in _editable(subject.key, facts) if canonical(project_name(folder, files) or "") == subject.key]
    for folder in folders:
        for name in _MANIFESTS:
            standing = files.stat(files.path.join(folder, name))
            if standing is not None and standing.kind == "file":
                yield Place(files.path.join(folder, name), _START)
                break


def _editable(key: str | None, facts: Facts) -> Iterator[str]:
    """The folder of a package that is locked or installed from one."""
    from venvls.rules.sources import parse_source

    lock = facts.locked
    locked = lock.packages.get(key) if lock is not None and key is not None else None
    if locked is not None and locked.source.kind in ("editable", "path") and locked.source.url is not None:
        source = parse_source(locked.source.url, "", facts.files.path)
        if source is not None and source.kind == "path":
            yield source.place


def _own(facts: Facts) -> Iterator[Manifest]:
    return (facts.manifests[path] for path in facts.project.manifests if path in facts.manifests)
