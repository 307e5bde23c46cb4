"""Edits of what tox's settings ask of one environment: a requirement more in its ``deps``, other versions, one less.

A requirement more is in the environment's own section or table, so that no other environment gets it; where that has no ``deps`` of
its own, it gets some that begin with those it has had so far. Every such edit is tried before it is given: the text is read with it, and
has to require what it asked before and the one requirement. Where no edit does that (a text where a list should be) the edit given
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from venvls.manifests.keyed.no_edits import insert_requirement as no_edit
from venvls.manifests.keyed.no_edits import remove_statement, replace_specifier
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.toml_edits import Change, applied, insertion, line_break, new_pairs, quoted
from venvls.manifests.tox.ini import IniFile
from venvls.manifests.tox.names import expanded
from venvls.manifests.tox.part import part, settings_in
from venvls.manifests.tox.toml import TomlFile
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest, Part
from venvls.model.text import Span, Text

__all__ = ["insert_requirement", "remove_statement", "replace_specifier"]

_INDENT = "    "


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """A requirement more for the environment whose part of the file ``manifest`` is."""
    asked = manifest.own.part
    if asked is None or not asked.name or asked.source != manifest.path:
        return no_edit(manifest, text)
    file, _ = settings_in(manifest.path, manifest.text)
    change = _into_ini(file, manifest, asked, text) if isinstance(file, IniFile) else _into_toml(file, asked.name, text) if file else None
    if change is None or not _is_right(change, manifest, asked, text):
        return no_edit(manifest, text)
    return TextEdit(manifest.path, change.span, change.new)


def _into_ini(file: IniFile, manifest: Manifest, asked: Part, text: str) -> Change | None:
    nl = line_break(manifest.text.source, len(manifest.text.source))
    # A sign of a comment, unless it is escaped.
    line = text.replace("#", "\\#")
    own = file.own_section(asked.name)
    if own is not None and own != f"testenv:{asked.name}":
        # Of several environments: a condition says which.
        factors = set(asked.name.split("-"))
        if any(factors < set(name.split("-")) for name in expanded(own.partition(":")[2]) or ()):
            return None
        line = f"{asked.name}: {line}"
    value = file.option(own, "deps") if own is not None else None
    if value is not None:
        last = value.chunks[-1] if value.chunks else None
        offset = file.place(last.span.end if last is not None else value.head_end)
        return Change(Span(offset, offset), f"{nl}{(last.indent if last is not None else '') or _INDENT}{line}")
    so_far = file.section_with(asked.name, asked.platform, "deps")
    lines = ["deps =", *([f"{_INDENT}{{[{so_far}]deps}}"] if so_far is not None else []), f"{_INDENT}{line}"]
    if own is not None:
        offset = file.place(file.end_of(own))
        return Change(Span(offset, offset), "".join(f"{nl}{added}" for added in lines))
    offset = file.place(file.end)
    gap = nl if offset == 0 or manifest.text.source[offset - 1] == "\n" else nl * 2
    return Change(Span(offset, offset), f"{gap}[testenv:{asked.name}]{nl}{nl.join(lines)}{nl}")


def _into_toml(file: TomlFile, name: str, text: str) -> Change | None:
    where = (*file.root, "env", name)
    deps = file.get((*where, "deps"))
    if isinstance(deps, list) and file.toml.complete:
        listed = file.toml.span_of((*where, "deps"))
        items = [file.toml.span_of((*where, "deps", number)) for number in range(len(deps))]
        spans = [span for span in items if span is not None]
        return insertion(file.toml.source, listed, spans, text) if listed is not None and len(spans) == len(items) else None
    if deps is not None or not file.toml.complete:
        return None
    so_far = file.path_of(name, "deps")
    elements = [quoted(text)]
    if so_far is not None:
        reference = ", ".join(quoted(str(key)) for key in so_far)
        elements.insert(0, f'{{ replace = "ref", of = [{reference}], extend = true }}')
    return new_pairs(file.toml, where, [("deps", f"[{', '.join(elements)}]")])


def _is_right(change: Change, manifest: Manifest, asked: Part, text: str) -> bool:
    before = part(manifest.path, manifest.text, asked)
    after = part(manifest.path, Text(applied(manifest.text.source, change)), asked)
    wanted = sorted([*(requirement.parsed.text for requirement in before.requirements), parse_requirement(text).text])
    return sorted(requirement.parsed.text for requirement in after.requirements) == wanted and list(_rest(after)) == list(_rest(before))


def _rest(manifest: Manifest) -> Iterator[object]:
    """What stays as it is when a requirement comes in, without the places."""
    yield from sorted(include.target for include in manifest.includes)
    yield from ((option.name, option.value) for option in manifest.options)
    yield from sorted(problem.message for problem in manifest.problems)
    yield manifest.own.tox_part
