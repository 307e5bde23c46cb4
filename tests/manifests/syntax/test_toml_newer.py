"""TOML 1.1 is read as tomlkit reads it, on every Python alike, also while it is typed."""

from __future__ import annotations

import sys

import pytest
import tomlkit
from tomlkit.exceptions import TOMLKitError

from venvls.manifests.syntax.toml import read
from venvls.model import toml
from venvls.model.toml_newer import as_older

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NEWER = {
    "lines": ("t = {\n  a = 1,\n  b = 2\n}\nz = 1\n", "{"),
    "lines of a list in braces": ('t = { a = [\n  "x", # y\n], b = 1,\n c = 2 }\nz = 1\n', "{"),
    "carriage returns": ("t = {\r\n  a = 1,\r\n}\r\nz = 1\r\n", "{"),
    "comments": ('t = { # }\n  a = "#}", # ,\n}\nz = 1\n', "{"),
    "nested": ("t = { a = 1, b = { c = 2, },\n}\nz = 1\n", "{"),
    "empty": ("t = {\n}\nz = 1\n", "{"),
    "comma": ("t = { a = 1, }\n", ", }"),
    "in a list": ("t = [\n  { a = 1,},\n]\n", ",}"),
    "escape": ('t = "a\\e[0m"\n', "\\e"),
    "escape of a number": ('t = "\\\\x41 \\xe9"\n', "\\xe9"),
    "escape in a block": ('t = """\n\\\n  \\e"""\n', "\\e"),
    "time": ("t = 07:32\n", "07:32"),
    "date and time": ("t = [2026-01-02 07:32, 2026-01-02T07:32Z]\n", "2026-01-02 07:32"),
    "time elsewhere": ("t = 2026-01-02T07:32-08:00\n", "2026-01-02T07:32"),
}
OLDER = {
    "plain braces": 't = { a = "}", b = { c = [1, 2,], d = \'{\' }, e = "x:10:20" }\n',
    "a list in braces": "t = { a = [\n  1,\n  2, # ,}\n] }\n",
    "literal": "t = '\\e \\x41'\n",
    "escaped backslash": 't = "\\\\e"\n',
    "times": "t = [07:32:00, 2026-01-02T07:32:00.5+01:00]\n",
    "comments": 't = 1 # { \\e 07:32\nb = """\n07:32 {\n"""\n',
}
SAMPLE = """[project]
dependencies = [
    "idna>=3", # 07:32
]
[tool.uv.sources]
six = {
    path = "a\\x41{",
    marker = 'python_version < "3.9"', # why
    more = { from = 07:32, list = [
        "x",
    ], },
}
idna = { path = "b" }
[tool.own]
a = "\\e"
"""


@pytest.mark.parametrize(("source", "shown"), NEWER.values(), ids=NEWER)
def test_what_only_toml_1_1_allows_is_read_and_shown(source: str, shown: str) -> None:
    known = read(source)
    assert known.value == tomlkit.parse(source).unwrap()
    assert known.problem is None
    assert known.newer is not None
    assert source.startswith(shown[0], known.newer.span.start)
    if len(shown) > 2:
        assert source.index(shown) == known.newer.span.start


@pytest.mark.parametrize("source", OLDER.values(), ids=OLDER)
def test_toml_1_0_is_nothing_newer(source: str) -> None:
    known = read(source)
    assert (known.value, known.problem, known.newer) == (tomllib.loads(source), None, None)


def test_places_in_a_table_over_several_lines() -> None:
    known = read(SAMPLE)
    places = {path: known.span_of(("tool", "uv", "sources", *path)) for path in (("six", "marker"), ("six", "more", "list", 0), ("idna",))}
    assert {path: span and SAMPLE[slice(*span)] for path, span in places.items()} == {
        ("six", "marker"): "'python_version < \"3.9\"'",
        ("six", "more", "list", 0): '"x"',
        ("idna",): '{ path = "b" }',
    }


def test_each_python_s_parser_is_given_the_same_whatever_is_typed() -> None:
    """A parser of TOML 1.1 (tomlkit) accepts what one of 1.0 accepts, and no more, after each key."""
    for end in range(len(SAMPLE)):
        for behind in ("", SAMPLE[SAMPLE.index("idna = {") :]):
            source = SAMPLE[:end] + behind
            older = as_older(source)
            text = source if older is None else older.text
            try:
                tomlkit.parse(text)
                accepted = True
            except (TOMLKitError, ValueError):
                accepted = False
            try:
                toml.parsed(source)
            except ValueError:
                assert not accepted, text
            else:
                assert accepted, text


@pytest.mark.parametrize(
    ("source", "kept", "shown"),
    [
        ("a = {\n  b = 1,\n  ext\n}\nz = 1\n", {"a": {"b": 1}, "z": 1}, "ext"),
        ("a = {\n  b = 1\n  c = 2\n}\nz = 1\n", {"a": {"b": 1, "c": 2}, "z": 1}, "c"),
        ("a = {\nb = 1\nz = 1\n", {"b": 1, "z": 1}, "a = {"),
        ('a = "\\e"\nb =\nz = 07:32:00\n[t]\ny = 1\n', None, "b ="),
    ],
)
def test_half_typed_what_is_around_it_stays(source: str, kept: object, shown: str) -> None:
    known = read(source)
    assert known.problem is not None
    assert source[slice(*known.problem.span)] == shown
    assert kept is None or known.value == kept


def test_quotes_that_are_never_closed_take_no_time_that_grows_with_their_square() -> None:
    """Two million characters in far less than a second; where each quote looked for its end it would be hours."""
    assert as_older('a = """' + '\\"""\n' * 400_000) is None
