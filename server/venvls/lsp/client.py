"""What the editor can do, read once from its capabilities. What it does not say it cannot."""

from __future__ import annotations

from venvls.model.hints import Any
from venvls.model.record import NamedTuple


class OddError(ValueError):
    """A capability is not what the protocol says it is."""


class Client(NamedTuple):
    """The editor's abilities that change what we send."""

    pulls: bool = False
    """It pulls diagnostics, and can be asked to pull again; nothing is pushed then. To one that cannot be asked all is pushed: it would
    show what was true when it pulled last, after a sync too."""
    related: bool = False
    tags: bool = False
    code_description: bool = False
    diagnostic_data: bool = False
    action_literals: bool = False
    resolves_edits: bool = False
    preferred: bool = False
    document_changes: bool = False
    creates_files: bool = False
    watches: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    folders: bool = False
    notebooks: bool = False
    progress: bool = False
    asks_drift: bool = False
    """It takes a question where a project went out of sync (``experimental.venvls.driftQuestion``); else that is a message."""
    looks: frozenset[str] = frozenset()
    """What else it shows, by the names of LSP's capabilities (``hover``, ``inlayHint``…), and how (:data:`_HOW`)."""


_LOOKS = {
    "hover": "textDocument.hover",
    "inlayHint": "textDocument.inlayHint",
    "documentSymbol": "textDocument.documentSymbol",
    "workspaceSymbol": "workspace.symbol",
    "foldingRange": "textDocument.foldingRange",
    "definition": "textDocument.definition",
    "declaration": "textDocument.declaration",
    "references": "textDocument.references",
    "documentLink": "textDocument.documentLink",
    "codeLens": "textDocument.codeLens",
    "callHierarchy": "textDocument.callHierarchy",
    "completion": "textDocument.completion",
    "rename": "textDocument.rename",
}
_HOW = {
    "refreshes hints": "workspace.inlayHint.refreshSupport",
    "refreshes lenses": "workspace.codeLens.refreshSupport",
    "nests symbols": "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport",
    "snippets": "textDocument.completion.completionItem.snippetSupport",
    "prepares renames": "textDocument.rename.prepareSupport",
}
_MARKDOWN = {
    "markdown": "textDocument.hover.contentFormat",
    "markdown items": "textDocument.completion.completionItem.documentationFormat",
}


def read(capabilities: dict[str, Any]) -> Client:
    """The abilities that these capabilities state, ``ClientCapabilities`` as JSON. Raises :class:`OddError`."""

    def value(path: str, kind: type) -> Any:
        inner: Any = capabilities
        *names, last = path.split(".")
        for name in names:
            inner = inner.get(name)
            if inner is None:
                return None
            if type(inner) is not dict:
                raise OddError(path)
        inner = inner.get(last)
        if inner is not None and type(inner) is not kind:
            raise OddError(path)
        return inner

    def there(path: str) -> bool:
        return value(path, dict) is not None

    def flag(*paths: str) -> bool:
        return any(value(path, bool) for path in paths)

    def listed(path: str) -> list[Any]:
        return value(path, list) or []

    push, pulled, action = "textDocument.publishDiagnostics", "textDocument.diagnostic", "textDocument.codeAction"
    pulls = there(pulled) and flag("workspace.diagnostics.refreshSupport")
    return Client(
        pulls=pulls,
        related=flag(f"{push}.relatedInformation", f"{pulled}.relatedInformation"),
        tags=1 in (listed(f"{push}.tagSupport.valueSet") or listed(f"{pulled}.tagSupport.valueSet")),
        code_description=flag(f"{push}.codeDescriptionSupport", f"{pulled}.codeDescriptionSupport"),
        diagnostic_data=flag(f"{push}.dataSupport", f"{pulled}.dataSupport"),
        action_literals=there(f"{action}.codeActionLiteralSupport"),
        resolves_edits="edit" in listed(f"{action}.resolveSupport.properties") and flag(f"{action}.dataSupport"),
        preferred=flag(f"{action}.isPreferredSupport"),
        document_changes=flag("workspace.workspaceEdit.documentChanges"),
        creates_files="create" in listed("workspace.workspaceEdit.resourceOperations"),
        watches=flag("workspace.didChangeWatchedFiles.dynamicRegistration"),
        configuration=flag("workspace.configuration"),
        registers_configuration=flag("workspace.didChangeConfiguration.dynamicRegistration"),
        notebooks=there("notebookDocument.synchronization"),
        folders=flag("workspace.workspaceFolders"),
        progress=flag("window.workDoneProgress"),
        asks_drift=_experimental(capabilities, "driftQuestion"),
        looks=frozenset(
            [
                *(name for name, path in _LOOKS.items() if there(path)),
                *(name for name, path in _HOW.items() if flag(path)),
                *(name for name, path in _MARKDOWN.items() if "markdown" in listed(path)),
            ]
        ),
    )


def _experimental(capabilities: dict[str, Any], name: str) -> bool:
    """Whether the client opts into something of ours, in ``experimental: {venvls: {…}}``."""
    own: Any = capabilities.get("experimental")
    for key in ("venvls", name):
        own = own.get(key) if isinstance(own, dict) else None
    return own is True
