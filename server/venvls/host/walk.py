"""One walk of a folder: the environments and manifests below it, breadth first, bounded, and never stopped by one bad folder.

Every folder is listed exactly once, with ``os.scandir``, which tells files from folders without a stat. Passing over folders whose
link count says that they hold no folders was measured and left out: noticing a ``.venv`` file in them costs as much as listing them.
"""

from __future__ import annotations

import errno
import os
import sys
import time

from venvls.host import forking
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.ports import WalkResult, Wanted
from venvls.model.record import NamedTuple, dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Never looked into: other people's code and the insides of version control and of caches.
PRUNED = frozenset(
    (
        "node_modules", "site-packages", "dist-packages", "__pycache__", "__pypackages__", ".git", ".hg", ".svn", ".bzr", ".jj",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".gradle", ".Trash", "$RECYCLE.BIN", "System Volume Information",
    )
)  # fmt: skip
MARKERS = frozenset(("pyvenv.cfg", "conda-meta"))
POINTERS = frozenset((".venv", ".python-envs"))
# The folders an environment itself is made of. Passed over where the environment's prefix is also a project's folder.
_OWN_FOLDERS = frozenset(
    (
        "bin", "lib", "lib32", "lib64", "libexec", "include", "share", "etc", "man", "doc", "src", "ssl", "var", "scripts", "libs", "dlls",
        "tools", "conda-meta", "pkgs", "envs", "compiler_compat", "sbin", "library", "lib-python", "lib_pypy",
    )
)  # fmt: skip
_PROJECT_SIGNS = frozenset(("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".git", ".hg"))
# What is directly in a person's home folder and is kept by programs: stores of other people's projects (pip's and uv's cache, cargo's
# registry, editors' extensions). Hidden folders there are passed over too, but for those that people keep environments in.
_STORES = frozenset(("library", "appdata", "snap"))
_HIDDEN_KEPT = frozenset((".venv", ".venvs", ".virtualenv", ".virtualenvs", ".env", ".envs"))
_SCRIPTS = (os.sep + "bin", os.sep + "Scripts")
_TELLING_FOLDERS = PRUNED | MARKERS
_TELLING_FILES = MARKERS | POINTERS | {"activate"}
_BEFORE_PARTIAL, _FIRST_FEW = 0.1, 12
"""Seconds between two steps that are told; the first is told as soon as so much was found."""
_NEAR = frozenset((".venv", "venv", "env", ".env"))
"""Folders of a project that are looked into with it, where every step is told: most environments are there."""
_MOST_ENTRIES = 5_000_000
# Below a level with so many folders is enough to make up for copying the process.
_WORTH_SHARING = 500

_REASONS = {
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "its links form a circle",
    errno.ENAMETOOLONG: "its path is too long",
    errno.EIO: "the disk could not read it",
    errno.ESTALE: "the network drive does not answer any more",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
}
_VANISHED = frozenset((errno.ENOENT, errno.ENOTDIR))


@dataclass(slots=True)
class _Walk:
    """One walk under way: what to look for, the bounds, and what was seen so far."""

    root: str
    manifest: Callable[[str, str], bool] | None
    excluded: Callable[[str], bool] | None
    most: int
    home: str | None = None
    go: str | None = None  # where Go keeps its modules
    environments: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    manifests: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    limit: str | None = None
    entries: int = 0

    def result(self) -> WalkResult:
        """Everything seen so far."""
        return WalkResult(tuple(self.environments), tuple(self.manifests), tuple(self.skipped), self.limit)


class _Bounds(NamedTuple):
    """Where a walk ends early (``deadline`` on the clock; 0 means never), and whom it tells what it found so far."""

    depth: int
    deadline: float
    clock: Callable[[], float]
    partial: Callable[[WalkResult], None] | None


_Part = tuple[list[str], list[str], list[str], list[tuple[str, str]], str | None]


def walk(
    root: str,
    *,
    wanted: Wanted,
    exclude: Iterable[str] = (),
    depth: int = 0,
    timeout: float = 0,
    partial: Callable[[WalkResult], None] | None = None,
    most: int = _MOST_ENTRIES,
    home: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> WalkResult:
    """What is below ``root``: environment prefixes and pointers, manifests, and what was skipped, with the reason.

    ``exclude`` holds names and globs; one with a ``/`` is compared with the path below ``root``. ``depth`` counts folders below
    ``root``, ``timeout`` is in seconds, ``most`` in entries; 0 means no bound. ``partial`` is given everything found so far, the first
    few at once, then about ten times a second and only when there is something new. A folder that disappears meanwhile is not an event.
    Of ``home``, the person's home folder, what programs keep for themselves is passed over where the walk comes upon it.
    """
    root = os.path.abspath(root)
    home = _as_met(home, root)
    go = os.path.join(home, "go") if home else None
    state = _Walk(root, wanted.manifest, exclusion(exclude, root), most or sys.maxsize, home, go)
    bounds = _Bounds(depth, clock() + timeout if timeout else 0, clock, partial)
    # Who wants to hear of every step cannot share the work.
    share = forking.processes() if partial is None else 1
    level, below = _descend(state, bounds, 0, [root], _WORTH_SHARING if share > 1 else sys.maxsize)
    if below:

        def work(part: list[str]) -> object:
            """A part of the tree, to its ground; plain values, because it may happen in another process."""
            own = _Walk(root, state.manifest, state.excluded, state.most - state.entries, state.home, state.go)
            _descend(own, bounds, level, part, sys.maxsize)
            return own.environments, own.aliases, own.manifests, own.skipped, own.limit

        for environments, aliases, manifests, skipped, limit in cast("list[_Part]", forking.share(work, below, share)):
            state.environments += environments
            state.aliases += aliases
            state.manifests += manifests
            state.skipped += skipped
            state.limit = state.limit or limit
    if state.limit == "timeout" and forking.extra is not None:
        forking.extra.lose()
    return _finish(state)


def reaches(root: str, path: str, *, exclude: Iterable[str] = (), depth: int = 0, home: str | None = None) -> bool:
    """Whether a walk of ``root`` with these bounds comes upon ``path``, an entry of a folder below ``root``, if it is there."""
    root = os.path.abspath(root)
    folders = []
    folder = os.path.dirname(path)
    while folder != root:
        folders.append(folder)
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    if depth and len(folders) > depth:
        return False
    excluded = exclusion(exclude, root)
    home = _as_met(home, root)
    above = root
    for folder in reversed(folders):
        name = os.path.basename(folder)
        if name in PRUNED or os.path.islink(folder) or (os.name == "nt" and _is_junction(folder)):
            return False
        if (excluded is not None and excluded(folder)) or (above == home and _is_store(name)):
            return False
        if home is not None and above == os.path.join(home, "go") and name == "pkg":
            return False
        if any(os.path.lexists(os.path.join(above, marker)) for marker in MARKERS) and (
            name.lower() in _OWN_FOLDERS or (above != root and not _holds_project(above))
        ):
            return False
        above = folder
    return True


def _descend(state: _Walk, bounds: _Bounds, level: int, below: list[str], enough: int) -> tuple[int, list[str]]:
    """Visits ``below`` and what is below it, one level after the other: what is near the root, where projects are, is told first.

    Stops at a level of ``enough`` folders and gives it and its number; an empty level means that the walk is over.
    """
    depth, deadline, clock, partial = bounds
    told, told_at = 0, clock()
    beyond: list[str] = []
    while (below or beyond) and len(below) < enough:
        folders, below, beyond = below, beyond, []
        for number, folder in enumerate(folders):
            known = len(state.manifests)
            children = _visit(state, folder)
            if partial and children and len(state.manifests) > known and not (depth and level >= depth):
                for child in [child for child in children if os.path.basename(child) in _NEAR]:
                    children.remove(child)
                    beyond += _visit(state, child)
            if children:
                below += children
            # A look at the clock costs little next to a listing, and one slow folder may have taken the whole time by itself.
            now = clock()
            if state.entries >= state.most:
                state.limit = "entries"
            elif deadline and now >= deadline and (below or beyond or number + 1 < len(folders)):
                state.limit = "timeout"
            if state.limit:
                return level, []
            seen = len(state.environments) + len(state.manifests)
            if partial and (now - told_at >= _BEFORE_PARTIAL or told < _FIRST_FEW <= seen):
                if seen > told:
                    partial(state.result())
                    told = seen
                told_at = now
        level += 1
        if depth and level > depth and (below or beyond):
            state.limit = "depth"
            return level, []
    return level, below


def _visit(state: _Walk, folder: str) -> list[str]:
    """Notes what one folder holds and gives the paths of its folders that are to be visited."""
    manifest = state.manifest
    children: list[str] = []
    names: list[str] = []
    links: list[str] = []
    pointers: list[str] = []
    marked = False
    left = state.most - state.entries
    try:
        entries = os.scandir(folder)  # closes itself at its end, and where it fails
        for entry in entries:
            left -= 1
            if left < 0:
                entries.close()
                break
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name in _TELLING_FOLDERS:
                    if name in PRUNED:
                        continue
                    marked = True
                children.append(entry.path)
                continue
            if name in _TELLING_FILES:
                if name in MARKERS:
                    marked = True
                elif name in POINTERS:
                    pointers.append(entry.path)
                elif folder.endswith(_SCRIPTS):
                    # A killed `uv venv` leaves bin/activate and no pyvenv.cfg: the prefix is worth a look.
                    state.environments.append(os.path.dirname(folder))
            elif entry.is_symlink():
                links.append(entry.path)
            if manifest is not None:
                names.append(name)
    except OSError as error:
        if error.errno not in _VANISHED or folder == state.root:
            state.skipped.append((folder, _REASONS.get(error.errno or 0, "it cannot be read")))
    except ValueError:  # a NUL in the root's path
        state.skipped.append((folder, "its name cannot be used as a path"))
    state.entries = state.most - left
    if marked:
        state.environments.append(folder)
        if folder != state.root and not _holds_project(folder):
            return []
        children = [path for path in children if os.path.basename(path).lower() not in _OWN_FOLDERS]
    if folder == state.home:
        children = [path for path in children if not _is_store(os.path.basename(path))]
    elif folder == state.go:
        children = [path for path in children if os.path.basename(path) != "pkg"]  # Go's modules, some of which hold Python
    if pointers:
        state.environments += pointers
    if links:
        state.aliases += [path for path in links if os.access(os.path.join(path, "pyvenv.cfg"), os.F_OK)]
    if manifest is not None:
        state.manifests += [os.path.join(folder, name) for name in names if manifest(folder, name)]
    if children and (state.excluded is not None or os.name == "nt"):
        children = [
            path for path in children if not (state.excluded and state.excluded(path)) and not (os.name == "nt" and _is_junction(path))
        ]
    return children


def _as_met(home: str | None, root: str) -> str | None:
    """The home folder's path as a walk of ``root`` would spell it."""
    if not home:
        return None
    return root if os.path.realpath(root) == os.path.realpath(home) else os.path.abspath(home)


def _is_store(name: str) -> bool:
    """Whether a folder of a home folder is a program's own."""
    return name.lower() in _STORES or (name.startswith(".") and name not in _HIDDEN_KEPT)


def _holds_project(folder: str) -> bool:
    """Whether an environment's prefix is a project's folder too, for a walk that did not look at file names."""
    return any(os.access(os.path.join(folder, name), os.F_OK) for name in _PROJECT_SIGNS)


def _finish(state: _Walk) -> WalkResult:
    """Everything found, with links to environments, each environment once and not where the walk came upon the environment itself."""
    root = state.root
    if not state.environments and not state.aliases:
        return state.result()
    # Nothing below the root was reached through a link, so one resolution serves every prefix.
    real_root = os.path.realpath(root)
    known = {real_root + path[len(root) :] for path in state.environments}
    state.environments = list(dict.fromkeys(state.environments))
    for alias in state.aliases:
        real = os.path.realpath(alias)
        if real not in known:
            known.add(real)
            state.environments.append(alias)
    return state.result()


def _is_junction(path: str) -> bool:
    """Whether a Windows folder is a junction or mount point: entered, they lead in circles (``Application Data`` does)."""
    try:
        return bool(getattr(os.lstat(path), "st_file_attributes", 0) & 0x400)  # FILE_ATTRIBUTE_REPARSE_POINT
    except OSError:
        return False


def exclusion(patterns: Iterable[str], root: str) -> Callable[[str], bool] | None:
    """A test of a folder's path against names and globs; ``None`` where there are none.

    ``build`` and ``*.egg`` match a folder's name anywhere; ``docs/old``, ``/vendor`` and ``**/generated/*`` its path below ``root``.
    ``*`` and ``?`` stay within one name, ``**`` spans any number of them, as in an editor's exclude setting.
    """
    patterns = tuple(patterns)
    if not patterns:
        return None
    from venvls.host import git_patterns

    names: set[str] = set()
    globs: list[git_patterns.Pattern] = []
    for pattern in patterns:
        plain = pattern.replace(os.sep, "/").removeprefix("./")
        for ending in ("/**", "/"):
            plain = plain.removesuffix(ending)
        while plain.startswith("**/"):
            plain = plain[3:]
            if "/" in plain:
                plain = "**/" + plain
                break
        if not plain or plain == "**":
            continue
        if "/" in plain or any(character in plain for character in "*?[\\!#"):
            globs += git_patterns.parse(plain)
        else:
            names.add(plain)
    if not names and not globs:
        return None
    by_name = tuple(glob for glob in globs if not glob.anchored)
    by_path = tuple(glob for glob in globs if glob.anchored)
    start = len(root.rstrip(os.sep)) + 1
    known: dict[str, bool] = {}

    def excluded(path: str) -> bool:
        name = os.path.basename(path)
        if name in names:
            return True
        if by_name:
            if name not in known:
                known[name] = bool(git_patterns.decide(by_name, name, folder=True))
            if known[name]:
                return True
        return bool(by_path and git_patterns.decide(by_path, path[start:].replace(os.sep, "/"), folder=True))

    return excluded
