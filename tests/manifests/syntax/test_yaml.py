"""Our reading of YAML against a whole parser's: the same, or it says that it did not understand; never something else in silence."""

from __future__ import annotations

import random

import pytest

from tests.manifests.syntax.yaml_oracle import ours, same, truth
from venvls.manifests.syntax.yaml_blocks import lines
from venvls.manifests.syntax.yaml_line import Fault

ENVIRONMENT = """\
# made by hand
name: sci  # its name
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - numpy=1.26        # a comment
  - "pandas >=2,<3"
  - 'it''s'
  # only here
  - conda-forge::scipy==1.11.4
  - pip:
      - requests>=2.31; python_version < "4"
      - --pre \\
        --index-url https://example.org/simple
      - "flask[async]\\x3e=2"
variables:
  A: b
description: >-
  what it is for
  and why
notes: |
  dependencies:
    - none
prefix: /home/me/envs/sci
"""
LOCK = """\
version: 1
metadata:
  content_hash:
    linux-64: 0af3
  channels:
  - url: conda-forge
    used_env_vars: []
  platforms:
  - linux-64
package:
- name: numpy
  version: 1.26.4
  manager: conda
  dependencies:
    python: '>=3.12,<3.13.0a0'
    libblas: '>=3.9.0,<4.0a0'
  url: https://example.org/numpy-1.26.4-py312_0.conda
  hash: {}
- name: python
  depends: [libffi >=3.4, 'zlib']
"""
WORDS = [
    "numpy", "numpy=1.2", "a::b >=1,<2", "x  # c", "v[version='1']", "-e .", "a:b", "null", "~", "http://x/y#z", "a #b", "?x", ":y",
    "it's", "[]", "{}", "a, b", "a]b", "-", "'q=1'", '"d>=1"', "''", '"a\\x41"', '"a\\"b"', "'it''s'", "'a'# c", '"a: b"', "'# n'",
    "'half", '"half', '"a" b', "|", ">", "|-", ">-", "|+", "|2", "| # c", "&a x", "*a", "!!str x", "&a", "&a 'x'", "[a, b]", "[a, ",
    "[[a], b]", "{a: b}", "{a: [b], 'c': {d: e}}", "{a", "[a: b]", "[a, # c", '["x",\'y\' ]', "[x y,]", "@a", "`b", "%q",
]  # fmt: skip
KEYS = ["a", "dependencies", "pip", "name", '"q"', "'s'", "a b", "x-y", "? z", "<<", "&k a"]
ALONE = [
    "", "  ", "# c", "   # c", "---", "...", "%YAML 1.2", "--- # x", "<<<<<<< HEAD", "=======", ">>>>>>> x", "--- [a]", "text",
    "  more text # c",
    "    >=2", "  ]", "}", "    , b]", "  end'", '    e"', "      y: z", "  [a,", "    b]",
]  # fmt: skip


def _line(chance: random.Random) -> str:
    if chance.random() < 0.15:
        return chance.choice(ALONE)
    lead = " " * chance.choice([0, 0, 0, 2, 2, 2, 4, 4, 6, 1, 3]) + "- " * chance.choice([0, 0, 0, 1, 1, 1, 2])
    if chance.random() < 0.5:
        return f"{lead}{chance.choice(KEYS)}{chance.choice([': ', ': ', ':', ' : '])}{chance.choice(['', chance.choice(WORDS)])}"
    return lead + chance.choice(WORDS)


def _document(chance: random.Random) -> str:
    """A document of lines put together at random, or a whole one with some lines and characters changed."""
    if chance.random() < 0.6:
        return "\n".join(_line(chance) for _ in range(chance.randrange(1, 9))) + chance.choice(["\n", "\n", "", "\n\n"])
    rows = chance.choice([ENVIRONMENT, LOCK]).split("\n")
    for _ in range(chance.randrange(1, 4)):
        place, kind = chance.randrange(len(rows)), chance.random()
        if kind < 0.4:
            rows.insert(place, _line(chance))
        elif kind < 0.7:
            rows[place] = chance.choice([" ", "  ", ""]) + rows[place][chance.randrange(2) :]
        else:
            cut = chance.randrange(len(rows[place]) + 1)
            rows[place] = rows[place][:cut] + chance.choice("[]{}\"'\n:-#,&*|>?a ") + rows[place][cut:]
    return "\n".join(rows)


@pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")
@pytest.mark.parametrize("seed", range(4))
def test_it_reads_what_a_whole_parser_reads_or_says_that_it_does_not(seed: int) -> None:
    chance = random.Random(seed)
    read_wholly = 0
    for _ in range(200):
        source = _document(chance)
        if chance.random() < 0.1:
            source = source.replace("\n", "\r\n")
        leaves, faults = ours(source)
        expected = truth(source)
        if expected is None or faults:
            continue
        assert same(expected, leaves), source
        read_wholly += 1
    assert read_wholly > 20


@pytest.mark.parametrize("source", [ENVIRONMENT, LOCK, ENVIRONMENT.replace("\n", "\r\n"), f"\ufeff{LOCK}", f"%YAML 1.2\n---\n{LOCK}"])
def test_whole_documents_are_read_without_a_fault(source: str) -> None:
    leaves, faults = ours(source)
    expected = truth(source.removeprefix("\ufeff"))
    assert expected is not None
    shift = source.startswith("\ufeff")
    assert faults == []
    assert same([(path, text, place + shift if place >= 0 else place) for path, text, place in expected], leaves)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("a: b\nhalf\nc: d\n", {"half": "invalid"}),
        ("a:\n- b\n-c\n- d\n", {"-c": "invalid"}),
        ("a:\n- b\n<<<<<<< HEAD\n- c\n=======\n- d\n>>>>>>> x\n- e\n", {"<<<<<<< HEAD": "conflict"}),
        ("a:\n- *b\n- c\n", {"- *b": "unread"}),
        ("a:\n- !!str b\n", {"- !!str b": "unread"}),
        ("? a\n: b\n", {"? a": "invalid"}),
        ("<<: *b\na: c\n", {"<<: *b": "invalid"}),
        ("a: 'b\nc: d\n", {"a: 'b": "invalid"}),
        ("a: [b\nc: d\n", {"a: [b": "invalid"}),
        ("a: b: c\n", {"a: b: c": "invalid"}),
        ("a:\n  b: c\n d: e\n", {"d: e": "invalid"}),
        ("a:\n- b\n    - c\n- d\n", {"- c": "invalid"}),
        ("a: b # c\n  d\n", {"d": "invalid"}),
        ("a:\n\t- b\n", {"- b": "invalid"}),
        ("a: b\n---\nc: d\n", {"---": "document"}),
        ("a: b\n...\nc: d\n", {"c: d": "document"}),
        ("a: b\u2028c\n", {"\u2028": "unread"}),
    ],
)
def test_what_it_does_not_understand_is_noted_at_its_place(source: str, kinds: dict[str, str]) -> None:
    faults: list[Fault] = []
    list(lines(source, faults))
    assert {source[slice(*fault.span)]: fault.kind for fault in faults} == kinds


@pytest.mark.parametrize(
    "line",
    ["half", "-c", "<<<<<<< HEAD", "\t- tab", "- 'half", "- [half", "- *c", "- half: x: y", "- - ", "- ?", ": x", "- {", "- |"],
)
def test_a_line_that_is_not_understood_takes_no_other_with_it(line: str) -> None:
    source = f"a:\n- b\n{line}\n- d\n- e:\n  - f\ng: h\n"
    texts = [text for path, text, _ in ours(source)[0] if path in (("a",), ("a", "e"), ("g",))]
    assert [text for text in texts if text in "bdfh"] == ["b", "d", "f", "h"]


def test_what_is_hostile_is_read_in_the_end() -> None:
    for source in (
        "- " * 100_000, "[" * 100_000, "a: " + "{a: " * 50_000, '"\\' * 50_000, "a" + " " * 100_000 + "b", ("a" + " " * 50) * 2000 + ":x",
        ":" * 100_000, "a\r" * 50_000, "".join(f"k{number}: 'x\n" for number in range(5000)), "a: [" + "x,\n  " * 20_000,
        "".join(f"{' ' * number}k: 'x\n" for number in range(300)) + f"{' ' * 301}y\n" * 2000,
        "".join(f"{' ' * number}k: [x\n" for number in range(300)) + f"{' ' * 301}y,\n" * 2000,
        "a: |\n" + "\n" * 100_000, "a: b\n" + " c\n" * 20_000, "a: " + "!a " * 50_000, "<<<<<<< a\n" * 5000, "a: ['" + "x\n  " * 20_000,
    ):  # fmt: skip
        list(lines(source, []))
