"""Simple commands → a verdict: let through, let through with advice, or stop with the right command.

A stop is only said of what is certain: where the project has an environment, or can have one, and the command would work on another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from venvls.guard.ground import Ground, Here
from venvls.guard.instead import KEEPERS, instead_of
from venvls.guard.lines import Simple, Word, commands
from venvls.guard.pip_words import Wanted, wanted_of
from venvls.guard.verdict import PASS, Verdict, mentions
from venvls.guard.wrapped import PIP, PYTHON, RUNNERS, after_python, pip_of_run, unwrapped
from venvls.model.record import NamedTuple

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_SEEDS = frozenset({"pip", "setuptools", "wheel"})
_OF_THE_LIBRARY = frozenset(
    {"venv", "virtualenv", "ensurepip", "site", "sysconfig", "json", "json.tool", "http.server", "zipfile", "tarfile", "timeit", "base64",
     "calendar", "compileall", "py_compile", "gzip", "webbrowser", "platform", "this", "pipx"}
)  # fmt: skip
"""Modules that run no code of a project."""
_UNSEEN = frozenset(
    {"PATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_PYTHON", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX"}
)
_CHANGES = frozenset(
    {"eval", "deactivate", "alias", "unalias", "trap", "conda", "mamba", "micromamba", "pyenv", "workon", "popd", "module"}
)
"""Commands after which nobody knows which Python comes first."""
_NAMES = {"poetry": "Poetry", "pdm": "PDM", "pipenv": "Pipenv"}
_DEPTH = 3


class _State:
    """Where the line is: its folder, and the prefix that it activated itself."""

    def __init__(self, folder: str, active: str | None = None) -> None:
        self.folder = folder
        self.active = active


class _UnknownError(Exception):
    """From here on nothing is certain."""


def of_line(line: str, folder: str, ground: Ground) -> Verdict:
    """The verdict on a line of a shell, run in ``folder``."""
    if not mentions(line):
        return PASS
    taken = commands(line)
    return _of(taken, _State(folder), ground, _DEPTH) if taken is not None else PASS


def of_words(words: Sequence[str], folder: str, ground: Ground) -> Verdict:
    """The verdict on a command whose words are known."""
    return _of((Simple(tuple(words)),), _State(folder), ground, _DEPTH)


def _of(taken: Sequence[Simple], state: _State, ground: Ground, depth: int) -> Verdict:
    advice = PASS
    shells: list[tuple[int, _State]] = []  # the subshells that are open, each with a folder of its own
    try:
        for command in taken:
            while [number for number, _ in shells] != list(command.inside[: len(shells)]):
                shells.pop()
            for number in command.inside[len(shells) :]:
                outer = shells[-1][1] if shells else state
                shells.append((number, _State(outer.folder, outer.active)))
            verdict = _of_one(command, shells[-1][1] if shells else state, ground, depth)
            if verdict.kind == "stop":
                return verdict
            advice = verdict if verdict.kind == "advise" else advice
    except _UnknownError:
        pass
    return advice


def _of_one(command: Simple, state: _State, ground: Ground, depth: int) -> Verdict:
    words, assigned, root = unwrapped(command)
    if words is None or _UNSEEN & assigned:
        return PASS
    if not words:
        if _UNSEEN & set(command.assigned):
            raise _UnknownError
        return PASS
    program, *rest = words
    if program is None:
        return PASS
    name = ground.files.path.basename(program)
    if name in ("cd", "pushd", "source", ".", "export"):
        _moved(name, rest, command, state, ground)
        return PASS
    if name in _CHANGES:
        raise _UnknownError
    if name in _SHELLS:
        return _nested(rest, state, ground, depth)
    if PIP.fullmatch(name):
        return _pip(program, rest, state, ground, root, "PIP_BREAK_SYSTEM_PACKAGES" in assigned)
    if PYTHON.fullmatch(name):
        rest = after_python(rest)
        if rest[:2] == ["-m", "pip"]:
            return _pip(program, rest[2:], state, ground, root, "PIP_BREAK_SYSTEM_PACKAGES" in assigned)
        return _python(program, rest, state, ground)
    name = name.removesuffix(".exe")
    if name == "uv" and rest[:1] == ["pip"]:
        return _uv_pip(rest[1:], state, ground, root)
    if name in RUNNERS and rest[:1] == ["run"]:
        return _run(name, rest[1:], state, ground)
    return PASS


def _moved(name: str, rest: list[Word], command: Simple, state: _State, ground: Ground) -> None:
    path = ground.files.path
    if name == "export":
        if any(word is None or word.partition("=")[0] in _UNSEEN for word in rest):
            raise _UnknownError
        return
    target = rest[0] if len(rest) == 1 else None
    if target is None or target.startswith(("~", "-")) or command.after in ("||", "&") or command.piped or not command.sure:
        raise _UnknownError
    target = path.normpath(path.join(state.folder, target))
    if name in ("cd", "pushd"):
        state.folder = target
    elif re.fullmatch(r"activate(\.\w+)?", path.basename(target)):
        state.active = path.dirname(path.dirname(target))
    else:
        raise _UnknownError


def _nested(rest: list[Word], state: _State, ground: Ground, depth: int) -> Verdict:
    """A shell that is given its line: ``bash -lc 'pip install x'``."""
    value = False  # the word is what the option before it is given
    for number, word in enumerate(rest):
        if word is None or not (value or word.startswith(("-", "+"))):
            return PASS
        if value:
            value = False
        elif re.fullmatch(r"[-+][a-z]*[oO]|--(rcfile|init-file)", word):
            value = True
        elif re.fullmatch(r"-[a-z]*c", word):
            line = rest[number + 1] if number + 1 < len(rest) else None
            taken = commands(line) if line is not None and depth else None
            return _of(taken, _State(state.folder, state.active), ground, depth - 1) if taken is not None else PASS
    return PASS


class _Place(NamedTuple):
    """The environment that a program works on (``None``: not one), and whether the line itself chose it."""

    prefix: str | None
    chosen: bool


def _place(program: str, state: _State, ground: Ground) -> _Place | None:
    """Where a program works; ``None`` where there is no such program, or nobody knows."""
    path = ground.files.path
    if path.basename(program) != program:
        if program.startswith("~"):
            return None
        program = path.normpath(path.join(state.folder, program))
        return _Place(_prefix(program, ground), True) if ground.files.stat(program) is not None else None
    if state.active is not None:
        return _Place(state.active, True)
    on_path = ground.which(program)
    return _Place(_prefix(on_path, ground), False) if on_path is not None else None


def _prefix(program: str, ground: Ground) -> str | None:
    path = ground.files.path
    prefix = path.dirname(path.dirname(program))
    return prefix if ground.files.standing(prefix, ("pyvenv.cfg", "conda-meta")) else None


def _same(prefix: str | None, other: str | None, ground: Ground) -> bool:
    return prefix is not None and other is not None and ground.files.real(prefix) == ground.files.real(other)


def _pip(program: str, rest: Sequence[Word], state: _State, ground: Ground, root: bool, breaking: bool) -> Verdict:
    wanted = wanted_of(rest)
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None:
        return PASS
    instead = instead_of(wanted, here, ground)
    if breaking or "--break-system-packages" in wanted.options:
        return Verdict("stop", "`--break-system-packages` changes the Python of the system.", instead)
    if root:
        return Verdict("stop", "`sudo pip` changes the Python of the system.", instead)
    place = _place(program, state, ground)
    if place is None:
        return PASS
    if _same(place.prefix, here.prefix, ground):
        return _in_its_own(wanted, here, instead)
    if place.chosen and place.prefix is not None and not _of_other_project(place.prefix, here, ground):
        return PASS  # an environment that somebody named on purpose
    where = f"into {place.prefix}" if place.prefix is not None else "outside every environment"
    if here.prefix is None:
        return Verdict("stop", f"This pip works {where}, and the project has no environment yet.", instead)
    return Verdict("stop", f"This pip works {where}, not in the project's environment {here.name}.", instead)


def _in_its_own(wanted: Wanted, here: Here, instead: str) -> Verdict:
    """What pip does in the project's own environment: stopped only where a lock would not know of it."""
    if here.keeper not in KEEPERS or not wanted.names or wanted.files or set(wanted.names) <= _SEEDS:
        return PASS
    reason = f"{_NAMES.get(here.keeper, here.keeper)} manages this project: what pip {wanted.verb}s is in no manifest and no lock."
    return Verdict("stop", reason, instead)


def _run(runner: str, rest: list[Word], state: _State, ground: Ground) -> Verdict:
    """``uv run pip install x``: it works on the project's environment, or on the system where that one has no pip."""
    words = pip_of_run(rest)
    wanted = wanted_of(words) if words is not None else None
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None or runner not in (here.keeper, "venvls"):
        return PASS
    return _in_its_own(wanted, here, instead_of(wanted, here, ground))


def _uv_pip(rest: Sequence[Word], state: _State, ground: Ground, root: bool) -> Verdict:
    wanted = wanted_of(rest)
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None:
        return PASS
    instead = instead_of(wanted, here, ground)
    if wanted.options & {"--system", "--break-system-packages"} or root:
        return Verdict("stop", "This changes the Python of the system.", instead)
    if here.keeper in KEEPERS and wanted.names and not wanted.files:
        return Verdict("advise", "What `uv pip` installs is in no manifest and no lock.", instead)
    return PASS


def _python(program: str, rest: Sequence[Word], state: _State, ground: Ground) -> Verdict:
    place = _place(program, state, ground)
    if place is None or not _runs_code(rest):
        return PASS
    here = ground.project(state.folder)
    if here is None or _same(place.prefix, here.prefix, ground):
        return PASS
    run = f"`{ground.command('run', here.root)} -- python …`"
    if place.prefix is None:
        if here.prefix is None:
            return PASS
        return Verdict("advise", f"This Python is not of the project's environment {here.name}.", run)
    other = _of_other_project(place.prefix, here, ground)
    if other is None or _about(rest, other, state, ground):
        return PASS
    if here.prefix is None:
        run = f"`{ground.command('create', here.root)}`, then {run}"
    return Verdict("stop", f"This Python is of another project's environment: {place.prefix}.", run)


def _runs_code(rest: Sequence[Word]) -> bool:
    """Whether code of the project could be run: not a question about the Python, and nothing that creates an environment."""
    if not rest or rest[0] in ("-V", "--version", "-VV", "-h", "--help", "-c", "-"):
        return False
    return rest[0] != "-m" or (len(rest) > 1 and rest[1] not in _OF_THE_LIBRARY)


def _of_other_project(prefix: str, here: Here, ground: Ground) -> str | None:
    """The root of the other project that an environment belongs to, as its folder says."""
    folder = ground.files.path.dirname(prefix)
    return folder if ground.files.real(folder) != ground.files.real(here.root) and ground.is_project(folder) else None


def _about(rest: Sequence[Word], root: str, state: _State, ground: Ground) -> bool:
    """Whether a command runs a file below ``root``."""
    path = ground.files.path
    script = next((word for word in rest if word is None or not word.startswith("-")), None)
    if script is None:
        return True  # nobody knows
    absolute = path.normpath(path.join(state.folder, script))
    return bool(path.isabs(script)) and absolute.startswith(root.rstrip("/\\") + path.sep)
