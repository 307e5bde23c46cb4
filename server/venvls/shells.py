"""The lines that activate an environment in each shell: variables set, nothing sourced, every path quoted for that shell.

Activation scripts are never run: a script of the workspace is a program of the workspace, and old ones inject through their own path
(CVE-2024-9287, threat T16). What they do is little: PATH, VIRTUAL_ENV, the prompt, and a way back. ``VIRTUAL_ENV_DISABLE_PROMPT`` leaves
the prompt alone, as it does there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from venvls.model.record import NamedTuple

SHELLS = ("bash", "zsh", "fish", "pwsh", "cmd", "nu", "csh")
_DRIVE = re.compile(r"([A-Za-z]):[\\/]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


# Characters that no shell's prompt takes for something to work out.
_PLAIN_IN_PROMPT = " ._-+@:,=/"


class UnquotableError(Exception):
    """A path that this shell has no way to write; the message is the sentence for the person."""


class Activation(NamedTuple):
    """An environment as its activation sees it: prefix, folder of programs, prompt."""

    prefix: str
    programs: str
    prompt: str


def activate(shell: str, activation: Activation) -> str:
    """The lines that activate, ending in a newline. ``UnquotableError`` where the path cannot be said in this shell.

    They may be evaluated again, and for another environment, without a ``deactivate`` between: PATH never grows. All but cmd's define
    ``deactivate``, which puts PATH back. bash's lines are those of any POSIX shell; cmd's and nushell's belong into a file that is called.
    """
    if any(character in text for text in (activation.prefix, activation.programs) for character in "\0\n\r"):
        raise UnquotableError(
            "The environment's path contains a line break or NUL, which cannot be written in a shell command. Move the project."
        )
    separator = ";" if _is_windows(activation.programs) else ":"
    if separator in (activation.programs[2:] if separator == ":" and _DRIVE.match(activation.programs) else activation.programs):
        # What follows it would become an entry of PATH of its own, and a relative one at that.
        raise UnquotableError(f"The environment's path contains `{separator}`, which separates the entries of PATH. Move the project.")
    # The prompt is a word out of pyvenv.cfg: a terminal must not obey it.
    return _SHELLS[shell](activation._replace(prompt=_CONTROL.sub("", activation.prompt)))


def posix_quote(text: str) -> str:
    """A word for bash, zsh and any POSIX shell."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def fish_quote(text: str) -> str:
    """A word for fish: in single quotes only ``\\`` and ``'`` are special."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def pwsh_quote(text: str) -> str:
    """A word for PowerShell: single quotes are doubled, the typographic ones too, which it takes for quotes."""
    return "'" + "".join(character * 2 if character in "'\u2018\u2019\u201a\u201b" else character for character in text) + "'"


def nu_quote(text: str) -> str:
    """A word for nushell: a double-quoted string with escapes; a dollar sign is nothing special in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def csh_quote(text: str) -> str:
    """A word for csh and tcsh: ``!`` is history even in single quotes."""
    return "'" + text.replace("'", "'\\''").replace("!", "\\!") + "'"


def cmd_check(text: str) -> str:
    """A value for ``set "NAME=value"`` in a batch file: a quote cannot be said, percent signs are doubled."""
    if '"' in text:
        raise UnquotableError(
            "The environment's path contains a double quote, which cannot be written in cmd. Use --shell pwsh, or move the project."
        )
    return text.replace("%", "%%")


def _shown(activation: Activation) -> str:
    """What is before the prompt. Shells evaluate prompts: what they could take for more than a letter is an underscore."""
    plain = "".join(character if character.isalnum() or character in _PLAIN_IN_PROMPT else "_" for character in activation.prompt)
    return f"({plain}) "


def _posix(activation: Activation) -> str:
    return (
        f"export VIRTUAL_ENV={posix_quote(activation.prefix)}\n"
        f"export VIRTUAL_ENV_PROMPT={posix_quote(activation.prompt)}\n"
        '_VENVLS_OLD_PATH="${_VENVLS_OLD_PATH:-${PATH-}}"\n'
        # Without the colon where there was no PATH: an empty entry is the current folder.
        f'export PATH={posix_quote(_unixed(activation.programs))}"${{_VENVLS_OLD_PATH:+:$_VENVLS_OLD_PATH}}"\n'
        "unset PYTHONHOME\n"
        # Where there is no prompt, as in a script, none is made.
        'if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ] && [ -n "${PS1:-}" ]; then '
        f'_VENVLS_OLD_PS1="${{_VENVLS_OLD_PS1:-$PS1}}"; export PS1={posix_quote(_shown(activation))}"$_VENVLS_OLD_PS1"; fi\n'
        'deactivate() { export PATH="$_VENVLS_OLD_PATH"; [ -z "${_VENVLS_OLD_PS1:-}" ] || export PS1="$_VENVLS_OLD_PS1"; '
        "unset _VENVLS_OLD_PATH _VENVLS_OLD_PS1 VIRTUAL_ENV VIRTUAL_ENV_PROMPT; "
        "unset -f deactivate; hash -r 2>/dev/null || :; }\n"
        "hash -r 2>/dev/null || :\n"
    )


def _fish(activation: Activation) -> str:
    return (
        f"set -gx VIRTUAL_ENV {fish_quote(activation.prefix)}\n"
        f"set -gx VIRTUAL_ENV_PROMPT {fish_quote(activation.prompt)}\n"
        "set -q _VENVLS_OLD_PATH; or set -g _VENVLS_OLD_PATH $PATH\n"
        f"set -gx PATH {fish_quote(_unixed(activation.programs))} $_VENVLS_OLD_PATH\n"
        "set -e PYTHONHOME\n"
        f"set -g _VENVLS_PROMPT {fish_quote(_shown(activation))}\n"
        'if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt; and not functions -q _venvls_old_prompt; '
        "functions -c fish_prompt _venvls_old_prompt; "
        "function fish_prompt; set -l last $status; printf '%s' $_VENVLS_PROMPT; "
        'echo "exit $last" | source; _venvls_old_prompt; end; end\n'
        "function deactivate; set -gx PATH $_VENVLS_OLD_PATH; set -e _VENVLS_OLD_PATH; set -e _VENVLS_PROMPT; "
        "if functions -q _venvls_old_prompt; functions -e fish_prompt; functions -c _venvls_old_prompt fish_prompt; "
        "functions -e _venvls_old_prompt; end; set -e VIRTUAL_ENV; "
        "set -e VIRTUAL_ENV_PROMPT; functions -e deactivate; end\n"
    )


def _pwsh(activation: Activation) -> str:
    return (
        f"$env:VIRTUAL_ENV = {pwsh_quote(activation.prefix)}\n"
        f"$env:VIRTUAL_ENV_PROMPT = {pwsh_quote(activation.prompt)}\n"
        "if (-not $global:_VenvlsOldPath) { $global:_VenvlsOldPath = $env:PATH }\n"
        f"$env:PATH = {pwsh_quote(activation.programs)} + [IO.Path]::PathSeparator + $global:_VenvlsOldPath\n"
        "Remove-Item Env:PYTHONHOME -ErrorAction SilentlyContinue\n"
        f"$global:_VenvlsPrompt = {pwsh_quote(_shown(activation))}\n"
        "if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT -and (Test-Path Function:prompt) -and -not $global:_VenvlsOldPrompt) { "
        "$global:_VenvlsOldPrompt = $function:prompt; "
        "function global:prompt { $global:_VenvlsPrompt + (& $global:_VenvlsOldPrompt) } }\n"
        "function global:deactivate { if ($global:_VenvlsOldPrompt) { Set-Item Function:global:prompt $global:_VenvlsOldPrompt; "
        "Remove-Variable _VenvlsOldPrompt -Scope Global }; "
        "$env:PATH = $global:_VenvlsOldPath; Remove-Variable _VenvlsOldPath, _VenvlsPrompt -Scope Global; "
        "Remove-Item Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue; Remove-Item Function:deactivate }\n"
    )


def _cmd(activation: Activation) -> str:
    return (
        f'@set "VIRTUAL_ENV={cmd_check(activation.prefix)}"\r\n'
        f'@set "VIRTUAL_ENV_PROMPT={cmd_check(activation.prompt)}"\r\n'
        '@if not defined _VENVLS_OLD_PATH set "_VENVLS_OLD_PATH=%PATH%"\r\n'
        f'@set "PATH={cmd_check(activation.programs)};%_VENVLS_OLD_PATH%"\r\n'
        '@set "PYTHONHOME="\r\n'
        '@if not defined PROMPT set "PROMPT=$P$G"\r\n'
        '@if not defined VIRTUAL_ENV_DISABLE_PROMPT if not defined _VENVLS_OLD_PROMPT set "_VENVLS_OLD_PROMPT=%PROMPT%"\r\n'
        f'@if not defined VIRTUAL_ENV_DISABLE_PROMPT set "PROMPT={cmd_check(_shown(activation))}%_VENVLS_OLD_PROMPT%"\r\n'
    )


def _nu(activation: Activation) -> str:
    return (
        f"$env.VIRTUAL_ENV = {nu_quote(activation.prefix)}\n"
        f"$env.VIRTUAL_ENV_PROMPT = {nu_quote(activation.prompt)}\n"
        "$env._VENVLS_OLD_PATH = ($env._VENVLS_OLD_PATH? | default $env.PATH)\n"
        f"$env.PATH = ($env._VENVLS_OLD_PATH | split row (char esep) | prepend {nu_quote(activation.programs)})\n"
        "hide-env --ignore-errors PYTHONHOME\n"
        "def --env deactivate [] { $env.PATH = $env._VENVLS_OLD_PATH; "
        "hide-env _VENVLS_OLD_PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT }\n"
    )


def _csh(activation: Activation) -> str:
    # Each line ends in a semicolon: what csh evaluates from backquotes has lost its line breaks.
    return (
        f"setenv VIRTUAL_ENV {csh_quote(activation.prefix)};\n"
        f"setenv VIRTUAL_ENV_PROMPT {csh_quote(activation.prompt)};\n"
        'if ( ! $?_VENVLS_OLD_PATH ) set _VENVLS_OLD_PATH = "$PATH";\n'
        f'setenv PATH {csh_quote(_unixed(activation.programs))}:"$_VENVLS_OLD_PATH";\n'
        "unsetenv PYTHONHOME;\n"
        # By eval: csh works out a variable on a line before it sees whether the line is to be run, and a script has no prompt.
        "if ( $?prompt && ! $?_VENVLS_OLD_PROMPT && ! $?VIRTUAL_ENV_DISABLE_PROMPT ) eval 'set _VENVLS_OLD_PROMPT = \"$prompt:q\"';\n"
        "if ( $?prompt && $?_VENVLS_OLD_PROMPT && ! $?VIRTUAL_ENV_DISABLE_PROMPT ) "
        f"eval 'set prompt = \"{_shown(activation)}$_VENVLS_OLD_PROMPT:q\"';\n"
        "alias deactivate 'if ( $?_VENVLS_OLD_PROMPT ) "
        "eval '\\''set prompt = \"$_VENVLS_OLD_PROMPT:q\"; unset _VENVLS_OLD_PROMPT'\\''; "
        'setenv PATH "$_VENVLS_OLD_PATH"; unset _VENVLS_OLD_PATH; unsetenv VIRTUAL_ENV; '
        "unsetenv VIRTUAL_ENV_PROMPT; unalias deactivate; rehash';\n"
        "rehash;\n"
    )


def _is_windows(path: str) -> bool:
    return path.startswith("\\\\") or _DRIVE.match(path) is not None


def _unixed(programs: str) -> str:
    """An entry for the PATH of a Unix shell on Windows (Git Bash, MSYS2), where the colon of a drive would cut it in two."""
    if not _DRIVE.match(programs):
        return programs
    return f"/{programs[0].lower()}{programs[2:]}".replace("\\", "/")


_SHELLS: dict[str, Callable[[Activation], str]] = {
    "bash": _posix,
    "zsh": _posix,
    "fish": _fish,
    "pwsh": _pwsh,
    "cmd": _cmd,
    "nu": _nu,
    "csh": _csh,
}
