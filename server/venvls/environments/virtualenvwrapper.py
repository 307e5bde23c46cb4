"""virtualenvwrapper's place for a project: ``$WORKON_HOME/<name of its folder>``, where its ``.project`` names the project.

``mkproject`` and ``setvirtualenvproject`` write that file (virtualenvwrapper.sh); the environment is one of PEP 405 and read as such.
The folder holds everybody's environments and is not listed: one of another name than the project's folder is not found, select it.
"""

from __future__ import annotations

from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterator


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """Nothing: such an environment is read as what made it."""
    return None


def places(query: Query) -> Iterator[Place]:
    """The environment of the folder's own name, if it says that it belongs to the project."""
    path = query.files.path
    if any(query.files.stat(path.join(query.root, folder_name, "pyvenv.cfg")) is not None for folder_name in (".venv", "venv")):
        return  # what is in the folder itself is nearer
    name = path.basename(query.root)
    for home in _homes(query) if name else ():
        prefix = path.join(home, name)
        data = query.files.read(path.join(prefix, ".project"), 10_000)
        if data is None:
            continue
        project = data.decode("utf-8", "surrogateescape").strip()
        if path.isabs(project) and _same(query, project):
            yield Place(prefix, f"{path.join(prefix, '.project')} names this folder")


def _same(query: Query, project: str) -> bool:
    path = query.files.path
    stored_place, other = (path.normcase(path.normpath(place)) for place in (project, query.root))
    return bool(stored_place == other or path.normcase(query.files.real(project)) == path.normcase(query.files.real(query.root)))


def _homes(query: Query) -> Iterator[str]:
    path = query.files.path
    home = query.environ.get("WORKON_HOME", "")
    if home.startswith(("~/", "~\\")):
        home = path.join(query.home, home[2:])
    if path.isabs(home):
        yield path.normpath(home)
        return
    yield path.join(query.home, ".virtualenvs")
    if query.platform == "win32":  # virtualenvwrapper-win
        yield path.join(query.home, "Envs")


KIND = Kind("virtualenvwrapper", ("pyvenv.cfg",), recognise, places)
