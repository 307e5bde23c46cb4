"""A key in the engine, each kind of edit in each format: 1,000 requirements against 1,000 distributions; and 10,000 against 3,000.

    python tests/benchmarks/bench_engine.py [--keys N] [--only WORD]

Each kind must reach 1 ms (5 ms for the large ones), and 0.3 of one `uv pip install --dry-run` of the same requirements. Counted is the
time of the processor that the thread takes, and compared is the quickest of all keys; the median stands next to it. Of what is done and
undone in turns, and of what has several steps, the slowest step is shown. Exit status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
from corpus import make_conda, make_environment, make_requirements
from edits import FORMATS, TURNS, Line, kinds
from table import Bench, Row

from venvls.host.machine import ThisMachine
from venvls.host.remembered import Remembered
from venvls.workspace import Workspace

COUNT = 1000
LIMIT_MS = 1.0
LARGE_LIMIT_MS = 5.0
LIMIT_OF_UV = 0.3


class Case(NamedTuple):
    """What is typed into: a format, how many lines, how many distributions. ``rest`` is what the lines are that are more than these."""

    format: int
    lines: int
    distributions: int
    rest: str = ""

    @property
    def name(self) -> str:
        """As it is shown."""
        return f"{FORMATS[self.format].name}, {self.lines:,} × {self.distributions:,}{self.rest and f', {self.rest}'}"

    @property
    def limit(self) -> float:
        """In milliseconds."""
        return LIMIT_MS if self.lines <= COUNT else LARGE_LIMIT_MS


PLATFORMS = "each name for three or four platforms"
THRICE = "each name three times: 7,000 findings"
ABSENT = "7,000 not installed: 7,000 findings"
CASES = (
    *(Case(number, COUNT, COUNT) for number in range(len(FORMATS))),
    Case(0, 10_000, 3_000, PLATFORMS),
    Case(0, 10_000, 3_000, THRICE),
    Case(0, 10_000, 3_000, ABSENT),
    Case(2, 10_000, 3_000, PLATFORMS),
    *(Case(number, 10_000, 3_000, ABSENT) for number in range(2, len(FORMATS))),
)


def measure(root: Path, keys: int, only: str = "") -> tuple[dict[str, list[float]], float]:
    """Milliseconds of each key by case and kind, and of uv's dry run."""
    spent: dict[str, list[float]] = {}
    uv = 0.0
    for number, case in enumerate(CASES):
        if only in case.name:
            folder = root / str(number)
            folder.mkdir()
            lines = made(folder, case)
            if not uv:
                uv = dry_run(folder)
            spent |= typed(folder, case, lines, keys)
    return spent, uv


def made(root: Path, case: Case) -> list[Line]:
    """The lines of a case, with its environment in ``root``."""
    distributions = make_environment(root / ".venv", case.distributions)
    if FORMATS[case.format].file == "environment.yml":
        make_conda(root / ".venv")
    make_requirements(root / "lines.txt", distributions)
    lines = list(map(Line.of, (root / "lines.txt").read_text().splitlines()))
    if case.rest == PLATFORMS:
        # As `uv export` writes what was locked for all platforms.
        lines = [line._replace(marker=f'sys_platform == "{name}"') for line in lines for name in ("linux", "darwin", "win32", "cygwin")]
    elif case.rest == THRICE:
        lines *= case.lines // len(lines) + 1
    return [*lines, *[Line(f"absent-{number}", ">=1") for number in range(case.lines - len(lines))]][: case.lines]


def typed(root: Path, case: Case, lines: list[Line], keys: int) -> dict[str, list[float]]:
    """Milliseconds of each key, by kind."""
    shape = FORMATS[case.format]
    manifest, included, bounds = root / shape.file, root / "included.txt", root / "bounds.txt"
    edits = kinds(shape, lines)
    text = shape.text(list(map(shape.write, lines)))
    manifest.write_text(text)
    included.write_text("".join(f"{line.name}\n" for line in lines[:20]))
    bounds.write_text("".join(f"{line.name}<9999\n" for line in lines[:500]))
    path, other = str(manifest), str(included)
    workspace = Workspace(ThisMachine(), Remembered(), strict=True)
    workspace.set_roots([str(root)])
    workspace.discover()
    workspace.open(path, text)
    workspace.open(other, included.read_text())
    assert workspace.findings(path) is not None
    time.sleep(2.5)  # a folder that changed a moment ago is listed anew each time, on purpose: not what is measured here
    workspace.findings(path)
    # As the server does for itself.
    gc.set_threshold(7_000, 10, 10)
    gc.collect()
    gc.freeze()
    spent: dict[str, list[float]] = {}

    def key(kind: str, number: int, changed: str, text: str) -> None:
        began = time.thread_time()
        workspace.open(changed, text)
        workspace.findings(path)
        spent.setdefault(f"{case.name}: {kind}", []).append((time.thread_time() - began) * 1000)

    for kind, change in edits.items():
        for number in range(keys):
            key(kind, number, path, change(number))
        workspace.open(path, text)
    if shape.head.startswith("-r"):
        for number in range(keys):
            key("a line in an included file", number, other, included.read_text() + f"{lines[0].name}>=0.{number % 2}\n")
    if "-c" in shape.head:
        workspace.open(str(bounds), bounds.read_text())
        for number in range(keys):
            key("a line of the bounds", number, str(bounds), bounds.read_text().replace("<9999", f"<{9999 - number}", 1))
    return spent


def worst_of_turns(took: list[float]) -> float:
    """The quickest of the slowest of the kinds of work that take turns."""
    return max([min(took[turn::TURNS]) for turn in range(min(TURNS, len(took)))])


def dry_run(root: Path, rounds: int = 7) -> float:
    """Milliseconds of the quickest `uv pip install --dry-run` of the lines."""
    import uv

    interpreter, path = str(root / ".venv/bin/python"), str(root / "lines.txt")
    argv = [uv.find_uv_bin(), "pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet", "--python", interpreter, "-r", path]
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(argv, check=True, capture_output=True)
        spent.append((time.perf_counter() - began) * 1000)
    return min(spent)


def rows(bench: Bench) -> Iterator[Row]:
    """The worst kind of edit of each case."""
    for case in CASES:
        folder = bench.folder / f"typed-{CASES.index(case)}"
        folder.mkdir()
        spent = typed(folder, case, made(folder, case), 3 * TURNS if case.lines <= COUNT else TURNS)
        yield Row(f"key, {case.name}; limit: {case.limit:g} ms", "ms", max(map(worst_of_turns, spent.values())), case.limit, None, 1.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=3 * TURNS)
    parser.add_argument("--only", metavar="WORD", default="", help="only the cases with this in their names")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spent, uv = measure(Path(folder).resolve(), options.keys, options.only)
    limits = {case.name: case.limit for case in CASES}
    missed, shown = False, ""
    for kind, took in spent.items():
        case, _, what = kind.rpartition(": ")
        best, limit = worst_of_turns(took), limits[case]
        if case != shown:
            shown = case
            print(f"{case} (limit {limit:g} ms; uv's dry run of 1,000 lines: {uv:.0f} ms)")
        over = best > limit or best / uv > LIMIT_OF_UV
        missed = missed or over
        print(f"  {what:<36} {best:7.2f} ms, median {statistics.median(took):7.2f}{'  MISSED' if over else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
