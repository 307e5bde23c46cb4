"""What the editor holds open: texts as they change, in the unit of positions both sides agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.lsp import uris
from venvls.lsp.notebooks import Cell, Notebook, notebook
from venvls.model.record import NamedTuple
from venvls.model.text import Position, Span, Text, Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol import types

    from venvls.lsp import quick


class Document(NamedTuple):
    """One open document at one version. ``uri`` is spelled as the editor spells it. Of a ``notebook`` the text is the file it makes."""

    uri: str
    path: str
    version: int
    text: Text
    notebook: Notebook | None = None


class Documents:
    """All open documents, by path. The event loop writes; the worker reads whole documents, which never change."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}
        self._unsaved: set[str] = set()
        self.units: Units = "utf-16"

    def get(self, path: str) -> Document | None:
        """The open document at ``path``."""
        return self._open.get(path)

    def snapshot(self) -> dict[str, Document]:
        """All open documents at this moment."""
        return dict(self._open)

    def uri(self, path: str) -> str:
        """The URI for ``path``: the editor's own spelling where it holds it open."""
        document = self._open.get(path)
        return document.uri if document else uris.from_path(path)

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Takes an opened document; ``None`` for one that is not a file."""
        path = uris.to_path(item.uri)
        if path is None:
            return None
        document = self._open[path] = Document(item.uri, path, item.version, Text(item.text))
        return document

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier | quick.Identifier,
        changes: Sequence[types.TextDocumentContentChangeEvent | quick.Change],
    ) -> Document | None:
        """Applies changes in their order; ``None`` for a document that is not open."""
        path = uris.to_path(identifier.uri)
        document = self._open.get(path) if path else None
        if document is None:
            return None
        text = document.text
        for change in changes:
            text = _changed(text, change, self.units)
        document = self._open[document.path] = Document(document.uri, document.path, identifier.version, text)
        self._unsaved.add(document.path)
        return document

    def saved(self, uri: str) -> str | None:
        """Notes that the editor wrote a document; the path, or ``None`` for one that is not a file."""
        path = uris.to_path(uri)
        self._unsaved.discard(path or "")
        return path

    def unsaved(self, path: str) -> Document | None:
        """The document at ``path`` if it changed since it was opened or saved: typed, or read again by the editor as it changed on disk."""
        return self._open.get(path) if path in self._unsaved else None

    def open_notebook(self, item: types.NotebookDocument, documents: Sequence[types.TextDocumentItem]) -> str | None:
        """Takes an opened notebook; its path, or ``None`` for one that is not a file."""
        path = uris.to_path(item.uri)
        if path is not None:
            cells = {document.uri: _cell(document) for document in documents}
            self._put(item.uri, path, item.version, [cells[cell.document] for cell in item.cells if cell.document in cells])
        return path

    def change_notebook(
        self, identifier: types.VersionedNotebookDocumentIdentifier, change: types.NotebookDocumentChangeEvent
    ) -> str | None:
        """Applies changes of cells and in them; the notebook's path, or ``None`` where it is not open."""
        path = uris.to_path(identifier.uri)
        document = self._open.get(path) if path else None
        if path is None or document is None or document.notebook is None:
            return None
        cells = list(document.notebook.cells)
        structure = change.cells.structure if change.cells is not None else None
        if structure is not None:
            known = {cell.uri: cell for cell in (*cells, *map(_cell, structure.did_open or ()))}
            array = structure.array
            new = [known[cell.document] for cell in array.cells or () if cell.document in known]
            cells[array.start : array.start + array.delete_count] = new
        for content in (change.cells.text_content if change.cells is not None else None) or ():
            for number, cell in enumerate(cells):
                if cell.uri == content.document.uri:
                    text = cell.text
                    for each in content.changes:
                        text = _changed(text, each, self.units)
                    cells[number] = cell._replace(text=text, version=content.document.version)
        self._put(document.uri, path, identifier.version, cells)
        return path

    def place_of(self, uri: str) -> str | None:
        """The path of a file, or of the open notebook that the cell of this URI is in."""
        path = uris.to_path(uri)
        if path is not None:
            return path
        notebooks = (document for document in self._open.values() if document.notebook is not None)
        return next((document.path for document in notebooks if document.notebook and document.notebook.cell(uri) is not None), None)

    def _put(self, uri: str, path: str, version: int, cells: Sequence[Cell]) -> None:
        made = notebook(cells)
        self._open[path] = Document(uri, path, version, Text(made.source), made)

    def close(self, uri: str) -> str | None:
        """Forgets a document; its path, or ``None`` where it was not open."""
        path = uris.to_path(uri)
        self._unsaved.discard(path or "")
        return path if path is not None and self._open.pop(path, None) is not None else None


def _cell(item: types.TextDocumentItem) -> Cell:
    return Cell(item.uri, item.version, Text(item.text), item.language_id == "python")


def _changed(text: Text, change: types.TextDocumentContentChangeEvent | quick.Change, units: Units) -> Text:
    place = getattr(change, "range", None)
    if place is None:
        return Text(change.text)
    start = text.offset(Position(place.start.line, place.start.character), units)
    end = text.offset(Position(place.end.line, place.end.character), units)
    if end < start:
        start, end = end, start
    return text.replaced(Span(start, end), change.text)
