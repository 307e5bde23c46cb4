"""Diagnostics for editors that pull them: of one document, and of all manifests, opened or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import uris

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace

_NOTHING: dict[str, Any] = {"kind": "full", "items": []}


async def document(ls: Server, params: types.DocumentDiagnosticParams) -> dict[str, Any]:
    """What is wrong in one document; ``unchanged`` where the editor has it already."""
    path = uris.to_path(params.text_document.uri)
    if path is None:
        return _NOTHING
    return await ls.session.run(_report, ls.session, path, params.previous_result_id, True)


async def workspace(ls: Server, params: types.WorkspaceDiagnosticParams) -> dict[str, Any]:
    """What is wrong in every manifest of the workspace, as the board has it: VS Code asks every two seconds.

    What the editor has told of changed files is taken in first; what changes elsewhere comes by the watching and the poller.
    """
    known = {uris.to_path(result.uri): result.value for result in params.previous_result_ids}
    return {"items": await ls.session.run(_all, ls.session, known)}


def _report(workspace: Workspace, session: Session, path: str, previous: str | None, alone: bool) -> dict[str, Any]:
    shown = session.board.show(path) if alone else session.board.current(path)
    session.board.fetched(path, shown, alone)
    session.showing.walk_code()
    digest = shown.digest
    if digest == previous:
        return {"kind": "unchanged", "resultId": digest}
    return {"kind": "full", "resultId": digest, "items": shown.items}


def _all(workspace: Workspace, session: Session, known: dict[str | None, str]) -> list[dict[str, Any]]:
    session.take_changes(walks=False)
    items = []
    seen: dict[str, None] = {}
    # Looking at a manifest may bring more to light: what it includes.
    while todo := [path for path in (*workspace.manifests(), *workspace.code.shown()) if path not in seen]:
        for path in todo:
            seen[path] = None
            # Of code that nobody has opened only what has been looked at in the background: this answer must not take long.
            if session.board.leaves_out(path) and path not in known:
                continue
            items.append(_placed(session, path, _report(workspace, session, path, known.get(path), False)))
    items += [_placed(session, path, _NOTHING) for path in known if path is not None and path not in seen]
    return items


def _placed(session: Session, path: str, report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "uri": session.documents.uri(path), "version": session.desk.version(path)}
