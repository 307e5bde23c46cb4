"""Groups that a person synced are remembered for the environment: they steer the next sync, and what they lack is no warning."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from venvls import synced_groups
from venvls.grounds import Overrides
from venvls.model.action import Task
from venvls.model.facts import Choice
from venvls.model.finding import Finding
from venvls.model.requirement import Scope
from venvls.workspace import Workspace

PYPROJECT = """\
[project]
name = "me"
version = "1"
dependencies = ["alpha"]
[project.optional-dependencies]
web = ["flask"]
[dependency-groups]
dev = ["pytest"]
docs = ["sphinx"]
"""
LOCK = """\
version = 1
revision = 3
requires-python = ">=3.10"
[[package]]
name = "alpha"
version = "1"
source = { registry = "https://example.org/simple" }
[[package]]
name = "babel"
version = "1"
source = { registry = "https://example.org/simple" }
[[package]]
name = "sphinx"
version = "1"
source = { registry = "https://example.org/simple" }
dependencies = [{ name = "babel" }]
[[package]]
name = "me"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "alpha" }]
[package.dev-dependencies]
docs = [{ name = "sphinx" }]
[package.metadata]
requires-dist = [{ name = "alpha" }]
[package.metadata.requires-dev]
docs = [{ name = "sphinx" }]
"""
LOCKED = PYPROJECT.replace('[project.optional-dependencies]\nweb = ["flask"]\n', "").replace('dev = ["pytest"]\n', "")
LOCKED = LOCKED.replace("[dependency-groups]", 'requires-python = ">=3.10"\n[tool.uv]\n[dependency-groups]')


def opened(tree: dict[str, str], memory: MemoryMemory, *packages: str, overrides: Overrides | None = None) -> Workspace:
    there = environment("/w/p/.venv", packages=packages or ("alpha-1", "pytest-1"))
    workspace = Workspace(MemoryMachine({**tree, **there}), memory, strict=True, overrides=overrides or Overrides())
    workspace.set_roots(["/w/p"])
    workspace.discover()
    return workspace


def said(workspace: Workspace) -> list[tuple[str, str, str]]:
    findings = workspace.check().findings
    return [
        (each.severity, each.code, each.message) for each in findings if each.code not in ("selected-environment", "extraneous-package")
    ]


@pytest.fixture
def memory() -> MemoryMemory:
    memory = MemoryMemory()
    synced_groups.remember(memory, "/w/p/.venv", ("Docs", "dev"), ("web",))
    return memory


def test_they_steer_the_next_sync_and_what_they_lack_is_information(memory: MemoryMemory) -> None:
    tree = {"/w/p/pyproject.toml": PYPROJECT}
    assert said(opened(tree, MemoryMemory())) == []
    workspace = opened(tree, memory)
    assert said(workspace) == [
        ("information", "missing-requirement", "flask is not installed (you synced extra web)"),
        ("information", "missing-requirement", "sphinx is not installed (you synced group docs)"),
    ]
    choice = workspace.facts("/w/p").choice
    assert (choice.groups, choice.extras) == ({"docs", "dev"}, {"web"})
    assert workspace.which("/w/p").synced == ("extra web", "group dev", "group docs")


def test_what_counts_anyway_is_still_a_warning(memory: MemoryMemory) -> None:
    tree = {"/w/p/pyproject.toml": PYPROJECT}
    assert ("warning", "missing-requirement", "pytest is not installed") in said(opened(tree, memory, "alpha-1"))
    chosen = opened(tree, memory, overrides=Overrides(groups=("docs",)))
    assert ("warning", "missing-requirement", "sphinx is not installed") in said(chosen)


def test_an_isolated_check_is_without_them(memory: MemoryMemory) -> None:
    workspace = opened({"/w/p/pyproject.toml": PYPROJECT}, memory, overrides=Overrides(isolated=True))
    assert said(workspace) == []
    assert workspace.facts("/w/p").choice == Choice()


def test_a_group_that_the_project_no_longer_has_is_nothing(memory: MemoryMemory) -> None:
    assert said(opened({"/w/p/pyproject.toml": PYPROJECT.replace("docs", "other").replace("web", "net")}, memory)) == []


def test_a_requirements_file_of_a_group(memory: MemoryMemory) -> None:
    tree = {"/w/p/requirements.txt": "alpha\n", "/w/p/requirements-docs.txt": "sphinx\n"}
    assert said(opened(tree, memory)) == [("information", "missing-requirement", "sphinx is not installed (you synced group docs)")]


def test_in_a_lock_they_are_not_extraneous_and_what_they_lack_there_is_information() -> None:
    tree = {"/w/p/pyproject.toml": LOCKED, "/w/p/uv.lock": LOCK}
    memory = MemoryMemory()
    before = opened(tree, memory, "alpha-1", "sphinx-1", "babel-1")
    assert {each.data["name"] for each in before.check().findings if each.code == "extraneous-package"} == {"babel", "sphinx"}
    synced_groups.remember(memory, "/w/p/.venv", ("docs",), ())
    after = opened(tree, memory, "alpha-1", "sphinx-1", "babel-1")
    assert not [each for each in after.check().findings if each.code == "extraneous-package"]
    lacking = said(opened(tree, memory, "alpha-1", "sphinx-1"))
    assert lacking, "babel is missing"
    assert {severity for severity, _, _ in lacking} == {"information"}


def test_a_finding_offers_to_forget_the_group(memory: MemoryMemory) -> None:
    workspace = opened({"/w/p/pyproject.toml": PYPROJECT}, memory)

    def offered(finding: Finding) -> Task | None:
        return next((action.task for action in workspace.actions(finding) if action.id == "forget-group"), None)

    (task,) = [task for finding in workspace.check().findings if "sphinx" in finding.message and (task := offered(finding)) is not None]
    assert (task.task, task.groups, task.options) == ("select", ("docs",), {"forget-groups": True})
    assert synced_groups.forget(memory, "/w/p/.venv", task.groups) == ("docs",)
    left = opened({"/w/p/pyproject.toml": PYPROJECT}, memory)
    assert Scope("group", "docs") not in left.facts("/w/p").choice.synced
    assert not any("sphinx" in message for _, _, message in said(left))
