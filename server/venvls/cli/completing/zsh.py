"""Completion for zsh: `_arguments` of its completion system, one line an option."""

from __future__ import annotations

from collections.abc import Sequence

from venvls.cli.completing import Command, Option, Value

_FUNCTION = """#compdef venvls
# Completion of venvls for zsh.
_venvls() {{
    local -a commands
    commands=(
{commands}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
{cases}
        help) _describe command commands ;;
    esac
}}
if [[ $funcstack[1] == _venvls ]]; then
    _venvls "$@"
else
    compdef _venvls venvls
fi
"""
_ACTIONS = {"none": " ", "file": "_files", "folder": "_files -/", "program": "_command_names -e"}


def script(commands: Sequence[Command]) -> str:
    """The function, for a file `_venvls` of `$fpath` as for `eval`."""
    described = [f"        {_quoted(f'{command.name}:{command.help}')}" for command in commands]
    cases = []
    for command in commands:
        lines = [spec for option in command.options for spec in _options(option)]
        lines.append(_quoted(f"*:{_text('argument')}:{_action(command.argument)}"))
        shown = " \\\n                ".join(lines)
        cases.append(f"        {command.name})\n            _arguments -s {shown}\n            ;;")
    return _FUNCTION.format(commands="\n".join(described), cases="\n".join(cases))


def _options(option: Option) -> list[str]:
    specs = []
    for name in option.names:
        # What may be given again is not known here, so nothing is taken away once it was given.
        sign = "=" if option.value is not None and name.startswith("--") else ""
        value = f":value:{_action(option.value)}" if option.value is not None else ""
        specs.append(_quoted(f"*{name}{sign}[{_text(option.help)}]{value}"))
    return specs


def _action(value: Value) -> str:
    return f"({' '.join(value.words)})" if value.kind == "words" else _ACTIONS[value.kind]


def _text(text: str) -> str:
    return "".join(f"\\{character}" if character in "[]:\\" else character for character in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
