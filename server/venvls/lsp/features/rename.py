"""textDocument/rename: a dependency group or an extra, wherever the project's own files name it. What a person has to decide is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException

from venvls.lsp import encode, uris
from venvls.lsp.reading import subject

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace

_NOTHING = "Only dependency groups and extras of this project can be renamed."
_MOST = 5
_REQUEST_FAILED = -32803


async def prepared(ls: Server, params: types.PrepareRenameParams) -> dict[str, Any] | None:
    """The group or extra that is there; nothing where none does."""
    path = uris.to_path(params.text_document.uri)
    return await ls.session.look(_prepared, ls.session, path, params.position) if path is not None else None


async def renamed(ls: Server, params: types.RenameParams) -> dict[str, Any]:
    """The edits. Files that name it and are not edited are told (``window/showMessage``)."""
    path = uris.to_path(params.text_document.uri)
    if path is None:
        raise JsonRpcException(_NOTHING, _REQUEST_FAILED)
    edit, problem, left = await ls.session.look(_renamed, ls.session, path, params.position, params.new_name)
    if problem is not None:
        raise JsonRpcException(problem, _REQUEST_FAILED)
    if left:
        ls.protocol.tell(
            "window/showMessage", {"type": 3, "message": f"These files contain the name and were not changed everywhere: {left}."}
        )
    return edit


def _prepared(workspace: Workspace, session: Session, path: str, position: types.Position) -> dict[str, Any] | None:
    from venvls.answers.places import Place
    from venvls.answers.renaming import inside, meant

    for reading in session.readings.of(workspace, path):
        here = subject(reading, position, session.documents.units)
        name = meant(here, reading.facts) if reading.same is None else None
        if here is not None and name is not None:
            place = inside(name[0], Place(path, here.span), reading.now.source)
            return {"range": encode.span(reading.now, place.span, session.documents.units), "placeholder": here.text}
    return None


def _renamed(
    workspace: Workspace, session: Session, path: str, position: types.Position, new: str
) -> tuple[dict[str, Any], str | None, str]:
    from venvls.answers.renaming import meant
    from venvls.answers.renaming import renamed as work
    from venvls.model.action import Action

    for reading in session.readings.of(workspace, path):
        facts = reading.facts
        name = meant(subject(reading, position, session.documents.units), facts) if reading.same is None else None
        if name is None:
            continue
        everywhere = (workspace.facts(project.root) for project in workspace.projects())
        renaming = work(*name, new, facts, everywhere, lambda path: session.desk.text(path).source)
        if renaming.problem is not None:
            return {}, renaming.problem, ""
        desk, documents = session.desk, session.documents
        action = Action("rename", "Rename", edits=renaming.edits)
        edit = encode.workspace_edit(action, documents.units, session.client, documents.uri, desk.text, desk.version)
        shown = [workspace.files.path.relpath(each, facts.project.root) for each in renaming.left]
        more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
        return edit, None, ", ".join(shown[:_MOST]) + more
    return {}, _NOTHING, ""
