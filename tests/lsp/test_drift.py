"""A project that goes out of sync by a change outside the editor: told once, and when it is not."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import PUSHED, Editor, make_environment
from tests.lsp.raw_client import SECONDS
from tests.lsp.test_commands import child_of, slow, start_sync  # noqa: F401 - slow is a fixture
from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls import payload
from venvls.lsp.documents import Documents
from venvls.lsp.drift import REST, Drift, News, message, under_way
from venvls.lsp.features import drift
from venvls.workspace import Workspace

CFG = "home = /usr/bin\nversion = 3.12.4\n"
URI = "file:///w/requirements.txt"
SITE = "/w/.venv/lib/python3.12/site-packages"
TREE = {
    "/usr/bin/python3": "", "/w/requirements.txt": "idna\n", "/w/.git/HEAD": "ref: refs/heads/main\n",
    "/w/.venv/pyvenv.cfg": CFG, "/w/.venv/bin/python": "", "/w/.venv/bin/activate": "",
    f"{SITE}/idna-3.4.dist-info/METADATA": "Name: idna\nVersion: 3.4\n",
    f"{SITE}/idna-3.4.dist-info/RECORD": "", f"{SITE}/idna-3.4.dist-info/INSTALLER": "pip\n",
}  # fmt: skip


class Told:
    """A workspace in memory and what drift says of it after each change."""

    def __init__(self, **settings: object) -> None:
        self.machine = MemoryMachine(TREE)
        self.workspace = Workspace(self.machine, MemoryMemory(), editor=settings)
        self.workspace.set_roots(("/w",))
        self.workspace.discover()
        self.drift = Drift()
        self.documents = Documents()
        self.look()

    def look(self, outside: bool = False) -> list[str]:
        """What is told after a look at the projects."""
        self.workspace.changed(("/w/requirements.txt", "/w/.venv/pyvenv.cfg"))
        findings = self.workspace.check().findings
        self.drift.outside = outside
        projects = payload.projects(self.workspace.projects(), findings)
        news = self.drift.news(self.workspace, self.documents) if self.drift.seen(projects) else []
        self.drift.outside = False
        return [message(news)] if news else []

    def type(self, text: str) -> None:
        """The editor holds the manifest open, and its text becomes ``text``."""
        self.documents.open(types.TextDocumentItem(uri=URI, language_id="", version=1, text="idna\n"))
        identifier = types.VersionedTextDocumentIdentifier(uri=URI, version=2)
        self.documents.change(identifier, [types.TextDocumentContentChangeWholeDocument(text=text)])

    def require(self, text: str, outside: bool = True) -> list[str]:
        self.machine.files.put("/w/requirements.txt", text)
        return self.look(outside)


def test_once_for_each_state_and_never_again_on_the_way_back_and_forth() -> None:
    told = Told()
    assert told.require("idna\nflask\n") == ["w is out of sync since a change outside the editor: 1 finding."]
    assert told.require("idna\n") == []
    assert told.require("idna\nflask\n") == [], "this state was told"
    assert told.require("idna\nflask\nhttpx\n") == [], "it was out of sync before"
    assert told.require("idna\n") == []
    assert told.require("idna\nflask\nhttpx\n") == ["w is out of sync since a change outside the editor: 2 findings."]


def test_never_for_what_the_editor_did() -> None:
    told = Told()
    assert told.require("idna\nflask\n", outside=False) == []
    assert told.look(outside=True) == [], "it was out of sync already"


def test_what_the_editor_reads_again_came_from_outside() -> None:
    """An editor that holds the file open sends the new text itself, often before anything is said of the disk."""
    told = Told()
    told.type("idna\r\nflask\r\n")
    assert told.require("idna\nflask\n", outside=False) == ["w is out of sync since a change outside the editor: 1 finding."]


def test_what_is_typed_is_no_news() -> None:
    told = Told()
    told.type("idna\nflask\nht")
    assert told.require("idna\nflask\n", outside=False) == []


def test_what_is_saved_is_no_news() -> None:
    told = Told()
    told.type("idna\nflask\n")
    told.documents.saved(URI)
    assert told.require("idna\nflask\n", outside=False) == []


def test_a_package_that_goes_is_told() -> None:
    told = Told()
    told.machine.files.take(f"{SITE}/idna-3.4.dist-info")
    assert told.look(outside=True) == ["w is out of sync since a change outside the editor: 1 finding."]


def test_not_while_git_is_in_the_middle_but_afterwards() -> None:
    told = Told()
    told.machine.files.put("/w/.git/rebase-merge/done", "")
    assert told.require("idna\nflask\n") == []
    told.machine.files.take("/w/.git/rebase-merge")
    assert len(told.look(outside=True)) == 1
    assert told.look(outside=True) == []


@pytest.mark.parametrize("name", ["rebase-merge", "rebase-apply", "MERGE_HEAD"])
def test_what_is_under_way_is_seen_in_a_work_tree_too(name: str) -> None:
    tree = {"/tree/.git": "gitdir: /w/.git/worktrees/tree\n", f"/w/.git/worktrees/tree/{name}": "", "/tree/sub/requirements.txt": ""}
    made = Workspace(MemoryMachine(tree), MemoryMemory())
    assert under_way("/tree/sub", made)
    assert not under_way("/w", made)


def test_off_and_muted() -> None:
    assert Told(**{"notify.drift": "off"}).require("idna\nflask\n") == []
    told = Told()
    told.drift.mute("/w", told.workspace.memory)
    told.drift = Drift()  # another day
    told.look()
    assert told.require("idna\nflask\n") == []


def test_many_projects_are_one_message() -> None:
    news = [News(f"/w/{name}", name, f"/w/{name}/requirements.txt", 2) for name in "abcde"]
    assert message(news) == "5 projects are out of sync since a change outside the editor: a, b, c and 2 more."
    assert message(news[:2]) == "2 projects are out of sync since a change outside the editor: a, b."


@pytest.mark.parametrize("trusted", [None, True, False])
def test_nothing_is_told_of_a_folder_that_the_person_does_not_trust(trusted: bool | None) -> None:
    """Also where that was answered on another day; what the client says itself counts more."""
    memory, told = MemoryMemory(), list[str]()
    memory.trust("/no", False)
    memory.trust("/yes", True)
    workspace = SimpleNamespace(roots=("/no", "/yes", "/open"), files=MemoryMachine({}).files)

    async def run(work: Any, *arguments: Any) -> Any:
        return work(workspace, *arguments)

    session = SimpleNamespace(
        trusted=trusted, run=run, services=lambda: SimpleNamespace(memory=memory), client=SimpleNamespace(asks_drift=False)
    )
    protocol = SimpleNamespace(tell=lambda method, parameters: told.append(parameters["message"]))
    ls: Any = SimpleNamespace(session=session, protocol=protocol)
    for root in ("/no/a", "/no", "/yes/b", "/open/c"):
        asyncio.run(drift.tell(ls, [News(root, root[1:], f"{root}/requirements.txt", 1)]))
    names = [each.removeprefix("venvls: ").split(" ")[0] for each in told]
    assert names == {None: ["yes/b", "open/c"], True: ["no/a", "no", "yes/b", "open/c"], False: []}[trusted]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    make_environment(root / ".venv", idna="3.4")
    (root / "requirements.txt").write_text("idna\n")
    return root


def changed(editor: Editor, path: Path) -> None:
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})


def test_an_editor_gets_one_message(good: Path) -> None:
    """What it typed and saved itself is no news; a question is for those that ask for one."""
    manifest = good / "requirements.txt"
    with Editor(good) as editor:
        editor.settle()
        editor.open(manifest, "idna\n")
        editor.replace(manifest, 2, "idna\nflask\n")
        manifest.write_text("idna\nflask\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": manifest.as_uri()}})
        changed(editor, manifest)
        editor.settle()
        editor.replace(manifest, 3, "idna\n")
        manifest.write_text("idna\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": manifest.as_uri()}})
        editor.notify("textDocument/didClose", {"textDocument": {"uri": manifest.as_uri()}})
        editor.settle()
        manifest.write_text("idna\nhttpx\n")
        changed(editor, manifest)
        message = editor.notification("window/showMessage")
        assert message == {"type": 2, "message": "venvls: work is out of sync since a change outside the editor: 1 finding."}
        assert len(editor.of("window/showMessage")) == 1 and not editor.of("window/showMessageRequest")


def test_what_is_over_before_the_rest_is_not_told(good: Path) -> None:
    """Another branch and back, or the first half of an installation: nothing is said before there is quiet."""
    manifest = good / "requirements.txt"
    with Editor(good) as editor:
        editor.settle()
        for name in ("flask", "httpx", "rich"):
            told, began, before = len(editor.of("window/showMessage")), time.monotonic(), len(editor.messages)
            manifest.write_text(f"idna\n{name}\n")
            changed(editor, manifest)
            editor.until(manifest, ["missing-requirement"], after=before)
            time.sleep(REST / 5)  # long enough for whoever does not wait
            manifest.write_text("idna\n")
            changed(editor, manifest)
            if time.monotonic() - began < REST / 2:
                break
            time.sleep(REST + 1)  # a busy machine may have had its quiet: once more
        editor.until(manifest, [], after=before)
        last = len(editor.messages)
        manifest.write_text("idna\nnumpy\n")
        changed(editor, manifest)
        editor.notification("window/showMessage", after=last)
        assert len(editor.of("window/showMessage")) == told + 1


def test_a_client_that_opts_in_is_asked(good: Path) -> None:
    manifest = good / "requirements.txt"
    with Editor(good, capabilities={**PUSHED, "experimental": {"venvls": {"driftQuestion": True}}}) as editor:
        editor.answers["window/showMessageRequest"] = lambda params: {"title": "Show"}
        editor.settle()
        manifest.write_text("idna\nhttpx\n")
        changed(editor, manifest)
        asked = editor.notification("window/showMessageRequest")
        assert [action["title"] for action in asked["actions"]] == ["Sync", "Show", "Not for this project"]
        assert editor.notification("window/showDocument")["uri"] == manifest.as_uri()
        assert not editor.of("window/showMessage")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_nothing_is_told_while_a_task_runs(good: Path, slow: Path) -> None:  # noqa: F811
    """Two projects of one folder: what changes in one waits until the task in the other has ended."""

    def told() -> list[str]:
        return [each["message"] for each in editor.of("window/showMessage") if "out of sync since" in each["message"]]

    manifest = good / "requirements.txt"
    with Editor(good.parent, options={"trusted": True}) as editor:
        editor.settle()
        number = start_sync(editor, slow)
        child_of(slow)
        manifest.write_text("idna\nhttpx\n")
        changed(editor, manifest)
        editor.settle()
        time.sleep(REST + 1)
        assert told() == []
        editor.notify("$/cancelRequest", {"id": number})
        editor.answer(number)
        deadline = time.monotonic() + SECONDS
        while not told() and time.monotonic() < deadline:
            editor.settle()
        assert told() == ["venvls: work is out of sync since a change outside the editor: 1 finding."]
