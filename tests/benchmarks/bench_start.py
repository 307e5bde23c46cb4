"""Server start: spawn → initialize reply, and → the answer to what is asked next, against an empty pygls server.

    python tests/benchmarks/bench_start.py [--runs N] [--against SERVER-FOLDER]

All take turns, each in a fresh process. The reply to ``initialize`` comes before the server is loaded, so a second request is measured
too, and memory after it; and, in a small project, the first diagnostics and the first hover, which must not come later than those of an
earlier build. The ratio of the quickest counts: it is what least of the machine's other work is in; the medians are shown with it.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpus import make_environment, make_requirements
from table import Bench, Row
from talk import EMPTY, OURS, Talk
from whole import ROOT

LIMIT = 0.6
LIMIT_LOADED = 1.15


class Start(NamedTuple):
    """Milliseconds from spawn on, and megabytes in the end."""

    reply: float
    loaded: float
    memory: float | None


class Looks(NamedTuple):
    """Milliseconds from spawn on; ``hover`` is no number where a build has none."""

    diagnostics: float
    hover: float


def start(argv: Sequence[str], build: Path) -> Start:
    """A server that is asked one thing more after its hello."""
    with Talk(argv, build) as talk:
        reply = talk.hello()
        loaded, _ = talk.answer(talk.request("shutdown"))
        return Start((reply - talk.began) * 1000, (loaded - talk.began) * 1000, talk.megabytes())


def looks(build: Path, root: Path) -> Looks:
    """The first diagnostics of an open file and the first hover, which is requested at once."""
    manifest = root / "requirements.txt"
    with Talk(OURS, build) as talk:
        talk.hello(root)
        talk.open(manifest)
        number = talk.request("textDocument/hover", {"textDocument": {"uri": manifest.as_uri()}, "position": {"line": 0, "character": 2}})
        told = hovered = None
        while told is None or hovered is None:
            when, message = talk.receive()
            if message.get("method") == "textDocument/publishDiagnostics" and told is None:
                told = when
            elif message.get("id") == number and "method" not in message:
                hovered = math.nan if "error" in message else when
                if not message.get("result", True):
                    raise SystemExit("nothing to hover over")
        return Looks((told - talk.began) * 1000, (hovered - talk.began) * 1000)


def project(root: Path) -> None:
    """Fifty requirements, the last of them missing."""
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", 50))
    with (root / "requirements.txt").open("a") as file:
        file.write("absent>=1\n")


def measure(folder: Path, builds: Mapping[str, Path], runs: int) -> tuple[dict[str, list[Start]], dict[str, list[Looks]]]:
    """All in turns; the first of each compiles, and is not counted."""
    root = folder / "started"
    root.mkdir()
    project(root)
    starts: dict[str, list[Start]] = {name: [] for name in ("empty", *builds)}
    looked: dict[str, list[Looks]] = {name: [] for name in builds}
    for _ in range(runs + 1):
        starts["empty"].append(start(EMPTY, ROOT / "server"))
        for name, build in builds.items():
            starts[name].append(start(OURS, build))
            looked[name].append(looks(build, root))
    return {name: taken[1:] for name, taken in starts.items()}, {name: taken[1:] for name, taken in looked.items()}


def rows(bench: Bench) -> Iterator[Row]:
    """The reply to the server's hello, and what a person waits for."""
    starts, looked = measure(bench.folder, bench.builds, bench.runs)
    reply = {name: min(run.reply for run in taken) for name, taken in starts.items()}
    yield Row("server start → reply; peer: empty pygls", "ms", reply["ours"], reply["empty"], reply.get("before"), LIMIT)
    for kind in Looks._fields:
        first = {name: min(getattr(run, kind) for run in taken) for name, taken in looked.items()}
        before = first.get("before", math.nan)
        yield Row(f"server start → first {kind}", "ms", first["ours"], None, None if math.isnan(before) else before, None, 1.05)


def main() -> int:
    """Prints each figure with the medians next to it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="the folder `server` of another build, for diagnostics and hover")
    options = parser.parse_args()
    builds = {"ours": ROOT / "server"} | ({"before": options.against.resolve()} if options.against else {})
    with tempfile.TemporaryDirectory() as folder:
        starts, looked = measure(Path(folder).resolve(), builds, options.runs)
    missed = False

    def line(what: str, ours: list[float], other: list[float], of: str, limit: float) -> None:
        nonlocal missed
        ratio = min(ours) / min(other)
        over = ratio > limit
        missed = missed or over
        print(
            f"{what:<22} {min(ours):8.1f}, {of} {min(other):8.1f}; ratio {ratio:.2f} (limit {limit:g}){' MISSED' if over else ''}; ", end=""
        )
        print(f"medians {statistics.median(ours):.1f}, {statistics.median(other):.1f}")

    mine, empty = starts["ours"], starts["empty"]
    line("initialize reply, ms", [run.reply for run in mine], [run.reply for run in empty], "an empty server", LIMIT)
    line("loaded, ms", [run.loaded for run in mine], [run.loaded for run in empty], "an empty server", LIMIT_LOADED)
    if all(run.memory for run in mine + empty):
        line("memory, MB", [run.memory or 0 for run in mine], [run.memory or 0 for run in empty], "an empty server", 1.1)
    if "before" in looked:
        for kind in (kind for kind in Looks._fields if not math.isnan(getattr(looked["before"][0], kind))):
            line(f"first {kind}, ms", *([getattr(run, kind) for run in looked[name]] for name in ("ours", "before")), "before", 1.05)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
