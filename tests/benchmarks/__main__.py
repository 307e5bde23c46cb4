"""Everything that is measured as a whole process, in one table: ours, the peer's, that of an earlier commit, and the ratios.

    python tests/benchmarks [--against COMMIT] [--runs N] [--only WORD]

Ends with status 1 where a limit is missed. The instructions of the first check are counted too, where valgrind or perf can: they hardly
change from run to run, so that they tell a change of one in a hundred on a busy machine. A limit that is a time is shown as the peer.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import bench_engine
import bench_envs
import bench_growth
import bench_keystroke
import bench_locked
import bench_open
import bench_start
from corpus import make_environment, make_requirements
from whole import ROOT, Command, build_of, instructions, seconds, venvls


class Row(NamedTuple):
    """One line of the table. ``limit`` is the most that it may be of the peer's, ``of_before`` of the earlier commit's."""

    work: str
    unit: str
    ours: float
    peer: float | None = None
    before: float | None = None
    limit: float | None = None
    of_before: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is over a limit."""
        over_peer = self.limit is not None and self.peer is not None and self.ours > self.limit * self.peer
        return over_peer or (self.of_before is not None and self.before is not None and self.ours > self.of_before * self.before)


class Bench:
    """What all rows share: a folder, the builds that are compared, how often each command runs."""

    def __init__(self, folder: Path, before: Path | None, runs: int) -> None:
        self.folder, self.runs = folder, runs
        self.builds = {"ours": ROOT / "server"} | ({"before": before} if before else {})

    def row(
        self, work: str, *arguments: str, cwd: Path, peer: Command | None, limit: float | None = None, of_before: float | None = None
    ) -> Row:
        """Both builds and the peer run in turns."""
        commands = {name: venvls(source, *arguments, cwd=cwd) for name, source in self.builds.items()}
        if peer is not None:
            commands["peer"] = peer
        took = seconds(commands, self.runs)
        return Row(work, "ms", *(1000 * took[name] if name in took else None for name in ("ours", "peer", "before")), limit, of_before)


def again(bench: Bench, work: str, root: Path, peer: Command, *, limit: float, of_before: float | None = None) -> Row:
    """A check of what did not change, by the answer that is kept of the one before; an earlier build has no state."""
    cached = venvls(ROOT / "server", "check", cwd=root, environ={"VENVLS_CACHE": str(bench.folder / "answers")})
    commands = {"ours": cached, "peer": peer}
    if before := bench.builds.get("before"):
        commands["before"] = venvls(before, "check", cwd=root)
    time.sleep(2.5)  # of what has only just been written nothing is kept
    seconds({"ours": cached}, 1)
    took = seconds(commands, bench.runs)
    before_took = 1000 * took["before"] if "before" in took else None
    return Row(work, "ms", 1000 * took["ours"], 1000 * took["peer"], before_took, limit, of_before)


def first_check(bench: Bench) -> Iterator[Row]:
    """1,000 lines against 1,000 distributions, in a fresh process."""
    import uv

    root = bench.folder / "first"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 1000))
    dry_run = [uv.find_uv_bin(), *("pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet")]
    peer = Command([*dry_run, "--python", str(root / ".venv/bin/python"), "-r", "requirements.txt"], root)
    yield bench.row("first check, 1,000 × 1,000; peer: uv's dry run", "check", cwd=root, peer=peer, limit=1.3, of_before=0.55)
    yield again(bench, "the same again, nothing changed", root, peer, limit=0.5, of_before=0.2)
    counts = {name: instructions(venvls(source, "check", cwd=root)) for name, source in bench.builds.items()}
    if (ours := counts["ours"]) is not None:
        before = counts.get("before")
        yield Row("the same, instructions", "mio", ours / 1e6, None, None if before is None else before / 1e6, None, 1.02)
    uncompiled = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": str(root / "none"),
        "VENVLS_CACHE": str(bench.folder / "cache"),
    }
    # With an option by which no answer is kept: a check is measured, with the image of modules and nothing else.
    whole = ("check", "--output-file", str(bench.folder / "result"))
    kept, fresh = (venvls(ROOT / "server", *whole, cwd=root, environ=environ) for environ in ({}, uncompiled))
    took = seconds({"kept": kept, "fresh": fresh}, bench.runs)
    yield Row("no compiled files kept; peer: kept", "ms", 1000 * took["fresh"], 1000 * took["kept"], None, 1.3)


def locked(bench: Bench) -> Iterator[Row]:
    """A project of 380 locked packages, in a fresh process."""
    import uv

    root = bench.folder / "locked" / "project"
    root.parent.mkdir()
    bench_locked.build(root)
    peer = Command([uv.find_uv_bin(), "sync", "--check", "--offline", "--quiet"], root)
    yield bench.row("380 locked packages; peer: uv sync --check", "check", cwd=root, peer=peer, limit=1.5)
    yield again(bench, "the same again, nothing changed", root, peer, limit=0.6)


def envs(bench: Bench) -> Iterator[Row]:
    """30 environments in 40,000 folders."""
    root = bench.folder / "tree"
    root.mkdir()
    bench_envs.build(root)
    search = bench_envs.fd(root)
    peer = None if search is None else Command(search, root)
    yield bench.row("envs, 40,000 folders; peer: fd", "envs", cwd=root, peer=peer, limit=1.0)


def doctor(bench: Bench) -> Iterator[Row]:
    """The doctor, with the tools that are on the search path."""
    root = bench.folder / "patient"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 1))
    commands = {name: venvls(source, "doctor", cwd=root)._replace(status=1) for name, source in bench.builds.items()}
    took = seconds(commands, 3)
    before = took.get("before")
    yield Row("doctor; limit: one second", "ms", 1000 * took["ours"], 1000, None if before is None else 1000 * before, 1.0)


def guard(bench: Bench) -> Iterator[Row]:
    """An agent's hook before a pip command, which is the dearest: the project is looked at."""
    root = bench.folder / "guarded"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 100))
    commands = {name: venvls(source, "guard", "--", "pip install x", cwd=root)._replace(status=1) for name, source in bench.builds.items()}
    took = seconds(commands, bench.runs)
    before = took.get("before")
    yield Row("guard, a pip command; limit: 60 ms", "ms", 1000 * took["ours"], 60, None if before is None else 1000 * before, 1.0)


def start(bench: Bench) -> Iterator[Row]:
    """The language server: the reply to its hello, and what a person waits for."""
    starts, looks = bench_start.measure(bench.folder, bench.builds, bench.runs)
    reply = {name: min(run.reply for run in taken) for name, taken in starts.items()}
    yield Row("server start → reply; peer: empty pygls", "ms", reply["ours"], reply["empty"], reply.get("before"), bench_start.LIMIT)
    for kind in bench_start.Looks._fields:
        first = {name: min(getattr(run, kind) for run in taken) for name, taken in looks.items()}
        yield Row(f"server start → first {kind}", "ms", first["ours"], None, first.get("before"), None, 1.05)


def keys(bench: Bench) -> Iterator[Row]:
    """A key: in the engine, the worst kind of edit, and through the server, with all that an editor requests meanwhile."""
    root = bench.folder / "typed"
    root.mkdir()
    spent, _ = bench_engine.measure(root, 100)
    yield Row("key in the engine, worst kind; limit: 1 ms", "ms", max(map(min, spent.values())), 1, None, 1.0)
    for how, took in bench_keystroke.measure(100).items():
        yield Row(f"{how}, middle; limit: 3 ms", "ms", took[len(took) // 2], bench_keystroke.LIMIT_MS, None, 1.0)
        yield Row(f"{how}, of a hundred; limit: 8 ms", "ms", bench_keystroke.p99(took), bench_keystroke.LIMIT_P99_MS, None, 1.0)


def opened(bench: Bench) -> Iterator[Row]:
    """A monorepo of 400 projects in the language server."""
    root, count = bench.folder / "mono", 400
    root.mkdir()
    bench_open.build(root, count)
    time.sleep(2.5)
    took = {name: bench_open.opened(root, source, count, idle=bench_open.IDLE_SECONDS) for name, source in bench.builds.items()}
    ours, before = took["ours"], took.get("before")
    check = seconds({"check": venvls(ROOT / "server", "check", cwd=root)._replace(status=1)}, 1)["check"]
    first = None if before is None else 1000 * before.first
    limit = 1000 * bench_open.FIRST_SECONDS[count]
    yield Row(f"{count} projects: first diagnostics; limit: 0.5 s", "ms", 1000 * ours.first, limit, first, 1.0, 0.4)
    yield Row(f"{count} projects: all; peer: venvls check", "ms", 1000 * ours.all, 1000 * check, None, bench_open.LIMIT_ALL)
    memory = None if before is None else before.memory
    yield Row(f"{count} projects: memory; peer: empty pygls", "MB", ours.memory, bench_open.empty(), memory, bench_open.LIMIT_MEMORY[count])
    yield Row(f"{count} projects: idle, a second; limit: 0.1 %", "ms", 1000 * ours.idle, 1000 * bench_open.LIMIT_IDLE, None, 1.0)


def growth(bench: Bench) -> Iterator[Row]:
    """How the cost grows with lines, distributions and projects: the exponent, in hundredths."""
    folder = bench.folder / "growth"
    folder.mkdir()
    for series in bench_growth.measure(folder, 2):
        yield Row(f"growth with {series.name}, exponent × 100", "", 100 * series.fit[0], 100, None, bench_growth.LIMIT)


PARTS: tuple[Callable[[Bench], Iterator[Row]], ...] = (first_check, locked, envs, doctor, guard, start, keys, opened, growth)


def shown(row: Row) -> str:
    """A row as a line of the table."""

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:,.0f}" if value >= 20 else f"{value:.1f}"

    def ratio(other: float | None, limit: float | None) -> str:
        return "" if other is None else f"{row.ours / other:.2f}" + ("" if limit is None else f" (≤ {limit:g})")

    cells = (number(row.ours), row.unit, number(row.peer), ratio(row.peer, row.limit), number(row.before), ratio(row.before, row.of_before))
    return f"{row.work:<50} {cells[0]:>8} {cells[1]:<3} {cells[2]:>8} {cells[3]:<14} {cells[4]:>8} {cells[5]:<14}" + (
        " MISSED" if row.missed else ""
    )


def main() -> int:
    """Runs what was asked for and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", metavar="COMMIT", help="also measure this commit's build")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", metavar="WORD", default="", help="only the parts with this in their names: " + ", ".join(
        part.__name__ for part in PARTS
    ))  # fmt: skip
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="venvls-bench-") as name:
        folder = Path(name).resolve()
        before = build_of(options.against, folder / "before") if options.against else None
        print(f"{'work':<50} {'ours':>8} {'':<3} {'peer':>8} {'of it':<14} {'before':>8} {'of it':<14}")
        for part in PARTS:
            if options.only in part.__name__:
                for row in part(Bench(folder, before, options.runs)):
                    print(shown(row), flush=True)
                    missed += row.missed
    if before is None:
        print("Without --against COMMIT nothing is compared with an earlier build.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
