"""What is reported of imports on forty real public projects, against deptry, fawltydeps and ty: every difference with who is right.

Who is right is worked out by :mod:`import_truth`, which asks none of the four. Where that says that ours is wrong, the test fails.

VENVLS_WRITE_AGREEMENTS=1 python3 tests tests/differential_tools/test_real_imports.py
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.differential_tools import agreements, import_reports, import_table, real_projects
from tests.differential_tools.import_reports import KINDS, Kind, NoAnswer, Report
from tests.differential_tools.import_truth import Truth
from tests.differential_tools.tools import environ

pytestmark = [pytest.mark.network, pytest.mark.slow]

WRONG = "ours is wrong"


def reports(root: Path, folder: Path) -> tuple[set[Report], dict[str, set[Report]], dict[str, str]]:
    """Ours, each tool's, and why a tool gave no answer."""
    asked: dict[str, Callable[[], set[Report]]] = {
        "deptry": lambda: import_reports.by_deptry(root, folder / "deptry.json"),
        "fawltydeps": lambda: import_reports.by_fawltydeps(root),
        "ty": lambda: import_reports.by_ty(root),
    }
    theirs, silent = dict[str, set[Report]](), dict[str, str]()
    for name, ask in asked.items():
        answer = _asked(ask)
        if isinstance(answer, str):
            silent[name] = answer
        else:
            theirs[name] = answer
    return import_reports.by_us(root), theirs, silent


def _asked(ask: Callable[[], set[Report]]) -> set[Report] | str:
    try:
        return ask()
    except NoAnswer as error:
        return str(error)


def differences(ours: set[Report], theirs: set[Report], kinds: tuple[Kind, ...], truth: Truth) -> dict[tuple[bool, str, str], set[str]]:
    """The modules (or packages) that one alone reports: whether that is us, who is right, and why."""
    mine, other = ({report for report in every if report.kind in kinds} for every in (ours, theirs))
    grouped: dict[tuple[bool, str, str], set[str]] = defaultdict(set)
    if kinds == ("unused",):
        mine_named, other_named = ({report.module for report in every} for every in (mine, other))
        for name in mine_named ^ other_named:
            right, why = truth.of_requirement(name)
            grouped[name in mine_named, _who(right, name in mine_named), why].add(name)
        return grouped
    places, other_places = ({(report.module, report.path) for report in every} for every in (mine, other))
    for module, path in places ^ other_places:
        is_ours = (module, path) in places
        kind = next(report.kind for report in mine | other if (report.module, report.path) == (module, path))
        if len(kinds) > 1:
            judged = [truth.of_import(each, module, path, alone=is_ours) for each in kinds]
            right, why = next((each for each in judged if each[0]), judged[0] if judged[0][0] is None else judged[-1])
        else:
            right, why = truth.of_import(kind, module, path, alone=is_ours)
        grouped[is_ours, _who(right, is_ours), why].add(module)
    return grouped


def _who(right: bool | None, is_ours: bool) -> str:
    if right is None:
        return "not known, so nothing is reported" if not is_ours else WRONG
    return "ours" if right is is_ours else WRONG


@pytest.mark.parametrize("name", real_projects.PROJECTS)
def test_every_difference_is_explained(name: str, tmp_path: Path) -> None:
    root = real_projects.project(name)
    ours, theirs, silent = reports(root, tmp_path)
    truth = Truth(root, [(report.path, report.module) for every in (ours, *theirs.values()) for report in every if report.kind != "unused"])
    for tool, why in silent.items():
        import_table.record(tool, name, "all", {(False, "no answer", why): {"-"}})
    wrong = []
    for tool, reported in theirs.items():
        for kinds in KINDS[tool]:
            apart = differences(ours, reported, kinds, truth)
            import_table.record(tool, name, " or ".join(kinds), apart)
            wrong += [(tool, kinds, is_ours, why, sorted(names)) for (is_ours, who, why), names in apart.items() if who == WRONG]
    assert not wrong


_NEEDED = re.compile(r"it is there because (\S+) requires it$")


@pytest.mark.parametrize("name", real_projects.PROJECTS)
def test_why_a_package_is_there_is_true(name: str) -> None:
    root = real_projects.project(name)
    needs = Truth(root, ()).needs
    untrue = []
    for finding in import_reports.findings(root):
        if finding.code == "undeclared-import":
            owner, parent = str(finding.data["add"]), _NEEDED.search(finding.message)
            needing = {other for other, lines in needs.items() if any(canonicalize_name(Requirement(line).name) == owner for line in lines)}
            if not (parent[1] in needing if parent is not None else "left over" not in finding.message or not needing):
                untrue.append(finding.message)
    assert not untrue


@pytest.mark.parametrize("name", real_projects.PROJECTS)
def test_where_all_tests_can_be_imported_there_is_no_warning(name: str) -> None:
    root = real_projects.project(name)
    command = [str(real_projects.python(root)), "-B", "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=root, env=environ(), check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=600)
    if done.returncode != 0:
        # Its tests, or pytest itself, are not whole in this environment.
        return
    warnings = [
        finding.message for finding in import_reports.findings(root) if finding.code.endswith("-import") and finding.severity == "warning"
    ]
    agreements.record("pytest", name, "imports: no warning where all tests can be imported", not warnings, "; ".join(warnings))
    assert not warnings
