"""uv's place for a project: ``UV_PROJECT_ENVIRONMENT`` (from the workspace's root), else ``.venv`` there (uv
``uv-workspace/src/workspace.rs``).

``.venv`` may be a file that holds the path of an environment elsewhere. The environments of scripts (PEP 723) are in uv's cache: see
:mod:`uv_scripts`. What uv made is told from other environments by its ``pyvenv.cfg``, where :mod:`venv` reads it.
"""

from __future__ import annotations

from venvls.environments.kind import Kind, Place, Query
from venvls.environments.pointer import read_pointer
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterable


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """Nothing: an environment that uv made is one of PEP 405, and read as such."""
    return None


def places(query: Query) -> Iterable[Place]:
    """The one place uv uses for the project; none where uv does not keep it."""
    if "script" in query.manifests:
        from venvls.environments import uv_scripts

        yield from uv_scripts.places(query)
        return
    if not _keeps(query):
        return
    path = query.files.path
    named = query.environ.get("UV_PROJECT_ENVIRONMENT")
    if named:
        yield Place(path.normpath(path.join(query.root, named)), "UV_PROJECT_ENVIRONMENT names it")
        return
    default = path.join(query.root, ".venv")
    pointer = read_pointer(query.files, default)
    if pointer is not None and pointer.target is not None:
        where = "uv uses .venv in the project's folder" if pointer.target == default else f"{default} names it, and uv follows that"
        yield Place(pointer.target, where)


def _keeps(query: Query) -> bool:
    """Whether uv manages the project: it has a lock of uv's, or settings for it, and does not opt out."""
    if "script" in query.manifests:
        return True
    uv = query.tool("uv")
    if uv is not None and uv.get("managed") is False:
        return False
    return "uv.lock" in query.locks or uv is not None


KIND = Kind("uv", ("pyvenv.cfg",), recognise, places, _keeps)
