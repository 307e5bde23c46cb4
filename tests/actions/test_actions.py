"""Every action on a real folder: which is offered for a finding, and the task or the text that comes of it. Data in `cases/`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.case_engine import EngineDriver
from tests.case_folder import write
from tests.case_format import Case, all_cases, compare
from venvls.actions import OFFERS
from venvls.manifests import parse
from venvls.model.text import Text
from venvls.rules import every_rule

FOLDER = Path(__file__).parent / "cases"
CASES = all_cases(FOLDER)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_what_is_offered_and_what_comes_of_it(case: Case, tmp_path: Path) -> None:
    driver = EngineDriver(case, write(case, tmp_path))
    problems = compare(case, driver.seen())
    problems += [problem for result in case.results if (problem := driver.after(result))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_at_most_one_action_is_preferred_and_it_comes_first(case: Case, tmp_path: Path) -> None:
    driver = EngineDriver(case, write(case, tmp_path))
    for finding in driver.report.findings:
        preferred = [action.preferred for action in driver.workspace.actions(finding)]
        assert sum(preferred) <= 1
        assert not any(preferred[1:])


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_an_offer_is_a_task_or_an_edit_with_a_plain_title_without_secrets(case: Case, tmp_path: Path) -> None:
    driver = EngineDriver(case, write(case, tmp_path))
    for finding in driver.report.findings:
        for action in driver.workspace.actions(finding):
            assert (action.task is None) != (not action.edits)
            assert 0 < len(action.title) < 120
            assert action.title[0].isupper()
            assert "secret" not in action.title
            assert not re.search(r"[\r\n\t]", action.title)
            assert not action.safe or action.edits


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_text_that_was_mended_still_parses_and_the_finding_is_gone(case: Case, tmp_path: Path) -> None:
    root = write(case, tmp_path).root
    for finding in EngineDriver(case, _folder(root)).report.findings:
        driver = EngineDriver(case, _folder(root))
        for action in driver.workspace.actions(finding):
            texts = {edit.path: Path(edit.path).read_bytes().decode() if Path(edit.path).exists() else "" for edit in action.edits}
            for edit in action.edits:
                source = texts[edit.path]
                texts[edit.path] = source[: edit.span.start] + edit.new + source[edit.span.end :]
            for path, text in texts.items():
                if path.endswith((".txt", ".toml")):
                    assert not [one for one in parse(path, Text(text)).problems if one.code in ("invalid-manifest", "invalid-requirement")]


def _folder(root: Path):  # type: ignore[no-untyped-def]
    from tests.case_folder import Folder

    return Folder(root, root.parent / "base")


def test_a_file_outside_the_workspace_is_never_edited(tmp_path: Path) -> None:
    (tmp_path / "shared.txt").write_text("six==1.0\nsix==1.0\nrich=>1\n")
    source = "A file outside.\n-- requirements.txt --\n-r ../shared.txt\n-- .venv/pyvenv.cfg --\n"
    from tests.case_format import parse as parse_case

    driver = EngineDriver(parse_case(source, name="outside", rule="x"), write(parse_case(source, name="outside", rule="x"), tmp_path))
    assert driver.report.findings
    for finding in driver.report.findings:
        for action in driver.workspace.actions(finding):
            assert all(edit.path.startswith(str(tmp_path / "work")) for edit in action.edits)
            assert action.task is None or not action.task.requirements


def test_every_action_answers_rules_that_exist_and_is_shown_by_a_case() -> None:
    codes = {rule.code for rule in every_rule()}
    shown = {result.action for case in CASES for result in case.results}
    shown |= {action for case in CASES for expected in case.expected for action in expected.actions or ()}
    for offer in OFFERS:
        assert offer.answers <= codes, offer.answers - codes
        assert offer.doc.strip()
        assert offer.id in shown, f"no case shows {offer.id}"
        assert (Path(__file__).parents[2] / "server" / "venvls" / "actions" / f"{offer.id.replace('-', '_')}.py").exists()


def test_each_stands_once() -> None:
    assert len({offer.id for offer in OFFERS}) == len(OFFERS)
