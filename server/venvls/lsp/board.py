"""What the editor has been told of each file, or would be where it pulls: told again only when it is news. On the worker's thread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from venvls.lsp.marks import Marks
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from venvls.lsp.client import Client
    from venvls.lsp.desk import Desk
    from venvls.model.finding import Finding
    from venvls.workspace import Workspace


class Shown(NamedTuple):
    """One file's findings and their diagnostics, worked out for ``version`` of the document (``None``: for the file on disk).

    The diagnostics of a file that is not open are kept as the text they are sent as: there are thousands.
    """

    findings: Sequence[Finding]
    kept: list[dict[str, Any]] | bytes
    version: int | None

    @property
    def items(self) -> list[dict[str, Any]]:
        """The diagnostics."""
        return json.loads(self.kept) if isinstance(self.kept, bytes) else self.kept

    def says(self, items: list[dict[str, Any]]) -> bool:
        """Whether these are the diagnostics."""
        return self.kept == (json.dumps(items).encode() if isinstance(self.kept, bytes) else items)

    def packed(self) -> Shown:
        """The same in less room, where the file is not open."""
        return self._replace(kept=json.dumps(self.kept).encode()) if self.kept and self.version is None else self

    @property
    def digest(self) -> str:
        """Equal for equal diagnostics."""
        import hashlib

        return hashlib.blake2b(json.dumps(self.items).encode(), digest_size=12).hexdigest()


class Board:
    """All files' :class:`Shown`, by path. ``client`` gives what the editor can, ``tell`` sends it a notification."""

    def __init__(self, desk: Desk, client: Callable[[], Client], tell: Callable[[str, Any], None]) -> None:
        self._desk, self._client, self._tell = desk, client, tell
        self._shown: dict[str, Shown] = {}
        self._fetched: dict[str, list[dict[str, Any]]] = {}
        self._by_document: set[str] = set()
        self._cells: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.marks = Marks()

    def items(self, path: str) -> list[dict[str, Any]]:
        """The diagnostics of a file as they stand on the board."""
        shown = self._shown.get(path)
        return shown.items if shown is not None else []

    def paths(self) -> tuple[str, ...]:
        """Every file that was looked at."""
        return tuple(self._shown)

    def of_project(self, root: str) -> list[str]:
        """The files in which something was found for a project."""
        return [path for path, shown in list(self._shown.items()) if any(finding.project == root for finding in shown.findings)]

    def findings(self) -> list[Finding]:
        """What was found in every file that was looked at."""
        return [finding for shown in list(self._shown.values()) for finding in shown.findings]

    def touches(self, path: str, first: int, last: int) -> bool:
        """Whether lines ``first`` to ``last`` hold a diagnostic the editor shows. From any thread."""
        return any(item["range"]["start"]["line"] <= last and first <= item["range"]["end"]["line"] for item in self.items(path))

    def current(self, path: str) -> Shown:
        """A file as it stands on the board; worked out where it is not there yet, or the document has another version by now."""
        shown = self._shown.get(path)
        return shown if shown is not None and shown.version == self._desk.version(path) else self.show(path)

    def leaves_out(self, path: str) -> bool:
        """Whether a file of code that nobody has opened has nothing to tell: nothing is wrong in it, or it was not looked at yet."""
        return self._desk.workspace().is_code(path) and self._desk.version(path) is None and not self.items(path)

    def is_pushed(self, path: str) -> bool:
        """Whether even a pulling editor is told: of the cells of a notebook, also of one that it has just closed."""
        return path in self._cells or self._desk.notebook(path) is not None

    def show(self, path: str, always: bool = False) -> Shown:
        """Works out what is wrong in a file and tells the editor, where that is news to it (or ``always``)."""
        workspace = self._desk.workspace()
        version, findings = self._desk.version(path), workspace.findings(path)
        if self.is_pushed(path):
            return self._show_cells(path, version, findings, always)
        before = self._shown.get(path)
        if before is not None and not before.kept and not findings and not always:
            return before
        shown = Shown(findings, self._diagnostics(workspace, path, findings), version)
        document = self._desk.documents.get(path)
        if document is not None and document.version != version:
            return shown  # The text has moved on; the next check tells.
        self._shown[path] = shown.packed()
        # An opened document without findings is told so once: the editor knows then that it was looked at.
        news = not before.says(shown.items) if before is not None else bool(shown.items) or version is not None
        if (news or always) and not self._client().pulls:
            self._publish(path, shown)
        return self._shown[path]

    def _show_cells(self, path: str, version: int | None, findings: Sequence[Finding], always: bool) -> Shown:
        """Tells the editor of each cell of a notebook by itself, whether or not it pulls: a cell is no file that it could pull."""
        from venvls.lsp import encode

        notebook, documents, client = self._desk.notebook(path), self._desk.documents, self._client()
        # What is shown in the cells is not shown in the file.
        shown = Shown(findings, [] if notebook is not None else self._diagnostics(self._desk.workspace(), path, findings), version)
        document = documents.get(path)
        if document is not None and document.version != version:
            return shown  # The cells have moved on; the next check tells.
        cells = notebook.cells if notebook is not None else ()
        items: dict[str, list[dict[str, Any]]] = {cell.uri: [] for cell in cells}
        lowered = [self.marks.lowered(finding, notebook.source) for finding in findings] if notebook is not None else []
        for cell, finding in filter(None, map(notebook.placed, lowered)) if notebook is not None else ():
            items[cell.uri].append(encode.diagnostic(finding, cell.text, documents.units, client, documents.uri, self._desk.text))
        told = self._cells.pop(path, {})
        if notebook is not None:
            self._cells[path] = items
        self._shown[path] = shown
        for uri, its in items.items():
            if always or told.get(uri) != its:
                self._tell("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": its})
        for uri in told.keys() - items.keys():
            self._tell("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})
        return shown

    def fetched(self, path: str, shown: Shown, alone: bool) -> None:
        """A pulling editor has a file's diagnostics now; ``alone``: it pulled this document, not the whole workspace.

        For a document that it pulls by itself, VS Code ignores what a pull of the workspace brings: that does not count then.
        """
        if alone:
            self._by_document.add(path)
        if alone or path not in self._by_document:
            self._fetched[path] = shown.items

    def closed(self, path: str) -> None:
        """The editor closed a document: from now on it takes what a pull of the workspace says of it. From any thread."""
        self._by_document.discard(path)

    def overdue(self, leaving: Iterable[str] = ()) -> bool:
        """Whether a pulling editor shows something else than the board for any file but ``leaving``; yes once for each difference."""
        wanted = {*self._shown, *self._fetched}.difference(leaving)
        behind = [path for path in wanted if self._fetched.get(path, []) != self.items(path)]
        self._fetched.update((path, self.items(path)) for path in behind)
        return bool(behind)

    def clear(self, path: str) -> None:
        """Takes away what was said of a file that is none of ours any more."""
        shown = self._shown.pop(path, None)
        if shown is not None and shown.kept and not self._client().pulls:
            self._publish(path, Shown((), [], self._desk.version(path)))

    def _diagnostics(self, workspace: Workspace, path: str, findings: Sequence[Finding]) -> list[dict[str, Any]]:
        from venvls.lsp import encode

        if not findings:
            return []
        text, documents, client = workspace.text(path), self._desk.documents, self._client()
        if self._desk.version(path) is not None and (held := self._desk.text(path)).source is text.source:
            text = held  # where its lines begin is known from the text before
        lowered = [self.marks.lowered(finding, text.source) for finding in findings]
        return encode.diagnostics(lowered, text, documents.units, client, documents.uri, self._desk.text)

    def _publish(self, path: str, shown: Shown) -> None:
        params: dict[str, Any] = {"uri": self._desk.documents.uri(path), "diagnostics": shown.items}
        if shown.version is not None:
            params["version"] = shown.version
        self._tell("textDocument/publishDiagnostics", params)
