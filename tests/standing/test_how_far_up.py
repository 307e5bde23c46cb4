"""How far above a folder anything counts, and that a folder without manifests is no exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import MemoryFiles
from venvls.model.ports import Stat
from venvls.workspace import Workspace

HOME = "/home/me"
PROJECT = {f"{HOME}/code/app/requirements.txt": "six\n", f"{HOME}/code/app/src/x.py": ""}


class _Divided(MemoryFiles):
    """A tree in which everything below one folder is on another file system, or somebody else's."""

    def __init__(self, tree: Mapping[str, Any], below: str, **other: Any) -> None:
        super().__init__(tree)
        self._below, self._other = below, other

    def stat(self, path: str) -> Stat | None:
        known = super().stat(path)
        inside = path == self._below or path.startswith(f"{self._below}/")
        return known._replace(**self._other) if known is not None and inside else known


def used(tree: Mapping[str, Any], opened: str, files: MemoryFiles | None = None) -> str | None:
    machine = MemoryMachine(tree)
    if files is not None:
        machine.files = files
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((opened,))
    workspace.discover()
    which = workspace.which(opened)
    return which.environment.prefix if which.environment is not None else None


def test_up_to_the_folder_below_home_and_never_home_itself() -> None:
    outer = {**PROJECT, **environment(f"{HOME}/code/.venv")}
    assert used(outer, f"{HOME}/code/app") == f"{HOME}/code/.venv"
    assert used({**PROJECT, **environment(f"{HOME}/.venv")}, f"{HOME}/code/app") is None


@pytest.mark.parametrize("other", [{"identity": (9, 9)}, {"owner": 4711}], ids=["another file system", "somebody else's"])
def test_not_over_a_boundary(other: dict[str, Any]) -> None:
    tree = {**PROJECT, **environment(f"{HOME}/code/.venv")}
    assert used(tree, f"{HOME}/code/app", _Divided(tree, f"{HOME}/code/app", **other)) is None


def test_inside_a_work_tree_up_to_its_top() -> None:
    tree = {**PROJECT, f"{HOME}/code/app/.git/HEAD": "ref: x\n", **environment(f"{HOME}/code/.venv")}
    assert used(tree, f"{HOME}/code/app") is None
    assert used({**tree, **environment(f"{HOME}/code/app/.venv")}, f"{HOME}/code/app/src") == f"{HOME}/code/app/.venv"


def test_a_bare_repository_with_a_work_tree_for_each_branch() -> None:
    base = f"{HOME}/code/app"
    tree = {
        f"{base}/.bare/HEAD": "ref: refs/heads/main\n",
        f"{base}/.git": "gitdir: ./.bare\n",
        **{f"{base}/{branch}/.git": f"gitdir: {base}/.bare/worktrees/{branch}\n" for branch in ("main", "fix")},
        **{f"{base}/{branch}/requirements.txt": "six\n" for branch in ("main", "fix")},
        **environment(f"{base}/main/.venv"),
    }
    for opened in (base, f"{base}/fix"):
        machine = MemoryMachine(tree)
        workspace = Workspace(machine, MemoryMemory(), strict=True)
        workspace.set_roots((opened,))
        workspace.discover()
        assert workspace.which(f"{base}/fix").environment is None
    assert used(tree, f"{base}/main") == f"{base}/main/.venv"


def test_a_folder_without_manifests_below_an_environment() -> None:
    tree = {f"{HOME}/notes/a/b/c/x.txt": "", **environment(f"{HOME}/notes/.venv")}
    assert used(tree, f"{HOME}/notes/a/b/c") == f"{HOME}/notes/.venv"
