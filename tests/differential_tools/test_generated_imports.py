"""Generated projects whose imports are known by construction, on disk: what deptry, fawltydeps and ty report of them otherwise than we do,
and why.

VENVLS_WRITE_AGREEMENTS=1 python3 tests tests/differential_tools/test_generated_imports.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.differential_tools import agreements, import_reports, import_table
from tests.differential_tools.import_reports import KINDS, Kind, NoAnswer, Report
from tests.imports import generated_projects
from tests.imports.generated_projects import Generated

pytestmark = [pytest.mark.network, pytest.mark.slow]

PROJECTS = int(os.environ.get("VENVLS_GENERATED", "300"))
_KINDS: dict[str, Kind] = {"missing-import": "missing", "undeclared-import": "undeclared", "development-import": "development"}
_TOOLS = {
    "deptry": lambda root: import_reports.by_deptry(root, root.parent / "deptry.json", "my_app"),
    "fawltydeps": import_reports.by_fawltydeps,
    "ty": import_reports.by_ty,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the environment that all of them have."""
    root = tmp_path_factory.mktemp("generated") / "p"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True, stdin=subprocess.DEVNULL)
    site = next((root / ".venv").glob("lib/python*/site-packages"), root / ".venv" / "Lib" / "site-packages")
    for path, text in generated_projects.installed().items():
        _write(site / path.removeprefix(f"{generated_projects.SITE}/"), text)
    return root


def _put(project: Generated, root: Path) -> None:
    """The project in place of the one before."""
    for path in root.iterdir():
        if path.name != ".venv":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, text in project.files.items():
        if not name.startswith(".venv"):
            _write(root / name, text)
    import_reports.findings.cache_clear()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _why(report: Report, project: Generated, *, is_ours: bool) -> str | None:
    """Why we are right where it is reported otherwise than the project was made; ``None`` where nothing explains it."""
    module, path = report.module, report.path
    owner = {dotted.partition(".")[0]: name for name, dotted in generated_projects.MODULES.items()}.get(module)
    ships = "/" in path and not path.startswith("tests/")
    if is_ours:
        if module == "nspace":
            return "packages share the namespace, and another one than is imported is declared"
        if report.kind == "development" and owner in project.extra:
            return "an extra alone declares it"
        if module == "zeta":
            return "a compiled module, and the record of its package names it"
        if report.kind in ("undeclared", "development") and "setup.cfg" in project.files:
            return "what `setup.cfg` declares is not looked at"
        return None
    if module == "my_app":
        return "a module of the project's own"
    if (path, module) in project.optional:
        return "it need not succeed, or does not run here"
    if module == "zeta":
        return "a compiled module, which `find_spec` finds, of a package whose record names it"
    if module == "delta_thing" and any(re.search(r"gamma\[more\]|gamma = .*more", text) for text in project.files.values()):
        return "a line of the project's names an extra that brings it"
    if report.kind == "development":
        return "the file does not ship, or others do without the module" if ships else "the file does not ship"
    if owner in project.declared and "setup.cfg" in project.files:
        return "`setup.cfg` declares it"
    if owner in project.declared:
        return "a list of the project's declares it"
    return None


def test_every_difference_has_its_reason(root: Path) -> None:
    apart: dict[str, dict[tuple[bool, str, str], set[str]]] = {tool: defaultdict(set) for tool in _TOOLS}
    same_reports, reports, silent = (dict.fromkeys(_TOOLS, 0) for _ in range(3))
    for seed in range(PROJECTS):
        project = generated_projects.make(seed)
        _put(project, root)
        expected = {Report(_KINDS[code], module, path) for path, code, module in project.expected}
        assert {report for report in import_reports.by_us(root) if report.kind != "unused"} == expected, f"ours, project {seed}"
        for tool, ask in _TOOLS.items():
            try:
                reported = ask(root)
            except NoAnswer as error:
                apart[tool][False, "no answer", str(error).replace(str(root), "")].add(str(seed))
                silent[tool] += 1
                continue
            mine = {report for report in expected for kinds in KINDS[tool] if report.kind in kinds}
            # What a tool does not tell apart counts as the same.
            same = {kind: kinds[0] for kinds in KINDS[tool] for kind in kinds}
            ours, theirs = (
                {(same[each.kind], each.module, each.path) for each in every if each.kind in same and each.kind != "unused"}
                for every in (mine, reported)
            )
            same_reports[tool] += len(ours & theirs)
            reports[tool] += len(ours | theirs)
            for kind, module, path in ours ^ theirs:
                is_ours = (kind, module, path) in ours
                why = _why(Report(kind, module, path), project, is_ours=is_ours)
                apart[tool][is_ours, "ours" if why else "not explained", why or f"project {seed}, {path}: {kind}"].add(module)
    unexplained = {(tool, why) for tool, reasons in apart.items() for _, who, why in reasons if who == "not explained"}
    for tool, reasons in apart.items():
        reasons.update({reason: {f"{len(names)} projects"} for reason, names in reasons.items() if reason[1] == "no answer"})
        figures = f"{same_reports[tool]} of {reports[tool]} reports are the same in {PROJECTS - silent[tool]} projects"
        agreements.record(tool, f"{PROJECTS} generated projects", f"imports: {figures}", not reasons, "every difference is below")
        import_table.record(tool, f"{PROJECTS} generated projects", "all", reasons)
    assert not unexplained
