"""The imports of 1,500 files of real code against 300 distributions: `venvls check --imports` in a fresh process; a key in the engine.

    python tests/benchmarks/bench_imports.py [--runs N] [--deptry PATH]

Must reach 1.5 times deptry (Rust) in the same run with nothing kept of an earlier one, half of it where what an earlier one read is on disk
and nothing changed, 150 MB, and 5 ms for a keystroke. The code is this Python's standard library. Exit status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
from corpus import make_environment  # noqa: E402
from table import Bench, Row  # noqa: E402

FILES, DISTRIBUTIONS = 1500, 300
LIMITS_OF_DEPTRY, LIMIT_OF_KEY, LIMIT_OF_MEMORY = {"nothing kept": 1.5, "nothing changed": 0.5}, 5.0, 150.0
ENVIRON = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}


def make_project(root: Path) -> int:
    """A project of copied code in ``root``; gives its size in bytes."""
    packages = make_environment(root / ".venv", DISTRIBUTIONS)
    names = [str(package[0] if isinstance(package, tuple) else package) for package in packages][:50]
    listed = ", ".join(f'"{name}"' for name in names)
    (root / "pyproject.toml").write_text(f'[project]\nname = "app"\nversion = "1"\ndependencies = [{listed}]\n')
    library = Path(sysconfig.get_path("stdlib"))
    sources = [
        path for path in sorted(library.rglob("*.py")) if not {"lib2to3", "site-packages"} & {*path.parts} and "bad" not in path.name
    ]
    size = 0
    for number, source in enumerate(sources[:FILES]):
        place = root / "app" / f"part{number % 40}" / f"m{number}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        size += place.stat().st_size
    return size


# A process is said to have had the memory of the one that it was started by; this has next to none.
MEMORY = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, _, spent = os.wait4(process.pid, 0)
process.returncode = 0
print(spent.ru_maxrss)
"""


def most_memory(argv: list[str], root: Path, environ: dict[str, str]) -> float:
    """The most memory that a command has at a time, in MB."""
    done = subprocess.run([sys.executable, "-c", MEMORY, *argv], cwd=root, env=environ, check=True, capture_output=True, text=True)
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def processes(root: Path, deptry: str | None, runs: int) -> tuple[dict[str, float], float]:
    """The quickest milliseconds of each program, which take turns; and our most memory with nothing kept, in MB."""
    ours = [str(Path(sys.executable).with_name("venvls")), "check", "--imports", "."]
    commands = {"nothing kept": ours, "nothing changed": ours}
    if deptry:
        commands["deptry"] = [deptry, "."]
    spent: dict[str, list[float]] = {name: [] for name in commands}
    warm = root.parent / "kept"
    for turn in range(runs + 1):
        for name, argv in commands.items():
            cache = root.parent / f"cold{turn}" if name == "nothing kept" else warm
            began = time.perf_counter()
            environ = {**ENVIRON, "VENVLS_CACHE": str(cache)}
            subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=root, env=environ, check=False)
            # Until the second turn the warm one has kept nothing: files that were just made are not trusted.
            if turn:
                spent[name].append((time.perf_counter() - began) * 1000)
    memory = most_memory(ours, root, {**ENVIRON, "VENVLS_CACHE": str(root.parent / "cold")})
    return {name: min(times) for name, times in spent.items()}, memory


def keystroke(root: Path, runs: int) -> float:
    """The quickest milliseconds from a changed text of 1,000 lines to its findings."""
    from tests.memory_machine import MemoryMemory
    from venvls.host.machine import ThisMachine
    from venvls.workspace import Workspace

    workspace = Workspace(ThisMachine(), MemoryMemory())
    workspace.set_roots([str(root)])
    workspace.discover()
    source = Path(sysconfig.get_path("stdlib"), "argparse.py").read_text("utf-8")
    text = "import absent\n" + source[: source.index("\n", 40_000) + 1]
    path = str(root / "app" / "typed.py")
    times = []
    for turn in range(runs * 10):
        workspace.open(path, f"{text}# {turn}\n")
        began = time.perf_counter()
        assert [finding.code for finding in workspace.findings(path)] == ["missing-import"]
        times.append((time.perf_counter() - began) * 1000)
    return min(times[1:])


def rows(bench: Bench) -> Iterator[Row]:
    """Against deptry where it is installed; memory and a key in any case."""
    root = bench.folder / "project"
    root.mkdir()
    make_project(root)
    time.sleep(2.5)  # nothing is kept of files that were just made
    quickest, memory = processes(root, shutil.which("deptry"), min(bench.runs, 5))
    for name, limit in LIMITS_OF_DEPTRY.items():
        yield Row(f"imports of {FILES:,} files, {name}; peer: deptry", "ms", quickest[name], quickest.get("deptry"), None, limit)
    yield Row("imports, memory; limit: 150 MB", "MB", memory, LIMIT_OF_MEMORY, None, 1.0)
    yield Row("a key in a Python file, in the engine; limit: 5 ms", "ms", keystroke(root, 5), LIMIT_OF_KEY, None, 1.0)


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--deptry", default=shutil.which("deptry"), help="deptry's program")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        size = make_project(root)
        print(f"{FILES} files, {size / 1e6:.1f} MB, {DISTRIBUTIONS} distributions")
        time.sleep(2.5)  # nothing is kept of files that were just made
        quickest, memory = processes(root, options.deptry, options.runs)
        for name, milliseconds in quickest.items():
            print(f"{name:<24} {milliseconds:8.0f} ms")
        key = keystroke(root, options.runs)
        print(f"{'a key':<24} {key:8.2f} ms\n{'most memory':<24} {memory:8.0f} MB")
    ok = key <= LIMIT_OF_KEY and memory <= LIMIT_OF_MEMORY
    for name, limit in LIMITS_OF_DEPTRY.items() if "deptry" in quickest else ():
        ratio = quickest[name] / quickest["deptry"]
        print(f"ratio to deptry, {name}: {ratio:.2f} (limit {limit})")
        ok = ok and ratio <= limit
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
