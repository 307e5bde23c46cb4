"""The lines that activate, evaluated by the real shells: the path arrives, nothing in it is obeyed, and ``deactivate`` takes it back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import uv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venvls.shells import (
    SHELLS,
    Activation,
    UnquotableError,
    activate,
    cmd_check,
    csh_quote,
    fish_quote,
    nu_quote,
    posix_quote,
    pwsh_quote,
)

# The program, the shell whose lines it understands, and how it is told to read nothing of the person's.
REAL = {
    "bash": ("bash", ["--norc", "--noprofile"]),
    "dash": ("bash", []),
    "sh": ("bash", []),
    "zsh": ("zsh", ["-f"]),
    "fish": ("fish", ["--no-config"]),
    "csh": ("csh", ["-f"]),
    "tcsh": ("csh", ["-f"]),
}
FOUND = {name: path for name in REAL if (path := shutil.which(name)) is not None}
POSIX = sorted(FOUND) if os.name == "posix" else []
QUOTE = {"bash": posix_quote, "zsh": posix_quote, "fish": fish_quote, "csh": csh_quote}

EVIL = (
    "plain", "a b", "  two  ", "a'b", 'a"b', "a''b", "$(touch x)", "`touch x`", "${HOME}", "$HOME", "a;touch x;b", "a&b", "a|b", "a>b",
    "a\\b", "a\\'b", "a\\", "\\", "!!", "a!b", "!touch", "*", "?", "[a]", "~", "~root", "#a", "%PATH%", "%s", "^a^b", "-x", "--", "-n",
    "{a,b}", "(a)", "=ls", "é ü 漢字 🐍", "a\tb", "\x1b[31m", "\x07", "'", '"', "''", "\\n", "$'a'", "@a", "a=b", "'; touch x; '",
    "\"; touch x; \"",     "' or true '", "\u2018a\u2019", "\udcff\udcfe",
)  # fmt: skip


def run(name: str, script: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """What a real shell says to a script, read from a file as ``source`` reads it. PATH is this test's own."""
    with tempfile.TemporaryDirectory(prefix="venvls-shell-") as folder:
        file = Path(folder) / "script"
        file.write_bytes(os.fsencode(script))
        home = {"HOME": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        argv = [FOUND[name], *REAL[name][1], str(file)]
        done = subprocess.run(argv, cwd=cwd or folder, env={**home, **environ}, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        left = sorted(path.name for path in Path(folder).iterdir() if path.name not in ("script", "fish"))
        assert left == [] or cwd is not None, f"{name} was made to do something: {left}"
        return done


def test_the_usual_shell_is_there() -> None:
    """Whatever else is missing on a machine, one shell has to be tried."""
    assert os.name != "posix" or "sh" in FOUND


@pytest.mark.parametrize("name", POSIX)
def test_hostile_words_arrive_as_they_are(name: str) -> None:
    quote = QUOTE[REAL[name][0]]
    script = "\n".join(f"printf '%s\\0' {quote(text)}" for text in EVIL) + "\n"
    done = run(name, script)
    assert done.stderr == b""
    assert done.stdout.split(b"\0")[:-1] == [os.fsencode(text) for text in EVIL]


# csh cannot carry bytes that its locale does not know, and counts line breaks apart: paths with those are refused before.
WORDS = st.text(st.characters(blacklist_characters="\0\r\n", blacklist_categories=("Cs", "Cn", "Co")), min_size=1, max_size=12)


@pytest.mark.parametrize("name", POSIX)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS | st.text("'\"\\$`!{}()*?~#%^&|;<> \tab-", min_size=1, max_size=8), min_size=40, max_size=60))
def test_any_word_arrives_as_it_is(name: str, words: list[str]) -> None:
    quote = QUOTE[REAL[name][0]]
    done = run(name, "".join(f"printf '%s\\0' {quote(text)}\n" for text in words))
    assert done.stdout.split(b"\0")[:-1] == [text.encode() for text in words], done.stderr


PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def environment(folder: Path) -> Activation:
    """A folder that looks enough like an environment for ``command -v python``."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    return Activation(str(programs.parent), str(programs), f"({folder.name})")


PRINT = {
    "bash": 'printf "%s\\0" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "$PATH" "$(command -v python)" "${PYTHONHOME-none}"\n',
    "fish": 'printf "%s\\0" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" (string join : $PATH) (command -v python); '
    'set -q PYTHONHOME; and printf "%s\\0" $PYTHONHOME; or printf "none\\0"\n',
    "csh": 'set at = "`sh -c \'command -v python\'`"\nprintf "%s\\0" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "$PATH" "$at"\n'
    'if ($?PYTHONHOME) then\nprintf "%s\\0" "$PYTHONHOME"\n'
    'else\nprintf "none\\0"\nendif\n',
}
PRINT["zsh"] = PRINT["bash"]
AFTER = {
    "bash": 'printf "%s\\0" "$PATH" "${VIRTUAL_ENV-none}" "${VIRTUAL_ENV_PROMPT-none}" "${_VENVLS_OLD_PATH-none}"\n',
    "fish": 'printf "%s\\0" (string join : $PATH); for name in VIRTUAL_ENV VIRTUAL_ENV_PROMPT _VENVLS_OLD_PATH; '
    'set -q $name; and printf "%s\\0" $name; or printf "none\\0"; end\n',
    "csh": 'printf "%s\\0" "$PATH"\n'
    + "".join(
        f'if ($?{name}) then\nprintf "%s\\0" "${name}"\nelse\nprintf "none\\0"\nendif\n'
        for name in ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "_VENVLS_OLD_PATH")
    ),
}
AFTER["zsh"] = AFTER["bash"]
FOLDERS = [text for text in EVIL if "/" not in text and text not in (".", "..") and text != "\udcff\udcfe"]


@pytest.mark.parametrize("name", POSIX)
def test_activated_and_deactivated_in_folders_of_any_name(name: str, tmp_path: Path) -> None:
    shell = REAL[name][0]
    for number, text in enumerate(FOLDERS):
        one = environment(tmp_path / str(number) / text)
        script = activate(shell, one) + PRINT[shell] + "deactivate\n" + AFTER[shell]
        done = run(name, script, PYTHONHOME="/nowhere")
        said = [os.fsdecode(part) for part in done.stdout.split(b"\0")[:-1]]
        path = f"{one.programs}:/usr/bin:/bin"
        prompt = "".join(character for character in one.prompt if character.isprintable())
        assert said[:5] == [one.prefix, prompt, path, f"{one.programs}/python", "none"], (text, done.stderr)
        assert said[5:] == ["/usr/bin:/bin", "none", "none", "none"], (text, done.stderr)
        assert done.stderr == b"", text


@pytest.mark.parametrize("name", POSIX)
def test_activated_twice_and_for_another_leaves_no_trace_in_path(name: str, tmp_path: Path) -> None:
    shell = REAL[name][0]
    first, second = environment(tmp_path / "first"), environment(tmp_path / "second")
    lines = [activate(shell, one) for one in (first, first, second)]
    said = run(name, "".join(lines) + PRINT[shell] + "deactivate\n" + AFTER[shell]).stdout.decode().split("\0")
    assert (said[0], said[2]) == (second.prefix, f"{second.programs}:/usr/bin:/bin")
    assert said[5:9] == ["/usr/bin:/bin", "none", "none", "none"]


SET_PROMPT = {
    "bash": "PS1='me$ '\n",
    "fish": "function fish_prompt; printf 'me$ '; end\n",
    "csh": "set prompt = 'me$ '\n",
}
SHOW_PROMPT = {"bash": 'printf "%s\\0" "$PS1"\n', "fish": 'printf "%s\\0" (fish_prompt)\n', "csh": 'printf "%s\\0" "$prompt:q"\n'}


@pytest.mark.parametrize("name", POSIX)
@pytest.mark.parametrize("prompt", ["shop", "my shop-3.12", "$(touch x)`touch x`!%s\\w'\""])
def test_the_prompt_is_set_as_the_tools_script_does_and_set_back(name: str, prompt: str, tmp_path: Path) -> None:
    shell = "bash" if REAL[name][0] == "zsh" else REAL[name][0]
    lines = activate(REAL[name][0], environment(tmp_path / "shop")._replace(prompt=prompt))
    shown = "".join(character if character.isalnum() or character in " -." else "_" for character in prompt)
    show = SHOW_PROMPT[shell]
    done = run(name, SET_PROMPT[shell] + lines + show + lines + show + "deactivate\n" + show)
    assert done.stdout.decode().split("\0")[:-1] == [f"({shown}) me$ ", f"({shown}) me$ ", "me$ "], done.stderr
    assert done.stderr == b""
    off = run(name, SET_PROMPT[shell] + lines + show + "deactivate\n" + show, VIRTUAL_ENV_DISABLE_PROMPT="1")
    assert off.stdout.decode().split("\0")[:-1] == ["me$ ", "me$ "], off.stderr


@pytest.mark.parametrize("name", [name for name in POSIX if REAL[name][0] in ("bash", "zsh")])
def test_strict_scripts_can_activate(name: str, tmp_path: Path) -> None:
    one = environment(tmp_path / "strict")
    done = run(name, "set -eu\n" + activate("bash", one) + 'deactivate\nprintf "%s" "$PATH"\n')
    assert (done.returncode, done.stdout, done.stderr) == (0, b"/usr/bin:/bin", b"")


@pytest.mark.parametrize("name", [name for name in POSIX if REAL[name][0] in ("bash", "zsh")])
def test_without_a_path_the_current_folder_does_not_become_one(name: str, tmp_path: Path) -> None:
    one = environment(tmp_path / "alone")
    said = run(name, "unset PATH\n" + activate("bash", one) + 'printf "%s" "$PATH"\n').stdout.decode()
    assert said == one.programs


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", ["/a\nb/.venv", "/a\rb/.venv", "/a\0b/.venv"])
def test_a_path_with_a_line_break_is_refused_with_a_sentence(shell: str, text: str) -> None:
    with pytest.raises(UnquotableError, match="Move the project"):
        activate(shell, Activation(text, f"{text}/bin", "p"))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("programs", "sign"),
    [("/tmp/a:b/.venv/bin", ":"), (r"C:\a;b\.venv\Scripts", ";"), ("//host/a:b/bin", ":"), (r"\\host\a;b\Scripts", ";")],
)
def test_what_would_be_two_entries_of_path_is_refused(shell: str, programs: str, sign: str) -> None:
    """``/tmp/a:b/.venv/bin`` on PATH means ``/tmp/a`` and the relative ``b/.venv/bin``: whatever lies below the current folder."""
    with pytest.raises(UnquotableError, match=f"`{sign}`"):
        activate(shell, Activation(programs, programs, "p"))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_prompt_of_a_checkout_cannot_steer_the_terminal(shell: str) -> None:
    lines = activate(shell, Activation("/w/.venv", "/w/.venv/bin", "a\x1b]0;evil\x07b\nc\x9b31m"))
    assert "a]0;evilbc31m" in lines
    assert not set(lines) & set("\x1b\x07\x9b")
    assert lines.endswith("\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "csh"])
def test_unix_shells_on_windows_get_a_path_without_a_drives_colon(shell: str) -> None:
    lines = activate(shell, Activation(r"C:\my work\.venv", r"C:\my work\.venv\Scripts", "work"))
    assert "'/c/my work/.venv/Scripts'" in lines
    assert r"C:\my work\.venv" in lines.replace("\\\\", "\\")


# PowerShell, cmd and nushell are on few machines of the kind that run this: their grammar is checked by a reader of our own.


def read_pwsh(line: str) -> str:
    """A single-quoted string of PowerShell, read by its grammar: only a doubled quote (of any of its kinds) is special."""
    quotes = "'\u2018\u2019\u201a\u201b"
    assert line[0] in quotes
    out, place = "", 1
    while True:
        if line[place] in quotes:
            if place + 1 == len(line):
                return out
            assert line[place + 1] in quotes, "the string ends too early"
            place += 1
        out += line[place]
        place += 1


def read_nu(line: str) -> str:
    """A double-quoted string of nushell."""
    assert line[0] == '"'
    out, place = "", 1
    while line[place] != '"':
        if line[place] == "\\":
            place += 1
            assert line[place] in '\\"'
        out += line[place]
        place += 1
    assert place + 1 == len(line)
    return out


@pytest.mark.parametrize("text", EVIL)
def test_powershell_and_nushell_read_back_what_was_quoted(text: str) -> None:
    assert read_pwsh(pwsh_quote(text)) == text
    assert read_nu(nu_quote(text)) == text


@given(WORDS | st.text("'\u2018\u2019\u201a\u201b\"\\$`"))
@settings(deadline=None)
def test_powershell_and_nushell_read_back_any_word(text: str) -> None:
    assert read_pwsh(pwsh_quote(text)) == text
    assert read_nu(nu_quote(text)) == text


def test_powershell_sets_and_takes_back() -> None:
    lines = activate("pwsh", Activation("C:\\it's\\.venv", "C:\\it's\\.venv\\Scripts", "it's")).splitlines()
    assert lines[0] == "$env:VIRTUAL_ENV = 'C:\\it''s\\.venv'"
    assert lines[3] == "$env:PATH = 'C:\\it''s\\.venv\\Scripts' + [IO.Path]::PathSeparator + $global:_VenvlsOldPath"
    assert lines[4] == "Remove-Item Env:PYTHONHOME -ErrorAction SilentlyContinue"
    assert lines[5] == "$global:_VenvlsPrompt = '(it_s) '"
    assert lines[-1].startswith("function global:deactivate {")
    assert "$env:PATH = $global:_VenvlsOldPath;" in lines[-1]


def test_nushell_sets_and_takes_back() -> None:
    lines = activate("nu", Activation("/w/$(x)", '/w/$(x)/b"in', "p")).splitlines()
    assert lines[0] == '$env.VIRTUAL_ENV = "/w/$(x)"'
    assert '| prepend "/w/$(x)/b\\"in")' in lines[3]
    assert lines[-1].startswith("def --env deactivate []")


def test_cmd_sets_with_quotes_and_doubles_percent_signs() -> None:
    lines = activate("cmd", Activation(r"C:\100%\a & b\^!\.venv", r"C:\100%\a & b\^!\.venv\Scripts", "50%"))
    assert lines.splitlines()[0] == r'@set "VIRTUAL_ENV=C:\100%%\a & b\^!\.venv"'
    assert r'@set "PATH=C:\100%%\a & b\^!\.venv\Scripts;%_VENVLS_OLD_PATH%"' in lines
    assert "\n" not in lines.replace("\r\n", "")
    assert cmd_check("%PATH%") == "%%PATH%%"
    with pytest.raises(UnquotableError, match="double quote"):
        activate("cmd", Activation('C:\\a" & calc & "b', "C:\\x", "p"))


@pytest.mark.parametrize(
    ("shell", "script", "theirs", "own"),
    [
        (
            "pwsh",
            "activate.ps1",
            ('$env:VIRTUAL_ENV_PROMPT = "orchard"', '("(" + $env:VIRTUAL_ENV_PROMPT + ") " + $previous_prompt_value)'),
            ("$env:VIRTUAL_ENV_PROMPT = 'orchard'", "$global:_VenvlsPrompt = '(orchard) '", "if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT"),
        ),
        (
            "cmd",
            "activate.bat",
            ('@set "PROMPT=(%VIRTUAL_ENV_PROMPT%) %PROMPT%"', '@set "PROMPT=$P$G"', '@set "VIRTUAL_ENV_PROMPT=orchard"'),
            (
                '@set "VIRTUAL_ENV_PROMPT=orchard"',
                '@if not defined PROMPT set "PROMPT=$P$G"',
                'if not defined VIRTUAL_ENV_DISABLE_PROMPT set "PROMPT=(orchard) %_VENVLS_OLD_PROMPT%"',
            ),
        ),
    ],
)
def test_windows_prompts_are_those_of_the_tools_own_scripts(
    shell: str, script: str, theirs: tuple[str, ...], own: tuple[str, ...], tmp_path: Path
) -> None:
    """uv writes the scripts of all shells on every system: the same words are put before the prompt, under the same condition."""
    prefix = tmp_path / ".venv"
    argv = [uv.find_uv_bin(), "venv", "-q", "--no-config", "--python", sys.executable, "--prompt", "orchard", str(prefix)]
    subprocess.run(argv, check=True)
    made = (prefix / PROGRAMS / script).read_text("utf-8")
    ours = activate(shell, Activation(str(prefix), str(prefix / PROGRAMS), "orchard"))
    assert [line for line in (*theirs, "VIRTUAL_ENV_DISABLE_PROMPT") if line not in made] == []
    assert [line for line in own if line not in ours] == []
