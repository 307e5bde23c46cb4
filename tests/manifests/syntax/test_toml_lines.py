"""What is read a statement a line is what a TOML parser reads, or nothing: whatever is in the text."""

from __future__ import annotations

import os
import random

import pytest

from venvls.model import toml
from venvls.model.toml_lines import read_tables

UV = """version = 1
revision = 3
requires-python = ">=3.10"
resolution-markers = [
    "python_full_version >= '3.12'",
    "python_full_version < '3.12'",
]

[options]
exclude-newer = 2025-01-01T00:00:00Z

[manifest]
members = ["a", "b"]

[[package]]
name = "a"
version = "1.0"
source = { editable = "." }
dependencies = [
    { name = "b" },
    { name = "c", version = "1", source = { registry = "https://index.example/simple" }, marker = "sys_platform == 'linux'" },
    { name = "d", extra = ["x", "y"] },
]

[package.optional-dependencies]
x = [
    { name = "b" },
]

[package.metadata]
requires-dist = [{ name = "b", specifier = ">=1" }]
provides-extras = ["x"]

[package.metadata.requires-dev]
dev = []

[[package]]
name = "b"
version = "2.0"
source = { registry = "https://index.example/simple" }
"""
POETRY = """# This file is generated
[[package]]
name = "b"
version = "2.0"
description = "Say \\"hello\\"."
optional = false
python-versions = ">=3.8"
groups = ["main"]
markers = "python_version < \\"3.11\\""

[package.dependencies]
c = {version = ">=1", markers = "sys_platform == \\"win32\\""}
d = [
    {version = ">=1", optional = true},
    {version = ">=2"},
]

[package.extras]
x = ["c (>=1)"]

[[package]]
name = "c"
version = "1"

[metadata]
lock-version = "2.1"
content-hash = "0123"
"""
MANIFEST = """# What it needs
[project]
name = "p"
dependencies = [
    "a>=1",
    # why
    "b; python_version < '3.11'",
    'c; python_version < "3.11"',
    'd\\e',
    "f"
]
dynamic = ["version"]

[dependency-groups]
dev = ["pytest", "ruff"]

[[tool.uv.index]]
name = "own"
url = "https://index.example/simple#it"
"""
OTHERWISE = (
    'a = "x"\na = "y"\n',
    "[a]\n[a]\n",
    "[a.b]\n[a]\nc = 1\n",
    "a = { b = 1 }\n[a.c]\n",
    "a = [{ b = 1 }]\n[[a]]\n",
    'a = { b = "x", b = "y" }\n',
    'a = { b = "x", }\n',
    'a = [\n    { b = "x" }\n]\n',
    'a = [\n    "x", "y",\n]\n',
    'a = [\n    "x",\n',
    "a = [\n    1 # c,\n    2,\n]\n",
    'a = [\n    { b = "x" } # c,\n    { b = "y" },\n]\n',
    'a = [\n    "x"\n    "y"\n]\n',
    "a = [\n    # \x01\n]\n",
    "# \x01\na = 1\n",
    'a = ["x",, "y"]\n',
    'a = ["x" "y"]\n',
    'a.b = "x"\n',
    '"a" = "x"\n',
    'a = "\x01"\n',
    'a = """x\ny"""\n',
    "[a\n",
    "a = '\n",
    "a = 'b'c'\n",
    "a = '''b'''\n",
    "a = 'b\x01'\n",
    "a = [\n    'b', 'c',\n    'd'e',\n]\n",
    "[[a]\n",
    "[a] # why\n",
    "a = \n",
    "a\n",
    "- = 1\n-é = 2\n",
    "a = " + "[" * 5000 + "]" * 5000 + "\n",
)


def parsed(text: str) -> object:
    """What the parser gives; ``None`` where it refuses."""
    try:
        return toml.parsed(text)
    except (ValueError, RecursionError):
        return None


def read(text: str, *, alone: bool = False) -> object:
    """What is read; ``alone``: of texts in quotes, without the parser."""

    def refuse(statement: str) -> dict[str, object]:
        raise AssertionError(statement)

    return read_tables(text, refuse if alone else toml.parsed)


@pytest.mark.parametrize("text", [UV, POETRY, MANIFEST, UV.replace("\n", "\r\n"), ""], ids=["uv", "poetry", "manifest", "Windows", "empty"])
def test_what_tools_and_people_write_is_read(text: str) -> None:
    values = read(text)
    assert values is not None and values == parsed(text)


def test_texts_need_no_parser() -> None:
    assert read(MANIFEST, alone=True) == parsed(MANIFEST)


def test_equal_values_are_not_one_object() -> None:
    values = toml.loads('a = { b = "x" }\nc = { b = "x" }\nd = [{ e = [1] }]\nf = [{ e = [1] }]\n')
    values["a"]["b"] = "y"
    values["d"][0]["e"].append(2)
    assert values == {"a": {"b": "y"}, "c": {"b": "x"}, "d": [{"e": [1, 2]}], "f": [{"e": [1]}]}


@pytest.mark.parametrize("text", OTHERWISE, ids=range(len(OTHERWISE)))
def test_what_is_otherwise_is_the_parser_s(text: str) -> None:
    assert read(text) in (None, parsed(text))


def test_no_change_to_a_lock_is_read_as_something_else() -> None:
    seed = random.randrange(1 << 30) if os.environ.get("VENVLS_LONG") else 7
    rng = random.Random(seed)
    pieces = (
        *"\"[]{},=\n'#\\. \t\r\x01é",
        "\r\n",
        '"""',
        "[[package]]\n",
        "\n[package.metadata]\n",
        'name = "x"\n',
        ' , b = "x" ',
        " # why",
        "1e3",
    )
    times = 0
    for _ in range(20_000 if os.environ.get("VENVLS_LONG") else 1_500):
        text = rng.choice((UV, POETRY, MANIFEST))
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(text) + 1)
            lines = text.split("\n")
            line = rng.randrange(len(lines))
            text = rng.choice(
                (
                    text[:place] + rng.choice(pieces) + text[place:],
                    text[:place] + text[place + rng.randrange(1, 6) :],
                    "\n".join([*lines[:line], *lines[line + 1 :]]),
                    "\n".join([*lines[:line], rng.choice(lines), *lines[line:]]),
                )
            )
        tables = read(text)
        times += tables is not None
        assert tables is None or tables == parsed(text), (seed, text)
    assert times > 100, "most changes must not end in the parser"
