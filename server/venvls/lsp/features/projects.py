"""venvls/projects, venvls/environments, venvls/which: what was found, in the JSON of the public surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from venvls.lsp import uris

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace


async def projects(ls: Server, params: Any) -> dict[str, Any]:
    """Every project and its environment."""
    return {"projects": await ls.session.run(_projects, ls.session)}


async def environments(ls: Server, params: Any) -> dict[str, Any]:
    """Every environment found."""
    return {"environments": await ls.session.run(_environments)}


async def which(ls: Server, params: Any) -> dict[str, Any]:
    """The environment for a file or folder (``uri``), why, and every candidate."""
    uri = params.get("uri") if isinstance(params, dict) else None
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("venvls/which takes {uri}: the file or folder to select an environment for.")
    path = uris.to_path(uri)
    if path is None:
        return {"environment": None, "reason": "It is not a file on this machine.", "candidates": []}
    return await ls.session.run(_which, path)


def _projects(workspace: Workspace, session: Session) -> list[dict[str, object]]:
    # What was told before this request counts, though it waits for its turn.
    session.take_changes(walks=False)
    return session.announcements.projects(workspace)


def _environments(workspace: Workspace) -> list[dict[str, object] | None]:
    from venvls import payload

    return [payload.environment(environment) for environment in workspace.environments()]


def _which(workspace: Workspace, path: str) -> dict[str, Any]:
    from venvls import payload

    choice = workspace.which(path)
    candidates = [
        {"environment": payload.environment(candidate.environment), "chosen": candidate.chosen, "reason": candidate.reason}
        for candidate in choice.candidates
    ]
    return {"environment": payload.environment(choice.environment), "reason": choice.reason, "candidates": candidates}
