"""Memory of the server after it has looked at a monorepo of 200 projects in 40,000 folders, against an empty pygls server.

Run: ``python tests/benchmarks/bench_memory.py [--keep FOLDER]``. Both are asked ``initialize``;
ours then walks, checks and tells what it found.
Resident megabytes are read from /proc (Linux). Exit status 1 where the ratio is over the limit, 2 where the system does not say.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import bench_envs  # noqa: E402
from bench_start import CAPABILITIES, EMPTY, OURS, framed, memory  # noqa: E402

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


@contextmanager
def started(argv: list[str], root: Path) -> Iterator[tuple[subprocess.Popen[bytes], Any]]:
    """A server that has answered ``initialize``, and the function that reads its next message."""
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None and process.stdout is not None
    out = process.stdout

    def read() -> dict[str, Any]:
        length = 0
        while line := out.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(out.read(length))

    params = {
        "processId": None,
        "rootUri": root.as_uri(),
        "workspaceFolders": [{"uri": root.as_uri(), "name": "mono"}],
        "capabilities": {**CAPABILITIES, "workspace": {"workspaceFolders": True}},
    }
    try:
        process.stdin.write(framed({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
        process.stdin.flush()
        while read().get("id") != 1:
            pass
        yield process, read
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def send(process: subprocess.Popen[bytes], message: dict[str, object]) -> None:
    assert process.stdin is not None
    process.stdin.write(framed(message))
    process.stdin.flush()


def empty(root: Path) -> float | None:
    with started(EMPTY, root) as (process, _):
        return memory(process.pid)


def ours(root: Path) -> tuple[float | None, float | None, int, int]:
    """Megabytes when all was found, and after a change in an open file; how many projects and files were told of."""
    with started(OURS, root) as (process, read):
        send(process, {"jsonrpc": "2.0", "method": "initialized", "params": {}})
        send(process, {"jsonrpc": "2.0", "id": 2, "method": "venvls/projects", "params": {}})
        told = 0
        while (message := read()).get("id") != 2:
            told += message.get("method") == "textDocument/publishDiagnostics"
        found = memory(process.pid)
        path = root / "project1" / "requirements.txt"
        document = {"uri": path.as_uri(), "languageId": "pip", "version": 1, "text": path.read_text()}
        send(process, {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}})
        send(process, {"jsonrpc": "2.0", "id": 3, "method": "venvls/projects", "params": {}})
        while read().get("id") != 3:
            pass
        time.sleep(1)
        return found, memory(process.pid), len(message["result"]["projects"]), told


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
        found, later, projects, told = ours(root)
    if theirs is None or found is None or later is None:
        print("this system does not say how much memory a process uses", file=sys.stderr)
        return 2
    if projects != PROJECTS:
        print(f"found {projects} projects, there are {PROJECTS}", file=sys.stderr)
        return 1
    ratio = max(found, later) / theirs
    print(f"empty pygls {theirs:.1f} MB; venvls {found:.1f} MB after the walk, {later:.1f} MB after an open file")
    print(f"{projects} projects, {told} files told of")
    print(f"ratio {ratio:.2f} (limit {LIMIT}) {'ok' if ratio <= LIMIT else 'TOO MUCH'}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
