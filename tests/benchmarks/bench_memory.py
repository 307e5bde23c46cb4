"""Memory of the server after it has looked at a monorepo of 200 projects in 40,000 folders, against an empty pygls server.

Run: ``python tests/benchmarks/bench_memory.py [--keep FOLDER]``. Both say hello; ours then walks, checks and tells what it has found.
Resident megabytes are read from /proc (Linux). Exit status 1 where the ratio is over the limit, 2 where the system does not say.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench_envs
from table import Bench, Row
from talk import EMPTY, Talk

PROJECTS = 200
LIMIT = 1.5


def build(root: Path) -> None:
    """The tree of ``bench_envs`` with manifests in 200 project folders: 30 have an environment, the others borrow none."""
    bench_envs.build(root)
    for number in range(PROJECTS):
        folder = root / f"project{number}"
        folder.mkdir(exist_ok=True)
        names = [f"dist{other}>=1.0" for other in range(10)] + [f"absent{number}-{other}>=2,<3" for other in range(10)]
        if number % 2:
            (folder / "requirements.txt").write_text("\n".join(names) + "\n")
        else:
            (folder / "pyproject.toml").write_text(f'[project]\nname = "p{number}"\nversion = "1"\ndependencies = {json.dumps(names)}\n')


def empty(root: Path) -> float | None:
    """Megabytes of an empty server that has said hello."""
    with Talk(EMPTY) as talk:
        talk.hello(root)
        return talk.megabytes()


def ours(root: Path) -> tuple[float | None, float | None, int, int]:
    """Megabytes when all was found, and after a change in an open file; how many projects and files were told of."""
    with Talk() as talk:
        talk.hello(root)
        number, told = talk.request("venvls/projects", {}), 0
        while (message := talk.receive()[1]).get("id") != number or "method" in message:
            told += message.get("method") == "textDocument/publishDiagnostics"
        used = talk.megabytes()
        talk.open(root / "project1" / "requirements.txt")
        talk.answer(talk.request("venvls/projects", {}))
        time.sleep(1)
        return used, talk.megabytes(), len(message["result"]["projects"]), told


def rows(bench: Bench) -> Iterator[Row]:
    """After the walk, and after a change in an open file."""
    root = bench.folder / "tree"
    root.mkdir()
    build(root)
    walked, later, projects, _ = ours(root)
    if projects != PROJECTS:
        raise SystemExit(f"{projects} projects of {PROJECTS} are known")
    if walked is not None and later is not None:
        yield Row("server with 200 projects, memory; peer: empty pygls", "MB", max(walked, later), empty(root), None, LIMIT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", metavar="FOLDER", help="build the tree here, or use what stands there, and leave it")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="venvls-bench-") as folder:
        root = Path(chosen.keep or folder).resolve() / "tree"
        if not root.exists():
            root.mkdir(parents=True)
            build(root)
        theirs = empty(root)
        walked, later, projects, told = ours(root)
    if theirs is None or walked is None or later is None:
        print("this system does not say how much memory a process uses", file=sys.stderr)
        return 2
    if projects != PROJECTS:
        print(f"found {projects} projects, there are {PROJECTS}", file=sys.stderr)
        return 1
    ratio = max(walked, later) / theirs
    print(f"empty pygls {theirs:.1f} MB; venvls {walked:.1f} MB after the walk, {later:.1f} MB after an open file")
    print(f"{projects} projects, {told} files told of")
    print(f"ratio {ratio:.2f} (limit {LIMIT}) {'ok' if ratio <= LIMIT else 'TOO MUCH'}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
