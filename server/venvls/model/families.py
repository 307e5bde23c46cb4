"""What only one family of formats knows of a manifest: a record each, as plain data. :class:`venvls.model.manifest.Own` holds them."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.pieces import MappingProxyType
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from venvls.model.requirement import Scope
    from venvls.model.text import Span

TOX_WORK_DIR = ".tox"


class CompiledHeader(NamedTuple):
    """The comment that a compiler of requirements files writes at the top of its output (pip-tools, ``uv pip compile``).

    ``tool`` is ``pip-compile`` or ``uv``; ``command`` the recorded line, empty where there is none. ``arguments`` are those of the
    program's own command, without it, so that it can be run again; ``None`` where the command is somebody's own. ``writes`` are the parts
    of the path it writes to, from the folder it ran in; empty where that is not known.
    """

    tool: str
    command: str
    arguments: tuple[str, ...] | None = None
    writes: tuple[str, ...] = ()


class PyprojectTable(NamedTuple):
    """``version`` and ``build-backend`` as a pyproject.toml states them; ``project`` is whether there is a ``[project]`` table at all.
    ``entry_points`` are the commands and plugins it states: by group, as in an entry_points.txt, what each name leads to."""

    version: str | None = None
    build_backend: str | None = None
    project: bool = True
    entry_points: Mapping[str, Mapping[str, str]] = MappingProxyType({})


class PoetryTable(NamedTuple):
    """``[tool.poetry]``: ``name`` is how Poetry names environments after the project; ``groups`` gives for each group, by PEP 503 name,
    whether it is optional; ``python`` is the Python that is required, as PEP 440 says it."""

    package_mode: bool
    name: str
    groups: Mapping[str, bool]
    python: str | None


class Unknown(NamedTuple):
    """Something of a list that only ``tool`` can fill in, as it makes an environment: what it belongs to, and where it is. Where one of the
    groups ``known`` counts, it is known what it is there."""

    scope: Scope
    tool: str
    span: Span
    known: tuple[str, ...] = ()


class PixiPython(NamedTuple):
    """The Python that the tables at the top require: in conda's words, where, and the same as PEP 440 says it, if it can."""

    specifier: str
    span: Span
    pep440: str | None


class PixiTable(NamedTuple):
    """``[tool.pixi]``, or all of a pixi.toml: the plain table, and the Python that its top level requires."""

    table: Mapping[str, Any]
    python: PixiPython | None


class CondaFile(NamedTuple):
    """An environment.yml: the name it gives the environment, and its channels as written."""

    name: str | None
    channels: tuple[str, ...]


class PipenvFile(NamedTuple):
    """A Pipfile: its ``[pipenv]`` table."""

    settings: Mapping[str, Any]


class ToxNames(NamedTuple):
    """The environments a file of tox's speaks of. ``listed`` is its ``env_list`` (``None`` where that cannot be told from the file alone),
    ``others`` those it names elsewhere, ``factors`` what such names are made of. ``work_dir`` is where tox keeps them, as far as the
    file says so: a path from the file's folder, ``None`` for anywhere."""

    listed: frozenset[str] | None = frozenset()
    others: frozenset[str] = frozenset()
    factors: frozenset[str] = frozenset()
    work_dir: str | None = TOX_WORK_DIR


class ToxProject(NamedTuple):
    """What of the project tox installs into one environment: the package itself, ``extras`` and ``groups`` (PEP 503 names). ``None`` where
    the file alone does not tell."""

    package: bool | None = False
    extras: tuple[str, ...] | None = ()
    groups: tuple[str, ...] | None = ()


class ToxPart(NamedTuple):
    """What tox's file says of one environment next to its requirements: what of the project is installed there; ``unknown`` where the file
    alone does not tell all of it."""

    project: ToxProject
    unknown: bool
