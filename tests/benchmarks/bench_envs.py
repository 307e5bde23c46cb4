"""Finds 30 environments among 100,000 files in 40,000 folders, against `fd -HI pyvenv.cfg` with the same pruning, in the same run.

    python tests/benchmarks/bench_envs.py

Whole processes are timed, caches warm, the best of five each. Exit status 1 where the ratio is over the limit, 2 without fd.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import Bench, Row
from whole import Command

FILES, FOLDERS, ENVIRONMENTS = 100_000, 40_000, 30
LIMIT, LIMIT_AGAIN = 1.0, 0.5
PRUNED = ("node_modules", "site-packages", ".git")
RUNS = 5


def build(root: Path) -> None:
    """A monorepo: nested packages, some dependencies of others that are passed over, and the environments of its projects."""
    generator = random.Random(1)
    folders = [str(root)]
    depths = {str(root): 0}
    environments = [f"{root}/project{number}/.venv" for number in range(ENVIRONMENTS)]
    # What the environments are made of counts too.
    for prefix in environments:
        _environment(Path(prefix))
        folders.append(os.path.dirname(prefix))
        depths[folders[-1]] = 1
    made = sum(len(names) for _, names, _ in os.walk(root))
    while made < FOLDERS:
        # Mostly beside what was made last: packages lie in clusters.
        above = generator.choice(folders[-2000:] if generator.random() < 0.7 else folders)
        if depths[above] > 9:
            continue
        name = "node_modules" if generator.random() < 0.003 else f"package{made}"
        folder = f"{above}/{name}"
        if folder in depths:
            continue
        os.mkdir(folder)
        folders.append(folder)
        depths[folder] = depths[above] + 1
        made += 1
    files = sum(len(names) for _, _, names in os.walk(root))
    for number in range(FILES - files):
        Path(f"{generator.choice(folders)}/module{number}.py").touch()


def _environment(prefix: Path) -> None:
    """A small environment as `python -m venv --without-pip` makes it, with a few packages."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").symlink_to(sys.executable)
    (prefix / "bin" / "activate").write_text(f'VIRTUAL_ENV="{prefix}"\n')
    version = ".".join(map(str, sys.version_info[:3]))
    (prefix / "pyvenv.cfg").write_text(f"home = {os.path.dirname(os.path.realpath(sys.executable))}\nversion = {version}\n")
    site = prefix / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for number in range(10):
        for folder in (site / f"dist{number}", site / f"dist{number}-1.0.dist-info"):
            folder.mkdir(parents=True)
            (folder / "file").touch()


def ours(root: Path) -> list[str]:
    """The command a person types."""
    return [sys.executable, "-m", "venvls", "envs", "--format", "json", str(root)]


def fd(root: Path) -> list[str] | None:
    """fd under either of its names; it uses every processor."""
    program = shutil.which("fd") or shutil.which("fdfind")
    if program is None:
        return None
    return [program, "-HI", *(f"--exclude={name}" for name in PRUNED), r"^pyvenv\.cfg$", str(root)]


def best(argv: list[str]) -> tuple[float, str]:
    """The best time of several runs, in seconds, and what the last one printed."""
    times: list[float] = []
    out = ""
    for _ in range(RUNS):
        begun = time.perf_counter()
        done = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, "VENVLS_CACHE": "off"})
        times.append(time.perf_counter() - begun)
        out = done.stdout
        if done.returncode:
            raise SystemExit(f"{argv[0]} failed: {done.stderr}")
    return min(times), out


def rows(bench: Bench) -> Iterator[Row]:
    """The whole search, and again where nothing changed."""
    root = bench.folder / "tree"
    root.mkdir()
    build(root)
    search = fd(root)
    peer = None if search is None else Command(search, root)
    yield bench.row("envs, 40,000 folders; peer: fd", "envs", cwd=root, peer=peer, limit=LIMIT)
    yield bench.again("envs again, nothing changed; peer: fd", "envs", cwd=root, peer=peer, limit=LIMIT_AGAIN)


def main() -> int:
    """Builds the tree, runs both, prints the ratio."""
    with tempfile.TemporaryDirectory(prefix="venvls-bench-") as folder:
        root = Path(folder).resolve() / "tree"
        root.mkdir()
        peer = fd(root)
        if peer is None:
            print("fd is not installed (on Debian: apt install fd-find)", file=sys.stderr)
            return 2
        build(root)
        mine, found = best(ours(root))
        theirs, listed = best(peer)
    environments = json.loads(found)["environments"]
    if len(environments) != ENVIRONMENTS or len(listed.splitlines()) != ENVIRONMENTS:
        print(f"found {len(environments)}, fd {len(listed.splitlines())}, there are {ENVIRONMENTS}", file=sys.stderr)
        return 1
    ratio = mine / theirs
    print(f"venvls envs {mine * 1000:.0f} ms, fd {theirs * 1000:.0f} ms, ratio {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
