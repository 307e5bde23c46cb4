"""Takes a folder out of the way, so that it can be put back whole, and deletes it when it is no longer needed (T17, T18, F2, F12).

The last look is taken here, on the disk as it is now: the plan looked earlier. The folder is renamed within its parent, through an open
handle of that parent where the system allows it, so that a link put in place in between leads nowhere.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

PREFIX = ".venvls-aside-"
_HANDLES = os.rename in os.supports_dir_fd and os.open in os.supports_dir_fd
_MARKS = ("pyvenv.cfg", "conda-meta", "bin/activate", "Scripts/activate.bat", "bin/python", "Scripts/python.exe")


class Refused(Exception):  # noqa: N818 - its text is a sentence for a person
    """The folder stays where it is."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One folder that was moved: where it stood and where it stands now."""

    path: str
    now: str


def move(path: str, roots: Iterable[str], environment: str | None) -> Aside:
    """Move ``path`` aside. Raises :class:`Refused` with the reason where that is not safe.

    Allowed: an environment inside one of ``roots``, or a folder inside ``environment`` (what an interrupted install left).
    """
    _check(path, [os.path.realpath(root) for root in roots], environment)
    parent, name = os.path.split(path)
    now = f"{PREFIX}{secrets.token_hex(4)}-{name}"
    try:
        if _HANDLES:
            handle = os.open(parent, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
            try:
                if not os.path.samestat(os.fstat(handle), os.stat(os.path.realpath(parent))):
                    raise Refused(f"{parent} was exchanged for another folder just now: nothing was moved.")
                os.rename(name, now, src_dir_fd=handle, dst_dir_fd=handle)
            finally:
                os.close(handle)
        else:
            os.rename(path, os.path.join(parent, now))
    except OSError as problem:
        reason = "a program still runs from it, or it is not yours" if isinstance(problem, PermissionError) else problem.strerror
        raise Refused(f"{path} cannot be moved out of the way ({reason}).") from problem
    return Aside(path, os.path.join(parent, now))


def forgotten(path: str) -> list[Aside]:
    """What a task that was killed had moved aside from ``path`` and nobody put back. Only to be asked by who holds its lock."""
    parent, name = os.path.split(path)
    try:
        names = os.listdir(parent)
    except OSError:
        return []
    shape = re.compile(re.escape(PREFIX) + r"[0-9a-f]{8}-" + re.escape(name))
    return [Aside(path, os.path.join(parent, one)) for one in sorted(names) if shape.fullmatch(one)]


def put_back(aside: Aside) -> str | None:
    """Put it where it stood, over whatever half-made thing stands there now. Gives a sentence where that fails."""
    problem = delete(aside.path)
    if problem is None:
        try:
            os.rename(aside.now, aside.path)
        except OSError as failure:
            problem = failure.strerror or "it cannot be renamed"
        else:
            return None
    return f"What stood at {aside.path} is now at {aside.now} and could not be put back ({problem})."


def delete(path: str) -> str | None:
    """Delete a folder and what is in it, links not followed. Gives what remains, as a sentence, where that is blocked half-way."""
    if not os.path.lexists(path):
        return None
    failed: list[str] = []

    def remember(function: object, where: str, problem: object) -> None:
        failed.append(where)

    if os.path.islink(path) or not os.path.isdir(path):
        with suppress(OSError):
            os.unlink(path)
    elif sys.version_info >= (3, 12):
        shutil.rmtree(path, onexc=remember)
    else:
        shutil.rmtree(path, onerror=remember)
    if not os.path.lexists(path):
        return None
    left = sum(len(files) for _, _, files in os.walk(path))
    return f"{path} is only partly deleted: {left} files remain, the first at {failed[0] if failed else path}."


def _check(path: str, roots: list[str], environment: str | None) -> None:
    try:
        found = os.lstat(path)
    except OSError:
        raise Refused(f"{path} does not exist.") from None
    if not stat.S_ISDIR(found.st_mode) or os.path.ismount(path):
        raise Refused(f"{path} is a link, a file or a mounted disk, not a folder of this workspace: remove it by hand.")
    real = os.path.realpath(path)
    if environment is not None and real != os.path.realpath(environment) and _below(real, os.path.realpath(environment)):
        return
    if not any(_below(real, root) for root in roots):
        raise Refused(f"{path} does not lie inside the workspace: remove it with the tool that made it.")
    here = [*roots, os.path.expanduser("~"), os.path.realpath(os.path.expanduser("~")), os.getcwd()]
    if any(real == one or _below(one, real) for one in here):
        raise Refused(f"{path} holds more than an environment: it is never deleted.")
    if not any(os.path.lexists(os.path.join(path, mark)) for mark in _MARKS):
        raise Refused(f"{path} does not look like an environment: it is not deleted.")


def _below(path: str, folder: str) -> bool:
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path != folder and path.startswith(folder.rstrip(os.sep) + os.sep)
