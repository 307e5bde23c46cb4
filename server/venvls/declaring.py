"""A requirement put into the manifest where a person is, or taken out of it: which file is meant, and its edits."""

from __future__ import annotations

from collections.abc import Sequence

from venvls import discovery, manifests
from venvls.actions.main_list import main_list, written
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.action import TextEdit
from venvls.model.facts import Facts
from venvls.model.manifest import Hint, Manifest
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.redact import redact
from venvls.model.requirement import MAIN, ParsedRequirement, Requirement, Scope
from venvls.model.text import Span, Text, quoted
from venvls.standards import markers

_WITH_GROUPS = ("Pipfile", "pixi.toml")
"""Formats whose groups have tables of their own, and that know no extras."""


class Declared(NamedTuple):
    """The manifest that is edited and the edits; a ``problem`` is a sentence that says why there are none."""

    path: str = ""
    edits: tuple[TextEdit, ...] = ()
    problem: str | None = None


def edits(
    texts: Sequence[str], facts: Facts, *, undo: bool = False, group: str | None = None, extra: str | None = None, path: str | None = None
) -> Declared:
    """The edits that add ``texts`` (PEP 508), or take the named requirements out for ``undo``.

    A name that is there already gets the new versions in its place. ``path`` names the manifest; else it is the one of ``group``,
    else the project's main one; a compiled file is never edited, its source is.
    """
    manifest, problem = _manifest(facts, group, extra, path)
    if manifest is None:
        return Declared(problem=problem)
    scope = _scope(manifest, facts, group, extra)
    if scope is None:
        kind, name = ("group", group) if group else ("extra", extra)
        place = f"{manifest.path} has no place for the {kind} {quoted(name or '')}"
        return Declared(problem=f"{place}: name another file, or leave the {kind} out.")
    now = manifest
    made: list[TextEdit] = []
    for text in texts:
        parsed = parse_requirement(text)
        if parsed.error is not None or parsed.key is None:
            shown = redact(text)
            named = f"it has no package name. Write `NAME @ {shown}`." if parsed.url is not None else "it has no package name"
            return Declared(problem=f"`{shown}` is not a valid requirement: {parsed.error or named}")
        standing = _standing(now, parsed.key, scope)
        if undo and not standing and not _standing(manifest, parsed.key, scope):
            return Declared(problem=f"{parsed.key} is not in {manifest.path}.")
        alike = [requirement for requirement in standing if _condition(requirement.parsed) == _condition(parsed)]
        if not undo and standing and (not _may_join(parsed, standing) if not alike else _differs(parsed, alike[0].parsed)):
            # An edit of its versions would not say it, and another line next to it would contradict it.
            return Declared(problem=f"{parsed.key} cannot be changed: {manifest.path} already lists it differently; remove it first.")
        for _ in standing if undo else ("once",):
            # Each edit is worked out where the ones before it have been made: two of one list may need the same comma.
            edit = _removed(now, parsed.key, scope) if undo else _changed(now, alike[0], parsed) if alike else _inserted(now, text, scope)
            if edit is None:
                continue
            if edit.span.start == edit.span.end and not edit.new:
                return Declared(problem=f"{manifest.path} cannot be edited safely: change it by hand.")
            made.append(edit)
            now = _after(now, edit)
    return Declared(manifest.path, tuple(made) if len(made) < 2 else (_difference(manifest, now.text.source),))


def _manifest(facts: Facts, group: str | None, extra: str | None, path: str | None) -> tuple[Manifest | None, str]:
    project = facts.project
    if path is not None:
        loaded = facts.manifests.get(path)
        return loaded, f"{path} is not a manifest of the project at {project.root}."
    own = [
        facts.manifests[named_path] for named_path in project.manifests if named_path in facts.manifests and named_path not in facts.outside
    ]
    own = [manifest for manifest in own if not manifest.constraint and manifest.complete]
    pyproject = next((manifest for manifest in own if manifest.format == "pyproject.toml"), None)
    if group is not None:
        wanted = canonical(group)
        named = [
            manifest
            for manifest in own
            if manifest.format.startswith("requirements") and discovery.group_of(manifest.path, facts.files) == wanted
        ]
        if named:
            return written(named[0], facts), ""
    if group is not None or extra is not None:
        kind = "group" if group is not None else "extra"
        return pyproject, f"There is no manifest for the {kind} {quoted(group or extra or '')}: name one with --manifest."
    return main_list(facts), f"No manifest in {project.root} can be edited."


def _scope(manifest: Manifest, facts: Facts, group: str | None, extra: str | None) -> Scope | None:
    """The list of a manifest that is meant; ``None`` where it has none like that."""
    if not group and not extra:
        return MAIN
    wanted = Scope("group", canonical(group)) if group else Scope("extra", canonical(str(extra)))
    if manifest.format == "pyproject.toml" or (manifest.format in _WITH_GROUPS and group):
        return wanted
    if manifest.format.startswith("requirements") and wanted.name == discovery.group_of(manifest.path, facts.files):
        return MAIN
    return None


def _standing(manifest: Manifest, key: str, scope: Scope) -> list[Requirement]:
    """Where the list of ``scope`` names a package, be it one of conda's."""
    keys = (key, f"conda:{key}")
    return [each for each in manifest.requirements if each.parsed.key in keys and _same(each.scope, scope, manifest)]


def _same(present: Scope, scope: Scope, manifest: Manifest) -> bool:
    return present == scope or (manifest.format not in ("pyproject.toml", *_WITH_GROUPS) and present.kind == "main")


def _differs(wanted: ParsedRequirement, present: ParsedRequirement) -> bool:
    """Whether other versions for the one that is there would not make it say what is wanted."""
    return wanted.url != present.url or not set(wanted.extras) <= set(present.extras)


def _condition(parsed: ParsedRequirement) -> object:
    """What two markers have in common that say the same, however they are spaced and quoted."""
    return (markers.read(parsed.marker) or parsed.marker) if parsed.marker else None


def _may_join(wanted: ParsedRequirement, standing: Sequence[Requirement]) -> bool:
    """Whether a line more for the same package says something of its own: each of them is under another condition."""
    return bool(wanted.marker) and all(each.parsed.marker for each in standing)


def _changed(manifest: Manifest, requirement: Requirement, wanted: ParsedRequirement) -> TextEdit | None:
    if wanted.url is not None or requirement.parsed.specifier == wanted.specifier or not wanted.specifier:
        return None
    return manifests.replace_specifier(manifest, requirement, wanted.specifier)


def _removed(manifest: Manifest, key: str, scope: Scope) -> TextEdit | None:
    """The edit that takes the first of the requirements for a package out."""
    standing = _standing(manifest, key, scope)
    return manifests.remove_statement(manifest, standing[0]) if standing else None


def _inserted(manifest: Manifest, text: str, scope: Scope) -> TextEdit:
    if manifest.format == "pyproject.toml":
        from venvls.manifests.pyproject import edits as pyproject_toml

        return pyproject_toml.insert_requirement(manifest, text, scope)
    if manifest.format == "Pipfile":
        from venvls.manifests.pipenv import manifest as pipfile

        return pipfile.insert_requirement(manifest, text, scope)
    if manifest.format == "pixi.toml":
        from venvls.manifests.pixi import manifest as pixi_toml

        return pixi_toml.insert_requirement(manifest, text, scope)
    return manifests.insert_requirement(manifest, text)


def _after(manifest: Manifest, edit: TextEdit) -> Manifest:
    """The manifest as it is with an edit."""
    source = manifest.text.source
    after = Text(source[: edit.span.start] + edit.new + source[edit.span.end :])
    hint: Hint = manifest.own.part
    if hint is None and manifest.format.startswith("requirements"):
        hint = "constraints" if manifest.constraint else "requirements"
    return manifests.parse(manifest.path, after, hint)


def _difference(manifest: Manifest, new: str) -> TextEdit:
    """The one stretch in which two texts differ, as an edit."""
    old = manifest.text.source
    start = next((index for index, (letter, other) in enumerate(zip(old, new, strict=False)) if letter != other), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = next((back for back in range(most) if old[-1 - back] != new[-1 - back]), most)
    return TextEdit(manifest.path, Span(start, len(old) - end), new[start : len(new) - end])
