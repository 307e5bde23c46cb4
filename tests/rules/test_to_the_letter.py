"""What rules say, whole: each finding's severity, code, file, marked text and message. One row for each way a sentence can go."""

from __future__ import annotations

import pytest

from tests.memory_tree import Link
from tests.rules.building import distribution, facts, findings, marked
from venvls.model.environment import Git
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Candidate, Finding
from venvls.model.imports import Import, Sighting
from venvls.model.manifest import Problem
from venvls.model.record import replace
from venvls.model.text import Span
from venvls.rules import unrecorded_package

NAMED = '[project]\nname = "me"\nversion = "1"\n'
GROUPS = NAMED + "[dependency-groups]\ntest = []\nlint = []\n[project.optional-dependencies]\nfast = []\n"


def others(project: Facts) -> list[Finding]:
    return [finding for finding in findings(project) if finding.code != "selected-environment"]


def lines(project: Facts) -> list[str]:
    return [
        f"{each.severity} {each.code} {each.path.removeprefix('/p/')} {marked(project, each)!r}: {each.message}" for each in others(project)
    ]


def only(project: Facts) -> Finding:
    (finding,) = others(project)
    return finding


@pytest.mark.parametrize(
    ("health", "severity", "sentence"),
    [
        ("broken", "error", "is broken"),
        ("incomplete", "warning", "is incomplete"),
        ("moved", "warning", "was moved or copied"),
    ],
)
def test_what_is_wrong_with_the_environment(health: str, severity: str, sentence: str) -> None:
    project = facts("lib\n", ["lib 1"], health=health)
    start = f"{severity} {health}-environment requirements.txt 'lib': The environment /p/.venv {sentence}"
    assert lines(project) == [f"{start}. something is gone"]
    assert project.environment is not None
    project.environment = replace(project.environment, problem=None)
    assert lines(project) == [start]
    project.environment = None
    assert [each.code for each in others(project) if each.code.endswith("environment")] == ["no-environment"]


def test_the_remark_on_the_environment() -> None:
    project = facts("lib\n", ["lib 1"])
    environment = project.environment
    assert environment is not None
    for changed, words in (
        (environment, "Uses /p/.venv/bin/python, Python 3.12.4: it is in the project"),
        (replace(environment, version=None), "Uses /p/.venv/bin/python: it is in the project"),
        (replace(environment, interpreter=None), "Uses /p/.venv, Python 3.12.4: it is in the project"),
    ):
        project.environment = changed
        assert [each.message for each in findings(project)] == [words]
    project.project = replace(project.project, reason="")
    assert [each.message for each in findings(project)] == ["Uses /p/.venv, Python 3.12.4"]


def test_another_python() -> None:
    project = facts({"pyproject.toml": f'{NAMED}requires-python = " >=3.13"\n'}, [])
    assert lines(project) == ["warning python-mismatch pyproject.toml ' >=3.13': The environment has Python 3.12.4, but >=3.13 is required"]
    assert only(project).data == {"python": " >=3.13"}
    project = facts("lib\n", ["lib 1"], asks=((">=3.13 ", "/p/.python-version"), (">=3.14", "/p/.python-version")))
    assert project.environment is not None
    start = "warning python-mismatch requirements.txt 'lib': The environment has"
    assert lines(project) == [f"{start} Python 3.12.4, but .python-version requires >=3.13"]
    assert only(project).data == {"python": ">=3.13 "}
    project.environment = replace(project.environment, implementation="pypy")
    assert lines(project) == [f"{start} Python 3.12.4 (PyPy), but .python-version requires >=3.13"]
    project.environment = replace(project.environment, implementation="cpython", version="3.13.0a2+")
    assert lines(project) == [f"{start} Python 3.13.0a2+, but .python-version requires >=3.14"]
    for environment in (
        replace(project.environment, version=None),
        replace(project.environment, version="of its own"),
        replace(project.environment, health="broken"),
        None,
    ):
        project.environment = environment
        assert "python-mismatch" not in [each.code for each in findings(project)]


@pytest.mark.parametrize(
    ("version", "said", "joined"),
    [
        ("3.9.1", "'>=3.11': The environment has Python 3.9.1, but >=3.11 is required; .python-version", []),
        ("3.12.4", "'[project]': The environment has Python 3.12.4, but .python-version requires ==3.9.*; pyproject.toml", [">=3.11"]),
    ],
)
def test_two_files_that_no_python_fits_are_both_named(version: str, said: str, joined: list[str]) -> None:
    texts = {"pyproject.toml": f'{NAMED}requires-python = ">=3.11"\n'}
    end = {"3.9.1": "contradicts that: it requires ==3.9.*", "3.12.4": "contradicts that: it requires >=3.11"}[version]
    project = facts(texts, python=version, asks=((">=3.11", "/p/pyproject.toml"), ("==3.9.*", "/p/.python-version")))
    assert [line.replace("warning python-mismatch ", "") for line in lines(project)] == [f"pyproject.toml {said} {end}"]
    source = project.manifests["/p/pyproject.toml"].text.source
    assert [source[each.span.start : each.span.end] for each in only(project).related] == joined
    # With a Python that fits neither each is said, and of a file outside the workspace nothing is.
    project = facts(texts, python="3.10.1", asks=(("==3.9.*", "/p/.python-version"),), outside=("/p/pyproject.toml",))
    assert [each.message for each in others(project)] == [
        "The environment has Python 3.10.1, but .python-version requires ==3.9.*",
        "This file does not allow the environment's Python 3.10.1",
    ]


def test_of_one_file_one_bound_is_told() -> None:
    project = facts({"pyproject.toml": f'{NAMED}requires-python = ">=3.13"\n'}, asks=((">=3.14", "/p/pyproject.toml"),))
    assert [each.message for each in others(project)] == ["The environment has Python 3.12.4, but >=3.13 is required"]


def test_a_python_of_condas_counts_in_an_environment_of_condas() -> None:
    for counted, told in ((frozenset({"/p/environment.yml"}), 1), (frozenset(), 0), (None, 1)):
        project = facts({"environment.yml": "dependencies:\n  - python=3.11\n"}, [])
        project.counted = counted
        assert [each.code for each in others(project)] == ["python-mismatch"] * told


OUT = "remove them from the repository and ignore the folder"


@pytest.mark.parametrize(
    ("git", "sentence"),
    [
        (Git("/p", ignored=True), None),
        (Git("/p", ignored=False), "git does not ignore the environment /p/.venv"),
        (Git("/p", ignored=True, tracked=1), f"git tracks 1 file of the environment /p/.venv: {OUT}"),
        (Git("/p", ignored=False, tracked=3), f"git tracks 3 files of the environment /p/.venv: {OUT}"),
    ],
)
def test_what_git_would_take(git: Git, sentence: str | None) -> None:
    project = facts("lib\n", ["lib 1"], git=git)
    assert lines(project) == ([f"information unignored-environment requirements.txt 'lib': {sentence}"] if sentence else [])
    if sentence:
        assert only(project).data == {"root": "/p", "tracked": git.tracked}
        project.environment = None
        assert "unignored-environment" not in [each.code for each in findings(project)]


NONE = "warning no-environment requirements.txt 'lib': This project has requirements, but no environment to install them in"


def test_no_environment() -> None:
    project = facts("lib\n", None)
    assert lines(project) == [NONE]
    environment = facts("lib\n").environment
    assert environment is not None
    considered = Candidate(environment, False, "it is not this project's")
    project.project = replace(project.project, candidates=(considered,))
    assert lines(project) == [f"{NONE}; 1 other environment was found, but not selected"]
    project.project = replace(project.project, candidates=(considered, considered))
    assert lines(project) == [f"{NONE}; 2 other environments were found, but not selected"]
    project.main_project = "/above"
    assert lines(project) == []


@pytest.mark.parametrize(
    ("name", "text", "made", "by_tox"),
    [
        ("requirements.txt", "lib\n", "py312 lint", "lint, py312"),
        ("requirements.txt", "lib\n", "a b c d e", "a, b, c, d and 1 more"),
        ("requirements.txt", "lib\n", ".pkg", None),
        ("pyproject.toml", f"{NAMED}dependencies = ['lib']\n[tool.hatch.envs.default]\n", "py312", None),
        ("pyproject.toml", f"{NAMED}dependencies = ['lib']\n[tool.hatch.version]\n", "py312", "py312"),
        ("pyproject.toml", f"{NAMED}dependencies = ['lib']\n[tool.uv]\n", "py312", None),
        ("Pipfile", "[packages]\nlib = '*'\n", "py312", None),
    ],
)
def test_no_environment_but_those_of_tox(name: str, text: str, made: str, by_tox: str | None) -> None:
    tree = {f"/p/.tox/{each}/pyvenv.cfg": "" for each in made.split()} | {"/p/.tox/log": ""}
    (finding,) = others(facts({name: text}, None, tree=tree))
    end = f", only those of tox ({by_tox}); each is compared by itself" if by_tox else ""
    assert (finding.severity, finding.message.partition("to work in")[2]) == ("information" if by_tox else "warning", end)


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        ([".venvls-aside-0123abcd-env"], "env"),
        ([".venvls-aside-0123abcd-env", "env"], None),
        ([".venvls-aside-0123abcd-env", ".venvls-aside-00000000-.venv"], "env"),
        ([".venvls-aside-0123-env"], None),
        (["a.venvls-aside-0123abcd-env"], None),
    ],
)
def test_an_environment_that_an_interrupted_task_moved(folders: list[str], name: str | None) -> None:
    project = facts("lib\n", None, tree={f"/p/{folder}/x": "" for folder in folders})
    assert lines(project) == [f"{NONE}; a task that was interrupted moved {name} aside, and the next one puts it back" if name else NONE]


def test_a_script_without_its_environment() -> None:
    project = facts("lib\n", None)
    project.project = replace(project.project, root="/p/requirements.txt")
    assert lines(project) == [
        "information no-environment requirements.txt 'lib': This script's environment is uv's, which makes it when the script runs"
        " (`uv run requirements.txt`); none was made yet"
    ]


def test_what_is_chosen_and_not_there() -> None:
    choice = Choice(frozenset({"docs", "test"}), frozenset({"slow"}))
    project = facts({"pyproject.toml": GROUPS}, [], choice=choice)
    start = "error unknown-group pyproject.toml '[project]': The"
    assert lines(project) == [
        f"{start} dependency group docs is selected, but this project does not define it: it has lint and test",
        f"{start} extra slow is selected, but this project does not define it: it has fast",
    ]
    assert [each.data for each in others(project)] == [{"name": "docs", "kind": "group"}, {"name": "slow", "kind": "extra"}]
    only_group = f"{NAMED}[dependency-groups]\ntest = []\n"
    assert lines(facts({"pyproject.toml": only_group}, [], choice=choice))[1:] == [
        f"{start} extra slow is selected, but this project does not define it: it has none"
    ]
    # A choice for many projects at once says nothing where nothing has groups, or where somebody types.
    assert lines(facts("lib\n", ["lib 1"], choice=choice)) == []
    assert [each.code for each in others(facts({"pyproject.toml": f"{GROUPS}[x\n"}, [], choice=choice))] == ["invalid-manifest"]


def test_includes() -> None:
    texts = {"requirements.txt": "-r gone.txt\n-r https://example.com/r.txt\n-r more.txt\n", "more.txt": "-r requirements.txt\n"}
    project = facts(texts, [], mains=("requirements.txt",))
    assert lines(project) == [
        "error include-cycle more.txt 'requirements.txt': This include leads back to its own file:"
        " requirements.txt → more.txt → requirements.txt",
        "error unreadable-include requirements.txt 'gone.txt': There is no such file.",
    ]
    assert others(project)[1].data == {"target": "/p/gone.txt"}
    assert lines(facts("-r requirements.txt\n", [])) == [
        "error include-cycle requirements.txt 'requirements.txt': This file includes itself"
    ]


def test_constraints_in_a_circle_bound_each_other_no_further() -> None:
    texts = {"requirements.txt": "-c a.txt\nlib\n", "a.txt": "-c b.txt\nlib<3\n", "b.txt": "-c a.txt\nlib<2\n"}
    project = facts(texts, ["lib 2"], mains=("requirements.txt",))
    assert [each.code for each in others(project)] == ["include-cycle", "version-mismatch"]
    assert others(project)[1].message == "lib 2 is installed, but b.txt allows only <2"


def test_a_circle_of_files_with_one_name() -> None:
    texts = {"requirements.txt": "-r sub/requirements.txt\n", "sub/requirements.txt": "-r ../requirements.txt\n"}
    assert only(facts(texts, [], mains=("requirements.txt",))).message == (
        "This include leads back to its own file: p/requirements.txt → sub/requirements.txt → p/requirements.txt"
    )


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        (7, "r0.txt → r1.txt → r2.txt → r3.txt → r4.txt → r5.txt → r6.txt → r0.txt"),
        (10, "r0.txt → r1.txt → r2.txt → r3.txt → 3 more → r7.txt → r8.txt → r9.txt → r0.txt"),
    ],
)
def test_of_a_long_circle_the_ends_are_named(files: int, shown: str) -> None:
    texts = {f"r{number}.txt": f"-r r{(number + 1) % files}.txt\n" for number in range(files)}
    assert only(facts(texts, [], mains=("r0.txt",))).message == f"This include leads back to its own file: {shown}"


def test_the_file_of_an_extra_is_read_where_it_is_chosen() -> None:
    text = f'{NAMED}dynamic = ["optional-dependencies"]\n[tool.setuptools.dynamic]\noptional-dependencies.docs = {{file = ["gone.txt"]}}\n'
    assert lines(facts({"pyproject.toml": text}, [])) == []
    chosen = facts({"pyproject.toml": text}, [], choice=Choice(frozenset(), frozenset({"docs"})))
    assert lines(chosen) == ["error unreadable-include pyproject.toml 'gone.txt': There is no such file."]


def test_groups_that_include_each_other() -> None:
    text = f'{NAMED}[dependency-groups]\na = [{{include-group = "b"}}]\nb = [{{include-group = "a"}}]\nc = [{{include-group = "gone"}}]\n'
    assert lines(facts({"pyproject.toml": text}, [])) == [
        "error include-cycle pyproject.toml 'b': The group `a` includes `b`, which includes `a` again: remove one of the includes.",
        "error include-cycle pyproject.toml 'a': The group `b` includes `a`, which includes `b` again: remove one of the includes.",
        "error unknown-group pyproject.toml 'gone': There is no group `gone` in [dependency-groups].",
    ]


def test_what_is_stated_twice_or_contradicts() -> None:
    project = facts("lib[b,a]>=1\nLIB[a,b]\n", ["lib 1"])
    assert lines(project) == ["warning duplicate-requirement requirements.txt 'LIB[a,b]': LIB is required twice here"]
    assert [(each.path, each.message) for each in only(project).related] == [("/p/requirements.txt", "first required here")]
    assert [line for line in lines(facts("lib>=3,<2\nlib==1\nlib==2\n", None)) if "conflicting" in line] == [
        "warning conflicting-requirements requirements.txt 'lib>=3,<2': No version can satisfy lib>=3,<2",
        "warning conflicting-requirements requirements.txt 'lib==2': No version can satisfy both lib==2 and lib==1",
    ]


def test_a_constraint_that_is_broken() -> None:
    project = facts(
        {"requirements.txt": "-c c.txt\nlib ; os_name == 'posix'\nother>=3\n", "c.txt": "lib < 2\nother<2\n"},
        ["lib 3", "other 3"],
        mains=("requirements.txt",),
    )
    assert lines(project) == [
        "warning version-mismatch requirements.txt 'lib': lib 3 is installed, but c.txt allows only < 2",
        "warning conflicting-requirements requirements.txt 'other>=3': No version can satisfy both other>=3 and other<2 in c.txt",
        "warning version-mismatch requirements.txt '>=3': other 3 is installed, but c.txt allows only <2",
    ]
    first = others(project)[0]
    assert (first.installed, first.data) == ("3", {"constraint": "< 2"})
    # Of a path only its files say which name that is; and a bound that names no version breaks nothing.
    tree = {
        "/p/lib/pyproject.toml": '[project]\nname = "lib"\n',
        **distribution("lib 3", direct_url='{"url": "file:///p/lib", "dir_info": {}}'),
    }
    project = facts({"requirements.txt": "-c c.txt\n./lib\n", "c.txt": "lib\nlib<2\n"}, tree=tree, mains=("requirements.txt",))
    assert [each.message for each in others(project)] == ["lib 3 is installed, but c.txt allows only <2"]
    first = others(
        facts({"requirements.txt": "-c c.txt\nlib\nother\n", "c.txt": "lib < 2\n"}, ["lib 3", "other 1"], mains=("requirements.txt",))
    )[0]
    assert [(each.path, each.message) for each in first.related] == [("/p/c.txt", "the constraint that applies")]


def test_another_version() -> None:
    project = facts('lib >= 2 ; os_name == "posix"\n', ["lib 1"])
    assert lines(project) == ["warning version-mismatch requirements.txt '>= 2': lib 1 is installed, but >= 2 is required"]
    assert only(project).installed == "1"


def test_what_extras_lack() -> None:
    needs = "lib 1 | x>1; extra == 'a' | y; extra == 'b' | z<1; extra == 'c'"
    project = facts("lib[a,b]\nlib[c]\n", [needs, "x 1"])
    assert lines(project) == [
        "warning missing-extra requirements.txt '[a,b]': lib[a,b] requires x>1 (1 is installed) and y (not installed)",
        "warning missing-extra requirements.txt '[c]': lib[c] requires z<1, which is not installed",
    ]
    assert [(each.installed, each.data) for each in others(project)] == [("1", {"missing": ["x>1", "y"]}), ("1", {"missing": ["z<1"]})]
    assert lines(facts("lib[a]\n", [needs, "x 1"])) == [
        "warning missing-extra requirements.txt '[a]': lib[a] requires x>1 (1 is installed)"
    ]


def test_what_dependencies_lack() -> None:
    project = facts("app>=1\n", ["app 1 | mid", "mid 1 | low>=2 | gone<3; os_name == 'posix' | never; os_name == 'nt'", "low 1"])
    start = "warning missing-dependency requirements.txt 'app>=1': mid requires"
    assert lines(project) == [
        f"{start} low>=2, but 1 is installed (required through app)",
        f"{start} gone<3, which is not installed (required through app)",
    ]
    assert [(each.installed, each.data) for each in others(project)] == [
        ("1", {"name": "low", "requirement": "low>=2", "chain": ["app", "mid", "low"], "found": "1"}),
        ("1", {"name": "gone", "requirement": "gone<3", "chain": ["app", "mid", "gone"], "found": None}),
    ]
    # One cause, one finding.
    assert lines(facts("app\nother\n", ["app 1 | gone", "other 1 | gone"])) == [
        "warning missing-dependency requirements.txt 'app': app requires gone, which is not installed"
    ]
    assert [each.code for each in others(facts("app\ngone\n", ["app 1 | gone"]))] == ["missing-requirement"]


def test_dependencies_of_a_file_that_makes_constraints_too() -> None:
    texts = {"requirements.txt": "-c base.txt\n-r base.txt\n", "base.txt": "app\n"}
    assert [each.code for each in others(facts(texts, ["app 1 | gone"], mains=("requirements.txt",)))] == ["missing-dependency"]
    texts["requirements.txt"] = "-c base.txt\n"
    assert others(facts(texts, ["app 1 | gone"], mains=("requirements.txt",))) == []
    # Both are the project's own, and bound or include each other.
    for first, second in (("-c base.txt\n", "app\n"), ("-r base.txt\n", "-r requirements.txt\napp\n")):
        both = facts({"requirements.txt": first, "base.txt": second}, ["app 1 | gone"])
        assert [each.code for each in others(both) if each.code != "include-cycle"] == ["missing-dependency"]


def test_what_cannot_be_known() -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    text = f'{NAMED}dynamic = ["dependencies"]\n{build}'
    start, end = "What this project depends on is computed by", "venvls cannot know it, and does not compare it"
    assert lines(facts({"pyproject.toml": text}, [])) == [
        f"information unknown-dependencies pyproject.toml '[project]': {start} hatchling when it is built; {end}"
    ]
    assert lines(facts({"setup.py": 'from setuptools import setup\nsetup(name="me", install_requires=read())\n'}, [])) == [
        f"information unknown-dependencies setup.py 'setup': {start} setup.py; {end}"
    ]
    assert lines(facts({"pyproject.toml": f"{NAMED}{build}"}, [])) == []


def test_a_condition_that_is_not_known_is_no_mistake() -> None:
    assert lines(facts("lib; python_full_version >= '3.12.2'\n", [], python="3.12")) == []
    for kind, expected in (("venv", ["invalid-requirement"]), ("uv", [])):  # uv reads over it
        project = facts("lib; sys_platform ~= 'linux'\n", [])
        assert project.environment is not None
        project.environment = replace(project.environment, kind=kind)  # type: ignore[arg-type]
        assert [each.code for each in others(project)] == expected


def test_a_path_that_leads_nowhere() -> None:
    assert lines(facts("-e ./lib\n", [])) == [
        "warning broken-distribution requirements.txt './lib': ./lib does not exist,"
        " so that nothing can be installed from it: correct the path"
    ]
    # Nobody looks on another machine, nor at a URL, nor where a variable leads.
    for elsewhere in (
        "//server/lib",
        "lib @ https://example.com/lib",
        "lib @ file:///${HERE}/lib",
        "-e ./${HERE}",
        "-e git+https://example.com/lib",
    ):
        assert "broken-distribution" not in [each.code for each in others(facts(f"{elsewhere}\n", ["lib 1"]))]


def test_of_a_file_outside_the_workspace_nothing_is_shown() -> None:
    inside = "-r gone.txt\n-r r.txt\n!!\nlib\nlib\nlib<1,>1\napp\nlib2=>1\ntwice\n"
    project = facts(
        {"requirements.txt": "-r ../etc/r.txt\n", "../etc/r.txt": inside},
        ["lib 1", "app 1 | gone", "twice 1", "twice 2"],
        mains=("requirements.txt",),
        outside=("/etc/r.txt",),
    )
    assert [(each.code, each.message) for each in others(project) if each.code != "version-mismatch"] == [
        ("unreadable-include", "A file that this one includes cannot be read"),
        ("include-cycle", "This include leads back to its own file"),
        ("invalid-requirement", "This line of a file outside the workspace is not a valid requirement"),
        ("duplicate-requirement", "This file requires the same package twice"),
        ("conflicting-requirements", "No version can satisfy all requirements for a package here"),
        ("missing-dependency", "A dependency of a package in this file is missing, or its version does not fit"),
        ("invalid-requirement", "This line of a file outside the workspace is not a valid requirement"),
        ("broken-distribution", "A package that this file needs is damaged"),
    ]
    assert all(not each.related for each in others(project))
    assert others(project)[0].data == {}


def test_of_a_pyproject_outside_the_workspace_nothing_is_shown() -> None:
    text = (
        '[project]\nname = "me"\nversion = "1"\ndependencies = 3\nrequires-python = ">=4"\n'
        '[dependency-groups]\na = [{include-group = "gone"}]\nb = [{include-group = "b"}]\n'
    )
    project = facts({"pyproject.toml": text}, [], outside=("/p/pyproject.toml",))
    assert {(each.code, each.message) for each in others(project)} == {
        ("invalid-manifest", "This file outside the workspace cannot be parsed"),
        ("python-mismatch", "This file does not allow the environment's Python 3.12.4"),
        ("unknown-group", "This file includes a group that does not exist"),
        ("include-cycle", "Groups of this file include each other"),
    }


def test_a_constraint_outside_the_workspace_is_not_shown() -> None:
    texts = {"requirements.txt": "-c ../etc/c.txt\nlib ; os_name == 'posix'\nother>2\n", "../etc/c.txt": "lib<1\nother<1\n"}
    project = facts(texts, ["lib 1", "other 3"], mains=("requirements.txt",), outside=("/etc/c.txt",))
    assert lines(project) == [
        "warning version-mismatch requirements.txt 'lib': lib 1 is installed, but a constraints file outside the workspace excludes it",
        "warning conflicting-requirements requirements.txt 'other>2': No version can satisfy both other>2 and a file outside the workspace",
        "warning version-mismatch requirements.txt '>2': other 3 is installed, but a constraints file outside the workspace excludes it",
    ]
    assert all(not each.related and not each.data for each in others(project))


@pytest.mark.parametrize(
    ("text", "installed", "code"),
    [
        ("lib>=1 ; os_name == 'posix'", [], "missing-requirement"),
        ("lib>=1 ; os_name == 'posix'", ["lib 1 | gone"], "missing-dependency"),
        ("./gone ; os_name == 'posix'", [], "broken-distribution"),
        ("lib>=1 ; os_name == 'posix'", ["lib 1", "lib 2"], "broken-distribution"),
        ("lib>2\nlib>=1 ; os_name == 'posix'", ["lib 3"], "duplicate-requirement"),
        ("lib<1\nlib>=1 ; os_name == 'posix'", ["lib 1"], "conflicting-requirements"),
    ],
)
def test_the_condition_of_a_requirement_is_not_marked(text: str, installed: list[str], code: str) -> None:
    project = facts(f"{text}\n", installed)
    assert [marked(project, finding) for finding in others(project) if finding.code == code] == [text.rpartition("\n")[2].split(" ;")[0]]


def test_a_name_is_said_as_it_is_written() -> None:
    texts = {
        "requirements.txt": "-c c.txt\nA_gone\nA_old>1\nA_bound\nA_part[X]\nA_from @ https://example.com/a.zip\nA_top\nA_twice\nA_twice"
    }
    installed = ["a-old 1", "a-bound 1", "a-part 1 | B_gone; extra == 'x'", "a-from 1", "a-top 1 | B_low>1", "a-twice 1"]
    project = facts({**texts, "c.txt": "a-bound>1\n"}, installed, mains=("requirements.txt",))
    assert [each.message for each in others(project)] == [
        "A_gone is not installed",
        "A_old 1 is installed, but >1 is required",
        "A_bound 1 is installed, but c.txt allows only >1",
        "A_part[X] requires B_gone, which is not installed",
        "A_from was installed from a package index, not from https://example.com/a.zip",
        "a-top requires B_low>1, which is not installed",
        "A_twice is required twice here",
    ]


def test_constraints_of_files_that_are_not_read_together_are_not_compared() -> None:
    texts = {"requirements.txt": "lib<1\n", "requirements-dev.txt": "-c c.txt\n", "c.txt": "lib>2\n"}
    mains = ("requirements.txt", "requirements-dev.txt")
    assert lines(facts(texts, None, mains=mains))[1:] == []
    texts["requirements.txt"] = "-c c.txt\nlib<1\n"
    conflict = "warning conflicting-requirements requirements.txt 'lib<1': No version can satisfy both lib<1 and lib>2 in c.txt"
    assert lines(facts(texts, None, mains=mains))[1:] == [conflict]


def test_a_version_that_cannot_be_compared_hides_no_contradiction() -> None:
    project = facts({"environment.yml": "dependencies:\n  - lib >2\n  - lib >=3|<=4\n  - lib <1\n"}, None)
    assert [line for line in lines(project) if "conflicting" in line] == [
        "warning conflicting-requirements environment.yml 'lib <1': No version can satisfy both lib<1 and lib>2"
    ]


def test_a_mistake_inside_one_that_is_said_is_not_said_again() -> None:
    path = "/p/pyproject.toml"
    project = facts({"pyproject.toml": f"{NAMED}dependencies = ['lib=>1']\n"}, None)
    (requirement,) = project.manifests[path].requirements
    line = requirement.statement
    problems = [
        ("the same", line.start, line.end),
        ("inside", line.start + 1, line.end - 1),
        ("over its end", line.start + 1, line.end + 1),
        ("before it", line.start - 1, line.end - 1),
    ]
    for words, start, end in problems:
        problem = Problem("invalid-requirement", words, Span(start, end))
        project.manifests = {path: replace(project.manifests[path], problems=(problem,))}
        told = [each.message for each in others(project) if each.code == "invalid-requirement" and each.message == words]
        assert told == ([words] if words in ("over its end", "before it") else [])


def test_what_is_computed_is_not_known_where_an_extra_is_listed() -> None:
    text = f'{NAMED}dynamic = ["dependencies", "optional-dependencies"]\n[build-system]\nrequires = ["a"]\nbuild-backend = "own.build"\n'
    extra = "[tool.setuptools.dynamic]\noptional-dependencies.docs = {file = 'docs.txt'}\n"
    for more, codes in ((extra, ["unknown-dependencies"]), (f"{extra}dependencies = {{file = 'all.txt'}}\n", [])):
        project = facts({"pyproject.toml": text + more, "docs.txt": "", "all.txt": ""}, [], mains=("pyproject.toml",))
        assert [each.code for each in others(project)] == codes


MANY = "\n".join(f'{name} = "me:{name}"' for name in "abcde")


@pytest.mark.parametrize(
    ("stated", "there", "lacking"),
    [
        (f"[project.scripts]\n{MANY}\n", "", "the commands a, b, c and 2 more"),
        (f"[project.scripts]\n{MANY}\n", "[console_scripts]\nd = me:d\ne = me:e\n", "the commands a, b and c"),
        (f"[project.scripts]\n{MANY}\n", "[console_scripts]\nc = me:c\nd = me:d\ne = me:e\n", "the commands a and b"),
        ('[project.scripts]\na = "me:a"\n', "[console_scripts]\na = me:b\n", "the command a"),
        ('[project.gui-scripts]\na = "me:a"\n[project.scripts]\nb = "me:b"\n', "", "the commands b and a"),
        ('[project.entry-points.x]\na = "me:a"\n', "", "the entry point a"),
        ('[project.entry-points.x]\na = "me:a"\n[project.entry-points.y]\nb = "me:b"\n', "", "the entry points a and b"),
        ('[project.entry-points.x]\na = "me:a"\n[project.scripts]\nb = "me:b"\n', "", "the command b"),
        ('[project.scripts]\na = "me:a"\n', "[console_scripts]\na = me:a\n", None),
        ('dynamic = ["gui-scripts", "readme"]\n[project.scripts]\na = "me:a"\n', "", "the command a"),
        ('dynamic = ["readme", "scripts", "gui-scripts"]\n[project.scripts]\na = "me:a"\n[project.gui-scripts]\nb = "me:b"\n', "", None),
    ],
)
def test_what_a_project_is_installed_without(stated: str, there: str, lacking: str | None) -> None:
    for origin in ('{"url": "file:///p", "dir_info": {"editable": true}}', '{"url": "file:///link", "dir_info": {}}'):
        tree = {"/link": Link("/p"), **distribution("me 1", direct_url=origin, **{"entry_points.txt": there})}
        project = facts({"pyproject.toml": NAMED + stated}, tree=tree)
        shown = [each for each in others(project) if each.code == "outdated-install"]
        assert [each.message for each in shown] == ([f"me is installed without {lacking}: install it again"] if lacking else [])
        assert [each.data for each in shown] == ([{"name": "me", "editable": "true" in origin}] if lacking else [])
    # From elsewhere, or it is not known from where.
    for elsewhere in (
        '{"url": "http://x/p", "archive_info": {}}',
        '{"url": "file:///other", "dir_info": {}}',
        '{"url": "file:///p", "dir_info": {}, "subdirectory": "x"}',
        None,
    ):
        known = {"direct_url": elsewhere} if elsewhere else {}
        tree = {"/other/setup.py": "", **distribution("me 1", **known, **{"entry_points.txt": ""})}
        project = facts({"pyproject.toml": NAMED + stated}, tree=tree)
        assert others(project) == []


@pytest.mark.parametrize(
    ("name", "text", "head"),
    [
        ("pyproject.toml", f'{NAMED}[tool.x]\na = "dependencies"\n[tool.y]\ndependencies = []\n', "dependencies"),
        ("pyproject.toml", f"{NAMED}[tool.poetry.dependencies]\npython = '3'\n", "[tool.poetry.dependencies]"),
        ("pyproject.toml", NAMED, "[project]"),
        ("Pipfile", "[[source]]\nname = 'x'\n[packages]\n", "[packages]"),
        ("requirements.txt", "lib # dependencies = [\n", "lib"),
    ],
)
def test_where_it_is_shown_that_a_package_is_listed_nowhere(name: str, text: str, head: str) -> None:
    path = f"/p/{name}"
    project = facts({name: text})
    for requested, words in (
        (True, "was installed into .venv by name, but"),
        (False, "is installed in .venv, but nothing requires it and"),
    ):
        sighting = Sighting(path, Import("", Span(0, 0)), "unrecorded", "", ("httpx",), requested=requested)
        (finding,) = unrecorded_package.check(sighting, project)
        assert finding.message == f"httpx {words} no file of the project lists it"
        assert (marked(project, finding), finding.data) == (head, {"name": "httpx", "add": "httpx"})
        project.environment, environment = None, project.environment
        assert list(unrecorded_package.check(sighting, project)) == []
        project.environment = environment
