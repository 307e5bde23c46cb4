"""Which list of a project ipykernel is added to, in a tree in memory."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.kernels import missing
from venvls.workspace import Workspace

SITE = "/w/.venv/lib/python3.12/site-packages"
ENVIRONMENT = {
    "/w/.venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.4\n",
    "/w/.venv/bin/python": "",
    "/w/.venv/bin/activate": "",
    "/usr/bin/python3": "",
    f"{SITE}/pip-26.0.dist-info/METADATA": "Name: pip\nVersion: 26.0\n",
}
WITH = {f"{SITE}/ipykernel-7.4.0.dist-info/METADATA": "Name: ipykernel\nVersion: 7.4.0\n"}


def workspace(files: dict[str, str]) -> Workspace:
    made = Workspace(MemoryMachine(files), MemoryMemory())
    made.set_roots(("/w",))
    made.discover()
    return made


@pytest.mark.parametrize(
    ("files", "group", "place"),
    [
        ({"/w/pyproject.toml": '[project]\nname = "p"\nversion = "1"\n'}, "dev", "the group `dev`"),
        ({"/w/Pipfile": "[packages]\n"}, "dev", "the group `dev`"),
        ({"/w/requirements.txt": "", "/w/requirements-dev.txt": ""}, "dev", "the group `dev`"),
        ({"/w/requirements.txt": "", "/w/requirements-docs.txt": ""}, None, "requirements.txt"),
        ({"/w/setup.cfg": "[metadata]\nname = p\n[options]\ninstall_requires =\n  idna\n"}, None, "setup.cfg"),
    ],
)
def test_it_is_for_developers_where_the_project_has_a_place_for_that(files: dict[str, str], group: str | None, place: str) -> None:
    needed = missing(workspace({**files, **ENVIRONMENT}).facts("/w"))
    assert needed is not None
    assert (needed.task.task, needed.task.requirements, needed.task.environment) == ("add", ("ipykernel",), "/w/.venv")
    assert (needed.task.groups, needed.place) == ((group,) if group else (), place)


def test_nothing_is_missing_where_it_is_installed_or_nothing_can_be() -> None:
    requirements = {"/w/requirements.txt": ""}
    assert missing(workspace({**requirements, **ENVIRONMENT, **WITH}).facts("/w")) is None
    assert missing(workspace(requirements).facts("/w")) is None
    broken = {path: text for path, text in ENVIRONMENT.items() if not path.endswith("bin/python")}
    assert missing(workspace({**requirements, **broken}).facts("/w")) is None
