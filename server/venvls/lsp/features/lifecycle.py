"""initialize and initialized: what both sides can do, and what begins once the editor is ready."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from venvls.lsp import client, uris
from venvls.lsp.documents import negotiate
from venvls.lsp.features import ACTION_KINDS, COMMANDS, configuration

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

_PATIENCE = 2.0
"""Seconds that an editor has to give its settings before the first look around begins without them."""


def initialize(ls: Server, params: types.InitializeParams) -> dict[str, Any]:
    """Takes what the editor says of itself and answers with what we do. Nothing is looked at yet."""
    session = ls.session
    session.client = client.read(params.capabilities)
    general = params.capabilities.general
    session.documents.units = negotiate(general.position_encodings if general is not None else None)
    session.roots = _roots(params)
    options = params.initialization_options
    own = options.get("venvls") if isinstance(options, dict) else None
    if isinstance(own, dict):
        # Trust is the client's word alone, and not a setting: a settings file is in the workspace.
        session.trusted = own["trusted"] if isinstance(own.get("trusted"), bool) else None
        session.editor = session.editor_at_start = configuration.settings(own)
    return {"capabilities": _capabilities(ls), "serverInfo": {"name": ls.name, "version": ls.version}}


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """The editor is ready: request its settings, watch files, look around."""
    from venvls.lsp.features import drift, watched_files

    session = ls.session
    session.on_drift = lambda news: ls.protocol.spawn(drift.tell(ls, news), "the word about a change outside the editor")
    session.on_code = lambda wanted: ls.protocol.spawn(watched_files.watch_code(ls, wanted), "watching code")
    session.starting = True
    pulled = asyncio.ensure_future(configuration.pull(ls))
    await asyncio.wait({pulled}, timeout=_PATIENCE)
    late = not pulled.done()
    session.start()
    await pulled
    if late:
        # Came late: what was found stays found, and is checked again.
        session.reconfigure()
    await watched_files.register(ls)
    await configuration.register(ls)


def _roots(params: types.InitializeParams) -> tuple[str, ...]:
    if params.workspace_folders is not None:
        paths = [uris.to_path(folder.uri) for folder in params.workspace_folders]
    elif params.root_uri is not None:
        paths = [uris.to_path(params.root_uri)]
    else:
        paths = [params.root_path]
    return tuple(path for path in paths if path)


def _capabilities(ls: Server) -> dict[str, Any]:
    session = ls.session
    capabilities: dict[str, Any] = {
        "positionEncoding": session.documents.units,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "codeActionProvider": {
            "codeActionKinds": list(ACTION_KINDS),
            "resolveProvider": session.client.resolves_edits,
            "workDoneProgress": False,
        },
        "executeCommandProvider": {"commands": list(COMMANDS), "workDoneProgress": True},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    capabilities.update(_looks(session.client.looks))
    if session.client.notebooks:
        selector = {"notebook": {"notebookType": "jupyter-notebook", "scheme": "file"}, "cells": [{"language": "python"}]}
        capabilities["notebookDocumentSync"] = {"notebookSelector": [selector], "save": True}
    if session.client.pulls:
        capabilities["diagnosticProvider"] = {"identifier": "venvls", "interFileDependencies": True, "workspaceDiagnostics": True}
    return capabilities


def _looks(looks: frozenset[str]) -> dict[str, Any]:
    """What is offered to look at, each only where the editor says that it can show it."""
    offered: dict[str, Any] = {
        "hover": True,
        "inlayHint": {"resolveProvider": False},
        "documentSymbol": True,
        "workspaceSymbol": True,
        "foldingRange": True,
        "definition": True,
        "declaration": True,
        "references": True,
        "documentLink": {"resolveProvider": False},
        "codeLens": {"resolveProvider": False},
        "callHierarchy": True,
        "completion": {"triggerCharacters": ['"', "'", "[", ",", "=", ">", "<", "~", "!", ";", "-", "/", " "], "resolveProvider": True},
        "rename": {"prepareProvider": True} if "prepares renames" in looks else True,
    }
    return {f"{name}Provider": value for name, value in offered.items() if name in looks}
