"""A project's facts are kept while nothing of theirs changes, and what is outside the workspace is shown to nobody at any time."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import Content, Link
from venvls.workspace import Workspace

ROOT = "/w/p"
SITE = f"{ROOT}/.venv/lib/python3.12/site-packages"


def opened(files: dict[str, Content], *packages: str) -> tuple[Workspace, MemoryMachine]:
    machine = MemoryMachine({**environment(f"{ROOT}/.venv", packages=packages), **files})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((ROOT,))
    workspace.discover()
    return workspace, machine


def messages(workspace: Workspace) -> list[str]:
    return [each.message for each in workspace.check().findings if each.code != "selected-environment"]


OUTSIDE = "This is for 2 places in the included file, which is outside the workspace and is not shown."


@pytest.fixture
def linked() -> tuple[Workspace, MemoryMachine]:
    """A project that includes a link, which leads to a file of its own first."""
    main = f"{ROOT}/requirements.txt"
    files: dict[str, Content] = {main: "-r link.txt\n", f"{ROOT}/own.txt": "alpha\n", "/secret.txt": "hidden\nhidden2\n"}
    workspace, machine = opened({**files, f"{ROOT}/link.txt": Link("own.txt")})
    assert messages(workspace) == ["alpha is not installed"]
    return workspace, machine


def test_a_link_that_comes_to_lead_outside_shows_nothing_of_it(linked: tuple[Workspace, MemoryMachine]) -> None:
    workspace, machine = linked
    link = f"{ROOT}/link.txt"
    machine.files.take(link)
    machine.files.put(link, Link("/secret.txt"))
    workspace.changed([link])
    assert messages(workspace) == [OUTSIDE]
    assert workspace.findings(link) == ()
    (finding,) = [each for each in workspace.findings(f"{ROOT}/requirements.txt") if each.message == OUTSIDE]
    assert not finding.related and not finding.data and finding.requirement is None
    machine.files.take(link)
    machine.files.put(link, Link("own.txt"))
    workspace.changed([link])
    assert messages(workspace) == ["alpha is not installed"]
    assert workspace.findings(link) != ()


def test_facts_are_kept_until_something_of_them_changes() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n", f"{ROOT}/sub/requirements.txt": "beta\n"}, "alpha-1")
    facts = workspace.facts(ROOT)
    assert workspace.facts(ROOT) is facts
    machine.files.put(f"{ROOT}/sub/requirements.txt", "gamma\n")
    workspace.changed([f"{ROOT}/sub/requirements.txt", f"{ROOT}/README"])
    assert workspace.facts(ROOT) is facts
    for path in (f"{SITE}/beta-1.dist-info/METADATA", f"{ROOT}/requirements.txt", f"{ROOT}/.python-version"):
        machine.files.put(path, "3.12\n")
        workspace.changed([path])
        assert workspace.facts(ROOT) is not facts, path
        facts = workspace.facts(ROOT)


def test_a_broken_environment_says_nothing_of_what_is_installed() -> None:
    workspace, machine = opened({f"{ROOT}/requirements.txt": "alpha\n"}, "alpha-1")
    assert workspace.facts(ROOT).installed is not None
    machine.files.take(f"{ROOT}/.venv/bin/python")
    workspace.changed([f"{ROOT}/.venv/pyvenv.cfg"])
    assert workspace.facts(ROOT).installed is None
    assert {each.code for each in workspace.check().findings} == {"broken-environment"}
