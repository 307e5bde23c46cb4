"""A dependency group or an extra under another name: every place that has to change with it, and the files that are left to the person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from venvls.answers.place import Subject
from venvls.answers.places import Place, group_places
from venvls.answers.stated import own_names
from venvls.manifests.places.group_names import named_in_ini, named_in_python, named_in_toml
from venvls.model.action import TextEdit
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_TOML = frozenset({"pyproject.toml", "hatch.toml", "pixi.toml", "tox.toml"})
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
    heads = [
        inside(name, Place(manifest.path, group.span), manifest.text.source)
        for manifest in facts.manifests.values()
        for group in manifest.groups
        if group.key == name and group.kind == kind
    ]
    # A group can be one by its place alone (Pipenv's dev-packages, uv's dev-dependencies, an environment of Hatch's).
    written = {canonical(facts.manifests[path].text.source[span.start : span.end]) for path, span in heads}
    return (name, kind) if written == {name} else None


def renamed(
    name: str,
    kind: Literal["group", "extra"],
    new: str,
    facts: Facts,
    everywhere: Iterable[Facts],
    text_of: Callable[[str], str | None],
) -> Renaming:
    """Every edit that gives the group or extra the name ``new``. ``everywhere`` are the facts of all projects of the workspace, ``text_of``
    gives the text of a file that is no manifest of them, as the editor has it."""
    if not _NAME.fullmatch(new):
        return Renaming(problem=f"`{new}` is not a name for {_article(kind)}: letters, digits, and `-`, `_`, `.` between them.")
    taken = {group.key for manifest in facts.manifests.values() for group in manifest.groups if group.kind == kind} - {name}
    if canonical(new) in taken:
        return Renaming(problem=f"There is {_article(kind)} `{new}` already.")
    broken = [path for path, manifest in facts.manifests.items() if not manifest.complete]
    if broken:
        return Renaming(problem=f"{facts.files.path.basename(broken[0])} does not parse as it is now: fix that first.")
    places = list(dict.fromkeys((*_places(name, kind, facts, everywhere), *_of_tools(name, kind, facts, text_of))))
    edits = tuple(TextEdit(path, span, new) for path, span in places)
    return Renaming(edits, tuple(_left(name, places, facts, text_of)))


def _article(kind: str) -> str:
    return "an extra" if kind == "extra" else "a group"


def _places(name: str, kind: str, facts: Facts, everywhere: Iterable[Facts]) -> Iterator[Place]:
    for manifest in facts.manifests.values():
        if manifest.path in facts.outside:
            continue
        yield from (inside(name, place, manifest.text.source) for place in group_places(manifest, name, kind, facts))
        if manifest.format in _TOML:
            yield from (Place(manifest.path, span) for span in named_in_toml(manifest.text, name, kind))
    for other in everywhere if kind == "extra" else ():
        for manifest in other.manifests.values():
            if manifest.path not in facts.manifests and manifest.path not in other.outside:
                yield from group_places(manifest, name, kind, facts, other)


def _of_tools(name: str, kind: str, facts: Facts, text_of: Callable[[str], str | None]) -> Iterator[Place]:
    """The places in tox.ini, tox.toml and noxfile.py."""
    own = own_names(facts)
    for file in ("tox.ini", "tox.toml", "noxfile.py"):
        path: str = facts.files.path.join(facts.project.root, file)
        source = text_of(path) if path not in facts.manifests or file == "tox.ini" else None
        if not source:
            continue
        if file == "tox.ini":
            spans = named_in_ini(Text(source), name, kind, own)
        else:
            spans = named_in_toml(Text(source), name, kind) if file == "tox.toml" else named_in_python(source, name, kind, own)
        yield from (Place(path, span) for span in spans)


def inside(name: str, place: Place, source: str) -> Place:
    """The name itself, where its place has quotes around it, or is the whole head of a table of Poetry's or pixi's."""
    start, end = place.span
    head = re.match(r"\s*\[[^\]\n]*\b(?:group|feature)\.[\"']?([A-Za-z0-9_-]+)", source[start:end])
    if head is not None and canonical(head[1]) == name:
        return Place(place.path, Span(start + head.start(1), start + head.end(1)))
    quoted = end - start > 2 and source[start] in "\"'" and source[end - 1] == source[start]
    return Place(place.path, Span(start + 1, end - 1)) if quoted else place


def _left(name: str, places: Iterable[Place], facts: Facts, text_of: Callable[[str], str | None]) -> Iterator[str]:
    """Files of the project that a person would look through: they name it as a word, next to the names of tools."""
    files, root = facts.files, facts.project.root
    edited: dict[str, list[Span]] = {}
    for place in places:
        edited.setdefault(place.path, []).append(place.span)
    folders = (root, files.path.join(root, ".github", "workflows"))
    word = re.compile(rf"(?i)(?<![A-Za-z0-9._-]){re.escape(name).replace('-', '[-_.]')}(?![A-Za-z0-9_-])")
    for folder in folders:
        for entry in sorted(files.list(folder) or ()):
            path: str = files.path.join(folder, entry.name)
            wanted = folder != root or _LEFT.fullmatch(entry.name)
            if not wanted or entry.kind != "file" or path in facts.manifests:
                continue
            source = text_of(path) if path in edited else (files.read(path, _LARGEST) or b"").decode("utf-8", "replace")
            spans = edited.get(path, ())
            if any(not any(span.start <= match.start() < span.end for span in spans) for match in word.finditer(source or "")):
                yield path
