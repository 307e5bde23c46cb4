"""What was wanted of a wrong pip → the command that does it in the project's environment."""

from __future__ import annotations

import re

from venvls.guard.ground import Ground, Here
from venvls.guard.pip_words import Wanted

KEEPERS = {"uv": "uv add {}", "poetry": "poetry add {}", "pdm": "pdm add {}", "pipenv": "pipenv install {}"}
"""How the tools that keep a lock of their own are given a requirement."""


def instead_of(wanted: Wanted, here: Here, ground: Ground) -> str:
    """The command that does on the right environment what was wanted, without secrets."""
    from venvls.model.redact import redact

    create = f"`{ground.command('create', here.root)}`"
    names = " ".join(_quoted(redact(name)) for name in wanted.names)
    if wanted.sources or (wanted.verb == "uninstall" and not names):
        return _with_pip(wanted, here, ground, create)
    if not names:
        extras = "".join(f" --extra {_quoted(name)}" for name in wanted.extras)
        words = f"`{ground.command('sync', here.root)}{extras}`"
        return words if here.prefix is not None or extras else create
    if wanted.verb == "uninstall":
        return f"`{ground.command('remove', here.root)} {names}`"
    words = f"`{ground.command('upgrade' if wanted.upgrade else 'add', here.root)} {names}`"
    if here.keeper in KEEPERS and not wanted.upgrade and "--project" not in words:
        return f"{words} or `{KEEPERS[here.keeper].format(names)}`"
    return words if here.prefix is not None else f"{create}, then {words}"


def _with_pip(wanted: Wanted, here: Here, ground: Ground, create: str) -> str:
    """An address that names no package, another folder, a list to uninstall: pip has to do that, in the right environment."""
    from venvls.model.redact import redact

    if wanted.verb == "install" and (address := next((source for source in wanted.sources if "://" in source), None)):
        words = f"`{ground.command('add', here.root)} {_quoted(f'NAME @ {redact(address)}')}`"
    else:
        installer = "uv pip" if here.keeper == "uv" else "python -m pip"
        words = f"`{ground.command('run', here.root)} -- {installer} {wanted.verb} …`"
    return words if here.prefix is not None else f"{create}, then {words}"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"(?a)[\w@%+=:,./\[\]-]+", name) else "'" + name.replace("'", "'\"'\"'") + "'"
