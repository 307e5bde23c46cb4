"""Edits of a pyproject.toml: add a requirement or a group, change versions, take a requirement out. Pure: text in, edit out.

Every edit is tried before it is given: the text is parsed with it, and has to say what is wanted and nothing else than before. Where no
edit does that (the file does not parse, a list is not a list, dependencies are dynamic) the edit given changes nothing: its span and its
text are empty.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.draft import element_spans
from venvls.manifests.keyed import edits as keyed_edits
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.pyproject.reading import DEPENDENCIES, EXTRAS, GROUPS, read_tables
from venvls.manifests.syntax.toml import Path, TomlText, read
from venvls.manifests.syntax.toml_edits import Change, applied, insertion, new_list, new_pairs, removal
from venvls.model.action import TextEdit
from venvls.model.hints import Any
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.requirement import MAIN, Requirement, Scope
from venvls.model.text import Span

_SPECIFIER = r"[A-Za-z0-9.,<>=!~*+_ -]*"


def insert_requirement(manifest: Manifest, text: str, scope: Scope = MAIN) -> TextEdit:
    """A requirement more at the end of the list of ``scope``; list and tables are made where they are missing.

    A file without ``[project]`` gets one with the folder's name, since a table without a name is refused by every tool.
    """
    toml = read(manifest.text.source)
    if (table := _poetry_table(toml, scope)) is not None:
        return keyed_edits.insert(manifest, toml, table, text)
    where = _place_of(toml, scope)
    if where is None or not toml.complete or _is_dynamic(toml, scope):
        return _nothing(manifest)
    before = toml.get(where)
    wanted: dict[Path, object] = {where: [*before, text] if isinstance(before, list) else [text]}
    change: Change | None = None
    if isinstance(before, list):
        listed = toml.span_of(where)
        change = None if listed is None else insertion(toml.source, listed, element_spans(toml, where, before), text)
    elif before is None:
        pairs = {str(where[-1]): new_list(toml.source, [text])}
        if where == DEPENDENCIES and toml.get(("project",)) is None:
            name = _folder_name(manifest.path)
            pairs = {"name": f'"{name}"', "version": '"0.1.0"', **pairs}
            wanted |= {("project", "name"): name, ("project", "version"): "0.1.0"}
        if where[0] != "project" or "name" in pairs or toml.get(("project",)) is not None:
            change = new_pairs(toml, where[:-1], tuple(pairs.items()))
    return _tried(manifest, toml, change, wanted)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Another version specifier for a requirement (``""`` for none): in the place of the old one, or of the URL, or after the name."""
    parsed = requirement.parsed
    place = _find(manifest, requirement)
    if place is None or parsed.error or parsed.name_span is None or not re.fullmatch(_SPECIFIER, new_specifier):
        return _nothing(manifest)
    toml, path = place
    if path[:2] == ("tool", "hatch") and "{" in str(toml.get(path)):
        return _nothing(manifest)  # What Hatch fills in is not what is written.
    if path[0] == "tool" and path[1] != "uv":
        return keyed_edits.replace_specifier(manifest, place, requirement, new_specifier)
    value = toml.get(path)
    after = (parsed.extras_span or parsed.name_span).end
    old = parsed.specifier_span or Span(after, parsed.url_span.end if parsed.url_span else after)
    lead = len(value) - len(value.lstrip(" \t"))
    wanted = value[: old.start + lead] + new_specifier + value[old.end + lead :]
    span = toml.locate(path, old.shifted(lead))
    if span is None or parse_requirement(wanted.strip(" \t"), lenient_path=False).error:
        return _nothing(manifest)
    return _tried(manifest, toml, Change(span, new_specifier), {path: wanted})


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """One requirement taken out, so that its list looks as if it had never been there."""
    place = _find(manifest, requirement)
    if place is not None:
        toml, path = place
        if path[0] == "tool" and path[1] != "uv":
            return keyed_edits.remove(manifest, place, requirement)
        where, number = path[:-1], path[-1]
        listed, values = toml.span_of(where), toml.get(where)
        if listed is not None and isinstance(number, int) and isinstance(values, list):
            span = removal(toml.source, listed, element_spans(toml, where, values), number)
            edit = _tried(manifest, toml, Change(span, ""), {where: values[:number] + values[number + 1 :]})
            if edit.span.end > edit.span.start:
                return edit
    return TextEdit(manifest.path, requirement.statement, "")


def _place_of(toml: TomlText, scope: Scope) -> Path | None:
    """Where requirements of ``scope`` are; an existing name is used as it is spelled."""
    if scope.kind == "main":
        return DEPENDENCIES
    if scope.kind == "build":
        return ("build-system", "requires")
    if scope.kind == "constraint" or not scope.name:
        return None
    table = GROUPS if scope.kind == "group" else EXTRAS
    names = toml.get(table)
    spelled = (name for name in names if canonical(name) == canonical(scope.name)) if isinstance(names, dict) else iter(())
    return (*table, next(spelled, scope.name))


def _poetry_table(toml: TomlText, scope: Scope) -> Path | None:
    """The table of ``[tool.poetry]`` that requirements of ``scope`` are kept in, where the project keeps them there."""
    own = toml.get(("tool", "poetry"))
    if not isinstance(own, dict) or scope.kind not in ("main", "group"):
        return None
    if scope.kind == "main":
        project = toml.get(("project",))
        stated = isinstance(project, dict) and (project.get("dependencies") is not None or "dependencies" not in own)
        return None if stated else ("tool", "poetry", "dependencies")
    groups = own.get("group")
    for name, group in groups.items() if isinstance(groups, dict) else ():
        if canonical(name) == scope.name and isinstance(group, dict) and "dependencies" in group:
            return ("tool", "poetry", "group", name, "dependencies")
    return ("tool", "poetry", "dev-dependencies") if scope.name == "dev" and "dev-dependencies" in own else None


def _is_dynamic(toml: TomlText, scope: Scope) -> bool:
    dynamic = toml.get(("project", "dynamic"))
    field = {"main": "dependencies", "extra": "optional-dependencies"}.get(scope.kind)
    return isinstance(dynamic, list) and field in dynamic


def _find(manifest: Manifest, requirement: Requirement) -> tuple[TomlText, Path] | None:
    """Where in the text's values a requirement of this manifest is."""
    draft = read_tables(manifest.text)
    return next(((draft.toml, path) for path, other in draft.requirements if other.span == requirement.span), None)


def _tried(manifest: Manifest, toml: TomlText, change: Change | None, wanted: Mapping[Path, object]) -> TextEdit:
    """The change as an edit, if the text then says what is wanted and else what it said before."""
    if change is None:
        return _nothing(manifest)
    after = read(applied(toml.source, change))
    try:
        same = after.value == _with(toml.value, wanted)
    except RecursionError:  # absurdly deep tables
        same = False
    if not same or (toml.complete and not after.complete):
        return _nothing(manifest)
    return TextEdit(manifest.path, change.span, change.new)


def _with(values: Mapping[str, Any], wanted: Mapping[Path, object]) -> dict[str, Any]:
    """``values`` as they shall be."""
    import copy

    expected: dict[str, Any] = copy.deepcopy(dict(values))
    for path, value in wanted.items():
        inner: Any = expected
        for part in path[:-1]:
            inner = inner.setdefault(part, {}) if isinstance(inner, dict) else inner[part]
        inner[path[-1]] = value
    return expected


def _nothing(manifest: Manifest) -> TextEdit:
    """The edit that changes nothing."""
    return TextEdit(manifest.path, Span(0, 0), "")


def _folder_name(path: str) -> str:
    """A project's name, made from the folder of its pyproject.toml."""
    parts = re.split(r"[\\/]+", path)
    return canonical(re.sub(r"[^A-Za-z0-9._-]+", "-", parts[-2]).strip("-._")) if len(parts) > 1 and parts[-2] else "project"
