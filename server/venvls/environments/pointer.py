"""Files and links that say where an environment is: ``.venv`` as a file or a link (PEP 832), and ``.python-envs``, a list that an earlier
draft of it had."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView
from venvls.model.reach import is_remote
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT = 100_000
_MOST_LINES = 1_000


class Pointer(NamedTuple):
    """Where a ``.venv`` leads: ``target`` is an absolute prefix; ``problem`` one sentence where it leads nowhere."""

    path: str
    target: str | None
    problem: str | None = None


class PythonEnvs(NamedTuple):
    """What a ``.python-envs`` says: absolute prefixes in its order, the implicit ``.venv`` last; ``default`` is the last one.

    ``default`` is ``None`` where there is none or where it cannot be understood; then ``problem`` is the sentence to show, and
    nothing else may be taken in its place.
    """

    path: str
    environments: tuple[str, ...]
    default: str | None
    problem: str | None = None


def read_pointer(view: FileView, path: str, homes: Iterable[str] = ()) -> Pointer | None:
    """Where ``path`` (a ``.venv``) leads: a folder is itself, a link its target, a file the path that is all it contains.

    As uv reads it (0.13, ``venv-redirect-files``): one line end may follow the path, and everything else is a part of it. Pipenv takes
    blanks away, and it alone looks a name without a folder up in ``homes`` (``WORKON_HOME``). ``None`` where nothing is.
    """
    entry = view.lstat(path)
    if entry is None:
        return None
    stat = view.stat(path)
    if stat is None:
        target = view.link(path) or "a place"
        return Pointer(path, None, f"{path} is a link to {target}, which does not exist. Recreate the environment, or remove the link.")
    if stat.kind == "directory":
        return Pointer(path, path)
    if stat.kind != "file":
        return Pointer(path, None, f"{path} is neither a folder nor a file. Remove it, then create the environment.")
    data = view.read(path, _LIMIT)
    if data is None:
        return Pointer(path, None, f"{path} cannot be read. It should contain the path of an environment.")
    text = _text(data)
    if text is None:
        return Pointer(path, None, f"{path} is not a text file. It should contain the path of an environment.")
    if not text.strip("\ufeff \t\r\n"):
        return Pointer(path, None, f"{path} is empty. It should contain the path of an environment.")
    if len(text) > 4096:
        return Pointer(path, None, f"{path} does not contain the path of an environment.")
    by_pipenv = view.stat(view.path.join(view.path.dirname(path), "Pipfile")) is not None
    written = text.strip() if by_pipenv else text.removesuffix("\n").removesuffix("\r")
    if written != written.strip("\ufeff \t\r\n") or "\n" in written:
        return Pointer(path, None, f"{path} contains more than a path (blanks, another line, a byte order mark), and no tool follows it.")
    join = view.path.join
    places = [join(view.path.dirname(path), written)]
    if "/" not in written and "\\" not in written:
        places += [join(home, written) for home in homes]
    for place in places:
        place = view.path.normpath(place)
        if is_remote(place, path, view.path):
            return Pointer(path, None, f"{path} names {place}, on another machine, and is not followed there.")
        if (standing := view.stat(place)) is not None and standing.kind == "directory":
            return Pointer(path, place)
    missing = view.path.normpath(places[0])
    return Pointer(path, None, f"{path} names {missing}, which does not exist. Recreate the environment, or correct the path.")


def read_python_envs(view: FileView, path: str) -> PythonEnvs | None:
    """What the ``.python-envs`` file at ``path`` lists; ``None`` where there is no such file."""
    if view.lstat(path) is None:
        return None
    folder = view.path.dirname(path)
    data = view.read(path, _LIMIT)
    lines = _lines(data) if data is not None else None
    implicit = view.path.join(folder, ".venv")
    has_implicit = view.lstat(implicit) is not None
    if lines is None or len(lines) > _MOST_LINES:
        environments = (implicit,) if has_implicit else ()
        reason = "cannot be read" if data is None else "is not UTF-8 text" if lines is None else "is too long"
        return PythonEnvs(path, environments, None, f"{path} {reason}. It should list one environment per line.")
    listed = [view.path.normpath(view.path.join(folder, line.strip())) for line in lines if line.strip()]
    if any(is_remote(place, path, view.path) for place in listed):
        return PythonEnvs(path, (), None, f"{path} names an environment on another machine, and is not followed there.")
    if has_implicit:
        listed = [place for place in listed if place != implicit] + [implicit]
    if not listed:
        return PythonEnvs(path, (), None)
    default = listed[-1]
    standing = view.stat(default)
    if standing is None:
        return PythonEnvs(
            path, tuple(listed), None, f"The default in {path} is {default}, which does not exist. Create it, or change the last line."
        )
    return PythonEnvs(path, tuple(listed), default)


def _text(data: bytes) -> str | None:
    """A small UTF-8 text; ``None`` where it is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _lines(data: bytes) -> list[str] | None:
    """The lines of a small UTF-8 text; ``None`` where it is none."""
    text = _text(data)
    return None if text is None else text.removeprefix("\ufeff").splitlines()
