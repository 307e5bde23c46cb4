"""What every answer says of a workspace's member that a plain sync leaves out: nothing of it is out of sync, and it is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case_engine import EngineDriver
from tests.case_folder import write
from tests.case_format import all_cases
from venvls.answers.about import about
from venvls.answers.card import state
from venvls.answers.hints import hint
from venvls.answers.listing import listing
from venvls.answers.stated import by_name
from venvls.model.facts import Facts
from venvls.rules import missing_requirement


@pytest.fixture
def facts(request: pytest.FixtureRequest, tmp_path: Path) -> Facts:
    case = next(case for case in all_cases() if case.id == f"missing-requirement/{request.param}")
    driver = EngineDriver(case, write(case, tmp_path))
    root = next(project.root for project in driver.workspace.projects() if Path(project.root).name == "one")
    return driver.workspace.facts(root)


@pytest.mark.parametrize("facts", ["member-of-no-default-sync"], indirect=True)
def test_what_only_the_member_requires_is_not_required_of_the_environment(facts: Facts) -> None:
    rows = {row.key: (row.installed, row.standing.state) for row in listing(facts)}
    assert rows["six"] == (None, "not-required")
    assert rows["idna"] == ("3.10", "in-sync")
    words = state(about("six", facts))
    assert words.startswith("not required: not installed: only this member requires it"), words
    assert "default sync" in words


@pytest.mark.parametrize("facts", ["member-of-no-default-sync"], indirect=True)
def test_its_line_has_a_hint_that_is_no_problem(facts: Facts) -> None:
    shown = hint(by_name(facts)["six"][0], facts)
    assert shown is not None
    assert (shown.text, shown.problem) == ("not installed", False)
    assert "default sync" in shown.why


@pytest.mark.parametrize("facts", ["member-of-no-default-sync-lacks-what-all-need"], indirect=True)
def test_what_the_workspace_installs_for_all_is_out_of_sync_where_it_is_missing(facts: Facts) -> None:
    rows = {row.key: row.standing.state for row in listing(facts)}
    assert (rows["idna"], rows["six"]) == ("out-of-sync", "not-required")


@pytest.mark.parametrize("facts", ["member-that-was-synced"], indirect=True)
def test_once_something_of_it_is_installed_it_is_compared_as_any_project(facts: Facts) -> None:
    assert "not-required" not in {row.standing.state for row in listing(facts) if row.cause == "stated"}


@pytest.mark.parametrize("facts", ["member-of-no-default-sync"], indirect=True)
def test_one_remark_says_so_of_the_whole_member(facts: Facts) -> None:
    (remark,) = missing_requirement.check_lock(facts)
    assert remark.data == {"name": "one", "left-out": True}
