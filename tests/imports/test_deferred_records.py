"""Whose a module is takes the records of everything installed: no keystroke in an editor waits until they are read."""

from __future__ import annotations

from itertools import pairwise

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls.workspace import Workspace

ROOT = "/work/p"
SITE = f"{ROOT}/.venv/lib/python3.12/site-packages"
MANY = 40


def opened(*, defers: bool) -> tuple[Workspace, MemoryMachine]:
    """A project with many distributions, each of a module that is called otherwise, and code that imports some of them."""
    names = [f"dist_{number}" for number in range(MANY)]
    files = environment(f"{ROOT}/.venv", packages=[f"{name}-1.0" for name in names])
    for number, name in enumerate(names):
        files |= {f"{SITE}/module_{number}.py": "", f"{SITE}/{name}-1.0.dist-info/RECORD": f"module_{number}.py,,\n"}
    machine = MemoryMachine({**files, f"{ROOT}/requirements.txt": "dist-1\n", f"{ROOT}/app.py": "import os\n"})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.code.defers_walks = defers
    workspace.set_roots([ROOT])
    workspace.discover()
    workspace.open(f"{ROOT}/app.py", "import module_1\nimport module_7\nimport absent\n")
    return workspace, machine


def records(machine: MemoryMachine) -> int:
    return sum(path.endswith("RECORD") for path in machine.files.reads)


def codes(workspace: Workspace) -> list[str]:
    return [finding.code for finding in workspace.findings(f"{ROOT}/app.py")]


def test_a_keystroke_waits_for_no_record() -> None:
    workspace, machine = opened(defers=True)
    assert codes(workspace) == []
    assert workspace.code.owes_walk
    assert records(machine) == 0
    steps: list[int] = []
    # What is urgent comes in between, and is answered without them too.
    while workspace.code.owes_walk:
        workspace.code.walk(lambda: steps.append(records(machine)))
        workspace.findings(f"{ROOT}/app.py")
    assert max(after - before for before, after in pairwise(steps)) == 1
    assert codes(workspace) == ["undeclared-import", "missing-import"]
    read = records(machine)
    assert read >= MANY
    workspace.open(f"{ROOT}/app.py", "import module_1\nimport module_8\n")
    assert codes(workspace) == ["undeclared-import"]
    assert records(machine) == read


def test_a_command_reads_them_at_once() -> None:
    workspace, machine = opened(defers=False)
    assert "undeclared-import" in codes(workspace)
    assert records(machine) >= MANY
