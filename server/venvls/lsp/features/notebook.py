"""notebookDocument/didOpen, didChange, didSave, didClose: the cells that the editor holds open win over the file."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

log = logging.getLogger(__name__)


def opened(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
    """A notebook was opened."""
    path = ls.session.documents.open_notebook(params.notebook_document, params.cell_text_documents)
    if path is not None:
        ls.session.edited(path, touched=True)


def changed(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    """Cells were added, moved, taken away or edited."""
    path = ls.session.documents.change_notebook(params.notebook_document, params.change)
    if path is None:
        log.warning("a change to a notebook that is not open was ignored")
        return
    ls.session.edited(path, touched=False)


def saved(ls: Server, params: types.DidSaveNotebookDocumentParams) -> None:
    """A notebook was saved: what other files say of it may be new."""
    from venvls.lsp import uris

    path = uris.to_path(params.notebook_document.uri)
    if path is not None:
        ls.session.files_changed([path])
        ls.session.look_again()


def closed(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    """A notebook was closed: the disk's text counts again."""
    path = ls.session.documents.close(params.notebook_document.uri)
    if path is not None:
        ls.session.edited(path, touched=False)
