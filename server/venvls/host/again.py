"""``venvls check`` or ``envs`` once more, with nothing changed: what was printed the last time, where every look would show the same.

What was printed is kept (``noting``) with every look that it rests on, by the command line, the current folder, the variables, the output
and the Python. Replaying the looks needs none of the rest of venvls, so this file imports next to nothing. On Windows nothing is kept:
there a file's times say nothing of a change that sets them.
"""

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from venvls.host.store import Store

    Mark = tuple[int, int, int, int]
    # In each folder the names that were there, and their marks as ``together`` and ``as_bytes`` make them; folders that were not listed;
    # what was not there.
    Plain = tuple[list[tuple[str, str, bytes]], dict[str, Mark], list[str]]
    There = list[tuple[str, str, str]]
    # Where an answer is kept, and under which key.
    Place = tuple[Store, str]

_PLAIN = frozenset(("--all-groups", "--isolated", "--exit-zero", "--imports", "-q", "--quiet", "-v", "--verbose"))
_WITH_VALUE = frozenset(("--format", "--group", "--extra", "--env", "--select", "--ignore"))
# Variables that differ from one call to the next and say nothing to us.
_IDLE = frozenset(("_", "SHLVL", "OLDPWD"))
IDENTITY = ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
"""What tells a file from any other, and its content from any later one."""
_WORTH_SHARING = 200_000
"""Bytes of marks."""
STANDING = ("st_mode", "st_dev", "st_ino", "st_uid")
"""What a folder is, whatever is in it."""


def place_of(arguments: "Sequence[str]") -> "Place | None":
    """Where the answer to this command line is kept, and under which key; ``None`` where it is not kept at all."""
    if not _is_plain(arguments) or os.name != "posix" or sys.stdout is None or sys.stderr is None:
        return None
    if os.environ.get("VENVLS_CACHE", os.sep)[:1] != os.sep:
        return None
    from venvls.host.store import Store

    try:
        store = Store("printed", ("host/again.py", "host/looks.py", "host/noting.py"), arguments)
        return (store, _key(arguments)) if store.folder is not None else None
    except (OSError, ValueError, AttributeError):  # the current folder is gone; standard output is no stream of Python's own
        return None


def printed(place: "Place") -> int | None:
    """Prints what this command line printed the last time, if that is still true, and gives its exit status; else ``None``."""
    store, key = place
    kept = store.get(key)
    if kept is None:
        return None
    try:
        status, text, looks = marshal.loads(kept)  # noqa: S302 - this person's own file, and whole
        if not _show_the_same(*looks):
            return None
    except (EOFError, ValueError, TypeError):
        return None
    except OSError as problem:
        print(f"venvls: the current folder cannot be entered any more: {problem.strerror}.", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as all that is printed
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads any more
        sys.stdout = None
        return 2
    except OSError as problem:  # the disk is full
        sys.stdout = None
        print(f"venvls: the result could not be written: {problem.strerror}.", file=sys.stderr)
        return 2
    return int(status)


def _is_plain(arguments: "Sequence[str]") -> bool:
    """Whether it is a check that reads files alone and prints."""
    if arguments[:1] not in (["check"], ["envs"]):
        return False
    words = iter(arguments[1:])
    for word in words:
        name, equals, _ = word.partition("=")
        if name in _WITH_VALUE:
            if not equals and next(words, None) is None:
                return False
        elif word[:1] == "-" and word not in _PLAIN:
            return False
    return True


def _key(arguments: "Sequence[str]") -> str:
    """All but the disk that an answer depends on. The variables may contain secrets: only their digest is kept."""
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

    out, environ = sys.stdout, os.environ
    shown = (out.encoding, out.isatty(), os.get_terminal_size(out.fileno()).columns if out.isatty() else 0)
    person = (os.geteuid(), os.getegid(), os.getgroups(), os.path.expanduser("~"))
    python = (sys.version, sys.executable, sys.prefix, sys.base_prefix, sys.path, tuple(sys.flags), tuple(os.uname()))
    variables = sorted((name, value) for name, value in environ.items() if name not in _IDLE)
    return blake2b(repr((arguments, os.getcwd(), shown, person, python, variables)).encode(), digest_size=32).hexdigest()


def together(names: "Sequence[str]") -> str:
    """Names as one text: making thousands of texts one by one takes longer than taking one apart."""
    return "\0".join(names)


def _apart(names: str) -> "list[str]":
    return names.split("\0") if names else []


def as_bytes(marks: "Sequence[Mark]") -> bytes:
    """Marks as bytes, the same for the same marks: they are compared without being made again."""
    return marshal.dumps(list(marks), 2)  # later versions write what is used twice in another way


def _show_the_same(files: "Plain", links: "Plain", there: "There") -> bool:
    """Whether each look shows what it showed before. Thousands of looks: no line of Python is run for each.

    A large tree is looked at by two processes: nearly all of it is waiting for the system.
    """
    groups, folders, absent = files
    most = sum(len(marks) for _, _, marks in groups)
    child = _copy() if most > _WORTH_SHARING else None
    if child is None:
        return _shows_the_same(files, links, there)
    half, so_far = 0, 0
    while so_far < most // 2:
        so_far += len(groups[half][2])
        half += 1
    if child == 0:
        status = 1
        try:
            status = 0 if _shows_the_same((groups[half:], {}, []), ([], {}, []), []) else 1
        finally:
            os._exit(status)
    try:
        own = _shows_the_same((groups[:half], folders, absent), links, there)
    finally:
        _, status = os.waitpid(child, 0)
    return own and status == 0


def _copy() -> int | None:
    """Forks where that is safe and there is a second processor: 0 in the copy; ``None`` where there is none."""
    threading = sys.modules.get("threading")
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or (threading is not None and threading.active_count() > 1):
        return None
    try:
        return os.fork()
    except OSError:
        return None


def _shows_the_same(files: "Plain", links: "Plain", there: "There") -> bool:
    from _operator import attrgetter
    from itertools import repeat

    identity, standing = attrgetter(*IDENTITY), attrgetter(*STANDING)
    try:
        within = _Within()
    except OSError:
        return False
    try:
        for look, (groups, folders, absent) in ((os.stat, files), (os.lstat, links)):
            if list(map(standing, map(look, folders))) != list(folders.values()):
                return False
            for folder, names, marks in groups:
                with within.folder(folder):
                    if as_bytes(list(map(identity, map(look, _apart(names))))) != marks:
                        return False
            if not all(_fails(look, path) for path in absent):
                return False
        for folder, standing_names, other_names in there:
            with within.folder(folder):
                seen, unseen = (map(os.access, _apart(names), repeat(os.F_OK)) for names in (standing_names, other_names))
                if not all(seen) or any(unseen):
                    return False
    except (OSError, ValueError):
        return False
    finally:
        within.close()
    return True


class _Within:
    """Makes a folder the current one for a while: the way to it is gone once, and not for every name that is looked up."""

    def __init__(self) -> None:
        self._here = os.open(os.curdir, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)

    def folder(self, path: str) -> "_Within":
        """To be entered; no path means the current folder as it is."""
        if path:
            os.chdir(path)
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *failure: object) -> None:
        os.fchdir(self._here)

    def close(self) -> None:
        """An ``OSError`` where the folder that was the current one cannot be entered any more: nothing may be worked out elsewhere."""
        try:
            os.fchdir(self._here)
        finally:
            os.close(self._here)


def _fails(look: "Callable[[str], object]", path: str) -> bool:
    try:
        look(path)
    except (OSError, ValueError):
        return True
    return False
