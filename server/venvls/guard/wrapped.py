"""A simple command → what it really starts, past ``sudo``, ``env``, ``timeout``, a tool's ``run`` and a Python's own options."""

from __future__ import annotations

import re

from venvls.guard.lines import Simple, Word

PIP = re.compile(r"pip(\d+(\.\d+)?)?(\.exe)?")
PYTHON = re.compile(r"(python|pypy)(\d+(\.\d+)?)?(\.exe)?")
_SUDO_VALUE = frozenset({"-u", "-g", "-p", "-C", "-h", "-r", "-t", "-U", "-D", "-T"})
_BEFORE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("command", "nohup", "setsid", "chronic", "unbuffer"), frozenset()),
    "exec": frozenset({"-a"}), "time": frozenset({"-f", "-o"}), "nice": frozenset({"-n"}), "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}), "timeout": frozenset({"-k", "-s"}), "env": frozenset({"-u"}),
    "sudo": _SUDO_VALUE, "doas": _SUDO_VALUE,
}  # fmt: skip
"""What only starts another command, with those of its options that take a value of their own."""
RUNNERS = ("uv", "poetry", "pdm", "pipenv", "venvls")
"""Those whose ``run`` starts a command in the project's environment."""
_RUN_FLAGS = frozenset(
    {"--", "-q", "--quiet", "-v", "--verbose", "--no-sync", "--frozen", "--locked", "--all-groups", "--all-extras", "--dev"}
)
_PYTHON_FLAGS, _PYTHON_VALUES = re.compile(r"-[bBdEiIOPqRsSuvx]+"), frozenset({"-W", "-X", "--check-hash-based-pycs"})


def unwrapped(command: Simple) -> tuple[list[Word] | None, set[str], bool]:
    """The words without what only starts another command, the variables set, and whether another user runs it; ``None`` on doubt."""
    words, assigned, root = list(command.words), set(command.assigned), False
    while words and words[0] is not None and (name := words[0].rpartition("/")[2]) in _BEFORE:
        words.pop(0)
        root = root or name in ("sudo", "doas")
        while words and words[0] is not None and (words[0].startswith("-") or (name in ("env", "sudo") and "=" in words[0])):
            option = words.pop(0) or ""
            if not option.startswith("-"):
                assigned.add(option.partition("=")[0])
            elif option in _BEFORE[name]:
                words[:1] = []
            elif name == "env" and option not in ("-i", "-0", "--"):
                return None, assigned, root
        if name == "timeout":
            words[:1] = []  # how long
    return words, assigned, root


def after_python(rest: list[Word]) -> list[Word]:
    """What follows a Python's options; ``-Im pip`` and ``-mpip`` become ``-m pip``."""
    words = list(rest)
    while words and (word := words[0]) is not None and word.startswith("-"):
        if word in _PYTHON_VALUES:
            del words[:2]
        elif word[:2] in ("-W", "-X") or _PYTHON_FLAGS.fullmatch(word):
            del words[0]
        elif module := re.fullmatch(r"-[bBdEiIOPqRsSuvx]*m(.*)", word, re.DOTALL):
            return ["-m", *([module[1]] if module[1] else []), *words[1:]]
        else:
            break
    return words


def pip_of_run(rest: list[Word]) -> list[Word] | None:
    """What follows the pip that ``uv run`` and its like start; ``None`` where they start something else."""
    words = list(rest)
    while words and words[0] in _RUN_FLAGS:
        words.pop(0)
    if words[:1] == ["-m"]:
        words[:1] = ["python", "-m"]
    program = words.pop(0) if words else None
    if program is not None and PYTHON.fullmatch(program):
        words = after_python(words)
        return words[2:] if words[:2] == ["-m", "pip"] else None
    return words if program is not None and PIP.fullmatch(program) else None
