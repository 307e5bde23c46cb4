"""Write the operator that is meant where a requirement has one that does not exist (``=>`` for ``>=``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_MEANT = {"=>": ">=", "=<": "<=", "=": "==", "=!": "!=", "=~": "~=", "<>": "!=", "~": "~=", "~==": "~=", "!==": "!="}


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where exactly the wrong operator is marked."""
    manifest = editable_manifest(finding, facts)
    if manifest is None:
        return
    written = manifest.text.source[slice(*finding.span)]
    meant = _MEANT.get(written)
    if meant is not None:
        edit = TextEdit(manifest.path, finding.span, meant)
        yield Action("correct-operator", f"Change {written} to {meant}", edits=(edit,), preferred=True)


OFFER = Offer("correct-operator", frozenset({"invalid-requirement"}), offer, __doc__ or "")
