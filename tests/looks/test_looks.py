"""What is shown at places: every case of this folder from facts alone, and through a language client in two encodings."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.case_engine import Nothing
from tests.case_folder import Folder, write
from tests.looks.editor import LOOKS
from tests.looks.reading import CASES, Look, Looks, read
from tests.lsp.raw_client import SECONDS, RawClient
from venvls.answers import words
from venvls.answers.hints import hint
from venvls.answers.place import by_requirement, subject_at
from venvls.answers.places import definitions, references
from venvls.answers.stated import Statement
from venvls.answers.telling import tell
from venvls.host.machine import ThisMachine
from venvls.model.facts import Facts
from venvls.model.text import Position, Text
from venvls.workspace import Workspace

PATHS = sorted(CASES.glob("*.case"))


def differs(look: Look, shown: list[str]) -> str | None:
    """What is wrong with what is shown, as a sentence."""
    together = "\n".join(shown)
    if not look.texts and shown:
        return f"line {look.line}: {together!r} is shown"
    missing = [text for wanted, text in look.texts if wanted and text not in together]
    surplus = [text for wanted, text in look.texts if not wanted and text in together]
    return f"line {look.line}: {look.what} shows {together!r}" if missing or surplus else None


def places_differ(look: Look, places: list[str]) -> str | None:
    wanted = sorted(look.places) if look.what == "references" else list(look.places)
    got = sorted(places) if look.what == "references" else places
    return f"line {look.line}: {look.what} leads to {got}" if got != wanted else None


# From facts alone


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PATHS])
def test_from_facts(path: Path, tmp_path: Path) -> None:
    looks = read(path)
    folder = write(looks.case, tmp_path)
    workspace = Workspace(ThisMachine(), Nothing(), strict=True)
    workspace.set_roots([str(folder.root)])
    workspace.discover()
    asked = [look for look in looks.looks if look.what in ("hover", "hint", "definition", "references") and look.path not in looks.typed]
    problems = [problem for look in asked if (problem := _by_facts(look, workspace, folder.root))]
    assert not problems, "\n".join([looks.case.prose, *problems])


def _by_facts(look: Look, workspace: Workspace, root: Path) -> str | None:
    path = str(root / look.path)
    project = workspace.project_of(path)
    assert project is not None
    facts = workspace.facts(project.root)
    manifest = facts.manifests.get(path)
    if manifest is None:
        return None  # a lock: what is in it only an editor asks
    offset = manifest.text.offset(look.position, "utf-32")
    here = subject_at(facts, path, offset)
    if look.what == "hint":
        known = [each for each in map(by_requirement(facts).get, map(id, manifest.requirements)) if each is not None]
        hints = [words_ for each in known if (words_ := hint(each, facts)) is not None and words_.problem]
        at_place = [each for each in hints if manifest.text.position(each.offset).line == look.position.line and each.offset == offset]
        return differs(look, [each.text for each in at_place])
    if here is None:
        return differs(look, []) if look.what == "hover" else places_differ(look, [])
    if look.what == "hover":
        told = tell(here, facts, lambda each: _shown(each, facts, root), str)
        lines = [told.title, told.summary, *(f"{line.label}: {line.text}{line.address}" for line in told.lines)] if told is not None else []
        return differs(look, [line.replace(str(root) + "/", "") for line in lines])
    found = definitions(here, path, facts) if look.what == "definition" else references(here, facts, [facts])
    return places_differ(look, [_place(each.path, each.span.start, facts, root) for each in found])


def _shown(statement: Statement, facts: Facts, root: Path) -> str:
    return words.OUTSIDE if statement.hidden else _place(statement.path, statement.requirement.span.start, facts, root)


def _place(path: str, offset: int, facts: Facts, root: Path) -> str:
    text = facts.manifests[path].text if path in facts.manifests else Text(Path(path).read_text("utf-8"))
    return f"{Path(path).relative_to(root).as_posix()}:{text.position(offset).line + 1}"


# Through a language client


class Client:
    def __init__(self, units: str) -> None:
        self.units = units
        self.client = RawClient([sys.executable, "-m", "venvls", "lsp"])
        abilities = {**LOOKS, "general": {"positionEncodings": [units]}}
        self.client.request("initialize", {"processId": None, "rootUri": None, "workspaceFolders": [], "capabilities": abilities})
        self.client.notify("initialized", {})

    def problems(self, looks: Looks, folder: Folder) -> list[str]:
        change = {"uri": folder.root.as_uri(), "name": looks.case.name}
        self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [change], "removed": []}})
        deadline = time.monotonic() + SECONDS
        while not any(each["root"].startswith(str(folder.root)) for each in self.client.request("venvls/projects", {})["projects"]):
            assert time.monotonic() < deadline
        opened = []
        for path, typed in looks.typed.items():
            uri = (folder.root / path).as_uri()
            document = {"uri": uri, "languageId": "x", "version": 1, "text": (folder.root / path).read_text("utf-8")}
            self.client.notify("textDocument/didOpen", {"textDocument": document})
            # Somebody looked at it while it made sense.
            self.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
            changes = [{"text": typed}]
            self.client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": changes})
            opened.append(uri)
        try:
            return [problem for look in looks.looks if (problem := self._differs(look, looks, folder.root))]
        finally:
            for uri in opened:
                self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            self.client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [change]}})

    def _differs(self, look: Look, looks: Looks, root: Path) -> str | None:
        text = Text(looks.typed.get(look.path) or (root / look.path).read_text("utf-8"))
        place = text.position(text.offset(look.position, "utf-32"), self.units)  # type: ignore[arg-type]
        position = {"line": place.line, "character": place.character}
        document: dict[str, Any] = {"textDocument": {"uri": (root / look.path).as_uri()}}
        if look.what == "hover":
            answer = self.client.request("textDocument/hover", {**document, "position": position})
            value = answer["contents"]["value"] if answer else ""
            assert harmless(value), value
            return differs(look, [unescaped(value)] if answer else [])
        if look.what == "hint":
            whole = {"start": {"line": place.line, "character": 0}, "end": {"line": place.line + 1, "character": 0}}
            hints = self.client.request("textDocument/inlayHint", {**document, "range": whole})
            return differs(look, [each["label"] for each in hints if each["position"] == position])
        if look.what in ("definition", "references"):
            more = {"context": {"includeDeclaration": True}} if look.what == "references" else {}
            answer = self.client.request(f"textDocument/{look.what}", {**document, "position": position, **more})
            return places_differ(look, [_named(each, root) for each in answer])
        if look.what == "completion":
            return completion_differs(look, self.client.request("textDocument/completion", {**document, "position": position}))
        method = {"link": "documentLink", "lens": "codeLens"}[look.what]
        items = [each for each in self.client.request(f"textDocument/{method}", document) if each["range"]["start"]["line"] == place.line]
        return differs(look, [each["target"] if look.what == "link" else each["command"]["title"] for each in items])


def completion_differs(look: Look, answer: Any) -> str | None:
    labels = [each["label"] for each in (answer["items"] if isinstance(answer, dict) else answer or ())]
    wrong = [text for wanted, text in look.texts if (text in labels) is not wanted] if look.texts else labels
    return f"line {look.line}: completion offers {labels[:20]}" if wrong else None


def harmless(markdown: str) -> bool:
    """Whether nothing in it is more than text, but for what the server itself makes of it: bold titles and plain https links."""
    own = re.sub(r"\[((?:[^\[\]\\]|\\.)*)\]\(<https://[^<>\s]*>\)", "", markdown)
    text = re.sub(r"\\[!-/:-@\[-`{-~]", "", own)
    return not re.search(r"[\[\]<`]|://|www\.|@|command:", text)


def unescaped(markdown: str) -> str:
    """The text that Markdown shows."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def _named(location: dict[str, Any], root: Path) -> str:
    path = Path(unquote(urlsplit(location["uri"]).path))
    return f"{path.relative_to(root).as_posix()}:{location['range']['start']['line'] + 1}"


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[str, Client]]:
    started = {units: Client(units) for units in ("utf-8", "utf-16")}
    yield started
    for each in started.values():
        each.client.request("shutdown")
        each.client.notify("exit")
        assert each.client.ended() == 0
        each.client.close()


@pytest.mark.parametrize("units", ["utf-8", "utf-16"])
@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PATHS])
def test_through_a_client(path: Path, units: str, clients: dict[str, Client], tmp_path: Path) -> None:
    looks = read(path)
    problems = clients[units].problems(looks, write(looks.case, tmp_path))
    assert not problems, "\n".join([looks.case.prose, *problems])


def test_places_are_counted_in_code_points() -> None:
    look = next(each for each in read(CASES / "requirements.case").looks if each.what == "hover")
    assert look.position == Position(0, 3)
