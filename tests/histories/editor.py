"""An editor and the server's session in one thread, without a process: what the editor does, and what it is shown after all of it.

The session is the real one. Its worker's jobs run when the editor lets them, in the worker's order; its poller looks when it is told to.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from venvls.host.machine import ThisMachine
from venvls.host.notices import open_notices
from venvls.lsp import uris
from venvls.lsp.client import Client
from venvls.lsp.features import diagnostics, folders, text, watched_files
from venvls.lsp.session import Session
from venvls.lsp.worker import Worker
from venvls.model.ports import Memory
from venvls.model.text import Text
from venvls.services import Services

KINDS: dict[str, Client] = {
    "watching": Client(watches=True, folders=True, related=True, tags=True, diagnostic_data=True),
    "watching like VS Code": Client(watches=True, folders=True, related=True, tags=True, diagnostic_data=True),
    "polling": Client(folders=True, related=True, tags=True, diagnostic_data=True),
    "pulling": Client(watches=True, pulls=True, folders=True, related=True, tags=True, diagnostic_data=True),
}
_ROUNDS = 6


class _Inline(Worker):
    """The worker's three queues without its thread."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[BaseException] = []

    def _put(self, queue: deque[Any], function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        future: Future[Any] = Future()
        queue.append((function, arguments, future))
        return future

    def drain(self) -> None:
        """Everything that waits, and what that brings with it."""
        while queue := next((queue for queue in (self._urgent, self._watched, self._patient) if queue), None):
            job = queue.popleft()
            self._run(job)
            if (failure := job[2].exception()) is not None:
                self.failures.append(failure)


@dataclass
class _Wire:
    """Both the protocol and the event loop of the session: what is told is kept, what would run later runs now."""

    shown: dict[str, list[Any]] = field(default_factory=dict)
    projects: Any = None
    refreshes: int = 0

    def tell(self, method: str, params: Any) -> None:
        if method == "textDocument/publishDiagnostics":
            # A copy: what moves in the editor does not move in the server.
            self.shown[uris.to_path(params["uri"]) or ""] = [dict(item) for item in params["diagnostics"]]
        elif method == "venvls/didChangeProjects":
            self.projects = params["projects"]

    def request(self, method: str, params: Any, seconds: float | None = None) -> None:
        if method == "workspace/diagnostic/refresh":
            self.refreshes += 1

    def spawn(self, work: Any, label: str) -> None:
        if asyncio.iscoroutine(work):
            work.close()

    def is_behind(self) -> bool:
        return False

    def call_later(self, seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
        """What is only told after a rest is not told here."""
        return SimpleNamespace(cancel=lambda: None)

    def call_soon_threadsafe(self, function: Callable[..., Any], *arguments: Any) -> None:
        function(*arguments)


class Editor:
    """One editor with its session. ``kind`` is a key of ``KINDS``."""

    def __init__(
        self,
        kind: str,
        roots: Iterable[Path],
        environ: Mapping[str, str],
        memory: Memory,
        settings: Mapping[str, object],
        trusted: bool,
        texts: Mapping[Path, Iterable[str]],
    ) -> None:
        self.kind = kind
        self.wire = _Wire()
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        machine = ThisMachine(environ)
        self._before = _workers()
        self._worker = _Inline()
        self.session = Session(
            self.wire,  # type: ignore[arg-type]
            lambda: Services(machine, memory, None, None, None, None, notices=open_notices),  # type: ignore[arg-type]
            self._worker,
        )
        self.session.poller._thread = threading.current_thread()  # it looks when it is told to
        self.session.client = KINDS[kind]
        self.session.roots = tuple(map(str, roots))
        self.session.editor = dict(settings)
        self.session.trusted = trusted
        self._server: Any = SimpleNamespace(session=self.session, protocol=self.wire)
        self._complaints = _Complaints()
        logging.getLogger("venvls").addHandler(self._complaints)
        self.session.starting = True
        self.session._loop = self.wire  # type: ignore[assignment]
        for path, several in texts.items():
            self.type(path, next(iter(several)))
        self._worker.patient(self.session._discover)
        self.session._walked.set()
        self.rest()
        for path, several in texts.items():
            for content in list(several)[1:]:
                self.type(path, content)
                self.rest()

    def close(self) -> None:
        silent = sys.platform == "linux" and self.session.poller._watches is None
        self.session.poller.close()
        logging.getLogger("venvls").removeHandler(self._complaints)
        assert not self._worker.failures, self._worker.failures
        assert not self._complaints.lines, self._complaints.lines
        assert not silent, "something changed that the machine did not tell of"
        assert not _workers() - self._before, "something ran beside, which nobody waits for"

    # What the person does

    def type(self, path: Path, content: str) -> None:
        """The document's text from now on; opens it where it is not. Every second change tells only what differs, as editors do."""
        uri = path.as_uri()
        version = self.versions[path] = self.versions.get(path, 0) + 1
        if path in self.texts:
            document = SimpleNamespace(uri=uri, version=version)
            change = self._difference(path, content) if version % 2 else SimpleNamespace(text=content)
            text.changed(self._server, SimpleNamespace(text_document=document, content_changes=[change]))  # type: ignore[arg-type]
        else:
            item = SimpleNamespace(uri=uri, version=version, text=content)
            text.opened(self._server, SimpleNamespace(text_document=item))  # type: ignore[arg-type]
        self.texts[path] = content

    def _difference(self, path: Path, content: str) -> Any:
        """A change of the part that differs; what is shown below it moves with its lines, as it does in an editor."""
        before = self.texts[path]
        start = _common(before, content)
        most = min(len(before), len(content)) - start
        rest = min(most, _common(before[::-1], content[::-1]))
        old, new = before[start : len(before) - rest], content[start : len(content) - rest]
        first, last = (Text(before).position(offset, "utf-16") for offset in (start, len(before) - rest))
        lines = new.count("\n") - old.count("\n")
        for item in self.wire.shown.get(str(path), []):
            if item["range"]["start"]["line"] > last.line:
                moved = {name: {**place, "line": place["line"] + lines} for name, place in item["range"].items()}
                item["range"] = moved
        return SimpleNamespace(text=new, range=SimpleNamespace(start=first, end=last))

    def save(self, path: Path) -> None:
        """Tells that the document was saved; whoever calls has written it."""
        text.saved(self._server, SimpleNamespace(text_document=SimpleNamespace(uri=path.as_uri())))  # type: ignore[arg-type]

    def let_go(self, path: Path) -> None:
        del self.texts[path]
        text.closed(self._server, SimpleNamespace(text_document=SimpleNamespace(uri=path.as_uri())))  # type: ignore[arg-type]

    def configure(self, settings: Mapping[str, object]) -> None:
        self.session.editor = dict(settings)
        self.session.reconfigure()

    def trust(self, answer: bool) -> None:
        self.session.trusted = answer
        self.session.reconfigure()

    def folders(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        event = SimpleNamespace(
            added=[SimpleNamespace(uri=path.as_uri()) for path in added], removed=[SimpleNamespace(uri=path.as_uri()) for path in removed]
        )
        folders.changed(self._server, SimpleNamespace(event=event))  # type: ignore[arg-type]

    # What happens around it

    def happened(self, changed: Iterable[Path], gone: Iterable[Path]) -> None:
        """Files and folders that were made or changed, and those that are gone: the editor tells what it watches."""
        if not self.session.client.watches:
            # As the next message after a silence does.
            self.session.look_again()
            return
        gone = set(gone)
        if self.kind == "watching like VS Code":
            # What was in a folder that is gone is not told of; nor is what its watcher leaves out.
            gone = {path for path in gone if path.parent not in gone}
        told = [path for path in (*changed, *gone) if any(root in path.parents for root in map(Path, self.session.roots))]
        if self.kind == "watching like VS Code":
            told = [path for path in told if not {"site-packages", "objects"}.intersection(path.parts[:-1])]
        events = [SimpleNamespace(uri=path.as_uri()) for path in told if _WATCHED.search(path.as_posix())]
        if events:
            watched_files.changed(self._server, SimpleNamespace(changes=events))  # type: ignore[arg-type]

    def rest(self) -> None:
        """Until nothing is left to do: jobs, what the poller sees, and what the editor then asks for."""
        for _ in range(_ROUNDS):
            self._worker.drain()
            asked = self.wire.refreshes
            if self.session.client.pulls:
                self._pull()
                self._worker.drain()
            # Only where the machine tells of a change: what it is silent about is shown by nothing else, and the last look finds that out.
            seen = self.session.poller.look_where_told()
            if seen:
                self.session._polled(seen)
            # However long it would have to wait for its turn.
            self.session.poller._not_before = 0.0
            if not self.session.poller.search() and not seen and self.wire.refreshes == asked:
                self.session.poller.look_at_all()
                return

    def shown(self) -> dict[str, list[Any]]:
        """What stands at each file, files without anything left out."""
        return {path: _ordered(items) for path, items in self.wire.shown.items() if items}

    def _pull(self) -> None:
        """As VS Code does: open documents one by one after each change and refresh, the workspace every two seconds."""
        workspace = self.session.workspace()
        for path in map(str, self.texts):
            self.wire.shown[path] = [*map(dict, diagnostics._report(workspace, self.session, path, None, True)["items"])]
        open_paths = set(map(str, self.texts))
        known: dict[str | None, str] = dict.fromkeys(self.wire.shown, "")
        for report in diagnostics._all(workspace, self.session, known):
            path = uris.to_path(report["uri"]) or ""
            if path not in open_paths:
                self.wire.shown[path] = [*map(dict, report["items"])]


class _Complaints(logging.Handler):
    """What the server's log says of rules and jobs that failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if "failed" in line:
            self.lines.append(f"{line} {record.exc_info or ''}")


def _workers() -> set[threading.Thread]:
    """The threads of sessions' workers, of which this one has none."""
    return {thread for thread in threading.enumerate() if thread.name == "venvls-worker"}


def _common(first: str, second: str) -> int:
    """How many characters two texts begin with."""
    return next((place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))


def _ordered(items: list[Any]) -> list[Any]:
    return sorted(
        items, key=lambda item: (item["range"]["start"]["line"], item["range"]["start"]["character"], item["code"], item["message"])
    )


def _expanded(pattern: str) -> Iterable[str]:
    braces = re.search(r"\{([^{}]*)\}", pattern)
    if braces is None:
        return [pattern]
    return [text for choice in braces[1].split(",") for text in _expanded(pattern[: braces.start()] + choice + pattern[braces.end() :])]


_WATCHED = re.compile(
    "|".join(
        "(?:^|/)" + "[^/]*".join(map(re.escape, glob.removeprefix("**/").split("*"))) + "$"
        for pattern in watched_files.PATTERNS
        for glob in _expanded(pattern)
    )
)
