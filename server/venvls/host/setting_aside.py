"""Takes a folder out of the way, so that it can be put back whole, and deletes it when it is no longer needed (T17, T18, F2, F12).

The last look is taken here, on the disk as it is now: the plan looked earlier. The folder is renamed within its parent, through an open
handle of that parent where the system allows it, so that a link put in place in between leads nowhere; after the move its identity is
compared, and what turns out to be something else goes back at once.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress

from venvls.host import removal
from venvls.host.contents import contents, is_junction
from venvls.host.files import DiskFiles
from venvls.host.git_ignore import tracked
from venvls.host.removal import Identity
from venvls.model import made_by_tools
from venvls.model.environment import ASIDE
from venvls.model.record import dataclass

INNER_PREFIX = "~venvls-"
"""Of what is moved inside an environment: installers and our own reading take ``~`` for the remains of an interrupted install."""


class Refused(Exception):
    """The folder stays where it is."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One folder that was moved: where it was, where it is now, and its device and inode where they were taken."""

    path: str
    now: str
    identity: Identity | None = None


def move(path: str, roots: Iterable[str], environment: str | None, *, discard: bool = False) -> Aside:
    """Move ``path`` aside. Raises :class:`Refused` with the reason where that is not safe.

    Allowed: an environment inside one of ``roots``, or a folder inside ``environment`` (what an interrupted install left). A repository
    in it whose work is nowhere else stops it, unless ``discard`` says that this work may go.
    """
    import secrets

    parent, name = os.path.split(path)
    # Resolved once, before anything is checked: a link put into the way later is met by handles that follow none.
    real = os.path.realpath(parent)
    inner, identity = _check(os.path.join(real, name), path, [os.path.realpath(root) for root in roots], environment, discard)
    now = f"{INNER_PREFIX if inner else ASIDE}{secrets.token_hex(4)}-{name}"
    try:
        if removal.HANDLES:
            _renamed(real, name, now, path, identity)
        else:
            _renamed_by_path(path, os.path.join(parent, now), identity)
    except OSError as problem:
        reason = problem.strerror
        if isinstance(problem, PermissionError):
            reason = "a program still runs from it, or it is not yours"
        elif problem.errno in (errno.ELOOP, errno.ENOTDIR):
            reason = "a link was put in its place just now"
        raise Refused(f"{path} cannot be moved out of the way ({reason}).") from problem
    return Aside(path, os.path.join(parent, now), identity)


def _renamed(parent: str, name: str, now: str, shown: str, identity: Identity) -> None:
    """Rename what has this identity, through a handle of its parent. OSError and :class:`Refused` leave it in place."""
    with removal.opened(parent) as handle:
        own = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
        try:
            if removal.mount(own) != removal.mount(handle):
                raise Refused(f"{shown} is a mounted disk or folder: unmount it first.")
        finally:
            os.close(own)
        os.rename(name, now, src_dir_fd=handle, dst_dir_fd=handle)
        moved = os.stat(now, dir_fd=handle, follow_symlinks=False)
        if (moved.st_dev, moved.st_ino) != identity:
            os.rename(now, name, src_dir_fd=handle, dst_dir_fd=handle)
            raise Refused(f"{shown} was replaced by something else just now: nothing was moved.")


def _renamed_by_path(path: str, now: str, identity: Identity) -> None:
    """The same where there are no handles (Windows): what was moved is looked at afterwards, and goes back where it is something else."""
    os.rename(path, now)
    moved = os.lstat(now)
    if (moved.st_dev, moved.st_ino) != identity:
        os.rename(now, path)
        raise Refused(f"{path} was replaced by something else just now: nothing was moved.")


def forgotten(path: str, roots: Iterable[str]) -> list[Aside]:
    """What a task that was killed had moved aside from ``path`` and nobody put back, the latest last. To be asked by who holds its lock.

    A name proves nothing: a checkout can bring a folder that is called so. One that could not have been moved is left alone.
    """
    parent, name = os.path.split(path)
    try:
        names = os.listdir(parent)
    except OSError:
        return []
    shape = re.compile(re.escape(ASIDE) + r"[0-9a-f]{8}-" + re.escape(name))
    moved_paths = sorted([os.path.join(parent, entry) for entry in names if shape.fullmatch(entry)], key=_moved_at)
    real_parent, real_roots = os.path.realpath(parent), [os.path.realpath(root) for root in roots]
    left: list[Aside] = []
    for moved in moved_paths:
        with suppress(Refused):
            real = os.path.join(real_parent, os.path.basename(moved))
            left.append(Aside(path, moved, _check(real, moved, real_roots, None, partly_deleted=True)[1]))
    return left


def put_back(aside: Aside) -> str | None:
    """Put it where it was, over whatever half-made thing is there now. Gives a sentence where that fails."""
    problem = delete(aside.path)
    if problem is None:
        try:
            os.rename(aside.now, aside.path)
        except OSError as failure:
            problem = failure.strerror or "it cannot be renamed"
        else:
            return None
    return f"{aside.path} was moved to {aside.now} and could not be moved back ({problem})."


def delete(path: str, identity: Identity | None = None) -> str | None:
    """Delete a folder and what is in it, links not followed. Gives what remains, as a sentence, where that is blocked half-way."""
    return removal.delete(path, identity)


def _check(
    real: str, path: str, roots: list[str], environment: str | None, discard: bool = False, *, partly_deleted: bool = False
) -> tuple[bool, Identity]:
    """Whether it is inside the environment, and what it is; :class:`Refused` where it may not be moved at all.

    ``real`` is the folder with the links above it resolved; ``path`` is for the sentences.
    """
    try:
        state = os.lstat(real)
    except OSError:
        raise Refused(f"{path} does not exist.") from None
    identity = (state.st_dev, state.st_ino)
    if not stat.S_ISDIR(state.st_mode) or is_junction(state) or os.path.ismount(real):
        raise Refused(f"{path} is a link, a file or a mounted disk, not a folder of this workspace: delete it by hand.")
    if mounted := removal.mounts_below(real):
        raise Refused(f"{mounted[0]} is a mounted disk or folder inside the environment: unmount it first.")
    if environment is not None and real != os.path.realpath(environment) and _below(real, os.path.realpath(environment)):
        _refuse_tracked(path, tracked(real))
        return True, identity
    if not any(_below(real, root) for root in roots):
        raise Refused(f"{path} is not inside the workspace: delete it with the tool that created it.")
    here = [*roots, os.path.expanduser("~"), os.path.realpath(os.path.expanduser("~")), os.getcwd()]
    if any(real == place or _below(place, real) or _is_around(identity, place) for place in here):
        raise Refused(f"{path} contains more than an environment: it is never deleted.")
    if problem := made_by_tools.doubt(DiskFiles(), real, partly_deleted=partly_deleted):
        raise Refused(problem.replace(real, path))
    _refuse_tracked(path, tracked(real))
    if not discard:
        for repository in contents(real).repositories:
            if repository.work is not None:
                raise Refused(repository.refusal.replace(real, path))
    return False, identity


def _refuse_tracked(path: str, count: int) -> None:
    if count:
        files = "1 file of it is" if count == 1 else f"{count} files of it are"
        raise Refused(f"{path} was not deleted: {files} tracked by git. Remove them from the repository first (git rm -r --cached).")


def _moved_at(path: str) -> float:
    with suppress(OSError):
        return os.lstat(path).st_ctime
    return 0.0


def _is_around(identity: Identity, place: str) -> bool:
    """Whether ``place`` or a folder above it is this very folder, by whatever other spelling, link or mount."""
    place = os.path.realpath(place)
    while True:
        with suppress(OSError):
            state = os.stat(place)
            if (state.st_dev, state.st_ino) == identity:
                return True
        place, below = os.path.dirname(place), place
        if place == below:
            return False


def _below(path: str, folder: str) -> bool:
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path != folder and path.startswith(folder.rstrip(os.sep) + os.sep)
