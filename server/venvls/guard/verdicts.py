"""Simple commands → a verdict: let through, let through with advice, or stop with the right command.

A stop is only said of what is certain: where the project has an environment, or can have one, and the command would work on another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from venvls.guard.lines import Simple, Word, commands
from venvls.guard.verdict import PASS, Verdict, mentions
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.ports import FileView


class Here(NamedTuple):
    """The project that a folder belongs to: its root, the prefix (``None``: it has none yet) and name of its environment, and the tool
    that keeps it with a lock of its own, if one does."""

    root: str
    prefix: str | None
    name: str
    keeper: str | None


class Ground(NamedTuple):
    """What verdicts rest on. ``which`` finds a program on PATH; ``project`` is a folder's project, ``None`` where there is none;
    ``is_project`` whether a folder itself has a manifest; ``command`` writes a command of ours for a project."""

    files: FileView
    which: Callable[[str], str | None]
    project: Callable[[str], Here | None]
    is_project: Callable[[str], bool]
    command: Callable[[str, str], str]
    variables: Mapping[str, str]


_PIP = re.compile(r"pip(\d+(\.\d+)?)?(\.exe)?")
_PYTHON = re.compile(r"(python|pypy)(\d+(\.\d+)?)?(\.exe)?")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_BEFORE = frozenset({"command", "exec", "nohup", "time", "nice", "env", "sudo", "doas"})
_SUDO_VALUE = frozenset({"-u", "-g", "-p", "-C", "-h", "-r", "-t", "-U", "-D", "-T"})
_ELSEWHERE = re.compile(r"(--target|--prefix|--root|--python|-t.*|--dry-run|--help|-h|--src)(=.*)?")
"""Options of pip with which it works on no environment, or on one that is named."""
_UNSEEN = frozenset(
    {"PATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_PYTHON", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "CONDA_PREFIX"}
)
_CHANGES = frozenset(
    {"eval", "deactivate", "alias", "unalias", "trap", "conda", "mamba", "micromamba", "pyenv", "workon", "popd", "module"}
)
"""Commands after which nobody knows which Python comes first."""
_KEEPERS = {"uv": "uv add {}", "poetry": "poetry add {}", "pdm": "pdm add {}", "pipenv": "pipenv install {}"}
_NAMES = {"poetry": "Poetry", "pdm": "PDM", "pipenv": "Pipenv"}
_TAKES_VALUE = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--constraint", "--progress-bar", "--platform", "--abi", "-C",
     "--implementation", "--python-version", "--upgrade-strategy", "--no-binary", "--only-binary", "--trusted-host", "--cert", "--proxy",
     "--timeout", "--retries", "--cache-dir", "--log", "--report", "--config-settings", "--global-option", "--exists-action",
     "--use-feature", "--root-user-action", "--index", "--default-index"}
)  # fmt: skip
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
    try:
        for command in taken:
            verdict = _of_one(command, state, ground, depth)
            if verdict.kind == "stop":
                return verdict
            advice = verdict if verdict.kind == "advise" else advice
    except _UnknownError:
        pass
    return advice


def _of_one(command: Simple, state: _State, ground: Ground, depth: int) -> Verdict:
    words, assigned, root = _bare(command)
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
    if _PIP.fullmatch(name):
        return _pip(program, rest, state, ground, root, "PIP_BREAK_SYSTEM_PACKAGES" in assigned)
    if _PYTHON.fullmatch(name):
        if rest[:2] == ["-m", "pip"]:
            return _pip(program, rest[2:], state, ground, root, "PIP_BREAK_SYSTEM_PACKAGES" in assigned)
        return _python(program, rest, state, ground)
    if name in ("uv", "uv.exe") and rest[:1] == ["pip"]:
        return _uv_pip(rest[1:], state, ground, root)
    return PASS


def _bare(command: Simple) -> tuple[list[Word] | None, set[str], bool]:
    """The words without what only starts another command, the variables set, and whether another user runs it; ``None`` on doubt."""
    words, assigned, root = list(command.words), set(command.assigned), False
    while words and words[0] is not None and words[0].rpartition("/")[2] in _BEFORE:
        before = words.pop(0)
        name = (before or "").rpartition("/")[2]
        root = root or name in ("sudo", "doas")
        while words and words[0] is not None and (words[0].startswith("-") or (name in ("env", "sudo") and "=" in words[0])):
            option = words.pop(0) or ""
            if not option.startswith("-"):
                assigned.add(option.partition("=")[0])
            elif (option in _SUDO_VALUE and root) or (name == "nice" and option == "-n") or (name == "env" and option == "-u"):
                words[:1] = []
            elif name == "env" and option not in ("-i", "-0", "--"):
                return None, assigned, root
    return words, assigned, root


def _moved(name: str, rest: list[Word], command: Simple, state: _State, ground: Ground) -> None:
    path = ground.files.path
    if name == "export":
        if any(word is None or word.partition("=")[0] in _UNSEEN for word in rest):
            raise _UnknownError
        return
    target = rest[0] if len(rest) == 1 else None
    if target is None or target.startswith(("~", "-")) or command.after in ("||", "&") or command.piped:
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
    for number, word in enumerate(rest):
        if word is None or not word.startswith("-"):
            return PASS
        if re.fullmatch(r"-[a-z]*c", word):
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


class _Wanted(NamedTuple):
    """What pip is to do: ``install`` or ``uninstall``, the requirements that are names, whether files or folders are among them."""

    verb: str
    names: tuple[str, ...]
    files: bool
    upgrade: bool
    options: frozenset[str]


def _wanted(rest: Sequence[Word]) -> _Wanted | None:
    """``None`` where pip changes no environment, or one that the options name."""
    verb = next((word for word in rest if word is None or not word.startswith("-")), None)
    if verb not in ("install", "uninstall", "sync") or any(word is not None and _ELSEWHERE.fullmatch(word) for word in rest):
        return None
    names: list[str] = []
    options: set[str] = set()
    files = verb == "sync"
    words = iter(rest[rest.index(verb) + 1 :])
    options |= {word for word in rest[: rest.index(verb)] if word is not None}
    for word in words:
        if word is None:
            return None
        if word in ("-r", "--requirement", "-e", "--editable"):
            files = True
            next(words, None)
        elif word.startswith(("-r", "--requirement=", "-e", "--editable=")):
            files = True
        elif word.startswith("-"):
            options.add(word)
            if word in _TAKES_VALUE:
                next(words, None)
        elif re.match(r"\.|/|~|[A-Za-z]:[\\/]|file:", word) or word.endswith((".whl", ".gz", ".zip")) or "/" in word.partition("@")[0]:
            files = True
        else:
            names.append(word)
    return _Wanted(verb, tuple(names), files, bool(options & {"-U", "--upgrade"}), frozenset(options))


def _pip(program: str, rest: Sequence[Word], state: _State, ground: Ground, root: bool, breaking: bool) -> Verdict:
    wanted = _wanted(rest)
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None:
        return PASS
    instead = _instead(wanted, here, ground)
    if breaking or "--break-system-packages" in wanted.options:
        return Verdict("stop", "`--break-system-packages` changes the Python of the system.", instead)
    if root:
        return Verdict("stop", "`sudo pip` changes the Python of the system.", instead)
    place = _place(program, state, ground)
    if place is None:
        return PASS
    if _same(place.prefix, here.prefix, ground):
        if here.keeper in _KEEPERS and wanted.names and not wanted.files:
            return Verdict(
                "stop",
                f"{_NAMES.get(here.keeper, here.keeper)} keeps this project: what pip {wanted.verb}s is in no manifest and no lock.",
                instead,
            )
        return PASS
    if place.chosen and place.prefix is not None and not _of_other_project(place.prefix, here, ground):
        return PASS  # an environment that somebody named on purpose
    where = f"into {place.prefix}" if place.prefix is not None else "outside every environment"
    if here.prefix is None:
        return Verdict("stop", f"This pip works {where}, and the project has no environment yet.", instead)
    return Verdict("stop", f"This pip works {where}, not in the project's environment {here.name}.", instead)


def _uv_pip(rest: Sequence[Word], state: _State, ground: Ground, root: bool) -> Verdict:
    wanted = _wanted(rest)
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None:
        return PASS
    instead = _instead(wanted, here, ground)
    if wanted.options & {"--system", "--break-system-packages"} or root:
        return Verdict("stop", "This changes the Python of the system.", instead)
    if here.keeper in _KEEPERS and wanted.names and not wanted.files:
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
    if not rest or rest[0] in ("-V", "--version", "-VV", "-h", "--help", "-c"):
        return False
    return rest[0] != "-m" or (len(rest) > 1 and rest[1] not in ("venv", "virtualenv", "ensurepip", "site", "sysconfig", "json.tool"))


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


def _instead(wanted: _Wanted, here: Here, ground: Ground) -> str:
    """The command that does on the right environment what was wanted."""
    create = f"`{ground.command('create', here.root)}`"
    names = " ".join(_quoted(name) for name in wanted.names)
    if not names:
        words = f"`{ground.command('sync', here.root)}`"
        return words if here.prefix is not None else create
    if wanted.verb == "uninstall":
        return f"`{ground.command('remove', here.root)} {names}`"
    words = f"`{ground.command('upgrade' if wanted.upgrade else 'add', here.root)} {names}`"
    if here.keeper in _KEEPERS and not wanted.upgrade:
        return f"{words} or `{_KEEPERS[here.keeper].format(names)}`"
    return words if here.prefix is not None else f"{create}, then {words}"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"(?a)[\w@%+=:,./\[\]-]+", name) else "'" + name.replace("'", "'\"'\"'") + "'"
