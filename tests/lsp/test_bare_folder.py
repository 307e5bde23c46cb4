"""venvls.create in a folder that lists no requirements yet: the first step of every guide, in the editor too."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from tests.memory_tree import FOLDER, Content
from venvls import services
from venvls.lsp.features.tasks.planning import task_of
from venvls.model.action import Plan
from venvls.model.rule import BasePython
from venvls.workspace import Workspace

SCRIPT = "# /// script\n# dependencies = ['alpha']\n# ///\n"
PYTHON = BasePython("/opt/py/bin/python3", "3.13.1")


def planned(tree: dict[str, Content], **given: object) -> tuple[Plan | None, str]:
    machine = MemoryMachine({"/w/p": FOLDER, "/elsewhere": FOLDER, **tree})
    joined = services.Services(
        machine, MemoryMemory(), lambda *words, **more: pytest.fail("run"), lambda outside, also=(): (PYTHON,), lambda: "/scratch",
        lambda edits, roots=(): None,
    )  # fmt: skip
    workspace = Workspace(machine, joined.memory, strict=True)
    workspace.set_roots(["/w/p"])
    workspace.discover()
    task = task_of(workspace, "create", given)
    return (None, task) if isinstance(task, str) else (services.plan(task, workspace, joined), "")


@pytest.mark.parametrize("tree", [{}, {"/w/p/a.ipynb": "{}"}, {"/w/p/tool.py": SCRIPT}], ids=["empty", "notebooks", "script"])
@pytest.mark.parametrize("given", [{}, {"project": "/w/p"}, {"uri": "file:///w/p"}], ids=["nothing", "project", "uri"])
def test_a_folder_gets_an_environment(tree: dict[str, Content], given: dict[str, object]) -> None:
    made, problem = planned(tree, **given)
    assert made is not None, problem
    assert made.refusal is None
    assert (made.environment, [step.argv[-1] for step in made.steps]) == ("/w/p/.venv", ["/w/p/.venv"])


def test_nothing_is_made_where_another_folder_is_meant() -> None:
    assert planned({}, project="/elsewhere") == (None, "There is no project there: no manifest was found.")
    made, _ = planned({"/w/p/tool.py": SCRIPT}, project="/w/p/tool.py")
    assert made is None, "a script that is named has its environment from uv"


def test_a_project_is_still_the_one_that_is_meant() -> None:
    made, _ = planned({"/w/p/requirements.txt": "alpha\n"})
    assert made is not None
    assert [step.argv[-2:] for step in made.steps][1:], "its requirements are installed"
