"""What a walk found, sorted into projects: which folder each manifest belongs to, and which of a folder's manifests count by default."""

from __future__ import annotations

from venvls import lookalikes
from venvls.manifests import FOLDERS
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.pieces import Mapping
from venvls.model.ports import FileView
from venvls.model.requirement import Requirement
from venvls.model.requirement_list import listed
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# A folder of these names holds the files of the folder above it, by wide custom.
INNER = (*FOLDERS, "constraints")
# What a requirements file is called where it is the main one among several.
OF_TOX = ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml")
"""The files that tox takes its settings from: the first in a folder that has any (tox ``config/source/discover.py``)."""

_MAIN = frozenset({"", "base", "main", "common", "all", "default", "core", "app", "in"})
_DEV = frozenset({"dev", "develop", "development"})
# Folders whose requirements serve a purpose of their own; not chosen unless the folder has an environment of its own. So do those with
# a dot before their name (.github, .binder, .devcontainer): they are for some service.
_ASIDE = frozenset(
    {
        *("docs", "doc", "documentation", "example", "examples", "sample", "samples", "demo", "demos", "test", "tests", "testing"),
        *("fixture", "fixtures", "testdata", "benchmark", "benchmarks", "ci", "binder", "vendor", "third_party", "subprojects"),
        *("template", "templates", "project_template"),
    }
)

_LISTS = (".txt", ".in")
"""Endings of requirements files."""
_OF_CONDA = {"environment.yml": "conda", "pixi.toml": "pixi"}
"""Formats that speak of one kind of environment alone, which need not be one of Python."""


def folder_of(path: str, files: FileView) -> str:
    """The project folder a manifest belongs to: its own, or the one above ``requirements/``."""
    folder: str = files.path.dirname(path)
    if files.path.basename(folder) in INNER and files.path.splitext(path)[1] in _LISTS:
        above: str = files.path.dirname(folder)
        return above
    return folder


def is_copy(root: str, manifests: Mapping[str, Manifest], load: Callable[[str], Manifest | str], files: FileView) -> bool:
    """Whether what is in ``requirements/`` next to requirements files is only the folder above once more.

    aiohttp keeps a link to its pyproject.toml there, for programs that look no further.
    """
    if files.path.basename(root) not in INNER or not manifests:
        return False
    above = {path: files.path.join(files.path.dirname(root), files.path.basename(path)) for path in manifests}
    return all(_same(manifests[path], load(other)) or files.real(path) == files.real(other) for path, other in above.items())


def _same(manifest: Manifest, other: Manifest | str) -> bool:
    return isinstance(other, Manifest) and manifest.text == other.text


def by_folder(paths: Iterable[str], files: FileView) -> dict[str, list[str]]:
    """Manifests by project folder, each folder's in the order they are spoken of: pyproject.toml, requirements.txt, others, constraints."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(folder_of(path, files), []).append(path)
    for in_folder in folders.values():
        in_folder.sort(key=lambda path: _order(path, files))
    return folders


def group_of(path: str, files: FileView) -> str:
    """The group a requirements file's name stands for: ``""`` for the main one, ``dev`` for ``requirements-dev.txt``…

    Other manifests name their groups inside: theirs is ``""`` too.
    """
    name = files.path.basename(path).lower()
    stem, suffix = files.path.splitext(name)
    if suffix not in _LISTS:
        return ""
    if files.path.basename(files.path.dirname(path)) in INNER:
        group = stem.removeprefix("requirements").strip("-_.")
    else:
        group = stem.removeprefix("requirements").removesuffix("requirements").strip("-_.")
    return "" if group in _MAIN else "dev" if group in _DEV else group


def counted(paths: Sequence[str], chosen: frozenset[str], everything: bool, files: FileView) -> frozenset[str]:
    """Which requirements files of one project folder count: the main ones, ``dev``, and the chosen.

    Where no file is a main one all count: nothing says that one of them is a side matter.
    """
    named = {path: group_of(path, files) for path in paths if files.path.splitext(path)[1] in _LISTS}
    others = [path for path in paths if path not in named]
    main = [path for path, group in named.items() if group == ""]
    if everything or not (main or others):
        return frozenset(paths)
    wanted = {"", "dev"} | chosen
    return frozenset([*others, *(path for path, group in named.items() if group in wanted)])


def aside(root: str, owner: str, files: FileView) -> str | None:
    """The group that a folder on the way from ``owner`` down to ``root`` stands for (``docs``, ``tests``…); ``None`` where none does."""
    way = files.path.relpath(root, owner).lower().split(files.path.sep)
    return next((name for name in way if name in _ASIDE or (name.startswith(".") and name.strip("."))), None)


def says_something(manifest: Manifest) -> bool:
    """Whether a manifest makes its folder a project: a pyproject.toml that only configures a linter does not."""
    if manifest.format not in ("pyproject.toml", "setup.cfg", "setup.py", "environment.yml", "pixi.toml"):
        return True
    if manifest.format in _OF_CONDA and not manifest.names_python:
        return False
    wrong = any(not problem.newer for problem in manifest.problems)
    stated = manifest.requirements or manifest.groups or manifest.requires_python or wrong or manifest.includes
    computed = manifest.format == "setup.py" and "install_requires" in manifest.dynamic
    return bool(stated) or computed or (manifest.format == "pyproject.toml" and bool(manifest.name))


def decides(manifest: Manifest) -> tuple[object, ...]:
    """What of a manifest may decide on projects and their environments: equal for two readings between which nobody need sort again.

    Everything it states but its requirements and where in the text it is: a new field counts until somebody sets it aside here. Of
    requirements those count that are folders: a project in one of them may use this one's environment.
    """
    stated = [_plain(getattr(manifest, name)) for name in manifest.__slots__ if name not in _OF_TEXT]
    inside = tuple([(url, requirement.parsed.key) for requirement, url in of_folders(manifest)])
    return (*stated, inside, says_something(manifest), _states(manifest), _lists(manifest), lookalikes.is_prose(manifest))


def of_folders(manifest: Manifest) -> Iterator[tuple[Requirement, str]]:
    """Those of a manifest's requirements that are installed from a path, each with its URL as it is stated."""
    requirements = listed(manifest.requirements)
    for number, need in enumerate(requirements.needs if requirements.linked else ()):
        url = need.url
        if url is not None and (url.startswith("file:") or ":" not in url):
            yield requirements[number], url


_OF_TEXT = frozenset({"text", "requirements", "includes", "options", "problems", "first_statement", "complete"})


def _plain(value: object) -> object:
    """The same without places in a text."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return tuple([_plain(inner) for inner in value]) if isinstance(value, (tuple, list)) else value


def in_force(paths: Sequence[str], manifests: Mapping[str, Manifest]) -> list[str]:
    """Those of one folder's manifests that mean anything: a setup.cfg about other things does not, nor a setup.py that only computes, and
    neither of them where pyproject.toml says it all.

    setuptools passes over their requirements where there is a ``[project]`` table whose ``dynamic`` does not name ``dependencies``;
    other build backends never look at them. What setup.py says goes before what setup.cfg does.
    """
    pyproject = next((manifests[path] for path in paths if path in manifests and manifests[path].format == "pyproject.toml"), None)
    silent: tuple[str, ...] = ("setup.cfg", "setup.py") if pyproject is not None and _says_all(pyproject) else ()
    if not silent and any(_lists(manifests[path]) for path in paths if path in manifests and manifests[path].format == "setup.py"):
        silent = ("setup.cfg",)
    return [path for path in paths if path not in manifests or (manifests[path].format not in silent and _means(manifests[path]))]


def _lists(manifest: Manifest) -> bool:
    """Whether a setup.py says what to install, plainly or not."""
    return any(scope.kind == "main" for scope in listed(manifest.requirements).scopes) or "install_requires" in manifest.dynamic


def _means(manifest: Manifest) -> bool:
    return manifest.format not in ("setup.cfg", "setup.py", *_OF_CONDA) or says_something(manifest)


def _says_all(pyproject: Manifest) -> bool:
    backend = pyproject.own.pyproject.build_backend if pyproject.own.pyproject is not None else None
    if (backend is not None and not backend.startswith("setuptools.")) or pyproject.own.poetry is not None:
        return True
    return pyproject.name is not None and "dependencies" not in pyproject.dynamic


def suited(paths: Iterable[str], manifests: Mapping[str, Manifest], kind: str | None) -> frozenset[str]:
    """Those of the manifests that speak of environments of this kind: an environment.yml is about conda's, a pixi.toml about pixi's;
    without any environment all count."""
    if kind is None:
        return frozenset(paths)
    return frozenset(path for path in paths if path not in manifests or _OF_CONDA.get(manifests[path].format, kind) == kind)


def spoken_first(paths: Sequence[str], manifests: Mapping[str, Manifest]) -> tuple[str, ...]:
    """The same paths, those that state a requirement first: remarks about the project are shown there."""
    return tuple(sorted(paths, key=lambda path: not _states(manifests.get(path))))


def _states(manifest: Manifest | None) -> bool:
    return manifest is not None and any(scope.kind not in ("build", "constraint") for scope in listed(manifest.requirements).scopes)


def _order(path: str, files: FileView) -> tuple[object, ...]:
    name = files.path.basename(path)
    listed = name.lower().endswith(_LISTS) and group_of(path, files) == ""
    rank = 0 if name == "pyproject.toml" else 3 if name.startswith("constraints") else 1 if listed else 2
    return (rank, path.count(files.path.sep), name)
