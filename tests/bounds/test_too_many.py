"""A file that states more than 20,000 requirements is not judged: that is said once, whatever its format, and costs little."""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import pytest

from tests.bounds.judged import ROOT, judged, workspace
from tests.bounds.shapes import LINEAR, PROJECT, bounds_and_pins
from tests.effort import ends
from tests.memory_tree import MemoryFiles
from venvls import discovery, manifests
from venvls.actions import add_build_requirement, ignore_module
from venvls.manifests import draft
from venvls.model.finding import Finding
from venvls.model.limits import MOST_OF_A_PACKAGE, MOST_REQUIREMENTS, MOST_TABLES
from venvls.model.manifest import Problem
from venvls.model.text import Span, Text
from venvls.projects import is_member
from venvls.rules import conflicting_requirements, duplicate_requirement
from venvls.rules.dependencies import MOST_NEEDS
from venvls.standards.versions import satisfiable

FORMATS: dict[str, tuple[str, str, str]] = {
    # file name: what is before the requirements, each of them, what is behind them
    "pyproject.toml": ('[project]\nname = "a"\nversion = "1"\ndependencies = [\n', '    "absent{}",\n', "]\n"),
    "one line/pyproject.toml": ('[project]\nname = "a"\nversion = "1"\ndependencies = [', '"absent{}",', "]  # é\n"),
    "groups/pyproject.toml": ('[project]\nname = "a"\nversion = "1"\n[dependency-groups]\n', 'g{0} = ["absent{0}"]\n', ""),
    "poetry/pyproject.toml": ('[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\n', 'absent{} = "*"\n', ""),
    "poetry tables/pyproject.toml": ('[tool.poetry]\nname = "a"\n', '[tool.poetry.dependencies.absent{}]\nversion = "1"\n', ""),
    "pdm/pyproject.toml": ("[tool.pdm.dev-dependencies]\ndev = [", '"absent{}",\n', "]\n"),
    "pixi/pyproject.toml": ('[tool.pixi.workspace]\nname = "a"\n[tool.pixi.pypi-dependencies]\n', 'absent{} = "*"\n', ""),
    "Pipfile": ("[packages]\n", 'absent{} = "*"\n', ""),
    "hatch.toml": ("[envs.default]\ndependencies = [\n", '"absent{}",\n', "]\n"),
    "pixi.toml": ('[workspace]\nname = "a"\n[pypi-dependencies]\n', 'absent{} = "*"\n', ""),
    "setup.cfg": ("[metadata]\nname = a\n[options]\ninstall_requires =\n", "    absent{}\n", ""),
    "setup.py": ("from setuptools import setup\nsetup(install_requires=[\n", '"a{}",\n', "])\n"),
    "environment.yml": ("dependencies:\n  - pip:\n", "    - absent{}\n", ""),
    "tox.ini": ("[testenv]\ndeps =\n", "    absent{}\n", ""),
    "tox.toml": ("[env_run_base]\ndeps = [\n", '"absent{}",\n', "]\n"),
    "requirements.txt": ("", "absent{}\n", ""),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_too_many_requirements_is_said_to_be_one(name: str) -> None:
    before, each, behind = FORMATS[name]
    source = before + "".join(each.format(number) for number in range(MOST_REQUIREMENTS + 1)) + behind
    with ends():
        manifest = manifests.parse(f"/w/{name}", Text(source))
    assert not manifest.requirements and not manifest.complete
    assert [problem.message for problem in manifest.problems] == ["This file is too large to be checked: more than 20,000 requirements."]
    assert discovery.says_something(manifest)  # its folder is a project: where nothing is judged, nothing is in sync


def test_a_hundred_thousand_requirements_are_hardly_looked_at() -> None:
    for name in ("one line/pyproject.toml", "requirements.txt", "setup.cfg", "hatch.toml", "setup.py", "environment.yml"):
        before, each, behind = FORMATS[name]
        source = before + "".join(each.format(number) for number in range(100_000)) + behind
        with ends():
            manifest = manifests.parse(f"/w/{name}", Text(source))
        assert not manifest.requirements and not manifest.complete
        assert len(manifest.problems) == 1 and "too large" in manifest.problems[0].message


def test_a_package_of_too_many_constraints_is_said_to_be_one() -> None:
    before = '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\nabsent = ['
    for count, complete in ((MOST_OF_A_PACKAGE, True), (MOST_OF_A_PACKAGE + 1, False)):
        manifest = manifests.parse("/w/pyproject.toml", Text(before + '"^1.0", ' * count + "]\n"))
        assert (len(manifest.requirements), manifest.complete) == (count if complete else 0, complete)
    message = "This file is too large to be checked: more than 1,000 constraints of one package."
    assert [problem.message for problem in manifest.problems] == [message]


def test_a_package_of_too_many_sources_is_said_to_be_one() -> None:
    before = '[project]\nname = "a"\nversion = "1"\ndependencies = ["absent"]\n[tool.uv.sources]\nabsent = ['
    for count, complete in ((MOST_OF_A_PACKAGE, True), (MOST_OF_A_PACKAGE + 1, False)):
        sources = "".join(f"{{ index = 'i', marker = \"python_version == '3.{number}'\" }}, " for number in range(count))
        manifest = manifests.parse("/w/pyproject.toml", Text(f"{before}{sources}]\n[[tool.uv.index]]\nname = 'i'\nurl = 'https://e.x'\n"))
        assert (len(manifest.requirements), manifest.complete) == (1 if complete else 0, complete)
    message = "This file is too large to be checked: more than 1,000 sources of one package."
    assert [problem.message for problem in manifest.problems] == [message]


def test_too_many_requirements_with_a_table_of_their_own_are_said_to_be_so() -> None:
    tables = "".join(f'[tool.poetry.dependencies.absent{number}]\nversion = "^1"\n' for number in range(MOST_TABLES))
    for more, complete in (("", True), ('[tool.poetry.dependencies.more]\nversion = "^1"\n', False)):
        with ends():
            manifest = manifests.parse("/w/pyproject.toml", Text(f'[tool.poetry]\nname = "a"\n{tables}{more}'))
        assert (len(manifest.requirements), manifest.complete) == (MOST_TABLES if complete else 0, complete)
    message = "This file is too large to be checked: more than 10,000 requirements with a table of their own."
    assert [problem.message for problem in manifest.problems] == [message]


def test_as_many_as_are_allowed_are_read() -> None:
    manifest = manifests.parse("/w/requirements.txt", Text("absent\n" * MOST_REQUIREMENTS))
    assert len(manifest.requirements) == MOST_REQUIREMENTS and manifest.complete


def test_contradictions_are_compared_a_bounded_number_of_times_and_every_line_is_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pins of a package against all its bounds would take minutes for a file of the allowed size."""
    compared: list[int] = []

    def counted(specifier: str) -> bool | None:
        compared.append(specifier.count(",") + 1)
        return satisfiable(specifier)

    monkeypatch.setattr(conflicting_requirements, "satisfiable", counted)
    monkeypatch.setattr(conflicting_requirements, "_MOST_OF_PROJECT", 600)
    monkeypatch.setattr(duplicate_requirement, "satisfiable", counted)
    monkeypatch.setattr(duplicate_requirement, "_MOST_OF_FILE", 300)
    findings = judged(bounds_and_pins(3, 10, 40))
    by_code = Counter(finding.code for finding in findings)
    assert by_code["missing-requirement"] == 3 * 50
    assert 10 < by_code["conflicting-requirements"] < 40 and by_code["duplicate-requirement"] >= 9
    # What both rules may compare (two specifiers each), the last comparisons, and a look at each line by itself. Where comparisons end,
    # those for contradictions are made once more in the order of the lines, so that the same is reported whatever was typed before.
    assert sum(compared) < 2 * 600 + 2 * 300 + 100 + 3 * 50


def test_lines_that_are_the_same_to_the_letter_are_said_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicate_requirement, "_MOST_OF_FILE", 20)
    text = "".join(f"absent=={number}\n" for number in range(100)) + "absent==99\nabsent==99\n"
    twice = [finding for finding in judged({"requirements.txt": text}) if finding.code == "duplicate-requirement"]
    assert [text.count("\n", 0, finding.span.start) for finding in twice] == [100, 101]


def test_what_is_wrong_is_not_searched_for_in_what_was_wrong_before(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []

    class Counting(Problem):
        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return tuple(self) == other

        __hash__ = Problem.__hash__

    monkeypatch.setattr(draft, "Problem", Counting)
    source = f'[project]\nname = "a"\nversion = "1"\ndependencies = [{"1, " * 300}]\n'
    assert len(manifests.parse("/w/pyproject.toml", Text(source)).problems) == 300
    assert len(compared) < 300


def test_folders_are_put_to_hundreds_of_patterns_of_a_workspace() -> None:
    """Python's own keeps few of the patterns that it has made."""
    patterns = [f"packages/m{number}-*" for number in range(400)]
    with ends(5):
        admitted = [is_member(f"/w/packages/m{number}-x", "/w", {"members": patterns}, MemoryFiles({})) for number in range(401)]
    assert admitted == [True] * 400 + [False]


def test_of_thousands_of_patterns_the_first_count() -> None:
    patterns = [f"m{number}" for number in range(3_000)]
    files = MemoryFiles({})
    assert is_member("/w/m1999", "/w", {"members": patterns}, files) and not is_member("/w/m2999", "/w", {"members": patterns}, files)


@pytest.mark.parametrize("pattern", ["x{}-*", "*{}x", "*{}x*", "[xy]{}", "**/x{}", "**/x{}*/**", "x{}/**", "x{}/*/y"])
def test_folders_are_put_to_thousands_of_patterns(pattern: str) -> None:
    patterns = [pattern.format(number) for number in range(100_000)]
    files = MemoryFiles({})
    with ends(5):
        assert not any(is_member(f"/w/m{number}", "/w", {"members": patterns}, files) for number in range(100))
    named = pattern.format(7).replace("**/", "").replace("/**", "/a").replace("*", "a").replace("[xy]", "x")
    assert is_member(f"/w/{named}", "/w", {"members": patterns}, files)


def test_a_package_that_needs_more_than_anything_is_said_to_be_one() -> None:
    """Each need that is not there would be a finding; none of them is, and the rest is checked."""
    for count, code, findings in ((300, "missing-dependency", 300), (MOST_NEEDS, "missing-dependency", MOST_NEEDS)):
        found = judged(LINEAR["needs of one package"](count))
        assert Counter(finding.code for finding in found)[code] == findings
    with ends():
        found = judged(LINEAR["needs of one package"](100_000))
    [finding] = [each for each in found if "requires" in each.message]
    assert (finding.code, finding.severity, finding.requirement is not None) == ("broken-distribution", "warning", True)
    assert finding.message == "p 1 says that it requires more than 5,000 packages, which are too many to be checked"


def test_a_pyproject_that_is_longer_than_anybodys_is_not_parsed_to_add_a_name_to_it() -> None:
    for entries, offered in ((10, True), (20_000, False)):
        ignored = ", ".join(f'"m{number}"' for number in range(entries))
        files = {"pyproject.toml": f"{PROJECT}[tool.venvls.imports]\nignore = [{ignored}]\n", "a.py": "import absent\n"}
        with ends(10):
            opened = workspace(files)
            [finding] = [each for each in opened.check((ROOT,), imports=True).findings if each.code == "missing-import"]
            assert ("ignore-module" in [action.id for action in opened.actions(finding)]) is offered


def test_names_are_not_put_to_each_other_by_the_thousand() -> None:
    """A group is suggested for a name that is like it; not where each of thousands would have to be compared with each of thousands."""
    few, many = 10, 500
    for number, suggested in ((few, few), (many, 0)):
        groups = "".join(f'group{each} = ["absent"]\nuser{each} = [{{ include-group = "grup{each}" }}]\n' for each in range(number))
        opened = workspace({"pyproject.toml": f'[project]\nname = "a"\nversion = "1"\n[dependency-groups]\n{groups}'})
        with ends(20):
            offers = [action.id for finding in opened.check().findings for action in opened.actions(finding)]
        assert (offers.count("correct-name"), offers.count("add-group")) == (suggested, number)


@pytest.mark.parametrize(
    ("module", "reads", "before", "data"),
    [
        (ignore_module, "_ignoring", '[tool.venvls.imports]\nignore = ["tried"]\n', "module"),
        (add_build_requirement, "_requiring", '[build-system]\nrequires = ["tried"]\n', "build"),
    ],
)
def test_a_file_is_read_once_for_what_is_offered_for_each_of_many_imports(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, reads: str, before: str, data: str
) -> None:
    read: list[str] = []
    original = getattr(module, reads)
    monkeypatch.setattr(module, reads, lambda source, name: read.append(name) or original(source, name))
    opened = workspace({"pyproject.toml": PROJECT + before})
    path, facts = f"{ROOT}/pyproject.toml", opened.facts(ROOT)
    for number in range(20):
        finding = Finding(code="undeclared-import", message="", path=path, span=Span(0, 0), data={data: f"tried{number}"})
        [action] = module.OFFER.offer(finding, facts)
        [edit] = action.edits
        source = facts.manifests[path].text.source
        assert source[: edit.span.start] + edit.new + source[edit.span.end :] == original(source, f"tried{number}")
    assert len(read) == 1


def test_of_a_long_way_to_what_is_missing_the_end_is_told() -> None:
    found = [each for each in judged(LINEAR["a chain of what is installed"](100)) if each.code == "missing-dependency"]
    assert len(found) == 101
    last = next(each for each in found if "absent99" in each.message)
    way = [*(f"p{number}" for number in range(70, 100))]
    assert last.message == f"p99 requires absent99, which is not installed (required through p0 → … → {' → '.join(way[:-1])})"
