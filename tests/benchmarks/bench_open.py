"""A monorepo is opened: first diagnostics, all of them, memory, and what an idle server takes of the processor.

    python tests/benchmarks/bench_open.py [--projects N…] [--against FOLDER]

Each project has its environment and ten lines, of which one is not satisfied. All must have been told within 1.2 times what
`venvls check` takes of the same, the first within half a second (400 projects) or one (2,000) on a quiet machine, and within 0.4 of an
earlier build.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpus import make_environment, make_requirements
from table import Bench, Row
from talk import EMPTY, OURS, Talk
from whole import ROOT, seconds, venvls

PROJECTS = (400, 2_000)
FIRST_SECONDS = {400: 0.5, 2_000: 1.0}
LIMIT_ALL, LIMIT_FIRST_OF_BEFORE = 1.2, 0.4
LIMIT_MEMORY = {400: 1.6, 2_000: 2.5}
IDLE_SECONDS, LIMIT_IDLE = 20.0, 0.001


class Opened(NamedTuple):
    """Seconds from ``initialized`` on, megabytes, and the share of a processor that the idle server takes."""

    first: float
    all: float
    memory: float
    idle: float


def build(root: Path, count: int) -> None:
    """Projects of ten lines in folders of fifty."""
    for number in range(count):
        folder = root / f"group{number // 50}" / f"project{number}"
        folder.mkdir(parents=True)
        make_requirements(folder / "requirements.txt", make_environment(folder / ".venv", 9, seed=number))
        with (folder / "requirements.txt").open("a") as file:
            file.write("absent>=1\n")


def opened(root: Path, server: Path, count: int, *, idle: float = 0) -> Opened:
    """What one server does with it, whose client watches files."""
    with Talk(OURS, server) as talk:
        talk.hello()
        folder = {"uri": root.as_uri(), "name": root.name}
        talk.notify("initialized", {})
        talk.answer(talk.request("venvls/projects", {}))  # loaded, with nothing to look at yet
        began = time.perf_counter()
        talk.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
        told: dict[str, float] = {}
        while len(told) < count:
            when, message = talk.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["diagnostics"]:
                told.setdefault(message["params"]["uri"], when - began)
        memory = talk.megabytes()
        share = 0.0
        if idle:
            talk.answer(talk.request("venvls/projects", {}))
            time.sleep(5)
            before = talk.processor()
            time.sleep(idle)
            share = (talk.processor() - before) / idle
        return Opened(min(told.values()), max(told.values()), memory or 0, share)


def empty() -> float:
    """Megabytes of an empty server."""
    with Talk(EMPTY) as talk:
        talk.hello()
        return talk.megabytes() or 0


def rows(bench: Bench) -> Iterator[Row]:
    """400 projects, with what an idle server takes, and 2,000."""
    for count in PROJECTS:
        root = bench.folder / str(count)
        root.mkdir()
        build(root, count)
        time.sleep(2.5)
        idle = IDLE_SECONDS if count == PROJECTS[0] else 0
        took = {name: opened(root, source, count, idle=idle) for name, source in bench.builds.items()}
        ours, before = took["ours"], took.get("before")
        check = seconds({"check": venvls(ROOT / "server", "check", cwd=root)._replace(status=1)}, 1)["check"]
        first = None if before is None else 1000 * before.first
        most, projects = FIRST_SECONDS[count], f"{count:,} projects"
        yield Row(
            f"{projects}: first diagnostics; limit: {most:g} s",
            "ms",
            1000 * ours.first,
            1000 * most,
            first,
            1.0,
            LIMIT_FIRST_OF_BEFORE,
            quiet=True,
        )
        yield Row(f"{projects}: all; peer: venvls check", "ms", 1000 * ours.all, 1000 * check, None, LIMIT_ALL)
        memory = None if before is None else before.memory
        yield Row(f"{projects}: memory; peer: empty pygls", "MB", ours.memory, empty(), memory, LIMIT_MEMORY[count])
        if idle:
            yield Row(f"{projects}: idle, a second; limit: 0.1 %", "ms", 1000 * ours.idle, 1000 * LIMIT_IDLE, None, 1.0)


def main() -> int:
    """Prints what was reached of each limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, nargs="*", default=PROJECTS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="the folder `server` of an earlier build")
    options = parser.parse_args()
    return 1 if sum(measured(count, options.runs, options.against) for count in options.projects) else 0


def measured(count: int, runs: int, against: Path | None) -> bool:
    """Whether a limit was missed with so many projects."""
    missed = False

    def line(what: str, value: float, limit: float, unit: str) -> None:
        nonlocal missed
        over = value > limit
        missed = missed or over
        print(f"{count:>6} projects, {what:<44} {value:8.3f} {unit:<2} (limit {limit:g}){' MISSED' if over else ''}", flush=True)

    with tempfile.TemporaryDirectory(prefix="venvls-open-") as name:
        root = Path(name).resolve() / "mono"
        root.mkdir()
        build(root, count)
        time.sleep(2.5)
        ours: list[Opened] = []
        before: list[Opened] = []
        check: list[float] = []
        for turn in range(runs):
            ours.append(opened(root, ROOT / "server", count, idle=IDLE_SECONDS if turn == 0 else 0))
            if against:
                before.append(opened(root, against, count))
            check.append(seconds({"check": venvls(ROOT / "server", "check", cwd=root)._replace(status=1)}, 1)["check"])
    first, whole = min(run.first for run in ours), min(run.all for run in ours)
    line("first diagnostics", first, FIRST_SECONDS.get(count, 1.0), "s")
    line("all diagnostics, of venvls check", whole / min(check), LIMIT_ALL, "×")
    line("memory, of an empty pygls server", ours[0].memory / empty(), LIMIT_MEMORY.get(count, 2.5), "×")
    line("idle, of a processor", 100 * ours[0].idle, 100 * LIMIT_IDLE, "%")
    if before:
        line("first diagnostics, of the earlier build", first / min(run.first for run in before), LIMIT_FIRST_OF_BEFORE, "×")
    print(f"{count:>6} projects: all after {whole:.2f} s; venvls check {min(check):.2f} s")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
