"""Edits of tables that state requirements as ``name = "versions"`` (Poetry, Pipenv): one more, other versions, one less. Text in, edit out.

As in :mod:`pyproject.edits` every edit is tried before it is given, and where none does what is wanted the edit given changes nothing.
"""

from __future__ import annotations

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml import Path, TomlText, read
from venvls.manifests.syntax.toml_edits import Change, applied, new_pairs, quoted
from venvls.model.action import TextEdit
from venvls.model.hints import Any
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.requirement import Requirement
from venvls.model.text import Span


def insert(manifest: Manifest, toml: TomlText, table: Path, text: str) -> TextEdit:
    """The PEP 508 requirement ``text`` at the end of ``table``, which is made where it is missing."""
    parsed = parse_requirement(text, lenient_path=False)
    known = toml.get(table)
    if parsed.error or parsed.name is None or parsed.key is None or parsed.url is not None or not toml.complete:
        return nothing(manifest)
    if isinstance(known, dict) and parsed.key in {canonical(name) for name in known}:
        return nothing(manifest)
    version = parsed.specifier.replace(" ", "") or "*"
    value: object = version
    written = quoted(version)
    if parsed.extras or parsed.marker:
        parts: dict[str, object] = {"version": version}
        fields = [f"version = {quoted(version)}"]
        if parsed.extras:
            parts["extras"] = list(parsed.extras)
            fields.append(f"extras = [{', '.join(map(quoted, parsed.extras))}]")
        if parsed.marker:
            parts["markers"] = parsed.marker
            fields.append(f"markers = {quoted(parsed.marker)}")
        value, written = parts, f"{{{', '.join(fields)}}}"
    return tried(manifest, toml, new_pairs(toml, table, [(parsed.name, written)]), (*table, parsed.name), value)


Place = tuple[TomlText, Path]
"""Where in a file's values a requirement of it stands."""


def replace_specifier(manifest: Manifest, place: Place | None, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions for the requirement at ``place``, in the place of those it has."""
    if place is None or requirement.parsed.error or requirement.parsed.url is not None:
        return nothing(manifest)
    toml, path = place
    if isinstance(toml.get(path), dict):
        path = (*path, "version")
    characters = toml.characters(path)
    wanted = new_specifier.replace(" ", "") or "*"
    if characters is None:
        return nothing(manifest)
    return tried(manifest, toml, Change(characters.inner, wanted), path, wanted)


def remove(manifest: Manifest, place: Place | None, requirement: Requirement) -> TextEdit:
    """The requirement at ``place`` taken out with its line, or with the table that is its own."""
    if place is None or isinstance(place[1][-1], int):
        return nothing(manifest)
    toml, path = place
    return tried(manifest, toml, Change(requirement.statement, ""), path, _GONE)


def tried(manifest: Manifest, toml: TomlText, change: Change | None, path: Path, value: object) -> TextEdit:
    """The change as an edit, if the text then says ``value`` at ``path``, and else what it said before."""
    if change is None:
        return nothing(manifest)
    after = read(applied(toml.source, change))
    import copy

    expected: dict[str, Any] = copy.deepcopy(toml.value)
    inner: Any = expected
    for part in path[:-1]:
        inner = inner.setdefault(part, {}) if isinstance(inner, dict) else inner[part]
    if value is _GONE:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    if after.value != expected or (toml.complete and not after.complete):
        return nothing(manifest)
    return TextEdit(manifest.path, change.span, change.new)


def nothing(manifest: Manifest) -> TextEdit:
    """The edit that changes nothing."""
    return TextEdit(manifest.path, Span(0, 0), "")


_GONE = object()
