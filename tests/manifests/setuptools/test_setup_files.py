"""setup.cfg and setup.py: what setuptools would read from them, with exact places; what is computed stays unknown, and nothing is run."""

# ruff: noqa: E501 - one row of a table is one line
from __future__ import annotations

import configparser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import assert_even, ends, steps
from venvls import manifests
from venvls.discovery import in_force, says_something
from venvls.manifests.syntax.ini import read
from venvls.model.manifest import Manifest
from venvls.model.requirement import Requirement
from venvls.model.text import Text

CFG = """\
# ours
[metadata]
name = My_Pkg
[flake8]
max-line-length = 100
[options]
python_requires = >=3.8
install_requires =
    requests>=2.31 ; python_version<"4"
    # a comment
    flask[async] ~= 2.0

    ; another
    rich
setup_requires = wheel; setuptools >= 40
[options.extras_require]
test = pytest>=7; mock
docs =
    file: docs/req.txt, other.txt
all = my_pkg[test]
"""


def parsed(name: str, source: str) -> Manifest:
    return manifests.parse(f"/p/{name}", Text(source))


def said(found: Manifest) -> list[tuple[str, str | None, str]]:
    return [(one.scope.kind, one.scope.name, one.parsed.text) for one in found.requirements]


def at(found: Manifest, one: Requirement) -> str:
    """The characters a finding about the versions would underline."""
    span = one.locate(one.parsed.specifier_span) if one.parsed.specifier_span else one.span
    return found.text.source[slice(*span)]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("setup.cfg", "[metadata]\nname = p\n[options]\ninstall_requires =\n    six  # for old code\n    idna>=3 # urls\n"),
        ("setup.py", "from setuptools import setup\nsetup(name='p', install_requires=['six  # for old code', 'idna>=3 # urls'])\n"),
        ("setup.py", "from setuptools import setup\nsetup(name='p', install_requires='six  # for old code\\nidna>=3 # urls')\n"),
    ],
)
def test_a_comment_behind_a_requirement_is_none_of_it(name: str, source: str) -> None:
    found = parsed(name, source)
    assert [(one.parsed.key, one.parsed.specifier, one.parsed.error) for one in found.requirements] == [
        ("six", "", None),
        ("idna", ">=3", None),
    ]
    assert found.problems == ()


def test_setup_cfg_says_what_setuptools_reads() -> None:
    found = parsed("setup.cfg", CFG)
    assert said(found) == [
        ("main", None, 'requests>=2.31 ; python_version<"4"'), ("main", None, "flask[async] ~= 2.0"), ("main", None, "rich"),
        ("build", None, "wheel"), ("build", None, "setuptools >= 40"),
        ("extra", "test", "pytest>=7"), ("extra", "test", "mock"), ("extra", "all", "my_pkg[test]"),
    ]  # fmt: skip
    assert [at(found, one) for one in found.requirements] == [
        ">=2.31", "~= 2.0", "rich", "wheel", ">= 40", ">=7", "mock", "my_pkg[test]",
    ]  # fmt: skip
    assert [(one.target, CFG[slice(*one.span)], one.group) for one in found.includes] == [
        ("docs/req.txt", "docs/req.txt", "docs"), ("other.txt", "other.txt", "docs"),
    ]  # fmt: skip
    assert found.requires_python is not None
    assert (found.requires_python.specifier, CFG[slice(*found.requires_python.span)]) == (">=3.8", ">=3.8")
    assert found.name == "my-pkg"
    assert found.problems == ()


def test_the_same_with_windows_line_ends_and_a_byte_order_mark() -> None:
    source = "\ufeff" + CFG.replace("\n", "\r\n")
    found = parsed("setup.cfg", source)
    assert said(found) == said(parsed("setup.cfg", CFG))
    assert [at(found, one) for one in found.requirements] == [
        at(plain, one) for plain in [parsed("setup.cfg", CFG)] for one in plain.requirements
    ]


@pytest.mark.parametrize(
    ("source", "message", "where"),
    [
        ("[options]\ninstall_requires =\n  requests\n  flask>>2\n", "", ">>2"),
        ("[options]\npython_requires = 3.8\ninstall_requires = a\n", "`3.8` is not a valid version specifier", "3.8"),
        ("[options]\ninstall_requires = a\nhalf\n", "neither a section", "half"),
        ("[options\ninstall_requires = a\n[options]\ninstall_requires = b\n", "neither a section", "[options"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands_and_the_rest_is_kept(source: str, message: str, where: str) -> None:
    found = parsed("setup.cfg", source)
    problem = found.problems[0]
    assert message in problem.message
    assert where in source[slice(*problem.span)] or source[slice(*problem.span)] in where
    assert found.requirements


def test_a_half_typed_line_takes_nothing_of_the_list_it_is_in() -> None:
    source = "[options]\ninstall_requires =\n    a\nhalf\n    b\n    c\npython_requires = >=3.9\n"
    found = parsed("setup.cfg", source)
    assert [one.parsed.text for one in found.requirements] == ["a", "b", "c"]
    assert [source[slice(*one.span)] for one in found.requirements] == ["a", "b", "c"]
    assert [source[slice(*problem.span)] for problem in found.problems] == ["half"]
    assert found.requires_python is not None


@pytest.mark.parametrize("source", ["", "[flake8]\nx\n[isort\n", "not ini at all", "[options]\n", "[options]\ninstall_requires =\n", "\0"])
def test_a_setup_cfg_about_other_things_says_nothing(source: str) -> None:
    found = parsed("setup.cfg", source)
    assert (found.requirements, found.problems) == ((), ())
    assert not says_something(found)


_WORDS = st.text(alphabet="ab=:#; [].\t>1,", max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "  ", "    ", "\t"]), st.one_of(_WORDS, st.sampled_from(["[s]", "k = v", "k: w", "# c", "; c", ""]))
        ),
        max_size=12,
    )
)
def test_values_are_those_of_configparser(lines: list[tuple[str, str]]) -> None:
    source = "[first]\n" + "".join(f"{lead}{text}\n" for lead, text in lines)
    truth = configparser.RawConfigParser(strict=False)
    truth.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        truth.read_string(source)
    except configparser.Error:
        return
    ours: dict[tuple[str, str], str] = {}
    ini = read(source)
    assert ini.problems == ()
    for value in ini.values:
        ours[value.section, value.key] = value.text
        for chunk in value.chunks:
            assert source[slice(*chunk.span)] == chunk.text
    theirs = {
        (section, key): "\n".join(filter(None, (line.strip() for line in (truth.get(section, key) or "").splitlines())))
        for section in truth.sections()
        for key in truth.options(section)
    }
    assert ours == theirs


PY = """\
# é: the columns of Python's parser count bytes
from setuptools import setup, find_packages
NEEDS = ["requests>=2.31", 'flask[async] ~= 2.0', r"rich", "num" "py>=1"]
EXTRAS = {
    "test": ["pytest>=7"],
    ":python_version<'3.8'": ["typing_ext>1"],
    "win:os_name=='nt'": "colorama\\nwin-x>2 ; python_version>'3'",
}
if __name__ == "__main__":
    setup(
        name="My_Pkg", packages=find_packages(), python_requires=">=3.6", setup_requires="wheel",
        install_requires=NEEDS + ["é-no", "last==1.0", read("x")], extras_require=EXTRAS,
    )
"""


def test_setup_py_says_what_is_written_out() -> None:
    found = parsed("setup.py", PY)
    assert said(found) == [
        ("main", None, "requests>=2.31"), ("main", None, "flask[async] ~= 2.0"), ("main", None, "rich"), ("main", None, "numpy>=1"),
        ("extra", "test", "pytest>=7"), ("main", None, "typing_ext>1; python_version<'3.8'"),
        ("extra", "win", "colorama; os_name=='nt'"), ("extra", "win", "win-x>2; (python_version>'3') and (os_name=='nt')"),
        ("build", None, "wheel"), ("main", None, "é-no"), ("main", None, "last==1.0"),
    ]  # fmt: skip
    assert [at(found, one) for one in found.requirements] == [
        ">=2.31", "~= 2.0", "rich", '"num" "py>=1"', ">=7", ">1", *['"colorama\\nwin-x>2 ; python_version>\'3\'"'] * 2, "wheel", "é-no", "==1.0",
    ]  # fmt: skip
    assert found.requires_python is not None
    assert (found.requires_python.specifier, PY[slice(*found.requires_python.span)]) == (">=3.6", ">=3.6")
    assert (found.name, found.dynamic) == ("my-pkg", ("install_requires",))
    assert [problem.code for problem in found.problems] == ["invalid-requirement"]
    assert PY[slice(*found.first_statement)] == "setup"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('setup(install_requires=["a", "b"])', ["a", "b"]),
        ('import setuptools\nsetuptools.setup(install_requires=("a",))', ["a"]),
        ('setup(install_requires="""\n  a>1\n  # no\n  b\n""")', ["a>1", "b"]),
        ('K = dict(install_requires=["a"])\nsetup(**K)', ["a"]),
        ('setup(**{"install_requires": ["a"]})', ["a"]),
        ('A = ["a"]\nsetup(install_requires=A + ["b"] + C)', ["a", "b"]),
        ('A = ["a"]\nsetup(install_requires=[*A, "b"])', ["a", "b"]),
        ('A: list[str] = ["a"]\nsetup(install_requires=A)', ["a"]),
        ('def main():\n    setup(install_requires=["a"])', ["a"]),
        ('\ufeffsetup(install_requires=["a"])', ["a"]),
        ('A = ["a"]\nA.append("b")\nA += ["c"]\nsetup(install_requires=A)', ["a"]),
        # What is known only when it runs is not known.
        ("setup(install_requires=open('r.txt').read().splitlines())", []),
        ('A = ["a"]\nif x:\n    A = ["b"]\nsetup(install_requires=A)', []),
        ('A = ["a"]\nA.remove("a")\nsetup(install_requires=A)', []),
        ('if x:\n    A = ["a"]\nsetup(install_requires=A)', []),
        ('setup(install_requires=["a"] if x else ["b"])', []),
        ('setup(install_requires=[f"a=={v}", "a" + v, "a==%s" % v])', []),
        ('setup(install_requires=["a"])\nsetup(install_requires=["b"])', []),
        ("print 'two'\nsetup(install_requires=['a'])", []),
        ("setup(install_requires=[", []), ("", []), ("\0", []), ("A = A\nsetup(install_requires=A)", []), ("(" * 5000, []),
    ],
)  # fmt: skip
def test_setup_py_is_never_run(source: str, texts: list[str]) -> None:
    found = parsed("setup.py", source)
    assert [one.parsed.text for one in found.requirements] == texts
    # One whose list is computed makes its folder a project too: what it requires is not known, and that is said.
    assert says_something(found) is (bool(texts) or "install_requires" in found.dynamic)
    for one in found.requirements:
        assert source[slice(*one.span)] == one.parsed.text


_HALF_TYPED = 'A = [\n    "a",\n    "b",\n]\nsetup(\n    name="d",\n    install_requires=A + ["c"],\n)\n'


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ('"b",', '"b', "a c"),
        ('"b",', '"b",\n    "ne', "a b c"),
        ('"b",', '"b","', "a b c"),
        ('"b",', "b c,", "a c"),
        ("A = [", 'A = ["', "a b c"),
        ('name="d",', 'name="d,', "a b c"),
        ('name="d",', "name=,", "a b c"),
    ],
)
def test_half_typed_a_setup_py_says_what_its_other_lines_say(before: str, after: str, kept: str) -> None:
    assert parsed("setup.py", _HALF_TYPED).complete
    for source in (_HALF_TYPED.replace(before, after), _HALF_TYPED.replace(before, after).replace("\n", "\r\n")):
        found = parsed("setup.py", source)
        assert " ".join(one.parsed.text for one in found.requirements) == kept
        assert all(source[slice(*one.span)] == one.parsed.text for one in found.requirements)
        assert not found.complete
        assert [source[slice(*problem.span)] for problem in found.problems] == [after.rpartition("\n")[2].strip()]


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ('\'"b",', "a b c", '\'"b",'),
        ('""b",', "a b c", '""b",'),
        ('"ne"\n"b",', "a ne b c", '"ne"'),
        ('ne,\n"b",', "a b c", "ne"),
        ('ne>\n"b",', "a b c", "ne"),
        ('ne>=2,\n"b",', "a b c", "ne"),
        ('*ne,\n"b",', "a b c", "ne"),
    ],
)
def test_a_line_that_is_typed_in_a_list_takes_none_of_the_others(typed: str, kept: str, shown: str) -> None:
    source = _HALF_TYPED.replace('    "b",', typed)
    found = parsed("setup.py", source)
    assert " ".join(one.parsed.text for one in found.requirements) == kept
    assert all(source[slice(*one.span)] == one.parsed.text for one in found.requirements)
    assert [source[slice(*problem.span)] for problem in found.problems] == [shown]
    assert found.dynamic == ()


def test_a_block_whose_only_line_is_half_typed_takes_nothing_from_the_call_below() -> None:
    source = "with open('x') as f:\n    long =\n" + _HALF_TYPED
    assert [one.parsed.text for one in parsed("setup.py", source).requirements] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "above",
    [
        "from names import *",
        "for ne in x: pass",
        "def ne(): pass",
        "exec(text)",
        "import ne.more",
        "match x:\n  case [*ne]: pass",
        "b = (ne := 1)",
    ],
)
def test_a_word_in_a_list_that_anything_may_bind_is_computed(above: str) -> None:
    found = parsed("setup.py", f"{above}\nsetup(install_requires=['a', ne])\n")
    assert (found.dynamic, found.problems) == (("install_requires",), ())


def test_pieces_that_are_no_requirements_by_themselves_are_one() -> None:
    found = parsed("setup.py", "setup(install_requires=['a >= 1'\n  ', < 2', 'b; '\n'python_version > \"3\"'])\n")
    assert [one.parsed.text for one in found.requirements] == ["a >= 1, < 2", 'b; python_version > "3"']
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("setup.cfg", "[options]\ninstall_requires =\n  idna  # why\n  # no\n  six>=1 # it's needed\n  x @ https://h/x.zip#sha256=1\n"),
        ("setup.py", "setup(install_requires=['idna  # why', '# no', \"six>=1 # it's needed\", 'x @ https://h/x.zip#sha256=1'])"),
        ("setup.py", 'setup(install_requires="""\nidna  # why\n# no\nsix>=1 # it\'s needed\nx @ https://h/x.zip#sha256=1\n""")'),
    ],
)
def test_a_comment_behind_a_requirement_is_dropped_as_setuptools_drops_it(name: str, source: str) -> None:
    found = parsed(name, source)
    assert [one.parsed.text for one in found.requirements] == ["idna", "six>=1", "x @ https://h/x.zip#sha256=1"]
    assert [source[slice(*one.span)] for one in found.requirements] == ["idna", "six>=1", "x @ https://h/x.zip#sha256=1"]
    assert found.problems == ()


def test_names_that_double_each_other_are_given_up() -> None:
    doubling = "".join(f"x{number + 1} = x{number} + x{number}\n" for number in range(60))
    for source in (
        "x = x + x\nsetup(install_requires=x)",
        f"x0 = ['a']\n{doubling}setup(install_requires=x60, extras_require={{'e': x60}})",
    ):
        assert steps(lambda source=source: parsed("setup.py", source)) < 3_000_000
        assert "install_requires" in parsed("setup.py", source).dynamic


def test_reading_a_setup_py_warns_nobody() -> None:
    assert said(parsed("setup.py", 'x = "\\d"\nsetup(install_requires=["a"])')) == [("main", None, "a")]


@pytest.mark.parametrize("name", ["setup.cfg", "setup.py"])
def test_edits(name: str) -> None:
    source = CFG if name == "setup.cfg" else PY
    found = parsed(name, source)
    first = found.requirements[0]

    def after(edit: object) -> Manifest:
        start, end = edit.span  # type: ignore[attr-defined]
        return parsed(name, source[:start] + edit.new + source[end:])  # type: ignore[attr-defined]

    def main(manifest: Manifest) -> list[str]:
        return [one.parsed.text for one in manifest.requirements if one.scope.kind == "main"]

    changed = after(manifests.replace_specifier(found, first, "==9"))
    assert main(changed)[0].startswith("requests==9")
    assert main(changed)[1:] == main(found)[1:]
    added = after(manifests.insert_requirement(found, "httpx>=1"))
    assert sorted(main(added)) == sorted([*main(found), "httpx>=1"])
    for one in found.requirements:
        if one.parsed.name_span is not None and one.scope.kind == "main" and one.span != one.statement:
            left = main(after(manifests.remove_statement(found, one)))
            assert left == [text for text in main(found) if text != one.parsed.text], one.parsed.text


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("setup(install_requires=['a', 'x'])", "setup(install_requires=['a'])"),
        ("setup(install_requires=['a', 'x',])", "setup(install_requires=['a',])"),
        ("setup(install_requires=['x', 'a'])", "setup(install_requires=['a'])"),
        ("setup(install_requires=['x'])", "setup(install_requires=[])"),
        ("setup(install_requires=[\n    'a',\n    'x'\n])", "setup(install_requires=[\n    'a',\n])"),
        ("setup(install_requires=[\n    'a', 'x'\n])", "setup(install_requires=[\n    'a'\n])"),
        ("setup(install_requires=[\n    'a',\n    'x',  # for x\n])", "setup(install_requires=[\n    'a',\n])"),
        ("setup(install_requires=[\r\n    'x',\r\n    'a',\r\n])", "setup(install_requires=[\r\n    'a',\r\n])"),
        ("setup(install_requires=('a', 'x'))", "setup(install_requires=('a',))"),
        ("setup(install_requires=('x', 'a'))", "setup(install_requires=('a',))"),
        ("setup(install_requires='x')", "setup(install_requires='x')"),
    ],
)
def test_a_requirement_less_in_setup_py(source: str, result: str) -> None:
    found = parsed("setup.py", source)
    edit = manifests.remove_statement(found, next(one for one in found.requirements if one.parsed.text == "x"))
    assert source[: edit.span.start] + edit.new + source[edit.span.end :] == result


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("setup(install_requires=[])", "setup(install_requires=['x'])".replace("'", '"')),
        ("setup(install_requires=['a'])", "setup(install_requires=['a', 'x'])"),
        ("setup(install_requires=[\n    'a'  # for a\n])", "setup(install_requires=[\n    'a',  # for a\n    'x'\n])"),
        ("setup(install_requires=[\r\n    'a',  # é\r\n])", "setup(install_requires=[\r\n    'a',  # é\r\n    'x',\r\n])"),
        ("setup(install_requires='a')", "setup(install_requires='a')"),
        (
            "setup(install_requires=['a'], extras_require={':python_version<\"3.9\"': ['b']})",
            "setup(install_requires=['a', 'x'], extras_require={':python_version<\"3.9\"': ['b']})",
        ),
        ("A = ['a']\nsetup(install_requires=A + more())", "A = ['a', 'x']\nsetup(install_requires=A + more())"),
    ],
)
def test_a_requirement_more_in_setup_py(source: str, result: str) -> None:
    edit = manifests.insert_requirement(parsed("setup.py", source), "x")
    assert source[: edit.span.start] + edit.new + source[edit.span.end :] == result


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("setup(install_requires=['a','a','b'])", "setup(install_requires=['a','b'])"),
        ("setup(install_requires=['a', 'b', 'a'])", "setup(install_requires=['a', 'b',])"),
        ("setup(install_requires=[\n    'a',\n    'a',  # again\n    'b',\n])", "setup(install_requires=[\n    'a',\n    'b',\n])"),
    ],
)
def test_what_goes_with_an_element_of_setup_py_leaves_a_list(source: str, result: str) -> None:
    start, end = next(each for each in reversed(parsed("setup.py", source).requirements) if each.parsed.text == "a").statement
    assert source[:start] + source[end:] == result


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("", "[options]\ninstall_requires =\n    x\n"),
        ("[metadata]\nname = a", "[metadata]\nname = a\n\n[options]\ninstall_requires =\n    x\n"),
        ("[options]\nzip_safe = no\n", "[options]\ninstall_requires =\n    x\nzip_safe = no\n"),
        ("[options]\ninstall_requires = a\n", "[options]\ninstall_requires =\n    a\n    x\n"),
        ("[options]\ninstall_requires =\n  a\n\n[x]\n", "[options]\ninstall_requires =\n  a\n  x\n\n[x]\n"),
        ("[options]\ninstall_requires =\n", "[options]\ninstall_requires =\n    x\n"),
        ("[options]\ninstall_requires = \t\n", "[options]\ninstall_requires =\n    x\n"),
        ("[options]\ninstall_requires = file: r.txt\n", "[options]\ninstall_requires = file: r.txt\n"),
    ],
)
def test_a_requirement_more_in_setup_cfg(source: str, result: str) -> None:
    edit = manifests.insert_requirement(parsed("setup.cfg", source), "x")
    assert source[: edit.span.start] + edit.new + source[edit.span.end :] == result


@pytest.mark.parametrize(
    ("pyproject", "kept"),
    [
        ('[project]\nname = "me"\ndependencies = []\n', False),
        ('[project]\nname = "me"\ndynamic = ["version"]\n', False),
        ('[project]\nname = "me"\ndynamic = ["dependencies"]\n', True),
        ('[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n', True),
        ('[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n', False),
        ("[tool.ruff]\nline-length = 1\n", True),
    ],
)
def test_setup_files_count_only_where_setuptools_reads_them(pyproject: str, kept: bool) -> None:
    known = {
        "/p/pyproject.toml": parsed("pyproject.toml", pyproject),
        "/p/setup.cfg": parsed("setup.cfg", CFG),
        "/p/setup.py": parsed("setup.py", PY),
    }
    assert in_force(list(known), known) == (["/p/pyproject.toml", "/p/setup.py"] if kept else ["/p/pyproject.toml"])
    known["/p/setup.py"] = parsed("setup.py", "setup()")
    assert in_force(list(known), known) == (["/p/pyproject.toml", "/p/setup.cfg"] if kept else ["/p/pyproject.toml"])


@pytest.mark.parametrize(
    ("name", "head", "line", "tail", "most"),
    [
        ("setup.cfg", "[options]\ninstall_requires =\n", "    requests>=2.31\n", "", 20_000),
        ("setup.py", "setup(install_requires=[", '"requests>=2.31",\n', "])", 10_000),
        ("setup.cfg", "", "[", "", 100_000),
        ("setup.cfg", "", " ", "x=1", 100_000),
        ("setup.cfg", "x", "=", "", 100_000),
    ],
)
def test_large_files_are_work_that_grows_with_them_only(name: str, head: str, line: str, tail: str, most: int) -> None:
    assert_even(lambda size: parsed(name, head + line * size + tail), 200)
    with ends():
        parsed(name, head + line * most + tail)
