"""Completion for fish: one `complete` line a command, an option, an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from venvls.cli.completing import Command, Option, Value


def script(commands: Sequence[Command]) -> str:
    """The lines, for a file in fish's folder of completions as for `source`."""
    return "\n".join(["# Completion of venvls for fish.", *_lines(commands)]) + "\n"


def _lines(commands: Sequence[Command]) -> Iterator[str]:
    yield "complete -c venvls -f"
    for command in commands:
        yield f"complete -c venvls -n __fish_use_subcommand -a {command.name} -d {_quoted(command.help)}"
    names = " ".join(command.name for command in commands)
    yield f"complete -c venvls -n '__fish_seen_subcommand_from help' -a {_quoted(names)}"
    for command in commands:
        here = f"complete -c venvls -n {_quoted(f'test (count (commandline -opc)) -gt 1; and test (commandline -opc)[2] = {command.name}')}"
        if command.argument.kind != "none":
            yield f"{here} {_value(command.argument)}"
        for option in command.options:
            value = "" if option.value is None else f" -r {_value(option.value)}"
            yield f"{here} {_names(option)}{value} -d {_quoted(option.help)}"


def _names(option: Option) -> str:
    return " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)


def _value(value: Value) -> str:
    if value.kind == "words":
        return f"-f -a {_quoted(' '.join(value.words))}"
    return {"none": "-f", "file": "-F", "folder": "-f -a '(__fish_complete_directories)'", "program": "-f -a '(__fish_complete_command)'"}[
        value.kind
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
