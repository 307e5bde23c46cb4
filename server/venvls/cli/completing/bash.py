"""Completion for bash, from 3.2 on (macOS's, which has no compopt): a case for each command, and one for each option that takes a value."""

from __future__ import annotations

from collections.abc import Sequence

from venvls.cli.completing import Command, Value

_FUNCTION = """# Completion of venvls for bash.
_venvls() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
    local options words kind IFS=$' \\t\\n'
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=( $(compgen -W "{commands} --help --version" -- "$current") )
        return
    fi
    # bash takes --option=value apart at the sign.
    if [[ $current == = ]]; then
        current=
    elif [[ $before == = ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case $command in
{cases}
        help) kind=words words="{commands}" ;;
        *) return ;;
    esac
    case "$command $before" in
{values}
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=( $(compgen -W "$options" -- "$current") )
        return
    fi
    if [[ $kind == words ]]; then
        COMPREPLY=( $(compgen -W "$words" -- "$current") )
        return
    fi
    local IFS=$'\\n'
    case $kind in
        folder) compopt -o filenames 2>/dev/null; COMPREPLY=( $(compgen -d -- "$current") ) ;;
        file) compopt -o filenames 2>/dev/null; COMPREPLY=( $(compgen -f -- "$current") ) ;;
        program) COMPREPLY=( $(compgen -c -- "$current") ) ;;
    esac
}}
complete -F _venvls venvls
"""


def script(commands: Sequence[Command]) -> str:
    """The function and the line that gives it to the shell."""
    cases = [f'        {command.name}) options="{_names(command)}" {_kind(command.argument)} ;;' for command in commands]
    values = [
        f"        {'|'.join(_pattern(command.name, name) for name in option.names)}) {_kind(option.value)} ;;"
        for command in commands
        for option in command.options
        if option.value is not None
    ]
    return _FUNCTION.format(commands=" ".join(command.name for command in commands), cases="\n".join(cases), values="\n".join(values))


def _names(command: Command) -> str:
    return " ".join(name for option in command.options for name in option.names)


def _pattern(command: str, option: str) -> str:
    return f'"{command} {option}"'


def _kind(value: Value) -> str:
    return f'kind={value.kind} words="{" ".join(value.words)}"'
