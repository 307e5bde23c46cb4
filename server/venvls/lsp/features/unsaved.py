"""Files that the editor holds with changes: what is written to disk beneath them would be lost, or would be overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace


def refusal(workspace: Workspace, session: Session, path: str) -> str | None:
    """Why ``path`` may not be written now, as a sentence; ``None`` where the editor's text is the disk's. On the worker."""
    from venvls.manifests.syntax.decode import decode

    document = session.documents.get(path)
    if document is None or document.text.source == decode(workspace.files.read(path) or b"").text:
        return None
    return f"{workspace.files.path.basename(path)} has unsaved changes: save it, then try again."
