"""Drift: a project that was in sync and is not any more, because of something outside the editor (another branch, a lock, a terminal).

It is told once for each state of what the project requires, after a moment of rest; never for what the editor itself typed or saved, never
while a rebase or merge is under way or a task runs. This is the worker's half; ``features/drift.py`` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from venvls.model.environment import UNDER_WAY
from venvls.model.reach import is_remote
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.lsp.documents import Document, Documents
    from venvls.model.finding import Project
    from venvls.model.ports import Memory
    from venvls.workspace import Workspace

REST = 2.0
"""Seconds without another change before anything is said: a checkout or an installation is many changes."""
_QUIET = ("information", "hint")
_CONCERN, _NEVER = "drift", "never"
_NAMED = 3


class News(NamedTuple):
    """What there is to say of a project: its root and name, a manifest to show, and how many findings there are."""

    root: str
    name: str
    manifest: str
    findings: int


def message(news: Sequence[News]) -> str:
    """One sentence for all of them: a checkout that changes forty projects is one message."""
    if len(news) == 1:
        (only,) = news
        findings = "1 finding" if only.findings == 1 else f"{only.findings} findings"
        return f"{only.name} is out of sync since a change outside the editor: {findings}."
    names = ", ".join(each.name for each in news[:_NAMED])
    more = f" and {len(news) - _NAMED} more" if len(news) > _NAMED else ""
    return f"{len(news)} projects are out of sync since a change outside the editor: {names}{more}."


class Drift:
    """Which projects went out of sync by a change outside the editor, and what of it was told already."""

    def __init__(self) -> None:
        self.outside = False
        """Whether what is looked at just now changed outside the editor."""
        self._in_sync: dict[str, bool] = {}
        self._turned: dict[str, bool] = {}
        """Projects that went out of sync, and whether that surely came from outside."""
        self._told: set[tuple[str, int]] = set()

    def seen(self, projects: Iterable[Mapping[str, object]]) -> bool:
        """The projects as they are now; whether one of them turned, so that there may be something to say."""
        news = False
        for project in projects:
            root, good = str(project["root"]), project["in_sync"] is True
            if good:
                self._turned.pop(root, None)
            elif self._in_sync.get(root) is True and project["environment"] is not None:
                self._turned[root] = self.outside
                news = True
            elif root in self._turned and self.outside:
                # A check for another reason may have read what changed outside before that was noticed.
                self._turned[root] = True
            self._in_sync[root] = good
        return news or (self.outside and bool(self._turned))

    def mute(self, root: str, memory: Memory) -> None:
        """Say nothing of this project any more; kept for the person."""
        memory.note(_CONCERN, root, (_NEVER,))

    def news(self, workspace: Workspace, documents: Documents) -> list[News]:
        """What is to be told now, with the editor's ``documents``; each is given once. What has to wait stays for the next change."""
        given: list[News] = []
        for root in list(self._turned):
            project = workspace.project_of(root)
            if project is None or project.root != root:
                del self._turned[root]
                continue
            if under_way(root, workspace):
                continue
            outside = self._turned.pop(root)
            read = (*workspace.facts(root).manifests, *project.locks)
            if unsaved := [document for path in read if (document := documents.unsaved(path)) is not None]:
                outside = all(_is_on_disk(workspace, document) for document in unsaved)  # else the person is typing
            if not outside or not workspace.settings_for(root).notify_drift or _NEVER in workspace.memory.noted(_CONCERN, root):
                continue
            wanted = (root, _wanted(workspace, project))
            count = sum(finding.project == root and finding.severity not in _QUIET for finding in workspace.findings_of(root))
            if wanted in self._told or not count:
                continue
            self._told.add(wanted)
            given.append(News(root, workspace.files.path.basename(root) or root, project.manifests[0], count))
        return given


def _is_on_disk(workspace: Workspace, unsaved: Document) -> bool:
    """Whether the disk has an unsaved document's text: then the editor only read it again, because it changed there."""
    read = workspace.files.read(unsaved.path)
    return read is not None and read.decode("utf-8", "replace").splitlines() == unsaved.text.source.splitlines()


def under_way(root: str, workspace: Workspace) -> bool:
    """Whether git is in the middle of a rebase, a merge or the like in the work tree that ``root`` is in."""
    files = workspace.files
    folder = root
    while True:
        place = files.path.join(folder, ".git")
        stat = files.stat(place)
        if stat is not None:
            if stat.kind == "file":  # a work tree's, which names its folder
                text = (files.read(place, 10_000) or b"").decode("utf-8", "replace")
                place = files.path.normpath(files.path.join(folder, text.removeprefix("gitdir:").strip()))
                if is_remote(place, folder, files.path):
                    return False
            return bool(files.standing(place, UNDER_WAY))
        above = files.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def _wanted(workspace: Workspace, project: Project) -> int:
    """What is equal only where the project requires the same: its manifests' requirements and its locks' texts."""
    facts = workspace.facts(project.root)
    stated = tuple((path, tuple(each.parsed.text for each in manifest.requirements)) for path, manifest in facts.manifests.items())
    locks = tuple((lock, workspace.files.read(lock)) for lock in project.locks)
    return hash((stated, locks))
