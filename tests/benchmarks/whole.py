"""Whole processes measured against each other: in turns, so that all have the same of the machine's other work; the quickest of each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Command(NamedTuple):
    """How a process is started; ``status`` is the exit status it must end with."""

    argv: Sequence[str]
    cwd: Path
    environ: Mapping[str, str] = {}
    status: int = 0


def plain() -> dict[str, str]:
    """The variables of this process without those that would change what is measured: everybody's code is compiled once and kept."""
    without = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX")
    return {name: value for name, value in os.environ.items() if name not in without}


def build_of(commit: str, folder: Path) -> Path:
    """The sources of ``server`` as they were in a commit, to be put on the search path."""
    packed = subprocess.run(["git", "archive", commit, "server"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)
    return folder / "server"


def venvls(source: Path, *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None) -> Command:
    """A command of the build with these sources, started as its installed script does, with no state but what it is given: the person
    who measures may have chosen environments."""
    start = "import sys; from venvls.__main__ import main; sys.exit(main())"
    nothing = {"VENVLS_CACHE": "off", "VENVLS_STATE_DIR": os.path.join(tempfile.gettempdir(), "venvls-no-state")}
    return Command([sys.executable, "-c", start, *arguments], cwd, {"PYTHONPATH": str(source), **nothing, **(environ or {})})


def seconds(commands: Mapping[str, Command], runs: int) -> dict[str, float]:
    """The quickest of several runs of each, one after the other. The first run of each compiles, and is not counted."""
    quickest: dict[str, float] = {}
    for turn in range(runs + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            done = subprocess.run(command.argv, cwd=command.cwd, env=plain() | command.environ, capture_output=True, check=False)
            spent = time.perf_counter() - began
            if done.returncode != command.status:
                raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[-500:]}")
            if turn:
                quickest[name] = min(spent, quickest.get(name, spent))
    return quickest


def ends_as_expected(command: Command) -> bool:
    """Whether it ends with its status: an earlier build has no command that came after it."""
    done = subprocess.run(command.argv, cwd=command.cwd, env=plain() | command.environ, capture_output=True, check=False)
    return done.returncode == command.status


def instructions(command: Command) -> int | None:
    """How many instructions of the processor the second run takes, which hardly changes from run to run; ``None`` where nothing counts."""
    counters = []
    if valgrind := shutil.which("valgrind"):
        counters.append(([valgrind, "--tool=callgrind", f"--callgrind-out-file={os.devnull}"], r"Collected : (\d+)"))
    if perf := shutil.which("perf"):
        counters.append(([perf, "stat", "-x,", "-e", "instructions:u"], r"(?m)^(\d+),,instructions"))
    environ = plain() | {"PYTHONHASHSEED": "0"} | command.environ
    subprocess.run(command.argv, cwd=command.cwd, env=environ, capture_output=True, check=True)
    for prefix, pattern in counters:
        done = subprocess.run([*prefix, *command.argv], cwd=command.cwd, env=environ, capture_output=True, text=True, check=False)
        if (match := re.search(pattern, done.stderr)) is not None:
            return int(match[1])
    return None


def pages(command: Command) -> int | None:
    """How many pages of memory a run touches for the first time, the fewest of three; ``None`` where nobody counts them. On a virtual
    machine that is short of memory these take half of the time of a short process, on any other they tell little changes apart."""
    if not hasattr(os, "wait4"):
        return None
    counts = []
    for _ in range(4):  # the first one compiles
        process = subprocess.Popen(
            command.argv, cwd=command.cwd, env=plain() | command.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        counts.append(spent.ru_minflt)
    return min(counts[1:])
