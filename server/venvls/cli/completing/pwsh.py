"""Completion for PowerShell: a native argument completer over one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from venvls.cli.completing import Command, Value

_SCRIPT = """# Completion of venvls for PowerShell.
Register-ArgumentCompleter -Native -CommandName venvls -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = [ordered]@{{
{commands}
    }}
    $given = @($commandAst.CommandElements | ForEach-Object {{ $_.ToString() }})
    $place = $given.Count
    if ($wordToComplete -ne '') {{ $place -= 1 }}
    $candidates = @()
    if ($place -le 1 -or ($place -eq 2 -and $given[1] -eq 'help')) {{
        $candidates = @($commands.Keys)
    }} elseif ($commands.Contains($given[1])) {{
        $command = $commands[$given[1]]
        $before = $given[$place - 1]
        if ($command.Values.Contains($before)) {{
            $candidates = $command.Values[$before]
        }} elseif ($wordToComplete -like '-*') {{
            $candidates = $command.Options
        }} else {{
            $candidates = $command.Words
        }}
    }}
    # Nothing here lets PowerShell complete paths by itself.
    $candidates | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def script(commands: Sequence[Command]) -> str:
    """The lines, for `Invoke-Expression`."""
    return _SCRIPT.format(commands="\n".join(map(_command, commands)))


def _command(command: Command) -> str:
    options = _array(name for option in command.options for name in option.names)
    values = "; ".join(
        f"'{name}' = {_words(option.value)}" for option in command.options for name in option.names if option.value is not None
    )
    return f"        '{command.name}' = @{{ Options = {options}; Words = {_words(command.argument)}; Values = @{{ {values} }} }}"


def _words(value: Value) -> str:
    return _array(value.words)


def _array(words: Iterable[str]) -> str:
    return f"@({', '.join(_quoted(word) for word in words)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
