"""Edits of a setup.py: a requirement more in ``install_requires``, other versions, one less. Pure: text in, edit out.

Lists of Python have the brackets, commas, comments and quotes of TOML's, so that they are edited as those are. Every edit is tried before
it is given: the text is read with it, and has to require what it did and the one requirement more or less. Where no edit does that (no list
is written out, the text is put together) the edit given changes nothing.
"""

from __future__ import annotations

import ast
from collections import Counter

from venvls.manifests.requirements import edits as requirements_edits
from venvls.manifests.setuptools.script import parse
from venvls.manifests.syntax.python import Module, read_module
from venvls.manifests.syntax.toml_edits import Change, applied, insertion, removal
from venvls.manifests.syntax.toml_statements import gap_end
from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement
from venvls.model.text import Span, Text

_Listed = ast.List | ast.Tuple | ast.Set


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """An element more at the end of the last list of ``install_requires`` that has any, in that list's style."""
    module = read_module(manifest.text.source)
    call = module.only_call("setup") if module is not None else None
    node = module.arguments(call).get("install_requires") if module is not None and call is not None else None
    if module is None or node is None:
        return _nothing(manifest)
    lists = module.lists(node)
    listed = next((each for each in reversed(lists) if each.elts), lists[-1] if lists else None)
    # ``()`` would become a text in brackets.
    if listed is None or (isinstance(listed, ast.Tuple) and not listed.elts):
        return _nothing(manifest)
    change = insertion(manifest.text.source, module.span(listed), _elements(module, listed), text)
    more, less = _difference(manifest, change)
    return _edit(manifest, change) if set(more) == {("main", text)} and not less else _nothing(manifest)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """Other versions for a requirement, in the place of those it has; nothing where its characters are put together from several."""
    if requirement.parsed.name_span is None:
        return _nothing(manifest)
    edit = requirements_edits.replace_specifier(manifest, requirement, new_specifier)
    more, less = _difference(manifest, Change(edit.span, edit.new))
    return edit if len(more) == len(less) <= 1 else _nothing(manifest)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """An element taken out, so that its list looks as if it had never been there."""
    source = manifest.text.source
    module = read_module(source)
    for listed in module.all_lists() if module is not None else ():
        items = _elements(module, listed) if module is not None else []
        number = next((at for at, item in enumerate(items) if item.start <= requirement.span.start < item.end), None)
        if module is None or number is None or not isinstance(listed.elts[number], ast.Constant):
            continue
        change = _less(source, module.span(listed), items, number, pair=isinstance(listed, ast.Tuple))
        more, less = _difference(manifest, change)
        if not more and set(less) == {(requirement.scope.kind, requirement.parsed.text)}:
            return _edit(manifest, change)
    return _nothing(manifest)


def _elements(module: Module, listed: _Listed) -> list[Span]:
    return [module.span(element) for element in listed.elts]


def _less(source: str, listed: Span, items: list[Span], number: int, *, pair: bool) -> Change:
    """The change that takes one element out. What is left of a ``pair`` keeps a comma: without one it would be no tuple."""
    gone = removal(source, listed, items, number)
    if not pair or len(items) != 2:
        return Change(gone, "")
    kept = items[1 - number]
    if source.startswith(",", gap_end(source, items[1].end)) or (number == 1 and gone.start > gap_end(source, kept.end)):
        return Change(gone, "")
    if number == 1:
        return Change(Span(gap_end(source, kept.end) + 1, items[1].end), "")
    return Change(Span(gone.start, kept.end), f"{source[gone.end : kept.end]},")


def _difference(manifest: Manifest, change: Change) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """What is required with the change and was not before, and what was and is no longer: kinds of lists, and texts.

    All of it where the file is no longer read as before.
    """
    after = parse(Text(applied(manifest.text.source, change)), manifest.path)
    said, before = _said(after), _said(manifest)
    if (after.complete, after.dynamic, len(after.problems)) != (manifest.complete, manifest.dynamic, len(manifest.problems)):
        return said, before
    return said - before, before - said


def _said(manifest: Manifest) -> Counter[tuple[str, str]]:
    return Counter((requirement.scope.kind, requirement.parsed.text) for requirement in manifest.requirements)


def _edit(manifest: Manifest, change: Change) -> TextEdit:
    return TextEdit(manifest.path, change.span, change.new)


def _nothing(manifest: Manifest) -> TextEdit:
    return TextEdit(manifest.path, Span(0, 0), "")
