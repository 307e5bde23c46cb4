"""Where Pipenv uses an environment for a project: computed, never searched (Pipenv ``utils/venv_locator.py``).

Order: the active environment, unless Pipenv made it active itself or is told to ignore it; what a ``.venv`` *file* names; ``.venv`` in the
project where that is set; the named one below ``WORKON_HOME``; a ``.venv`` that merely is there. A named one contains ``.project``.
"""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind, Place, Query
from venvls.environments.pointer import read_pointer
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Compiled when first asked: most workspaces have nothing to do with Pipenv.
_NAMED = r".+-[A-Za-z0-9_-]{8}(?:-.+)?"
_UNSAFE = r'[ &$`!*@"()\[\]\\\r\n\t]'
_VARIABLE = r"\$(?:\{(\w+)\}|(\w+))"
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where Pipenv noted in it whose it is."""
    name = view.path.basename(prefix)
    if "-" not in name or not re.fullmatch(_NAMED, name):
        return None
    data = view.read(view.path.join(prefix, ".project"), 10_000)
    if data is None:
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    if environment is None:
        return None
    root = data.decode("utf-8", "replace").strip()
    return replace(environment, kind="pipenv", project=root if view.path.isabs(root) and view.stat(root) is not None else None)


def places(query: Query) -> Iterator[Place]:
    """Where ``pipenv`` looks for the project's environment, the first that exists is used."""
    if not _keeps(query):
        return
    pipfile = query.manifests.get("Pipfile")
    path, environ = query.files.path, query.environ
    active = environ.get("VIRTUAL_ENV")
    if active and "PIPENV_ACTIVE" not in environ and not _is_set(environ, "IGNORE_VIRTUALENVS"):
        yield Place(path.normpath(active), "it is active, and Pipenv uses the active environment")
    home = workon_home(query)
    inside = path.join(query.root, ".venv")
    standing = query.files.stat(inside)
    if standing is not None and standing.kind == "file":
        pointer = read_pointer(query.files, inside, (home,))
        if pointer is not None and pointer.target is not None:
            yield Place(pointer.target, f"{inside} names it")
            return
    asked = _flag(environ, "VENV_IN_PROJECT")
    if asked is None:
        own = pipfile.own.pipenv if pipfile is not None else None
        value = own.settings.get("venv_in_project") if own is not None else None
        asked = None if value is None else bool(value)
    if asked:
        yield Place(inside, "Pipenv is set to create the environment in the project's folder")
        return
    yield Place(path.join(home, name_of(query)), "Pipenv manages this project's environment there")
    if asked is None:
        yield Place(inside, "Pipenv uses .venv in the project's folder")


def workon_home(query: Query) -> str:
    """The folder of named environments."""
    path = query.files.path
    folder = query.environ.get("WORKON_HOME")
    if not folder and query.platform == "win32":
        return str(path.join(query.home, ".virtualenvs"))
    if not folder:
        folder = path.join(query.environ.get("XDG_DATA_HOME", "~/.local/share"), "virtualenvs")
    if "$" in folder:
        folder = re.sub(_VARIABLE, lambda match: query.environ.get(match[1] or match[2], match[0]), folder)
    if folder == "~" or folder.startswith(("~/", "~\\")):
        folder = path.join(query.home, folder[2:])
    return str(path.normpath(path.join(query.root, folder)))


def name_of(query: Query) -> str:
    """The name of the project's environment: its folder's, eight characters of a hash of its Pipfile's path, and the Python required."""
    path, environ = query.files.path, query.environ
    if custom := environ.get("PIPENV_CUSTOM_VENV_NAME"):
        return custom
    place = _pipfile(query)
    import base64
    from hashlib import sha256

    digest = base64.urlsafe_b64encode(sha256(place.encode("utf-8", "surrogateescape")).digest()[:6]).decode()[:8]
    python = environ.get("PIPENV_PYTHON")
    suffix = f"-{path.basename(python) if path.isabs(python) else python}" if python else ""
    return f"{re.sub(_UNSAFE, '_', path.basename(path.dirname(place)))[:42]}-{digest}{suffix}"


def _pipfile(query: Query) -> str:
    """The path of the Pipfile as Pipenv hashes it: found from the working folder, whose links are resolved, or as it was named."""
    path = query.files.path
    named = query.environ.get("PIPENV_PIPFILE")
    if named and path.normcase(path.normpath(path.dirname(named))) == path.normcase(path.normpath(query.root)):
        place = str(path.normpath(named))
    else:
        place = path.join(query.files.real(query.root), "Pipfile")
    return place[:1].upper() + place[1:] if place[1:2] == ":" else place


def _flag(environ: Mapping[str, str], name: str) -> bool | None:
    """A yes or no among Pipenv's variables, which may be turned round with ``NO_``; ``None`` where nothing is said."""
    for variable, turned in ((f"PIPENV_{name}", False), (f"PIPENV_NO_{name}", True)):
        if (value := environ.get(variable)) is not None:
            text = value.lower()
            return None if text not in (*_YES, *_NO) else (text in _YES) is not turned
    return None


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable counts as set: anything but a no does."""
    flag = _flag(environ, name)
    return flag if flag is not None else bool(environ.get(f"PIPENV_{name}") or environ.get(f"PIPENV_NO_{name}"))


def _keeps(query: Query) -> bool:
    return "Pipfile" in query.manifests or "Pipfile.lock" in query.locks


KIND = Kind("pipenv", ("pyvenv.cfg",), recognise, places, _keeps)
