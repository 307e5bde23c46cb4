"""textDocument/foldingRange: tables, sections, lists, and what is indented; nothing of Python files, which editors fold themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venvls.lsp import uris

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace


async def ranges(ls: Server, params: types.FoldingRangeParams) -> list[dict[str, Any]] | None:
    """What can be folded; ``None``, which leaves it to the editor, where we know of nothing."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_ranges, ls.session, path) if path is not None else None


def _ranges(workspace: Workspace, session: Session, path: str) -> list[dict[str, Any]] | None:
    from venvls.manifests.places.folds import folds

    reading = next(session.readings.of(workspace, path), None)
    if reading is None:
        return None
    text = reading.now
    lines = [text.line(number) for number in range(len(text.starts))]
    listed = folds(reading.facts.files.path.basename(path), lines)
    return [{"startLine": first, "endLine": last} for first, last in listed] or None
