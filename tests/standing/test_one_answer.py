"""One answer, wherever a person is: twenty monorepos, from their root, members, subfolders, folders in between and work trees.

``VENVLS_LONG=1`` asks of ten times as many, and each place by the real command line too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.histories.editor import Editor
from tests.memory_machine import MemoryMemory
from tests.standing.monorepos import Monorepo, monorepo
from tests.together import LONG
from venvls import payload
from venvls.__main__ import main
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its environments are made of POSIX links")
NUMBERS = range(200 if LONG else 20)
Answers = dict[str, Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, so that what is above the repository says nothing."""
    folder = tmp_path / "home"
    (folder / "code").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def answers(opened: Path, repository: Path, environ: dict[str, str] | None = None) -> Answers:
    """What is said of each project when ``opened`` alone was opened: environment, locks, tool and findings, paths from ``repository``."""
    workspace = Workspace(ThisMachine(environ), MemoryMemory(), strict=True)
    workspace.set_roots([str(opened)])
    workspace.discover()
    report = workspace.check()
    shown = payload.projects(map(workspace.described, report.projects), report.findings)
    return _answers(shown, [(each.project, each.code, each.severity, each.message) for each in report.findings], repository)


def _answers(projects: list[dict[str, Any]], findings: list[tuple[str, str, str, str]], repository: Path) -> Answers:
    listed = [each for each in findings if each[1] != "selected-environment"]
    told: Answers = {}
    for project in projects:
        where = project["environment"] and project["environment"]["prefix"]
        own = sorted(each[1:] for each in listed if each[0] == project["root"])
        told[project["root"]] = [where, project["locks"], project["tool"], project["reason"], project["in_sync"], own]
    text = json.dumps(told).replace(str(repository), "")
    relative: Answers = json.loads(text)
    return relative


def of_member(told: Answers, member: str) -> Any:
    """What is said of one member. What the lock of all does not require is said once, at the lock: see :func:`surplus`."""
    *rest, findings = told[f"/{member}"]
    return [*rest, [each for each in findings if each[0] != "extraneous-package"]]


def surplus(told: Answers) -> set[str]:
    return {each[2] for answer in told.values() for each in answer[-1] if each[0] == "extraneous-package"}


def same(told: Answers, whole: Answers, member: str) -> None:
    assert of_member(told, member) == of_member(whole, member)
    assert surplus(told) <= surplus(whole)


def places(repo: Monorepo, root: Path) -> Iterator[tuple[str, Path]]:
    """Where a person may be, each with the project that is meant there."""
    for member in repo.members:
        for place in (root / member, (root / member).parent):
            yield member, place


@pytest.mark.parametrize("number", NUMBERS)
def test_a_member_is_told_the_same_from_everywhere(
    number: int, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo, root = monorepo(number), home / "code" / "orchard"
    repo.write(root)
    whole = answers(root, root)
    assert {f"/{member}" for member in repo.members} <= whole.keys()
    for member, place in places(repo, root):
        same(answers(place, root), whole, member)
    for member in repo.members:
        monkeypatch.chdir(root / member / "src" / "deep")
        for words in ((), (str(root / member),), (str(root / member / "src"),)):
            same(commanded(root, capsys, *words), whole, member)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_server_that_opened_one_folder_says_what_the_command_line_does(number: int, home: Path) -> None:
    repo, root = monorepo(number), home / "code" / "orchard"
    repo.write(root)
    whole = answers(root, root)
    for member in repo.members:
        editor = Editor("pulling", [root / member], {"HOME": str(home)}, MemoryMemory(), {}, True, {})
        try:
            workspace = editor.session.workspace()
            report = workspace.check()
            shown = payload.projects(map(workspace.described, report.projects), report.findings)
            told = _answers(shown, [(each.project, each.code, each.severity, each.message) for each in report.findings], root)
        finally:
            editor.close()
        same(told, whole, member)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_work_tree_is_what_the_same_files_are_elsewhere(number: int, home: Path) -> None:
    repo, root = monorepo(number)._replace(git=True), home / "code" / "orchard"
    repo.write(root)
    inner, elsewhere = root / ".wt" / "x", home / "other"
    for tree in (inner, elsewhere):
        repo._replace(environments={}, git=False).write(tree)
        (tree / ".git").write_text(f"gitdir: {root}/.git/worktrees/x\n")
    assert answers(inner, inner) == answers(elsewhere, elsewhere)
    for member in repo.members:
        assert answers(inner / member, inner)[f"/{member}"] == answers(elsewhere, elsewhere)[f"/{member}"]
    assert answers(inner, inner).keys() & {f"/{member}" for member in repo.members}
    before = answers(root, root)
    shutil.rmtree(root / ".wt")
    after = answers(root, root)
    assert {path: before[path] for path in after} == after


def commanded(repository: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Answers:
    """What ``venvls check`` says in the current folder; in a process of its own in a long run."""
    arguments = ["check", "--format", "json", *words]
    if LONG:
        said = subprocess.run([sys.executable, "-m", "venvls", *arguments], capture_output=True, text=True, check=False).stdout
    else:
        main(arguments)
        said = capsys.readouterr().out
    report = json.loads(said)
    findings = [(each["project"], each["code"], each["severity"], each["message"]) for each in report["findings"]]
    return _answers(report["projects"], findings, repository)
