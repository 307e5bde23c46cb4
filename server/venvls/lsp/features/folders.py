"""Workspace folders that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.lsp import uris

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server


def changed(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders were added or removed."""
    session = ls.session
    removed = {uris.to_path(folder.uri) for folder in params.event.removed}
    added = [path for folder in params.event.added if (path := uris.to_path(folder.uri)) is not None]
    session.roots = tuple(dict.fromkeys([*(root for root in session.roots if root not in removed), *added]))
    session.reconfigure()
