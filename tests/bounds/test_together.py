"""A project of many files that are each allowed: what they state together has a bound too, and other projects go on."""

from __future__ import annotations

import pytest

from tests.bounds.judged import ROOT, workspace
from tests.bounds.shapes import members_without_sources
from venvls import graph
from venvls.model import toml


def test_a_project_that_is_too_large_is_given_up_at_its_files_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "MOST_REQUIREMENTS", 50)
    many = "".join(f"absent{number}\n" for number in range(40))
    opened = workspace({
        "large/requirements.txt": many,
        "large/requirements-dev.txt": many,
        "large/requirements-test.txt": "-r ../other.txt\nmore\n",
        "small/requirements.txt": "missing\n",
    })  # fmt: skip
    findings = opened.check().findings
    left_out = [finding for finding in findings if "too large to be checked" in finding.message]
    assert [finding.path for finding in left_out] == [f"{ROOT}/large/requirements-test.txt"]
    assert left_out[0].severity == "error"
    assert "more is not installed" not in [finding.message for finding in findings]
    assert "missing is not installed" in [finding.message for finding in findings if finding.path == f"{ROOT}/small/requirements.txt"]
    facts = opened.facts(f"{ROOT}/large")
    assert opened.facts(f"{ROOT}/large") is facts  # nothing is worked out again while nothing changes


def test_an_include_that_there_is_no_room_for_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "MOST_CHARACTERS", 100)
    opened = workspace({"requirements.txt": "-r one.txt\n-r two.txt\n", "one.txt": "# " + "x" * 200 + "\n", "two.txt": "absent\n"})
    (finding,) = [finding for finding in opened.check().findings if "too large" in finding.message]
    assert (finding.code, finding.path) == ("unreadable-include", f"{ROOT}/requirements.txt")


def test_members_that_lack_their_sources_do_not_each_read_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    loads = toml.loads

    def noted(text: str) -> dict[str, object]:
        read.append(text)
        return loads(text)

    monkeypatch.setattr(toml, "loads", noted)
    counts = []
    for size in (20, 40):
        read.clear()
        findings = workspace(members_without_sources(size)).check().findings
        assert len([each for each in findings if "is a member of this workspace" in each.message]) == size
        counts.append(len(read))
    assert counts[1] <= 2.2 * counts[0], counts
