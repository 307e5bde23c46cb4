"""What is wrong in manifests themselves: duplicates, contradictions, includes, groups, lines that are nothing."""

from __future__ import annotations

import pytest

from tests.rules.building import codes, facts, findings, said
from venvls.model.facts import Choice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lib\nlib\n", ["duplicate-requirement"]),
        ("lib>=1\nLib<3\n", ["duplicate-requirement"]),
        ("lib\nlib\nlib\n", ["duplicate-requirement"] * 2),
        ("lib==1\nlib==2\n", ["conflicting-requirements"]),
        ("lib[a]\nlib[b]\n", []),
        ("lib\nlib[a]\n", []),
        ("lib>=1; python_version < '3.9'\nlib>=2; python_version >= '3.9'\n", []),
        ("lib==1; python_version < '3.9'\nlib==2; python_version >= '3.9'\n", []),
        ("lib>=2; python_version >= '3.9'\nlib>=1; python_version < '3.9'\n", []),
        ("lib==1; python_version > '3.8'\nlib==2; python_version >= '3.9'\n", ["conflicting-requirements"]),
        ("lib>=1; python_version > '3.8'\nlib>=1; python_version >= '3.9'\n", ["duplicate-requirement"]),
        ("lib; os_name == 'nt'\nlib; os_name == 'nt'\n", ["duplicate-requirement"]),
        ("lib>=3,<2\n", ["conflicting-requirements"]),
        ("lib>=1\nlib<2\nlib!=1.*\n", ["duplicate-requirement", "conflicting-requirements", "duplicate-requirement"]),
        ("lib==1\nlib @ https://example.com/lib.zip\n", ["duplicate-requirement"]),
        ("lib>=1.0\nlib<1.0\nother\n", ["conflicting-requirements"]),
        ("lib~=1.4\nlib>=1.5\n", ["duplicate-requirement"]),
    ],
)
def test_twice_in_one_file(text: str, expected: list[str]) -> None:
    installed = ["lib 2 | x; extra == 'a' | x; extra == 'b'", "other 1", "x 1"]
    wanted = ("duplicate-requirement", "conflicting-requirements")
    assert [code for code in codes(facts(text, installed)) if code in wanted] == expected
    if "marker" not in text and ";" not in text:
        assert [code for code in codes(facts(text, None)) if code in wanted] == expected, "the same without an environment"


def test_markers_without_an_environment_are_not_guessed() -> None:
    assert codes(facts("lib==1; python_version < '3.9'\nlib==2; python_version < '4'\n", None)) == ["no-environment"]


def test_files_that_include_each_other_may_narrow_but_not_contradict() -> None:
    base = {"requirements.txt": "-r base.txt\nlib<3\n", "base.txt": "lib>=2\n"}
    assert codes(facts(base, ["lib 2.5"])) == []
    project = facts({"requirements.txt": "-r base.txt\nlib<2\n", "base.txt": "lib>=2\n"}, ["lib 2.5"], mains=("requirements.txt",))
    assert "conflicting-requirements: lib<2: No version can satisfy both lib<2 and lib>=2 in base.txt" in said(project)
    found = next(one for one in findings(project) if one.code == "conflicting-requirements")
    assert [(one.path, one.message) for one in found.related] == [("/p/base.txt", "contradicts this")]


def test_a_contradiction_in_a_file_that_two_include_is_told_once() -> None:
    texts = {"requirements.txt": "-r base.txt\n", "requirements-dev.txt": "-r base.txt\n", "base.txt": "lib==1\nlib==2\n"}
    project = facts(texts, None, mains=("requirements.txt", "requirements-dev.txt"))
    assert codes(project).count("conflicting-requirements") == 1


def test_files_that_do_not_include_each_other_are_not_compared() -> None:
    project = facts({"requirements.txt": "lib==1\n", "requirements-new.txt": "lib==2\n"}, ["lib 1"])
    assert "conflicting-requirements" not in codes(project)


def test_constraints_contradict() -> None:
    project = facts({"requirements.txt": "-c constraints.txt\nlib>=3\n", "constraints.txt": "lib<2\n"}, ["lib 3"])
    assert "conflicting-requirements: lib>=3: No version can satisfy both lib>=3 and lib<2 in constraints.txt" in said(project)


def test_groups_are_compared_with_what_they_are_used_with() -> None:
    text = '[dependency-groups]\ndev = ["lib==1"]\nnew = ["lib==2"]\nodd = ["x>2,<1"]\n'
    assert codes(facts({"pyproject.toml": text}, ["lib 1"])) == ["conflicting-requirements"]
    assert (
        codes(facts({"pyproject.toml": text}, ["lib 1"], choice=Choice(frozenset({"new"}), default=False))).count(
            "conflicting-requirements"
        )
        == 1
    )
    assert codes(facts({"pyproject.toml": text}, ["lib 1"], choice=Choice(all_groups=True))).count("conflicting-requirements") == 2


def test_in_lists_only_the_same_twice_is_a_duplicate() -> None:
    text = '[project]\nname = "a"\nversion = "1"\ndependencies = ["lib>=1", "lib!=1.5", {}]\n[dependency-groups]\ndev = ["lib>=1", {}]\n'
    for more, number in (('"lib<3"', 0), ('"lib>=1"', 2)):
        found = codes(facts({"pyproject.toml": text.format(more, more)}, ["lib 2"]))
        assert found == ["duplicate-requirement"] * number


def test_what_only_bounds_a_project_of_uvs_is_compared_with_nothing() -> None:
    text = '[project]\nname = "a"\nversion = "1"\n[tool.uv]\nconstraint-dependencies = ["lib>2", "lib<1"]\n'
    assert codes(facts({"pyproject.toml": text})) == []


def test_includes() -> None:
    project = facts({"requirements.txt": "-r gone.txt\n-r https://example.com/r.txt\n-r more.txt\n", "more.txt": "-r requirements.txt\n"},
                    mains=("requirements.txt",))  # fmt: skip
    assert said(project) == [
        "include-cycle: requirements.txt: This include leads back to its own file: requirements.txt → more.txt → requirements.txt",
        "unreadable-include: gone.txt: There is no such file.",
    ]


def test_a_file_that_includes_itself() -> None:
    assert said(facts("-r requirements.txt\n")) == ["include-cycle: requirements.txt: This file includes itself"]


def test_unknown_groups() -> None:
    text = '[project]\nname = "a"\nversion = "1"\n[dependency-groups]\ntest = [{include-group = "tests"}]\n'
    assert codes(facts({"pyproject.toml": text})) == ["unknown-group"]
    text = '[project]\nname = "a"\nversion = "1"\n[dependency-groups]\ntest = []\n'
    chosen = facts({"pyproject.toml": text}, choice=Choice(frozenset({"docs"}), frozenset({"fast"})))
    assert [one.rpartition(": The ")[2] for one in said(chosen)] == [
        "dependency group docs is selected, but this project does not define it: it has test",
        "extra fast is selected, but this project does not define it: it has none",
    ]
    assert codes(facts("lib\n", ["lib 1"], choice=Choice(frozenset({"docs"})))) == []


def test_invalid_lines_are_told_once_each() -> None:
    assert codes(facts("lib=>1\nother\n!!\n", ["other 1"])) == ["invalid-requirement"] * 2
    assert codes(facts({"pyproject.toml": '[project]\ndependencies = ["lib=>1", "ok"]\n'}, ["ok 1"])) in (
        ["invalid-requirement"],
        ["invalid-manifest", "invalid-requirement"],
    )
    assert "invalid-manifest" in codes(facts({"pyproject.toml": "[project\n"}))


def test_nothing_of_a_file_outside_the_workspace_is_shown() -> None:
    project = facts(
        {
            "requirements.txt": "-r ../etc/passwd\nlib>1\n-c ../etc/bounds\n",
            "../etc/passwd": "root:x:0:0\nhidden-name\nlib<1\nlib<1\n",
            "../etc/bounds": "lib<9\n",
        },
        ["lib 10"],
        mains=("requirements.txt",),
        outside=("/etc/passwd", "/etc/bounds"),
    )
    for finding in findings(project):
        if finding.path == "/etc/passwd" and finding.code.startswith(("missing-requirement", "version-mismatch")):
            continue  # the workspace replaces these as a whole: a requirement's check does not see the file
        shown = finding.message + "".join(one.message for one in finding.related)
        assert "root" not in shown and "hidden-name" not in shown and "<1" not in shown and "<9" not in shown, finding
        assert not any(one.path.startswith("/etc") for one in finding.related)


def test_secrets_in_urls_are_not_shown() -> None:
    project = facts("lib @ git+https://ada:hunter2@example.com/lib@v2\nlib=>https://ada:hunter2@example.com\n", ["lib 1"])
    assert said(project) and "hunter2" not in " ".join(one.rpartition(": ")[2] for one in said(project))


def test_of_three_lines_those_that_contradict_each_other_are_named() -> None:
    said_so = "conflicting-requirements: lib<2: No version can satisfy both lib<2 and lib>=3"
    for text in ("lib>=1\nlib>=3\nlib<2\n", "lib>=3\nlib>=1\nlib<2\n"):
        assert said_so in said(facts(text, ["lib 3"])), text


def test_a_line_that_cannot_be_read_hides_no_duplicate_after_it() -> None:
    assert "duplicate-requirement" in codes(facts("lib\n???\nlib\n", ["lib 1"]))
    pipfile = '[packages]\nlib = "*"\nLIB = "^1"\nLib = "*"\n'
    assert codes(facts({"Pipfile": pipfile}, ["lib 1"])) == ["invalid-requirement", "duplicate-requirement"]
    assert "duplicate-requirement" in codes(facts("lib\n./other\nlib\n", ["lib 1"]))


def test_lines_that_contradict_only_together_are_all_named() -> None:
    project = facts("lib>=1\nlib<2\nother\nlib!=1.*\n", None)
    (told,) = [each for each in findings(project) if each.code == "conflicting-requirements"]
    assert told.message == "No version can satisfy both lib!=1.* and lib>=1"
    assert [project.manifests[each.path].text.source[each.span.start : each.span.end] for each in told.related] == ["lib>=1", "lib<2"]


def test_a_bound_for_another_system_contradicts_nothing() -> None:
    constraints = "lib<1; os_name == 'nt'\nlib\nlib<3; os_name == 'posix'\n"
    for line, expected in (("lib>2", []), ("lib>3", ["conflicting-requirements"]), ("lib>3; os_name == 'nt'", [])):
        project = facts({"requirements.txt": f"-c c.txt\n{line}\n", "c.txt": constraints}, [], mains=("requirements.txt",))
        assert [code for code in codes(project) if code == "conflicting-requirements"] == expected


def test_constraints_that_contradict_each_other_contradict_no_line() -> None:
    project = facts({"requirements.txt": "-c c.txt\nlib==5\nlib==6\n", "c.txt": "lib<1\nlib>2\n"}, None, mains=("requirements.txt",))
    (told,) = [each for each in findings(project) if each.code == "conflicting-requirements"]
    assert told.message == "No version can satisfy both lib==6 and lib==5"
