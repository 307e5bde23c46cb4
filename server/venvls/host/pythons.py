"""The base Pythons of this machine, newest first, to make environments with. Starts each of them once: only for tasks, never for checks.

Where to look is findpython's knowledge (PATH, pyenv, asdf, rye, uv, the Windows registry, the macOS framework); what each one is, it says
itself in one short isolated start, several at once. What is inside a workspace is left alone (T9).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from venvls.host import state
from venvls.host.processes import cleaned
from venvls.model.rule import BasePython

TIMEOUT = 10.0
"""Seconds one interpreter has to report what it is."""

# Without `site` an environment's interpreter says what its base is: `_base_executable`, or nothing on Pythons before 3.7.
_QUESTION = (
    "import sys,os,json,platform,sysconfig;"
    "d=sysconfig.get_path('stdlib');"
    "print(json.dumps([getattr(sys,'_base_executable',None) or sys.executable,platform.python_version(),sys.implementation.name,"
    "platform.machine(),os.path.exists(os.path.join(d,'EXTERNALLY-MANAGED')),bool(sysconfig.get_config_var('Py_GIL_DISABLED'))]))"
)
_CONCERN = "pythons"
_MOST_KEPT = 500
_MOST_STARTED = 200
"""Interpreters that are started at most to learn what they are."""
_PYTHON_2 = re.compile(r"python2(\.\d)?(\.exe)?")
_SHIMS = "shims"
# Where version managers keep the Pythons that the programs in their folder of shims lead to.
_BEHIND_SHIMS = (("versions",), ("installs", "python"))
_known: dict[tuple[str, int, int], BasePython | None] = {}


def base_pythons(outside: Iterable[str] = (), environ: Mapping[str, str] | None = None, also: Iterable[str] = ()) -> tuple[BasePython, ...]:
    """Every base Python that could be found and started, newest first, each once. ``outside`` are the workspace's folders,
    ``also`` absolute paths of interpreters that a person named.

    Answers are remembered, from run to run in the person's state, for as long as the file of the interpreter does not change. Python 2 is
    not among them.
    """
    variables = cleaned(os.environ if environ is None else environ, outside)
    roots = [os.path.realpath(root) for root in outside]
    places: dict[str, tuple[str, str]] = {}
    for source, path in _without_shims(_candidates(variables)):
        real = os.path.realpath(path)
        if not _inside(path, roots) and not _inside(real, roots) and _PYTHON_2.fullmatch(os.path.basename(real)) is None:
            # A shim is one program for many Pythons: it describes itself, all others as what they lead to.
            places.setdefault(path if _is_script(real) else real, (source, path))
    kept = state.load(_CONCERN)
    answers = _answers(list(places.values()), variables, kept)
    # By the path that the person gave, whichever Python is behind it.
    named = [
        (path, _run(path, "named", variables, kept))
        for path in also
        if not (_inside(path, roots) or _inside(os.path.realpath(path), roots))
    ]
    _keep(kept)
    by_place: dict[tuple[str, str, str], BasePython] = {}
    for python in answers:
        if python is not None and not _inside(python.executable, roots):
            # python3.7 and python3.7m in one folder are one Python.
            by_place.setdefault((os.path.dirname(os.path.realpath(python.executable)), python.version, python.implementation), python)
    given = [python._replace(executable=path) for path, python in named if python is not None]
    return tuple(sorted((*given, *by_place.values()), key=_age, reverse=True))


def _answers(places: Sequence[tuple[str, str]], variables: Mapping[str, str], kept: Mapping[str, object]) -> list[BasePython | None]:
    """What the interpreters are at these places; those that have to be started are started several at once."""
    strangers = [(source, path) for source, path in places if (key := _key(path)) is not None and _written(key) not in kept]
    if len(strangers) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda place: _run(place[1], place[0], variables, kept), strangers))
    return [_run(path, source, variables, kept) for source, path in places]


def _candidates(variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    if sys.platform == "linux":
        from venvls.host import python_places

        yield from (("path", path) for path in python_places.on_path(variables))
        yield from python_places.of_managers()
    else:
        yield from _by_findpython(variables)


def _by_findpython(variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    from findpython.providers import ALL_PROVIDERS
    from findpython.providers.path import PathProvider

    for name, kind in ALL_PROVIDERS.items():
        if kind is PathProvider:
            yield from ((name, path) for path in _on_path(variables))
            continue
        with suppress(Exception):  # One place that cannot be searched must not hide the others.
            provider = kind.create()
            if provider is not None:
                for python in provider.find_pythons():
                    yield name, str(python.executable)


def _on_path(variables: Mapping[str, str]) -> Iterable[str]:
    """findpython's search of PATH, with the variables that have lost what is inside the workspace, and a path object for few files only."""
    from pathlib import Path

    from findpython.utils import PYTHON_IMPLEMENTATIONS, path_is_python

    for entry in dict.fromkeys(filter(None, variables.get("PATH", "").split(os.pathsep))):
        with suppress(OSError):
            for name in os.listdir(entry):
                if name.lower().startswith(PYTHON_IMPLEMENTATIONS) and path_is_python(path := Path(entry, name).absolute()):
                    yield str(path)


def _without_shims(candidates: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The candidates, with what a version manager's shims lead to in place of the shims.

    A manager puts one shim for each name of each of its Pythons into one folder, and each start of one takes a dozen processes to find
    that it leads to the same Python as the last, or to none. The Pythons themselves are in folders that a listing shows.
    """
    shims: dict[str, list[tuple[str, str]]] = {}
    for number, (source, path) in enumerate(candidates):
        folder = os.path.dirname(path)
        if os.path.basename(folder) == _SHIMS and _is_script(os.path.realpath(path)):
            shims.setdefault(folder, []).append((source, path))
        elif number < _MOST_STARTED:
            yield source, path
    for folder, given in shims.items():
        behind = list(_behind(os.path.dirname(folder)))
        yield from behind or [(source, path) for source, path in given if os.path.basename(path) in ("python", "python3")]


def _behind(root: str) -> Iterable[tuple[str, str]]:
    for parts in _BEHIND_SHIMS:
        place = os.path.join(root, *parts)
        with suppress(OSError):
            for name in sorted(os.listdir(place))[:_MOST_STARTED]:
                path = os.path.join(place, name, "bin", "python3")
                if os.path.isfile(path):
                    yield "shims", path


def _run(executable: str, source: str, variables: Mapping[str, str], kept: Mapping[str, object]) -> BasePython | None:
    key = _key(executable)
    if key is None:
        return None
    if key not in _known:
        _known[key] = _told(kept.get(_written(key)), source) or _answer(executable, source, variables)
    return _known[key]


def _key(executable: str) -> tuple[str, int, int] | None:
    """The state of an interpreter's file that its answer is true for."""
    try:
        stat = os.stat(executable)
    except OSError:
        return None
    return executable, stat.st_mtime_ns, stat.st_size


def _written(key: tuple[str, int, int]) -> str:
    return f"{key[0]}|{key[1]}|{key[2]}"


def _told(answer: object, source: str) -> BasePython | None:
    """An answer of an earlier run; ``None`` for anything that has not its shape, or whose Python is gone."""
    if not isinstance(answer, list) or len(answer) != 5 or not all(isinstance(part, str) for part in answer[:4]):
        return None
    return BasePython(answer[0], answer[1], answer[2], answer[3], answer[4] is True, source) if os.path.exists(answer[0]) else None


def _keep(before: Mapping[str, object]) -> None:
    """Write down what was learnt, for the next run. A shim's answer depends on more than its file: it is asked each time."""
    fresh: dict[str, object] = {
        _written(key): [
            base_python.executable,
            base_python.version,
            base_python.implementation,
            base_python.architecture,
            base_python.externally_managed,
        ]
        for key, base_python in _known.items()
        if base_python is not None and _written(key) not in before and not _is_script(key[0])
    }
    if not fresh:
        return

    def change(data: dict[str, object]) -> None:
        if len(data) > _MOST_KEPT:
            data.clear()
        data.update(fresh)

    with suppress(state.StateError):
        state.update(_CONCERN, change)


def _answer(executable: str, source: str, variables: Mapping[str, str]) -> BasePython | None:
    try:
        answer = subprocess.run(  # noqa: S603 - an absolute path outside the workspace
            [executable, "-I", "-S", "-c", _QUESTION],
            cwd=os.path.dirname(executable),
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ).stdout
        base, version, implementation, machine, managed, free_threaded = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if not os.path.isabs(base) or not os.path.exists(base):
        base = executable
    return BasePython(base, version, implementation + ("t" if free_threaded else ""), machine, managed, source)


def _is_script(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def _inside(path: str, roots: list[str]) -> bool:
    return any(os.path.normcase(path).startswith(os.path.normcase(root).rstrip(os.sep) + os.sep) for root in roots)


def _age(python: BasePython) -> tuple[object, ...]:
    numbers = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?(.*)", python.version)
    if numbers is None:
        return (0, 0, 0, "", False)
    # A final release is newer than its own candidates: "~" sorts after every letter.
    return (int(numbers[1]), int(numbers[2]), int(numbers[3] or 0), numbers[4] or "~", python.implementation == "cpython")
