"""What tox installs into an environment in addition to its ``deps``: the project itself, its extras, its dependency groups."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.families import ToxProject
from venvls.model.names import canonical

_RUNNERS = frozenset({"", "virtualenv", "uv-venv-runner"})
_FALSE = frozenset({"", "0", "false", "no", "off"})
_TRUE = frozenset({"1", "true", "yes", "on"})


def flag(value: object) -> bool | None:
    """A setting that is on or off; ``None`` where that cannot be told."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    return True if text in _TRUE else False if text in _FALSE else None


def named(value: str | Iterable[object] | None) -> tuple[str, ...] | None:
    """A list of names, by commas or line ends where it is a text; ``None`` where it cannot be told. In several lines tox takes a comma
    for a part of a name, which nothing has."""
    if isinstance(value, str) and "\n" in value.strip() and "," in value:
        return None
    parts = value.replace("\n", ",").split(",") if isinstance(value, str) else value
    if parts is None:
        return None
    names: list[str] = []
    for part in parts:
        if not isinstance(part, str) or "{" in part:
            return None
        names += [canonical(part.strip())] if part.strip() else []
    return tuple(dict.fromkeys(names))


def installs_deps(runner: str | None, lock: str | None, command: str | None) -> bool:
    """Whether ``deps`` and what they need are what is installed: another runner's rules are not ours to know, a lock takes their place,
    and a command may leave them out. ``command`` is the install command's text, in which braces are as they are."""
    plain = not command or ("{packages}" in command and "--no-deps" not in command)
    return runner in _RUNNERS and lock == "" and plain


def own_project(
    none: Iterable[bool | None], develop: bool | None, mode: str | None, root: str | None, extras: object, groups: object
) -> ToxProject:
    """What is installed of the project. ``none`` are the reasons for installing nothing, ``root`` is where the project is said to be.
    ``develop`` (``use_develop``) goes before ``mode`` (``package``)."""
    if develop:
        mode = "editable"
    elif develop is None and mode in ("skip", "external"):
        mode = None
    reasons = (*none, mode == "skip" if mode is not None else None)
    elsewhere = root is None or root.strip("./\\ ") != ""
    package = False if True in reasons else None if None in reasons or mode == "external" or elsewhere else True
    return ToxProject(package, _names(extras), None if elsewhere else _names(groups))


def _names(value: object) -> tuple[str, ...] | None:
    return named(value) if isinstance(value, (str, list)) else None
