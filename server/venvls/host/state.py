"""What venvls remembers for one person: a JSON file for each concern, in the person's state folder, never in a workspace.

``VENVLS_STATE_DIR`` names another folder. A file that cannot be understood counts as empty and is kept next to, under its name with
``.unreadable``, so that nothing a person said is thrown away. Files are replaced whole, readable by the person alone.
"""

from __future__ import annotations

import os
import stat
import sys

from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LARGEST = 4_000_000
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class StateError(NotKeptError):
    """The state could not be written; its text is a sentence for a person."""


def folder() -> str:
    """The state folder's absolute path; it need not exist."""
    chosen = os.environ.get("VENVLS_STATE_DIR")
    if chosen and os.path.isabs(chosen):
        return chosen
    named, home = os.environ.get("XDG_STATE_HOME", ""), os.environ.get("HOME", "")
    plain = os.path.isabs(named) or (not named and os.path.isabs(home))
    if sys.platform == "linux" and plain and "ANDROID_ROOT" not in os.environ:
        # What platformdirs says then, without the time it takes to import; a test compares the two.
        return os.path.join(named or os.path.join(home, ".local", "state"), "venvls")
    from platformdirs import user_state_dir

    return user_state_dir("venvls", appauthor=False)


def load(concern: str) -> dict[str, object]:
    """What is remembered of one concern; empty where nothing is, or nothing that can be understood."""
    try:
        return _read(_path(concern))
    except (OSError, ValueError, RecursionError):
        return {}


def place(concern: str) -> str:
    """The file that keeps what is remembered of one concern; it need not exist."""
    return _path(concern)


def update(concern: str, change: Callable[[dict[str, object]], None]) -> None:
    """Change what is remembered, one process at a time. Raises :class:`StateError` where it cannot be written."""
    from venvls.host.locks import locked

    path = _path(concern)
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        with locked(f"{path}.lock"):
            data = _read_or_set_aside(path)
            change(data)
            _write(path, data)
    except OSError as problem:
        reason = problem.strerror or "it cannot be written"
        raise StateError(f"Your choice could not be saved in {folder()}: {reason}.") from problem


def selected_environment(project: str) -> str | None:
    """The prefix of the environment the person chose for the project at this root."""
    value = load("environments").get(_identity(project))
    return value if isinstance(value, str) else None


def select_environment(project: str, prefix: str | None) -> None:
    """Remember the choice; ``None`` forgets it."""
    _put("environments", project, prefix)


def noted(concern: str, path: str) -> tuple[str, ...]:
    """What was noted under a concern for a project or environment, in its order."""
    value = load(concern).get(_identity(path))
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def note(concern: str, path: str, texts: Iterable[str]) -> None:
    """Keep the notes in place of earlier ones; none forgets them."""
    listed = list(texts)
    if listed or noted(concern, path):
        _put(concern, path, listed or None)


def scratch() -> str:
    """A folder of the person's own to run tools in: it contains nothing that a tool would read, and nobody else can put anything there.

    (uv reads ``uv.toml`` where it runs and above; the system's temporary folder belongs to everybody.)
    """
    path = os.path.join(folder(), "scratch")
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or "it cannot be created"
        raise StateError(f"The folder {path}, where tools run, is not available: {reason}.") from problem
    return path


def _identity(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _put(concern: str, path: str, value: object) -> None:
    key = _identity(path)

    def change(data: dict[str, object]) -> None:
        data.pop(key, None)
        if value is not None:
            data[key] = value

    update(concern, change)


def _path(concern: str) -> str:
    return os.path.join(folder(), f"{concern}.json")


def _read(path: str) -> dict[str, object]:
    """Raises OSError where there is no plain file, ValueError where it holds no JSON object."""
    number = os.open(path, os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError("not a regular file")
        import json

        data = json.loads(file.read(_LARGEST).decode("utf-8"))
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - the caller treats every unreadable content alike
    return data


def _read_or_set_aside(path: str) -> dict[str, object]:
    try:
        return _read(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        from contextlib import suppress  # only here: a first check has no use for it

        with suppress(OSError):
            os.replace(path, f"{path}.unreadable")
        return {}


def _write(path: str, data: dict[str, object]) -> None:
    import json
    import secrets

    temporary = f"{path}.{os.getpid()}-{secrets.token_hex(4)}"
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.flush()
            os.fsync(number)
        os.replace(temporary, path)
    except BaseException:
        from contextlib import suppress  # only here: a first check has no use for it

        with suppress(OSError):
            os.unlink(temporary)
        raise
