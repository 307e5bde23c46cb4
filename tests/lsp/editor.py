"""An editor for tests: the raw client with capabilities, documents, and environments on disk to look at."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests.lsp.raw_client import SECONDS, RawClient

SERVER = [sys.executable, "-m", "venvls", "lsp"]
QUICK = [sys.executable, str(Path(__file__).with_name("quick_server.py")), "lsp"]
"""Looks at the disk ten times a second; with ``STILL`` in its variables it never does by itself."""
STILL = {"VENVLS_TEST_SECONDS": "3600"}
LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}, "isPreferredSupport": True}
PUSHED: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}, "workspaceFolders": True},
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "versionSupport": True,
        },
        "codeAction": LITERALS,
    },
}


def with_capabilities(**more: Any) -> dict[str, Any]:
    """``PUSHED`` with some sections' entries added."""
    return {name: {**PUSHED.get(name, {}), **more.get(name, {})} for name in {**PUSHED, **more}}


PULLED = with_capabilities(
    workspace={"diagnostics": {"refreshSupport": True}},
    textDocument={"diagnostic": {"relatedInformation": True, "tagSupport": {"valueSet": [1]}, "dataSupport": True}},
)


class Editor(RawClient):
    """A client that has said hello. ``options`` are ``initializationOptions.venvls``."""

    def __init__(self, *roots: Path, capabilities: dict[str, Any] = PUSHED, options: dict[str, Any] | None = None, **more: Any) -> None:
        programs = str(Path(sys.executable).parent)
        environ = {"PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]), **more.pop("environ", {})}
        super().__init__([*more.pop("before", ()), *more.pop("server", SERVER)], environ)
        self.answers.update(more.pop("answers", {}))
        params: dict[str, Any] = {
            "processId": os.getpid(),
            "rootUri": None,
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name} for root in roots] or None,
            "capabilities": capabilities,
        }
        if options is not None:
            params["initializationOptions"] = {"venvls": options}
        self.hello = self.request("initialize", params)
        self.notify("initialized", {})

    def open(self, path: Path, text: str | None = None, version: int = 1) -> None:
        text = path.read_bytes().decode() if text is None else text
        self.notify("textDocument/didOpen", {"textDocument": {"uri": path.as_uri(), "languageId": "pip", "version": version, "text": text}})

    def change(self, path: Path, version: int, *changes: tuple[Any, str]) -> None:
        """Each change is a range ``((line, character), (line, character))`` or ``None`` for everything, and the new text."""
        content = [{"text": text} if place is None else {"range": range_of(*place), "text": text} for place, text in changes]
        document = {"uri": path.as_uri(), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": content})

    def replace(self, path: Path, version: int, text: str) -> None:
        self.change(path, version, (None, text))

    def published(self, path: Path, version: int | None = None, after: int = 0, seconds: float = SECONDS) -> list[dict[str, Any]]:
        """The diagnostics that were published for a file (at a version), the first from message number ``after`` on."""

        def wanted(message: dict[str, Any]) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != path.as_uri():
                return False
            return version is None or message["params"].get("version") == version

        return self.wait(wanted, seconds, after)["params"]["diagnostics"]

    def until(self, path: Path, codes: list[str], seconds: float = SECONDS, after: int = 0) -> list[dict[str, Any]]:
        """Waits for a publication of exactly these codes (sorted, without selected-environment and unignored-environment)."""

        def wanted(message: dict[str, Any]) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != path.as_uri():
                return False
            return codes_of(message["params"]["diagnostics"]) == codes

        return self.wait(wanted, seconds, after)["params"]["diagnostics"]

    def last(self, path: Path) -> list[dict[str, Any]]:
        """What the editor shows for a file now."""
        shown = [params for params in self.of("textDocument/publishDiagnostics") if params["uri"] == path.as_uri()]
        return shown[-1]["diagnostics"] if shown else []

    def settle(self) -> None:
        """Waits until the server has looked at everything."""
        self.request("venvls/projects", {})

    def actions(self, path: Path, place: Any = ((0, 0), (99, 0)), only: list[str] | None = None) -> list[dict[str, Any]]:
        context: dict[str, Any] = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        return self.request(
            "textDocument/codeAction", {"textDocument": {"uri": path.as_uri()}, "range": range_of(*place), "context": context}
        )

    def run(self, command: str, seconds: float = SECONDS, **argument: Any) -> dict[str, Any]:
        return self.request("workspace/executeCommand", {"command": f"venvls.{command}", "arguments": [argument]}, seconds)


def range_of(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    return {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}}


QUIET = ("selected-environment", "unignored-environment")


def codes_of(diagnostics: list[dict[str, Any]]) -> list[str]:
    return sorted(one["code"] for one in diagnostics if one["code"] not in QUIET)


def make_environment(prefix: Path, **installed: str) -> Path:
    """A real environment of this Python without pip, with hand-written distributions; gives its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True, stdin=subprocess.DEVNULL)
    site = next(prefix.glob("lib/python*/site-packages"), prefix / "Lib" / "site-packages")
    for name, version in installed.items():
        install(site, name, version)
    return site


def install(site: Path, name: str, version: str) -> None:
    """A distribution as an installer would leave it. Complete before it is visible, as installers make it."""
    made = site / f"{name}.half"
    made.mkdir()
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (made / "INSTALLER").write_text("pip\n")
    (made / "RECORD").write_text("")
    made.rename(site / f"{name}-{version}.dist-info")


def wheel(folder: Path, name: str, version: str) -> Path:
    """A tiny wheel."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(place, text)
    return path
