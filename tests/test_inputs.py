"""What an answer rests on is noted as it is looked at, and told from what is there later."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import FOLDER, Link, MemoryFiles
from venvls.host.files import DiskFiles
from venvls.inputs import Inputs
from venvls.model.ports import FileView
from venvls.noted_files import NotedFiles, NotedMachine
from venvls.workspace import Workspace

LOOKS: dict[str, Callable[[FileView], object]] = {
    "stat of a file": lambda files: files.stat("/p/file"),
    "stat of what is not there": lambda files: files.stat("/p/new"),
    "stat of a link": lambda files: files.lstat("/p/link"),
    "text": lambda files: files.read("/p/file"),
    "text that is not there": lambda files: files.read("/p/new"),
    "names": lambda files: files.list("/p/folder"),
    "names of no folder": lambda files: files.list("/p/new"),
    "link": lambda files: files.link("/p/link"),
    "real path": lambda files: files.real("/p/link"),
    "which of some": lambda files: files.standing("/p/folder", ("a", "b")),
}
CHANGES: dict[str, tuple[Callable[[MemoryFiles], object], set[str]]] = {
    "nothing": (lambda tree: None, set()),
    "a file somewhere else": (lambda tree: tree.put("/q/file", "x"), set()),
    "another text": (lambda tree: tree.put("/p/file", "other"), {"stat of a file", "text"}),
    "a new file": (lambda tree: tree.put("/p/new", "x"), {"stat of what is not there", "text that is not there"}),
    "a new folder": (
        lambda tree: tree.put("/p/new", FOLDER),
        {"stat of what is not there", "text that is not there", "names of no folder"},
    ),
    "a new name": (lambda tree: tree.put("/p/folder/b", "x"), {"names", "which of some"}),
    "a link elsewhere": (lambda tree: tree.put("/p/link", Link("/p/folder")), {"stat of a link", "link", "real path"}),
}


LESS_ROOM: dict[str, Callable[[Inputs], object]] = {
    "as it is": lambda inputs: None,
    "condensed": lambda inputs: inputs.condense("/"),
    "at rest": lambda inputs: (inputs.condense("/"), inputs.rest()),
}


@pytest.mark.parametrize("room", LESS_ROOM)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("look", LOOKS)
def test_a_look_differs_exactly_when_it_shows_something_else(look: str, change: str, room: str) -> None:
    tree = MemoryFiles({"/p/file": "x", "/p/link": Link("file"), "/p/folder/a": ""})
    inputs = Inputs()
    LOOKS[look](NotedFiles(tree, inputs))
    paths, seen = set(inputs.paths()), dict(inputs.seen({"/p/file", "/p/new"}))
    LESS_ROOM[room](inputs)
    assert (set(inputs.paths()), dict(inputs.seen({"/p/file", "/p/new"}))) == (paths, seen)
    assert not inputs.differ(tree, {})
    make, differing = CHANGES[change]
    make(tree)
    assert inputs.differ(tree, {}) is (look in differing)


def test_while_one_state_lasts_nothing_is_looked_at_twice() -> None:
    tree = MemoryFiles({"/p/file": "x"})
    inputs = Inputs()
    files = NotedFiles(tree, inputs)
    inputs.lasting = True
    before = (files.stat("/p/new"), files.read("/p/new"), files.list("/p"), files.real("/p/file"))
    tree.put("/p/new", "y")
    assert (files.stat("/p/new"), files.read("/p/new"), files.list("/p"), files.real("/p/file")) == before
    assert inputs.differ(tree, {})
    inputs.lasting = False
    assert files.read("/p/new") == b"y"


def test_a_long_listing_is_kept_once_for_all_who_look_and_changes_for_each() -> None:
    """Hundreds of projects look at what is installed in the Python that all of their environments were made from."""
    tree = MemoryFiles({f"/p/folder/{number}": "" for number in range(100)})
    early, other, late = Inputs(), Inputs(), Inputs()
    listed = NotedFiles(tree, early).list("/p/folder")
    assert NotedFiles(tree, other).list("/p/folder") is listed
    tree.put("/p/folder/new", "")
    longer = NotedFiles(tree, late).list("/p/folder")
    assert longer is not None and listed is not None and len(longer) == 101 and len(listed) == 100
    assert early.differ(tree, {}) and other.differ(tree, {}) and not late.differ(tree, {})
    tree.put("/p/folder/new", FOLDER)
    assert late.differ(tree, {})


def test_a_text_of_the_same_size_and_time_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    inputs = Inputs()
    stat = file.stat()
    NotedFiles(DiskFiles(), inputs).read(str(file))
    file.write_text("two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert inputs.differ(DiskFiles(), {})


def test_variables_that_are_looked_for_are_noted_and_no_others() -> None:
    inputs = Inputs()
    environ = NotedMachine(MemoryMachine({}, environ={"A": "1", "B": "2"}), inputs).environ()
    assert environ.get("A") == "1" and environ.get("C") is None
    assert not inputs.differ(MemoryFiles(), {"A": "1"})
    assert inputs.differ(MemoryFiles(), {"A": "2"}) and inputs.differ(MemoryFiles(), {"A": "1", "C": ""})


POETRY = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["idna>=3"]\n[tool.poetry]\n'
ELSEWHERE = {
    "poetry": {"/w/pyproject.toml": POETRY, "/w/poetry.lock": ""},
    "pipenv": {"/w/Pipfile": '[packages]\nidna = ">=3"\n'},
    "conda": {"/w/environment.yml": "name: demo\ndependencies:\n  - pip\n  - pip:\n    - idna>=3\n"},
}


@pytest.mark.parametrize("tool", ELSEWHERE)
def test_what_a_tool_makes_in_its_own_place_is_noticed_by_one_of_the_paths_elsewhere(tool: str) -> None:
    """The paths are looked at by stat alone, again and again, while the tool makes the environment piece by piece."""
    machine = MemoryMachine(ELSEWHERE[tool])
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots(["/w"])
    workspace.discover()
    assert all(project.environment is None for project in workspace.projects())
    prefix = next(
        path for path in workspace.outlook.watched() if path.endswith(("-py3.12", "/miniconda3/envs/demo")) or "/share/virtualenvs/" in path
    )
    pieces = environment(prefix, packages=("idna-3.6",))
    if tool == "conda":
        pieces = {f"{prefix}/conda-meta/history": "", f"{prefix}/conda-meta/python-3.12.4-h1_0_cpython.json": "{}", **pieces}
    for path, content in pieces.items():
        before = {watched: machine.files.stat(watched) for watched in workspace.outlook.watched()}
        machine.files.put(path, content)
        changed = [watched for watched, stat in before.items() if machine.files.stat(watched) != stat]
        if changed:
            workspace.changed(changed)
    fresh = Workspace(machine, MemoryMemory(), strict=True)
    fresh.set_roots(["/w"])
    fresh.discover()
    assert [project.environment.prefix for project in workspace.projects() if project.environment] == [prefix]
    assert workspace.check() == fresh.check()


def test_what_each_of_many_projects_looks_at_is_there_once_when_they_are_at_rest() -> None:
    tree = MemoryFiles({"/p/pyvenv.cfg": "x", "/p/a/requirements.txt": "", "/p/b/requirements.txt": ""})
    both = [Inputs(), Inputs()]
    for inputs, project in zip(both, "ab", strict=True):
        for path in (f"/p/{project}/.git", "/p/.git", "/p/pyvenv.cfg"):
            NotedFiles(tree, inputs).stat("".join(path))
        inputs.rest()
    (first, second) = (dict(inputs.shown["stat"]) for inputs in both)
    assert first.keys() & second.keys() == {"/p/.git", "/p/pyvenv.cfg"}
    assert first["/p/pyvenv.cfg"] is second["/p/pyvenv.cfg"]
    assert len({id(path) for path in (*first, *second)}) == 4
