"""Where Poetry uses an environment for a project: computed from its settings, never searched (Poetry ``utils/env/env_manager.py``).

Settings: ``POETRY_*`` variables over the project's ``poetry.toml`` over ``config.toml`` of the person. Order: the active environment,
unless ``envs.toml`` has an entry for the project; ``.venv`` in the project, unless ``virtualenvs.in-project`` is false; the named one
below ``virtualenvs.path``. Its name ends with the version of the Python that was active when it was made; where nothing tells which
that is, the few possible names are tried.
"""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any, cast
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

# Compiled when first asked: most workspaces have nothing to do with Poetry.
_NAMED = r".+-[A-Za-z0-9_-]{8}-py\d\.\d{1,2}"
_UNSAFE = r'[ $`!*@"\\\r\n\t]'
_MINORS = (*(f"3.{minor}" for minor in range(16, 4, -1)), "2.7")
_PYTHON = r"python(\d\.\d{1,2})t?(?:\.exe)?"
_LIMIT = 1_000_000


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where its name is one that Poetry gives."""
    name = view.path.basename(prefix)
    if "-" not in name or not re.fullmatch(_NAMED, name):
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="poetry") if environment is not None else None


def places(query: Query) -> Iterator[Place]:
    """Where ``poetry`` looks for the project's environment, the first that exists is used."""
    name = _project_name(query)
    if name is None:
        return
    files, path = query.files, query.files.path
    settings = _Settings(query)
    base = base_name(name, query.root, files)
    homes = settings.virtualenvs()
    active = next((minor for home in homes if (minor := _in_use(files, path.join(home, "envs.toml"), base))), None)
    prefix = query.environ.get("VIRTUAL_ENV", query.environ.get("CONDA_PREFIX"))
    if prefix and query.environ.get("CONDA_DEFAULT_ENV") != "base" and active is None:
        yield Place(path.normpath(prefix), "it is active, and Poetry uses the active environment")
    in_project = settings.flag("in-project")
    if in_project is not False:
        yield Place(path.join(query.root, ".venv"), "Poetry uses .venv in the project's folder")
    if settings.flag("create") is False:
        return
    if active is not None:
        for home in homes:
            yield Place(path.join(home, f"{base}-py{active}"), f"{path.join(home, 'envs.toml')} names it for this project")
    for minor in _minors(query):
        for home in homes:
            yield Place(path.join(home, f"{base}-py{minor}"), "Poetry manages this project's environment there")


def base_name(name: str, root: str, files: FileView) -> str:
    """The name of a project's environments without their Python: ``name-`` and eight characters of a hash of its folder."""
    place = files.path.normcase(files.real(root))
    import base64
    from hashlib import sha256

    digest = base64.urlsafe_b64encode(sha256(place.encode("utf-8", "surrogateescape")).digest()).decode()[:8]
    return f"{re.sub(_UNSAFE, '_', canonical(name))[:42]}-{digest}"


def _project_name(query: Query) -> str | None:
    """The name Poetry knows the project by; ``None`` where it is no project of Poetry's."""
    stated = query.manifests.get("pyproject.toml")
    if stated is None:
        return None
    own = stated.own.poetry
    if "poetry.lock" not in query.locks and (own is None or query.locks):
        return None
    return (own.name if own is not None else stated.name) or "non-package-mode"


def _minors(query: Query) -> Iterator[str]:
    """The versions of Python that the environment may be named after: that of ``python`` on PATH first, then those the project admits."""
    from venvls.standards.python_versions import fits

    first = _on_path(query)
    if first is not None:
        yield first
    own = query.manifests["pyproject.toml"].own.poetry
    required = own.python if own is not None else None
    known = [minor for minor in _MINORS if minor != first]
    yield from sorted(known, key=lambda minor: required is not None and not fits(required, minor))


def _on_path(query: Query) -> str | None:
    """The version of the ``python`` a shell would start, where its file's name tells it."""
    files = query.files
    separator, name = (";", "python.exe") if files.path.sep == "\\" else (":", "python")
    for folder in query.environ.get("PATH", "").split(separator):
        if not files.path.isabs(folder):
            continue
        place = files.path.join(folder, name)
        if files.stat(place) is not None:
            match = re.fullmatch(_PYTHON, files.path.basename(files.real(place)))
            return match[1] if match else None
    return None


def _in_use(files: FileView, place: str, base: str) -> str | None:
    """The Python that ``envs.toml`` notes for a project (``poetry env use``)."""
    from venvls.model.settings_file import settings_in

    entry = settings_in(files.read(place, _LIMIT)).get(base)
    minor = entry.get("minor") if isinstance(entry, dict) else None
    return minor.strip() if isinstance(minor, str) and re.fullmatch(r"\s*\d{1,2}\.\d{1,2}\s*", minor) else None


class _Settings:
    """Poetry's settings for a project, read from its files when they are needed."""

    def __init__(self, query: Query) -> None:
        from venvls.model.settings_file import settings_in

        self._query = query
        files, path = query.files, query.files.path
        self._tables = [settings_in(files.read(path.join(query.root, "poetry.toml"), _LIMIT))]
        self._tables += [settings_in(files.read(path.join(folder, "config.toml"), _LIMIT)) for folder in _config_folders(query)]

    def flag(self, name: str) -> bool | None:
        """``virtualenvs.name`` as yes or no; ``None`` where nobody says."""
        value = self._value("virtualenvs", name)
        return value if isinstance(value, bool) else value.lower() in ("true", "1") if isinstance(value, str) else None

    def virtualenvs(self) -> list[str]:
        """The folders that may hold named environments, the likelier first."""
        path = self._query.files.path
        folder = self._value("virtualenvs", "path")
        caches = self._caches()
        if not isinstance(folder, str) or not folder:
            return [path.join(cache, "virtualenvs") for cache in caches]
        if "{cache-dir}" in folder:
            return [self._absolute(folder.replace("{cache-dir}", cache)) for cache in caches]
        return [self._absolute(folder)]

    def _caches(self) -> list[str]:
        query, path = self._query, self._query.files.path
        folder = self._value("cache-dir")
        if isinstance(folder, str) and folder:
            return [self._absolute(folder)]
        xdg = query.environ.get("XDG_CACHE_HOME", "")
        set_by_hand = [path.join(xdg, "pypoetry")] if path.isabs(xdg) else []
        if query.platform == "win32":
            return [path.join(query.environ.get("LOCALAPPDATA") or path.join(query.home, "AppData", "Local"), "pypoetry", "Cache")]
        if query.platform == "darwin":  # platformdirs has not always looked at XDG there
            return [*set_by_hand, path.join(query.home, "Library", "Caches", "pypoetry")]
        return set_by_hand or [path.join(query.home, ".cache", "pypoetry")]

    def _value(self, *keys: str) -> object:
        variable = "POETRY_" + "_".join(key.upper().replace("-", "_") for key in keys)
        if variable in self._query.environ:
            return self._query.environ[variable]
        for table in self._tables:
            value: Any = table
            for key in keys:
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None:
                return cast("object", value)
        return None

    def _absolute(self, place: str) -> str:
        path = self._query.files.path
        if place == "~" or place.startswith(("~/", "~\\")):
            place = path.join(self._query.home, place[2:])
        return str(path.normpath(path.join(self._query.root, place)))


def _config_folders(query: Query) -> list[str]:
    path, environ = query.files.path, query.environ
    if folder := environ.get("POETRY_CONFIG_DIR"):
        return [folder]
    xdg = environ.get("XDG_CONFIG_HOME", "")
    set_by_hand = [path.join(xdg, "pypoetry")] if path.isabs(xdg) else []
    if query.platform == "win32":
        return [path.join(environ.get("APPDATA") or path.join(query.home, "AppData", "Roaming"), "pypoetry")]
    if query.platform == "darwin":
        return [*set_by_hand, path.join(query.home, "Library", "Application Support", "pypoetry")]
    return set_by_hand or [path.join(query.home, ".config", "pypoetry")]


def _keeps(query: Query) -> bool:
    return _project_name(query) is not None


KIND = Kind("poetry", ("pyvenv.cfg",), recognise, places, _keeps)
