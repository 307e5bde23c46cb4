"""What the editor can do, read once from its capabilities. What it does not say it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsprotocol import types


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
    "hover": "text_document.hover",
    "inlayHint": "text_document.inlay_hint",
    "documentSymbol": "text_document.document_symbol",
    "workspaceSymbol": "workspace.symbol",
    "foldingRange": "text_document.folding_range",
    "definition": "text_document.definition",
    "declaration": "text_document.declaration",
    "references": "text_document.references",
    "documentLink": "text_document.document_link",
    "codeLens": "text_document.code_lens",
    "callHierarchy": "text_document.call_hierarchy",
    "completion": "text_document.completion",
    "rename": "text_document.rename",
}
_HOW = {
    "refreshes hints": "workspace.inlay_hint.refresh_support",
    "refreshes lenses": "workspace.code_lens.refresh_support",
    "nests symbols": "text_document.document_symbol.hierarchical_document_symbol_support",
    "snippets": "text_document.completion.completion_item.snippet_support",
    "prepares renames": "text_document.rename.prepare_support",
}
_MARKDOWN = {
    "markdown": "text_document.hover.content_format",
    "markdown items": "text_document.completion.completion_item.documentation_format",
}


def _looks(capability: Callable[[str], Any]) -> frozenset[str]:
    known = {name for name, path in _LOOKS.items() if capability(path) is not None} | {
        name for name, path in _HOW.items() if capability(path)
    }
    for name, path in _MARKDOWN.items():
        if "markdown" in [str(getattr(each, "value", each)) for each in capability(path) or ()]:
            known.add(name)
    return frozenset(known)


def read(capabilities: types.ClientCapabilities) -> Client:
    """The abilities that these capabilities state."""

    def capability(path: str) -> Any:
        value: Any = capabilities
        for name in path.split("."):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value

    push, action = "text_document.publish_diagnostics", "text_document.code_action"
    tags = capability(f"{push}.tag_support.value_set")
    resolves = capability(f"{action}.resolve_support.properties") or ()
    pulls = capability("text_document.diagnostic") is not None and bool(capability("workspace.diagnostics.refresh_support"))
    pulled = "text_document.diagnostic"
    return Client(
        pulls=pulls,
        related=bool(capability(f"{push}.related_information") or capability(f"{pulled}.related_information")),
        tags=1 in [int(tag) for tag in tags or capability(f"{pulled}.tag_support.value_set") or ()],
        code_description=bool(capability(f"{push}.code_description_support") or capability(f"{pulled}.code_description_support")),
        diagnostic_data=bool(capability(f"{push}.data_support") or capability(f"{pulled}.data_support")),
        action_literals=capability(f"{action}.code_action_literal_support") is not None,
        resolves_edits="edit" in resolves and bool(capability(f"{action}.data_support")),
        preferred=bool(capability(f"{action}.is_preferred_support")),
        document_changes=bool(capability("workspace.workspace_edit.document_changes")),
        creates_files="create"
        in [str(getattr(operation, "value", operation)) for operation in capability("workspace.workspace_edit.resource_operations") or ()],
        watches=bool(capability("workspace.did_change_watched_files.dynamic_registration")),
        configuration=bool(capability("workspace.configuration")),
        registers_configuration=bool(capability("workspace.did_change_configuration.dynamic_registration")),
        notebooks=capability("notebook_document.synchronization") is not None,
        folders=bool(capability("workspace.workspace_folders")),
        progress=bool(capability("window.work_done_progress")),
        asks_drift=_experimental(capabilities, "driftQuestion"),
        looks=_looks(capability),
    )


def _experimental(capabilities: types.ClientCapabilities, name: str) -> bool:
    """Whether the client opts into something of ours, in ``experimental: {venvls: {…}}``."""
    own: Any = capabilities.experimental
    for key in ("venvls", name):
        own = own.get(key) if isinstance(own, dict) else getattr(own, key, None)
    return own is True
