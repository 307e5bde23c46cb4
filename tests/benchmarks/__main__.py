"""Everything that is measured, in one table: ours, the peer's, that of an earlier commit, and the ratios.

    python tests/benchmarks [--against COMMIT] [--runs N] [--only WORD…]

Ends with status 1 where a limit is missed. The instructions of the first check are counted too, where valgrind or perf can: they hardly
change from run to run, so that they tell a change of one in a hundred on a busy machine. A limit that is a time is shown as the peer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # some parts build what tests build
from table import HEAD, Bench, parts
from whole import build_of


def main() -> int:
    """Runs what was chosen and prints the table."""
    known = parts()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", metavar="COMMIT", help="also measure this commit's build")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument(
        "--only", metavar="WORD", nargs="+", default=[""], help=f"only the parts with this in their names: {', '.join(known)}"
    )
    options = parser.parse_args()
    missed, measured = [], 0
    with tempfile.TemporaryDirectory(prefix="venvls-bench-") as name:
        folder = Path(name).resolve()
        before = build_of(options.against, folder / "before") if options.against else None
        print(HEAD)
        for part, rows in known.items():
            if any(word in part for word in options.only):
                (folder / part).mkdir()
                began = time.perf_counter()
                for row in rows(Bench(folder / part, before, options.runs)):
                    print(row.shown(), flush=True)
                    measured += 1
                    if row.missed:
                        missed.append(row.work)
                print(f"{part}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    if before is None:
        print("Without --against COMMIT nothing is compared with an earlier build.")
    if hasattr(os, "getloadavg") and (busy := os.getloadavg()[0]) > 0.5 * (os.cpu_count() or 1):
        print(f"Other work was going on ({busy:.1f} processes in the middle of the last minute): times are longer than on a quiet machine.")
    print(f"{measured} figures, {len(missed)} over their limit", *missed, sep="\n  ")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
