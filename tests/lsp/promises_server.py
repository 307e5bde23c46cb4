"""A server with nothing of ours but the protocol, and handlers that do what handlers should not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from lsprotocol import types

from venvls.lsp.doorstep import Doorstep
from venvls.lsp.pipes import accept_one, take_stdio
from venvls.lsp.runtime import Runtime, log_to

server = Runtime("promises", "1")


@server.feature(types.INITIALIZE)
def initialize(ls, params):
    return {"capabilities": {"hoverProvider": True}}


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(ls, params):
    line = params.position.line
    if line == 1:
        raise SystemExit(3)
    if line == 2:
        raise ValueError("token=hunter2")
    if line == 3:
        return {"contents": object()}
    if line == 4:
        raise KeyboardInterrupt
    return types.Hover(contents="hello")


@server.feature("test/exit")
async def leave(ls, params):
    await asyncio.sleep(0)
    raise SystemExit(4)


@server.feature("test/slow")
async def slow(ls, params):
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, params["seconds"])
    return {"slept": params["seconds"]}


@server.feature("test/echo")
def echo(ls, params):
    return params


@server.feature("test/print")
def say(ls, params):
    print("this must not reach the editor's pipe")
    subprocess.run([sys.executable, "-c", "print('nor this')"], check=True)
    return {"child read": subprocess.run([sys.executable, "-c", "print(repr(input()))"], capture_output=True).returncode}


@server.feature("test/stoppable")
async def stoppable(ls, params):
    stop = asyncio.Event()
    ls.protocol.stop_with(stop.set)
    ls.protocol.tell("test/started", {})
    await stop.wait()
    return {"stopped": True}


@server.feature("test/ask")
async def ask(ls, params):
    return await ls.protocol.request("test/question", params, 1.0)


@server.feature("test/askTyped")
async def ask_typed(ls, params):
    item = await ls.window_show_message_request_async(types.ShowMessageRequestParams(type=types.MessageType.Info, message="?"))
    return {"title": item.title if item else None}


@server.feature("test/child")
def child(ls, params):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    ls.closing.append(process.kill)
    return {"pid": process.pid}


@server.feature("test/broken")
def broken(ls, params):
    raise RuntimeError("a notification that fails")


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(ls, params):
    ls.protocol.tell("test/opened", {"uri": params.text_document.uri})


if __name__ == "__main__":
    over_tcp = "--tcp" in sys.argv
    streams = accept_one("127.0.0.1", 0, lambda host, port: print(port, flush=True)) if over_tcp else take_stdio()
    log_to(sys.stderr, server.protocol)
    server.run(Doorstep(*streams))
