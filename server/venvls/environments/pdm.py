"""Where PDM puts a project's environment (pdm ``project/core.py`` ``resolve_interpreter``, ``cli/commands/venv/utils.py``).

In PDM's order: the saved interpreter (``PDM_PYTHON``, ``.pdm-python``), the active environment, ``.venv``, ``venv`` or ``env`` in the
project, the ones named after the project in ``venv.location``, ``__pypackages__`` (PEP 582). One whose Python the project does not admit is
passed over. In ``venv.location`` only the project's own are looked at: they begin with its folder's name and a hash of its path.
"""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.patterns import re
from venvls.model.pieces import Mapping
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = "__pypackages__"
_TRUE = frozenset({"1", "true", "yes", "on"})
_VERSION = r"\d+\.\d+"


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The packages of PEP 582 at ``prefix`` (``__pypackages__/3.12``), with the interpreter PDM saved for the project."""
    path = view.path
    folder, minor = path.split(prefix)
    version_match = re.match(_VERSION, minor) if path.basename(folder) == _LOCAL else None
    if version_match is None:
        return None
    library = path.join(prefix, "lib")
    if view.stat(library) is None:
        return None
    root = path.dirname(folder)
    data = view.read(path.join(root, ".pdm-python"), 10_000)
    saved = data.decode("utf-8", "replace").strip() if data is not None else ""
    interpreter = saved if saved and view.stat(saved) is not None else None
    return Environment(
        prefix=prefix,
        real=view.real(prefix),
        interpreter=interpreter,
        version=version_match[0],
        kind="pdm",
        name=f"{_LOCAL}/{minor}",
        health="ok" if interpreter is not None else "broken",
        problem=None if interpreter is not None else "PDM has saved no Python for it: run `pdm use` in the project.",
        creator="pdm",
        site_packages=(library,),
        layout="windows" if path.sep == "\\" else "posix",
        project=root,
    )


def places(query: Query) -> Iterator[Place]:
    """Where ``pdm info --python`` points, the first that exists and fits."""
    if not keeps(query):
        return
    path, environ = query.files.path, query.environ
    saved, source = _saved(query)
    if saved is not None and not _is_true(environ.get("PDM_IGNORE_SAVED_PYTHON")):
        prefix = _prefix(saved, query)
        if prefix is not None and _fits(prefix, query):
            yield Place(prefix, f"{source} names it")
    settings = _settings(query)
    if _setting(settings, "python", "use_venv") is not False and not _is_false(environ.get("PDM_USE_VENV")):
        active = environ.get("VIRTUAL_ENV") or environ.get("CONDA_PREFIX")
        ignored = _is_true(environ.get("PDM_IGNORE_ACTIVE_VENV"))
        conda_base = "VIRTUAL_ENV" not in environ and environ.get("CONDA_DEFAULT_ENV", "") in ("base", "root")
        if active and not ignored and not conda_base and _fits(active, query):
            yield Place(path.normpath(active), "it is active, and PDM uses the active one")
        for prefix in _of_project(query, settings):
            if _fits(prefix, query) and not (ignored and active and path.normpath(active) == prefix):
                yield Place(prefix, "PDM manages it for this project")
    folder = path.join(query.root, _LOCAL)
    for entry in sorted(query.files.list(folder) or (), reverse=True):
        if entry.kind != "file" and re.match(_VERSION, entry.name):
            yield Place(path.join(folder, entry.name), f"PDM installs into {_LOCAL} here")


def keeps(query: Query) -> bool:
    """Whether the project is one that PDM keeps: it has its lock, its settings or the interpreter it saved."""
    pyproject = query.manifests.get("pyproject.toml")
    if "pdm.lock" in query.locks or (pyproject is not None and pyproject.own.pdm):
        return True
    return any(query.files.stat(query.files.path.join(query.root, name)) is not None for name in (".pdm-python", "pdm.toml"))


def _saved(query: Query) -> tuple[str | None, str]:
    named = query.environ.get("PDM_PYTHON")
    if named:
        return named, "PDM_PYTHON"
    data = query.files.read(query.files.path.join(query.root, ".pdm-python"), 10_000)
    text = data.decode("utf-8", "replace").strip() if data is not None else ""
    return text or None, ".pdm-python"


def _prefix(interpreter: str, query: Query) -> str | None:
    """The environment an interpreter is of; ``None`` for a Python of the machine."""
    path = query.files.path
    folder = path.dirname(path.normpath(path.join(query.root, interpreter)))
    for prefix in (path.dirname(folder), folder):
        if any(query.files.stat(path.join(prefix, mark)) is not None for mark in ("pyvenv.cfg", "conda-meta")):
            return str(prefix)
    return None


def _of_project(query: Query, settings: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    from venvls.environments.tool_folders import data_folder

    path = query.files.path
    for name in (".venv", "venv", "env"):
        prefix = path.join(query.root, name)
        if query.files.stat(path.join(prefix, "pyvenv.cfg")) is not None:
            yield prefix
    location = _setting(settings, "venv", "location")
    parent = _expanded(location, query) if isinstance(location, str) else path.join(data_folder(query, "pdm", "pdm"), "venvs")
    start = f"{path.basename(query.root)}-{folder_hash(query.root, path.sep)}-"
    for entry in sorted(query.files.list(parent) or ()):
        if entry.name.startswith(start):
            yield path.join(parent, entry.name)


def folder_hash(root: str, separator: str) -> str:
    """What PDM writes behind a project's name: the first characters of its path's MD5 in URL-safe base 64."""
    from base64 import urlsafe_b64encode
    from hashlib import md5

    plain = root.replace(separator, "/")
    return urlsafe_b64encode(md5(plain.encode(), usedforsecurity=False).digest()).decode()[:8]


def _fits(prefix: str, query: Query) -> bool:
    pyproject = query.manifests.get("pyproject.toml")
    if pyproject is None or pyproject.requires_python is None:
        return True
    environment = venv.KIND.recognise(query.files, query.files.path.normpath(prefix), False)
    from venvls.standards.python_versions import fits

    return environment is None or fits(pyproject.requires_python.specifier, environment.version)


def _settings(query: Query) -> tuple[Mapping[str, Any], ...]:
    """The configuration files, the nearest first: the project's, the person's."""
    from venvls.environments.tool_folders import config_folder
    from venvls.model.settings_file import settings_in

    path = query.files.path
    named = query.environ.get("PDM_CONFIG_FILE")
    files = (path.join(query.root, "pdm.toml"), named or path.join(config_folder(query, "pdm", "pdm"), "config.toml"))
    return tuple(settings_in(query.files.read(file, 1_000_000)) for file in files)


def _setting(settings: tuple[Mapping[str, Any], ...], *names: str) -> object:
    for table in settings:
        value: object = table
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def _expanded(place: str, query: Query) -> str:
    path = query.files.path
    if place.startswith("~"):
        place = query.home + place[1:]
    return str(path.normpath(path.join(query.root, place)))


def _is_true(value: str | None) -> bool:
    return value is not None and value.strip().lower() in _TRUE


def _is_false(value: str | None) -> bool:
    return value is not None and not _is_true(value)


KIND = Kind("pdm", (), recognise, places, keeps)
