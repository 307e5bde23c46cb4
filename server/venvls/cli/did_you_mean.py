"""What a person most likely meant who typed a word that is none of ours: the nearest one, or ours for another tool's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

# Words of other tools, and what does that here, as it is typed after `venvls`.
ELSEWHERE = {
    "uninstall": "remove REQUIREMENT",
    "lock": "compile",
    "outdated": "upgrade --dry-run",
    "update": "upgrade",
    "init": "create",
    "new": "create",
    "venv": "create",
    "virtualenv": "create",
    "shell": "activate",
    "exec": "run",
    "rm": "remove REQUIREMENT",
    "rmvirtualenv": "delete",
    "destroy": "delete",
    "env": "envs",
    "python": "which",
    "info": "doctor",
    "status": "check",
    "lint": "check",
    "fix": "check --fix",
    "diff": "sync --dry-run",
    "use": "select DIR",
    "server": "lsp",
}


def command(word: str, commands: Iterable[str]) -> str:
    """The end of the sentence that there is no command ``word``."""
    known = tuple(commands)
    meant = ELSEWHERE.get(word.lower())
    if meant is not None and meant.split(" ")[0] in known:
        return f"; did you mean `venvls {meant}`?"
    return ending(word, known, ". Run `venvls --help` to list them.")


def ending(word: str, known: Iterable[str], otherwise: str) -> str:
    """The end of a sentence about an unknown word: the known one that begins like it or is nearest, else ``otherwise``."""
    words = list(known)
    near = [each_word for each_word in words if word and each_word.startswith(word)] or get_close_matches(word, words, 1)
    return f"; did you mean `{near[0]}`?" if near else otherwise


def option(message: str, parser: argparse.ArgumentParser) -> str:
    """argparse's message as our sentence, with the option or value that was meant."""
    seek_help = f". Run `{parser.prog} --help` to see the options."
    unknown = re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL)
    if unknown is not None:
        words = unknown[1].split(" ")
        first = next((word for word in words if word.startswith("-")), None)
        if first is None:
            return f"`{parser.prog}` takes no argument `{unknown[1]}`{seek_help}"
        name = first.partition("=")[0]
        options = [text for text in parser._option_string_actions if text.startswith("--") == name.startswith("--")]
        return f"`{parser.prog}` has no option `{name}`{ending(name, options, seek_help)}"
    wrong = re.fullmatch(r"argument (\S+): invalid choice: '(.*)' \(choose from .*\)", message, re.DOTALL)
    if wrong is not None:
        action = next(
            (action for action in parser._actions if wrong[1] in ("/".join(action.option_strings), action.metavar, action.dest)), None
        )
        choices = [str(choice) for choice in (action.choices if action is not None else None) or ()]
        if choices:
            return f"{wrong[1]} takes {', '.join(choices[:-1])} or {choices[-1]}, and not `{wrong[2]}`{ending(wrong[2], choices, '.')}"
    return f"{message}{seek_help}"
