"""initialize and initialized: what the editor said is taken over, and what begins once it is ready."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException

from venvls.lsp import greeting
from venvls.lsp.features import configuration
from venvls.lsp.protocol import INVALID_PARAMS

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

_PATIENCE = 2.0
"""Seconds that an editor has to give its settings before the first look around begins without them."""


def initialize(ls: Server, params: types.InitializeParams) -> dict[str, Any]:
    """Answers what was not answered on the doorstep: a first message of another shape, or not the first."""
    said = greeting.read(ls.protocol.as_json(params))
    if said is None:
        raise JsonRpcException("The parameters of initialize are not valid.", INVALID_PARAMS)
    ls.session.greeted(said)
    return greeting.answer(said)


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """The editor is ready: request its settings, watch files, look around."""
    from venvls.lsp.features import drift, watched_files

    session = ls.session
    session.on_drift = lambda news: ls.protocol.spawn(drift.tell(ls, news), "the word about a change outside the editor")
    session.on_code = lambda wanted: ls.protocol.spawn(watched_files.watch_code(ls, wanted), "watching code")
    session.starting = True
    pulled = asyncio.ensure_future(configuration.pull(ls))
    await asyncio.wait({pulled}, timeout=_PATIENCE)
    late = not pulled.done()
    session.start()
    await pulled
    if late:
        # Came late: what was found stays found, and is checked again.
        session.reconfigure()
    await watched_files.register(ls)
    await configuration.register(ls)
