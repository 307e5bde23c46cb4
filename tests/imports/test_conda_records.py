"""Whose a module is in an environment of conda's: by the records that conda keeps, and nothing where these leave a doubt."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls.imports.conda_records import read
from venvls.workspace import Workspace

ROOT = "/work/p"
PREFIX = f"{ROOT}/env"
META = f"{PREFIX}/conda-meta"
SITE = f"{PREFIX}/lib/python3.12/site-packages"
YML = "dependencies:\n  - python=3.12\n  - asked\n"

# What micromamba wrote on Windows (conda-forge's pysocks), without its checksums and sizes.
PYSOCKS = r"""{
    "arch": null,
    "build": "pyh0701188_6",
    "build_number": 6,
    "channel": "https://conda.anaconda.org/conda-forge/noarch",
    "constrains": [],
    "depends": ["__win", "python >=3.8", "win_inet_pton"],
    "files": [
        "Lib\\site-packages\\PySocks-1.7.1.dist-info\\INSTALLER",
        "Lib\\site-packages\\PySocks-1.7.1.dist-info\\METADATA",
        "Lib\\site-packages\\PySocks-1.7.1.dist-info\\REQUESTED",
        "Lib\\site-packages\\socks.py",
        "Lib\\site-packages\\sockshandler.py",
        "Lib\\site-packages\\__pycache__\\socks.cpython-311.pyc"
    ],
    "name": "pysocks",
    "noarch": "python",
    "paths_data": {"paths": [{"_path": "Lib\\site-packages\\socks.py", "path_type": "hardlink"}], "paths_version": 1},
    "requested_spec": "",
    "subdir": "noarch",
    "version": "1.7.1"
}"""


def record(name: str, *modules: str, depends: tuple[str, ...] = (), **more: object) -> str:
    """A record of conda's."""
    return json.dumps({"name": name, "files": [f"lib/python3.12/site-packages/{each}.py" for each in modules], "depends": depends, **more})


def project(**changed: str) -> dict[str, str]:
    """The files of a project whose environment has what the environment.yml names, and what that needs."""
    return {
        f"{ROOT}/environment.yml": YML,
        f"{PREFIX}/bin/python": "",
        f"{META}/python-3.12.4-h0_0_cpython.json": record("python"),
        f"{META}/asked-1.0-0.json": record("asked", "asked", depends=("py-needed >=1",)),
        f"{META}/py-needed-1.0-0.json": record("py-needed", "needed"),
        f"{SITE}/asked.py": "",
        f"{SITE}/needed.py": "",
        f"{ROOT}/app.py": "import asked, needed\n",
        **changed,
    }


def opened(files: dict[str, str], *, defers: bool = False) -> tuple[Workspace, MemoryMachine]:
    """The workspace of these files, with its code open."""
    machine = MemoryMachine(files)
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.code.defers_walks = defers
    workspace.set_roots([ROOT])
    workspace.discover()
    workspace.open(f"{ROOT}/app.py", files[f"{ROOT}/app.py"])
    return workspace, machine


def messages(workspace: Workspace) -> list[str]:
    return [finding.message for finding in workspace.findings(f"{ROOT}/app.py")]


def records_read(machine: MemoryMachine) -> int:
    return sum(path.startswith(META) and path.endswith(".json") for path in machine.files.reads)


def test_a_record_as_an_installer_wrote_it() -> None:
    pysocks = read(PYSOCKS.encode())
    assert pysocks is not None
    assert pysocks.tops == ("socks", "sockshandler")
    assert pysocks.infos == ("PySocks-1.7.1.dist-info",)
    assert pysocks.needs == ("__win", "python", "win_inet_pton")
    assert (pysocks.name, pysocks.pinned, pysocks.requested) == ("pysocks", (), False)


def test_what_is_there_without_a_doubt() -> None:
    workspace, _ = opened(project())
    (message,) = messages(workspace)
    assert message == "`needed` (of py-needed) is imported, but the project does not require it: it is there because asked requires it"


DOUBTS = {
    "a record that tells no files": {f"{META}/other-1.0-0.json": "{}"},
    "a record that cannot be read": {f"{META}/other-1.0-0.json": "{"},
    "what is named is not installed": {f"{ROOT}/environment.yml": f"{YML}  - unknown\n"},
    "another file for an environment": {f"{ROOT}/dev-environment.yaml": "dependencies:\n  - py-needed\n"},
    "named by the module's name": {
        f"{ROOT}/environment.yml": f"{YML}  - needed\n",
        f"{META}/needed-1.0-0.json": record("needed", "something"),
    },
    "named for pip": {f"{ROOT}/environment.yml": f"{YML}  - pip:\n    - needed\n"},
    "named in another manifest": {f"{ROOT}/requirements.txt": "py-needed\n"},
    "two have files of it": {f"{META}/second-1.0-0.json": record("second", "needed")},
    "a namespace": {f"{SITE}/needed/part.py": "", f"{SITE}/needed.py": None, f"{ROOT}/app.py": "import needed.part\n"},
    "a line that cannot be read": {f"{ROOT}/environment.yml": f"{YML}  - '=='\n"},
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_on_a_doubt_nothing_is_reported(doubt: str) -> None:
    files = {path: text for path, text in {**project(), **DOUBTS[doubt]}.items() if text is not None}
    workspace, _ = opened(files)
    assert messages(workspace) == []


def test_a_keystroke_waits_for_no_record_of_condas() -> None:
    workspace, machine = opened(project(), defers=True)
    assert messages(workspace) == []
    assert workspace.code.owes_walk
    assert records_read(machine) == 0
    steps: list[int] = [0]
    while workspace.code.owes_walk:
        workspace.code.walk(lambda: steps.append(records_read(machine)))
        workspace.findings(f"{ROOT}/app.py")
    assert max(after - before for before, after in pairwise(steps)) == 1
    assert len(messages(workspace)) == 1
    assert records_read(machine) == 3


def test_no_record_is_read_for_what_is_plainly_required() -> None:
    workspace, machine = opened(project(**{f"{ROOT}/app.py": "import asked\n"}))
    assert messages(workspace) == []
    assert records_read(machine) == 0
