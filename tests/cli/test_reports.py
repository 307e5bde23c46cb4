"""Reports for services: which findings, at paths that are right for the repository wherever the command was run."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.inside import Inside
from tests.cli.test_render import MANIFEST, finding, result
from tests.lsp.editor import make_environment
from venvls.cli.render import render

SERVICES = ("sarif", "github", "junit", "gitlab")


@pytest.fixture
def repository(inside: Inside) -> Inside:
    """A repository with one project two folders down, which lacks one package."""
    subprocess.run(["git", "init", "-q"], cwd=inside.root, check=True, env=inside.environ)
    inside.write("apps/shop/requirements.txt", "# first\nsix\nrich==13.0\n")
    inside.write("apps/shop/src/shop.py", "")
    inside.write(".gitignore", ".venv\n")
    make_environment(inside.root / "apps/shop/.venv", six="1.16.0")
    return inside


def paths(form: str, shown: str) -> set[str]:
    """The paths that a service reads in a report."""
    if form == "github":
        return set(re.findall(r"file=([^,]*),", shown))
    if form == "junit":
        return {case.attrib["file"] for case in ElementTree.fromstring(shown).iter("testcase") if "file" in case.attrib}
    content = json.loads(shown)
    if form == "gitlab":
        return {one["location"]["path"] for one in content}
    (run,) = content["runs"]
    return {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]
    }  # fmt: skip


@pytest.mark.parametrize("form", SERVICES)
@pytest.mark.parametrize(
    ("folder", "words"), [(".", ()), ("apps/shop", ()), ("apps/shop/src", ("..",)), ("apps", ("shop",)), ("..", ("a project",))]
)
def test_paths_are_the_repositorys_wherever_one_is(repository: Inside, form: str, folder: str, words: tuple[str, ...]) -> None:
    ran = repository.run("check", "--format", form, *words, cwd=repository.root / folder)
    assert ran.returncode == 1, ran.stderr
    assert paths(form, ran.stdout) == {"apps/shop/requirements.txt"}
    if form == "sarif":
        (run,) = json.loads(ran.stdout)["runs"]
        assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == repository.root.resolve().as_uri() + "/"


def test_a_work_tree_has_paths_of_its_own(repository: Inside, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["add", "."], ["commit", "-qm", "first"], ["worktree", "add", "-q", str(tmp_path / "other")]):
        subprocess.run([*git, *words], cwd=repository.root, check=True, env=repository.environ)
    ran = repository.run("check", "--format", "github", cwd=tmp_path / "other" / "apps")
    assert paths("github", ran.stdout) == {"apps/shop/requirements.txt"}


def test_without_a_repository_paths_are_those_from_here(repository: Inside) -> None:
    (repository.root / ".git").rename(repository.root / "no-git")
    ran = repository.run("check", "--format", "gitlab", cwd=repository.root / "apps")
    assert paths("gitlab", ran.stdout) == {"shop/requirements.txt"}


def test_a_fingerprint_stays_while_lines_and_versions_move(repository: Inside) -> None:
    def marks() -> tuple[list[str], list[str]]:
        words = ("check", "--select", "missing-requirement", "--format")
        gitlab = json.loads(repository.run(*words, "gitlab").stdout)
        (run,) = json.loads(repository.run(*words, "sarif").stdout)["runs"]
        return [one["fingerprint"] for one in gitlab], [one["partialFingerprints"]["venvls/v1"] for one in run["results"]]

    before, in_sarif = marks()
    assert before == in_sarif
    assert len(before) == 1
    repository.write("apps/shop/requirements.txt", "# more\n\n# first\nsix\nrich==14.0\nattrs\n")
    after, _ = marks()
    assert len(set(after)) == 2
    assert before[0] in after


def test_equal_findings_have_different_fingerprints() -> None:
    shown = json.loads(render("gitlab", result(finding(), finding(), finding(code="missing-requirement"))))
    assert len({one["fingerprint"] for one in shown}) == 3
    assert [one["severity"] for one in shown] == ["major"] * 3
    assert shown[0]["location"]["lines"] == {"begin": 2, "end": 2}


def test_sarif_says_where_its_tool_and_rules_are_described(repository: Inside) -> None:
    (run,) = json.loads(repository.run("check", "--format", "sarif").stdout)["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"] == "https://github.com/venvls/venvls"
    for rule in driver["rules"]:
        page = rule["helpUri"].removeprefix("https://github.com/venvls/venvls/blob/main/")
        assert (Path(__file__).parents[2] / page).is_file(), page


def test_junit_has_a_failed_test_for_each_problem_and_a_passed_one_where_there_is_none(repository: Inside) -> None:
    repository.write("apps/good/requirements.txt", "")
    make_environment(repository.root / "apps/good/.venv")
    ran = repository.run("check", "--format", "junit")
    top = ElementTree.fromstring(ran.stdout)
    suites = {suite.attrib["name"]: suite for suite in top}
    assert set(suites) == {"apps/shop", "apps/good"}
    (problem,) = suites["apps/shop"]
    assert problem.attrib["line"] == "3"
    (failure,) = problem
    assert failure.attrib == {"type": "missing-requirement", "message": "rich is not installed"}
    assert [case.attrib["name"] for case in suites["apps/good"]] == ["in sync"]
    assert len(suites["apps/good"][0]) == 0
    assert (top.attrib["tests"], top.attrib["failures"]) == ("2", "1")


def test_junit_holds_what_xml_cannot() -> None:
    odd = finding(message='a < b & "c"\x00\x1b\ud800\nd', path=MANIFEST + "<\x07\t>")
    shown = render("junit", result(odd, finding(severity="hint", message="<only> said")))
    shown.encode()
    first, second = ElementTree.fromstring(shown).iter("testcase")
    assert first[0].attrib["message"] == 'a < b & "c"\ufffd\ufffd\ufffd\nd'
    assert first.attrib["file"] == "requirements.txt<\ufffd\t>"
    assert (second[0].tag, second[0].text) == ("system-out", "<only> said")
