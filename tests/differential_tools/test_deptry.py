"""What is reported of imports, against deptry (DEP001, DEP003, DEP004) on generated projects that share one environment.

deptry reads every import as one that has to succeed: where we leave one alone because it may fail, or does not run here, it reports it.
Such imports are in projects of their own, so that the others have to agree to the last one.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.differential_tools.agreements import record
from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace

pytestmark = [pytest.mark.network, pytest.mark.slow]

PROJECTS = 40
_INSTALLED = {
    "alpha": ("alpha", ["beta-dist"]),
    "beta-dist": ("beta", []),
    "gamma": ("gamma", ["delta_thing; extra == 'more'"]),
    "delta-thing": ("delta_thing", []),
    "PyEpsilon": ("epsilon", []),
    "left-over": ("left", []),
    "tool-for-tests": ("zeta", []),
}
"""Distributions by name: the module of each and what it requires."""
_CODES = {"DEP001": "missing-import", "DEP003": "undeclared-import", "DEP004": "development-import"}
_IMPORTS = [
    *("import alpha", "import alpha.sub as s", "from alpha import x", "import beta", "from beta.sub import y", "import gamma, delta_thing"),
    *(
        "import epsilon",
        "from epsilon import (\n    a,  # why\n    b,\n)",
        "import left",
        "import zeta",
        "import os, sys",
        "import absent_one",
    ),
    *("from absent_two.part import z", "from . import neighbour", "import my_app.neighbour", "import tomllib", "x = 'import absent_three'"),
    *("def f():\n    import absent_four", "class A:\n    def g(self):\n        from left import q", "import distutils", "import asyncore"),
]
_DISPENSABLE = {
    "try": "try:\n    import absent_one\nexcept ImportError:\n    absent_one = None\n",
    "version": "import sys\nif sys.version_info < (3,):\n    import absent_one\n",
    "platform": "import sys\nif sys.platform == 'nothing':\n    import absent_one\n",
}


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment, which every project has a link to."""
    prefix = tmp_path_factory.mktemp("deptry") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True, stdin=subprocess.DEVNULL)
    site = site_of(prefix)
    for name, (module, requires) in _INSTALLED.items():
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (site / module).mkdir()
        (site / module / "__init__.py").write_text("")
        needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}Provides-Extra: more\n")
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text(f"{module}/__init__.py,,\n{info.name}/METADATA,,\n")
    return prefix


def site_of(prefix: Path) -> Path:
    return next(prefix.glob("lib/python*/site-packages"), prefix / "Lib" / "site-packages")


def make(root: Path, prefix: Path, seed: int) -> None:
    """One project: some requirements, a group, and some imports in code that ships."""
    chance = random.Random(seed)
    main = chance.sample(sorted(_INSTALLED), chance.randrange(1, 4))
    development = [name for name in chance.sample(sorted(_INSTALLED), 2) if name not in main]
    package = root / "src" / "my_app"
    package.mkdir(parents=True)
    (package / "neighbour.py").write_text("")
    for number in range(2):
        lines = chance.sample(_IMPORTS, 7)
        (package / f"m{number}.py").write_text("\n".join(lines) + "\n")
    write_manifest(root, main, development)
    (root / ".venv").symlink_to(prefix, target_is_directory=True)


def write_manifest(root: Path, main: list[str], development: list[str]) -> None:
    listed = [", ".join(f'"{name}"' for name in names) for names in (main, development)]
    text = f'[project]\nname = "my-app"\nversion = "1"\ndependencies = [{listed[0]}]\n[dependency-groups]\ndev = [{listed[1]}]\n'
    (root / "pyproject.toml").write_text(text)


def by_deptry(root: Path, prefix: Path) -> set[tuple[str, str, str]]:
    """File, code and module of each of its findings about imports."""
    report = root / "report.json"
    command = [str(tool("deptry")), ".", "--json-output", str(report), "--known-first-party", "my_app", "--no-ansi"]
    subprocess.run(
        command, cwd=root, env=environ(PYTHONPATH=str(site_of(prefix))), check=False, capture_output=True, stdin=subprocess.DEVNULL
    )
    issues = json.loads(report.read_text())
    return {
        (Path(issue["location"]["file"]).name, _CODES[issue["error"]["code"]], issue["module"])
        for issue in issues
        if issue["error"]["code"] in _CODES
    }


def by_us(root: Path) -> set[tuple[str, str, str]]:
    """The same by us."""
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    findings = [finding for finding in workspace.check(imports=True).findings if finding.code in _CODES.values()]
    return {(Path(finding.path).name, finding.code, str(finding.data["module"])) for finding in findings}


@pytest.mark.parametrize("seed", range(PROJECTS))
def test_the_same_imports_are_reported(seed: int, prefix: Path, tmp_path: Path) -> None:
    make(tmp_path, prefix, seed)
    ours, theirs = by_us(tmp_path), by_deptry(tmp_path, prefix)
    record("deptry", "generated projects", "imports", ours == theirs)
    assert ours == theirs


@pytest.mark.parametrize("name", _DISPENSABLE)
def test_what_may_fail_is_left_alone(name: str, prefix: Path, tmp_path: Path) -> None:
    write_manifest(tmp_path, ["alpha"], [])
    (tmp_path / "app.py").write_text(_DISPENSABLE[name])
    (tmp_path / ".venv").symlink_to(prefix, target_is_directory=True)
    assert by_us(tmp_path) == set()
    theirs = by_deptry(tmp_path, prefix)
    record(
        "deptry",
        f"import that may fail: {name}",
        "as made",
        theirs == set(),
        "it reports an import that is allowed to fail or does not run",
    )
