"""A keystroke: didChange → publishDiagnostics, 1,000 requirements against 1,000 distributions, through a real server over stdio.

Run: ``python tests/benchmarks/bench_keystroke.py [--keys N]``. Every keystroke changes one requirement so that a diagnostic comes or goes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

LINES = 1000
LIMIT_MS = 10.0


def send(pipe: IO[bytes], message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    pipe.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[float, dict[str, Any]]:
    """The next message and when it was whole."""
    length = 0
    while line := pipe.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = pipe.read(length)
    return time.perf_counter(), json.loads(body)


def make(root: Path, lines: int) -> Path:
    """An environment with as many distributions as the manifest has lines; every hundredth line asks for a newer one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    site = next((root / ".venv").rglob("site-packages"))
    for number in range(lines):
        info = site / f"package_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: package-{number}\nVersion: 1.0\n")
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text("")
    manifest = root / "requirements.txt"
    manifest.write_text("".join(f"package-{number}>={2 if number % 100 == 1 else 1}.0\n" for number in range(lines)))
    time.sleep(2.5)  # a folder that changed a moment ago is listed anew each time, on purpose: not what is measured here
    return manifest


def measure(keys: int, lines: int = LINES) -> list[float]:
    """Milliseconds of each keystroke."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        manifest = make(root, lines)
        process = subprocess.Popen(
            [sys.executable, "-m", "venvls", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            return type_keys(process.stdin, process.stdout, root, manifest, keys)
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()


def type_keys(out: IO[bytes], back: IO[bytes], root: Path, manifest: Path, keys: int) -> list[float]:
    uri = manifest.as_uri()

    def published(version: int) -> float:
        while True:
            at, message = receive(back)
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"].get("version") == version:
                return at

    send(out, {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": root.as_uri(), "capabilities": {}}})
    send(out, {"method": "initialized", "params": {}})
    send(out, {"id": 2, "method": "venvls/projects"})
    while receive(back)[1].get("id") != 2:
        pass
    document = {"uri": uri, "languageId": "pip-requirements", "version": 1, "text": manifest.read_text()}
    send(out, {"method": "textDocument/didOpen", "params": {"textDocument": document}})
    published(1)
    took = []
    for number in range(keys):
        # "package-500>=1.0" ↔ "package-500>=9.0"
        place = {"start": {"line": 500, "character": 13}, "end": {"line": 500, "character": 14}}
        change = {"range": place, "text": "9" if number % 2 == 0 else "1"}
        params = {"textDocument": {"uri": uri, "version": number + 2}, "contentChanges": [change]}
        began = time.perf_counter()
        send(out, {"method": "textDocument/didChange", "params": params})
        took.append((published(number + 2) - began) * 1000)
        time.sleep(0.03)
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=100)
    took = sorted(measure(parser.parse_args().keys))
    middle = statistics.median(took)
    print(f"median {middle:.2f} ms   p90 {took[int(len(took) * 0.9)]:.2f} ms   worst {took[-1]:.2f} ms   limit {LIMIT_MS} ms")
    return 0 if middle <= LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
