"""A fresh git work tree gets its own environment: `venvls create` against `uv sync` alone, both from uv's cache, in turns.

    python tests/benchmarks/bench_create.py

Must reach: 1.2 times uv, for a project of 120 packages with 24,000 files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import Bench, Row

from tests.host_tasks.offline import large_wheel

LIMIT = 1.2


def build(base: Path, packages: int = 120, files: int = 200) -> tuple[Path, dict[str, str]]:
    """A work tree of a locked project without an environment, with everything in uv's cache; and the variables for all commands."""
    import uv

    main, tree, wheels = base / "main", base / "tree", base / "wheels"
    main.mkdir()
    names = [f"package{number}" for number in range(packages)]
    for number, name in enumerate(names):
        large_wheel(wheels, name, "1.0", *([f"{names[number - 1]}>=1"] if number % 3 else []), files=files)
    listed = ", ".join(f'"{name}"' for name in names[::2])
    (main / "pyproject.toml").write_text(
        f'[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = [{listed}]\n'
        f'[tool.uv]\nno-index = true\nfind-links = ["{wheels.as_posix()}"]\n'
    )
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "VIRTUAL_ENV", "CONDA_PREFIX")
    environ = {name: value for name, value in os.environ.items() if name not in left_out and not name.startswith("UV_")}
    binary = Path(uv.find_uv_bin())
    path = os.pathsep.join([str(binary.parent), os.environ["PATH"]])
    environ |= {"PATH": path, "UV_CACHE_DIR": str(base / "cache"), "UV_PYTHON": sys.executable, "VENVLS_STATE_DIR": str(base / "state")}
    (main / ".gitignore").write_text(".venv\n")
    subprocess.run([binary, "sync", "--quiet"], cwd=main, check=True, env=environ)
    git = ["git", "-c", "user.name=b", "-c", "user.email=b@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"], ["worktree", "add", "-q", str(tree)]):
        subprocess.run([*git, *words], cwd=main, check=True)
    return tree, environ


def measured(rounds: int = 5) -> dict[str, float]:
    """The quickest of each, in seconds. The first round compiles what is not compiled yet, and is not counted."""
    import uv

    quickest: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="venvls-bench-") as folder:
        tree, environ = build(Path(folder).resolve())
        commands = {"venvls create": [sys.executable, "-m", "venvls", "create"], "uv sync": [uv.find_uv_bin(), "sync", "--quiet"]}
        for turn in range(rounds + 1):
            for name, argv in commands.items():
                shutil.rmtree(tree / ".venv", ignore_errors=True)
                began = time.perf_counter()
                subprocess.run(argv, cwd=tree, check=True, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                spent = time.perf_counter() - began
                if turn:
                    quickest[name] = min(spent, quickest.get(name, spent))
    return quickest


def rows(_: Bench) -> Iterator[Row]:
    """A work tree of 120 packages."""
    ours, theirs = (1000 * spent for spent in measured().values())
    yield Row("create, 120 packages in uv's cache; peer: uv sync", "ms", ours, theirs, None, LIMIT)


def main() -> int:
    """Print both and the ratio; 1 where the limit is missed."""
    quickest = measured()
    for name, spent in quickest.items():
        print(f"{name}: {1000 * spent:.0f} ms")
    ours, theirs = quickest.values()
    print(f"{ours / theirs:.2f} of uv (limit {LIMIT:g})")
    return int(ours > LIMIT * theirs)


if __name__ == "__main__":
    sys.exit(main())
