"""Server start: spawn → initialize reply, and memory after it, against an empty pygls server.

Run: ``python tests/benchmarks/bench_start.py [--runs N] [--server ARG…]``. The two take turns, each
in a fresh process. The ratio of the quickest counts: it is what least of the machine's other work is in; the medians are shown beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

EMPTY = [sys.executable, "-c", "from pygls.lsp.server import LanguageServer; LanguageServer('empty', '1').start_io()"]
OURS = [sys.executable, "-m", "venvls", "lsp"]
LIMIT = 1.15
# Everybody's code is compiled once and kept, as it is where it was installed.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {"configuration": True, "workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {"publishDiagnostics": {"relatedInformation": True}, "codeAction": {"resolveSupport": {"properties": ["edit"]}}},
}
INITIALIZE = {"processId": None, "rootUri": None, "workspaceFolders": None, "capabilities": CAPABILITIES}


def framed(message: dict[str, object]) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def memory(pid: int) -> float | None:
    """Resident megabytes of a process; ``None`` where the system does not say."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        return None
    return None


def start(argv: list[str]) -> tuple[float, float | None]:
    """Milliseconds until the initialize reply, and memory then."""
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRON)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(framed({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}))
    process.stdin.flush()
    if not process.stdout.readline().startswith(b"Content-Length"):
        raise SystemExit(f"{argv} did not answer")
    took = (time.perf_counter() - began) * 1000
    used = memory(process.pid)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    return took, used


def measure(server: list[str], runs: int) -> dict[str, float]:
    """Both, in turns, and their ratios."""
    start(server), start(EMPTY)  # compiles what is not compiled yet
    ours, empty = [], []
    for _ in range(runs):
        ours.append(start(server))
        empty.append(start(EMPTY))
    result = {"ours_ms": min(t for t, _ in ours), "empty_ms": min(t for t, _ in empty)}
    result["ratio"] = result["ours_ms"] / result["empty_ms"]
    result["median_ratio"] = statistics.median(t for t, _ in ours) / statistics.median(t for t, _ in empty)
    if all(m is not None for _, m in ours + empty):
        result["ours_mb"] = statistics.median(m for _, m in ours if m)
        result["empty_mb"] = statistics.median(m for _, m in empty if m)
        result["memory_ratio"] = result["ours_mb"] / result["empty_mb"]
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--server", nargs=argparse.REMAINDER, default=OURS)
    arguments = parser.parse_args()
    result = measure(arguments.server, arguments.runs)
    for name, value in result.items():
        print(f"{name:>14} {value:10.2f}")
    print(f"{'limit':>14} {LIMIT:10.2f}  {'ok' if result['ratio'] <= LIMIT else 'TOO SLOW'}")
    return 0 if result["ratio"] <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
