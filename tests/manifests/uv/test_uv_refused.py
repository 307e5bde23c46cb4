"""What uv stops at in a pyproject.toml; that it does is compared with uv itself in ``tests/differential_tools/test_uv_refused.py``."""

from __future__ import annotations

import pytest

from tests.differential_tools.uv_refused_projects import REFUSED, files
from tests.memory_machine import MemoryMachine, MemoryMemory
from tests.tools.test_uv_project import project
from venvls import tools
from venvls.model.action import Task
from venvls.workspace import Workspace


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_uv_refuses(text: str, code: str | None) -> None:
    workspace = Workspace(MemoryMachine({f"/w/{path}": content for path, content in files(text).items()}), MemoryMemory(), strict=True)
    workspace.set_roots(["/w"])
    workspace.discover()
    report = workspace.check()
    assert {finding.code for finding in report.findings if finding.severity == "error"} == ({code} if code else set())


@pytest.mark.parametrize("text", ["[tool.uv.sources]\nidna = 3\n", '[tool.uv]\npackage = "x"\n', '[[tool.uv.index]]\nname = "x"\n' * 2])
def test_nothing_is_started_with_such_a_file(text: str) -> None:
    head = '[project]\nname = "me"\nversion = "1"\ndependencies = ["idna"]\n'
    assert "uv stops at /w/p/pyproject.toml" in str(tools.plan(Task("sync", "/w/p"), project(head + text)).refusal)


@pytest.mark.parametrize(
    "text", ["[tool.uv.sources]\nlib = \n", "[tool.uv.sources]\nlib = [{ path = \n", '[tool.uv]\nconflicts = [[{ extra = "x\n']
)
def test_half_typed_it_is_not_said(text: str) -> None:
    from venvls import manifests
    from venvls.model.text import Text

    found = manifests.parse("/w/pyproject.toml", Text(text))
    assert [problem.message for problem in found.problems if problem.tool] == []
