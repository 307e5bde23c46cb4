"""The capabilities of an editor that can show everything."""

from __future__ import annotations

from tests.lsp.editor import with_capabilities

_PLAIN = ("inlayHint", "foldingRange", "definition", "declaration", "references", "documentLink", "codeLens", "callHierarchy")
LOOKS = with_capabilities(
    textDocument={
        **{name: {} for name in _PLAIN},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "rename": {"prepareSupport": True},
    },
    workspace={"symbol": {}, "inlayHint": {"refreshSupport": True}, "codeLens": {"refreshSupport": True}, "workspaceFolders": True},
)
