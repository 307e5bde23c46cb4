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
_SUDO_VALUE = frozenset({"-u", "-g", "-p", "-C", "-h", "-r", "-t", "-U", "-D", "-T"})
_BEFORE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("command", "nohup", "setsid", "chronic", "unbuffer"), frozenset()),
    "exec": frozenset({"-a"}), "time": frozenset({"-f", "-o"}), "nice": frozenset({"-n"}), "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}), "timeout": frozenset({"-k", "-s"}), "env": frozenset({"-u"}),
    "sudo": _SUDO_VALUE, "doas": _SUDO_VALUE,
}  # fmt: skip
"""What only starts another command, with those of its options that take a value of their own."""
_RUNNERS = ("uv", "poetry", "pdm", "pipenv", "venvls")
"""Those whose ``run`` starts a command in the project's environment."""
_RUN_FLAGS = frozenset(
    {"--", "-q", "--quiet", "-v", "--verbose", "--no-sync", "--frozen", "--locked", "--all-groups", "--all-extras", "--dev"}
)
_SEEDS = frozenset({"pip", "setuptools", "wheel"})
_SHORT_FLAGS = "qvUI"
_PYTHON_FLAGS, _PYTHON_VALUES = re.compile(r"-[bBdEiIOPqRsSuvx]+"), frozenset({"-W", "-X", "--check-hash-based-pycs"})
_OF_THE_LIBRARY = frozenset(
    {"venv", "virtualenv", "ensurepip", "site", "sysconfig", "json", "json.tool", "http.server", "zipfile", "tarfile", "timeit", "base64",
     "calendar", "compileall", "py_compile", "gzip", "webbrowser", "platform", "this", "pipx"}
)  # fmt: skip
"""Modules that run no code of a project."""
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
_SOURCE = re.compile(r"\.|/|~|[A-Za-z]:[\\/]|file:|[a-z]+\+[a-z]+:")
_NAMED_ADDRESS = re.compile(r"[A-Za-z0-9][\w.-]*\s*(\[[^]]*\])?\s*@\s*\S")
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
        rest = _without_python_options(rest)
        if rest[:2] == ["-m", "pip"]:
            return _pip(program, rest[2:], state, ground, root, "PIP_BREAK_SYSTEM_PACKAGES" in assigned)
        return _python(program, rest, state, ground)
    name = name.removesuffix(".exe")
    if name == "uv" and rest[:1] == ["pip"]:
        return _uv_pip(rest[1:], state, ground, root)
    if name in _RUNNERS and rest[:1] == ["run"]:
        return _run(name, rest[1:], state, ground)
    return PASS


def _without_python_options(rest: list[Word]) -> list[Word]:
    """What follows a Python's options; ``-Im pip`` and ``-mpip`` become ``-m pip``."""
    words = list(rest)
    while words and (word := words[0]) is not None and word.startswith("-"):
        if word in _PYTHON_VALUES:
            del words[:2]
        elif word[:2] in ("-W", "-X") or _PYTHON_FLAGS.fullmatch(word):
            del words[0]
        elif module := re.fullmatch(r"-[bBdEiIOPqRsSuvx]*m(.*)", word, re.DOTALL):
            return ["-m", *([module[1]] if module[1] else []), *words[1:]]
        else:
            break
    return words


def _bare(command: Simple) -> tuple[list[Word] | None, set[str], bool]:
    """The words without what only starts another command, the variables set, and whether another user runs it; ``None`` on doubt."""
    words, assigned, root = list(command.words), set(command.assigned), False
    while words and words[0] is not None and (name := words[0].rpartition("/")[2]) in _BEFORE:
        words.pop(0)
        root = root or name in ("sudo", "doas")
        while words and words[0] is not None and (words[0].startswith("-") or (name in ("env", "sudo") and "=" in words[0])):
            option = words.pop(0) or ""
            if not option.startswith("-"):
                assigned.add(option.partition("=")[0])
            elif option in _BEFORE[name]:
                words[:1] = []
            elif name == "env" and option not in ("-i", "-0", "--"):
                return None, assigned, root
        if name == "timeout":
            words[:1] = []  # how long
    return words, assigned, root


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


class _Wanted(NamedTuple):
    """What pip is to do: ``install`` or ``uninstall``, the requirements that are names, whether files or folders are among them.

    ``extras`` are those of the project itself (``-e .[dev]``), ``sources`` addresses, archives and other folders than this.
    """

    verb: str
    names: tuple[str, ...]
    files: bool
    upgrade: bool
    options: frozenset[str]
    extras: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def _wanted(rest: Sequence[Word]) -> _Wanted | None:
    """``None`` where pip changes no environment, or one that the options name."""
    verb = next((word for word in rest if word is None or not word.startswith("-")), None)
    if verb not in ("install", "uninstall", "sync") or any(word is not None and _ELSEWHERE.fullmatch(word) for word in rest):
        return None
    names: list[str] = []
    sources: list[str] = []
    extras: list[str] = []
    options: set[str] = set()
    files = verb == "sync"
    words = iter([part for word in rest[rest.index(verb) + 1 :] for part in _parts(word)])
    options |= {word for word in rest[: rest.index(verb)] if word is not None}
    for word in words:
        if word is None:
            return None
        if word in ("-r", "--requirement", "--group"):
            files = True
            next(words, None)
        elif word.startswith(("-r", "--requirement=", "--group=")):
            files = True
        elif word in ("-e", "--editable") or word.startswith(("-e", "--editable=")):
            files = True
            source = next(words, None) if word in ("-e", "--editable") else re.sub(r"-e|--editable=", "", word, count=1)
            if source is None:
                return None
            _sorted_in(source, extras, sources)
        elif word.startswith("-"):
            options.add(word)
            if word in _TAKES_VALUE:
                next(words, None)
        elif _NAMED_ADDRESS.match(word):
            names.append(word)
        elif word.endswith(".txt"):
            files = True  # without its -r: pip would refuse it
        elif _SOURCE.match(word) or word.endswith((".whl", ".gz", ".zip")) or "/" in word.partition("@")[0]:
            files = True
            _sorted_in(word, extras, sources)
        else:
            names.append(word)
    return _Wanted(verb, tuple(names), files, bool(options & {"-U", "--upgrade"}), frozenset(options), tuple(extras), tuple(sources))


def _parts(word: Word) -> list[Word]:
    """pip's short options apart: ``-qUr`` is ``-q -U -r``."""
    if word is None or not (cluster := re.fullmatch(rf"-([{_SHORT_FLAGS}]+)([a-zA-Z].*)?", word, re.DOTALL)):
        return [word]
    return [*(f"-{letter}" for letter in cluster[1]), *([f"-{cluster[2]}"] if cluster[2] else [])]


def _sorted_in(source: str, extras: list[str], sources: list[str]) -> None:
    """The extras of the folder that one is in; any other source as it is."""
    own = re.fullmatch(r"\./?(?:\[([\w.,\s-]*)\])?", source)
    if own is None:
        sources.append(source)
    else:
        extras += [name.strip() for name in (own[1] or "").split(",") if name.strip()]


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
        return _in_its_own(wanted, here, instead)
    if place.chosen and place.prefix is not None and not _of_other_project(place.prefix, here, ground):
        return PASS  # an environment that somebody named on purpose
    where = f"into {place.prefix}" if place.prefix is not None else "outside every environment"
    if here.prefix is None:
        return Verdict("stop", f"This pip works {where}, and the project has no environment yet.", instead)
    return Verdict("stop", f"This pip works {where}, not in the project's environment {here.name}.", instead)


def _in_its_own(wanted: _Wanted, here: Here, instead: str) -> Verdict:
    """What pip does in the project's own environment: stopped only where a lock would not know of it."""
    if here.keeper not in _KEEPERS or not wanted.names or wanted.files or set(wanted.names) <= _SEEDS:
        return PASS
    reason = f"{_NAMES.get(here.keeper, here.keeper)} keeps this project: what pip {wanted.verb}s is in no manifest and no lock."
    return Verdict("stop", reason, instead)


def _run(runner: str, rest: list[Word], state: _State, ground: Ground) -> Verdict:
    """``uv run pip install x``: it works on the project's environment, or on the system where that one has no pip."""
    words = list(rest)
    while words and words[0] in _RUN_FLAGS:
        words.pop(0)
    if words[:1] == ["-m"]:
        words[:1] = ["python", "-m"]
    if not words or words[0] is None:
        return PASS
    program = words.pop(0) or ""
    if _PYTHON.fullmatch(program):
        words = _without_python_options(words)
        if words[:2] != ["-m", "pip"]:
            return PASS
        words = words[2:]
    elif not _PIP.fullmatch(program):
        return PASS
    wanted = _wanted(words)
    here = ground.project(state.folder) if wanted is not None else None
    if wanted is None or here is None or runner not in (here.keeper, "venvls"):
        return PASS
    return _in_its_own(wanted, here, _instead(wanted, here, ground))


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


def _instead(wanted: _Wanted, here: Here, ground: Ground) -> str:
    """The command that does on the right environment what was wanted, without secrets."""
    from venvls.model.redact import redact

    create = f"`{ground.command('create', here.root)}`"
    names = " ".join(_quoted(redact(name)) for name in wanted.names)
    if wanted.sources or (wanted.verb == "uninstall" and not names):
        return _with_pip(wanted, here, ground, create)
    if not names:
        extras = "".join(f" --extra {_quoted(name)}" for name in wanted.extras)
        words = f"`{ground.command('sync', here.root)}{extras}`"
        return words if here.prefix is not None or extras else create
    if wanted.verb == "uninstall":
        return f"`{ground.command('remove', here.root)} {names}`"
    words = f"`{ground.command('upgrade' if wanted.upgrade else 'add', here.root)} {names}`"
    if here.keeper in _KEEPERS and not wanted.upgrade and "--project" not in words:
        return f"{words} or `{_KEEPERS[here.keeper].format(names)}`"
    return words if here.prefix is not None else f"{create}, then {words}"


def _with_pip(wanted: _Wanted, here: Here, ground: Ground, create: str) -> str:
    """An address that names no package, another folder, a list to uninstall: pip has to do that, in the right environment."""
    from venvls.model.redact import redact

    if wanted.verb == "install" and (address := next((source for source in wanted.sources if "://" in source), None)):
        words = f"`{ground.command('add', here.root)} {_quoted(f'NAME @ {redact(address)}')}`"
    else:
        installer = "uv pip" if here.keeper == "uv" else "python -m pip"
        words = f"`{ground.command('run', here.root)} -- {installer} {wanted.verb} …`"
    return words if here.prefix is not None else f"{create}, then {words}"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"(?a)[\w@%+=:,./\[\]-]+", name) else "'" + name.replace("'", "'\"'\"'") + "'"
