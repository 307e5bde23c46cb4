"""On Windows nothing is looked at on a machine that a file of the workspace names: it would be sent the person's credentials."""

from __future__ import annotations

import ntpath
import os
import posixpath
from pathlib import Path
from types import ModuleType

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from tests.memory_tree import Content, MemoryFiles
from venvls import graph, manifests
from venvls.host import git_ignore, git_work
from venvls.lsp.drift import under_way
from venvls.model.manifest import Manifest
from venvls.model.reach import is_remote
from venvls.model.text import Text
from venvls.rules.checkouts import checkout_of
from venvls.workspace import Workspace


class Alone(MemoryFiles):
    """A Windows tree in which every look at another machine is a failure."""

    def __init__(self, tree: dict[str, Content]) -> None:
        super().__init__(tree, windows=True)

    def _resolve(self, path: str, *, follow: bool) -> tuple[str, object] | None:  # type: ignore[override]
        assert not path.replace("/", "\\").startswith("\\\\"), path
        return super()._resolve(path, follow=follow)


def workspace_of(tree: dict[str, Content]) -> Workspace:
    machine = MemoryMachine({}, windows=True)
    machine.files = Alone(tree)
    made = Workspace(machine, MemoryMemory())
    made.set_roots(("C:\\w",))
    made.discover()
    return made


@pytest.mark.parametrize(
    ("place", "naming", "path", "remote"),
    [
        (r"\\host\share\a", r"C:\w\x", ntpath, True),
        ("//host/share/a", "C:\\w", ntpath, True),
        (r"/\host\share\a", "C:\\w", ntpath, True),
        (r"\\host\share\a", r"\\HOST\Share\w", ntpath, False),
        (r"\\host\other\a", r"\\host\share\w", ntpath, True),
        (r"D:\a", r"C:\w", ntpath, False),
        (r"..\a", r"C:\w", ntpath, False),
        ("//host/share/a", "/w", posixpath, False),
    ],
)
def test_what_is_on_another_machine(place: str, naming: str, path: ModuleType, remote: bool) -> None:
    assert is_remote(place, naming, path) is remote


@pytest.mark.parametrize("written", [r"\\\\host\\share\\base.txt", "//host/share/base.txt"], ids=["backslashes", "slashes"])
def test_an_include_on_another_machine_is_not_read(written: str) -> None:
    # For pip a backslash is the start of an escape.
    made = workspace_of({"C:/w/requirements.txt": f"-r {written}\nidna\n"})
    (finding,) = [one for one in made.findings(r"C:\w\requirements.txt") if one.code == "unreadable-include"]
    assert finding.message == "It is on another machine; files there are not read while checking."
    assert "create-included-file" not in [action.id for action in made.actions(finding)]


def test_an_include_on_the_share_of_its_file_is_read() -> None:
    texts = {r"\\host\share\w\requirements.txt": "-r ../base.txt\n", r"\\host\share\base.txt": "idna\n"}

    def load(path: str, hint: str | None) -> Manifest | str:
        return manifests.parse(path, Text(texts[path]), hint)

    assert set(graph.follow([r"\\host\share\w\requirements.txt"], load, MemoryFiles(windows=True)).manifests) == set(texts)


def test_a_git_folder_on_another_machine_is_not_looked_at() -> None:
    tree: dict[str, Content] = {"C:/w/.git": "gitdir: //host/share/w/.git/worktrees/w\n", "C:/w/requirements.txt": ""}
    assert not under_way("C:\\w", workspace_of(tree))
    assert checkout_of("C:\\w", Alone(tree)) is None


def test_what_work_trees_share_is_not_looked_at_on_another_machine() -> None:
    tree: dict[str, Content] = {
        "C:/w/.git": "gitdir: C:/main/.git/worktrees/w\n",
        "C:/main/.git/worktrees/w/commondir": "//host/share/.git\n",
    }
    assert checkout_of("C:\\w", Alone(tree)) is None


def test_nor_for_what_git_ignores_and_what_work_a_checkout_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without Windows: each of them asks before it looks, and gives up where the answer is yes.
    (tmp_path / ".git").write_text("gitdir: //host/share/.git\n")
    looked: list[str] = []
    for module in (git_ignore, git_work):
        monkeypatch.setattr(module, "is_remote", lambda place, naming, path: looked.append(place) or True)
    assert git_ignore.git_state(str(tmp_path), environ={"HOME": str(tmp_path)}) is None
    assert git_work.work(str(tmp_path)) == git_work.UNKNOWN
    assert {os.path.normpath(place) for place in looked} == {"//host/share/.git"}
