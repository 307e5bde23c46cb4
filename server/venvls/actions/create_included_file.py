"""Create the file that another one includes and that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for a missing file in a folder of the workspace that exists."""
    if editable_manifest(finding, facts) is None:
        return
    files = facts.files
    separator = files.path.sep
    roots = [root.rstrip(separator) + separator for root in (facts.project.root, *facts.roots)]
    for link in facts.links:
        target = files.path.join(files.path.dirname(link.source), link.include.target)
        target = files.path.normpath(target)
        if link.source != finding.path or link.include.span != finding.span or "://" in link.include.target or "${" in link.include.target:
            continue
        folder = files.stat(files.path.dirname(target))
        real = files.path.join(files.real(files.path.dirname(target)), "")
        inside = any(target.startswith(root) and real.startswith((root, files.real(root) + separator)) for root in roots)
        if inside and files.lstat(target) is None and folder is not None and folder.kind == "directory":
            edit = TextEdit(target, Span(0, 0), "", create=True)
            yield Action("create-included-file", f"Create {link.include.target}", edits=(edit,))
            return


OFFER = Offer("create-included-file", frozenset({"unreadable-include"}), offer, __doc__ or "")
