"""kill -9 at random moments: of the tools, of the command line, of the language server. 16 in a plain run, 500 with ``VENVLS_LONG=1``."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import figures
from tests.faults.ground import Ground, children, until
from tests.lsp.editor import Editor
from tests.together import LONG
from venvls.host import marks
from venvls.model.action import Outcome, Plan

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9; jobs are tested in tests/host_tasks"), pytest.mark.slow]

NEW = ("alpha>=2", "beta>=2")
OLD = ("alpha==1.0", "beta==1.0")


@pytest.fixture
def ground(tmp_path: Path, wheels: Path, cache: Path) -> Iterator[Callable[[str], Ground]]:
    yield lambda tool: Ground(tmp_path / "a project", wheels, cache, tool)


def times(plain: int, long: int) -> int:
    return long if LONG else plain


def killed_tool(ground: Ground, plan: Plan, after: float, at_work: bool) -> Outcome:
    """Run a plan, and end the tool it started, with all that belongs to it: ``after`` seconds from its start, or ``at_work`` a moment
    after it first changed anything, which few moments of a whole run are."""
    result: list[Outcome] = []
    unchanged = marks.of(plan)
    before = set(children(os.getpid()))
    thread = threading.Thread(target=lambda: result.append(ground.run(plan)))
    thread.start()

    def tool() -> list[int]:
        return [pid for pid in set(children(os.getpid())) - before if not _is_watcher(pid)]

    while thread.is_alive() and not tool():
        time.sleep(0.002)
    if at_work:
        while thread.is_alive() and marks.of(plan) == unchanged:
            time.sleep(0.001)
        after = after % 0.05
    time.sleep(after)
    for pid in tool():
        _kill(pid)
    thread.join(300)
    assert result, "the task did not end after its tool was killed"
    return result[0]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _is_watcher(pid: int) -> bool:
    try:
        return b"killpg" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def judged(ground: Ground, what: str, *, intact: Callable[[], bool] = lambda: False) -> None:
    """What stands there is whole, or is named and mended by the action that the finding offers."""
    figures.KILLS[what] += 1
    try:
        codes = ground.codes()
        figures.STATES["intact" if not codes or intact() else ", ".join(codes)] += 1
        ground.mend()
        ground.works()
    except AssertionError:
        figures.LOST.append(what)
        raise


def lasted(ground: Ground, plan: Plan) -> float:
    """How long a plan takes that nobody kills."""
    begun = time.monotonic()
    assert ground.run(plan).ok, ground.heard[-5:]
    return time.monotonic() - begun


def anew(ground: Ground, *asked: str) -> None:
    """An environment by uv that holds exactly what is asked for."""
    shutil.rmtree(ground.prefix, ignore_errors=True)
    ground.ask(*asked)
    uv = Ground(ground.root, Path(ground.environ["UV_FIND_LINKS"]), Path(ground.environ["UV_CACHE_DIR"]))
    assert uv.do("create").ok, uv.heard[-5:]


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_an_upgrade_is_killed(ground: Callable[[str], Ground], dice: random.Random, tool: str) -> None:
    place = ground(tool)
    anew(place, *OLD)
    place.ask(*NEW)
    span = lasted(place, place.plan("sync"))
    for number in range(times(2, 130 if tool == "uv" else 55)):
        anew(place, *OLD)
        place.ask(*NEW)
        outcome = killed_tool(place, place.plan("sync"), dice.uniform(0, span * 0.9), number % 3 > 0)
        if not outcome.ok:
            assert "stopped from outside" in outcome.message or "only partly changed" in outcome.message, outcome
        judged(place, f"{tool} upgrades")


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_a_first_installation_is_killed(ground: Callable[[str], Ground], dice: random.Random, tool: str) -> None:
    place = ground(tool)
    anew(place)
    place.ask(*NEW)
    span = lasted(place, place.plan("sync"))
    for number in range(times(2, 90 if tool == "uv" else 35)):
        anew(place)
        place.ask(*NEW)
        killed_tool(place, place.plan("sync"), dice.uniform(0, span * 0.9), number % 2 > 0)
        judged(place, f"{tool} installs")


@pytest.mark.parametrize("tool", ["uv", "venv"])
def test_a_creation_is_killed_with_us(ground: Callable[[str], Ground], dice: random.Random, tool: str) -> None:
    """The tool and whoever watches it die at once: as when the machine loses power."""
    place = ground("uv")
    place.ask(*NEW)
    plan = place.plan("create", tool=tool)
    span = lasted(place, plan) if tool == "uv" else 2.5
    for _ in range(times(2, 60 if tool == "uv" else 35)):
        shutil.rmtree(place.prefix, ignore_errors=True)
        end_all(place, ["create", "--tool", tool], dice.uniform(0.1, 0.25 + span))
        judged(place, f"{tool} creates")


def end_all(place: Ground, words: list[str], after: float) -> None:
    """Start a command of ours and kill it, its tool and its watcher together."""
    command = place.cli(*words)
    try:
        command.wait(after)
    except Exception:
        for pid in [command.pid, *reversed(stopped(command.pid))]:
            _kill(pid)
    command.communicate()


def stopped(pid: int) -> list[int]:
    """The processes below one that can start no more of them."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    return children(pid)


def test_the_command_line_is_killed_while_it_recreates(ground: Callable[[str], Ground], dice: random.Random) -> None:
    """Only our own process dies: its tool is to end within seconds, and the environment that stood aside is not lost."""
    place = ground("uv")
    for _ in range(times(2, 70)):
        anew(place, *NEW)
        (place.prefix / "mark").write_text("former")
        command = place.cli("recreate", "--yes")
        after = dice.uniform(0.25, 0.9)
        try:
            command.wait(after)
        except Exception:
            below = stopped(command.pid)
            command.kill()
            until(lambda below=below: not any(_alive(pid) for pid in below), 120, "the tool outlived us")  # type: ignore[misc]
        command.communicate()
        former = [path for path in (place.prefix, *place.root.glob(".venvls-aside-*")) if (path / "mark").exists()]
        if not former:
            assert place.codes() == [], "neither the former nor the new environment is whole"
        if list(place.root.glob(".venvls-aside-*")) and not (place.prefix / "mark").exists() and not place.codes():
            # Killed in its last step, while it deleted the old environment: the new one is whole, and the next task deletes the rest.
            place.works(left=True)
            assert place.do("sync").ok
        judged(place, "the command line recreates", intact=lambda: (place.prefix / "mark").exists())


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def test_the_server_is_killed_while_it_syncs(ground: Callable[[str], Ground], dice: random.Random) -> None:
    place = ground("uv")
    for _ in range(times(2, 25)):
        anew(place, *OLD)
        place.ask(*NEW)
        editor = Editor(place.root, options={"trusted": True}, environ=place.environ)
        editor.until(place.root / "requirements.txt", ["version-mismatch", "version-mismatch"])
        editor.start("workspace/executeCommand", {"command": "venvls.sync", "arguments": [{"project": str(place.root)}]})
        time.sleep(dice.uniform(0, 0.25))
        below = stopped(editor.process.pid)
        editor.process.kill()
        until(lambda below=below: not any(_alive(pid) for pid in below), 120, "the tool outlived the server")  # type: ignore[misc]
        editor.close()
        judged(place, "the server syncs")


def test_there_were_enough_kills() -> None:
    """The last one: the figures that the documentation states."""
    if len(sys.argv) > 1 and figures.KILLS:
        assert figures.LOST == []
