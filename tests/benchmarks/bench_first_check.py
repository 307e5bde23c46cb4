"""The first check of 1,000 lines against 1,000 distributions in a fresh process: `venvls check`.

    python tests/benchmarks/bench_first_check.py [--runs N]

Must reach 0.25 of the check that VS Code's Python extension runs (``peer_check.py``), and 4 times `uv pip install --dry-run`. The three
take turns, each in a fresh process; the quickest run of each is compared. Exit status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from corpus import make_environment, make_requirements  # noqa: E402
from table import Bench, Row  # noqa: E402
from whole import ROOT, Command, instructions, pages, seconds, venvls  # noqa: E402

COUNT = 1000
LIMIT_OF_PEER, LIMIT_OF_UV = 0.25, 4.0
# Everybody's code is compiled once and kept, as it is where it was installed; no answer of the run before is.
ENVIRON = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}
ENVIRON["VENVLS_CACHE"] = "off"


def peer(folder: Path) -> Path:
    """The peer's script with ``packaging`` beside it."""
    spec = importlib.util.find_spec("packaging")
    assert spec is not None and spec.origin is not None
    shutil.copytree(Path(spec.origin).parent, folder / "lib" / "packaging")
    return Path(shutil.copy(HERE / "peer_check.py", folder))


def measure(root: Path, runs: int) -> dict[str, list[float]]:
    """Milliseconds of each run, by command."""
    import uv

    path = root / "requirements.txt"
    make_requirements(path, make_environment(root / ".venv", COUNT))
    interpreter = str(root / ".venv/bin/python")
    (root / "peer").mkdir()
    commands = {
        "venvls check": [str(Path(sys.executable).with_name("venvls")), "check", str(path)],
        "the extension's check": [interpreter, str(peer(root / "peer")), str(path)],
        "uv's dry run": [
            *(uv.find_uv_bin(), "pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet"),
            *("--python", interpreter, "-r", str(path)),
        ],
    }
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, argv in commands.items():
            began = time.perf_counter()
            subprocess.run(argv, check=True, capture_output=True, cwd=root, env=ENVIRON)
            if turn:  # the first one compiles what is not compiled yet
                spent[name].append((time.perf_counter() - began) * 1000)
    return spent


def rows(bench: Bench) -> Iterator[Row]:
    """Fresh, again, in instructions and pages of memory, and where Python keeps no compiled files."""
    import uv

    root = bench.folder / "project"
    root.mkdir()
    make_requirements(root / "requirements.txt", make_environment(root / ".venv", COUNT))
    dry_run = [uv.find_uv_bin(), *("pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet")]
    peer = Command([*dry_run, "--python", str(root / ".venv/bin/python"), "-r", "requirements.txt"], root)
    yield bench.row("first check, 1,000 × 1,000; peer: uv's dry run", "check", cwd=root, peer=peer, limit=1.3, of_before=0.55)
    yield bench.again("first check again, nothing changed; peer: uv's dry run", "check", cwd=root, peer=peer, limit=0.5, of_before=0.2)
    counts = {name: instructions(venvls(source, "check", cwd=root)) for name, source in bench.builds.items()}
    if (ours := counts["ours"]) is not None:
        before = counts.get("before")
        yield Row("first check, instructions", "mio", ours / 1e6, None, None if before is None else before / 1e6, None, 1.02)
    uncompiled = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": str(root / "none"),
        "VENVLS_CACHE": str(bench.folder / "cache"),
    }
    touched = {name: pages(venvls(source, "check", cwd=root)) for name, source in bench.builds.items()}
    if (ours := touched["ours"]) is not None:
        yield Row("first check, pages of memory; peer: uv's dry run", "", ours, pages(peer), touched.get("before"), None, 1.02)
    # With an option by which no answer is kept: a check is measured, with the image of modules and nothing else.
    checked = ("check", "--output-file", str(bench.folder / "result"))
    kept, fresh = (venvls(ROOT / "server", *checked, cwd=root, environ=environ) for environ in ({}, uncompiled))
    took = seconds({"kept": kept, "fresh": fresh}, bench.runs)
    yield Row("no compiled files kept; peer: kept", "ms", 1000 * took["fresh"], 1000 * took["kept"], None, 1.3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    with tempfile.TemporaryDirectory() as folder:
        spent = measure(Path(folder).resolve(), parser.parse_args().runs)
    for name, took in spent.items():
        print(f"{name}: {min(took):.0f} ms, median {statistics.median(took):.0f}")
    ours, theirs, fastest = map(min, spent.values())
    print(f"{ours / theirs:.2f} of the extension's check (limit {LIMIT_OF_PEER})")
    print(f"{ours / fastest:.2f} of uv's dry run (limit {LIMIT_OF_UV:g})")
    return 0 if ours / theirs <= LIMIT_OF_PEER and ours / fastest <= LIMIT_OF_UV else 1


if __name__ == "__main__":
    raise SystemExit(main())
