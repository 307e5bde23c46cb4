"""Deletes a folder through open handles: no link is followed, no mounted disk is entered, nothing outside is reached (T17, T18, F12).

A path is a promise that anybody may break between two looks at it; an open handle is not. Every folder is opened from the handle of its
parent with ``O_NOFOLLOW``, and left alone where it is another mount than its parent (a bind mount has the same device: Linux tells them
apart in ``/proc/self/fdinfo``). Windows has no such handles: there a folder is looked at before and after it is listed and again before
each of its entries goes, and what leads elsewhere (a link, a junction) goes itself and is never entered. A swap in the instant between a
look and what follows it could reach one entry of the same name, and no more.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from venvls.host.contents import is_junction

HANDLES = all(call in os.supports_dir_fd for call in (os.open, os.rename, os.unlink, os.rmdir, os.stat)) and os.listdir in os.supports_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_DEEPEST = 200
"""Folders inside folders that are entered; environments have some twenty."""
# Deleted last, and only when all else is gone: what a blocked deletion leaves is still known as an environment, a broken one.
_LAST = ("conda-meta", "pyvenv.cfg")
REPLACED = "it was replaced by something else just now"
"""Why a path was left alone that is no longer what was to be deleted."""

Identity = tuple[int, int]


@contextmanager
def opened(path: str) -> Iterator[int]:
    """A handle of the folder at ``path``, which must be real: reached name by name, and OSError where one of them is a link."""
    handle = os.open(os.path.abspath(os.sep), _FOLDER)
    try:
        for name in os.path.abspath(path).split(os.sep):
            if name:
                inner = os.open(name, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
        yield handle
    finally:
        os.close(handle)


def mount(handle: int) -> object:
    """Which mount an open folder belongs to; only its device where the system does not tell mounts apart."""
    device = os.fstat(handle).st_dev
    with suppress(OSError, ValueError), open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as file:
        for line in file:
            if line.startswith("mnt_id:"):
                return device, int(line.split(":")[1])
    return device


def mounts_below(path: str) -> list[str]:
    """The places at or below a real path where another disk or folder is mounted; empty where the system does not say (not Linux)."""
    mounts = []
    with suppress(OSError), open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            place = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), line.split(" ")[4])
            if place == path or place.startswith(path.rstrip("/") + "/"):
                mounts.append(place)
    return mounts


def delete(path: str, identity: Identity | None = None) -> str | None:
    """Delete what is at ``path``, a folder with what is in it. Gives what remains, as a sentence, where that is blocked.

    With ``identity`` (device and inode) only what has it is deleted: what was put in its place since stays.
    """
    if not os.path.lexists(path):
        return None
    parent = os.path.realpath(os.path.dirname(path))
    failed: list[str] = []
    if HANDLES:
        try:
            with opened(parent) as handle:
                _take(handle, os.path.basename(path), path, identity, failed)
        except OSError as problem:
            failed.append(f"{path} ({problem.strerror})")
    elif identity is not None and not _is(path, identity):
        failed.append(f"{path} ({REPLACED})")
    else:
        _by_path(path, failed, 0)
    if not os.path.lexists(path):
        return None
    left = _files_below(path)
    files = "1 file remains" if left == 1 else f"{left} files remain"
    return f"{path} was deleted only in part: {files}, first {failed[0] if failed else path}."


def _is(path: str, identity: Identity) -> bool:
    with suppress(OSError):
        standing = os.lstat(path)
        return (standing.st_dev, standing.st_ino) == identity
    return False


def _is_folder(standing: os.stat_result) -> bool:
    """Whether it is a folder of its own: neither a link nor a junction, which are deleted as what they are."""
    return stat.S_ISDIR(standing.st_mode) and not is_junction(standing)


def _by_path(path: str, failed: list[str], depth: int) -> None:
    """Delete what is at ``path`` where there are no handles; as :func:`_folder` does for the rest."""
    try:
        standing = os.lstat(path)
        if not _is_folder(standing):
            os.unlink(path)
            return
        identity, before = (standing.st_dev, standing.st_ino), len(failed)
        if depth > _DEEPEST:
            failed.append(f"{path} (it is too deeply nested)")
            return
        for entry in sorted(os.listdir(path), key=_LAST.__contains__):
            if not _is(path, identity):
                failed.append(f"{path} ({REPLACED})")
                return
            if not (depth == 0 and entry in _LAST and failed):
                _by_path(os.path.join(path, entry), failed, depth + 1)
        if len(failed) == before:
            os.rmdir(path)
    except OSError as problem:
        failed.append(f"{path} ({problem.strerror})")


def _files_below(path: str) -> int:
    """How many files are at or below ``path``; what leads elsewhere is one."""
    count, waiting = 0, [path]
    while waiting:
        here = waiting.pop()
        with suppress(OSError):
            if _is_folder(os.lstat(here)):
                waiting += [os.path.join(here, name) for name in os.listdir(here)]
            else:
                count += 1
    return count


def _take(parent: int, name: str, shown: str, identity: Identity | None, failed: list[str]) -> None:
    standing = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if identity is not None and (standing.st_dev, standing.st_ino) != identity:
        failed.append(f"{shown} ({REPLACED})")
        return
    if stat.S_ISDIR(standing.st_mode):
        _folder(parent, name, shown, failed, 0)
    else:
        _unlink(parent, name, shown, failed)


def _folder(parent: int, name: str, shown: str, failed: list[str], depth: int) -> None:
    """Empty and delete one folder; what cannot be deleted is added to ``failed`` with the reason, and the rest goes on."""
    before = len(failed)
    try:
        handle = os.open(name, _FOLDER, dir_fd=parent)
    except OSError as problem:
        failed.append(f"{shown} ({problem.strerror})")
        return
    try:
        if mount(handle) != mount(parent):
            failed.append(f"{shown} (another disk or folder is mounted there)")
            return
        if depth > _DEEPEST:
            failed.append(f"{shown} (it is too deeply nested)")
            return
        with suppress(OSError):
            if not os.fstat(handle).st_mode & stat.S_IWUSR:
                os.fchmod(handle, 0o700)  # The person's own folder, only marked as read-only.
        for entry in sorted(os.listdir(handle), key=_LAST.__contains__):
            inner = os.path.join(shown, entry)
            if depth == 0 and entry in _LAST and failed:
                continue
            try:
                if stat.S_ISDIR(os.stat(entry, dir_fd=handle, follow_symlinks=False).st_mode):
                    _folder(handle, entry, inner, failed, depth + 1)
                else:
                    _unlink(handle, entry, inner, failed)
            except OSError as problem:
                failed.append(f"{inner} ({problem.strerror})")
    except OSError as problem:
        failed.append(f"{shown} ({problem.strerror})")
    finally:
        os.close(handle)
    if len(failed) == before:
        try:
            os.rmdir(name, dir_fd=parent)
        except OSError as problem:
            failed.append(f"{shown} ({problem.strerror})")


def _unlink(parent: int, name: str, shown: str, failed: list[str]) -> None:
    try:
        os.unlink(name, dir_fd=parent)
    except OSError as problem:
        failed.append(f"{shown} ({problem.strerror})")
