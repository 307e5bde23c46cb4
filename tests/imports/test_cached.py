"""What is not installed, by the wheels that uv keeps unpacked: which requirement brings a module of another name, which package of the lock
or of this machine it is of. No name alone is ever believed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, environment
from tests.memory_tree import FOLDER, Content, Link
from venvls.workspace import Workspace

ROOT = "/work/p"
CACHE = "/home/me/.cache/uv"


def wheel(name: str, *files: str, place: str = "wheels-v8/pypi") -> dict[str, Content]:
    """A wheel that uv has unpacked: a link to a folder of its archive."""
    unpacked = f"{CACHE}/archive-v0/of_{name}"
    tree: dict[str, Content] = {f"{unpacked}/{file}": "" for file in files}
    return {**tree, f"{CACHE}/{place}/{name}/1.0-py3-none-any": Link(unpacked), f"{CACHE}/{place}/{name}/1.0-py3-none-any.http": ""}


def reported(code: str, files: dict[str, Content]) -> list[tuple[str, Any, Any]]:
    """The message of each finding in the code, with what is declared and what could be added."""
    machine = MemoryMachine({**environment(f"{ROOT}/.venv"), f"{ROOT}/app.py": code, **files})
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots([ROOT])
    workspace.discover()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.path == f"{ROOT}/app.py"]
    return [(finding.message, finding.data["declared"], finding.data["add"]) for finding in findings]


@pytest.mark.parametrize("place", ["wheels-v8/pypi", "wheels-v5/index/0123456789abcdef"])
def test_a_requirement_is_recognised_by_its_wheel(place: str) -> None:
    files = {f"{ROOT}/requirements.txt": "acme-tools\nother\n", **wheel("acme-tools", "hammer/__init__.py", place=place)}
    message = "`hammer` cannot be imported: acme-tools is required, but not installed in .venv"
    assert reported("import hammer.heads\n", files) == [(message, "acme-tools", None)]


def test_of_several_wheels_with_a_module_none_is_meant() -> None:
    wheels = {**wheel("acme-tools", "hammer.py"), **wheel("other", "hammer.py")}
    ((message, declared, add),) = reported("import hammer\n", {f"{ROOT}/requirements.txt": "acme-tools\nother\n", **wheels})
    assert "which package would is not known" in message
    assert (declared, add) == (None, None)


def test_the_part_of_a_namespace_that_a_wheel_has() -> None:
    files = {
        f"{ROOT}/requirements.txt": "acme-saw\nacme-plane\n",
        **wheel("acme-saw", "acme/saw.py"),
        **wheel("acme-plane", "acme/plane.py"),
    }
    assert [declared for _, declared, _ in reported("from acme import saw\nimport acme.plane\n", files)] == ["acme-saw"]
    assert [declared for _, declared, _ in reported("import acme.plane\n", files)] == ["acme-plane"]


LOCK = """
version = 1
requires-python = ">=3.9"
[[package]]
name = "p"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "direct" }]
[package.metadata]
requires-dist = [{ name = "direct" }]
[[package]]
name = "direct"
version = "1"
source = { registry = "https://index.example/simple" }
dependencies = [{ name = "far-away" }]
[[package]]
name = "far-away"
version = "1"
source = { registry = "https://index.example/simple" }
"""


def test_a_package_of_the_lock_by_its_name_and_by_its_wheel() -> None:
    files: dict[str, Content] = {
        f"{ROOT}/pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = ["direct"]\n',
        f"{ROOT}/uv.lock": LOCK,
    }
    assert [add for _, _, add in reported("import far_away\n", files)] == ["far-away"]
    assert [add for _, _, add in reported("import distant\n", files)] == [None]
    assert [add for _, _, add in reported("import distant\n", {**files, **wheel("far-away", "distant.py")})] == ["far-away"]


def test_what_was_installed_on_this_machine_once_is_known_where_its_wheel_has_the_module() -> None:
    files: dict[str, Content] = {f"{ROOT}/requirements.txt": ""}
    assert [add for _, _, add in reported("import rare_thing\n", {**files, **wheel("rare-thing", "rare_thing/__init__.py")})] == [
        "rare-thing"
    ]
    # Neither a folder of that name nor a wheel without the module says anything.
    assert [add for _, _, add in reported("import rare_thing\n", {**files, **wheel("rare-thing", "something_else.py")})] == [None]
    assert [add for _, _, add in reported("import rare_thing\n", {**files, f"{CACHE}/wheels-v8/pypi/rare-thing": FOLDER})] == [None]
    # What came from a private index is the public one's under that name, or a stranger's.
    private = wheel("rare-thing", "rare_thing/__init__.py", place="wheels-v8/index/0123456789abcdef")
    assert [add for _, _, add in reported("import rare_thing\n", {**files, **private})] == [None]
