"""A package that is missing here and installed in the base Python: pip ran while no environment was active, and that is said."""

from __future__ import annotations

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.workspace import Workspace

TREE = {
    "/w/p/requirements.txt": "flask\nrich\n",
    "/w/p/.venv/pyvenv.cfg": "home = /opt/py/bin\nversion = 3.12.4\n",
    "/w/p/.venv/bin/python": "",
    "/w/p/.venv/lib/python3.12/site-packages/pip-24.0.dist-info/METADATA": "Name: pip\nVersion: 24.0\n",
    "/opt/py/bin/python3.12": "",
    "/opt/py/lib/python3.12/site-packages/Flask-3.0.0.dist-info/METADATA": "Name: Flask\nVersion: 3.0.0\n",
    "/usr/bin/python3.12": "",
    "/usr/lib/python3.12/os.py": "",
    "/usr/local/lib/python3.12/dist-packages/rich-13.0.dist-info/METADATA": "Name: rich\nVersion: 13.0\n",
}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ["flask is not installed: it is installed in your global Python, not in .venv", "rich is not installed"]),
        ({"/w/p/.venv/pyvenv.cfg": "home = /opt/other/bin\nversion = 3.12.4\n"}, ["flask is not installed", "rich is not installed"]),
        # Where Debian's pip installs.
        (
            {"/w/p/.venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.4\n"},
            ["flask is not installed", "rich is not installed: it is installed in your global Python, not in .venv"],
        ),
    ],
)
def test_it_is_said_where_it_is_true(more: dict[str, str], said: list[str]) -> None:
    workspace = Workspace(MemoryMachine(TREE | {"/opt/other/bin/python3": ""} | more), MemoryMemory(), strict=True)
    workspace.set_roots(["/w/p"])
    workspace.discover()
    findings = workspace.check().findings
    assert [finding.message for finding in findings if finding.code == "missing-requirement"] == said
