"""Sets up this checkout: `.venv` at its root with the project installed editable. Standard library only, no network once it is done.

`python3 server` and `python3 tests` share it. It may be interrupted at any moment and run again (an environment marked as unfinished is
made anew; the stamp is written last), and two at once wait for each other. What it cannot do it says in one sentence (:class:`SetupError`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "venvls-checkout.json"
UNFINISHED = "venvls-checkout.unfinished"  # in the environment, from its first moment until the stamp stands
_SECONDS_BETWEEN = 15.0  # of two lines in a log; a terminal shows every step
GROUPS_SINCE = (25, 1)  # the first pip that installs dependency groups


class SetupError(Exception):
    """Why the checkout cannot be set up, and what to do about it, in a sentence."""


def run(arguments: Sequence[str]) -> int:
    """Runs venvls with these arguments from the checkout's environment; on POSIX this process becomes it."""
    try:
        python = prepare()
    except SetupError as error:
        print(f"venvls: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("venvls: setting up was interrupted; run the same command again to go on.", file=sys.stderr)
        return 130
    # -I: neither the current folder nor PYTHONPATH may put modules before ours.
    return become([str(python), "-I", "-m", "venvls", *arguments])


def become(command: Sequence[str]) -> int:
    """Replaces this process by the command; on Windows, where that would detach it from its console, waits for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], list(command))  # noqa: S606 - our own interpreter, by absolute path
    process = subprocess.Popen(list(command))  # noqa: S603 - the same
    while True:
        # The child got the same Ctrl-C and decides what it means.
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def prepare(group: str | None = None) -> Path:
    """The interpreter of a checkout that is set up, with that dependency group if one is named. Quick when nothing is to be done."""
    python = interpreter(ENVIRONMENT)
    if _up_to_date(python, group):
        return python
    with _alone():
        if _up_to_date(python, group):  # someone else did it while we waited
            return python
        _say(f"setting up {ENVIRONMENT} (once; needs a package index) …")
        groups = sorted({*_groups(), *([group] if group else [])})
        if (ENVIRONMENT / UNFINISHED).exists() or not _answers(python):
            _say("step 1 of 2: making the environment …")
            _create()
        _say(f"step 2 of 2: installing venvls and what it needs{' for ' + ', '.join(groups) if groups else ''} …")
        (ENVIRONMENT / UNFINISHED).touch()
        STAMP.unlink(missing_ok=True)
        _install(python, groups)
        content = json.dumps({"state": _state(), "groups": groups})
        partial = STAMP.with_suffix(".partial")
        partial.write_text(content, "utf-8")
        partial.replace(STAMP)
        (ENVIRONMENT / UNFINISHED).unlink()
    return python


def interpreter(environment: Path) -> Path:
    """Where the interpreter of an environment stands on this system."""
    return environment / "Scripts" / "python.exe" if os.name == "nt" else environment / "bin" / "python"


def _state() -> str:
    """Changes whenever setting up again is needed: what is installed is said in pyproject.toml, and the checkout may have moved."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + os.fsencode(str(ROOT))).hexdigest()


def _stamp() -> dict[str, object]:
    try:
        content = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _groups() -> list[str]:
    """The dependency groups that were asked for before."""
    groups = _stamp().get("groups")
    return [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []


def _up_to_date(python: Path, group: str | None) -> bool:
    return _stamp().get("state") == _state() and (group is None or group in _groups()) and python.exists()


def _answers(python: Path) -> bool:
    """Whether the interpreter starts, is new enough and is that of an environment of its own."""
    if not python.exists():
        return False
    test = "import sys; sys.exit(0 if sys.version_info >= (3, 10) and sys.prefix != sys.base_prefix else 1)"
    return _quiet([str(python), "-I", "-c", test]).returncode == 0


def _create() -> None:
    """Makes the environment with the first of venv, virtualenv and uv that can."""
    environment = str(ENVIRONMENT)
    attempts = [
        [sys.executable, "-I", "-m", "venv", environment],
        [sys.executable, "-I", "-m", "virtualenv", environment],
    ]
    if virtualenv := shutil.which("virtualenv"):
        attempts.append([virtualenv, "--python", sys.executable, environment])
    if uv := shutil.which("uv"):
        attempts.append([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, environment])
    said = ""
    for attempt in attempts:
        _empty()
        result = _quiet(attempt)
        if result.returncode == 0 and _answers(interpreter(ENVIRONMENT)):
            return
        said = said or result.stdout.strip()
    if "ensurepip" in said:
        version = ".".join(str(part) for part in sys.version_info[:2])
        raise SetupError(
            f"this Python ({sys.executable}) cannot make environments because its part ensurepip is not installed; "
            f"on Debian and Ubuntu run: sudo apt install python{version}-venv"
        )
    raise SetupError(f"{ENVIRONMENT} could not be made: {_last_line(said)}")


def _empty() -> None:
    """Leaves nothing in the environment's folder but the mark that it is unfinished.

    The mark stands before anything else is touched: an interpreter that answers says nothing of a pip that was stopped half-way.
    """
    try:
        ENVIRONMENT.mkdir(exist_ok=True)
        (ENVIRONMENT / UNFINISHED).touch()
        for entry in ENVIRONMENT.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != UNFINISHED:
                entry.unlink()
    except OSError as error:
        place = error.filename or ENVIRONMENT
        raise SetupError(f"{place} stands in the way of a new environment ({error.strerror}); remove it and run this again") from None


def _install(python: Path, groups: Sequence[str]) -> None:
    """Installs the project editable, with the groups: with the environment's pip, else with uv."""
    wanted = ["--editable", str(ROOT), *(part for group in groups for part in ("--group", f"{ROOT / 'pyproject.toml'}:{group}"))]
    version = _pip_version(python)
    uv = shutil.which("uv")
    if version is None and uv is None:
        if _quiet([str(python), "-I", "-m", "ensurepip", "--upgrade"]).returncode != 0:
            raise SetupError(f"{ENVIRONMENT} has no pip and there is no uv on PATH; delete that folder, or install uv, and run this again")
        version = _pip_version(python)
    if version is None:
        result = _followed([str(uv), "pip", "install", "--python", str(python), *wanted])
    else:
        pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "install"]
        if groups and version < GROUPS_SINCE:
            _checked(_followed([*pip, "--upgrade", "pip>=" + ".".join(map(str, GROUPS_SINCE))]))
        result = _followed([*pip, *wanted])
    _checked(result)


def _checked(result: subprocess.CompletedProcess[str]) -> None:
    if result.returncode != 0:
        raise SetupError(
            f"installing into {ENVIRONMENT} failed: {_last_line(result.stdout)} Run the same command again once that is fixed."
        )


def _pip_version(python: Path) -> tuple[int, ...] | None:
    result = _quiet([str(python), "-I", "-c", "import pip; print(pip.__version__)"])
    if result.returncode != 0:
        return None
    return tuple(int(part) for part in result.stdout.strip().split(".")[:2] if part.isdecimal())


def _quiet(command: Sequence[str], seen: Callable[[str], None] = lambda line: None) -> subprocess.CompletedProcess[str]:
    """Runs a command with its output kept, and each line ``seen``; a program that cannot be started counts as one that failed."""
    environ = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    }
    lines: list[str] = []
    try:
        with subprocess.Popen(  # noqa: S603 - argument lists of this file only
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env=environ, cwd=tempfile.gettempdir(),
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                lines.append(line)
                seen(line)
        return subprocess.CompletedProcess(list(command), process.returncode, stdout="".join(lines))
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 1, stdout=f"{command[0]}: {error.strerror or error}")


def _followed(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """As :func:`_quiet`, and what the tool is at is shown: on a terminal in one line, which goes away again; elsewhere now and then."""
    live = sys.stderr.isatty()
    width = shutil.get_terminal_size().columns
    last = time.monotonic()

    def seen(line: str) -> None:
        nonlocal last
        text = "".join(character for character in line.strip() if character.isprintable())
        if not text:
            return
        if live:
            print(f"\r\x1b[K  {text[: width - 3]}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - last > _SECONDS_BETWEEN:
            last = time.monotonic()
            _say(f"still at it: {text[:200]}")

    try:
        return _quiet(command, seen)
    finally:
        if live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _last_line(output: str) -> str:
    """The line that says most: pip's and uv's last error, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error") and "subprocess-exited-with-error" not in line]
    line = (errors or lines or ["no reason was given"])[-1]
    return line if line.endswith(".") else line + "."


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Waits until no other process sets this checkout up. The system drops the lock when its holder ends, however it ends."""
    if os.name == "nt":
        import msvcrt

        name = hashlib.sha256(os.fsencode(str(ROOT))).hexdigest()[:16]
        with (Path(tempfile.gettempdir()) / f"venvls-checkout-{name}.lock").open("a+b") as file:
            _wait(lambda: msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1))  # type: ignore[attr-defined,unused-ignore]
            yield
        return
    import fcntl

    # The folder itself is locked: nothing is left behind, and nobody else's file can stand in the way.
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        _wait(lambda: fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB))
        yield
    finally:
        os.close(folder)


def _wait(attempt: Callable[[], object]) -> None:
    said = False
    while not _succeeds(attempt):
        if not said:
            _say("another process is setting this checkout up; waiting for it …")
            said = True
        time.sleep(0.2)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _say(line: str) -> None:
    print(f"venvls: {line}", file=sys.stderr, flush=True)
