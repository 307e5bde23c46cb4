"""Says that a project went out of sync by a change outside the editor: a question where the client opts in, else a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

from venvls.lsp import uris
from venvls.lsp.drift import message
from venvls.lsp.features import command, trust
from venvls.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from venvls.lsp.drift import News
    from venvls.lsp.server import Server

SYNC, SHOW, NEVER, NEVER_MANY = "Sync", "Show", "Not for this project", "Not for these projects"


async def tell(ls: Server, news: Sequence[News]) -> None:
    """Tells it once. A question blocks some editors until it is answered, so that only those that ask for it get one.

    In a folder that the person does not trust nothing is offered, and so nothing is said.
    """
    session = ls.session
    news = [each for each in news if not await trust.refused(ls, each.root)]
    if not news:
        return
    text = f"venvls: {one_line(message(news))}"
    if not session.client.asks_drift:
        ls.protocol.tell("window/showMessage", {"type": 2, "message": text})
        return
    answer = await trust.question(ls, text, (SYNC, SHOW, NEVER if len(news) == 1 else NEVER_MANY))
    if answer == SYNC:
        for each in news:
            done = await command.perform(ls, "sync", {"project": each.root})
            command.show(ls, done)
            if not done["ok"]:
                return
    elif answer == SHOW:
        try:
            await ls.protocol.request("window/showDocument", {"uri": uris.from_path(news[0].manifest), "takeFocus": True})
        except JsonRpcException:
            return
    elif answer in (NEVER, NEVER_MANY):
        for each in news:
            await session.run(lambda workspace, root=each.root: session.drift.mute(root, workspace.memory))
