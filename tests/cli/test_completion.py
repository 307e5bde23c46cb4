"""Completion as the shells themselves do it: what is offered for what is typed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.cli.inside import Inside
from venvls import cli
from venvls.cli import completing
from venvls.rules import every_rule

CODES = {rule.code for rule in every_rule()}
TYPED = [
    ("venvls che", {"check"}),
    ("venvls check --sel", {"--select"}),
    ("venvls check --select missing-re", {"missing-requirement"}),
    ("venvls check --format ", {"text", "json", "sarif", "github", "junit", "gitlab"}),
    ("venvls create --tool v", {"venv", "virtualenv"}),
    ("venvls explain stale", {"stale-lock"}),
    ("venvls completion z", {"zsh"}),
    ("venvls help syn", {"sync"}),
    ("venvls run -- pyth", None),
]


def offered(inside: Inside, shell: str, line: str) -> set[str]:
    """What the shell offers at the end of ``line``."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    script = inside.write(f"completion.{shell}", inside.good("completion", shell))
    if shell == "bash":
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        lines = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _venvls; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        argv = [program, "--norc", "-c", f"source '{script}'; {lines}"]
    else:
        argv = [program, "--no-config", "-c", f"source '{script}'; complete -C '{line}'"]
    ran = subprocess.run(argv, cwd=inside.root, env=inside.environ, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert ran.stderr == "" and ran.returncode == 0, ran.stderr
    return {one.split("\t")[0].rstrip("/") for one in ran.stdout.splitlines() if one}


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_what_is_offered(inside: Inside, shell: str) -> None:
    for line, wanted in TYPED:
        shown = offered(inside, shell, line)
        if wanted is None:
            assert any(word.startswith("python") for word in shown), (line, shown)
        else:
            assert shown == wanted, line
    assert offered(inside, shell, "venvls explain ") == CODES
    assert offered(inside, shell, "venvls ") - {"help"} >= {name for name, _ in cli.COMMANDS}


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_folders_and_files_with_blanks(inside: Inside, shell: str) -> None:
    inside.write("my env/x", "")
    inside.write("my file.txt", "")
    assert {one.replace("\\", "") for one in offered(inside, shell, "venvls check --env my")} == {"my env"}
    assert {one.replace("\\", "") for one in offered(inside, shell, "venvls check my")} == {"my env", "my file.txt"}


def test_bash_takes_a_value_after_the_sign(inside: Inside) -> None:
    """bash gives `--format=j` to the function as three words."""
    program = shutil.which("bash")
    if program is None:
        pytest.skip("bash is not here")
    script = inside.write("completion.bash", inside.good("completion", "bash"))
    lines = "COMP_WORDS=(venvls check --format = j); COMP_CWORD=4; _venvls; printf '%s\\n' \"${COMPREPLY[@]}\""
    ran = subprocess.run(
        [program, "--norc", "-c", f"source '{script}'; {lines}"], env=inside.environ, capture_output=True, text=True, check=False
    )
    assert set(ran.stdout.split()) == {"json", "junit"}


def test_zsh_understands_its_lines(inside: Inside) -> None:
    program = shutil.which("zsh")
    if program is None:
        pytest.skip("zsh is not here")
    script = inside.write("completion.zsh", inside.good("completion", "zsh"))
    ran = subprocess.run([program, "-f", "-n", str(script)], env=inside.environ, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_every_option_of_every_command_is_in_it(shell: str) -> None:
    commands = completing.tables()
    text = completing.script(shell, commands)
    for command in commands:
        for option in command.options:
            for name in option.names:
                assert (name if shell != "fish" else f"{'-l' if name.startswith('--') else '-s'} {name.lstrip('-')}") in text, (
                    command.name,
                    name,
                )
