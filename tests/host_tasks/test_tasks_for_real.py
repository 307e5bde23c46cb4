"""Whole tasks with the real tools, offline, from wheels made here: planned from a real folder, run, and looked at again afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.host_tasks import offline
from venvls import tools
from venvls.host import setting_aside, tasks
from venvls.host.machine import ThisMachine
from venvls.host.pythons import base_pythons
from venvls.host.remembered import Remembered
from venvls.host.state import scratch
from venvls.model.action import Outcome, Plan, Step, Task
from venvls.model.rule import BasePython, PlanContext
from venvls.workspace import Workspace

UV = {"uv": offline.program("uv")}
VIRTUALENV = {"virtualenv": offline.program("virtualenv")}


@pytest.fixture(scope="module")
def pythons() -> tuple[BasePython, ...]:
    found = [one for one in base_pythons() if one.implementation == "cpython" and not one.externally_managed and one.version >= "3.10"]
    assert found, "no Python of this machine can make environments"
    return tuple(found)


class Place:
    """A project on disk, its wheels, and the way from a task to its outcome."""

    def __init__(self, root: Path, wheels: Path, cache: Path, pythons: tuple[BasePython, ...]) -> None:
        self.root, self.wheels = root, wheels
        self.environ = offline.environ(wheels, cache)
        self.pythons = pythons
        self.heard: list[str] = []

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / name.replace("__", "-").replace("_", ".")).write_text(text)

    def workspace(self) -> Workspace:
        workspace = Workspace(ThisMachine(), Remembered(), strict=True)
        workspace.set_roots([str(self.root)])
        workspace.discover()
        return workspace

    def plan(self, task: Task, programs: Mapping[str, str], prefer: str = "auto") -> Plan:
        facts = self.workspace().facts(str(self.root))
        return tools.plan(task, PlanContext(facts, programs, self.pythons, scratch(), prefer))

    def run(self, plan: Plan, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        return tasks.run(plan, report=self.heard.append, cancelled=cancelled, roots=(str(self.root),), environ=self.environ)

    def codes(self) -> set[str]:
        found = self.workspace().check().findings
        return {one.code for one in found if one.severity in ("error", "warning")}

    def task(self, name: str, *requirements: str, **options: object) -> Task:
        prefix = None if name == "create" else str(self.root / ".venv")
        plain = {key.replace("_", "-"): value for key, value in options.items()}
        return Task(name, str(self.root), prefix, requirements=requirements, options=plain)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path, pythons: tuple[BasePython, ...], tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path / "a project"
    root.mkdir()
    return Place(root, offline.index(tmp_path / "wheels"), tmp_path / "cache", pythons)


def test_uv_creates_and_syncs_and_the_findings_are_gone(place: Place) -> None:
    place.write(requirements_txt="beta\n")
    assert place.codes() == {"no-environment"}
    outcome = place.run(place.plan(place.task("create"), UV))
    assert (outcome.ok, outcome.state, outcome.message) == (True, "done", ".venv was created and is now in sync.")
    assert place.codes() == set()
    assert any("beta" in line for line in place.heard)


def test_each_python_of_the_machine_gets_an_environment(place: Place) -> None:
    place.write(requirements_txt="alpha==1.0\n")
    for python in place.pythons[:3]:
        made = place.plan(place.task("create", python=python.executable, clear=True), UV)
        assert place.run(made).ok, place.heard[-5:]
        environment = place.workspace().environments()[0]
        assert environment.version == python.version
        assert place.codes() == set()


@pytest.mark.slow
def test_venv_creates_and_pip_syncs(place: Place) -> None:
    place.write(requirements_txt="beta\n")
    outcome = place.run(place.plan(place.task("create"), {}, "pip"))
    assert outcome.ok, outcome
    assert place.codes() == set()
    # An older version is asked for: one requirement, then a repair of what was broken.
    place.write(requirements_txt="alpha==1.0\n")
    assert place.codes() == {"version-mismatch"}
    assert place.run(place.plan(place.task("install", "alpha==1.0"), {}, "pip")).ok
    assert "version-mismatch" not in place.codes()
    listed = place.run(place.plan(place.task("freeze"), {}, "pip"))
    assert "alpha==1.0" in listed.output
    (record,) = (place.root / ".venv").rglob("alpha-1.0.dist-info")
    for file in record.iterdir():
        file.unlink()
    assert "broken-distribution" in place.codes()
    repaired = place.run(place.plan(place.task("repair", "alpha==1.0"), {}, "pip"))
    assert repaired.ok, repaired
    assert (record / "METADATA").exists()
    assert not list((place.root / ".venv").rglob(setting_aside.ASIDE + "*"))


@pytest.mark.slow
def test_virtualenv_creates_and_pip_installs(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    outcome = place.run(place.plan(place.task("create", tool="virtualenv"), VIRTUALENV, "pip"))
    assert outcome.ok, outcome
    assert place.codes() == set()
    assert place.workspace().environments()[0].kind == "virtualenv"


@pytest.mark.slow
def test_pip_of_a_base_python_fills_an_environment_that_has_none(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create", no_sync=True, without_pip=True), UV)).ok
    made = place.plan(place.task("sync"), {}, "pip")
    assert "--python" in made.steps[0].argv
    outcome = place.run(made)
    assert outcome.ok, outcome
    assert place.codes() == set()


def test_a_pyproject_is_synced_by_its_requirements_and_nothing_is_built(place: Place) -> None:
    place.write(
        pyproject_toml='[build-system]\nrequires = ["nothing-there"]\nbuild-backend = "nowhere"\n[project]\nname = "me"\nversion = "1"\n'
        'dependencies = ["alpha>=2"]\n[dependency-groups]\ndev = ["beta"]\n'
    )
    outcome = place.run(place.plan(place.task("create"), UV))
    assert outcome.ok, outcome
    assert place.codes() == set()


def test_exact_takes_away_what_no_file_asks_for(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create"), UV)).ok
    assert place.run(place.plan(place.task("install", "beta"), UV)).ok
    assert place.run(place.plan(place.task("sync", exact=True), UV)).ok
    assert "beta==1.0" not in place.run(place.plan(place.task("freeze"), UV)).output


def test_relative_paths_in_a_file_start_from_the_projects_folder(place: Place) -> None:
    offline.wheel(place.root / "local", "delta", "1.0")
    place.write(requirements_txt="./local/delta-1.0-py2.py3-none-any.whl\n")
    assert place.run(place.plan(place.task("create"), UV)).ok
    assert "delta" in " ".join(place.run(place.plan(place.task("freeze"), UV)).output)


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [
        ("alpha>=3", "alpha"),
        ("nowhere-to-be-found", "nowhere-to-be-found"),
        ("beta\ngamma", "gamma"),
        (f"alpha==1.0 --hash=sha256:{'0' * 64}", "hash"),
    ],
)
@pytest.mark.parametrize("tool", ["uv", pytest.param("pip", marks=pytest.mark.slow)])
def test_what_goes_wrong_is_one_sentence_and_nothing_is_lost(place: Place, tool: str, requirement: str, sentence: str) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create"), UV)).ok
    place.write(requirements_txt=requirement + "\n")
    outcome = place.run(place.plan(place.task("sync"), UV if tool == "uv" else {}, tool))
    assert not outcome.ok
    assert sentence in outcome.message, outcome
    assert outcome.message.count("\n") == 0
    assert len(outcome.message) < 250
    assert "alpha" in " ".join(place.run(place.plan(place.task("freeze"), UV)).output)


@pytest.mark.parametrize("tool", ["uv", pytest.param("pip", marks=pytest.mark.slow)])
def test_an_index_that_is_not_there_is_said(place: Place, tool: str) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create", no_sync=True), UV)).ok
    kept = {name: value for name, value in place.environ.items() if name not in ("PIP_NO_INDEX", "UV_NO_INDEX", "UV_OFFLINE")}
    nowhere = "http://127.0.0.1:9/simple"
    place.environ = kept | {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere, "PIP_RETRIES": "1", "UV_HTTP_RETRIES": "0"}
    place.environ = {name: value for name, value in place.environ.items() if "FIND_LINKS" not in name and "proxy" not in name.lower()}
    outcome = place.run(place.plan(place.task("sync"), UV if tool == "uv" else {}, tool))
    assert "cannot be reached" in outcome.message, outcome
    assert outcome.state == "unchanged"


# Creation that fails, is cancelled, is replaced


def test_a_creation_that_is_cancelled_leaves_nothing(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    made = place.plan(place.task("create", no_sync=True), {}, "pip")
    prefix = place.root / ".venv"
    outcome = place.run(made, cancelled=lambda: (prefix / "bin").exists() or (prefix / "Scripts").exists())
    assert (outcome.ok, outcome.cancelled, outcome.state) == (False, True, "unchanged")
    assert outcome.message == "Cancelled. Nothing was left over."
    assert not prefix.exists()


def test_a_new_environment_that_cannot_be_filled_stays_and_is_called_so(place: Place) -> None:
    place.write(requirements_txt="nowhere-to-be-found\n")
    outcome = place.run(place.plan(place.task("create"), UV))
    assert (outcome.ok, outcome.state) == (False, "partial")
    assert "was created, but not all requirements" in outcome.message
    assert place.workspace().environments()[0].health == "ok"


UV_PROJECT = '[project]\nname = "me"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["{}"]\n[tool.uv]\n'


def test_uv_creates_and_fills_in_one_start(place: Place) -> None:
    place.write(pyproject_toml=UV_PROJECT.format("alpha"))
    made = place.plan(place.task("create"), UV)
    assert [step.argv[1] for step in made.steps] == ["sync"]
    outcome = place.run(made)
    assert (outcome.ok, outcome.message) == (True, ".venv was created and is now in sync.")
    assert place.codes() == set()


def test_one_start_of_uv_that_fails(place: Place) -> None:
    """What stands by then is an environment, or nothing is left of it."""
    prefix = place.root / ".venv"
    place.write(pyproject_toml=UV_PROJECT.format("alpha").replace('version = "1"\n', ""))
    outcome = place.run(place.plan(place.task("create"), UV))
    assert outcome.message.endswith("Nothing was left over.")
    assert (outcome.state, prefix.exists()) == ("unchanged", False)
    place.write(pyproject_toml=UV_PROJECT.format("nowhere-to-be-found"))
    outcome = place.run(place.plan(place.task("create"), UV))
    assert (outcome.ok, outcome.state) == (False, "partial")
    assert "was created, but not all requirements" in outcome.message
    assert place.workspace().environments()[0].health == "ok"


def test_recreating_replaces_and_a_failure_puts_the_old_one_back(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create"), UV)).ok
    mark = place.root / ".venv" / "mark"
    mark.write_text("old")
    place.write(requirements_txt="nowhere-to-be-found\n")
    outcome = place.run(place.plan(place.task("recreate"), UV))
    assert "The old .venv is back in place" in outcome.message
    assert (outcome.state, mark.exists()) == ("unchanged", True)
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("recreate"), UV)).ok
    assert not mark.exists()
    assert sorted(one.name for one in place.root.iterdir()) == [".venv", "requirements.txt"]
    assert place.codes() == set()


def test_removing_takes_the_folder_and_nothing_through_its_links(place: Place, tmp_path: Path) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create", no_sync=True), UV)).ok
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("")
    (place.root / ".venv" / "link").symlink_to(outside)
    assert place.run(place.plan(place.task("delete"), UV)).ok
    assert (outside / "kept").exists()
    assert [one.name for one in place.root.iterdir()] == ["requirements.txt"]


def test_a_folder_that_became_a_link_after_planning_is_not_followed(place: Place, tmp_path: Path) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create", no_sync=True), UV)).ok
    made = place.plan(place.task("delete"), UV)
    elsewhere = tmp_path / "elsewhere"
    (place.root / ".venv").rename(elsewhere)
    (place.root / ".venv").symlink_to(elsewhere)
    outcome = place.run(made)
    assert outcome.state == "refused"
    assert (elsewhere / "pyvenv.cfg").exists()


def test_a_link_to_another_environment_of_the_workspace_is_not_moved_in_its_place(place: Place) -> None:
    other = place.root / "other"
    other.mkdir()
    (other / "pyvenv.cfg").write_text("")
    (place.root / ".venv").symlink_to(other)
    with pytest.raises(setting_aside.Refused, match="is a link"):
        setting_aside.move(str(place.root / ".venv"), [str(place.root)], None)
    assert (place.root / ".venv").is_symlink()


@pytest.mark.parametrize("where", ["root", "above", "outside"])
def test_what_holds_more_than_an_environment_is_never_moved(place: Place, tmp_path: Path, where: str) -> None:
    target = {"root": place.root, "above": place.root.parent, "outside": tmp_path / "other"}[where]
    target.mkdir(exist_ok=True)
    (target / "pyvenv.cfg").write_text("")
    with pytest.raises(setting_aside.Refused):
        setting_aside.move(str(target), [str(place.root)], None)
    assert target.exists()


def test_a_task_that_was_killed_in_a_recreation_loses_nothing(place: Place) -> None:
    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create"), UV)).ok
    # As it stands when the process dies after the move and before the new one is there.
    moved = setting_aside.move(str(place.root / ".venv"), [str(place.root)], None)
    outcome = place.run(slow(place, "x", place.root.parent / "w"))
    assert "It is back in its place" in outcome.message
    assert not Path(moved.now).exists()
    assert place.codes() == set()


# One at a time


def slow(place: Place, name: str, written: Path, gate: Path | None = None) -> Plan:
    """A task that writes ``name<``, waits until ``gate`` is there if one is named, and writes ``>``."""
    waits = f"\n while not os.path.exists({str(gate)!r}): time.sleep(.02)" if gate is not None else ""
    code = f"import os, time\nwith open({str(written)!r}, 'a') as f:\n f.write('{name}<'); f.flush(){waits}\n f.write('>')"
    prefix = str(place.root / ".venv")
    step = Step((sys.executable, "-I", "-S", "-c", code), str(place.root), name, writes=(prefix,))
    return Plan(Task("sync", str(place.root), prefix), "test", (step,), environment=prefix)


def begins(written: Path, other: subprocess.Popen[str] | subprocess.Popen[bytes] | None = None) -> None:
    def begun() -> bool:
        assert other is None or other.poll() is None, "the other process ended before its task began"
        return written.exists() and bool(written.read_text())

    until(begun)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_two_tasks_in_one_process_wait_for_each_other_in_order(place: Place, tmp_path: Path) -> None:
    written, gate = tmp_path / "written", tmp_path / "gate"
    heard: list[list[str]] = [[], [], []]
    threads = []
    for number in range(3):
        plan = slow(place, str(number), written, gate)
        threads.append(threading.Thread(target=lambda plan=plan, number=number: tasks.run(plan, report=heard[number].append)))  # type: ignore[misc]
        threads[-1].start()
        if number == 0:
            begins(written)
        else:
            until(lambda number=number: bool(heard[number]))  # type: ignore[misc]
    gate.touch()
    for thread in threads:
        thread.join(120)
    assert written.read_text() == "0<>1<>2<>"
    assert heard[1][0] == "Waiting for another task in .venv: sync."


def test_two_tasks_of_two_processes_wait_and_say_for_whom(place: Place, tmp_path: Path) -> None:
    written, gate = tmp_path / "written", tmp_path / "gate"
    code = (
        "import sys\nfrom venvls.host import tasks\nfrom venvls.model.action import *\n"
        f"print(tasks.run({slow(place, 'other', written, gate)!r}).ok)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    begins(written, other)
    waiter = threading.Thread(target=lambda: (until(lambda: bool(place.heard)), gate.touch()))
    waiter.start()
    assert place.run(slow(place, "mine", written)).ok
    waiter.join()
    assert other.communicate()[0].strip() == "True"
    assert written.read_text() == "other<>mine<>"
    assert f"Waiting for another task in .venv: sync by process {other.pid}, started" in place.heard[0]


def test_waiting_can_be_given_up(place: Place, tmp_path: Path) -> None:
    written, gate = tmp_path / "w", tmp_path / "gate"
    first = threading.Thread(target=lambda: tasks.run(slow(place, "a", written, gate)))
    first.start()
    begins(written)
    outcome = place.run(slow(place, "b", written), cancelled=lambda: True)
    assert (outcome.cancelled, outcome.state) == (True, "unchanged")
    gate.touch()
    first.join()
    assert (tmp_path / "w").read_text() == "a<>"


def test_the_lock_of_a_process_that_was_killed_is_taken_over(place: Place, tmp_path: Path) -> None:
    written = tmp_path / "written"
    code = (
        f"from venvls.host import tasks\nfrom venvls.model.action import *\ntasks.run({slow(place, 'dead', written, tmp_path / 'never')!r})"
    )
    other = subprocess.Popen([sys.executable, "-c", code])
    begins(written, other)
    other.kill()
    other.wait()
    assert place.run(slow(place, "mine", written)).ok
    assert written.read_text() == "dead<mine<>"


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_pip_waits_while_uv_holds_the_environment(place: Place) -> None:
    import fcntl

    place.write(requirements_txt="alpha\n")
    assert place.run(place.plan(place.task("create", no_sync=True), UV)).ok
    made = place.plan(place.task("sync"), {}, "pip")
    with (place.root / ".venv" / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        calls = iter([False] * 5)
        outcome = place.run(made, cancelled=lambda: next(calls, True))
    assert outcome.cancelled
    assert "Waiting for uv, which is changing .venv." in place.heard


def test_other_environments_do_not_wait(place: Place, tmp_path: Path) -> None:
    written, gate = tmp_path / "w", tmp_path / "gate"
    busy = threading.Thread(target=lambda: tasks.run(slow(place, "a", written, gate)))
    busy.start()
    begins(written)
    free = slow(place, "b", tmp_path / "v")
    free = Plan(free.task, "test", free.steps, environment=str(place.root / "other"))
    assert tasks.run(free).ok
    assert busy.is_alive() and written.read_text() == "a<"
    gate.touch()
    busy.join()


@pytest.fixture(autouse=True)
def _no_leftover_locks() -> Iterator[None]:
    yield
    assert not tasks._queues
