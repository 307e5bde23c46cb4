"""A tool's own environments (tox's) as projects of their own: each is compared with the part of the tool's file that speaks of it.

Such an environment is never made, chosen or looked after here: one that the tool has not made yet is not missing, and one that is broken
the tool makes again. What is in one that is is compared, as for any project.
"""

from __future__ import annotations

from venvls import manifests
from venvls.discovery import OF_TOX
from venvls.model.environment import Environment
from venvls.model.finding import Project
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Hint, Manifest, Part
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from venvls.model.families import ToxNames

_PLACE = ".tox"
_FOLDERS_ABOVE = 10


class Sight(NamedTuple):
    """What is looked at: files, manifests (as a whole, or a part of one), which kinds are switched on, this machine's ``sys_platform``,
    and which files are as they are on purpose: a template's, a test's material."""

    files: FileView
    load: Callable[[str, Hint], Manifest | str]
    wanted: Callable[[str], bool]
    platform: str
    on_purpose: Callable[[str], bool]


class _Source(NamedTuple):
    path: str
    names: ToxNames


def projects_of_tools(environments: Iterable[Environment], walked: Collection[str], sight: Sight) -> tuple[Project, ...]:
    """A project for each environment that tox has made by one of the files ``walked``; and one for each file of tox's that is wrong in
    itself and has none, so that somebody says so."""
    if not sight.wanted("tox"):
        return ()
    known: dict[str, _Source | None] = {}
    made = [
        project
        for project in (_project(environment, walked, known, sight) for environment in environments if environment.kind == "tox")
        if project
    ]
    spoken_of = {project.manifests[0] for project in made}
    alone = (path for path in walked if path not in spoken_of and _is_tox(path, sight))
    wrong = (_without_environment(path, walked, known, sight) for path in alone)
    return (*sorted(made, key=lambda project: project.root), *(project for project in wrong if project is not None))


def _project(environment: Environment, walked: Collection[str], known: dict[str, _Source | None], sight: Sight) -> Project | None:
    if environment.health != "ok":
        return None
    from venvls.manifests.tox.names import knows

    path = sight.files.path
    place, name = path.split(environment.prefix)
    for folder in _folders(place, sight):
        source = _source(folder, walked, known, sight)
        if source is None:
            continue
        work_dir = source.names.work_dir
        if (work_dir is not None and path.normpath(path.join(folder, work_dir)) != place) or not knows(source.names, name):
            return None
        platform = "win32" if environment.layout == "windows" else sight.platform
        part = _with_project(Part("tox", name, platform, source.path), sight)
        environment = replace(environment, project=folder)
        project = path.join(folder, "pyproject.toml")
        with_project = project in walked and project != source.path and (part.package or part.groups)
        stated = (source.path, project) if with_project else (source.path,)
        return Project(environment.prefix, stated, environment=environment, reason=f"tox created it as its environment {name}", part=part)
    return None


def _with_project(part: Part, sight: Sight) -> Part:
    """The part with what of the project is installed there, as far as the file tells."""
    loaded = sight.load(part.source, part)
    stated = loaded.own.tox_part if isinstance(loaded, Manifest) else None
    if stated is None:
        return part
    project = stated.project
    return part._replace(package=bool(project.package), extras=project.extras or (), groups=project.groups or ())


def _without_environment(path: str, walked: Collection[str], known: dict[str, _Source | None], sight: Sight) -> Project | None:
    folder = sight.files.path.dirname(path)
    source = _source(folder, walked, known, sight)
    part = Part("tox", "", sight.platform, path)
    loaded = sight.load(path, part if manifests.kind_of(path) is None else None)
    if source is None or source.path != path or not isinstance(loaded, Manifest) or not loaded.problems or sight.on_purpose(path):
        return None
    return Project(sight.files.path.join(folder, _PLACE), (path,), reason="tox has not created an environment from this file", part=part)


def _is_tox(path: str, sight: Sight) -> bool:
    """Whether a file has settings of tox's, as far as a glance tells."""
    if sight.files.path.basename(path) not in OF_TOX:
        return False
    if manifests.kind_of(path) == "tox":
        return True
    loaded = sight.load(path, None)
    if not isinstance(loaded, Manifest):
        return False
    return "tox" in loaded.tool if loaded.format == "pyproject.toml" else "[tox:tox]" in loaded.text.source


def _folders(place: str, sight: Sight) -> Iterator[str]:
    """Where the file may be that an environment in ``place`` was made by: the folder of ``.tox``, else any above."""
    path = sight.files.path
    folder: str = path.dirname(place)
    if path.basename(place) == _PLACE:
        yield folder
        return
    for _ in range(_FOLDERS_ABOVE):
        yield folder
        if (above := path.dirname(folder)) == folder:
            return
        folder = above


def _source(folder: str, walked: Collection[str], known: dict[str, _Source | None], sight: Sight) -> _Source | None:
    """The file in a folder that tox goes by, and the environments it speaks of."""
    if folder not in known:
        paths = (sight.files.path.join(folder, name) for name in OF_TOX)
        known[folder] = next((source for path in paths if path in walked and (source := _read(path, sight)) is not None), None)
    return known[folder]


def _read(path: str, sight: Sight) -> _Source | None:
    loaded = sight.load(path, None)
    if not isinstance(loaded, Manifest):
        return None
    names = loaded.own.tox or manifests.environments_in(path, loaded.text)
    return _Source(path, names) if names is not None else None
