"""The editor's settings: requested where the editor allows that, else taken as they are sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

from venvls.lsp.greeting import settings

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

log = logging.getLogger(__name__)
_SECONDS = 10.0


async def changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """The person changed settings."""
    if ls.session.client.configuration:
        await pull(ls)
    elif isinstance(params.settings, dict) and isinstance(own := params.settings.get("venvls"), dict):
        ls.session.editor = settings(own)
    else:
        return
    ls.session.reconfigure()


async def pull(ls: Server) -> None:
    """Requests the section ``venvls``; for an editor that does not answer, the settings from the start stay."""
    if not ls.session.client.configuration:
        return
    try:
        answer = await ls.protocol.request("workspace/configuration", {"items": [{"section": "venvls"}]}, _SECONDS)
    except (JsonRpcException, TimeoutError) as error:
        log.warning("the editor sent no settings: %s", error)
        return
    if isinstance(answer, list) and answer and isinstance(answer[0], dict):
        # What was said at the start counts where the section is silent; what it said before does not: a setting can be taken back.
        ls.session.editor = {**ls.session.editor_at_start, **settings(answer[0])}


async def register(ls: Server) -> None:
    """Asks to be told of changes, where the editor wants to be asked."""
    if ls.session.client.registers_configuration:
        registration = {
            "id": "venvls-configuration",
            "method": "workspace/didChangeConfiguration",
            "registerOptions": {"section": "venvls"},
        }
        try:
            await ls.protocol.request("client/registerCapability", {"registrations": [registration]}, _SECONDS)
        except (JsonRpcException, TimeoutError) as error:
            log.warning("the editor will not report changed settings: %s", error)
