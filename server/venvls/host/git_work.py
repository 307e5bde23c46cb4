"""Whether a git repository holds work that is nowhere else: changes not committed, commits that no remote is known to have.

All of it is read from git's files; git is not started, since a repository's configuration names programs that git would run (filters,
``core.fsmonitor``, hooks). What cannot be known counts as work.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import re
import stat
from collections.abc import Iterable, Mapping

from venvls.host import git_index
from venvls.host.git_objects import Objects
from venvls.model.environment import UNDER_WAY
from venvls.model.hints import TYPE_CHECKING
from venvls.model.reach import is_remote

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "work that may be nowhere else"
_ID = re.compile(r"[0-9a-f]{40}")
_MOST_COMMITS = 20_000
_MOST_REFS = 5_000
_LARGEST_FILE = 50_000_000
_LARGEST_INDEX = 200_000_000
_MOST_ASKED = 2_000
# What an editable install, a build or Python itself leaves in a checkout.
_LEFT_BY_TOOLS = re.compile(
    r"(.*\.egg-info|__pycache__|.*\.py[co]|build|dist|\.eggs|.*\.(so|pyd)|\.pytest_cache|\.mypy_cache|\.ruff_cache)"
)
_DAY = 86_400
_LINK, _MODULE = 0o120000, 0o160000


def work(root: str, environ: Mapping[str, str] | None = None) -> str | None:
    """What the repository at ``root`` holds that is nowhere else, as the end of a sentence; ``None`` where there is nothing."""
    marker = os.path.join(root, ".git")
    if not os.path.lexists(marker):
        return UNKNOWN  # a bare repository: somebody pushes to it, or it mirrors what may be gone
    folder = _git_folder(root, marker)
    if folder is None or os.path.exists(os.path.join(folder, "worktrees")) or os.path.isdir(os.path.join(folder, "reftable")):
        return UNKNOWN
    if any(os.path.exists(os.path.join(folder, name)) for name in UNDER_WAY):
        return "an operation of git that is not finished"
    refs = _refs(folder)
    head = _resolved(_line(os.path.join(folder, "HEAD")), refs)
    if "refs/stash" in refs:
        return "stashed changes"
    if head is None:
        return UNKNOWN
    objects = Objects(os.path.join(folder, "objects"))
    try:
        return _changes(root, folder, head, objects, environ) or _commits(folder, head, refs, objects)
    finally:
        objects.close()


def _git_folder(root: str, marker: str) -> str | None:
    """Where the repository's own files are; ``None`` where another checkout or another machine keeps them."""
    if os.path.islink(marker):
        return None
    if os.path.isdir(marker):
        return marker
    text = _line(marker)
    if not text.startswith("gitdir:"):
        return None
    named = os.path.join(root, text[7:].strip())
    if is_remote(named, root, os.path):
        return None
    place = os.path.realpath(named)
    # A submodule's, in the repository around it; a linked work tree's belongs to a repository that stays, with its commits.
    return place if os.path.isdir(os.path.join(place, "objects")) else None


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read(10_000).split("\n")[0].strip()
    except OSError:
        return ""


def _resolved(text: str, refs: Mapping[str, str]) -> str | None:
    if text.startswith("ref: "):
        return refs.get(text[5:].strip())
    return text if _ID.fullmatch(text) else None


def _refs(folder: str) -> dict[str, str]:
    """Every ref by its name: the packed, and over them the loose. Symbolic ones are left out."""
    refs: dict[str, str] = {}
    packed = os.path.join(folder, "packed-refs")
    if os.path.exists(packed):
        with open(packed, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                name, _, ref = line.strip().partition(" ")
                if _ID.fullmatch(name) and ref:
                    refs[ref] = name
    for inner, _, names in os.walk(os.path.join(folder, "refs")):
        for name in names:
            path = os.path.join(inner, name)
            text = _line(path)
            if _ID.fullmatch(text):
                refs[os.path.relpath(path, folder).replace(os.sep, "/")] = text
    return refs


# Changes that are not committed


def _changes(root: str, folder: str, head: str, objects: Objects, environ: Mapping[str, str] | None) -> str | None:
    commit = objects.commit(head)
    path = os.path.join(folder, "index")
    if commit is None or not os.path.exists(path):
        return UNKNOWN
    if os.path.getsize(path) > _LARGEST_INDEX:
        return UNKNOWN
    with open(path, "rb") as file:
        data = file.read()
    written = os.stat(path).st_mtime_ns
    listed = list(git_index.entries(data))
    if len(data) < 32 or len(listed) != int.from_bytes(data[8:12], "big") or any(entry.stage for entry in listed):
        return UNKNOWN  # cut short, split, or amid a merge
    committed = {name: (mode, identity) for name, mode, identity in objects.entries(commit[0])}
    staged = {entry.path: (entry.mode, entry.identity) for entry in listed}
    changed = {name for name in committed.keys() | staged.keys() if committed.get(name) != staged.get(name)}
    changed |= {entry.path for entry in listed if not _is_as_listed(os.path.join(root, entry.path), entry, written)}
    if changed:
        return f"{_count(len(changed), 'change')} that {'is' if len(changed) == 1 else 'are'} not committed"
    new = _untracked(root, folder, staged.keys(), environ)
    if new is None:
        return UNKNOWN
    return f"{_count(new, 'file')} that {'is' if new == 1 else 'are'} not committed" if new else None


def _is_as_listed(path: str, entry: git_index.IndexEntry, written: int) -> bool:
    if entry.mode == _MODULE:
        return True  # a repository of its own, looked into by itself
    try:
        standing = os.lstat(path)
    except OSError:
        return False
    if entry.mode == _LINK:
        if not stat.S_ISLNK(standing.st_mode):
            return False
        return _blob(os.fsencode(os.readlink(path))) == entry.identity
    if not stat.S_ISREG(standing.st_mode):
        return False
    # As git does: a file as old as the index may have been changed in the same tick.
    if standing.st_mtime_ns == entry.mtime_ns and standing.st_size & 0xFFFFFFFF == entry.size and standing.st_mtime_ns < written:
        return True
    if standing.st_size > _LARGEST_FILE:
        return False
    with open(path, "rb") as file:
        content = file.read()
    return entry.identity in (_blob(content), _blob(content.replace(b"\r\n", b"\n")))


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _untracked(root: str, folder: str, tracked: Iterable[str], environ: Mapping[str, str] | None) -> int | None:
    """How many files nobody committed and nobody ignores; ``None`` where there is too much to ask."""
    from venvls.host.git_ignore import ignoring

    known = set(tracked)
    above = {"/".join(name.split("/")[:level]) for name in known for level in range(1, name.count("/") + 1)}
    ignored = ignoring(root, folder, environ=environ)
    count = asked = 0
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(os.path.join(root, below)) as listing:
            for entry in listing:
                name = f"{below}{entry.name}"
                if entry.name == ".git" or name in known or _LEFT_BY_TOOLS.fullmatch(entry.name):
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and name in above:
                    waiting.append(f"{name}/")
                    continue
                asked += 1
                if asked > _MOST_ASKED:
                    return None
                if is_folder and os.path.lexists(os.path.join(entry.path, ".git")):
                    continue  # looked into by itself
                if is_folder:
                    if not ignored(f"{name}/any"):
                        waiting.append(f"{name}/")
                elif not ignored(name):
                    count += 1
    return count


# Commits that no remote has


def _commits(folder: str, head: str, refs: Mapping[str, str], objects: Objects) -> str | None:
    """What is committed here and was neither fetched from nor pushed to a remote, as far as the repository knows."""
    if len(refs) > _MOST_REFS:
        return UNKNOWN
    remote = {name for ref, name in refs.items() if ref.startswith("refs/remotes/")} | set(_fetched(folder))
    asked = {name: f"commits of {ref.removeprefix('refs/heads/')}" for ref, name in refs.items() if _is_own(ref, folder)}
    asked[head] = "commits"
    for name in _logged(folder):
        asked.setdefault(name, "commits")
    missing = _not_reached({name for name in asked if name not in remote}, remote, objects)
    if missing is None:
        return UNKNOWN
    left = sorted({asked[name] for name in missing})
    return f"{left[0]} that were not pushed" if left else None


def _is_own(ref: str, folder: str) -> bool:
    """Whether a ref may name something made here: all but the remotes', and the tags that came with the clone."""
    if ref.startswith("refs/tags/"):
        return os.path.exists(os.path.join(folder, *ref.split("/")))
    return not ref.startswith("refs/remotes/")


def _fetched(folder: str) -> Iterator[str]:
    path = os.path.join(folder, "FETCH_HEAD")
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                if _ID.fullmatch(line[:40]) and not line.rstrip().endswith(" of ."):
                    yield line[:40]


def _logged(folder: str) -> Iterator[str]:
    """Every commit that was checked out here once: one made without a branch is in no other place."""
    path = os.path.join(folder, "logs", "HEAD")
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                name = line[41:81]
                if _ID.fullmatch(name) and name.strip("0"):
                    yield name


def _not_reached(wanted: set[str], tips: Iterable[str], objects: Objects) -> set[str] | None:
    """Those commits that none of ``tips`` has among its ancestors; ``None`` where that is too far to look."""
    left = set(wanted)
    times = [known[2] for name in wanted if (known := objects.commit(name)) is not None]
    oldest = min(times, default=0) - _DAY
    heap: list[tuple[int, str, tuple[str, ...]]] = []
    seen: set[str] = set()

    def push(name: str) -> None:
        if name not in seen and (known := objects.commit(name)) is not None:
            seen.add(name)
            heapq.heappush(heap, (-known[2], name, known[1]))

    for tip in tips:
        push(tip)
    while left and heap:
        if len(seen) > _MOST_COMMITS:
            return None
        time, name, parents = heapq.heappop(heap)
        left.discard(name)
        if -time < oldest:
            break
        for parent in parents:
            push(parent)
    return left


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
