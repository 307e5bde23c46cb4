"""Completion scripts: what can follow a command, taken from its parser once, and one file a shell that writes it down."""

from __future__ import annotations

from importlib import import_module

from venvls.model.hints import TYPE_CHECKING, Literal, cast
from venvls.model.record import NamedTuple, Protocol

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

Kind = Literal["none", "words", "file", "folder", "program"]
_KINDS: dict[str, Kind] = {"DIR": "folder", "PROJECT": "folder", "FILE": "file", "PATH": "file", "CMD": "program"}
"""What stands for a value in the help, and what completes it."""


class Value(NamedTuple):
    """What an option or an argument takes: nothing that is known (``none``), one of ``words``, a path, a program."""

    kind: Kind = "none"
    words: tuple[str, ...] = ()


class Option(NamedTuple):
    """One option with all its spellings; ``value`` is ``None`` for a switch."""

    names: tuple[str, ...]
    help: str
    value: Value | None


class Command(NamedTuple):
    """A command, its options, and what its own arguments are."""

    name: str
    help: str
    options: tuple[Option, ...]
    argument: Value


def tables() -> tuple[Command, ...]:
    """Every command as its parser declares it."""
    from venvls import cli

    return tuple(_command(name, summary, cli.parser(name)) for name, summary in cli.COMMANDS)


def _command(name: str, summary: str, parser: argparse.ArgumentParser) -> Command:
    options = tuple(
        Option(tuple(action.option_strings), (action.help or "").replace("%%", "%"), _value(action) if action.nargs != 0 else None)
        for action in parser._actions
        if action.option_strings
    )
    argument = next((_value(action) for action in parser._actions if not action.option_strings), Value())
    return Command(name, summary, options, argument)


def _value(action: argparse.Action) -> Value:
    if action.choices:
        return Value("words", tuple(map(str, action.choices)))
    if action.metavar == "CODE":
        from venvls.rules import codes

        return Value("words", codes())
    return Value(_KINDS.get(str(action.metavar), "none"))


class _Shell(Protocol):
    def script(self, commands: Sequence[Command]) -> str: ...


def script(shell: str, commands: Sequence[Command]) -> str:
    """The lines for a shell."""
    return cast(_Shell, import_module(f".{shell}", __package__)).script(commands)
