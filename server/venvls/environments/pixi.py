"""pixi's environments: ``.pixi/envs/<name>`` in the workspace's folder, ``default`` first. ``conda-meta/pixi`` tells whose one is.

That file is JSON with the manifest's path and the environment's name (pixi ``environment/mod.rs``). Where environments are kept
elsewhere (``detached-environments``) pixi leaves a link at ``.pixi/envs``; the name of that place is a hash of pixi's own and is not
worked out.
"""

from __future__ import annotations

from venvls.environments import conda
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.ports import FileView
from venvls.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LIMIT = 100_000


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix`` where pixi wrote down that it made it, or where it is in pixi's own place."""
    join, path = view.path.join, view.path
    if view.stat(join(prefix, "conda-meta")) is None:
        return None
    data = view.read(join(prefix, "conda-meta", "pixi"), _LIMIT)
    envs = path.dirname(prefix)
    in_place = path.basename(envs) == "envs" and path.basename(path.dirname(envs)) == ".pixi"
    if data is None and not in_place:
        return None
    environment = conda.read(view, prefix, expected)
    if environment is None:
        return None
    noted = _noted(data)
    name = noted.get("environment_name")
    manifest = noted.get("manifest_path")
    # A copied or moved workspace still notes the old place.
    project: str | None = path.dirname(path.dirname(envs)) if in_place else None
    if project is None and isinstance(manifest, str) and path.isabs(manifest) and view.stat(manifest) is not None:
        project = path.dirname(manifest)
    shown = name if isinstance(name, str) and name else path.basename(prefix)
    return replace(environment, kind="pixi", creator="pixi", name=shown, project=project, tool_owned=False)


def places(query: Query) -> Iterator[Place]:
    """``.pixi/envs/default``, for a project that pixi keeps."""
    if not keeps(query):
        return
    path = query.files.path
    active = query.environ.get("PIXI_ENVIRONMENT_NAME")
    own = query.environ.get("PIXI_PROJECT_ROOT")
    name = active if active and own and path.normpath(own) == query.root and not set(active) & set("/\\") else "default"
    place = path.join(query.root, ".pixi", "envs", name)
    yield Place(
        place, "pixi manages this project, and this is its environment" if name == "default" else f"pixi's environment {name} is active"
    )


def keeps(query: Query) -> bool:
    """Whether pixi keeps the project: a ``pixi.toml``, or ``[tool.pixi]``."""
    if query.tool("pixi") is not None:
        return True
    return query.files.stat(query.files.path.join(query.root, "pixi.toml")) is not None


def _noted(data: bytes | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    import json

    try:
        noted = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return noted if isinstance(noted, dict) else {}


KIND = Kind("pixi", ("conda-meta",), recognise, places, keeps)
