"""Edits of a requirements file: add a requirement, change its versions, take its line out. Pure: text in, edit out."""

from __future__ import annotations

import re

from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement
from venvls.model.text import Span

_LINE_END = re.compile(r"\r\n|\n|\r")
_ORIGIN = re.compile(r"[ \t]+#[^\r\n]*(?:\r\n|\n|\r|$)")


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """``text`` as a line of its own after the last line that is not blank, in the file's own line ends."""
    source = manifest.text.source
    ending = _line_end(source)
    end = len(source.rstrip())
    if end == 0:
        return TextEdit(manifest.path, Span(len(source), len(source)), text + ending)
    line_end = _LINE_END.match(source, end) or _LINE_END.search(source, end)
    if line_end is None or source.rstrip().endswith("\\"):
        # A file without a final line end gets none; one that ends in the middle of a statement gets a line of its own.
        between = ending * 2 if source.rstrip().endswith("\\") else ending
        after = ending if source[end:].strip(" \t") else ""
        return TextEdit(manifest.path, Span(len(source), len(source)) if not after else Span(end, len(source)), between + text + after)
    offset = line_end.end()
    return TextEdit(manifest.path, Span(offset, offset), text + ending)


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """The requirement with other versions: in the place of the old ones, or of the URL, or right after name and extras."""
    parsed = requirement.parsed
    if parsed.specifier_span is not None:
        return TextEdit(manifest.path, requirement.locate(parsed.specifier_span), new_specifier)
    after = (parsed.extras_span or parsed.name_span or Span(0, len(parsed.text))).end
    if parsed.url_span is not None and parsed.name_span is not None and parsed.url_span.start > after:
        place = requirement.locate(Span(after, parsed.url_span.end))
        return TextEdit(manifest.path, place, new_specifier)
    if parsed.url_span is not None:
        # A bare URL or path: the name it carries, and the versions.
        place = requirement.locate(parsed.url_span)
        return TextEdit(manifest.path, place, f"{parsed.name or parsed.url}{new_specifier}")
    place = requirement.locate(Span(max(0, after - 1), after))
    return TextEdit(manifest.path, Span(place.end, place.end), new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """The requirement's lines taken out, and the indented comments after them that say where it came from (``# via …``)."""
    source = manifest.text.source
    start, end = requirement.statement
    while (match := _ORIGIN.match(source, end)) and match.end() > end:
        end = match.end()
    return TextEdit(manifest.path, Span(start, end), "")


def _line_end(source: str) -> str:
    """The line end a text uses: that of its last line, so that what is added looks like what it follows."""
    ending = None
    for match in _LINE_END.finditer(source[-4096:]):
        ending = match
    return ending.group() if ending else "\n"
