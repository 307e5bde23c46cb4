"""didOpen, didChange, didSave, didClose: what the editor holds open wins over the disk."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

log = logging.getLogger(__name__)


def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    document = ls.session.documents.open(params.text_document)
    if document is not None:
        ls.session.edited(document.path, touched=True)


def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A document was changed; it is checked at once, with no delay."""
    session = ls.session
    document = session.documents.change(params.text_document, params.content_changes)
    if document is None:
        log.warning("a change to a document that is not open was ignored")
        return
    touched = document.path in session.typed  # then it is told again anyway
    for change in params.content_changes if not touched else ():
        place = getattr(change, "range", None)
        touched = touched or place is None or session.board.touches(document.path, place.start.line, place.end.line)
    session.edited(document.path, touched)


def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """A document was saved: what other files and projects say of it may be new."""
    from venvls.lsp.features import on_save

    path = ls.session.documents.saved(params.text_document.uri)
    if path is not None:
        ls.session.files_changed([path])
        ls.session.look_again()
        ls.protocol.spawn(on_save.saved(ls, path), "the check after saving")


def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed: the disk's text counts again."""
    path = ls.session.documents.close(params.text_document.uri)
    if path is not None:
        ls.session.board.closed(path)
        ls.session.edited(path, touched=False)
