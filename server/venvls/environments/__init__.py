"""A read-only file view → :class:`Environment`. One file a kind; this list is the whole family, in the order they are tried.

To add a kind: one file that exports ``KIND``, one line below, one test. The order matters where one folder carries the marks of two:
who is more particular is first.
"""

from __future__ import annotations

from venvls.environments import (
    conda,
    direnv,
    hatch,
    nox,
    pdm,
    pipenv,
    pixi,
    poetry,
    pyenv,
    system,
    tox,
    uv,
    venv,
    virtualenvwrapper,
)
from venvls.environments.cfg import read_cfg
from venvls.environments.kind import Kind, Place, Query
from venvls.environments.pointer import Pointer, PythonEnvs, read_pointer, read_python_envs
from venvls.model.environment import ASIDE, Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

KINDS: tuple[Kind, ...] = (
    tox.KIND,
    nox.KIND,
    uv.KIND,
    poetry.KIND,
    pipenv.KIND,
    pdm.KIND,
    hatch.KIND,
    pixi.KIND,
    conda.KIND,
    pyenv.KIND,
    virtualenvwrapper.KIND,
    direnv.KIND,
    system.KIND,
    venv.KIND,
)

NAMES = (".venv", "venv", "env")
"""The names a project's environment goes by when nobody says otherwise."""

__all__ = [
    "KINDS",
    "NAMES",
    "Gathered",
    "Kind",
    "Pointer",
    "PythonEnvs",
    "Query",
    "Recognised",
    "gather",
    "homes",
    "places",
    "read_cfg",
    "read_pointer",
    "read_python_envs",
    "recognise",
]


Recognised = dict[tuple[str, bool], "Environment | None"]
"""What is at a prefix, by the prefix and whether it was expected there."""


class Gathered(NamedTuple):
    """The environments behind what a walk found, each once by real path; and pointers that lead nowhere or nowhere sensible."""

    environments: tuple[Environment, ...]
    problems: tuple[tuple[str, str], ...] = ()


def recognise(view: FileView, prefix: str, expected: bool = False) -> Environment | None:
    """The environment at ``prefix`` (an absolute path), from files alone; ``None`` where there is none.

    ``expected`` says that it is where a project would use it (``.venv``, ``venv``, ``env`` in a project's folder, a place somebody
    named): there half an environment is reported broken or incomplete, anywhere else it is somebody's fixture.
    """
    if view.path.basename(prefix) == "":
        prefix = prefix.rstrip(view.path.sep) or prefix
    # Most places that tools may use are not there: one look instead of each kind's.
    if view.lstat(prefix) is None:
        return None
    for kind in KINDS:
        environment = kind.recognise(view, prefix, expected)
        if environment is not None:
            return environment
    if expected:
        return _dangling(view, prefix)
    return None


def homes(query: Query) -> tuple[str, ...]:
    """The folders in which a bare name in a ``.venv`` file is looked up (Pipenv)."""
    return (pipenv.workon_home(query),)


def places(query: Query, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Place]:
    """Where the tools of all kinds that are switched on look for the environment of one project, in the order of the kinds."""
    for kind in KINDS:
        if wanted(kind.name):
            yield from kind.places(query)


def kept(query: Query, wanted: Callable[[str], bool] = lambda name: True) -> bool:
    """Whether a tool keeps the project that uses no environment above its folder."""
    return any(wanted(kind.name) and kind.keeps(query) for kind in KINDS)


def gather(
    view: FileView,
    paths: Iterable[str],
    *,
    expected: Callable[[str], bool] | None = None,
    homes: Iterable[str] = (),
    known: Recognised | None = None,
) -> Gathered:
    """The environments at ``paths`` as ``WalkResult.environments`` gives them: prefixes, ``.venv`` files and links, ``.python-envs`` files.

    ``expected`` says of a path whether a project would use it; by default everything named as environments are is. An environment
    reached under several names keeps the name that is not a link, else the first. In ``known`` is what was recognised already, and is
    put what is recognised here.
    """
    recognised: Recognised = {} if known is None else known
    homes = tuple(homes)
    is_expected = expected or (lambda path: view.path.basename(path) in NAMES)
    by_place: dict[str, Environment] = {}
    problems: list[tuple[str, str]] = []

    def add(prefix: str, wanted: bool) -> None:
        if (prefix, wanted) not in recognised:
            recognised[prefix, wanted] = recognise(view, prefix, wanted)
        environment = recognised[prefix, wanted]
        if environment is None:
            return
        key = view.path.normcase(environment.real)
        before = by_place.get(key)
        if before is None or (before.prefix != before.real and environment.prefix == environment.real):
            by_place[key] = environment

    for path in paths:
        name = view.path.basename(path)
        if name.startswith(ASIDE):
            continue  # an environment that an unfinished task of ours keeps (host/setting_aside.py)
        if name == ".python-envs":
            listed = read_python_envs(view, path)
            if listed is not None:
                if listed.problem:
                    problems.append((path, listed.problem))
                for prefix in listed.environments:
                    add(prefix, wanted=True)
            continue
        standing = view.stat(path)
        if name == ".venv" and standing is not None and standing.kind == "file":
            pointer = read_pointer(view, path, homes)
            if pointer is not None and pointer.target is not None:
                add(pointer.target, wanted=True)
            elif pointer is not None and pointer.problem:
                problems.append((path, pointer.problem))
            continue
        add(path, is_expected(path))
    return Gathered(tuple(by_place.values()), tuple(problems))


def _dangling(view: FileView, prefix: str) -> Environment | None:
    """A ``.venv`` link that leads nowhere, as the broken environment it is."""
    pointer = read_pointer(view, prefix)
    if pointer is None or pointer.problem is None or view.link(prefix) is None:
        return None
    return Environment(
        prefix=prefix,
        real=view.real(prefix),
        interpreter=None,
        version=None,
        name=view.path.basename(prefix),
        health="broken",
        problem=pointer.problem,
    )
