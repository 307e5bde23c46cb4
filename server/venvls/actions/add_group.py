"""Add the dependency group that an ``include-group`` names and the file does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.actions.once import once
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple
from venvls.model.rule import Offer
from venvls.model.text import Span
from venvls.model.toml import loads

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Group, Manifest

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class _Place(NamedTuple):
    """Where a group more goes, in front of the first: the start of a line, with what is before each group there and its line's end."""

    start: int
    indent: str
    end: str


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the groups are in a table of their own: an empty group before the first of them."""
    manifest = editable_manifest(finding, facts)
    if manifest is None or manifest.format != "pyproject.toml":
        return
    name, place = once(_named, manifest, facts).get(finding.span), once(_place, manifest, facts)
    if name is None or place is None or _NAME.fullmatch(name) is None:
        return
    edit = TextEdit(manifest.path, Span(place.start, place.start), _line(name, place))
    yield Action("add-group", f"Add an empty group `{name}`", edits=(edit,))


def _line(name: str, place: _Place) -> str:
    key = name if _BARE.fullmatch(name) else f'"{name}"'
    return f"{place.indent}{key} = []{place.end}"


def _groups(manifest: Manifest) -> list[Group]:
    return [group for group in manifest.groups if group.kind == "group"]


def _named(manifest: Manifest) -> dict[Span, str]:
    """What the groups include, by place: one file may name thousands that are not there."""
    return {span: key for group in reversed(_groups(manifest)) for key, span in reversed(group.includes)}


def _place(manifest: Manifest) -> _Place | None:
    """The start of the first group's line; ``None`` where groups are written in a way that a line more does not fit."""
    source, groups = manifest.text.source, _groups(manifest)
    if not groups:
        return None
    first = min(group.span.start for group in groups)
    start = max(source.rfind("\n", 0, first), source.rfind("\r", 0, first)) + 1
    place = _Place(start, source[start:first], "\r\n" if "\r\n" in source else "\n")
    if place.indent.strip():
        return None
    # Tried with one name for all: each other that may be offered is as good a key.
    name = "tried-by-venvls"
    return place if _has_group(source[:start] + _line(name, place) + source[start:], name) else None


def _has_group(text: str, name: str) -> bool:
    """Whether the changed text still parses and has the group."""
    try:
        groups = loads(text).get("dependency-groups")
    except (ValueError, RecursionError):
        return False
    return isinstance(groups, dict) and groups.get(name) == []


OFFER = Offer("add-group", frozenset({"unknown-group"}), offer, __doc__ or "")
