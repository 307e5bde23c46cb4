"""Create the file that another one includes and that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from venvls.actions.conditions import editable_manifest
from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.reach import is_remote
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts, Link
    from venvls.model.finding import Finding


class _Places:
    """The includes of all files by where they are: one file may have thousands that lead nowhere."""

    def __init__(self) -> None:
        self._links: Sequence[Link] = ()
        self._by_place: dict[tuple[str, Span], list[Link]] = {}

    def at(self, path: str, span: Span, facts: Facts) -> Sequence[Link]:
        """The includes at this place; of a file that several projects or files read there may be some."""
        if self._links is not facts.links:
            self._links, self._by_place = facts.links, {}
            for link in facts.links:
                self._by_place.setdefault((link.source, link.include.span), []).append(link)
        return self._by_place.get((path, span), ())


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, for a missing file in a folder of the workspace that exists."""
    if editable_manifest(finding, facts) is None:
        return
    files = facts.files
    separator = files.path.sep
    roots = [root.rstrip(separator) + separator for root in (facts.project.root, *facts.roots)]
    for link in facts.remembered.of(_Places).at(finding.path, finding.span, facts):
        if "://" in link.include.target or "${" in link.include.target:
            continue
        target = files.path.join(files.path.dirname(link.source), link.include.target)
        target = files.path.normpath(target)
        if is_remote(target, link.source, files.path):
            continue
        folder = files.stat(files.path.dirname(target))
        real = files.path.join(files.real(files.path.dirname(target)), "")
        inside = any(target.startswith(root) and real.startswith((root, files.real(root) + separator)) for root in roots)
        if inside and files.lstat(target) is None and folder is not None and folder.kind == "directory":
            edit = TextEdit(target, Span(0, 0), "", create=True)
            yield Action("create-included-file", f"Create {link.include.target}", edits=(edit,))
            return


OFFER = Offer("create-included-file", frozenset({"unreadable-include"}), offer, __doc__ or "")
