"""The first check of 1,000 lines against 1,000 distributions in a fresh process: `venvls check`.

    python tests/benchmarks/bench_first_check.py

Must reach: 0.25 of a check by importlib.metadata and packaging in a fresh process, and 4 times `uv pip install --dry-run`.
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

# What an editor's check of today does in the environment's interpreter: names from importlib.metadata, requirements from packaging.
_PEER = """
import sys
from importlib.metadata import distributions
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
found = {canonicalize_name(d.metadata["Name"]): d.version for d in distributions(path=[sys.argv[2]])}
behind = 0
for line in open(sys.argv[1]):
    text = line.split(" #")[0].strip()
    if text:
        asked = Requirement(text)
        version = found.get(canonicalize_name(asked.name))
        if (asked.marker is None or asked.marker.evaluate()) and (version is None or not asked.specifier.contains(version, prereleases=True)):
            behind += 1
print(behind)
"""


def main(count: int = 1000, rounds: int = 9) -> None:
    """Print the medians of the three, run in turn, and the two ratios."""
    import uv

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        distributions = make_environment(root / ".venv", count)
        path = root / "requirements.txt"
        make_requirements(path, distributions)
        site = next((root / ".venv/lib").glob("*/site-packages"))
        interpreter = str(root / ".venv/bin/python")
        commands = {
            "venvls check": [sys.executable, "-m", "venvls", "check", str(path)],
            "importlib.metadata + packaging": [sys.executable, "-c", _PEER, str(path), str(site)],
            "uv pip install --dry-run": [
                *(uv.find_uv_bin(), "pip", "install", "--dry-run", "--no-deps", "--offline", "--quiet"),
                *("--python", interpreter, "-r", str(path)),
            ],
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, argv in commands.items():
                start = time.perf_counter()
                subprocess.run(argv, check=True, capture_output=True, cwd=root)
                spent[name].append(time.perf_counter() - start)
        medians = {name: statistics.median(runs[1:]) for name, runs in spent.items()}
        for name, median in medians.items():
            print(f"{name}: median {1000 * median:.0f} ms")
        ours, peer, fastest = medians.values()
        print(f"ratio to importlib.metadata + packaging: {ours / peer:.3f} (must reach 0.25)")
        print(f"ratio to uv's dry run: {ours / fastest:.2f} (must reach 4)")


if __name__ == "__main__":
    main()
