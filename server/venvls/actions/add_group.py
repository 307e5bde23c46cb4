"""Add the dependency group that an ``include-group`` names and the file does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the groups are in a table of their own: an empty group before the first of them."""
    manifest = editable_manifest(finding, facts)
    if manifest is None or manifest.format != "pyproject.toml":
        return
    named = [key for group in manifest.groups if group.kind == "group" for key, span in group.includes if span == finding.span]
    groups = [group for group in manifest.groups if group.kind == "group"]
    if not named or not groups or _NAME.fullmatch(named[0]) is None:
        return
    source = manifest.text.source
    start = min(group.span.start for group in groups)
    line = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
    indent = source[line:start]
    if indent.strip():
        return
    key = named[0] if _BARE.fullmatch(named[0]) else f'"{named[0]}"'
    end = "\r\n" if "\r\n" in source else "\n"
    new = f"{indent}{key} = []{end}"
    if _has_group(source[:line] + new + source[line:], named[0]):
        yield Action("add-group", f"Add an empty group `{named[0]}`", edits=(TextEdit(manifest.path, Span(line, line), new),))


def _has_group(text: str, name: str) -> bool:
    """Whether the changed text still parses and has the group: groups can be written in ways this edit does not fit."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        groups = tomlkit.parse(text).unwrap().get("dependency-groups")
    except (TOMLKitError, RecursionError):
        return False
    return isinstance(groups, dict) and groups.get(name) == []


OFFER = Offer("add-group", frozenset({"unknown-group"}), offer, __doc__ or "")
