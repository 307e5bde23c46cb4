"""The worker's half of a session: the workspace, and the editor's documents as they were given to it. On the worker's thread only.

It knows neither what was found in a file nor what the editor was told of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.lsp.documents import Document, Documents
    from venvls.lsp.notebooks import Notebook
    from venvls.model.text import Text
    from venvls.workspace import Workspace


class Desk:
    """The workspace that ``make`` gives, called once, with the texts of ``documents``."""

    def __init__(self, documents: Documents, make: Callable[[], Workspace]) -> None:
        self.documents = documents
        self._make = make
        self._workspace: Workspace | None = None
        self._given: dict[str, Document] = {}

    def workspace(self) -> Workspace:
        """The workspace, with the editor's texts as they are now."""
        if self._workspace is None:
            self._workspace = self._make()
        open_now = self.documents.snapshot()
        for path in [path for path in self._given if path not in open_now]:
            self._workspace.close(path)
            del self._given[path]
        for path, document in open_now.items():
            if self._given.get(path) is not document:
                self._workspace.open(path, document.text.source)
                self._given[path] = document
        return self._workspace

    def text(self, path: str) -> Text:
        """A file's text: as the editor holds it, as it was parsed, or as it is on disk."""
        from venvls.model.text import Text

        document = self._given.get(path)
        if document is not None:
            return document.text
        # Not by ``workspace()``: the texts must stay those that the spans at hand belong to.
        workspace = self._workspace
        if workspace is None:
            return Text("")
        parsed = workspace.text(path)
        if parsed.source:
            return parsed
        return Text((workspace.files.read(path) or b"").decode("utf-8", "replace"))

    def notebook(self, path: str) -> Notebook | None:
        """The notebook that the editor holds open at ``path`` as one, as it was given to the workspace."""
        document = self._given.get(path)
        return document.notebook if document is not None else None

    def version(self, path: str) -> int | None:
        """The version of an open document, ``None`` for a file on disk."""
        document = self._given.get(path)
        return document.version if document else None
