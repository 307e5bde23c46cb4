"""Trust: nothing of a workspace is started before the client, or the person, says that it may (threats T1 to T6)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException

from venvls.model.visible import one_line

if TYPE_CHECKING:
    from venvls.lsp.server import Server
    from venvls.lsp.session import Session
    from venvls.workspace import Workspace

YES, NO = "Trust", "Do not trust"
REFUSED = (
    "Nothing was started: this workspace is not trusted. If you know where it comes from, trust it in the editor, "
    "or set `trusted` in the editor's initialization options."
)
_asking = asyncio.Lock()


async def granted(ls: Server, folder: str) -> bool:
    """Whether programs may be started for what is in ``folder``; asks the person once where that is not known."""
    session = ls.session
    if session.trusted is not None:
        return session.trusted
    async with _asking:
        root, known = await session.run(_remembered, session, folder)
        if known is None:
            answer = await question(ls, _text(root), (YES, NO))
            if answer not in (YES, NO):
                return False
            known = answer == YES
            await session.run(_remember, session, root, known)
        if known and root not in session.vouched:
            session.vouched.add(root)
            session.reconfigure()
    return known


async def known(ls: Server, folder: str) -> bool:
    """Whether somebody has said already that programs may be started for what is in ``folder``; nobody is asked."""
    session = ls.session
    if session.trusted is not None:
        return session.trusted
    _, answer = await session.run(_remembered, session, folder)
    return answer is True


async def refused(ls: Server, folder: str) -> bool:
    """Whether somebody has said that nothing may be started for what is in ``folder``; nobody is asked."""
    session = ls.session
    if session.trusted is not None:
        return not session.trusted
    _, answer = await session.run(_remembered, session, folder)
    return answer is False


async def question(ls: Server, text: str, answers: tuple[str, ...]) -> str | None:
    """The person's answer, ``None`` where there is none: the box was closed, or the editor cannot show one."""
    titles = {one_line(answer): answer for answer in answers}
    actions = [{"title": title} for title in titles]
    try:
        answer = await ls.protocol.request("window/showMessageRequest", {"type": 3, "message": text, "actions": actions})
    except JsonRpcException:
        return None
    title: Any = answer.get("title") if isinstance(answer, dict) else None
    return titles.get(title) if isinstance(title, str) else None


def _text(root: str) -> str:
    return f"Trust {one_line(root)}? This command runs programs that the workspace controls. Your answer is remembered."


def _remembered(workspace: Workspace, session: Session, folder: str) -> tuple[str, bool | None]:
    within = [root for root in workspace.roots if folder == root or folder.startswith(root.rstrip("/\\") + workspace.files.path.sep)]
    root = max(within, key=len, default=folder)
    return root, session.services().memory.trusted(root)


def _remember(workspace: Workspace, session: Session, root: str, answer: bool) -> None:
    session.services().memory.trust(root, answer)
