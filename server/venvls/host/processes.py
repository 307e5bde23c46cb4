"""Runs one step of a plan: its own process group, its lines as they come, a time limit, and a stop that stops all of it.

What a stop reaches. POSIX: the child leads a new session; everything in its process group gets SIGTERM and, two seconds later, SIGKILL.
A small watcher process holds the other end of a pipe and does the same when *this* process dies without a word (a killed editor, F5).
A program that starts a session of its own escapes both; pip, uv and venv do not. Windows: the child is put into a job that the system
ends with all its members when the job is closed, which our death does too.
"""

from __future__ import annotations

import locale
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from venvls.model.hints import TYPE_CHECKING, Literal
from venvls.model.record import dataclass

if TYPE_CHECKING:
    from venvls.model.action import Step

GRACE = 2.0
"""Seconds between asking a group to end and ending it."""

_KEPT_LINES = 5_000
_LONGEST_LINE = 20_000
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|[\x00-\x08\x0b-\x1f\x7f]")
_LINE_ENDS = re.compile(rb"\r\n|\n|\r")

_CREATION = (
    getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
)

# Variables that would send an installer to another Python or folder than the plan names, or bring code into it.
_DROPPED = frozenset((
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE", "PYTHONUSERBASE",
    "PYTHONBREAKPOINT", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REQUIREMENT",
    "PIP_EDITABLE", "PIP_SRC", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "UV_PROJECT_ENVIRONMENT",
    "UV_WORKING_DIR", "UV_PROJECT", "UV_VENV_CLEAR",
))  # fmt: skip

# Runs on any Python 3; kept as text so that a half-updated installation of ours cannot break it. `os` and `signal` would double what its
# start costs, which is at the tool's expense: the numbers are those of SIGTERM and SIGKILL, the same on every POSIX system.
_WATCHER = """
import posix, sys, time
group, grace = int(sys.argv[1]), float(sys.argv[2])
posix.read(0, 1)
for number in (15, 9):
    try:
        posix.killpg(group, number)
    except OSError:
        break
    time.sleep(grace)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended. ``code`` is its exit status where it ended by itself; ``out`` and ``lines`` the last lines of standard
    output alone, and of both streams as they came, credentials taken out. ``problem`` is a sentence where it could not be started."""

    ended: Literal["exited", "cancelled", "timeout", "unstarted"]
    code: int | None = None
    out: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, and well."""
        return self.code == 0


def cleaned(environ: Mapping[str, str], outside: Iterable[str] = ()) -> dict[str, str]:
    """The variables for a child: those of the person, without what would misdirect it, PATH without entries inside ``outside`` (T9)."""
    kept = {name: value for name, value in environ.items() if name.upper() not in _DROPPED}
    roots = [os.path.realpath(root) for root in outside]
    for name in [name for name in kept if name.upper() == "PATH"]:
        entries = [entry for entry in kept[name].split(os.pathsep) if os.path.isabs(entry) and not _inside(entry, roots)]
        kept[name] = os.pathsep.join(entries)
    kept.update(PYTHONUTF8="1", PYTHONUNBUFFERED="1", NO_COLOR="1")
    return kept


def run_step(
    step: Step,
    *,
    report: Callable[[str], None] = lambda line: None,
    cancelled: Callable[[], bool] = lambda: False,
    timeout: float | None = None,
    environ: Mapping[str, str] | None = None,
    outside: Iterable[str] = (),
) -> Ran:
    """Start a step's program and stay with it to its end. ``report`` gets each line, in this thread; ``cancelled`` is called ten times
    a second; ``timeout`` is in seconds. Never raises for anything the program or the machine does."""
    variables = cleaned(os.environ if environ is None else environ, outside) | dict(step.environ)
    try:
        child = subprocess.Popen(  # noqa: S603 - an argument list with an absolute program, made by a plan
            step.argv,
            cwd=step.cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=sys.platform != "win32",
            creationflags=_CREATION,
        )
    except (OSError, ValueError) as problem:
        return Ran("unstarted", problem=_why_unstarted(step, problem))
    with _tied(child) as stop:
        return _attend(child, report, cancelled, timeout, stop)


def _attend(
    child: subprocess.Popen[bytes],
    report: Callable[[str], None],
    cancelled: Callable[[], bool],
    timeout: float | None,
    stop: Callable[[], None],
) -> Ran:
    from venvls.model.redact import redact

    heard: queue.SimpleQueue[tuple[str, str, bool] | None] = queue.SimpleQueue()
    readers = [
        threading.Thread(target=_read, args=(stream, name, heard), daemon=True)
        for name, stream in (("out", child.stdout), ("err", child.stderr))
    ]
    for reader in readers:
        reader.start()
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    out: deque[str] = deque(maxlen=_KEPT_LINES)
    silent = 0

    def listen(wait: float) -> bool:
        nonlocal silent
        try:
            heard_next = heard.get(timeout=wait) if wait else heard.get_nowait()
        except queue.Empty:
            return False
        if heard_next is None:
            silent += 1
            return True
        name, text, passing = heard_next
        line = redact(text)
        if not passing:
            lines.append(line)
            if name == "out":
                out.append(line)
        report(line)
        return True

    ended: Literal["exited", "cancelled", "timeout"] = "exited"
    end = None if timeout is None else time.monotonic() + timeout
    try:
        while child.poll() is None:
            if silent < len(readers):
                listen(0.1)
            else:
                # It has closed what it writes to, as whoever ends does: its end is next, and waiting for a line would only miss it.
                _wait(child, 0.1)
            if cancelled():
                ended = "cancelled"
                break
            if end is not None and time.monotonic() > end:
                ended = "timeout"
                break
    finally:
        # Also after a good end: what the program left running in its group would go on changing the environment.
        stop()
    code = child.wait()
    for reader in readers:
        reader.join(1.0)
    while listen(0):
        pass
    return Ran(ended, code if ended == "exited" else None, tuple(out), tuple(lines))


def _wait(child: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(seconds)


def _read(stream: object, name: str, heard: queue.SimpleQueue[tuple[str, str, bool] | None]) -> None:
    """Cut one stream into lines. A lone carriage return ends a passing line (a progress bar), which is shown and not kept."""
    number = stream.fileno()  # type: ignore[attr-defined]
    rest = b""
    while True:
        try:
            chunk = os.read(number, 65536)
        except OSError:
            chunk = b""
        rest += chunk
        start = 0
        for match in _LINE_ENDS.finditer(rest):
            if match.group() == b"\r" and match.end() == len(rest) and chunk:
                break  # Its line feed may be in the next chunk.
            _tell(rest[start : match.start()], name, heard, passing=match.group() == b"\r")
            start = match.end()
        rest = rest[start:]
        if not chunk or len(rest) > _LONGEST_LINE:
            if rest:
                _tell(rest, name, heard, passing=False)
            rest = b""
        if not chunk:
            stream.close()  # type: ignore[attr-defined]
            heard.put(None)
            return


def _tell(raw: bytes, name: str, heard: queue.SimpleQueue[tuple[str, str, bool] | None], *, passing: bool) -> None:
    text = _CONTROL.sub("", _decoded(raw[:_LONGEST_LINE])).rstrip()
    if text:
        heard.put((name, text, passing))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # On Windows a program that runs isolated writes its code page to a pipe, whatever PYTHONUTF8 says.
        return raw.decode(locale.getpreferredencoding(False) if sys.platform == "win32" else "utf-8", "replace")


def _inside(path: str, roots: list[str]) -> bool:
    real = os.path.normcase(os.path.realpath(path))
    return any(real == os.path.normcase(root) or real.startswith(os.path.normcase(root).rstrip(os.sep) + os.sep) for root in roots)


def _why_unstarted(step: Step, problem: OSError | ValueError) -> str:
    program = step.argv[0]
    if isinstance(problem, FileNotFoundError):
        missing = program if os.path.isdir(step.cwd) else step.cwd
        return f"{missing} does not exist."
    if isinstance(problem, PermissionError):
        return f"{program} could not be started: it is not executable."
    reason = getattr(problem, "strerror", None) or "its arguments are not valid"
    return f"{program} could not be started ({reason})."


if sys.platform == "win32":  # pragma: no cover
    from venvls.host.windows_job import tied as _tied
else:
    from contextlib import contextmanager

    @contextmanager
    def _tied(child: subprocess.Popen[bytes]) -> Iterator[Callable[[], None]]:
        """The child's group, watched: gives the function that ends it."""
        watcher = _watch(child.pid)
        try:
            yield lambda: _end_group(child)
        finally:
            if watcher is not None:
                _dismiss(watcher)

    def _watch(group: int) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", "-c", _WATCHER, str(group), str(GRACE)],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError:
            return None  # Without a watcher the step still runs; only our own sudden death would leave it alone.

    def _dismiss(watcher: subprocess.Popen[bytes]) -> None:
        """Ended before its pipe is: it takes the pipe's end for our death. It may not even have started yet, and nobody waits for that."""
        watcher.kill()
        watcher.wait()
        assert watcher.stdin is not None  # noqa: S101 - said to the type checker; it was started with a pipe
        watcher.stdin.close()

    def _end_group(child: subprocess.Popen[bytes]) -> None:
        """Ask the whole group to end, then end what is left of it."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not _signalled(child.pid, number):
                return
            end = time.monotonic() + GRACE
            while time.monotonic() < end:
                child.poll()  # Reaps the leader, which would otherwise count as a member for ever.
                if not _signalled(child.pid, 0) or not _lives(child.pid):
                    return
                time.sleep(0.02)

    def _signalled(group: int, number: int) -> bool:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            # macOS answers "not permitted" for a group of nothing but zombies.
            return False
        return True

    def _lives(group: int) -> bool:
        """Whether a member of the group is more than a zombie. In a container nobody may reap orphans; waiting for them is in vain."""
        try:
            numbers = [name for name in os.listdir("/proc") if name.isdecimal()]
        except OSError:
            return True  # Not Linux: there the system reaps them at once.
        for number in numbers:
            try:
                with open(f"/proc/{number}/stat", "rb") as file:
                    state, _, leader = file.read().rpartition(b")")[2].split()[:3]
            except (OSError, ValueError):
                continue
            if int(leader) == group and state not in (b"Z", b"X"):
                return True
        return False
