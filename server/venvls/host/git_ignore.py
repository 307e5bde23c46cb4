"""Whether git ignores an environment, and what of it git tracks: from git's files alone, no git is started.

Ignored means that git would show none of it as untracked: the folder is ignored, or its own ``.gitignore`` covers what is in it
(venv since 3.13, virtualenv and uv write one with ``*``).
"""

from __future__ import annotations

import os

from venvls.host.files import DiskFiles
from venvls.model.environment import Git
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView, Stat
from venvls.model.reach import is_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from venvls.host import git_patterns

_IGNORE_LIMIT = 2_000_000
_INDEX_LIMIT = 200_000_000


def git_state(prefix: str, *, environ: Mapping[str, str] | None = None, files: FileView | None = None) -> Git | None:
    """What git's files say of the environment at ``prefix``; ``None`` outside any work tree.

    A ``.venv`` that is a link is checked as the link it is: git never follows it.
    """
    environ = os.environ if environ is None else environ
    files = files or DiskFiles()
    entry = files.lstat(prefix)
    is_folder = entry is None or entry.kind == "directory"
    # Only the parents are resolved, and the entry is kept, link or not.
    place = os.path.join(files.real(os.path.dirname(os.path.abspath(prefix))), os.path.basename(os.path.abspath(prefix)))
    work_tree = _work_tree(files, place if is_folder else os.path.dirname(place))
    if work_tree is None:
        return None
    from venvls.host import git_config, git_index

    root, git_folder = work_tree
    common = _common_folder(files, git_folder)
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    values = git_config.settings(files, common, environ, home)
    fold = _is_on(values, "core.ignorecase")
    personal = git_config.excludes_file(values, environ, home)
    below = "" if place == root else os.path.relpath(place, root).replace(os.sep, "/")
    outer = [
        _patterns(files, os.path.join(common, "info", "exclude"), fold),
        () if is_remote(personal, root, os.path) else _patterns(files, personal, fold),
    ]
    # Any name inside stands for all that is in it.
    asked = f"{below}/pyvenv.cfg".lstrip("/") if is_folder else below
    ignored = _is_ignored(files, root, asked, outer, fold)
    index = files.read(os.path.join(git_folder, "index"), _INDEX_LIMIT)
    hash_size = 32 if values.get("extensions.objectformat", "").lower() == "sha256" else 20
    alike = _alike(fold, compose=_is_on(values, "core.precomposeunicode") and not below.isascii())
    tracked = git_index.count_below(index, below, hash_size, alike) if index else 0
    return Git(root, ignored, tracked)


def _is_on(values: Mapping[str, str], name: str) -> bool:
    return values.get(name, "").lower() in ("true", "yes", "on", "1")


def _alike(fold: bool, compose: bool) -> Callable[[str], str] | None:
    """What is the same for all spellings of a name in a work tree that does not tell cases apart (``fold``), or ways to write an accent."""
    if not compose:
        return str.lower if fold else None
    from unicodedata import normalize

    return lambda name: normalize("NFC", name.lower() if fold else name)


class _Without(DiskFiles):
    """The disk without one path."""

    __slots__ = ("_hidden",)

    def __init__(self, hidden: str) -> None:
        self._hidden = hidden

    def stat(self, path: str) -> Stat | None:
        """What is at ``path``, unless it is the hidden one."""
        return None if path == self._hidden else super().stat(path)


def tracked(prefix: str, *, environ: Mapping[str, str] | None = None) -> int:
    """How many files of a folder git tracks: in the repository around it, and in that of its own where it is one."""
    own = git_state(prefix, environ=environ)
    count = own.tracked if own is not None else 0
    # Resolved as git_state does it: its own `.git` would hide the work tree around it.
    marker = os.path.join(os.path.realpath(os.path.dirname(os.path.abspath(prefix))), os.path.basename(os.path.abspath(prefix)), ".git")
    if os.path.lexists(marker):
        around = git_state(prefix, environ=environ, files=_Without(marker))
        count += around.tracked if around is not None else 0
    return count


def ignoring(
    root: str, git_folder: str, *, environ: Mapping[str, str] | None = None, files: FileView | None = None
) -> Callable[[str], bool]:
    """What says of a path of the work tree at ``root`` (from there, with ``/``) whether git ignores it."""
    from venvls.host import git_config

    environ = os.environ if environ is None else environ
    files = files or DiskFiles()
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    values = git_config.settings(files, git_folder, environ, home)
    fold = _is_on(values, "core.ignorecase")
    personal = git_config.excludes_file(values, environ, home)
    outer = [_patterns(files, os.path.join(git_folder, "info", "exclude"), fold)]
    if not is_remote(personal, root, os.path):
        outer.append(_patterns(files, personal, fold))
    return lambda path: _is_ignored(files, root, path, outer, fold)


def _work_tree(files: FileView, folder: str) -> tuple[str, str] | None:
    """The nearest work tree around ``folder``, and its git folder, which is elsewhere for worktrees and submodules."""
    while True:
        marker = os.path.join(folder, ".git")
        standing = files.stat(marker)
        if standing is not None and standing.kind == "directory" and files.stat(os.path.join(marker, "HEAD")) is not None:
            return folder, marker
        if standing is not None and standing.kind == "file":
            data = files.read(marker, 10_000)
            text = data.decode("utf-8", "surrogateescape") if data else ""
            if text.startswith("gitdir:"):
                target = os.path.normpath(os.path.join(folder, text[7:].strip()))
                if "\0" not in target and not is_remote(target, folder, os.path) and files.stat(os.path.join(target, "HEAD")) is not None:
                    return folder, target
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _common_folder(files: FileView, git_folder: str) -> str:
    """Where a worktree's git folder keeps what all worktrees share."""
    data = files.read(os.path.join(git_folder, "commondir"), 10_000)
    if not data:
        return git_folder
    common = os.path.normpath(os.path.join(git_folder, data.decode("utf-8", "surrogateescape").strip()))
    return git_folder if is_remote(common, git_folder, os.path) else common


def _patterns(files: FileView, path: str, fold: bool) -> tuple[git_patterns.Pattern, ...]:
    from venvls.host import git_patterns

    # git does not follow a link in a work tree's .gitignore, but reads the other files through one.
    if os.path.basename(path) == ".gitignore":
        entry = files.lstat(path)
        if entry is None or entry.kind != "file":
            return ()
    data = files.read(path, _IGNORE_LIMIT)
    return git_patterns.parse(data.decode("utf-8", "surrogateescape"), fold=fold) if data else ()


def _is_ignored(files: FileView, root: str, path: str, outer: list[tuple[git_patterns.Pattern, ...]], fold: bool) -> bool:
    """From the root down, each folder and at last ``path`` itself; what is in an ignored folder cannot be taken back."""
    from venvls.host import git_patterns

    compared = path.lower() if fold else path
    names = path.split("/")
    compared_names = compared.split("/")
    local: list[tuple[git_patterns.Pattern, ...]] = []
    for level in range(len(names)):
        local.append(_patterns(files, os.path.join(root, *names[:level], ".gitignore"), fold))
        folder = level < len(names) - 1
        verdict: bool | None = None
        for start in range(level, -1, -1):
            if local[start]:
                verdict = git_patterns.decide(local[start], "/".join(compared_names[start : level + 1]), folder=folder)
                if verdict is not None:
                    break
        if verdict is None:
            for patterns in outer:
                verdict = git_patterns.decide(patterns, "/".join(compared_names[: level + 1]), folder=folder)
                if verdict is not None:
                    break
        if verdict:
            return True
    return False
