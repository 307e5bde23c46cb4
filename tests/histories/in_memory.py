"""A workspace in memory, the documents open in it, and everything that a person can be shown of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.memory_machine import MemoryMachine, MemoryMemory
from tests.memory_tree import Content
from venvls import manifests
from venvls.model.finding import Finding
from venvls.model.manifest import Manifest
from venvls.model.text import Text
from venvls.workspace import Workspace


class Buffers:
    """The documents that are open in an editor, with the last text of each that was whole."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.whole: dict[str, str] = {}

    def put(self, path: str, text: str, standing: bytes | None) -> None:
        """A document is opened, where a file is ``standing`` or none, or becomes this."""
        for each in (standing.decode("utf-8", "replace") if standing is not None and path not in self.texts else None, text):
            if each is not None and is_whole(path, each):
                self.whole[path] = each
        self.texts[path] = text

    def close(self, path: str) -> None:
        """A document is closed."""
        del self.texts[path]
        self.whole.pop(path, None)


def begun(root: str, machine: MemoryMachine, memory: MemoryMemory, settings: Mapping[str, object], buffers: Buffers) -> Workspace:
    """A new workspace of one folder. A document that is half typed has first the last text of it that was whole: its project goes by it."""
    workspace = Workspace(machine, memory, editor=settings, strict=True)
    workspace.set_roots((root,))
    for path, text in buffers.texts.items():
        workspace.open(path, buffers.whole.get(path, text))
    workspace.discover()
    for path, text in buffers.texts.items():
        if buffers.whole.get(path, text) != text:
            workspace.open(path, text)
    return workspace


def is_whole(path: str, text: str) -> bool:
    """Whether everything that a manifest states can be read."""
    parsed = manifests.parse(path, Text(text)) if manifests.is_manifest(path.split("/")[-2], path.split("/")[-1]) else None
    return isinstance(parsed, Manifest) and parsed.complete


def shown(workspace: Workspace, paths: Iterable[str]) -> dict[str, object]:
    """All that a person can be shown of a workspace, all at once and file by file."""
    report = workspace.check()
    files = {path: [_told(workspace, finding) for finding in workspace.findings(path)] for path in paths}
    return {
        "files": files,
        "projects": report.projects,
        "check": [_told(workspace, finding) for finding in report.findings],
        "each project": {project.root: len(workspace.findings_of(project.root)) for project in report.projects},
        "texts": {path: text.source for path, text in report.texts.items()},
        "notes": report.notes,
        "environments": [workspace.which(project.root) for project in report.projects],
        "readers": {path: {project.root for project in workspace.readers_of(path)} for path in paths},
        "manifests": set(workspace.manifests()),
        "tools": [workspace.described(project).tool for project in report.projects],
    }


def _told(workspace: Workspace, finding: Finding) -> object:
    requirement = finding.requirement.parsed.name if finding.requirement is not None else None
    actions = [(action.title, action.preferred, action.edits, action.task) for action in workspace.actions(finding)]
    plain = (finding.code, finding.message, finding.path, finding.span, finding.severity, finding.installed, finding.related)
    return (*plain, finding.data, finding.project, finding.environment, requirement, actions)


def put(machine: MemoryMachine, path: str, content: Content | None) -> None:
    """Something else stands at a path, or nothing any more."""
    if machine.files.lstat(path) is not None:
        machine.files.take(path)
    if content is not None:
        machine.files.put(path, content)
    above, site, _ = path.partition("/site-packages/")
    if site:
        # Whoever installs comes and goes there.
        machine.files.put(f"{above}{site}~x", "")
        machine.files.take(f"{above}{site}~x")
