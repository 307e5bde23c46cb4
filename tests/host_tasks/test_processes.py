"""A step's program, its lines, its end. Real programs; "gone" means that no process of that number is left."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from venvls.host.processes import Ran, cleaned, run_step
from venvls.model.action import Step

posix = pytest.mark.skipif(os.name == "nt", reason="process groups and signals are POSIX's; Windows has jobs")


def step(code: str, *arguments: str, cwd: Path | None = None, environ: dict[str, str] | None = None) -> Step:
    argv = (sys.executable, "-I", "-S", "-u", "-c", textwrap.dedent(code), *arguments)
    return Step(argv, str(cwd or Path(sys.executable).parent), "a test", environ or {})


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def soon(check: Callable[[], bool], seconds: float = 120.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def number(path: Path) -> int:
    assert soon(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


def test_lines_come_while_it_runs_and_not_after(tmp_path: Path) -> None:
    heard: list[str] = []
    gate = tmp_path / "gate"

    def report(line: str) -> None:
        heard.append(line)
        gate.touch()

    # Its second line comes only after its first was heard.
    code = "import os, sys, time\nprint('one')\nwhile not os.path.exists(sys.argv[1]): time.sleep(.02)\nprint('two')"
    assert run_step(step(code, str(gate)), report=report).ok
    assert heard == ["one", "two"]


def test_progress_bars_colours_and_odd_bytes_become_plain_lines() -> None:
    heard: list[str] = []
    code = r"""
    import sys
    out = sys.stdout.buffer
    out.write(b'10%\r50%\r100%\n\x1b[31mred\x1b[0m\r\n\xff\xfe caf\xc3\xa9\nno end')
    sys.stderr.write('an error\n')
    """
    ran = run_step(step(code), report=heard.append)
    assert [line for line in heard if line != "an error"] == ["10%", "50%", "100%", "red", "�� café", "no end"]
    assert ran.out == ("100%", "red", "�� café", "no end")
    assert "an error" in ran.lines


def test_a_carriage_return_and_its_line_feed_may_come_apart() -> None:
    code = "import sys,time\no=sys.stdout.buffer\nfor b in (b'a\\r', b'\\nb\\r', b'c\\n'):\n o.write(b); o.flush(); time.sleep(.2)"
    heard: list[str] = []
    assert run_step(step(code), report=heard.append).out == ("a", "c")
    assert heard == ["a", "b", "c"]


def test_secrets_in_output_are_not_repeated() -> None:
    heard: list[str] = []
    ran = run_step(step("print('Looking in https://me:hunter2@example.org/simple')"), report=heard.append)
    assert not any("hunter2" in line for line in (*heard, *ran.lines, *ran.out))


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    ran = run_step(step("print('x' * 3_000_000)\nprint('the last')"))
    assert ran.ok
    assert max(map(len, ran.lines)) <= 70_000
    # It is taken in pieces, as it comes.
    assert len(ran.lines) > 10 and ran.lines[-1] == "the last"


def test_what_is_told_of_an_end_is_each_stream_and_both() -> None:
    ran = run_step(step("import os\nos.write(1, b'to out\\n')\nos.write(2, b'to err\\n')\nos.write(1, b'to out again\\n')"))
    assert ran.out == ("to out", "to out again")
    assert sorted(ran.lines) == ["to err", "to out", "to out again"]


def test_it_cannot_wait_for_an_answer() -> None:
    assert run_step(step("import sys; print(repr(sys.stdin.read()))")).out == ("''",)


def test_the_exit_status_is_told() -> None:
    ran = run_step(step("raise SystemExit(3)"))
    assert (ran.ended, ran.code, ran.ok) == ("exited", 3, False)


@pytest.mark.parametrize(
    ("argv", "cwd", "sentence"),
    [
        ("/no/such/program", "/", "/no/such/program does not exist."),
        (sys.executable, "/no/such/folder", "/no/such/folder does not exist."),
    ],
)
@posix
def test_what_cannot_start_is_a_sentence(argv: str, cwd: str, sentence: str) -> None:
    ran = run_step(Step((argv,), cwd, "a test"))
    assert (ran.ended, ran.problem) == ("unstarted", sentence)


@posix
def test_a_program_that_may_not_run_is_a_sentence(tmp_path: Path) -> None:
    program = tmp_path / "tool"
    program.write_text("x")
    problem = run_step(Step((str(program),), str(tmp_path), "a test")).problem
    assert problem is not None
    assert str(program) in problem
    assert "not executable" in problem


@posix
def test_what_cannot_start_for_another_reason_is_a_sentence(tmp_path: Path) -> None:
    problem = run_step(Step((sys.executable, "a\0b"), "/", "a test")).problem
    assert problem == f"{sys.executable} could not be started (its arguments are not valid)."
    program = tmp_path / "tool"
    program.write_bytes(b"\0\1\2\3")
    program.chmod(0o755)
    problem = run_step(Step((str(program),), "/", "a test")).problem
    assert problem == f"{program} could not be started ({os.strerror(errno.ENOEXEC)})."


def test_a_time_limit_ends_it() -> None:
    assert run_step(step("import time; time.sleep(600)"), timeout=0.5).ended == "timeout"


def test_what_ends_within_its_time_is_left_alone() -> None:
    assert run_step(step("import time; time.sleep(.3); print(1)"), timeout=600).out == ("1",)


@posix
def test_what_was_said_before_the_end_is_heard_after_it(tmp_path: Path) -> None:
    heard: list[str] = []

    def report(line: str) -> None:
        heard.append(line)
        if line == "first":
            pid = number(tmp_path / "pid")
            assert soon(lambda: not alive(pid))

    # It closes one of its streams before it has written all to the other.
    code = """
    import os, sys, time
    print('first'); os.close(2); time.sleep(.2); print('second'); print('third')
    open(sys.argv[1], 'w').write('%d\\n' % os.getpid())
    """
    ran = run_step(step(code, str(tmp_path / "pid")), report=report)
    assert ran.out == ran.lines == tuple(heard) == ("first", "second", "third")


# A child that starts a grandchild, and both write their numbers down.
FAMILY = """
import os, signal, subprocess, sys, time
folder, stubborn = sys.argv[1], sys.argv[2]
rest = "import signal,time,os,sys\\n" + ("signal.signal(signal.SIGTERM, signal.SIG_IGN)\\n" if stubborn == "1" else "")
rest += "open(sys.argv[1] + '/grandchild', 'w').write('%d\\\\n' % os.getpid())\\ntime.sleep(600)"
subprocess.Popen([sys.executable, "-I", "-S", "-c", rest, folder])
if stubborn == "1":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(folder + "/child", "w").write("%d\\n" % os.getpid())
time.sleep(600)
"""


@posix
@pytest.mark.parametrize("stubborn", ["0", "1"])
def test_cancelling_ends_the_child_and_what_it_started(tmp_path: Path, stubborn: str) -> None:
    cancel = threading.Event()
    result: list[Ran] = []
    thread = threading.Thread(target=lambda: result.append(run_step(step(FAMILY, str(tmp_path), stubborn), cancelled=cancel.is_set)))
    thread.start()
    pids = [number(tmp_path / "child"), number(tmp_path / "grandchild")]
    cancel.set()
    thread.join(120)
    assert result
    assert result[0].ended == "cancelled"
    assert soon(lambda: not any(map(alive, pids)))


@posix
def test_what_a_program_leaves_running_is_ended_with_it(tmp_path: Path) -> None:
    told = "while not os.path.exists(folder + '/grandchild') or not os.path.getsize(folder + '/grandchild'): time.sleep(.02)\n"
    code = FAMILY.replace("time.sleep(600)\n", told)
    ran = run_step(step(code, str(tmp_path), "0"))
    assert ran.ended == "exited"
    assert soon(lambda: not alive(number(tmp_path / "grandchild")))


@posix
@pytest.mark.parametrize("stubborn", ["0", "1"])
def test_when_we_are_killed_everything_we_started_ends(tmp_path: Path, stubborn: str) -> None:
    code = f"""
import sys
from venvls.host.processes import run_step
from venvls.model.action import Step
run_step(Step((sys.executable, "-I", "-S", "-c", {FAMILY!r}, {str(tmp_path)!r}, {stubborn!r}), "/", "a test"))
"""
    us = subprocess.Popen([sys.executable, "-c", code])
    pids = [number(tmp_path / "child"), number(tmp_path / "grandchild")]
    time.sleep(0.3)
    us.send_signal(signal.SIGKILL)
    us.wait()
    assert soon(lambda: not any(map(alive, pids)))


@posix
def test_no_watcher_outlives_its_step() -> None:
    before = _children()
    assert run_step(step("print(1)")).ok
    assert soon(lambda: _children() <= before)


def _children() -> set[str]:
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False).stdout
    return {line for line in listed.splitlines() if "ps -o" not in line}


def test_variables_that_misdirect_are_taken_out_and_the_persons_are_kept(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    (workspace / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to(workspace / "bin")
    path = os.pathsep.join([str(workspace), str(workspace / "bin"), str(tmp_path / "link"), "", "relative", str(tmp_path)])
    given = {"PYTHONPATH": "x", "PYTHONHOME": "x", "VIRTUAL_ENV": "x", "PIP_TARGET": "x", "UV_PYTHON": "x"}
    given |= {"PIP_INDEX_URL": "https://i", "UV_INDEX_URL": "https://u", "HOME": "/h", "PATH": path}
    kept = cleaned(given, [str(workspace)])
    assert kept == {
        "PIP_INDEX_URL": "https://i",
        "UV_INDEX_URL": "https://u",
        "HOME": "/h",
        "PATH": str(tmp_path),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
    }


# Where Python looks for modules and how it starts; what pip and uv install, from where and into what.
MISDIRECTING = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE", "PYTHONUSERBASE"),
    *("PYTHONBREAKPOINT", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "__PYVENV_LAUNCHER__"),
    *("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"),
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REQUIREMENT", "PIP_EDITABLE", "PIP_SRC"),
    *("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_BREAK_SYSTEM_PACKAGES", "UV_PROJECT_ENVIRONMENT", "UV_WORKING_DIR", "UV_PROJECT"),
    "UV_VENV_CLEAR",
)


@pytest.mark.parametrize("name", MISDIRECTING)
def test_no_variable_that_misdirects_reaches_a_program(name: str) -> None:
    code = "import os; print(*os.environ)"
    ran = run_step(step(code), environ={**os.environ, name: str(Path(sys.executable).parent), name.lower(): "x", "PIP_INDEX_URL": "kept"})
    names = ran.out[0].split()
    assert "PIP_INDEX_URL" in names
    assert name not in names and name.lower() not in names


def test_a_module_in_the_working_folder_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken')")
    ran = run_step(Step((sys.executable, "-I", "-c", "import json; print(json.__name__)"), str(tmp_path), "a test"))
    assert ran.out == ("json",)
