"""TOML text: values as the standard library reads them, and the place of each; half-typed text keeps what it can."""

from __future__ import annotations

import sys

import pytest

from tests.effort import assert_even, ends, steps
from venvls.manifests.syntax.toml import read
from venvls.manifests.syntax.toml_statements import statements
from venvls.model.text import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def shown(source: str, span: Span | None) -> str | None:
    return None if span is None else source[span.start : span.end]


VALUES = [
    ('a = "x"', ("a",), '"x"'),
    ("a = 'x' # c", ("a",), "'x'"),
    ("\"q.k\".'l' = 1", ("q.k", "l"), "1"),
    ("a.b.c = [1, 2]\n", ("a", "b", "c", 1), "2"),
    ("a . b = true", ("a", "b"), "true"),
    ("[t]\na = 1\n", ("t",), "[t]"),
    ("[t.u]\na = 1\n", ("t", "u", "a"), "1"),
    ("[t.u]\na = 1\n[t]\nb = 2\n", ("t",), "[t]"),
    ("[a]\nx=1\n[b]\ny=2\n[a.c]\nz=3\n", ("a", "c", "z"), "3"),
    ("[[a]]\nx=1\n[[a]]\nx=2\n[a.b]\ny=3\n", ("a", 1, "x"), "2"),
    ("[[a]]\nx=1\n[[a]]\nx=2\n[a.b]\ny=3\n", ("a", 1, "b", "y"), "3"),
    ("[[a.b]]\n[[a.b.c]]\nx=1\n[[a.b.c]]\nx=2\n", ("a", "b", 0, "c", 1, "x"), "2"),
    ("a = {b = [1, {c = 'x'}], d.e = 2}", ("a", "b", 1, "c"), "'x'"),
    ("a = {b = [1, {c = 'x'}], d.e = 2}", ("a", "d", "e"), "2"),
    ("a = {b = [1, {c = 'x'}], d.e = 2}", ("a", "b"), "[1, {c = 'x'}]"),
    ("a = [\n  # c ] \"\n  'x', # ,\n  [ 'y' , ],\n]\r\n", ("a", 1, 0), "'y'"),
    ('a = ["é", "ü", {b="✓"}]', ("a", 2, "b"), '"✓"'),
    ("a = [1979-05-27T07:32:00Z, 1.5e3, -inf, 0xFF, [true, false]]", ("a", 4, 1), "false"),
    ("a = [1979-05-27 07:32:00, 07:32:00, 1979-05-27]", ("a", 1), "07:32:00"),
    ('\ufeffa = "x"', ("a",), '"x"'),
    ('a = 1\r\n[b]\r\nc = "x"\r\n', ("b", "c"), '"x"'),
    ('a = """\nx"""" # c\nb = 2', ("b",), "2"),
    ("a = '''x''\n[b]\n'''\nb = 2", ("b",), "2"),
    ('a = [ """\n]""", \'b\' ]', ("a", 1), "'b'"),
]


@pytest.mark.parametrize(("source", "path", "expected"), VALUES)
def test_a_value_stands_where_it_is_written(source: str, path: tuple[str | int, ...], expected: str) -> None:
    toml = read(source)
    assert toml.problem is None
    assert toml.value == tomllib.loads(source.removeprefix("\ufeff"))
    assert shown(source, toml.span_of(path)) == expected


KEYS = [
    ("a = 1", ("a",), "a"),
    ('[t]\n"a b" = 1', ("t", "a b"), '"a b"'),
    ("[x.t]\n", ("x", "t"), "t"),
    ("a.b.c = 1", ("a", "b"), "b"),
    ("a = {b = 1, c . d = 2}", ("a", "c", "d"), "d"),
    ("a = [{b = 1}, {'b' = 2}]", ("a", 1, "b"), "'b'"),
    ("[[a]]\nb=1\n[[a]]\nb = 2", ("a", 1, "b"), "b"),
    ("a = 1", ("b",), None),
]


@pytest.mark.parametrize(("source", "path", "expected"), KEYS)
def test_a_key_stands_where_it_is_written(source: str, path: tuple[str | int, ...], expected: str | None) -> None:
    assert shown(source, read(source).key_span(path)) == expected


STRINGS = [
    '"plain"', "'plain'", '""', "''", '""""""', '"\\u0041b\\U0001F600\\"c\\\\"', "'C:\\new'", '"""\nfirst"""', "'''\nfirst\nlast'''",
        '"""a \\\n   \n  b"""', '"""a\\\r\n  b\r\nc"""', "'''\r\na\r\nb'''", '"""x"y""z""""', "'''x''''",
    '"tab\\tb\\b\\f\\n\\r"', '"é✓\\u00e9"',
    '"""\\\n"""', '"""a\\"""" ', "'#]'",
]  # fmt: skip


@pytest.mark.parametrize("written", STRINGS)
@pytest.mark.parametrize("around", ["a = {}", "a = [1, {} ]", "a = [{}, 'x']", "a = {{ b = {} }}"])
def test_every_character_of_a_string_has_its_place(written: str, around: str) -> None:
    source = around.format(written.strip())
    toml = read(source)
    value = tomllib.loads(source)
    path = {"a = {}": ("a",), "a = [1, {} ]": ("a", 1), "a = [{}, 'x']": ("a", 0), "a = {{ b = {} }}": ("a", "b")}[around]
    for part in path:
        value = value[part]
    characters = toml.characters(path)
    assert characters is not None and characters.value == value
    inner, starts = toml.string_offsets(path) or pytest.fail("no string")
    assert source[inner.start - 1] in "\"'\n"
    assert starts is None or (len(starts) == len(value) + 1 and starts[-1] == inner.end and list(starts) == sorted(set(starts)))
    for number, letter in enumerate(value):
        at = toml.locate(path, Span(number, number + 1))
        assert at is not None
        text = source[at.start : at.end]
        if len(text) > 1 and text != "\r\n":
            assert tomllib.loads(f'a = "{text}"')["a"] == letter
        else:
            assert text.replace("\r\n", "\n") == letter


HALF_TYPED = [
    ('d = ["a", "b', {"d": ["a"]}, '"b', "no closing quote"),
    ('d = [\n  "a",\n  "b",\n', {"d": ["a", "b"]}, '"b",', "line 1 is not closed"),
    ('d = ["a" "b"]\ne = 2', {"d": ["a", "b"], "e": 2}, '"b"', "comma"),
    ('d = [\n  "a"\n  requ\n  "b",\n]\n[x]\ny = 1\n', {"d": ["a", "b"], "x": {"y": 1}}, "requ", "comma"),
    ('d = [\n "a",\n "req\n "c",\n]\nx = 1\n', {"d": ["a", "c"], "x": 1}, '"req', "no closing quote"),
    ('d = [\n "a",\n\n[groups]\nt = ["x"]\n', {"d": ["a"], "groups": {"t": ["x"]}}, "[groups]", "line 1 is not closed"),
    ('d = ["a", {b = "c"}, {b = \n[x]\ny = 1', {"d": ["a", {"b": "c"}], "x": {"y": 1}}, None, None),
    ("a = 1\na = [\n2,\n]\nb = 3\n", {"a": 1, "b": 3}, "a", "already"),
    ("[a]\nx = 1\n[a]\nx = 2\n[b]\n", {"a": {"x": 1}, "b": {}}, "a", "twice"),
    ("a = 1\ndepend\nb = 2", {"a": 1, "b": 2}, "depend", "`=`"),
    ("a = \nb = 2", {"b": 2}, "a =", "value is missing"),
    ("a = 'x\nb = 1\n", {"b": 1}, "'x", "no closing quote on its line"),
    ('a = 1\n\'b = "x"\n[z]\ny = 2\n', {"a": 1, "z": {"y": 2}}, '\'b = "x"', "no closing quote on its line"),
    ("a = 1\n'b = \"x\"\n[z]\ny = 'c'\n", {"a": 1, "z": {"y": "c"}}, '\'b = "x"', "no closing quote on its line"),
    ('d = [\n "a",\n "b",\'\n "c",\n]\nx = 1\n', {"d": ["a", "c"], "x": 1}, "'", "no closing quote on its line"),
    ("d = [\n 'a',\n 'req\n 'c',\n]\nx = 1\n", {"d": ["a", "c"], "x": 1}, "'req", "no closing quote on its line"),
    ("[proj\nname = 'x'\n[z]\ny = 2", {"z": {"y": 2}}, "[proj", "bracket"),
    ("a = 1\nb = '''x\n[z]\ny = 2", {"a": 1, "z": {"y": 2}}, "'''x", "no closing quote"),
    ('a = "\\q"\nb = 1', {"b": 1}, None, "backslash"),
    ("a = 1 b = 2\nc = 3", {"c": 3}, "b", "Nothing more"),
    ("a = 1\r\nd = [\r\n 'x',\r\n 'y\r\n", {"a": 1, "d": ["x"]}, "'y", "no closing quote"),
    ("\ufeffa = 1\nb", {"a": 1}, "b", "`=`"),
    ("a = {b = ['x', 'y'", {"a": {"b": ["x", "y"]}}, None, "line 1 is not closed"),
    ("\rb = 1", {}, "b = 1", "neither a key"),
    ("\n\x0c\n", {}, "\x0c", "neither a key"),
    ("a = 1\n\x0c", {"a": 1}, "\x0c", "neither a key"),
    ("\x0cb = 1", {}, "\x0c", "neither a key"),
    ("a = " + "1" * 5000 + "\nb = 2", {"b": 2}, "1" * 5000, "too many digits"),
]


@pytest.mark.parametrize(("source", "kept", "underlined", "message"), HALF_TYPED)
def test_half_typed_text_keeps_what_is_complete(source: str, kept: object, underlined: str | None, message: str | None) -> None:
    toml = read(source)
    assert toml.value == kept
    assert toml.problem is not None and toml.problem.code == "invalid-manifest"
    assert message is None or message in toml.problem.message
    assert underlined is None or shown(source, toml.problem.span) == underlined
    assert toml.problem.span.end > toml.problem.span.start and toml.problem.message.endswith(".")


@pytest.mark.parametrize("bracket", ["[", "{a=", '[{"a"=', "[[", "a.", '"'])
def test_deep_nesting_is_a_problem_and_no_exception(bracket: str) -> None:
    toml = read("x = 1\na = " + bracket * 20_000)
    assert toml.problem is not None and toml.value["x"] == 1


def test_a_text_that_is_too_large_is_said_to_be_so() -> None:
    with ends():
        toml = read("# comment\n" * 1_000_000)
    assert toml.problem is not None and "too large" in toml.problem.message
    assert steps(lambda: read("# comment\n" * 2_000_000)) < 200, "it is not read at all"


HOSTILE = {
    "blanks": "a = [" + " " * 300_000,
    "quotes": 'a = """' + '""x' * 100_000,
    "apostrophes": "a = ['" * 50_000,
    "backslashes": 'a = "' + "\\" * 300_001,
    "open strings": 'a = [\n "x\n' * 30_000,
    "open headers": "[a\n" * 50_000,
    "header blanks": "[a" + " " * 300_000,
    "comments": "a = [ # c\n" + "# c\n" * 60_000,
    "keys": "a." * 100_000,
    "whole keys": "a." * 900 + "a = 1\n",
    "inline keys": "a = {" + "a." * 100_000 + "a = 1}",
    "dotted comment": "a = []\n#" + "." * 40_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_is_work_that_grows_with_it_only(name: str) -> None:
    def work(size: int) -> None:
        toml = read(HOSTILE[name][:size])
        _ = toml.statements
        toml.span_of(("a", 0))

    assert_even(work, len(HOSTILE[name]) // 100)
    with ends():
        work(len(HOSTILE[name]))


def test_lists_of_strings_are_found_alike_with_and_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "a = [ 'x', # c ]\n \"y\\\"\",\r\n '''z\n''' , ]\n"
    fast = read(source)
    spans = [fast.span_of(("a", number)) for number in range(3)]
    assert [shown(source, span) for span in spans] == ["'x'", '"y\\""', "'''z\n'''"]
    monkeypatch.setattr("venvls.manifests.syntax.toml.flat_items", lambda source, span: None)
    assert [read(source).span_of(("a", number)) for number in range(3)] == spans


def test_statements_give_back_the_whole_text() -> None:
    source = "# head\na = 1 # one\r\n[b . c] # two\nd = [ # three\n]\n\njunk\n[[e]]\n"
    found = [
        (statement.kind, shown(source, statement.span), source[statement.line_end : statement.line_end + 1])
        for statement in statements(source)
    ]
    assert found == [
        ("pair", "a = 1", "\r"),
        ("table", "[b . c]", "\n"),
        ("pair", "d = [ # three\n]", "\n"),
        ("junk", "junk", "\n"),
        ("array-table", "[[e]]", "\n"),
    ]
