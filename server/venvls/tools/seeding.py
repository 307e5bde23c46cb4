"""pip for an environment that uv makes: a project of pip's is installed into with pip, as every guide says.

The wheel comes from the base Python (``ensurepip``), so that nothing is fetched; ``--seed`` makes uv keep it when it syncs exactly, and
wants setuptools and wheel as well before Python 3.12, where pip is installed by a step of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from venvls.model.action import Step
from venvls.model.hints import TYPE_CHECKING
from venvls.tools.places import interpreter_of

if TYPE_CHECKING:
    from venvls.model.environment import Environment
    from venvls.model.rule import BasePython, PlanContext

_BARE = (3, 12)
_IS_PIP = re.compile(r"pip(?![A-Za-z0-9._-])", re.I)
_NO = ("", "0", "false", "no", "off", "f", "n")


def options(python: BasePython | None, context: PlanContext) -> tuple[str, ...]:
    """What ``uv venv`` is given for it; empty where :func:`step` does it, or nothing can."""
    bundled = _bundled(python, context)
    if bundled is None:
        return ("--seed",) if not _is_offline(context) else ()
    return ("--seed", "--offline", "--no-index", "--find-links", bundled) if _is_bare(python) else ()


def step(uv: str, prefix: str, python: BasePython | None, context: PlanContext) -> Step | None:
    """The step after ``uv venv`` that installs pip, where that has to be one."""
    bundled = _bundled(python, context)
    if bundled is None or _is_bare(python):
        return None
    where = ("--python", interpreter_of(prefix, context.facts))
    argv = (uv, "pip", "install", "--color", "never", "--no-python-downloads", *where, "--offline", "--no-index")
    name = context.facts.files.path.basename(prefix)
    return Step((*argv, "--find-links", bundled, "--", "pip"), context.scratch, f"Install pip into {name}", writes=(prefix,))


def _is_bare(python: BasePython | None) -> bool:
    numbers = python.version.split(".")[:2] if python is not None else []
    return len(numbers) == 2 and all(number.isdecimal() for number in numbers) and tuple(map(int, numbers)) >= _BARE


def again(requirements: Sequence[str], environment: Environment, context: PlanContext) -> tuple[str, ...]:
    """What uv is given to install pip again where no index has it: the base Python's own wheel counts too."""
    if environment.base is None or environment.minor is None or not any(_IS_PIP.match(text) for text in requirements):
        return ()
    folders = (environment.base, context.facts.files.path.join(environment.base, "bin"))
    bundled = _wheels(folders, environment.minor, context)
    return ("--find-links", bundled) if bundled is not None else ()


def _bundled(python: BasePython | None, context: PlanContext) -> str | None:
    """The folder of the base Python that has a wheel of pip; ``None`` where there is none (Debian takes it out)."""
    if python is None:
        return None
    files, path = context.facts.files, context.facts.files.path
    folders = dict.fromkeys(path.dirname(executable) for executable in (python.executable, files.real(python.executable)))
    return _wheels(folders, ".".join(python.version.split(".")[:2]), context)


def _wheels(folders: Iterable[str], minor: str, context: PlanContext) -> str | None:
    """The folder with a wheel of pip that belongs to an interpreter in one of ``folders``."""
    files, path = context.facts.files, context.facts.files.path
    for folder in folders:
        places = (path.join(folder, "Lib"), path.join(path.dirname(folder), "lib", f"python{minor}"))
        for library in (*places, path.join(path.dirname(folder), "lib", f"pypy{minor}")):
            place = path.join(library, "ensurepip", "_bundled")
            # uv splits the value at commas.
            if "," not in place and any(entry.name.startswith("pip-") for entry in files.list(place) or ()):
                return str(place)
    return None


def _is_offline(context: PlanContext) -> bool:
    return any(context.environ.get(name, "").lower() not in _NO for name in ("UV_OFFLINE", "UV_NO_INDEX"))
