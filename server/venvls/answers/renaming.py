"""A dependency group or an extra under another name: every place that has to change with it, and the files that are left to the person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from venvls.answers.place import Subject
from venvls.answers.places import Place, group_places
from venvls.answers.stated import own_names
from venvls.manifests.places.group_names import named_in_toml
from venvls.model.action import TextEdit
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_TOML = frozenset({"pyproject.toml", "hatch.toml", "tox.toml"})
_LEFT = re.compile(
    r"noxfile\.py|tox\.ini|setup\.cfg|Makefile|[jJ]ustfile|README[^/]*|CONTRIBUTING[^/]*"
    r"|\.gitlab-ci\.yml|\.readthedocs\.ya?ml|azure-pipelines\.yml"
)
_LARGEST = 1_000_000


class Renaming(NamedTuple):
    """The edits, and the files that name it and are not edited. ``problem`` is a sentence where it cannot be renamed so."""

    edits: tuple[TextEdit, ...] = ()
    left: tuple[str, ...] = ()
    problem: str | None = None


def meant(subject: Subject | None, facts: Facts) -> tuple[str, Literal["group", "extra"]] | None:
    """The group or extra that is at a place, by its PEP 503 name; ``None`` where none of this project does."""
    if subject is None:
        return None
    name = canonical(subject.text)
    kind: Literal["group", "extra"] = "extra" if subject.kind == "extra" or (subject.group and subject.group.kind == "extra") else "group"
    if subject.kind == "extra" and subject.key not in own_names(facts):
        return None
    if subject.kind not in ("group", "extra"):
        return None
    defined = any(group.key == name and group.kind == kind for manifest in facts.manifests.values() for group in manifest.groups)
    return (name, kind) if defined else None


def renamed(name: str, kind: Literal["group", "extra"], new: str, facts: Facts, everywhere: Iterable[Facts]) -> Renaming:
    """Every edit that gives the group or extra the name ``new``. ``everywhere`` are the facts of all projects of the workspace."""
    if not _NAME.fullmatch(new):
        return Renaming(problem=f"`{new}` is not a name for {_article(kind)}: letters, digits, and `-`, `_`, `.` between them.")
    taken = {group.key for manifest in facts.manifests.values() for group in manifest.groups if group.kind == kind} - {name}
    if canonical(new) in taken:
        return Renaming(problem=f"There is {_article(kind)} `{new}` already.")
    broken = [path for path, manifest in facts.manifests.items() if not manifest.complete]
    if broken:
        return Renaming(problem=f"{facts.files.path.basename(broken[0])} does not parse as it is now: fix that first.")
    places = dict.fromkeys(_places(name, kind, facts, everywhere))
    edits = tuple(TextEdit(path, span, new) for path, span in places)
    return Renaming(edits, tuple(_left(name, {path for path, _ in places}, facts)))


def _article(kind: str) -> str:
    return "an extra" if kind == "extra" else "a group"


def _places(name: str, kind: str, facts: Facts, everywhere: Iterable[Facts]) -> Iterator[Place]:
    for manifest in facts.manifests.values():
        if manifest.path in facts.outside:
            continue
        yield from (_inside(place, manifest.text.source) for place in group_places(manifest, name, kind, facts))
        if manifest.format in _TOML:
            yield from (Place(manifest.path, span) for span in named_in_toml(manifest.text, name, kind))
    for other in everywhere if kind == "extra" else ():
        for manifest in other.manifests.values():
            if manifest.path not in facts.manifests and manifest.path not in other.outside:
                yield from group_places(manifest, name, kind, facts)


def _inside(place: Place, source: str) -> Place:
    """The name itself, where its place has quotes around it."""
    start, end = place.span
    quoted = end - start > 2 and source[start] in "\"'" and source[end - 1] == source[start]
    return Place(place.path, Span(start + 1, end - 1)) if quoted else place


def _left(name: str, edited: set[str], facts: Facts) -> Iterator[str]:
    """Files of the project that a person would look through: they name it as a word, next to the names of tools."""
    files, root = facts.files, facts.project.root
    folders = (root, files.path.join(root, ".github", "workflows"))
    word = re.compile(rf"(?i)(?<![A-Za-z0-9._-]){re.escape(name).replace('-', '[-_.]')}(?![A-Za-z0-9_-])")
    for folder in folders:
        for entry in sorted(files.list(folder) or ()):
            path: str = files.path.join(folder, entry.name)
            wanted = folder != root or _LEFT.fullmatch(entry.name)
            data = files.read(path, _LARGEST) if wanted and entry.kind == "file" and path not in edited else None
            if data is not None and word.search(data.decode("utf-8", "replace")):
                yield path
