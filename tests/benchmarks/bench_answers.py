"""Answers in a fresh process: `venvls why` and `tree` against `uv tree --frozen`, and against a Python that starts and does nothing.

    python tests/benchmarks/bench_answers.py [--packages N] [--runs N]

Should reach: 0.4 times uv. A Python that does nothing takes as long as that alone where the project is small, so both are printed: the
part of a command above it is what can be made less.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench_locked
import whole
from table import Bench, Row

LIMIT = 0.4


def rows(bench: Bench) -> Iterator[Row]:
    """Both commands, each against uv's."""
    import uv

    root = bench.folder / "project"
    bench_locked.build(root)
    tree = [uv.find_uv_bin(), "tree", "--frozen", "--offline"]
    of_one = whole.Command([*tree, "--invert", "--package", "package-0"], root)
    yield bench.row("why, 380 packages; peer: uv tree --invert", "why", "package-0", cwd=root, peer=of_one, limit=LIMIT)
    yield bench.row("tree, 380 packages; peer: uv tree", "tree", cwd=root, peer=whole.Command(tree, root), limit=LIMIT)


def main() -> int:
    """Prints the quickest run of each and the ratios; 1 where a limit is missed."""
    import uv

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=380)
    parser.add_argument("--runs", type=int, default=15)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        bench_locked.build(root, chosen.packages)
        binary, source = uv.find_uv_bin(), whole.ROOT / "server"
        quickest = whole.seconds(
            {
                "python -I -S -c pass": whole.Command([sys.executable, "-I", "-S", "-c", "pass"], root),
                "uv tree --invert": whole.Command([binary, "tree", "--frozen", "--offline", "--invert", "--package", "package-0"], root),
                "venvls why": whole.venvls(source, "why", "package-0", cwd=root),
                "uv tree": whole.Command([binary, "tree", "--frozen", "--offline"], root),
                "venvls tree": whole.venvls(source, "tree", cwd=root),
            },
            chosen.runs,
        )
    empty = quickest["python -I -S -c pass"]
    for name, best in quickest.items():
        print(f"{name:<21} {1000 * best:6.1f} ms")
    missed = False
    for ours, theirs in (("venvls why", "uv tree --invert"), ("venvls tree", "uv tree")):
        ratio = quickest[ours] / quickest[theirs]
        missed = missed or ratio > LIMIT
        print(f"{ours}: {ratio:.2f} of uv (limit {LIMIT}); an empty Python alone is {empty / quickest[theirs]:.2f}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
