"""Drift: a project that was in sync and is not any more, because of something outside the editor (another branch, a lock, a terminal).

It is told once for each state of what the project requires, after a moment of rest; never for what the editor itself typed or saved, never
while a rebase or merge is under way or a task runs. This is the worker's half; ``features/drift.py`` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from venvls.model.environment import UNDER_WAY
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.finding import Project
    from venvls.workspace import Workspace

REST = 2.0
"""Seconds without another change before anything is said: a checkout or an installation is many changes."""
_QUIET = ("information", "hint")


class News(NamedTuple):
    """What there is to say of a project: its root, a manifest to show, how many findings there are, and the sentence."""

    root: str
    manifest: str
    findings: int
    message: str


class Drift:
    """Which projects went out of sync by a change outside the editor, and what of it was told already."""

    def __init__(self) -> None:
        self.outside = False
        """Whether what is looked at just now changed outside the editor."""
        self._in_sync: dict[str, bool] = {}
        self._turned: dict[str, None] = {}
        self._told: set[tuple[str, int]] = set()
        self._muted: set[str] = set()

    def seen(self, projects: Iterable[Mapping[str, object]]) -> bool:
        """The projects as they are now; whether one of them turned, so that there may be something to say."""
        news = False
        for project in projects:
            root, good = str(project["root"]), project["in_sync"] is True
            if good:
                self._turned.pop(root, None)
            elif self._in_sync.get(root) is True and self.outside and project["environment"] is not None:
                self._turned[root] = None
                news = True
            self._in_sync[root] = good
        return news or (self.outside and bool(self._turned))

    def mute(self, root: str) -> None:
        """Say nothing of this project any more."""
        self._muted.add(root)

    def news(self, workspace: Workspace) -> list[News]:
        """What is to be told now; each is given once. What has to wait stays for the next change."""
        given: list[News] = []
        for root in list(self._turned):
            project = workspace.project_of(root)
            if project is None or project.root != root:
                del self._turned[root]
                continue
            if under_way(root, workspace):
                continue
            del self._turned[root]
            if root in self._muted or not workspace.settings_for(root).notify_drift:
                continue
            wanted = (root, _wanted(workspace, project))
            count = sum(finding.project == root and finding.severity not in _QUIET for finding in workspace.findings_of(root))
            if wanted in self._told or not count:
                continue
            self._told.add(wanted)
            given.append(News(root, project.manifests[0], count, _sentence(root, count, workspace)))
        return given


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


def _sentence(root: str, count: int, workspace: Workspace) -> str:
    name = workspace.files.path.basename(root) or root
    return f"{name} is out of sync since a change outside the editor: {count} {'finding' if count == 1 else 'findings'}."
