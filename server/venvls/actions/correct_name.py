"""Write the name of a group that exists where one like it is meant."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where exactly what is marked is a name that resembles a group's."""
    manifest = editable_manifest(finding, facts)
    if manifest is None:
        return
    written = manifest.text.source[slice(*finding.span)]
    quote = written[:1] if written[:1] in ("'", '"') else ""
    name = written.strip("'\"")
    including = [group.key for group in manifest.groups for _, span in group.includes if span == finding.span]
    names = {group.key: group.name for group in manifest.groups if group.kind == "group" and group.key not in including}
    if not including:
        return
    from difflib import get_close_matches

    for key in get_close_matches(name.lower(), list(names), n=1, cutoff=0.6):
        new = f"{quote}{names[key]}{quote}"
        yield Action("correct-name", f"Change to `{names[key]}`", edits=(TextEdit(manifest.path, finding.span, new),), preferred=True)


OFFER = Offer("correct-name", frozenset({"unknown-group"}), offer, __doc__ or "")
