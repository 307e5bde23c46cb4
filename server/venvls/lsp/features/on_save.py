"""What happens when a manifest is saved and its environment is out of sync: the setting ``sync.onSave``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venvls.lsp.features import command, trust

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.workspace import Workspace

_SYNC, _LATER = "Sync", "Not now"
_MENDED = frozenset({"missing-requirement", "version-mismatch", "missing-extra", "missing-dependency", "source-mismatch"})


async def saved(ls: Server, path: str) -> None:
    """Does what the setting says, once for each save."""
    session = ls.session
    if session.tasks:
        return
    mode, root = await session.run(_mode_and_root, path)
    if mode == "off" or root is None:
        return
    if mode == "prompt":
        text = f"The environment of {root} is out of sync with the saved file."
        if await trust.question(ls, text, (_SYNC, _LATER)) != _SYNC:
            return
    command.show(ls, await command.perform(ls, "sync", {"project": root}))


def _mode_and_root(workspace: Workspace, path: str) -> tuple[str, str | None]:
    project = workspace.project_of(path)
    if project is None or project.environment is None or path not in (*project.manifests, *workspace.facts(project.root).manifests):
        return "off", None
    mode = workspace.settings_for(path).sync_on_save
    behind = mode != "off" and any(each.code in _MENDED and not each.data.get("left-out") for each in workspace.findings(path))
    return (mode, project.root) if behind else ("off", None)
