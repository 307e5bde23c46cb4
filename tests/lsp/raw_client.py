"""A language client that knows nothing but Content-Length and JSON: what it says goes over the wire as it stands, good or bad."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SECONDS = 120.0
"""How long anything is waited for before a test is given up: many times what it takes on a busy machine. No verdict rests on it."""


class RawClient:
    """A server process on pipes, and everything it said, in order."""

    def __init__(self, argv: Sequence[str], environ: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **(environ or {})},
        )
        self.messages: list[dict[str, Any]] = []
        self.stderr = ""
        self.answers: dict[str, Callable[[Any], Any]] = {}
        """What the client answers the server's requests with, by method; without an entry it answers null."""
        self.silent: set[str] = set()
        """Methods of the server's requests that the client never answers."""
        self._news = threading.Condition()
        self._closed = False
        self._ids = itertools.count(1)
        self._writing = threading.Lock()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._drain)]
        for thread in self._threads:
            thread.start()

    # Out

    def write(self, data: bytes) -> None:
        """Bytes, as they are."""
        assert self.process.stdin is not None
        with self._writing:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """One framed message, as it is."""
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def start(self, method: str, params: Any = None) -> int:
        """Sends a request and gives its id."""
        number = next(self._ids)
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return number

    def request(self, method: str, params: Any = None, seconds: float = SECONDS) -> Any:
        """Sends a request and gives its result; an error answer fails."""
        answer = self.answer(self.start(method, params), seconds)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def refused(self, method: str, params: Any = None, seconds: float = SECONDS) -> dict[str, Any]:
        """Sends a request and gives its error."""
        answer = self.answer(self.start(method, params), seconds)
        assert "error" in answer, answer
        return answer["error"]

    # In

    def answer(self, number: Any, seconds: float = SECONDS) -> dict[str, Any]:
        return self.wait(lambda m: m.get("id") == number and "method" not in m, seconds)

    def wait(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = SECONDS, after: int = 0) -> dict[str, Any]:
        """The first message ``wanted`` holds for, among those that came and those to come, from number ``after`` on."""
        deadline = time.monotonic() + seconds
        seen = after
        with self._news:
            while True:
                while seen < len(self.messages):
                    if wanted(self.messages[seen]):
                        return self.messages[seen]
                    seen += 1
                left = deadline - time.monotonic()
                if left <= 0 or (self._closed and seen >= len(self.messages)):
                    why = "the server closed its output" if self._closed else f"nothing came in {seconds} s"
                    raise AssertionError(f"{why}; messages: {self.messages[-5:]}; stderr: {self.stderr[-2000:]}")
                self._news.wait(left)

    def notification(self, method: str, seconds: float = SECONDS, after: int = 0) -> Any:
        """The parameters of the first notification or request with this method."""
        return self.wait(lambda m: m.get("method") == method, seconds, after)["params"]

    def of(self, method: str) -> list[Any]:
        """The parameters of everything with this method so far."""
        return [m["params"] for m in list(self.messages) if m.get("method") == method]

    def ended(self, seconds: float = SECONDS) -> int:
        """The exit code; fails where the process still runs."""
        code = self.process.wait(seconds)
        for thread in self._threads:
            thread.join(SECONDS)
        return code

    def close(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(SECONDS)
        for thread in self._threads:
            thread.join(SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        try:
            while True:
                length = None
                while (line := out.readline().strip()) or length is None:
                    if not line:
                        return
                    name, _, value = line.partition(b":")
                    assert name.lower() in (b"content-length", b"content-type"), line
                    if name.lower() == b"content-length":
                        length = int(value)
                message = json.loads(out.read(length))
                with self._news:
                    self.messages.append(message)
                    self._news.notify_all()
                if "method" in message and "id" in message and message["method"] not in self.silent:
                    give = self.answers.get(message["method"], lambda params: None)
                    self.send({"jsonrpc": "2.0", "id": message["id"], "result": give(message.get("params"))})
        except (OSError, ValueError):
            return
        finally:
            with self._news:
                self._closed = True
                self._news.notify_all()

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line.decode("utf-8", "replace")
