"""Cases through a language client over stdio. One server serves many: each case is a folder that is added and taken away again."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from tests.case_engine import EngineDriver, relative
from tests.case_folder import Folder
from tests.case_format import Case, Result, Seen, compare, offsets
from tests.lsp.raw_client import RawClient
from venvls.model.text import Text

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
PATIENCE = 120.0
# A server that has looked at the folder and said nothing new for so long has said all it will say.
QUIET = 20.0
# A folder in which nothing is expected and no project comes to be: how long one is waited for that should not be there.
NOTHING = 3.0
# After everything expected is there: how long a surplus finding is waited for.
SETTLE = 0.06


class LspDriver:
    """A client that is pushed to or pulls, in one position encoding."""

    def __init__(self, mode: str, units: str) -> None:
        self.mode, self.units = mode, units
        self.settings: dict[str, Any] = {}
        self._published: dict[str, list[dict[str, Any]]] = {}
        self._read = 0
        self.client = RawClient([sys.executable, "-m", "venvls", "lsp"])
        self.client.answers["workspace/configuration"] = lambda params: [self.settings for _ in params["items"]]
        text_document: dict[str, Any] = {
            "synchronization": {"dynamicRegistration": True},
            "publishDiagnostics": {"relatedInformation": True, "dataSupport": True, "codeDescriptionSupport": True, "versionSupport": True},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}},
                "isPreferredSupport": True,
                "dataSupport": True,
                "resolveSupport": {"properties": ["edit", "command"]},
            },
        }
        workspace: dict[str, Any] = {
            "workspaceFolders": True,
            "configuration": True,
            "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
        }
        if mode == "pulled":
            text_document["diagnostic"] = {"dynamicRegistration": False, "relatedDocumentSupport": False}
            workspace["diagnostics"] = {"refreshSupport": True}
        answer = self.client.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "workspaceFolders": [],
                "capabilities": {"general": {"positionEncodings": [units]}, "textDocument": text_document, "workspace": workspace},
                "initializationOptions": {"venvls": {"trusted": False}},
            },
        )
        assert answer["capabilities"].get("positionEncoding", "utf-16") == units
        self.client.notify("initialized", {})

    def close(self) -> None:
        """Ends the server as an editor does."""
        self.client.request("shutdown")
        self.client.notify("exit")
        assert self.client.ended() == 0
        self.client.close()

    def differences(self, case: Case, folder: Folder) -> list[str]:
        """What differs once the server has had its say about the case."""
        self._configure(case)
        change = {"uri": folder.root.as_uri(), "name": case.id}
        self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [change], "removed": []}})
        try:
            began = time.monotonic()
            before: list[Seen] | None = None
            since = 0.0
            while True:
                seen = self._seen(folder)
                problems = compare(case, seen)
                now = time.monotonic()
                nothing = not case.expected and now - began > NOTHING
                if seen != before or not (seen or nothing or self._known(folder)):
                    before, since = seen, now
                if now - since >= (QUIET if problems else SETTLE) or now - began > PATIENCE:
                    break
                time.sleep(0.02)
            return problems or self._action_differences(case, folder)
        finally:
            self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [change]}})

    def _configure(self, case: Case) -> None:
        settings: dict[str, Any] = dict(case.options.get("settings", {}))
        for name in ("groups", "extras"):
            if case.options.get(name):
                settings[f"sync.{name}"] = list(case.options[name])
        if case.options.get("imports"):
            settings["imports.check"] = "all"
        if settings != self.settings:
            self.settings = settings
            self.client.notify("workspace/didChangeConfiguration", {"settings": {"venvls": settings}})

    def _known(self, folder: Folder) -> bool:
        """Whether the folder was looked at: silence before that means nothing. Environments that tox made are no projects of it."""
        projects = self.client.request("venvls/projects", {})["projects"]
        return any(Path(one["root"]).is_relative_to(folder.root) for one in projects)

    def _diagnostics(self, folder: Folder) -> dict[str, list[dict[str, Any]]]:
        """The diagnostics of every file, by path relative to the workspace."""
        found: dict[str, list[dict[str, Any]]] = {}
        if self.mode == "pulled":
            items = self.client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
        else:
            news = self.client.messages[self._read :]
            self._read += len(news)
            pushes = (message["params"] for message in news if message.get("method") == "textDocument/publishDiagnostics")
            self._published.update((push["uri"], push["diagnostics"]) for push in pushes)
            items = [{"uri": uri, "items": diagnostics} for uri, diagnostics in self._published.items()]
        for item in items:
            path = _path(item["uri"])
            if path.is_relative_to(folder.root):
                found[relative(str(path), folder.root)] = item["items"]
        return found

    def _seen(self, folder: Folder) -> list[Seen]:
        return [self._one(path, one, folder) for path, items in self._diagnostics(folder).items() for one in items]

    def _one(self, path: str, diagnostic: dict[str, Any], folder: Folder) -> Seen:
        assert diagnostic["source"] == "venvls"
        file = folder.root / path
        text = Text(file.read_bytes().decode("utf-8") if file.is_file() else "")
        start, end = ((diagnostic["range"][side]["line"], diagnostic["range"][side]["character"]) for side in ("start", "end"))
        place = offsets(text, start, end, self.units)  # type: ignore[arg-type]
        return Seen(path, *place, SEVERITIES[diagnostic["severity"]], str(diagnostic["code"]), diagnostic["message"])

    def _action_differences(self, case: Case, folder: Folder) -> list[str]:
        """The same comparison with the quick fixes offered for each diagnostic, and what they do."""
        if all(one.actions is None for one in case.expected) and not case.results:
            return []
        engine = EngineDriver(case, folder)
        seen: list[Seen] = []
        offers: dict[str, dict[str, Any]] = {}
        for path, items in self._diagnostics(folder).items():
            for one in items:
                known = self._one(path, one, folder)
                ids = {action.title: action.id for action in engine.actions_for(known)}
                offered = [action for action in self._offered(folder, path, one) if _speaks_of(action, one)]
                offers.update((action["title"], action) for action in offered)
                seen.append(replace(known, actions=tuple(ids.get(action["title"], action["title"]) for action in offered)))
        return compare(case, seen) or [problem for result in case.results if (problem := self._after(result, engine, offers, folder))]

    def _offered(self, folder: Folder, path: str, diagnostic: dict[str, Any]) -> list[dict[str, Any]]:
        params = {
            "textDocument": {"uri": (folder.root / path).as_uri()},
            "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]},
        }
        return self.client.request("textDocument/codeAction", params) or []

    def _after(self, wanted: Result, engine: EngineDriver, offers: dict[str, dict[str, Any]], folder: Folder) -> str | None:
        """What differs between what the client is given for an action and what the case says; a task is only checked by its name."""
        action = engine.action(wanted)
        offer = offers.get(action.title) if action is not None else None
        if action is None or offer is None:
            return f"{wanted.action} is not offered"
        if action.task is not None:
            command = offer.get("command", {}).get("command")
            return None if command == f"venvls.{action.task.task}" else f"{wanted.action} runs {command}"
        resolved = offer if "edit" in offer else self.client.request("codeAction/resolve", offer)
        got = _applied(resolved["edit"], wanted.path, folder, self.units)
        return None if got == wanted.text else f"after {wanted.action}, {wanted.path} is:\n{got}"


def _speaks_of(action: dict[str, Any], diagnostic: dict[str, Any]) -> bool:
    same = ("code", "range", "message")
    return any(all(one[key] == diagnostic[key] for key in same) for one in action.get("diagnostics", ()))


def _applied(edit: dict[str, Any], path: str, folder: Folder, units: str) -> str:
    """The text of a file after a WorkspaceEdit, applied as the protocol says: all edits speak of the text before the first."""
    file = folder.root / path
    text = Text(file.read_bytes().decode("utf-8") if file.is_file() else "")
    changes = [(one["textDocument"]["uri"], one["edits"]) for one in edit.get("documentChanges", ()) if "edits" in one]
    changes += list(edit.get("changes", {}).items())
    places: list[tuple[int, int, str]] = []
    for uri, edits in changes:
        if _path(uri) == file:
            for one in edits:
                start, end = ((one["range"][side]["line"], one["range"][side]["character"]) for side in ("start", "end"))
                places.append((*offsets(text, start, end, units), one["newText"]))  # type: ignore[arg-type]
    source = text.source
    for start_offset, end_offset, new in sorted(places, reverse=True):
        source = source[:start_offset] + new + source[end_offset:]
    return source


def _path(uri: str) -> Path:
    path = urlsplit(uri).path
    return Path(url2pathname(path) if sys.platform == "win32" else unquote(path))
