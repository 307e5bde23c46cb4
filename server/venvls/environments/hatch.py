"""Where Hatch puts the default environment of a project (hatch ``env/virtual.py``, ``utils/fs.py``, ``cli/application.py``).

An explicit ``path`` or ``HATCH_ENV_TYPE_VIRTUAL_PATH`` wins; else ``<folder>/<project>/<hash of the root>/<environment>``, where the
environment called ``default`` goes by the project's name. The folder is that of Hatch's configuration (``dirs.env.virtual``), else
``env/virtual`` below ``HATCH_DATA_DIR`` or the person's data folder. Where it is inside the project, or is ``~/.virtualenvs``, there are
no folders of project and hash.
"""

from __future__ import annotations

from venvls.environments import venv
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.ports import FileView
from venvls.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where it is in the folders Hatch makes: ``…/env/virtual/<project>/<hash>/<environment>``."""
    parts = prefix.replace(view.path.sep, "/").split("/")
    if parts[-5:-3] != ["env", "virtual"]:
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="hatch") if environment is not None else None


def places(query: Query) -> Iterator[Place]:
    """Where ``hatch env find`` points."""
    path = query.files.path
    pyproject = query.manifests.get("pyproject.toml")
    stated = pyproject.own.pyproject if pyproject is not None else None
    configured = _keeps(query)
    # A build backend alone does not say that Hatch manages the environment, where another one is in the folder.
    alone = str(stated and stated.build_backend).startswith("hatchling.") and not any(
        query.files.lstat(path.join(query.root, name)) for name in (".venv", "venv", "env")
    )
    if not configured and not alone:
        return
    prefix = default_place(query)
    if prefix is not None:
        # In a place of its own choice nothing but the settings tells whose it is.
        named = _stated_default(_table(query).get("envs")) or {}
        yield Place(prefix, "Hatch manages it for this project", "hatch" if named.get("path") else None)


def default_place(query: Query) -> str | None:
    """The prefix of the project's ``default`` environment; ``None`` where its type is not Hatch's own."""
    path = query.files.path
    stated = _stated_default(_table(query).get("envs"))
    if stated is None or stated.get("type", "virtual") != "virtual":
        return None
    chosen = query.environ.get("HATCH_ENV_TYPE_VIRTUAL_PATH") or stated.get("path")
    if isinstance(chosen, str) and chosen:
        return str(path.normpath(path.join(query.root, chosen)))
    pyproject = query.manifests.get("pyproject.toml")
    name = pyproject.name if pyproject is not None else None
    identity = root_hash(query.root, query.platform)
    project = name if name is not None else f"{identity}-unmanaged"
    folder = _folder(query)
    inside = folder.startswith(query.root.rstrip(path.sep) + path.sep)
    if inside or folder == path.join(query.home, ".virtualenvs"):
        return str(path.join(folder, project))
    return str(path.join(folder, project, identity, project))


def _stated_default(envs: object) -> Mapping[str, Any] | None:
    """What the environment ``default`` and the templates it takes after say; ``None`` where there is none of that name (it has a matrix),
    or where an override decides of what type it is and where it is."""
    tables = envs if isinstance(envs, dict) else {}
    merged: dict[str, Any] = {}
    name: object = "default"
    seen = set()
    while isinstance(name, str) and name not in seen and isinstance(table := tables.get(name, {}), dict):
        seen.add(name)
        merged = {**{key: value for key, value in table.items() if key != "matrix" or name == "default"}, **merged}
        name = None if table.get("detached") is True else table.get("template", "default")
    return None if "matrix" in merged or _overridden(merged.get("overrides")) & {"type", "path"} else merged


def _overridden(table: object) -> set[str]:
    """The options that any override names."""
    sources = table.values() if isinstance(table, dict) else ()
    conditions = [options for source in sources if isinstance(source, dict) for options in source.values()]
    return {option.removeprefix("set-") for options in conditions if isinstance(options, dict) for option in options}


def root_hash(root: str, platform: str) -> str:
    """What Hatch calls a project's folder: the first characters of its path's SHA-256 in URL-safe base 64."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    plain = root.casefold() if platform in ("win32", "darwin") else root
    return urlsafe_b64encode(sha256(plain.encode("utf-8")).digest()).decode()[:8]


def _table(query: Query) -> Mapping[str, Any]:
    """Hatch's settings: hatch.toml's keys over those of ``[tool.hatch]``."""
    table: dict[str, Any] = {}
    for name in ("pyproject.toml", "hatch.toml"):
        manifest = query.manifests.get(name)
        if manifest is not None and manifest.own.hatch is not None:
            table.update(manifest.own.hatch)
    return table


def _folder(query: Query) -> str:
    from venvls.environments.tool_folders import data_folder

    path = query.files.path
    dirs = _configuration(query).get("dirs")
    dirs = dirs if isinstance(dirs, dict) else {}
    env = dirs.get("env")
    named = env.get("virtual") if isinstance(env, dict) else None
    if isinstance(named, str) and named:
        return str(path.normpath(path.join(query.root, _expanded(named, query))))
    data = query.environ.get("HATCH_DATA_DIR") or dirs.get("data")
    base = _expanded(data, query) if isinstance(data, str) and data else data_folder(query, "hatch")
    return str(path.normpath(path.join(query.root, base, "env", "virtual")))


def _configuration(query: Query) -> Mapping[str, Any]:
    from venvls.environments.tool_folders import config_folder
    from venvls.model.settings_file import settings_in

    path = query.files.path
    named = query.environ.get("HATCH_CONFIG")
    data = query.files.read(path.join(query.root, named) if named else path.join(config_folder(query, "hatch"), "config.toml"), 1_000_000)
    return settings_in(data)


def _expanded(place: str, query: Query) -> str:
    """``~`` and variables, as ``os.path.expandvars`` fills them in."""
    import re

    place = re.sub(r"\$(?:(\w+)|\{([^}]*)\})", lambda match: query.environ.get(match[1] or match[2], match[0]), place)
    return query.home + place[1:] if place.startswith("~") else place


def _keeps(query: Query) -> bool:
    """Whether there are settings for environments of Hatch's; its build backend alone does not say that it keeps any."""
    table = _table(query)
    return isinstance(table.get("envs"), dict) or "env" in table


KIND = Kind("hatch", ("pyvenv.cfg",), recognise, places, _keeps)
