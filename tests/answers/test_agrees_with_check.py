"""What the answers call out of sync is what `venvls check` reports, package for package, in every case of every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.case_engine import EngineDriver
from tests.case_folder import write
from tests.case_format import Case, all_cases
from venvls.answers.listing import listing
from venvls.answers.stated import statements
from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.names import canonical

CODES = {"missing-requirement", "version-mismatch", "source-mismatch", "missing-extra", "missing-dependency", "broken-distribution"}
"""Findings about one package each."""


def names(finding: Finding, facts: Facts) -> set[str]:
    """The packages a finding is about."""
    about = set()
    if isinstance(name := finding.data.get("name"), str):
        about.add(name)
    elif finding.requirement is not None:
        parsed = finding.requirement.parsed
        about |= {str(each.key) for each in statements(facts) if each.requirement.parsed == parsed}
    for line in finding.data.get("missing", ()) if finding.code == "missing-extra" else ():  # type: ignore[attr-defined]
        about.add(canonical(re.match(r"[A-Za-z0-9._-]+", line)[0]))  # type: ignore[index]
    return about


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in all_cases()])
def test_out_of_sync_is_what_check_reports(case: Case, tmp_path: Path) -> None:
    driver = EngineDriver(case, write(case, tmp_path))
    for project in driver.workspace.projects():
        facts = driver.workspace.facts(project.root)
        reported = [each for each in driver.report.findings if each.project == project.root and each.code in CODES]
        # A member that a plain sync of its workspace leaves out lacks nothing: the finding says just that.
        reported = [each for each in reported if not each.data.get("left-out")]
        reported = [each for each in reported if each.path not in facts.outside and "outside the workspace" not in each.message]
        wrong = {each.key: each.standing.why for each in listing(facts) if each.standing.state == "out-of-sync"}
        expected = set().union(*(names(each, facts) for each in reported))
        # An interrupted removal names what is gone, which no list can hold; what a hidden file requires is not named.
        expected &= {each.key for each in listing(facts)}
        wrong = {key: why for key, why in wrong.items() if "outside the workspace" not in why}
        assert set(wrong) == expected, (wrong, [each.message for each in reported])
