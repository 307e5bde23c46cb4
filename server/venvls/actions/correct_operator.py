"""Write the operator that is meant: for one that does not exist (``=>``), or before a version that has none (``six 1.0``)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.standards.versions import MEANT_OPERATORS

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)+([abc.]|rc|post|dev|[0-9])*")
# A name and a blank: no operator is between them and what follows.
_NAME = re.compile(r"(^|[\s\"'])[A-Za-z][A-Za-z0-9._-]*(\[[^\]]*\])?[ \t]+$")


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where exactly the wrong operator is marked."""
    manifest = editable_manifest(finding, facts)
    if manifest is None:
        return
    written = manifest.text.source[slice(*finding.span)]
    meant = MEANT_OPERATORS.get(written)
    before = manifest.text.source[: finding.span.start][-40:]
    if meant is None and _VERSION.fullmatch(written) and _NAME.search(before):
        meant = f"=={written}"
    if meant is not None:
        edit = TextEdit(manifest.path, finding.span, meant)
        yield Action("correct-operator", f"Change {written} to {meant}", edits=(edit,), preferred=True)


OFFER = Offer("correct-operator", frozenset({"invalid-requirement"}), offer, __doc__ or "")
