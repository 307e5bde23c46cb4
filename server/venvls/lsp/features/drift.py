"""Says that a project went out of sync by a change outside the editor: a question where the client opts in, else a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

from venvls.lsp import uris
from venvls.lsp.features import command, trust
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from venvls.lsp.drift import News
    from venvls.lsp.server import Server

SYNC, SHOW, NEVER = "Sync", "Show", "Not for this project"


async def tell(ls: Server, news: News) -> None:
    """Tells it once. A question blocks some editors until it is answered, so that only those that ask for it get one."""
    session = ls.session
    text = f"venvls: {one_line(news.message)}"
    if not session.client.asks_drift:
        ls.protocol.tell("window/showMessage", {"type": 2, "message": text})
        return
    answer = await trust.question(ls, text, (SYNC, SHOW, NEVER))
    if answer == SYNC:
        command.show(ls, await command.perform(ls, "sync", {"project": news.root}))
    elif answer == SHOW:
        try:
            await ls.protocol.request("window/showDocument", {"uri": uris.from_path(news.manifest), "takeFocus": True})
        except JsonRpcException:
            return
    elif answer == NEVER:
        session.drift.mute(news.root)
