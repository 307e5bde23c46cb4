"""A question amid 10,000 changes: from the moment when it and all before it are written until its answer is there, over stdio.

Run: ``python tests/benchmarks/bench_burst.py [--rounds N]``. The manifest has 1,000 lines, the question comes after 5,000 changes. A busy
machine answers later; the processor time, of all threads since the burst began, is what a quiet one would take for the 5,000 changes and
the answer together.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from table import Bench, Row

from tests.lsp.editor import PULLED, Editor, make_environment, range_of

CHANGES, LINES, LIMIT_MS = 10_000, 1_000, 200.0
PLACE = {"line": 1, "character": 2}
QUESTIONS = {
    "hover": {"position": PLACE},
    "definition": {"position": {"line": 0, "character": 5}},
    "codeAction": {"range": range_of((1, 0), (1, 3)), "context": {"diagnostics": []}},
    "diagnostic": {},
}


def framed(message: dict[str, object]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def processor_ms(pid: int) -> float:
    """What all threads of a process have used so far; 0 where the system does not say."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        return sum(int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0]) for thread in threads) / 1e6
    except OSError:
        return 0.0


def ask(editor: Editor, document: dict[str, object], name: str, version: int) -> tuple[float, float]:
    """Milliseconds until the answer, and the server's processor time until then."""
    parts: list[list[bytes]] = [[], []]
    for number in range(CHANGES):
        change = {"range": range_of((1, 0), (1, number % 2)), "text": "" if number % 2 else "x"}
        params = {"textDocument": {**document, "version": version + number}, "contentChanges": [change]}
        parts[number >= CHANGES // 2].append(framed({"method": "textDocument/didChange", "params": params}))
    known = f"{name} {version}"
    parts[0].append(framed({"id": known, "method": f"textDocument/{name}", "params": {"textDocument": document, **QUESTIONS[name]}}))
    written: list[float] = []

    def write() -> None:
        editor.write(b"".join(parts[0]))
        written.append(time.perf_counter())
        editor.write(b"".join(parts[1]))

    spent = processor_ms(editor.process.pid)
    writer = threading.Thread(target=write)
    writer.start()
    editor.answer(known)
    took, spent = time.perf_counter(), processor_ms(editor.process.pid) - spent
    writer.join()
    editor.settle()
    return (took - written[0]) * 1000, spent


def measure(root: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """The least milliseconds until the answer, and of the processor, by question."""
    (root / "other.txt").write_text("other\n")
    (root / "requirements.txt").write_text("-r other.txt\n" + "".join(f"absent{number}\n" for number in range(LINES)))
    make_environment(root / ".venv")
    document: dict[str, object] = {"uri": (root / "requirements.txt").as_uri()}
    least = {}
    with Editor(root, capabilities=PULLED) as editor:
        editor.open(root / "requirements.txt")
        editor.settle()
        for number, name in enumerate(QUESTIONS):
            took = [ask(editor, document, name, 2 + (number * rounds + each) * CHANGES) for each in range(rounds)]
            answered, spent = (min(column) for column in zip(*took, strict=True))
            least[name] = answered, spent
    return least


def rows(bench: Bench) -> Iterator[Row]:
    """The slowest of the questions."""
    took = measure(bench.folder, 3)
    name = max(took, key=lambda name: took[name][0])
    yield Row(f"{name} after 5,000 of 10,000 changes; limit: 200 ms", "ms", took[name][0], LIMIT_MS, None, 1.0, quiet=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    with tempfile.TemporaryDirectory() as folder:
        took = measure(Path(folder).resolve(), parser.parse_args().rounds)
    for name, (answered, spent) in took.items():
        print(f"{name:10} {answered:5.0f} ms until the answer, {spent:5.0f} ms of the processor   limit {LIMIT_MS:.0f} ms")
    return 0 if max(answered for answered, _ in took.values()) <= LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
