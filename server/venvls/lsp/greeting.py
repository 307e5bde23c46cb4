"""``initialize``: what an editor says of itself, and what we answer. Plain JSON in and out: none of the protocol's types is needed."""

from __future__ import annotations

import venvls
from venvls.lsp.client import Client, OddError
from venvls.lsp.client import read as abilities
from venvls.lsp.features import ACTION_KINDS, COMMANDS
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.text import Units


class Greeting(NamedTuple):
    """What the editor said."""

    client: Client
    units: Units
    folders: tuple[str, ...]
    """The URIs of those it has open."""
    path: str
    """The folder that it has open, where it knows no URIs of folders."""
    trusted: bool | None
    """Whether the person trusts the workspace: the editor's word alone, and not a setting. A settings file is in the workspace."""
    settings: dict[str, object]
    process: int | None


def read(params: Any) -> Greeting | None:
    """The parameters of ``initialize``; ``None`` where anything that counts here is not as the protocol has it."""
    try:
        capabilities = params["capabilities"]
        process = params.get("processId")
        options = params.get("initializationOptions")
        own = options.get("venvls") if isinstance(options, dict) else None
        own = own if isinstance(own, dict) else {}
        offered = (capabilities.get("general") or {}).get("positionEncodings")
        folders, path = _folders(params)
        units, client = _units(offered or ()), abilities(capabilities)
    except (AttributeError, KeyError, TypeError, OddError):
        return None
    if type(process) not in (int, type(None)) or not all(type(place) is str for place in (*folders, path)):
        return None
    trusted = own["trusted"] if isinstance(own.get("trusted"), bool) else None
    return Greeting(client, units, folders, path, trusted, settings(own), process)


def settings(section: dict[str, Any]) -> dict[str, object]:
    """A section as settings; trust is none of them, whoever wrote it there."""
    return {name: value for name, value in section.items() if name != "trusted"}


def answer(greeting: Greeting) -> dict[str, Any]:
    """The result of ``initialize``."""
    client = greeting.client
    capabilities: dict[str, Any] = {
        "positionEncoding": greeting.units,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "codeActionProvider": {
            "codeActionKinds": list(ACTION_KINDS),
            "resolveProvider": client.resolves_edits,
            "workDoneProgress": False,
        },
        "executeCommandProvider": {"commands": list(COMMANDS), "workDoneProgress": True},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    capabilities.update(_looks(client.looks))
    if client.notebooks:
        selector = {"notebook": {"notebookType": "jupyter-notebook", "scheme": "file"}, "cells": [{"language": "python"}]}
        capabilities["notebookDocumentSync"] = {"notebookSelector": [selector], "save": True}
    if client.pulls:
        capabilities["diagnosticProvider"] = {"identifier": "venvls", "interFileDependencies": True, "workspaceDiagnostics": True}
    return {"capabilities": capabilities, "serverInfo": {"name": "venvls", "version": venvls.__version__}}


def _folders(params: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    folders, uri, path = params.get("workspaceFolders"), params.get("rootUri"), params.get("rootPath")
    if folders is not None:
        return tuple([folder["uri"] for folder in folders]), ""
    return ((), "" if path is None else path) if uri is None else ((uri,), "")


def _units(offered: list[str] | tuple[str, ...]) -> Units:
    """The unit of positions: the first of the editor's that we know (all three of LSP's), UTF-16 where it offers none."""
    for name in offered:
        if name == "utf-8":
            return "utf-8"
        if name == "utf-16":
            return "utf-16"
        if name == "utf-32":
            return "utf-32"
    return "utf-16"


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
