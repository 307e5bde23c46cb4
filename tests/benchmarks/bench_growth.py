"""How the cost of a check grows with lines, with distributions and with projects, and a plot of it.

    python tests/benchmarks/bench_growth.py [--runs N] [--plot FILE.svg]

Measured is the processor time of whole processes, the least of several runs. What is more than a check of an empty project takes is
what the work itself costs. It must not grow faster than the work: the exponent of a power that is fitted to it is at most 1.1, else the
exit status is 1. ``--plot`` draws it (``server/docs/growth.svg``).
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpus import make_environment, make_requirements
from table import Bench, Row
from whole import ROOT, Command, plain, venvls

LIMIT = 1.1
LINES, DISTRIBUTIONS, PROJECTS = (100, 1_000, 10_000), (30, 300, 3_000), (10, 100, 500, 2_000)


class Series(NamedTuple):
    """What grew, and the milliseconds a check took at each size; ``empty`` is what one of an empty project takes."""

    name: str
    sizes: Sequence[int]
    took: Sequence[float]
    empty: float

    @property
    def fit(self) -> tuple[float, float]:
        """The exponent and the factor of the power of the size that, on top of the empty project, is nearest to what was measured.

        Nearest in proportion to the whole, so that what is small next to starting a Python, and so mostly noise, counts little.
        """

        def of(exponent: float) -> tuple[float, float, float]:
            powers = [size**exponent for size in self.sizes]
            weighted = [(power / took, (took - self.empty) / took) for power, took in zip(powers, self.took, strict=True)]
            factor = sum(power * rest for power, rest in weighted) / sum(power**2 for power, _ in weighted)
            return sum((factor * power - rest) ** 2 for power, rest in weighted), exponent, factor

        _, exponent, factor = min(of(hundredths / 100) for hundredths in range(40, 220))
        return exponent, factor


def lines(root: Path, count: int) -> None:
    """Lines against 300 distributions: most ask for what is installed by the same few names."""
    distributions = make_environment(root / ".venv", 300)
    make_requirements(root / "requirements.txt", [distributions[number % 300] for number in range(count)])


def distributions(root: Path, count: int) -> None:
    """Distributions, each with its line."""
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", count))


def projects(root: Path, count: int) -> None:
    """Projects of three lines, each with its own environment, in folders of fifty."""
    for number in range(count):
        folder = root / f"group{number // 50}" / f"project{number}"
        folder.mkdir(parents=True)
        make_requirements(folder / "requirements.txt", make_environment(folder / ".venv", 3, seed=number))


KINDS: Mapping[str, tuple[Callable[[Path, int], None], Sequence[int]]] = {
    "lines": (lines, LINES),
    "distributions": (distributions, DISTRIBUTIONS),
    "projects": (projects, PROJECTS),
}


def processor(command: Command) -> float:
    """Milliseconds of the processor that a run takes."""
    process = subprocess.Popen(
        command.argv, cwd=command.cwd, env=plain() | command.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"a check ended with {process.returncode}")
    return 1000 * (used.ru_utime + used.ru_stime)


def least(commands: Sequence[Command], runs: int) -> list[float]:
    """The least of each, run in turns, so that all have the same of the machine's other work; the first runs compile, and do not count."""
    turns = [[processor(command) for command in commands] for _ in range(runs + 1)][1:]
    return [min(taken) for taken in zip(*turns, strict=True)]


def measure(folder: Path, runs: int, tell: Callable[[str], object] = lambda _: None) -> list[Series]:
    """All series, on the work tree's build; each is told of when it has been measured."""
    build = ROOT / "server"
    (folder / "empty").mkdir()
    distributions(folder / "empty", 0)
    nothing = venvls(build, "check", cwd=folder / "empty")
    measured = []
    for name, (make, sizes) in KINDS.items():
        roots = [folder / name / str(size) for size in sizes]
        for root, size in zip(roots, sizes, strict=True):
            root.mkdir(parents=True)
            make(root, size)
        empty, *took = least([nothing, *(venvls(build, "check", cwd=root) for root in roots)], runs)
        series = Series(name, sizes, took, empty)
        measured.append(series)
        shown = ", ".join(f"{size:,}: {spent:,.0f} ms" for size, spent in zip(sizes, took, strict=True))
        exponent = f"exponent {series.fit[0]:.2f} (≤ {LIMIT:g}){' MISSED' if series.fit[0] > LIMIT else ''}"
        tell(f"{name}: {shown}; an empty project {empty:.0f} ms; {exponent}")
    return measured


WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 700, 400, 80, 20, 200, 50
COLOURS = ("#1f6feb", "#1a7f37", "#bf5700")


def plot(measured: Sequence[Series]) -> str:
    """What was measured and what was fitted to it, on logarithmic axes, as SVG."""
    low_x, high_x = _decades([size for series in measured for size in series.sizes])
    low_y, high_y = _decades([took for series in measured for took in series.took])

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def y(took: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(took) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        "<title>The cost of a check against the size of the work</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(low_x, high_x + 1):
        place = x(10**power)
        parts.append(f'<path d="M{place:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{place:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low_y, high_y + 1):
        place = y(10**power)
        parts.append(f'<path d="M{LEFT} {place:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{10**power:,} ms</text>')
    axis = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{axis:.0f}" y="{HEIGHT - 12}" text-anchor="middle">lines, distributions or projects</text>')
    for number, (series, colour) in enumerate(zip(measured, COLOURS, strict=True)):
        exponent, factor = series.fit
        steps = [series.sizes[0] * (series.sizes[-1] / series.sizes[0]) ** (step / 40) for step in range(41)]
        points = " ".join(f"{x(size):.1f},{y(series.empty + factor * size**exponent):.1f}" for size in steps)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(took):.1f}" r="3" fill="{colour}"/>'
            for size, took in zip(series.sizes, series.took, strict=True)
        ]
        label = f"{series.name}: exponent {exponent:.2f}"
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{TOP + 20 + 20 * number}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def rows(bench: Bench) -> Iterator[Row]:
    """The exponent for lines, distributions and projects, in hundredths."""
    for series in measure(bench.folder, 4):
        yield Row(f"growth with {series.name}, exponent × 100", "", 100 * series.fit[0], 100, None, LIMIT)


def main() -> int:
    """Measures, draws, and says whether anything grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw it, as SVG")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="venvls-growth-") as folder:
        measured = measure(Path(folder).resolve(), options.runs, print)
    if options.plot is not None:
        options.plot.write_text(plot(measured), encoding="utf-8")
    return 1 if any(series.fit[0] > LIMIT for series in measured) else 0


if __name__ == "__main__":
    raise SystemExit(main())
