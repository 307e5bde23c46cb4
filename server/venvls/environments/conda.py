"""conda's environments, also those of mamba and micromamba: a folder ``conda-meta`` in the prefix and no ``conda-meta/pixi``.

Which packages are there, and so which Python, is read from the names of the files in it: ``name-version-build.json`` (conda
``core/prefix_data.py``). A project's environment is the one that its environment.yml names: in the project's folder, active, or
below one of conda's folders of environments; those folders are never listed.
"""

from __future__ import annotations

from venvls.environments import layout
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment, Layout
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Compiled when first used: few people have one.
_PYTHON = r"python-(\d+)\.(\d+)(?:\.(\d+))?[A-Za-z0-9.]*-([^-]+)\.json"
INSIDE = (".conda", "env", "envs", ".env", "venv", ".venv")
"""Names under which people keep a conda environment in a project's folder."""


class Record(NamedTuple):
    """The Python that conda noted in a prefix: ``X.Y.Z``, and whether its build is PyPy's or a free-threaded one."""

    version: str
    pypy: bool
    free_threaded: bool

    @property
    def minor(self) -> str:
        """``X.Y``."""
        return ".".join(self.version.split(".")[:2])


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """The environment at ``prefix``; ``None`` where there is none, or one that holds no Python and that nobody named."""
    join = view.path.join
    meta = view.stat(join(prefix, "conda-meta"))
    if meta is None or meta.kind != "directory" or view.stat(join(prefix, "conda-meta", "pixi")) is not None:
        return None
    return read(view, prefix, expected)


def read(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """What is in a prefix that has a ``conda-meta``, for the kinds of tools that make such ones."""
    join = view.path.join
    record = _record(view, prefix)
    if record is None and not expected:
        return None
    shape, interpreter = _interpreter(view, prefix)
    libraries = [library for library in layout.libraries(view, prefix) if record is None or library.minor in (None, record.minor)]
    libraries = [library for library in libraries if library.free_threaded == bool(record and record.free_threaded)] or libraries
    problem = None
    if record is None:
        problem = "It contains no Python. Add `python` to the file it is made from, and sync it."
    elif interpreter is None:
        problem = f"conda recorded Python {record.version} in it, but there is no interpreter. Recreate it."
    name = str(view.path.basename(prefix))
    is_root = view.stat(join(prefix, "condabin")) is not None
    return Environment(
        prefix=prefix,
        real=view.real(prefix),
        interpreter=interpreter if record is not None else None,
        version=record.version if record is not None else None,
        implementation="pypy" if record is not None and record.pypy else "cpython",
        kind="conda",
        name="base" if is_root else name,
        health="incomplete" if record is None else "broken" if interpreter is None else "ok",
        problem=problem,
        creator="conda",
        site_packages=tuple(library.site_packages for library in libraries) if record is not None else (),
        layout=shape,
        free_threaded=bool(record and record.free_threaded),
        # conda itself lives there: no project's place.
        tool_owned=is_root,
    )


def _record(view: FileView, prefix: str) -> Record | None:
    for entry in view.list(view.path.join(prefix, "conda-meta")) or ():
        if entry.name.startswith("python-") and (match := re.fullmatch(_PYTHON, entry.name)):
            version = ".".join(part for part in match.group(1, 2, 3) if part is not None)
            return Record(version, "pypy" in match[4], re.search(r"cp\d+t(?:_|$)", match[4]) is not None)
    return None


def _interpreter(view: FileView, prefix: str) -> tuple[Layout, str | None]:
    """The interpreter: ``python.exe`` in the prefix itself on Windows, ``bin/python`` elsewhere."""
    join = view.path.join
    places: list[tuple[Layout, str]] = [("posix", join(prefix, "bin", "python")), ("windows", join(prefix, "python.exe"))]
    for shape, place in reversed(places) if view.path.sep == "\\" else places:
        stat = view.stat(place)
        if stat is not None and stat.kind == "file":
            return shape, place
    return "windows" if view.path.sep == "\\" else "posix", None


def places(query: Query) -> Iterator[Place]:
    """Where the environment of an environment.yml is, the likelier place first; nothing for a project without one."""
    manifest = query.manifests.get("environment.yml")
    stated = manifest.own.conda if manifest is not None else None
    if stated is None:
        return
    path = query.files.path
    for folder in INSIDE:
        prefix = path.join(query.root, folder)
        if _stands(query, prefix):
            yield Place(prefix, f"{folder} is a conda environment in the project's folder")
    name = _plain(stated.name)
    active = query.environ.get("CONDA_PREFIX")
    if name is None:
        # Nothing says which: the one the person works in, unless that is conda's own.
        usable = active and path.isabs(active) and query.environ.get("CONDA_DEFAULT_ENV") not in (None, "base")
        if usable and not stated.name and not _has_other(query):
            yield Place(path.normpath(active), "it is active (CONDA_PREFIX), and environment.yml names none")
        return
    if _has_other(query) and _own_environment(query):
        return
    if active and path.isabs(active) and name in (query.environ.get("CONDA_DEFAULT_ENV"), path.basename(path.normpath(active))):
        yield Place(path.normpath(active), f"it is active, and environment.yml names it ({name})")
    from venvls.environments.conda_folders import registered, searched

    reason = f"environment.yml names it ({name})"
    yield from (Place(prefix, reason) for prefix in registered(query, name))
    yield from (Place(path.join(folder, name), reason) for folder in searched(query))


def _plain(name: object) -> str | None:
    """A name of an environment that is a name and no path; conda's own environment is nobody's."""
    if not isinstance(name, str) or not name or name in ("base", "root", ".", "..") or re.search(r"[/\\:#\s]", name):
        return None
    return name


def _has_other(query: Query) -> bool:
    """Whether the project is also written down for others than conda."""
    return any(kind != "environment.yml" for kind in query.manifests)


def _own_environment(query: Query) -> bool:
    """Whether an environment is in the folder: it goes before one of the right name far away."""
    join = query.files.path.join
    return any(query.files.stat(join(query.root, name, "pyvenv.cfg")) is not None for name in (".venv", "venv", "env", ".env"))


def _stands(query: Query, prefix: str) -> bool:
    join = query.files.path.join
    return query.files.stat(join(prefix, "conda-meta")) is not None and query.files.stat(join(prefix, "conda-meta", "pixi")) is None


KIND = Kind("conda", ("conda-meta",), recognise, places)
