"""Folders that do not tell cases apart, nor é from e with an accent behind it (macOS): a file is the same by any of its names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Content, MemoryFiles
from venvls.workspace import Workspace

COMPOSED, TAKEN_APART = unicodedata.normalize("NFC", "café"), unicodedata.normalize("NFD", "café")


class FoldingFiles(MemoryFiles):
    """Names are kept as they were written, and found by any spelling."""

    def _key(self, name: str) -> str:
        return unicodedata.normalize("NFD", name).casefold()


def opened(root: str, tree: Mapping[str, Content]) -> Workspace:
    machine = MemoryMachine({})
    machine.files = FoldingFiles({**environment(f"{root}/.venv"), **tree})
    made = Workspace(machine, MemoryMemory(), strict=True)
    made.set_roots((root,))
    made.discover()
    return made


def said(workspace: Workspace) -> list[str]:
    return [finding.message for finding in workspace.check().findings if finding.severity in ("error", "warning")]


@pytest.mark.parametrize("written", [COMPOSED, TAKEN_APART, COMPOSED.upper(), TAKEN_APART.upper()], ids=ascii)
@pytest.mark.parametrize("on_disk", [COMPOSED, TAKEN_APART], ids=ascii)
def test_an_include_is_read_by_any_spelling(on_disk: str, written: str) -> None:
    root = f"/home/me/{on_disk}"
    workspace = opened(root, {f"{root}/requirements.txt": f"-r {written}.txt\n", f"{root}/{on_disk}.txt": "absent\n"})
    assert said(workspace) == ["absent is not installed"]


def test_a_file_that_includes_itself_by_other_spellings_ends() -> None:
    root = "/home/me/p"
    names = ("A.txt", "a.TXT", "a.txt")
    tree: dict[str, Content] = {f"{root}/requirements.txt": "-r a.txt\n"}
    tree[f"{root}/a.txt"] = "".join(f"-r {name}\n" for name in names) + "absent\n"
    workspace = opened(root, tree)
    messages = [(finding.code, finding.message) for finding in workspace.check().findings if finding.severity in ("error", "warning")]
    assert {code for code, _ in messages} <= {"include-cycle", "missing-requirement"}
    assert ("missing-requirement", "absent is not installed") in messages


@pytest.mark.parametrize("spelling", [TAKEN_APART, COMPOSED.upper()], ids=ascii)
def test_a_folder_opened_by_another_spelling_is_the_same_project(spelling: str) -> None:
    tree = {f"/home/me/{COMPOSED}/requirements.txt": "absent\n"}
    machine = MemoryMachine({})
    machine.files = FoldingFiles({**environment(f"/home/me/{COMPOSED}/.venv"), **tree})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((f"/home/me/{spelling}",))
    workspace.discover()
    assert said(workspace) == ["absent is not installed"]
    (project,) = workspace.projects()
    assert project.environment is not None and project.environment.health == "ok"
    # The file as its editor spells it: what is typed counts.
    workspace.open(f"/home/me/{spelling}/requirements.txt", "other\n")
    assert said(workspace) == ["other is not installed"]
