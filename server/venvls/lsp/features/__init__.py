"""What the server answers: one file a family, and here every method with its handler, at a glance.

A handler gets the server (``ls``) and the parameters: lsprotocol's types, or plain JSON for methods of our own. It never blocks: what takes
longer than a dictionary look-up goes to the session's worker. Its file is loaded when it is first needed: start-up time is a feature.

The families (rules, tools, environments…), whose packages load all their files, are loaded by the worker alone, in functions that run
there: two threads that load one package, one by the package and one by a file in it, wait for each other, and Python gives up.
"""

from __future__ import annotations

from importlib import import_module

from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FEATURES: tuple[tuple[str, str], ...] = (
    ("initialize", "lifecycle.initialize"),
    ("initialized", "lifecycle.initialized"),
    ("textDocument/didOpen", "text.opened"),
    ("textDocument/didChange", "text.changed"),
    ("textDocument/didSave", "text.saved"),
    ("textDocument/didClose", "text.closed"),
    ("notebookDocument/didOpen", "notebook.opened"),
    ("notebookDocument/didChange", "notebook.changed"),
    ("notebookDocument/didSave", "notebook.saved"),
    ("notebookDocument/didClose", "notebook.closed"),
    ("textDocument/diagnostic", "diagnostics.document"),
    ("workspace/diagnostic", "diagnostics.workspace"),
    ("textDocument/codeAction", "code_action.offered"),
    ("codeAction/resolve", "code_action.resolved"),
    ("textDocument/hover", "hover.hover"),
    ("textDocument/inlayHint", "inlay_hint.hints"),
    ("textDocument/documentSymbol", "symbols.document"),
    ("workspace/symbol", "symbols.workspace"),
    ("textDocument/foldingRange", "folding.ranges"),
    ("textDocument/definition", "definition.definition"),
    ("textDocument/declaration", "definition.definition"),
    ("textDocument/references", "definition.references"),
    ("textDocument/documentLink", "document_link.links"),
    ("textDocument/codeLens", "code_lens.lenses"),
    ("textDocument/prepareCallHierarchy", "call_hierarchy.prepared"),
    ("callHierarchy/incomingCalls", "call_hierarchy.incoming"),
    ("callHierarchy/outgoingCalls", "call_hierarchy.outgoing"),
    ("textDocument/completion", "completion.completed"),
    ("completionItem/resolve", "completion.resolved"),
    ("textDocument/prepareRename", "rename.prepared"),
    ("textDocument/rename", "rename.renamed"),
    ("workspace/executeCommand", "command.execute"),
    ("window/workDoneProgress/cancel", "progress.cancelled"),
    ("workspace/didChangeConfiguration", "configuration.changed"),
    ("workspace/didChangeWorkspaceFolders", "folders.changed"),
    ("workspace/didChangeWatchedFiles", "watched_files.changed"),
    ("venvls/projects", "projects.projects"),
    ("venvls/environments", "projects.environments"),
    ("venvls/which", "projects.which"),
    ("venvls/didMarkImports", "marks.changed"),
    ("venvls/pythons", "pythons.pythons"),
)

TASKS = ("create", "select", "sync", "install", "recreate", "repair", "remove", "delete", "activate", "freeze", "compile", "upgrade", "add")
COMMANDS = tuple(f"venvls.{task}" for task in TASKS)
SYNC = "source.venvls.syncEnvironment"
SORT = "refactor.rewrite"
ACTION_KINDS = ("quickfix", SORT, SYNC)


def handler(place: str) -> Callable[[Any, Any], Any]:
    """The handler at ``file.function``, loaded by its first call: with the server and the parameters."""
    file, _, name = place.partition(".")
    loaded: list[Callable[[Any, Any], Any]] = []

    def call(ls: Any, params: Any) -> Any:
        if not loaded:
            loaded.append(getattr(import_module(f".{file}", __package__), name))
        return loaded[0](ls, params)

    return call
