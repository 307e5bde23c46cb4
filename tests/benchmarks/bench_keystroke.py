"""A keystroke in a requirements file of 1,000 lines against 1,000 distributions: the engine's re-check.

    python tests/benchmarks/bench_keystroke.py

Must reach: 2 ms at the median, and 0.3 of one `uv pip install --dry-run --no-deps --offline` of the same file.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from corpus import make_environment, make_requirements

from venvls.host.machine import ThisMachine
from venvls.host.remembered import Remembered
from venvls.workspace import Workspace


def main(count: int = 1000, rounds: int = 60) -> None:
    """Print the medians of three kinds of keystroke, and the ratio to uv's dry run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        distributions = make_environment(root / ".venv", count)
        manifest = root / "requirements.txt"
        make_requirements(manifest, distributions)
        workspace = Workspace(ThisMachine(), Remembered(), strict=True)
        workspace.set_roots([str(root)])
        workspace.discover()
        text = manifest.read_text()
        path = str(manifest)
        workspace.open(path, text)
        first = time.perf_counter()
        found = workspace.findings(path)
        print(f"first check in a warm process: {1000 * (time.perf_counter() - first):.1f} ms, {len(found)} findings")
        # A site-packages that changed seconds ago is listed again each time, for the clock of some file systems is coarse.
        time.sleep(2.2)
        workspace.findings(path)
        lines = text.splitlines(keepends=True)
        middle = len(lines) // 2
        kinds = {
            "a digit in the middle": lambda n: "".join([*lines[:middle], lines[middle].replace("\n", f"{n % 10}\n"), *lines[middle + 1 :]]),
            "a new line at the top": lambda n: "# comment\n" * (n % 2 + 1) + text,
            "a name half typed": lambda n: "".join([*lines[:middle], f"unheard{n}of>=\n", *lines[middle:]]),
        }
        medians = {}
        for kind, change in kinds.items():
            spent = []
            for number in range(rounds):
                changed = change(number)
                start = time.perf_counter()
                workspace.open(path, changed)
                workspace.findings(path)
                spent.append(time.perf_counter() - start)
            medians[kind] = statistics.median(spent)
            print(f"{kind}: median {1000 * medians[kind]:.2f} ms, worst {1000 * max(spent):.2f} ms")
        uv = _uv(root, path)
        for kind, median in medians.items():
            print(f"{kind}: {median / uv:.3f} of uv's dry run ({1000 * uv:.0f} ms)")


def _uv(root: Path, path: str, rounds: int = 5) -> float:
    import uv

    argv = [uv.find_uv_bin(), "pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet", "--python", str(root / ".venv/bin/python")]
    spent = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run([*argv, "-r", path], check=True, capture_output=True)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent[1:])


if __name__ == "__main__":
    main()
