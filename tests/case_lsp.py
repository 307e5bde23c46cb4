"""Cases through a language client over stdio. One server serves many cases: each is a workspace folder that is added and taken away again."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from tests.case_engine import relative
from tests.case_folder import Folder
from tests.case_format import Case, Seen, compare, offsets
from tests.lsp.raw_client import RawClient
from venvls.model.text import Text

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
PATIENCE = 8.0
# After everything expected is there: how long a surplus finding is waited for.
SETTLE = 0.15


class LspDriver:
    """A client that is pushed to or pulls, in one position encoding."""

    def __init__(self, mode: str, units: str) -> None:
        self.mode, self.units = mode, units
        self.settings: dict[str, Any] = {}
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
        workspace: dict[str, Any] = {"workspaceFolders": True, "configuration": True, "workspaceEdit": {"documentChanges": True}}
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
        begun = len(self.client.messages)
        self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [change], "removed": []}})
        try:
            deadline = time.monotonic() + PATIENCE
            settled: float | None = None
            while True:
                problems = compare(case, self._seen(folder, begun))
                now = time.monotonic()
                settled = (settled or now) if not problems and self._known(folder) else None
                if (settled and now - settled >= SETTLE) or now > deadline:
                    break
                time.sleep(0.03)
            return problems or self._action_differences(case, folder, begun)
        finally:
            self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [change]}})

    def _configure(self, case: Case) -> None:
        settings: dict[str, Any] = dict(case.options.get("settings", {}))
        for name in ("groups", "extras"):
            if case.options.get(name):
                settings[f"sync.{name}"] = list(case.options[name])
        if settings != self.settings:
            self.settings = settings
            self.client.notify("workspace/didChangeConfiguration", {"settings": {"venvls": settings}})

    def _known(self, folder: Folder) -> bool:
        """Whether the folder was looked at: silence before that means nothing."""
        projects = self.client.request("venvls/projects", {})["projects"]
        return any(Path(one["root"]).is_relative_to(folder.root) for one in projects)

    def _diagnostics(self, folder: Folder, begun: int) -> dict[str, list[dict[str, Any]]]:
        """The diagnostics of every file, by path relative to the workspace."""
        found: dict[str, list[dict[str, Any]]] = {}
        if self.mode == "pulled":
            items = self.client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
        else:
            published = [m["params"] for m in list(self.client.messages[begun:]) if m.get("method") == "textDocument/publishDiagnostics"]
            items = [{"uri": one["uri"], "items": one["diagnostics"]} for one in published]
        for item in items:
            path = _path(item["uri"])
            if path.is_relative_to(folder.root):
                found[relative(str(path), folder.root)] = item["items"]
        return found

    def _seen(self, folder: Folder, begun: int) -> list[Seen]:
        return [self._one(path, one, folder) for path, items in self._diagnostics(folder, begun).items() for one in items]

    def _one(self, path: str, diagnostic: dict[str, Any], folder: Folder, actions: tuple[str, ...] | None = None) -> Seen:
        assert diagnostic["source"] == "venvls"
        file = folder.root / path
        text = Text(file.read_bytes().decode("utf-8") if file.is_file() else "")
        start, end = ((diagnostic["range"][side]["line"], diagnostic["range"][side]["character"]) for side in ("start", "end"))
        place = offsets(text, start, end, self.units)  # type: ignore[arg-type]
        return Seen(path, *place, SEVERITIES[diagnostic["severity"]], str(diagnostic["code"]), diagnostic["message"], actions)

    def _action_differences(self, case: Case, folder: Folder, begun: int) -> list[str]:
        """The same comparison with the quick fixes the server offers for each diagnostic."""
        if all(one.actions is None for one in case.expected):
            return []
        seen = []
        for path, items in self._diagnostics(folder, begun).items():
            for one in items:
                params = {
                    "textDocument": {"uri": (folder.root / path).as_uri()},
                    "range": one["range"],
                    "context": {"diagnostics": [one], "only": ["quickfix"]},
                }
                offered = self.client.request("textDocument/codeAction", params) or []
                seen.append(self._one(path, one, folder, tuple(_id(action) for action in offered)))
        return compare(case, seen)


def _id(action: dict[str, Any]) -> str:
    """The id of the action behind a code action, as the server notes it in ``data``."""
    data = action.get("data") or {}
    return str(data.get("id") or data.get("action") or action["title"])


def _path(uri: str) -> Path:
    return Path(url2pathname(unquote(urlsplit(uri).path)) if sys.platform == "win32" else unquote(urlsplit(uri).path))
