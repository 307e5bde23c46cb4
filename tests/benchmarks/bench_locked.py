"""A locked project of 380 packages in step, in a fresh process: `venvls check` against `uv sync --check --offline`.

    python tests/benchmarks/bench_locked.py

Must reach: 5 times uv.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import Bench, Row
from whole import Command

from tests.differential.wheels import Wheel, write_all


def build(root: Path, count: int = 380) -> dict[str, str]:
    """The project, locked and synced; gives the variables that all commands need."""
    import uv

    rng = random.Random(5)
    root.mkdir()
    wheels = root.parent / "wheels"
    names = [f"package-{number}" for number in range(count)]
    needs = [tuple(f"{names[other]}>=1" for other in rng.sample(range(number), min(number, 3))) for number in range(count)]
    write_all([Wheel(name, "1.0", need) for name, need in zip(names, needs, strict=True)], wheels)
    listed = ", ".join(f'"{name}"' for name in names)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = [{listed}]\n'
        f'[tool.uv]\nno-index = true\nfind-links = ["{wheels.as_posix()}"]\n'
    )
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}
    subprocess.run([uv.find_uv_bin(), "sync", "--quiet", "--python", sys.executable], cwd=root, check=True, env=environ)
    return environ


def rows(bench: Bench) -> Iterator[Row]:
    """Fresh and again."""
    import uv

    root = bench.folder / "project"
    build(root)
    peer = Command([uv.find_uv_bin(), "sync", "--check", "--offline", "--quiet"], root)
    yield bench.row("380 locked packages; peer: uv sync --check", "check", cwd=root, peer=peer, limit=1.5)
    yield bench.again("380 locked packages again; peer: uv sync --check", "check", cwd=root, peer=peer, limit=0.6)


def main(rounds: int = 7) -> int:
    """Print the quickest and the median of both, run in turn, and the ratio; 1 where it is missed."""
    import uv

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        environ = build(root)
        binary = uv.find_uv_bin()
        commands = {
            "venvls check": [sys.executable, "-m", "venvls", "check", str(root)],
            "uv sync --check --offline": [binary, "sync", "--check", "--offline", "--quiet"],
        }
        spent: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, argv in commands.items():
                start = time.perf_counter()
                # No answer that was kept of the round before.
                subprocess.run(argv, cwd=root, check=True, env=environ | {"VENVLS_CACHE": "off"}, stdout=subprocess.DEVNULL)
                spent[name].append(time.perf_counter() - start)
        quickest = {name: min(runs[1:]) for name, runs in spent.items()}
        for name, best in quickest.items():
            print(f"{name}: {1000 * best:.0f} ms, median {1000 * sorted(spent[name][1:])[rounds // 2]:.0f}")
        ours, theirs = quickest.values()
        print(f"{ours / theirs:.2f} of uv (limit 5)")
        return int(ours > 5 * theirs)


if __name__ == "__main__":
    sys.exit(main())
