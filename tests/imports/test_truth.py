"""What an environment can import, against its own interpreter: `missing-import` never where `importlib.util.find_spec` succeeds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.memory_machine import MemoryMemory
from tests.pythons import found as pythons_here
from venvls.host.machine import ThisMachine
from venvls.imports import standard_library
from venvls.workspace import Workspace

_ASK = """
import importlib.util, json, sys
answers = {}
for name in json.load(sys.stdin):
    try:
        answers[name] = importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        answers[name] = False
print(json.dumps(answers))
"""
_ABSENT = [f"{stem}{number}" for stem in ("absent", "no_such_", "Missing", "_private") for number in range(40)]
"""Modules that nobody provides."""
_SITE = {
    "plain.py": "",
    "package/__init__.py": "",
    "package/inner.py": "",
    "shared/first/__init__.py": "",
    "shared/second.py": "",
    "empty_folder/.keep": "",
    "with_both/__init__.py": "",
    "with_both.py": "",
    "lone.txt": "",
    "data-folder/x.py": "",
    "stubs-stubs/__init__.pyi": "",
    "only_stub.pyi": "",
    "compiled.abi3.so": "",
    "by_path.pth": "../../../../elsewhere\n",
    "__editable__.a-1.pth": "import __editable___a_1_finder; __editable___a_1_finder.install()\n",
    "__editable___a_1_finder.py": """
import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
MAPPING = {'found_by_finder': '/nowhere/found_by_finder/__init__.py'}
class Finder:
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        return spec_from_file_location(fullname, __file__) if fullname in MAPPING else None
def install():
    sys.meta_path.append(Finder)
""",
}
_NAMES = [
    *("plain", "package", "package.inner", "shared", "shared.first", "shared.second", "shared.third", "empty_folder", "with_both", "lone"),
    *("only_stub", "compiled", "by_path_module", "by_path_package", "found_by_finder", "pip", "setuptools", "distutils", "pkg_resources"),
    *("attr", "attrs", "yaml", "numpy", "_distutils_hack", "lib2to3", "test", "tkinter", "winreg", "__main__", "sitecustomize"),
]


@pytest.fixture(scope="module", params=[(3, 10), (3, 13), None], ids=["3.10", "3.13", "this"])
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a real environment of one Python, and modules of every kind in it."""
    base = sys.executable if request.param is None else pythons_here().get(request.param)
    if base is None:
        pytest.skip(f"there is no Python {request.param} here")
    root = tmp_path_factory.mktemp("truth") / "work"
    root.mkdir()
    subprocess.run([base, "-m", "venv", "--without-pip", str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    site = next(root.glob(".venv/lib/python*/site-packages"), root / ".venv" / "Lib" / "site-packages")
    for name, text in _SITE.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    elsewhere = root / ".venv" / "elsewhere"
    (elsewhere / "by_path_package").mkdir(parents=True)
    (elsewhere / "by_path_package" / "__init__.py").write_text("")
    (elsewhere / "by_path_module.py").write_text("")
    (site / "by_path.pth").write_text(f"{elsewhere}\n")
    yield root


def find_specs(root: Path, names: list[str]) -> dict[str, bool]:
    interpreter = next(path for path in (root / ".venv" / "bin" / "python", root / ".venv" / "Scripts" / "python.exe") if path.exists())
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [interpreter, "-c", _ASK]
    done = subprocess.run(command, input=json.dumps(names), capture_output=True, text=True, check=True, cwd=root.parent, env=environ)
    return json.loads(done.stdout)


def missing(root: Path, names: list[str]) -> set[str]:
    """The modules that are reported as missing in a file that imports them all."""
    folder = root / "scripts"
    folder.mkdir(exist_ok=True)
    (folder / "everything.py").write_text("".join(f"import {name}\n" for name in names))
    (root / "requirements.txt").write_text("")
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    text = (folder / "everything.py").read_text()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.code == "missing-import"]
    return {text[finding.span.start : finding.span.end] for finding in findings}


def test_missing_is_what_the_interpreter_does_not_find(environment: Path) -> None:
    names = [*_NAMES, *_ABSENT, *sorted(standard_library.names(None))]
    truth = find_specs(environment, names)
    reported = missing(environment, names)
    assert not {name for name in reported if truth[name]}, "reported, and importable"
    failing = {name for name, there in truth.items() if not there}
    # Of the standard library's own names those count that no version has there; what a distribution of Linux leaves out is not told.
    version = tuple(map(int, next(environment.glob(".venv/lib/python*")).name.removeprefix("python").split(".")))
    failing -= standard_library.names(version)
    silent = failing - reported
    assert len(silent) <= 0.05 * len(failing), silent
    assert len(failing) > 100


def test_a_zip_file_on_the_path_makes_everything_possible() -> None:
    from tests.memory_tree import MemoryFiles
    from venvls.imports.search import Search

    site = "/e/lib/python3.12/site-packages"
    files = MemoryFiles({f"{site}/a.pth": "/far/code.zip\n", "/far/code.zip": b"PK"})
    assert Search(files, [site]).missing("anything") is None
