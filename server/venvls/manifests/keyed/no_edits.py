"""Edits of lists in a tool's own file (tox.ini, tox.toml, hatch.toml): what the project itself needs is not declared there."""

from __future__ import annotations

from venvls.model.action import TextEdit
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement
from venvls.model.text import Span


def insert_requirement(manifest: Manifest, text: str) -> TextEdit:
    """No edit."""
    return TextEdit(manifest.path, Span(0, 0), "")


def replace_specifier(manifest: Manifest, requirement: Requirement, new_specifier: str) -> TextEdit:
    """The requirement's versions replaced, or put behind its name and extras; no edit where it has a URL or is put together."""
    parsed = requirement.parsed
    if parsed.url is not None or parsed.name_span is None or requirement.offsets is not None:
        return TextEdit(manifest.path, Span(0, 0), "")
    end = (parsed.extras_span or parsed.name_span).end
    return TextEdit(manifest.path, requirement.locate(parsed.specifier_span or Span(end, end)), new_specifier)


def remove_statement(manifest: Manifest, requirement: Requirement) -> TextEdit:
    """The line, or the element of its list, taken out."""
    return TextEdit(manifest.path, requirement.statement, "")
