"""``venvls check`` once more, with nothing changed: what it printed the last time, where every look at the disk would show the same again.

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
    # In each folder the names that were there, and their marks; folders that were not listed; what was not there.
    Plain = tuple[list[tuple[str, list[str], list[Mark]]], dict[str, Mark], list[str]]
    # Where an answer is kept, and under which key.
    Place = tuple[Store, str]

_PLAIN = frozenset(("--all-groups", "--isolated", "--exit-zero", "--imports", "-q", "--quiet", "-v", "--verbose"))
_WITH_VALUE = frozenset(("--format", "--group", "--extra", "--env", "--select", "--ignore"))
# Variables that differ from one call to the next and say nothing to us.
_IDLE = frozenset(("_", "SHLVL", "OLDPWD"))
IDENTITY = ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
"""What tells a file from any other, and its content from any later one."""
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
    if arguments[:1] != ["check"]:
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


def _show_the_same(files: "Plain", links: "Plain", there: "list[tuple[str, list[str], list[str]]]") -> bool:
    """Whether each look shows what it showed before. Thousands of looks: no line of Python is run for each."""
    from _functools import partial  # type: ignore[import-not-found]  # functools would bring in much more
    from _operator import attrgetter

    identity, standing = attrgetter(*IDENTITY), attrgetter(*STANDING)
    try:
        for look, (groups, folders, absent) in ((os.stat, files), (os.lstat, links)):
            if list(map(standing, map(look, folders))) != list(folders.values()):
                return False
            for folder, names, marks in groups:
                with _Within(folder) as number:
                    if list(map(identity, map(partial(look, dir_fd=number), names))) != marks:
                        return False
            if not all(_fails(look, path) for path in absent):
                return False
        for folder, standing_names, other_names in there:
            with _Within(folder) as number:
                exists = partial(os.access, mode=os.F_OK, dir_fd=number)
                if not all(map(exists, standing_names)) or any(map(exists, other_names)):
                    return False
    except (OSError, ValueError):
        return False
    return True


class _Within:
    """An open folder that names are looked up in: the way to it is gone once, and not for every name. No folder means full paths."""

    def __init__(self, folder: str) -> None:
        flags = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
        self._number = os.open(folder, flags) if folder else None

    def __enter__(self) -> int | None:
        return self._number

    def __exit__(self, *failure: object) -> None:
        if self._number is not None:
            os.close(self._number)


def _fails(look: "Callable[[str], object]", path: str) -> bool:
    try:
        look(path)
    except (OSError, ValueError):
        return True
    return False
