"""A conversation with a language server in a process of its own, as quick as the measuring of it needs: each message with its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whole import ROOT, plain

EMPTY = (sys.executable, "-c", "from pygls.lsp.server import LanguageServer; LanguageServer('empty', '1').start_io()")
OURS = (sys.executable, "-c", "import sys; from venvls.__main__ import main; sys.exit(main())", "lsp")
CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {"configuration": True, "workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {"resolveSupport": {"properties": ["edit"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
}


PATIENCE = 240.0
"""Seconds after which a server is ended: one that an earlier commit made may never say what is waited for."""


class Talk:
    """A server and what it says. ``build`` is where its sources are; ``began`` is when it was spawned."""

    def __init__(self, argv: Sequence[str] = OURS, build: Path = ROOT / "server", environ: dict[str, str] | None = None) -> None:
        state = {"VENVLS_CACHE": "off", "VENVLS_STATE_DIR": os.path.join(os.sep, "nowhere", "at", "all")}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=plain() | {"PYTHONPATH": str(build)} | state | (environ or {}),
        )
        self._id = 0
        self._end = threading.Timer(PATIENCE, self.process.kill)
        self._end.daemon = True
        self._end.start()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self._end.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def send(self, **message: Any) -> None:
        """One message, as it is."""
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, params: Any = None) -> None:
        """A notification."""
        self.send(method=method, params=params)

    def request(self, method: str, params: Any = None) -> int:
        """A request; gives its id."""
        self._id += 1
        self.send(id=self._id, method=method, params=params)
        return self._id

    def receive(self) -> tuple[float, dict[str, Any]]:
        """The next message and when it was whole. What the server requests is answered with nothing."""
        out = self.process.stdout
        assert out is not None
        length = 0
        while line := out.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = out.read(length)
        when = time.perf_counter()
        if not body:
            raise SystemExit("the server ended")
        message = json.loads(body)
        if "id" in message and "method" in message:
            self.send(id=message["id"], result=None)
        return when, message

    def answer(self, number: int) -> tuple[float, Any]:
        """The result of a request and when it came; what comes before it is passed over."""
        while True:
            when, message = self.receive()
            if message.get("id") == number and "method" not in message:
                return when, message.get("result")

    def hello(self, *roots: Path, capabilities: dict[str, Any] = CAPABILITIES) -> float:
        """Says hello and gives when the answer had come."""
        folders = [{"uri": root.as_uri(), "name": root.name} for root in roots] or None
        params = {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": capabilities}
        when, _ = self.answer(self.request("initialize", params))
        if roots:
            self.notify("initialized", {})
        return when

    def open(self, path: Path) -> None:
        """Opens a file as it is on disk."""
        document = {"uri": path.as_uri(), "languageId": "pip", "version": 1, "text": path.read_text(encoding="utf-8")}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def megabytes(self) -> float | None:
        """Resident memory; ``None`` where the system does not say."""
        try:
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        except OSError:
            return None
        return None

    def processor(self) -> float:
        """Seconds of the processor that it has taken (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
