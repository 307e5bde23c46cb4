"""What is kept between runs never shows: with it a check says what one says that starts from nothing, whatever changed in between."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMachine, MemoryMemory, MemoryStore, environment
from venvls.imports.kept import packed, unpacked
from venvls.imports.scanner import scan
from venvls.workspace import Workspace

ROOT, SITE = "/work/p", "/work/p/.venv/lib/python3.12/site-packages"
CHANGES = 2000 if os.environ.get("VENVLS_LONG") else 40
_NAMES = ("alpha", "beta", "gamma", "delta")
_LINES = (
    *(f"import {name}\n" for name in (*_NAMES, "absent", "yaml")),
    "from gamma.part import x\n",
    "try:\n    import delta\nexcept ImportError:\n    pass\n",
    "def f():\n    import absent\n",
    "x = 'delta'\n",
    "import os, helper\n",
)


def said(machine: MemoryMachine) -> list[tuple[object, ...]]:
    """Every finding of a process that begins now."""
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots([ROOT])
    workspace.discover()
    report = workspace.check(imports=True)
    return [(finding.path, finding.span, finding.code, finding.message) for finding in report.findings]


def put_distribution(machine: MemoryMachine, name: str, module: str, requires: str) -> None:
    info = f"{SITE}/{name}-1.0.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    machine.files.put(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}\n")
    machine.files.put(f"{info}/INSTALLER", "pip\n")
    machine.files.put(f"{info}/RECORD", f"{module}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n")
    machine.files.put(f"{SITE}/{module}/__init__.py", "")


def change(machine: MemoryMachine, chance: random.Random) -> None:
    """One thing that somebody or some tool does."""
    files = machine.files
    path = f"{ROOT}/{chance.choice(['src/app/a.py', 'src/app/b.py', 'src/app/c.pyi', 'helper.py', 'tests/test_a.py'])}"
    name, module = chance.choice(_NAMES), chance.choice(_NAMES)
    what = chance.randrange(6)
    if what <= 2:
        files.put(path, "".join(chance.sample(_LINES, 3)))
    elif what == 3:
        if files.stat(path) is not None:
            files.take(path)
    elif what == 4:
        if files.stat(f"{SITE}/{name}-1.0.dist-info") is not None and chance.random() < 0.6:
            files.take(f"{SITE}/{name}-1.0.dist-info")
        else:
            put_distribution(machine, name, module, chance.choice(["", *_NAMES]))
    else:
        listed = ", ".join(f'"{each}"' for each in chance.sample(_NAMES, 2))
        files.put(f"{ROOT}/pyproject.toml", f'[project]\nname = "app"\nversion = "1"\ndependencies = [{listed}]\n')


def test_no_answer_is_stale() -> None:
    machine = MemoryMachine({**environment(f"{ROOT}/.venv"), f"{ROOT}/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n'})
    chance, kept = random.Random(13), machine.kept
    codes = set()
    for number in range(CHANGES):
        change(machine, chance)
        machine.kept = kept
        warm = said(machine)
        machine.kept = MemoryStore()
        assert warm == said(machine), number
        codes |= {code for _, _, code, _ in warm}
    assert {"missing-import", "undeclared-import"} <= codes
    assert kept.data


def test_what_did_not_change_is_not_read_again() -> None:
    tree = {
        f"{ROOT}/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
        f"{ROOT}/a.py": "import absent\n",
        f"{ROOT}/b.py": "x = 1\n",
    }
    machine = MemoryMachine({**environment(f"{ROOT}/.venv"), **tree})
    said(machine)
    machine.files.reads.clear()
    assert [code for _, _, code, _ in said(machine) if code != "selected-environment"] == ["missing-import"]
    # The text of the finding is shown.
    assert [path for path in machine.files.reads if path.endswith(".py")] == [f"{ROOT}/a.py"]


def test_imports_are_the_same_when_they_come_back() -> None:
    source = "".join(_LINES) + "if x:\n  pass\nelif sys.platform == 'win32':\n  from . import a\nelse:\n  y = __import__('q.r')\n"
    assert unpacked(packed(scan(source))) == scan(source)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VENVLS_CACHE", str(tmp_path / "cache"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "p" / ".venv")], check=True, stdin=subprocess.DEVNULL)
    (tmp_path / "p" / "requirements.txt").write_text("")
    return tmp_path / "p"


def on_disk(project: Path) -> list[str]:
    from venvls.host.machine import ThisMachine

    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(project)])
    workspace.discover()
    return [str(finding.data["module"]) for finding in workspace.check(imports=True).findings if finding.code == "missing-import"]


def test_what_was_written_a_moment_ago_is_read_again(project: Path) -> None:
    code = project / "app.py"
    code.write_text("import absent_a\n")
    assert on_disk(project) == ["absent_a"]
    standing = code.stat()
    with code.open("r+") as file:
        file.write("import absent_b\n")
    os.utime(code, ns=(standing.st_atime_ns, standing.st_mtime_ns))
    assert on_disk(project) == ["absent_b"]


def test_as_long_and_as_old_as_before_is_noticed(project: Path, tmp_path: Path) -> None:
    code = project / "app.py"
    code.write_text("import absent_a\n")
    time.sleep(2.3)  # else nothing is kept of it
    assert on_disk(project) == ["absent_a"]
    assert any(b"absent_a" in path.read_bytes() for path in (tmp_path / "cache" / "answers").iterdir())
    standing = code.stat()
    with code.open("r+") as file:
        file.write("import absent_b\n")
    os.utime(code, ns=(standing.st_atime_ns, standing.st_mtime_ns))
    if os.name != "nt":  # where nothing but the time of making is known
        assert on_disk(project) == ["absent_b"]
