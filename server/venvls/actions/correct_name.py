"""Write the name of a group that exists where one like it is meant."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.actions.once import once
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Manifest
    from venvls.model.text import Span


_MOST = 200_000
"""Comparisons of names for one file: where each wrong name with each group would be more, nothing is suggested. Real files have a dozen."""


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where exactly what is marked is a name that resembles a group's."""
    manifest = editable_manifest(finding, facts)
    if manifest is None:
        return
    names, including = once(_names, manifest, facts), once(_including, manifest, facts).get(finding.span)
    if including is None or once(_unknown, manifest, facts) * len(names) > _MOST:
        return
    written = manifest.text.source[slice(*finding.span)]
    quote = written[:1] if written[:1] in ("'", '"') else ""
    name = written.strip("'\"")
    from difflib import get_close_matches

    for key in get_close_matches(name.lower(), [key for key in names if key not in including], n=1, cutoff=0.6):
        new = f"{quote}{names[key]}{quote}"
        yield Action("correct-name", f"Change to `{names[key]}`", edits=(TextEdit(manifest.path, finding.span, new),), preferred=True)


def _names(manifest: Manifest) -> dict[str, str]:
    """The groups, each key with the name as it is written."""
    return {group.key: group.name for group in manifest.groups if group.kind == "group"}


def _including(manifest: Manifest) -> dict[Span, set[str]]:
    """The keys of the groups that include what is at a place: one file may name thousands that are not there."""
    including: dict[Span, set[str]] = {}
    for group in manifest.groups:
        for _, span in group.includes:
            including.setdefault(span, set()).add(group.key)
    return including


def _unknown(manifest: Manifest) -> int:
    """How many names of groups are wrong."""
    return sum(problem.code == "unknown-group" for problem in manifest.problems)


OFFER = Offer("correct-name", frozenset({"unknown-group"}), offer, __doc__ or "")
