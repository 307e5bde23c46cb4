"""The lines that activate an environment in each shell: variables set, nothing sourced, every path quoted for that shell.

Activation scripts are never run: a script of the workspace is a program of the workspace, and old ones inject through their own path
(CVE-2024-9287, threat T16). What they do is little: PATH, VIRTUAL_ENV, and a way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from venvls.model.record import NamedTuple

SHELLS = ("bash", "zsh", "fish", "pwsh", "cmd", "nu", "csh")
_DRIVE = re.compile(r"([A-Za-z]):[\\/]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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


def _posix(activation: Activation) -> str:
    return (
        f"export VIRTUAL_ENV={posix_quote(activation.prefix)}\n"
        f"export VIRTUAL_ENV_PROMPT={posix_quote(activation.prompt)}\n"
        '_VENVLS_OLD_PATH="${_VENVLS_OLD_PATH:-${PATH-}}"\n'
        # Without the colon where there was no PATH: an empty entry is the current folder.
        f'export PATH={posix_quote(_unixed(activation.programs))}"${{_VENVLS_OLD_PATH:+:$_VENVLS_OLD_PATH}}"\n'
        "unset PYTHONHOME\n"
        'deactivate() { export PATH="$_VENVLS_OLD_PATH"; unset _VENVLS_OLD_PATH VIRTUAL_ENV VIRTUAL_ENV_PROMPT; '
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
        "function deactivate; set -gx PATH $_VENVLS_OLD_PATH; set -e _VENVLS_OLD_PATH; set -e VIRTUAL_ENV; "
        "set -e VIRTUAL_ENV_PROMPT; functions -e deactivate; end\n"
    )


def _pwsh(activation: Activation) -> str:
    return (
        f"$env:VIRTUAL_ENV = {pwsh_quote(activation.prefix)}\n"
        f"$env:VIRTUAL_ENV_PROMPT = {pwsh_quote(activation.prompt)}\n"
        "if (-not $global:_VenvlsOldPath) { $global:_VenvlsOldPath = $env:PATH }\n"
        f"$env:PATH = {pwsh_quote(activation.programs)} + [IO.Path]::PathSeparator + $global:_VenvlsOldPath\n"
        "Remove-Item Env:PYTHONHOME -ErrorAction SilentlyContinue\n"
        "function global:deactivate { $env:PATH = $global:_VenvlsOldPath; Remove-Variable _VenvlsOldPath -Scope Global; "
        "Remove-Item Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue; Remove-Item Function:deactivate }\n"
    )


def _cmd(activation: Activation) -> str:
    return (
        f'@set "VIRTUAL_ENV={cmd_check(activation.prefix)}"\r\n'
        f'@set "VIRTUAL_ENV_PROMPT={cmd_check(activation.prompt)}"\r\n'
        '@if not defined _VENVLS_OLD_PATH set "_VENVLS_OLD_PATH=%PATH%"\r\n'
        f'@set "PATH={cmd_check(activation.programs)};%_VENVLS_OLD_PATH%"\r\n'
        '@set "PYTHONHOME="\r\n'
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
        'alias deactivate \'setenv PATH "$_VENVLS_OLD_PATH"; unset _VENVLS_OLD_PATH; unsetenv VIRTUAL_ENV; '
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
