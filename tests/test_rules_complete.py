"""Every rule has a case, a documentation page and a place in README's table, and nothing is documented that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.case_format import CASES, all_cases
from tests.documentation import differences
from venvls.rules import every_rule

ROOT = Path(__file__).resolve().parent.parent
CODES = tuple(rule.code for rule in every_rule())


def test_there_are_rules_and_each_stands_once() -> None:
    assert CODES
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_case_that_shows_it(code: str) -> None:
    shown = [case.id for case in all_cases() if case.rule == code and any(one.code == code for one in case.expected)]
    assert shown, f"tests/cases/{code}/ has no case in which {code} is found"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_place_in_the_readme(code: str) -> None:
    assert re.search(rf"^\|[^|]*`{code}`", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE), f"README.md has no row for {code}"


@pytest.mark.parametrize("rule", every_rule(), ids=CODES)
def test_a_rule_is_documented_in_its_own_file(rule) -> None:  # type: ignore[no-untyped-def]
    first = rule.doc.strip().splitlines()[0]
    assert len(first) > 10
    assert first.rstrip().endswith("."), "the first line is a whole sentence: `venvls rules` shows it alone"


def test_every_case_folder_is_a_rules() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert folders <= set(CODES)


def test_the_documentation_is_what_the_code_says() -> None:
    assert not differences(), "run: python3 tests --docs"
