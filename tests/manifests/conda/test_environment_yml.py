"""conda's environment.yml and explicit files: what they ask for, exact places, and conda's own order of versions."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.memory_tree import MemoryFiles
from venvls import manifests
from venvls.discovery import says_something, suited
from venvls.manifests import locks
from venvls.manifests.conda.spec import parse_spec
from venvls.manifests.syntax.yaml_lists import read
from venvls.model.action import TextEdit
from venvls.model.environment import Environment, Target
from venvls.model.facts import Facts
from venvls.model.families import CondaFile
from venvls.model.finding import Project
from venvls.model.lock import LockedSet, LockFile
from venvls.model.manifest import Manifest
from venvls.model.text import Text
from venvls.standards.conda_versions import fits

YML = """\
# made by hand
name: sci  # its name
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - numpy=1.26        # a comment
  - "pandas >=2,<3"
  - 'it''s'
  - conda-forge::scipy==1.11.4
  - openssl=1.1.1w=h7f8727e_0
  - __glibc>=2.17
  - pip
  - pip:
    - requests>=2.31; python_version < "4"
    - -r requirements/more.txt
    - --extra-index-url https://example.org/simple
    - "flask[async]"
  - zlib 1.2.*
variables:
  A: b
prefix: /home/me/miniforge3/envs/sci
"""


def parsed(source: str, name: str = "environment.yml") -> Manifest:
    return manifests.parse(f"/p/{name}", Text(source))


def said(found: Manifest) -> list[tuple[str | None, str, str]]:
    """Key, versions, and the characters that a remark about the versions underlines."""
    out = []
    for one in found.requirements:
        span = one.locate(one.parsed.specifier_span) if one.parsed.specifier_span else one.span
        out.append((one.parsed.key, one.parsed.specifier, found.text.source[slice(*span)]))
    return out


def test_what_environment_yml_asks_for() -> None:
    found = parsed(YML)
    assert said(found) == [
        ("conda:numpy", "=1.26", "=1.26"), ("conda:pandas", ">=2,<3", ">=2,<3"),
        ("conda:scipy", "==1.11.4", "==1.11.4"), ("conda:openssl", "==1.1.1w", "=1.1.1w=h7f8727e_0"), ("conda:pip", "", "pip"),
        ("requests", ">=2.31", ">=2.31"), ("flask", "", "flask[async]"), ("conda:zlib", "1.2.*", "1.2.*"),
    ]  # fmt: skip
    assert [(YML[slice(*problem.span)], problem.code) for problem in found.problems] == [("it''s", "invalid-requirement")]
    assert [(one.target, YML[slice(*one.span)]) for one in found.includes] == [("requirements/more.txt", "requirements/more.txt")]
    assert [one.name for one in found.options] == ["--extra-index-url"]
    assert found.requires_python is not None
    assert (found.requires_python.specifier, YML[slice(*found.requires_python.span)]) == ("==3.11.*", "=3.11")
    assert found.own.conda == CondaFile("sci", ("conda-forge", "nodefaults"))
    assert YML[slice(*found.first_statement)] == "dependencies"


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, lambda text: "---\n" + text + "...\nx: y\n"]
)
def test_line_ends_marks_and_documents(change: object) -> None:
    assert said(parsed(change(YML))) == said(parsed(YML))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("dependencies: [python, numpy>=1.2, 'pandas']\n", ["conda:numpy", "conda:pandas"]),
        ("dependencies:\n- numpy\n- pip:\n  - requests\n", ["conda:numpy", "requests"]),
        ("dependencies:\n- pip:\n    - a\n    - b\n- numpy\n", ["a", "b", "conda:numpy"]),
        ("dependencies:\n  - numpy\n  - pip: [requests]\n", ["conda:numpy", "requests"]),
        ("dependencies:\n  - numpy\n  -\n  - pan", ["conda:numpy", "conda:pan"]),
        ("dependencies:\n  - numpy\n  - pip:\n", ["conda:numpy"]),
        ("dependencies:\n  - numpy\n  - 'half\n  - scipy\n", ["conda:numpy", "conda:scipy"]),
        ("dependencies:\n  - numpy\n  - &a scipy\n  - *a\n  - |\n    x\n", ["conda:numpy", "conda:scipy", "conda:x"]),
        ("dependencies:\n  - numpy\n\t- scipy\n", ["conda:numpy"]),
        ("dependencies:\n  - {pip: [a]}\n  - numpy\n", ["a", "conda:numpy"]),
        ("dependencies: numpy\n", []), ("name: x\n", []), ("", []), ("- a\n- b\n", []), ("{", []), ("\0", []),
    ],
)  # fmt: skip
def test_half_typed_and_odd_ones(source: str, keys: list[str]) -> None:
    assert [one.parsed.key for one in parsed(source).requirements] == keys


@pytest.mark.parametrize(
    ("text", "name", "specifier", "build"),
    [
        ("numpy", "numpy", "", None), ("numpy=1.26", "numpy", "=1.26", None), ("numpy==1.26", "numpy", "==1.26", None),
        ("numpy=1.26.*", "numpy", "1.26.*", None), ("numpy 1.26", "numpy", "==1.26", None), ("numpy 1.26.* py311_0", "numpy", "1.26.*", "py311_0"),
        ("numpy=1.26=py311_0", "numpy", "==1.26", "py311_0"), ("numpy==1.26=py311_0", "numpy", "==1.26", "py311_0"),
        ("numpy>=1.2,<2", "numpy", ">=1.2,<2", None), ("numpy >=1.2, <2", "numpy", ">=1.2, <2", None), ("numpy>=1.2|=1.0", "numpy", ">=1.2|=1.0", None),
        ("numpy~=1.2", "numpy", "~=1.2", None), ("numpy!=1.2", "numpy", "!=1.2", None), ("c::numpy=1", "numpy", "=1", None),
        ("conda-forge/linux-64::numpy", "numpy", "", None), ("pkgs/main::numpy>1", "numpy", ">1", None),
        ("numpy[version='>=1.2,<2']", "numpy", ">=1.2,<2", None), ('numpy[version=">=1", build=x*]', "numpy", ">=1", None),
        ("numpy[build=x]", "numpy", "", None), ("ruamel.yaml", "ruamel.yaml", "", None), ("_libgcc_mutex=0.1=main", "_libgcc_mutex", "==0.1", "main"),
        ("blas=*=openblas", "blas", "*", "openblas"), ("numpy *", "numpy", "*", None), ("numpy=", "numpy", "", None),
    ],
)  # fmt: skip
def test_how_conda_asks_for_a_package(text: str, name: str, specifier: str, build: str | None) -> None:
    found = parse_spec(text)
    assert (found.name, found.specifier, found.build) == (name, specifier, build)
    assert (found.error is None) is (text != "numpy=")
    assert found.name_span is not None
    assert text[slice(*found.name_span)] == name


@pytest.mark.parametrize("text", ["", "=1", "numpy[version='1'", "-x", "numpy@", "numpy;x", ">" * 2000])
def test_what_is_no_package(text: str) -> None:
    assert parse_spec(text).error


@pytest.mark.parametrize(
    ("specifier", "version", "answer"),
    [
        ("", "1", True), ("*", "1.1.1w", True), ("=1.26", "1.26.4", True), ("=1.2", "1.26.4", False), ("==1.26", "1.26.4", False),
        ("==1.26", "1.26.0", True), ("1.2.*", "1.2.13", True), ("1.2*", "1.2.13", True), ("!=1.2.*", "1.2.13", False), (">=2,<3", "2.1", True),
        (">=2,<3", "3.0", False), (">=2|=1.0", "1.0.4", True), ("~=1.4.2", "1.4.9", True), ("~=1.4.2", "1.5", False), ("=1.1.1", "1.1.1w", True),
        (">=1.1.1a", "1.1.1w", True), (">9e", "9f", True), ("<1.0", "1.0rc1", True), ("<1.0", "1.0.dev1", True), (">1.0", "1.0.post1", True),
        ("=1.0", "1!1.0", False), (">=2023.7", "2023.12.25", True), ("==1.0", "1.0+cu118", False), ("^1.2$", "1.2", None), ("=1", "not a version", None),
        ("1.*.3", "1.2.3", None), (" >= 2 , < 3 ", "2.5", True),
    ],
)  # fmt: skip
def test_versions_as_conda_orders_them(specifier: str, version: str, answer: bool | None) -> None:
    assert fits(specifier, version) is answer


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.*=<>!~|,+-_ab ", max_size=20), st.text(alphabet="0123456789.!+-_abr", max_size=12))
def test_no_version_and_no_specifier_is_too_odd(specifier: str, version: str) -> None:
    assert fits(specifier, version) in (True, False, None)


_TEXTS = st.sampled_from(["numpy", "numpy=1.2", "a::b >=1,<2", "'q=1'", '"d>=1"', "x # c", "''", "v[version='1']", "-e .", "a:b", "1.0"])
_LINES = st.one_of(
    st.builds(lambda pad, text: f"{pad}- {text}", st.sampled_from(["  ", "", "    "]), _TEXTS),
    st.builds(lambda texts: f"other: [{', '.join(texts)}]", st.lists(st.sampled_from(["a", "'b c'", '"d"', "e>=1"]), max_size=3)),
    st.sampled_from(["dependencies:", "name: x", "  - pip:", "    - requests", "      - flask", "", "# c", "channels:  # c", "  # c"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_LINES, max_size=10))
def test_the_lists_are_those_of_a_whole_yaml_parser(lines: list[str]) -> None:
    import ruamel.yaml as ruamel

    source = "\n".join(lines) + "\n"
    loader = ruamel.YAML(typ="safe", pure=True)
    loader.Constructor.add_constructor(None, lambda maker, node: None)
    try:
        truth = ruamel.YAML(typ="base", pure=True).load(source)
    except ruamel.error.YAMLError:
        return
    if not isinstance(truth, dict):
        return
    for section in read(source).sections:
        if section.strange:
            continue
        value = truth.get(section.key)
        ours: list[object] = [item.text for item in section.items if item.under is None]
        theirs = [one for one in value if isinstance(one, str) and one] if isinstance(value, list) else []
        assert [one for one in ours if one] == theirs, source
        below = [item.text for item in section.items if item.under == "pip"]
        mappings = [one["pip"] for one in value if isinstance(one, dict) and one.get("pip")] if isinstance(value, list) else []
        assert below == [text for listed in mappings for text in (listed if isinstance(listed, list) else [listed])], source
        for item in section.items:
            assert not item.exact or source[slice(*item.span)] == item.text


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("dependencies:\n  - numpy\n  - pip:\n    - a\n", "dependencies:\n  - numpy\n  - x>=1\n  - pip:\n    - a\n"),
        ("dependencies:\n- numpy", "dependencies:\n- numpy\n- x>=1\n"),
        ("dependencies: [numpy]\n", "dependencies: [numpy]\n"),
        ("name: x\n", "name: x\n"),
    ],
)
def test_a_package_more(source: str, result: str) -> None:
    assert with_edit(source, manifests.insert_requirement(parsed(source), "x>=1")) == result


def with_edit(source: str, edit: TextEdit) -> str:
    return source[: edit.span.start] + edit.new + source[edit.span.end :]


@pytest.mark.parametrize(
    ("text", "conda", "pip"),
    [
        ("x >= 1, <2", "x>=1,<2", None),
        ("x==1.*", "x=1.*", None),
        ("x[a]>=1", None, "x[a]>=1"),
        ("x; python_version < '3.9'", None, "x; python_version < '3.9'"),
        ("x @ https://e.org/x.whl", None, "x @ https://e.org/x.whl"),
        ("python>=3.12", None, None),
    ],
)
def test_a_package_more_is_said_in_the_words_of_its_list(text: str, conda: str | None, pip: str | None) -> None:
    lines = ["dependencies:", "- python=3.11", "- numpy  # n", "- pip:", "   - a  # a"]
    source = "".join(f"{line}\r\n" for line in lines)
    if conda:
        lines.insert(3, f"- {conda}")
    if pip:
        lines.append(f"   - {pip}")
    assert with_edit(source, manifests.insert_requirement(parsed(source), text)) == "".join(f"{line}\r\n" for line in lines)
    alone = "dependencies:\n  - numpy\n"
    after = with_edit(alone, manifests.insert_requirement(parsed(alone), text))
    assert after == (f"{alone}  - {conda}\n" if conda else alone), "what only pip can say is no package of conda's"


def test_a_list_below_pip_is_not_left_empty() -> None:
    source = "dependencies:\n- numpy\n- pip:\n  # kept\n  - a  # gone\nname: x\n"
    found = parsed(source)
    edit = manifests.remove_statement(found, next(one for one in found.requirements if one.parsed.key == "a"))
    assert with_edit(source, edit) == "dependencies:\n- numpy\n  # kept\nname: x\n"


def test_other_versions_and_one_less() -> None:
    found = parsed(YML)
    for one in found.requirements:
        edit = manifests.replace_specifier(found, one, "==9")
        changed = parsed(YML[: edit.span.start] + edit.new + YML[edit.span.end :])
        assert [(other.parsed.key, other.parsed.specifier) for other in changed.requirements] == [
            (other.parsed.key, "==9" if other is one else other.parsed.specifier) for other in found.requirements
        ]
        edit = manifests.remove_statement(found, one)
        changed = parsed(YML[: edit.span.start] + edit.new + YML[edit.span.end :])
        assert [other.parsed.key for other in changed.requirements] == [
            other.parsed.key for other in found.requirements if other is not one
        ]


@pytest.mark.parametrize(
    ("source", "project"),
    [
        ("dependencies: [python, r-base]\n", True), ("dependencies: [numpy]\n", True), ("dependencies: [r-base, r-dplyr]\n", False),
        ("name: deploy\nurl: x\n", False), ("dependencies: []\n", False), ("", False), ("dependencies:\n- r-base\n- pip:\n  - a\n", True),
    ],
)  # fmt: skip
def test_which_files_are_about_python(source: str, project: bool) -> None:
    assert says_something(parsed(source)) is project


def test_it_speaks_of_condas_environments_alone() -> None:
    known = {"/p/environment.yml": parsed(YML), "/p/requirements.txt": parsed("a\n", "requirements.txt")}
    assert suited(known, known, "venv") == {"/p/requirements.txt"}
    assert suited(known, known, "conda") == suited(known, known, None) == set(known)


LINUX = """\
# Generated by conda-lock.
# platform: linux-64
# input_hash: 0123
@EXPLICIT
https://conda.anaconda.org/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda#ac68acfa8b558ed406c75e98d3428d7b
https://conda.anaconda.org/conda-forge/noarch/typing_extensions-4.12.2-pyha770c72_0.conda#ebe6952715e1d5eb567eeebf25250fa7
https://conda.anaconda.org/conda-forge/linux-64/libgcc-ng-13.2.0-h77fa898_7.tar.bz2
# pip requests @ https://files.pythonhosted.org/packages/f9/9b/x/requests-2.31.0-py3-none-any.whl#sha256=58cd
"""


def lock_of(name: str, text: str, kind: str = "conda", machine: str = "x86_64", **others: str) -> LockedSet:
    view = MemoryFiles({f"/p/{name}": text, "/p/environment.yml": YML, **{f"/p/{one}": more for one, more in others.items()}})
    place = Environment("/c/envs/sci", "/c/envs/sci", "/c/envs/sci/bin/python", "3.11.9", kind=kind)  # type: ignore[arg-type]
    facts = Facts(
        Project("/p", ("/p/environment.yml",)),
        view,
        {"/p/environment.yml": parsed(YML)},
        environment=place,
        target=Target({"sys_platform": "linux", "platform_machine": machine}),
    )
    format_ = locks.lock_format(name)
    assert format_ is not None
    return locks.locked(format_, LockFile(f"/p/{name}", Text(text)), facts)


def test_an_explicit_file_locks_condas_packages_and_pips() -> None:
    found = lock_of("conda-linux-64.lock", LINUX)
    assert {key: one.version for key, one in found.packages.items()} == {
        "conda:python": "3.11.9", "conda:typing_extensions": "4.12.2", "conda:libgcc-ng": "13.2.0", "requests": "2.31.0",
    }  # fmt: skip
    assert LINUX[slice(*found.locate("conda:libgcc-ng"))] == "libgcc-ng-13.2.0"
    assert LINUX[slice(*found.locate("requests"))] == "requests"
    assert (found.exact, found.covers, found.problem, found.stale) == (False, {"/p/environment.yml"}, None, None)


def test_the_file_of_this_platform_counts() -> None:
    arm = LINUX.replace("linux-64", "linux-aarch64").replace("3.11.9", "3.11.8")
    found = lock_of("conda-linux-64.lock", LINUX, machine="aarch64", **{"conda-linux-aarch64.lock": arm})
    assert (found.path, found.packages["conda:python"].version) == ("/p/conda-linux-aarch64.lock", "3.11.8")
    alone = lock_of("conda-linux-64.lock", LINUX, machine="aarch64")
    assert (alone.packages, alone.problem, "/p/environment.yml" in alone.covers) == ({}, None, False)


def test_it_says_nothing_of_an_environment_that_is_not_condas() -> None:
    found = lock_of("conda-linux-64.lock", LINUX, kind="venv")
    assert (found.packages, "/p/environment.yml" in found.covers) == ({}, False)


@pytest.mark.parametrize("text", ["", "@explicit\n", "https://x/linux-64/a-1-0.conda\n", "\0"])
def test_what_is_no_explicit_file_is_said(text: str) -> None:
    assert "@EXPLICIT" in (lock_of("conda-linux-64.lock", text).problem or "")


UNREAD = "This part of the file cannot be read"


@pytest.mark.parametrize(
    ("below", "mark", "message"),
    [
        ("  - *a\n", "- *a", UNREAD), ("  - !!str numpy\n", "- !!str numpy", UNREAD), ("  - - numpy\n", "numpy", UNREAD),
        ("  - [numpy, scipy]\n", "numpy", UNREAD), ("  - ? pip\n    : - a\n", "- ? pip", UNREAD), ("  - numpy: 1.2\n", "numpy", UNREAD),
        ("  - |\n    numpy\n    scipy\n", "numpy\n    scipy", UNREAD), ("  - pip: |\n      - a\n      - b\n", "- a\n      - b", UNREAD),
        ("  - numpy\n    - scipy\n", "- scipy", UNREAD), ("  - 'numpy\n  - scipy\n", "- 'numpy", UNREAD), ("  - [numpy\n", "- [numpy", UNREAD),
        ("nump\n  - scipy\n", "nump", UNREAD), ("-nump\n", "-nump", UNREAD), ("\t- numpy\n", "- numpy", UNREAD), ("<<: *b\n", "<<: *b", UNREAD),
        ("<<<<<<< HEAD\n  - a\n=======\n  - b\n>>>>>>> x\n", "<<<<<<< HEAD", "merge conflict"), ("---\ndependencies: [a]\n", "---", "second YAML"),
        ("dependencies:\n  - scipy\n", "dependencies", "twice"), ("# " + "x" * 1_000_000, "", "too large"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_at_its_place(below: str, mark: str, message: str) -> None:
    source = "dependencies:\n  - python=3.12\n" + below
    manifest = parsed(source)
    problems = [problem for problem in manifest.problems if problem.code == "invalid-manifest"]
    assert [(source[slice(*problem.span)], message in problem.message) for problem in problems] == [(mark, True)]
    assert not manifest.complete
    assert says_something(manifest)


@pytest.mark.parametrize(
    "source",
    [
        "dependencies: *d\n", "dependencies:\n  numpy: 1\n", "dependencies: numpy\n", "? dependencies\n: - numpy\n", "--- !x\ndependencies: [numpy]\n",
        "base: &b\n  dependencies:\n    - numpy\n<<: *b\n",
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_at_all_is_a_problem_too(source: str) -> None:
    manifest = parsed(source)
    assert [problem.code for problem in manifest.problems][:1] == ["invalid-manifest"]
    assert not manifest.complete
    assert says_something(manifest)


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("dependencies: [python, numpy,\n  pandas]\n", ["conda:numpy", "conda:pandas"]),
        ("dependencies: [\n  numpy,  # why\n  'pandas',\n]\n", ["conda:numpy", "conda:pandas"]),
        ("dependencies:\n  [numpy]\n", ["conda:numpy"]), ("dependencies:\n  - numpy\n    >=2\n", ["conda:numpy"]),
        ("dependencies:\n  - \"numpy\\x3e=2\"\n  - \"scipy\\u003e=1\"\n", ["conda:numpy", "conda:scipy"]),
        ("dependencies:\n  -\n    numpy\n  - >-\n    scipy\n", ["conda:numpy", "conda:scipy"]),
        ("dependencies:\n  - pip:\n      - --pre \\\n        --index-url https://example.org/x\n      - a\n", ["a"]),
        ("%YAML 1.2\n---\ndependencies:\n- numpy\n", ["conda:numpy"]), ('{"dependencies": ["numpy", {"pip": ["a"]}]}\n', ["conda:numpy", "a"]),
        ("  name: x\n  dependencies:\n    - numpy\n", ["conda:numpy"]), ("--- {dependencies: [numpy]}\n", ["conda:numpy"]),
        ('"depend\\u0065ncies":\n- numpy\n', ["conda:numpy"]), ("dependencies: &d\n  - &a numpy\n", ["conda:numpy"]),
        ("dependencies:\r  - numpy\r  - scipy\r", ["conda:numpy", "conda:scipy"]), ("dependencies:\n  - numpy\n  - null\n  - ~\n", ["conda:numpy"]),
        ("description: |\n  dependencies:\n    - a\ndependencies:\n  - numpy\nvariables: {A: [b, &c d], E: *c}\n", ["conda:numpy"]),
    ],
)  # fmt: skip
def test_the_ways_of_yaml_that_are_read(source: str, keys: list[str]) -> None:
    manifest = parsed(source)
    assert [requirement.parsed.key for requirement in manifest.requirements] == keys
    assert [problem for problem in manifest.problems if problem.code == "invalid-manifest"] == []


@pytest.mark.parametrize("source", ["- - a\n", "- a: b\n  c: d\n", "dependencies\n  - - a\n", "- - a\ndependencies:\n  - b\n"])
def test_a_list_that_is_no_keys_is_a_problem(source: str) -> None:
    manifest = manifests.parse("/p/environment.yml", Text(source))
    assert not manifest.complete and not manifest.requirements
    assert {problem.code for problem in manifest.problems} == {"invalid-manifest"}


def test_a_text_over_two_lines_is_one_requirement() -> None:
    manifest = parsed('dependencies:\n  - numpy\n    >=2\n  - "scipy\n    <3"\n')
    assert [(one.parsed.key, one.parsed.specifier) for one in manifest.requirements] == [("conda:numpy", ">=2"), ("conda:scipy", "<3")]
    edit = manifests.remove_statement(manifest, manifest.requirements[0])
    assert (edit.span, edit.new) == ((14, 32), "")


@pytest.mark.parametrize(
    ("name", "expected"), [("x", "x"), ("null", None), ("~", None), ("", None), ("x\n  y", "x y"), ("\n  x", "x"), ("'x'  # y", "x")]
)
def test_the_name(name: str, expected: str | None) -> None:
    own = parsed(f"name: {name}\ndependencies: [python]\n").own.conda
    assert own is not None
    assert own.name == expected


CONDA_LOCK = """\
version: 1
metadata:
  platforms:
  - linux-64
  sources:
  - environment.yml
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11'
  category: main
- name: python
  version: 3.11.9
  manager: conda
  platform: linux-64
  dependencies: {}
  category: main
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- name: python\n", "<<<<<<< HEAD\n- name: python\n=======\n>>>>>>> x\n"), ("- name: python\n  version: 3.11.9\n", "- name: python\nxyz\n  version: 3.11.9\n"),
        ("dependencies: {}", "dependencies: *d"), ("package:\n", "package: !x\n"), ("3.11.9\n", "3.11\n    .9\n"), ("name: python\n", "name: [python]\n"),
        ("- name: python\n", "- - name: python\n"), ("category: main\n- name", "category: main\n---\n- name"),
    ],
)  # fmt: skip
def test_a_lock_that_is_not_understood_is_not_compared_with(old: str, new: str) -> None:
    assert old in CONDA_LOCK
    lock = lock_of("conda-lock.yml", CONDA_LOCK.replace(old, new, 1))
    assert "conda-lock.yml" in (lock.problem or "")
    assert ("merge conflict" in (lock.problem or "")) is ("<<<<" in new)
    assert lock.packages == {}
    assert lock.stale is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("package:\n", "package:  # all\n"), ("- name: python\n", "- # held back\n  name: python\n"), ("- linux-64\n", "- linux-64  # TODO: more\n"),
        ("  dependencies:\n    python: '>=3.11'\n", "  dependencies: {python: '>=3.11'}\n"), ("package:\n", "package: &p\n"), ("version: 1\n", "\ufeffversion: 1\n"),
        ("  platforms:\n  - linux-64\n", "  platforms: [linux-64]\n"), ("  category: main\n- name", "  note: |\n    name: zzz\n  category: main\n- name"),
        ("    python: '>=3.11'\n", "    python: '>=3.11\n      ,<4'\n"), ("\n", "\r"),
    ],
)  # fmt: skip
def test_the_ways_a_lock_may_be_written(old: str, new: str) -> None:
    assert old in CONDA_LOCK
    lock = lock_of("conda-lock.yml", CONDA_LOCK.replace(old, new))
    assert lock.problem is None
    assert {key: package.version for key, package in lock.packages.items()} == {"conda:numpy": "1.26.4", "conda:python": "3.11.9"}
