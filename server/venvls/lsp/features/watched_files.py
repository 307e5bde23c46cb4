"""Files that change behind the editor's back. Where it cannot watch them, the session's poller does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcException

from venvls.lsp import uris

if TYPE_CHECKING:
    from lsprotocol import types

    from venvls.lsp.server import Server

log = logging.getLogger(__name__)
_SECONDS = 10.0

PATTERNS = (
    "**/*requirements*.{txt,in}",
    "**/{requirements,requirement,reqs,constraints}/*.{txt,in}",
    "**/constraints*.{txt,in}",
    "**/{pyproject.toml,setup.py,setup.cfg,Pipfile,Pipfile.lock,uv.lock,poetry.lock,pdm.lock,pylock.toml,pylock.*.toml,hatch.toml,uv.toml}",
    "**/tox.{ini,toml}",
    "**/{pixi.toml,pixi.lock,conda-lock.yml,conda-lock.yaml,conda-*.lock}",
    "**/{environment,environment-*}.{yml,yaml}",
    "**/{.python-version,.tool-versions,.python-envs,.gitignore}",
    "**/conda-meta/history",
    "**/pyvenv.cfg",
    "**/{.venv,venv,env}",
    "**/site-packages",
    "**/site-packages/*.dist-info",
    "**/.git/HEAD",
)
"""Files, and the folders whose change means that a distribution came or went."""


CODE = ("**/*.{py,pyi,pyw,ipynb}",)
"""Watched only while code counts that is not open (``imports.check = all``): an editor tells of every file that a person saves."""
_METHOD = "workspace/didChangeWatchedFiles"


async def register(ls: Server) -> None:
    """Asks the editor to watch, where it can be asked."""
    await _register(ls, "venvls-files", PATTERNS)


async def watch_code(ls: Server, wanted: bool) -> None:
    """Asks the editor to watch code too, or no longer."""
    if wanted:
        await _register(ls, "venvls-code", CODE)
        return
    try:
        await ls.protocol.request("client/unregisterCapability", {"unregisterations": [{"id": "venvls-code", "method": _METHOD}]}, _SECONDS)
    except (JsonRpcException, TimeoutError) as error:
        log.warning("the editor goes on watching code (%s)", error)


async def _register(ls: Server, name: str, patterns: tuple[str, ...]) -> None:
    if not ls.session.client.watches:
        return
    watchers = [{"globPattern": pattern} for pattern in patterns]
    registration = {"id": name, "method": _METHOD, "registerOptions": {"watchers": watchers}}
    try:
        await ls.protocol.request("client/registerCapability", {"registrations": [registration]}, _SECONDS)
    except (JsonRpcException, TimeoutError) as error:
        log.warning("the editor will not watch files (%s); they are looked at every few seconds instead", error)
        ls.session.watch_alone()


def changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk."""
    paths = [path for event in params.changes if (path := uris.to_path(event.uri)) is not None]
    if paths:
        ls.session.files_changed(paths)
