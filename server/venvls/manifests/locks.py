"""The lock formats: which files are locks, which tool keeps them, and what each asks of an environment. The family, in order of precedence.

Where a folder holds several locks the first of this list counts: the tool that would sync the project. A new format is one file with
``locked`` and one line in ``LOCKS``; its module is imported when a lock of it is first met.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.pieces import import_module
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.model.lock import LockedSet, LockFile, Others
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView

    Locks = Callable[[LockFile, Facts], LockedSet]
    Elsewhere = Callable[[LockFile, Project, Others, FileView], "str | None"]


class LockFormat(NamedTuple):
    """One lock format. ``matches`` is asked with a file's name.

    ``module`` (of this package) has ``locked(file, facts) -> LockedSet``, which never raises. ``kinds`` are those of the environments
    that its tool keeps, where it keeps no others: there it goes before other locks, and in others it says nothing. ``shared`` is the
    module of a lock that all members of a workspace have: with ``stale_elsewhere``, which the function of that name asks.
    """

    name: str
    tool: str
    matches: Callable[[str], bool]
    module: str
    kinds: tuple[str, ...] = ()
    shared: str = ""


_CONDA = ("conda", "pixi")
_EXPLICIT = ("conda-linux-", "conda-osx-", "conda-win-")

LOCKS: tuple[LockFormat, ...] = (
    LockFormat("uv.lock", "uv", lambda name: name == "uv.lock", "uv.lock", shared="uv.elsewhere"),
    LockFormat("poetry.lock", "poetry", lambda name: name == "poetry.lock", "poetry.lock"),
    LockFormat("pdm.lock", "pdm", lambda name: name == "pdm.lock", "pdm.lock"),
    LockFormat("Pipfile.lock", "pipenv", lambda name: name == "Pipfile.lock", "pipenv.lock"),
    LockFormat("pylock.toml", "pip", lambda name: name == "pylock.toml", "pylock"),
    LockFormat("pixi.lock", "pixi", lambda name: name == "pixi.lock", "pixi.lock", ("pixi",)),
    LockFormat("conda-lock.yml", "conda-lock", lambda name: name in ("conda-lock.yml", "conda-lock.yaml"), "conda.lock", _CONDA),
    LockFormat("conda explicit", "conda", lambda name: name.startswith(_EXPLICIT), "conda.explicit", _CONDA),
)

SCRIPT_LOCK = LockFormat("script lock", "uv", lambda name: name.endswith((".py.lock", ".pyw.lock")), "uv.script_lock")
"""The lock of one script, next to it. Not in the list: it is no lock of the folder it is in."""


COMPILED = LockFormat("compiled requirements", "pip-tools", lambda name: False, "compiled.lock")
"""A requirements file that a tool compiled: known by its text, not by its name (``Manifest.own.compiled``)."""

_PYLOCK = next(format_ for format_ in LOCKS if format_.name == "pylock.toml")
_PINS_OF_HATCH = LockFormat("pins of Hatch's", "hatch", lambda name: False, "hatch.lock")


def lock_of_hatch(file_name: str) -> LockFormat:
    """The format of the lock that Hatch's settings name for one of its environments, by whatever name."""
    return _PYLOCK if file_name.endswith(".toml") else _PINS_OF_HATCH


def lock_format(file_name: str, manifest: Manifest | None = None) -> LockFormat | None:
    """The format of a lock by its file's name, or as the manifest that it is as well; ``None`` for a file that is not a lock."""
    if manifest is not None and manifest.own.compiled is not None and not manifest.constraint:
        return COMPILED
    if not file_name.endswith((".lock", ".toml", ".json", ".yml", ".yaml")):
        return None
    return next((format_ for format_ in LOCKS if format_.matches(file_name)), None)


def locked(format_: LockFormat, file: LockFile, facts: Facts) -> LockedSet:
    """What a lock asks of the project's environment, for the groups and extras chosen and the Python it has."""
    work = cast("Locks", import_module(f".{format_.module}", __package__).locked)
    return work(file, facts)


def stale_elsewhere(format_: LockFormat, file: LockFile, project: Project, others: Others, files: FileView) -> str | None:
    """Why a lock that ``project`` shares with a workspace does not fit a part of it that nobody checks, as a sentence."""
    work = cast("Elsewhere", import_module(f".{format_.shared}", __package__).stale_elsewhere)
    return work(file, project, others, files)
