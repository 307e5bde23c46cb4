"""A word that is none of ours: what was meant is said, and what is said works."""

from __future__ import annotations

import pytest

from tests.cli.inside import Inside
from venvls import cli
from venvls.cli import did_you_mean


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("uninstall six", "there is no command `uninstall`; did you mean `venvls remove REQUIREMENT`?"),
        ("lock", "there is no command `lock`; did you mean `venvls compile`?"),
        ("outdated", "there is no command `outdated`; did you mean `venvls upgrade --dry-run`?"),
        ("init", "there is no command `init`; did you mean `venvls create`?"),
        ("chekc", "there is no command `chekc`; did you mean `check`?"),
        ("zzzz", "there is no command `zzzz`. Run `venvls --help` to list them."),
        ("--quiet check", "options come after the command: `--quiet`. Run `venvls --help` to list the commands."),
        ("check --formt json", "`venvls check` has no option `--formt`; did you mean `--format`?"),
        ("check --grup=dev", "`venvls check` has no option `--grup`; did you mean `--group`?"),
        ("create --system", "`venvls create` has no option `--system`; did you mean `--system-site-packages`?"),
        ("check --zzzzzz", "`venvls check` has no option `--zzzzzz`. Run `venvls check --help` to see the options."),
        ("sync a b", "`venvls sync` takes no argument `b`. Run `venvls sync --help` to see the options."),
        ("create --tool virtual-env", "--tool takes auto, venv, virtualenv or uv, and not `virtual-env`; did you mean `virtualenv`?"),
        ("check --format xml", "--format takes text, json, sarif, github, junit or gitlab, and not `xml`."),
        ("check --select version-mismach", "there is no rule `version-mismach`; did you mean `version-mismatch`?"),
        ("explain missing-req", "there is no rule `missing-req`; did you mean `missing-requirement`?"),
    ],
)
def test_what_was_meant_is_said(inside: Inside, words: str, end: str) -> None:
    ran = inside.run(*words.split())
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"venvls: {end}\n")


@pytest.mark.parametrize("meant", did_you_mean.ELSEWHERE.values())
def test_a_suggestion_can_be_typed(meant: str) -> None:
    command, *words = meant.split(" ")
    cli._parsed(cli.parser(command), words)


def test_no_word_of_another_tool_hides_a_command_of_ours() -> None:
    assert not did_you_mean.ELSEWHERE.keys() & dict(cli.COMMANDS).keys()
