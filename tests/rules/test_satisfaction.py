"""Whether requirements are satisfied, as a person sees it: which finding, on which characters, in which words."""

from __future__ import annotations

import json
import random

import pytest

from tests.rules.building import SITE, codes, distribution, facts, said
from venvls.model.facts import Choice, Remembered
from venvls.model.record import replace
from venvls.rules.satisfaction import _judge, plainly_met

REQUESTS = ("requests 2.28.0 | urllib3<3 | PySocks!=1.5.7,>=1.5.6; extra == 'socks'", "urllib3 1.26")


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("requests", []),
        ("Requests>=2.28", []),
        ("requests==2.28", []),
        ("requests>=2.31", ["version-mismatch: >=2.31: requests 2.28.0 is installed, but >=2.31 is required"]),
        ("requests >= 2.31 , < 3", ["version-mismatch: >= 2.31 , < 3: requests 2.28.0 is installed, but >= 2.31 , < 3 is required"]),
        ("requests>=2.31; python_version < '3'", []),
        ("requests[socks]", ["missing-extra: [socks]: requests[socks] requires PySocks!=1.5.7,>=1.5.6, which is not installed"]),
        ("requests[socks]>=9", ["version-mismatch: >=9: requests 2.28.0 is installed, but >=9 is required"]),
        ("requests[nothing]", []),
        ("flask", ["missing-requirement: flask: flask is not installed"]),
        ("flask [async] >=3 ; python_version > '3' # why", ["missing-requirement: flask [async] >=3: flask is not installed"]),
        ("flask ; sys_platform == 'win32'", []),
        ("flask ; nonsense_variable == 'x'", ["invalid-requirement"]),
        (
            "flask @ https://example.com/${TOKEN}/flask.zip",
            ["missing-requirement: flask @ https://example.com/${TOKEN}/flask.zip: flask is not installed"],
        ),
        ("requests @ https://example.com/${TOKEN}/requests.zip", []),
        ("https://example.com/${NAME}-1-py3-none-any.whl", []),
        ("./${NAME}-1-py3-none-any.whl", []),
    ],
)
def test_one_requirement(requirement: str, expected: list[str]) -> None:
    found = said(facts(requirement, REQUESTS))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


@pytest.mark.parametrize(
    ("installed", "requirement", "fits"),
    [
        ("lib 2.0rc1", "lib>=1", True),
        ("lib 2.0rc1", "lib>=2", False),
        ("lib 1!1.0", "lib>=2020", True),
        ("lib 1.0+cu118", "lib==1.0", True),
        ("lib 1.0+cu118", "lib==1.0+cpu", False),
        ("lib 1.0.post1", "lib>1.0", False),
        ("lib 1.0", "lib===1.0", True),
        ("lib 1.0", "lib===1.0.0", False),
        ("lib 2004d-final", "lib", True),
        ("lib 2004d-final", "lib>=1", False),
        ("lib 2004d-final", "lib===2004d-final", True),
    ],
)
def test_versions_as_pip_judges_what_is_installed(installed: str, requirement: str, fits: bool) -> None:
    assert codes(facts(requirement, [installed])) == ([] if fits else ["version-mismatch"])


def test_the_metadata_has_the_last_word_on_the_version() -> None:
    tree = {f"{SITE}/lib-1.0_1.dist-info/{name}": text for name, text in
            (("METADATA", "Name: lib\nVersion: 1.0-1\n"), ("INSTALLER", "pip"))}  # fmt: skip
    assert codes(facts("lib==1.0.post1", tree=tree)) == []


def test_extras_are_followed_through_extras() -> None:
    installed = ["lib 1.0 | lib[a,b]; extra == 'all' | one; extra == 'a' | two>=2; extra == 'b'", "two 1.0"]
    assert said(facts("lib[all]", installed)) == [
        "missing-extra: [all]: lib[all] requires one (not installed) and two>=2 (1.0 is installed)"
    ]
    assert codes(facts("lib[a]", [*installed, "one 1.0"])) == []
    assert codes(facts("lib[All]", [*installed, "one 1.0"])) == ["missing-extra"]


def test_extras_in_a_circle_that_the_first_is_not_in_end() -> None:
    circle = "lib 1 | lib[b]; extra == 'a' | lib[c]; extra == 'b' | lib[b]; extra == 'c' | gone; extra == 'c'"
    assert codes(facts("lib[a]", [circle])) == ["missing-extra"]


def test_extras_names_are_compared_normalised() -> None:
    assert codes(facts("lib[Foo_Bar]", ["lib 1.0 | one; extra == 'foo-bar'"])) == ["missing-extra"]


def test_an_extra_that_goes_round_in_a_circle_ends() -> None:
    assert codes(facts("lib[a]", ["lib 1 | lib[b]; extra == 'a' | lib[a]; extra == 'b' | gone; extra == 'b'"])) == ["missing-extra"]


def test_a_constraint_in_force_counts() -> None:
    project = facts({"requirements.txt": "-c constraints.txt\nlib>=1\n", "constraints.txt": "lib<2\n"}, ["lib 2.5"])
    assert said(project) == ["version-mismatch: >=1: lib 2.5 is installed, but constraints.txt allows only <2"]


def test_a_constraint_alone_asks_for_nothing() -> None:
    assert codes(facts({"requirements.txt": "-c constraints.txt\n", "constraints.txt": "lib<2\n"}, ["lib 2.5"])) == []


def test_a_constraint_whose_marker_is_false_does_not_count() -> None:
    project = facts({"requirements.txt": "-c constraints.txt\nlib>=1\n", "constraints.txt": "lib<2; os_name == 'nt'\n"}, ["lib 2.5"])
    assert codes(project) == []


def test_what_is_not_chosen_is_not_missing() -> None:
    text = (
        '[project]\nname = "app"\nversion = "1"\n[project.optional-dependencies]\ndocs = ["sphinx"]\n[dependency-groups]\nlint = ["ruff"]\n'
    )
    assert codes(facts({"pyproject.toml": text})) == []
    assert codes(facts({"pyproject.toml": text}, choice=Choice(frozenset({"lint"}), frozenset({"docs"})))) == ["missing-requirement"] * 2


def test_a_project_that_asks_for_itself_is_not_missing() -> None:
    text = '[project]\nname = "My.App"\nversion = "1"\n[project.optional-dependencies]\na = ["one"]\n'
    text += '[dependency-groups]\ndev = ["my-app[a]"]\n'
    assert "my-app" not in " ".join(said(facts({"pyproject.toml": text}, ["one 1"])))


def url(url: str, **more: object) -> str:
    return json.dumps({"url": url, **more})


GIT = {"vcs_info": {"vcs": "git", "commit_id": "a" * 40, "requested_revision": "v1"}}
FROM = {
    "index": None,
    "git": url("https://github.com/Org/lib.git", **GIT),
    "git-sub": url("https://github.com/org/lib", subdirectory="py", **GIT),
    "git-plain": url("https://github.com/org/lib", vcs_info={"vcs": "git", "commit_id": "a" * 40}),
    "archive": url("https://example.com/lib-1.0.zip", archive_info={"hashes": {"sha256": "ab"}}),
    "wheel": url("https://example.com/lib-1.0-py3-none-any.whl", archive_info={}),
    "folder": url("file:///p/li%20b", dir_info={}),
    "editable": url("file:///p/lib", dir_info={"editable": True}),
}


@pytest.mark.parametrize(
    ("requirement", "origin", "fits"),
    [
        ("lib @ git+https://github.com/org/lib@v1", "git", True),
        ("lib @ git+ssh://git@github.com/org/lib.git@v1", "git", True),
        ("lib @ git+https://user:secret@github.com/org/lib/@v1", "git", True),
        ("lib @ git+https://github.com/org/lib", "git", True),
        ("lib @ git+https://github.com/org/lib@v2", "git", False),
        ("lib @ git+https://github.com/org/lib@v2", "git-plain", True),
        ("lib @ git+https://github.com/org/lib@" + "a" * 40, "git", True),
        ("lib @ git+https://github.com/org/lib@aaaaaaa", "git", True),
        ("lib @ git+https://github.com/org/lib@" + "b" * 40, "git", False),
        ("lib @ git+https://github.com/org/other@v1", "git", False),
        ("lib @ hg+https://github.com/org/lib@v1", "git", False),
        ("lib @ git+https://github.com/org/lib@v1#subdirectory=py", "git", False),
        ("lib @ git+https://github.com/org/lib@v1#subdirectory=py", "git-sub", True),
        ("lib @ git+https://github.com/org/lib@v1", "index", False),
        ("lib @ git+https://github.com/org/lib@v1", "archive", False),
        ("git+https://github.com/org/lib@v1#egg=lib", "git", True),
        ("lib @ https://example.com/lib-1.0.zip", "archive", True),
        ("lib @ https://EXAMPLE.com:443/lib-1.0.zip", "archive", True),
        ("lib @ https://example.com/lib-1.0.zip#sha256=ab", "archive", True),
        ("lib @ https://example.com/lib-1.0.zip#sha256=cd", "archive", False),
        ("lib @ https://example.com/lib-1.1.zip", "archive", False),
        ("lib @ https://example.com/lib-1.0.zip", "index", False),
        ("https://example.com/lib-1.0-py3-none-any.whl", "wheel", True),
        ("https://example.com/lib-1.0-py3-none-any.whl", "index", True),
        ("https://example.com/lib-2.0-py3-none-any.whl", "index", False),
        ("https://other.example/lib-1.0-py3-none-any.whl", "wheel", False),
        ("-e ./lib", "editable", True),
        ("-e lib/", "editable", True),
        ("-e file:///p/lib", "editable", True),
        ("./lib", "editable", False),
        ("-e ./lib", "index", False),
        ("-e ./lib", "git", False),
        ("-e ./other", "editable", False),
        ("./li b", "folder", True),
        ("-e ./lib[some]", "editable", True),
        ("lib>=1", "git", True),
        ("lib", "editable", True),
    ],
)
def test_direct_references(requirement: str, origin: str, fits: bool) -> None:
    recorded = FROM[origin]
    tree = distribution("lib 1.0", **({"direct_url": recorded} if recorded else {}))
    for folder, name in (("lib", "pyproject.toml"), ("other", "pyproject.toml"), ("li b", "pyproject.toml")):
        tree[f"/p/{folder}/{name}"] = '[project]\nname = "Lib"\n'
    found = said(facts(requirement, tree=tree))
    assert [one.split(":")[0] for one in found] == ([] if fits else ["source-mismatch"])
    assert "secret" not in " ".join(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.poetry]\nname = "lib"\n'),
        ("setup.cfg", "[options]\nname = no\n[metadata]\nname = lib\n"),
        ("setup.py", "from setuptools import setup\nsetup(\n    version='1',\n    name='lib',\n)\n"),
    ],
)
def test_the_name_of_a_folder_comes_from_its_files(name: str, text: str) -> None:
    assert said(facts("-e ./lib", tree={f"/p/lib/{name}": text})) == ["missing-requirement: ./lib: lib is not installed"]


def test_a_folder_whose_name_is_not_known_is_not_judged() -> None:
    assert codes(facts("-e ./lib", tree={"/p/lib/setup.py": "setup(name=NAME)"})) == []
    assert codes(facts("-e ./lib", tree={"/p/lib/pyproject.toml": "[project"})) == []


def test_folders_start_from_the_file_that_names_them() -> None:
    tree = {"/p/sub/lib/pyproject.toml": '[project]\nname = "lib"\n', "/p/lib/pyproject.toml": '[project]\nname = "other"\n'}
    project = facts({"requirements.txt": "-r sub/more.txt\n./lib\n", "sub/more.txt": "./lib\n"}, ["other 1", "lib 1"], tree=tree,
                    mains=("requirements.txt",))  # fmt: skip
    assert [one.split(": ")[2].split()[0] for one in said(project)] == ["other", "lib"]


def test_markers_are_those_of_the_environment() -> None:
    assert codes(facts("lib; python_version < '3.9'", python="3.8.18")) == ["missing-requirement"]
    assert codes(facts("lib; python_version < '3.9'", python="3.12.4")) == []


def test_an_environment_that_is_broken_says_nothing_of_requirements() -> None:
    assert codes(facts("lib", health="broken")) == ["broken-environment"]


@pytest.mark.parametrize("named", ['[project]\nname = ""\n', "[project]\nname = 3\n", "project = 3\n", "tool = 3\n", "\n"])
def test_a_file_that_gives_no_name_leaves_it_to_the_next(named: str) -> None:
    setup_cfg = {"/p/lib/setup.cfg": "[metadata]\nversion = 1\nname = lib\n"}
    assert said(facts("-e ./lib", tree={"/p/lib/pyproject.toml": named, **setup_cfg})) == [
        "missing-requirement: ./lib: lib is not installed"
    ]


def test_the_metadata_has_the_last_word_on_a_version_that_does_not_fit() -> None:
    info = f"{SITE}/lib-1.dist-info"
    tree = {f"{info}/METADATA": "Name: lib\nVersion: 1+local\n", f"{info}/INSTALLER": "pip\n", f"{info}/RECORD": ""}
    assert codes(facts("lib==1+local", tree=tree)) == []
    outside = ["version-mismatch: >1: lib 1 is installed, but >1 is required"]
    assert said(facts("lib>1", tree=tree)) == said(facts("lib>1", ["lib 1"])) == outside
    assert codes(facts("app", ["app 1 | lib==1+local"], tree=tree)) == []
    # Where what a folder's name says is no version: what METADATA says is what is shown, if it says one.
    for metadata, shown in (("Name: lib\nVersion: 1.5\n", "1.5"), ("Name: lib\n", "2004d")):
        tree = {f"{SITE}/lib-2004d.dist-info/METADATA": metadata, f"{SITE}/lib-2004d.dist-info/INSTALLER": "pip"}
        assert said(facts("lib>2", tree=tree)) == [f"version-mismatch: >2: lib {shown} is installed, but >2 is required"]


def test_a_project_that_requires_itself_need_not_be_installed_but_from_where_it_says() -> None:
    named = '[project]\nname = "me"\nversion = "1"\ndependencies = [{}]\n'
    for requirement, expected in (("'me>2'", []), ("'me @ git+https://example.com/me'", ["missing-requirement"])):
        project = facts({"pyproject.toml": named.format(requirement)}, mains=("pyproject.toml", "gone.toml"))
        assert codes(project) == expected


def test_what_is_plainly_met_is_satisfied_and_nothing_that_is_not() -> None:
    # No rule looks at such lines one by one: what would be among them wrongly is never reported.
    rng = random.Random(3)
    versions = ("1.0", "1", "1.0.0", "2.1", "2.0rc1", "1!1.0", "1.0+local", "2004d-final", "10.2", "1.10")
    bounds = ("", "==1.0", ">=1", "~=1.0", "!=2.1", ">1,<3", "==1.*", "===1.0", "<=1.9", ">=1.0rc1", "==2.0rc1")
    ends = ("", "", "; python_version > '3'", "; python_version < '3'", "; sys_platform == 'win32'", "; python_full_version >= '3.12.3'")
    names = [f"lib{number}" for number in range(60)]
    lines = [f"{rng.choice(names)}{rng.choice(('', '', '[x]'))}{rng.choice(bounds)} {rng.choice(ends)}" for _ in range(400)]
    lines += [
        *(f"lib{number} @ https://example.com/lib{number}.zip" for number in range(20, 50)),
        "-e ./lib2",
        "lib-3>=0 ; nonsense == '1'",
    ]
    installed = [f"{name} {rng.choice(versions)} | absent ; extra == 'x'" for name in names[:50]]
    constraints = "".join(f"{name}<1\n" for name in names[:20])
    texts = {"requirements.txt": "\n".join(lines) + "\n-c constraints.txt\n", "constraints.txt": constraints}
    found = facts(texts, installed, python="3.12")
    needs = found.manifests["/p/requirements.txt"].requirements.needs
    met = plainly_met(needs, found)
    # Each by itself, and by facts that remember nothing.
    alone = replace(found, remembered=Remembered())
    states = {id(need): _judge(need, alone, "/p").state for need in needs}
    assert {states[place] for place in met} == {"satisfied"}
    assert len(met) > 10 and any(need.marker for need in met.values())
    assert plainly_met(needs, replace(found, installed=None, remembered=Remembered())) == {}
