"""A command that fixes something, written so that it can be pasted where the person is."""

from __future__ import annotations

import os

from venvls.model.patterns import re
from venvls.model.visible import one_line

_BARE = r"(?a)[\w@%+=:,./\\~-]+" if os.name == "nt" else r"(?a)[\w@%+=:,./-]+"
_BY_OPTION = frozenset({"install", "add", "remove", "upgrade", "compile", "run", "select"})
"""Commands whose own arguments are something else, so that they take the project by ``--project``."""


def command(words: str, root: str | None, cwd: str | None = None) -> str:
    """``venvls WORDS`` for the project at ``root``, which is named where it is not the folder that one is in."""
    cwd = os.getcwd() if cwd is None else cwd
    if root is None or root == cwd:
        return f"venvls {words}"
    name, *rest = words.split(" ")
    project = below(root, cwd)
    return " ".join(["venvls", name, *(("--project", project) if name in _BY_OPTION else (project,)), *rest])


def below(path: str, cwd: str | None = None) -> str:
    """``path`` as one word of a command line, from ``cwd`` where it is below it."""
    cwd = os.getcwd() if cwd is None else cwd
    inside = path.startswith(cwd if cwd.endswith(os.sep) else cwd + os.sep)
    shown = os.path.relpath(path, cwd) if inside else path
    return word(f".{os.sep}{shown}" if shown.startswith("-") else shown)


def word(text: str) -> str:
    """``text`` as one word for the shell that a person most likely has: quoted where it has to be, and free of control characters."""
    if re.fullmatch(_BARE, text):
        return text
    if os.name == "nt" or not re.search(r'["$`\\!]', text):
        # Double quotes are the same in cmd, PowerShell and the others.
        return f'"{one_line(text)}"'
    from shlex import quote

    return quote(one_line(text))
