"""What is reported of a project's imports and requirements: by us, deptry, fawltydeps and ty, in the same words."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from packaging.utils import canonicalize_name

from tests.differential_tools.tools import environ, tool
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.model.finding import Finding
from venvls.workspace import Workspace

Kind = Literal["missing", "undeclared", "development", "unused"]


class Report(NamedTuple):
    """One thing that is reported. ``path`` is from the project's folder, ``module`` the module's first part (of ``unused`` the package)."""

    kind: Kind
    module: str
    path: str


class NoAnswer(Exception):
    """A tool that cannot look at a project; its message says why."""


_OURS: dict[str, Kind] = {
    "missing-import": "missing",
    "undeclared-import": "undeclared",
    "development-import": "development",
    "unused-requirement": "unused",
}
_DEPTRY: dict[str, Kind] = {"DEP001": "missing", "DEP003": "undeclared", "DEP004": "development", "DEP002": "unused"}
KINDS: dict[str, tuple[tuple[Kind, ...], ...]] = {
    # It does not tell what is there, but not declared, from what is not there.
    "fawltydeps": (("missing", "undeclared"), ("unused",)),
    # Whether a module is declared it says in a preview, and for one tool alone.
    "ty": (("missing",),),
    "deptry": (("missing",), ("undeclared",), ("development",), ("unused",)),
}
"""What each tool tells apart."""


@cache
def findings(root: Path) -> tuple[Finding, ...]:
    """What ``venvls check --imports`` reports of a project that stays as it is."""
    workspace = Workspace(ThisMachine(), MemoryMemory(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    return tuple(workspace.check(imports=True).findings)


def by_us(root: Path) -> set[Report]:
    """The same in the words of all."""
    return {_ours(finding.code, finding.data, Path(finding.path).relative_to(root)) for finding in findings(root) if finding.code in _OURS}


def _ours(code: str, data: Any, path: Path) -> Report:
    kind = _OURS[code]
    return Report(kind, str(data["name"]) if kind == "unused" else str(data["module"]).partition(".")[0], path.as_posix())


def by_deptry(root: Path, report: Path, *first_party: str) -> set[Report]:
    """What deptry reports of all code, tests too. It looks for what is installed where it runs itself: there is the environment's."""
    site = next((root / ".venv").glob("lib/python*/site-packages"), root / ".venv" / "Lib" / "site-packages")
    known = [word for name in first_party for word in ("--known-first-party", name)]
    command = [str(tool("deptry")), *_tops(root), "--exclude", r"\.venv", "--json-output", str(report), "--no-ansi", *known]
    done = _run(command, root, PYTHONPATH=str(site))
    if not report.exists():
        raise NoAnswer(done.stderr.strip().splitlines()[-1])
    issues = [(issue["error"]["code"], issue["module"], issue["location"]["file"]) for issue in json.loads(report.read_text("utf-8"))]
    return {
        Report(_DEPTRY[code], canonicalize_name(module) if code == "DEP002" else module.partition(".")[0], _below(file, root))
        for code, module, file in issues
        if code in _DEPTRY
    }


def by_fawltydeps(root: Path) -> set[Report]:
    """What fawltydeps reports."""
    done = _run([str(tool("fawltydeps")), "--json", "--pyenv", ".venv", "--code", *_tops(root), "--deps", "."], root)
    if not done.stdout:
        raise NoAnswer(done.stderr.strip().splitlines()[-1])
    answer = json.loads(done.stdout)
    return {*_of_fawltydeps(answer["undeclared_deps"], "undeclared", root), *_of_fawltydeps(answer["unused_deps"], "unused", root)}


def _of_fawltydeps(entries: Iterable[dict[str, Any]], kind: Kind, root: Path) -> Iterator[Report]:
    for entry in entries:
        for reference in entry["references"]:
            name = canonicalize_name(entry["name"]) if kind == "unused" else entry["name"].partition(".")[0]
            yield Report(kind, name, _below(reference["path"], root))


def by_ty(root: Path) -> set[Report]:
    """The imports that ty does not find."""
    command = [str(tool("ty")), "check", "--output-format", "gitlab", "--exit-zero", "--ignore", "all", "--error", "import-not-found"]
    done = _run([*command, "--python", ".venv", "."], root)
    entries = [entry for entry in json.loads(done.stdout) if entry["check_name"] == "import-not-found"]
    modules = [(entry["description"].split("`")[1], entry["location"]["path"]) for entry in entries]
    return {Report("missing", module.partition(".")[0], _below(path, root)) for module, path in modules if not module.startswith(".")}


def _run(command: list[str], root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=root, env=environ(**variables), check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600
    )


def _tops(root: Path) -> list[str]:
    return [".", "src"] if (root / "src").is_dir() else ["."]


def _below(path: str, root: Path) -> str:
    whole = root / path
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else path
