"""A plan that cannot be made starts no Python of the machine to find that out."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls import services
from venvls.model.action import Task
from venvls.model.rule import BasePython
from venvls.workspace import Workspace

BROKEN = {"/w/p/requirements.txt": "alpha\n", "/w/p/.venv/pyvenv.cfg": "home = /gone\nversion = 3.12.4\n", "/w/p/.venv/bin/python": ""}
NONE = {"/w/p/requirements.txt": "alpha\n"}


@pytest.mark.parametrize("tree", [BROKEN, NONE], ids=["unusable", "none"])
@pytest.mark.parametrize("task", ["sync", "install", "upgrade", "freeze", "remove"])
def test_no_python_is_started_where_nothing_can_be_installed(tree: dict[str, str], task: str) -> None:
    machine = MemoryMachine(tree)
    asked: list[object] = []

    def pythons(outside: tuple[str, ...], also: tuple[str, ...] = ()) -> tuple[BasePython, ...]:
        asked.append(outside)
        return ()

    joined = services.Services(
        machine, MemoryMemory(), lambda *words, **more: pytest.fail("run"), pythons, lambda: "/scratch", lambda edits, roots=(): None
    )
    workspace = Workspace(machine, joined.memory, strict=True)
    workspace.set_roots(["/w/p"])
    workspace.discover()
    project = workspace.project_of("/w/p")
    assert project is not None
    prefix = project.environment.prefix if project.environment is not None else None
    made = services.plan(Task(task, "/w/p", prefix, requirements=("alpha",)), workspace, joined)  # type: ignore[arg-type]
    assert not made.steps
    assert asked == []
