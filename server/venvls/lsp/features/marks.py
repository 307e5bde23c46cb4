"""venvls/didMarkImports: the editor tells which imports of a document another source of diagnostics has marked as not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from venvls.lsp.server import Server

_MOST = 1_000


def changed(ls: Server, params: Any) -> None:
    """Takes ``{uri, names}``: all names that are marked in the document now, as they are written there."""
    uri, names = (params.get("uri"), params.get("names")) if isinstance(params, dict) else (None, None)
    path = ls.session.documents.place_of(uri) if isinstance(uri, str) else None
    if path is None or not isinstance(uri, str) or not isinstance(names, list):
        return
    ls.session.marked(path, uri, frozenset(name for name in names[:_MOST] if isinstance(name, str) and name))
