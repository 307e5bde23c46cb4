"""Plain words give the same options without argparse as with it, for every command that declares itself so that this can be told."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venvls import cli
from venvls.cli import plain

WORDS = st.lists(st.sampled_from(["", ".", "a", "a b", "requirements.txt", "/x/ü", "-", "--", "--env", "--env=x", "@file"]), max_size=4)


def by_argparse(command: str, words: list[str]) -> dict[str, object] | None:
    try:
        return vars(cli._parsed(cli.parser(command), words))
    except (cli.Failure, SystemExit):
        return None


@pytest.mark.parametrize("command", [name for name, _ in cli.COMMANDS])
@settings(derandomize=True, max_examples=60, deadline=None)
@given(words=WORDS)
def test_what_is_told_without_argparse_is_what_it_says(command: str, words: list[str]) -> None:
    found = plain.options(cli.declared(command), list(words))
    assert found is None or vars(found) == by_argparse(command, list(words))


@pytest.mark.parametrize("words", [[], ["."], ["a", "b.txt"]])
def test_a_check_of_plain_paths_needs_no_argparse(words: list[str]) -> None:
    assert plain.options(cli.declared("check"), words) is not None


@pytest.mark.parametrize("words", [["--fix"], ["a", "-x"], ["--", "a"], ["-"], [""]])
def test_anything_else_is_for_argparse(words: list[str]) -> None:
    assert plain.options(cli.declared("check"), words) is None


@pytest.mark.parametrize(
    ("command", "words", "known"),
    [("why", ["a"], True), ("why", [], False), ("why", ["a", "b"], False), ("show", ["a", "b"], True), ("show", [], False),
     ("tree", [], True), ("tree", ["."], True), ("tree", [".", "a"], False), ("list", [], True)],
)  # fmt: skip
def test_commands_that_only_read_need_no_argparse(command: str, words: list[str], known: bool) -> None:
    assert (plain.options(cli.declared(command), words) is not None) is known


@pytest.mark.parametrize(
    "declared",
    [
        {"names": ("path",)}, {"names": ("paths",), "nargs": 2}, {"names": ("paths",), "nargs": "*", "choices": ["a"]},
        {"names": ("--level",), "type": int, "default": "3"}, {"names": ("--count",), "action": "count"},
        {"names": ("--off",), "action": "store_false"},
    ],
)  # fmt: skip
def test_what_it_does_not_know_it_leaves(declared: dict[str, object]) -> None:
    def arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--known")
        if "nargs" not in declared:
            parser.add_argument("words", nargs="*")
        parser.add_argument(*declared["names"], **{name: value for name, value in declared.items() if name != "names"})  # type: ignore[misc,arg-type]

    assert plain.options(arguments, ["a"]) is None
