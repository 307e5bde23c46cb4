"""Where Hatch puts the default environment of a project (hatch ``env/virtual.py``, ``utils/fs.py``, ``cli/application.py``).

An explicit ``path`` or ``HATCH_ENV_TYPE_VIRTUAL_PATH`` wins; else ``<folder>/<project>/<hash of the root>/<environment>``, where the
environment called ``default`` goes by the project's name. The folder is that of Hatch's configuration (``dirs.env.virtual``), else
``env/virtual`` below ``HATCH_DATA_DIR`` or the person's data folder. Where it is inside the project, or is ``~/.virtualenvs``, there are
no folders of project and hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.environments import venv
from venvls.environments.kind import Ask, Kind, Place
from venvls.environments.tool_folders import config_folder, data_folder
from venvls.model import toml
from venvls.model.environment import Environment
from venvls.model.hints import Any
from venvls.model.ports import FileView
from venvls.model.record import replace


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where it is in the folders Hatch makes: ``…/env/virtual/<project>/<hash>/<environment>``."""
    parts = prefix.replace(view.path.sep, "/").split("/")
    if parts[-5:-3] != ["env", "virtual"]:
        return None
    environment = venv.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="hatch") if environment is not None else None


def places(ask: Ask) -> Iterator[Place]:
    """Where ``hatch env find`` points."""
    path = ask.files.path
    pyproject = ask.manifests.get("pyproject.toml")
    stated = pyproject.own.pyproject if pyproject is not None else None
    configured = _keeps(ask)
    # A build backend alone does not say that Hatch manages the environment, where another one is in the folder.
    alone = str(stated and stated.build_backend).startswith("hatchling.") and not any(
        ask.files.lstat(path.join(ask.root, name)) for name in (".venv", "venv", "env")
    )
    if not configured and not alone:
        return
    prefix = default_place(ask)
    if prefix is not None:
        yield Place(prefix, "Hatch manages it for this project")


def default_place(ask: Ask) -> str | None:
    """The prefix of the project's ``default`` environment; ``None`` where its type is not Hatch's own."""
    path = ask.files.path
    stated = _stated_default(_table(ask).get("envs"))
    if stated is None or stated.get("type", "virtual") != "virtual":
        return None
    chosen = ask.environ.get("HATCH_ENV_TYPE_VIRTUAL_PATH") or stated.get("path")
    if isinstance(chosen, str) and chosen:
        return str(path.normpath(path.join(ask.root, chosen)))
    pyproject = ask.manifests.get("pyproject.toml")
    name = pyproject.name if pyproject is not None else None
    identity = root_hash(ask.root, ask.platform)
    project = name if name is not None else f"{identity}-unmanaged"
    folder = _folder(ask)
    inside = folder.startswith(ask.root.rstrip(path.sep) + path.sep)
    if inside or folder == path.join(ask.home, ".virtualenvs"):
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


def _table(ask: Ask) -> Mapping[str, Any]:
    """Hatch's settings: hatch.toml's keys over those of ``[tool.hatch]``."""
    table: dict[str, Any] = {}
    for name in ("pyproject.toml", "hatch.toml"):
        manifest = ask.manifests.get(name)
        if manifest is not None and manifest.own.hatch is not None:
            table.update(manifest.own.hatch)
    return table


def _folder(ask: Ask) -> str:
    path = ask.files.path
    dirs = _configuration(ask).get("dirs")
    dirs = dirs if isinstance(dirs, dict) else {}
    env = dirs.get("env")
    named = env.get("virtual") if isinstance(env, dict) else None
    if isinstance(named, str) and named:
        return str(path.normpath(path.join(ask.root, _expanded(named, ask))))
    data = ask.environ.get("HATCH_DATA_DIR") or dirs.get("data")
    base = _expanded(data, ask) if isinstance(data, str) and data else data_folder(ask, "hatch")
    return str(path.normpath(path.join(ask.root, base, "env", "virtual")))


def _configuration(ask: Ask) -> Mapping[str, Any]:
    path = ask.files.path
    named = ask.environ.get("HATCH_CONFIG")
    data = ask.files.read(path.join(ask.root, named) if named else path.join(config_folder(ask, "hatch"), "config.toml"), 1_000_000)
    return toml.settings(data)


def _expanded(place: str, ask: Ask) -> str:
    """``~`` and variables, as ``os.path.expandvars`` fills them in."""
    import re

    place = re.sub(r"\$(?:(\w+)|\{([^}]*)\})", lambda match: ask.environ.get(match[1] or match[2], match[0]), place)
    return ask.home + place[1:] if place.startswith("~") else place


def _keeps(ask: Ask) -> bool:
    """Whether there are settings for environments of Hatch's; its build backend alone does not say that it keeps any."""
    table = _table(ask)
    return isinstance(table.get("envs"), dict) or "env" in table


KIND = Kind("hatch", ("pyvenv.cfg",), recognise, places, _keeps)
