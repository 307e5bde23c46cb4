"""A keystroke: didChange → publishDiagnostics, 1,000 requirements against 1,000 distributions, through a real server over stdio.

    python tests/benchmarks/bench_keystroke.py [--keys N]

Every keystroke changes one requirement so that a diagnostic comes or goes. Typed three times: with nothing else going on; with hints and
lenses requested after each key, as an editor does; and by an editor that pulls, where the answer to its pull counts.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from table import Bench, Row
from talk import CAPABILITIES, Talk

LINES = 1000
LIMIT_MS, LIMIT_P99_MS = 3.0, 8.0
LOOKS: dict[str, Any] = {"textDocument": {**CAPABILITIES["textDocument"], "inlayHint": {}, "codeLens": {}}}
PULLS: dict[str, Any] = {
    "workspace": {"diagnostics": {"refreshSupport": True}},
    "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}},
}
HOW: Mapping[str, dict[str, Any]] = {"keys alone": {}, "with hints and lenses": LOOKS, "pulled": PULLS}


def make(root: Path, lines: int) -> Path:
    """An environment with as many distributions as the manifest has lines; every hundredth line requires a newer one."""
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


def measure(keys: int, lines: int = LINES) -> dict[str, list[float]]:
    """Milliseconds of each keystroke, sorted, for each way of typing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        manifest = make(root, lines)
        return {how: sorted(type_keys(root, manifest, keys, {**CAPABILITIES, **more})) for how, more in HOW.items()}


def type_keys(root: Path, manifest: Path, keys: int, capabilities: dict[str, Any]) -> list[float]:
    """Milliseconds of each key; the first ones, which load what is needed, are not counted."""
    uri, can = manifest.as_uri(), capabilities["textDocument"]
    whole = {"start": {"line": 470, "character": 0}, "end": {"line": 530, "character": 0}}
    took = []
    with Talk() as talk:

        def told(version: int, pull: int | None) -> float:
            while True:
                when, message = talk.receive()
                if pull is not None and message.get("id") == pull and "method" not in message:
                    return when
                if (
                    pull is None
                    and message.get("method") == "textDocument/publishDiagnostics"
                    and message["params"].get("version") == version
                ):
                    return when

        talk.hello(root, capabilities=capabilities)
        talk.answer(talk.request("venvls/projects"))
        talk.open(manifest)
        talk.answer(talk.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}}))
        for number in range(keys + 5):
            # "package-500>=1.0" ↔ "package-500>=9.0"
            place = {"start": {"line": 500, "character": 13}, "end": {"line": 500, "character": 14}}
            change = {"range": place, "text": "9" if number % 2 == 0 else "1"}
            began = time.perf_counter()
            talk.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": number + 2}, "contentChanges": [change]})
            pull = talk.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}) if "diagnostic" in can else None
            if "inlayHint" in can:
                talk.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
                talk.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
            took.append((told(number + 2, pull) - began) * 1000)
            time.sleep(0.03)
    return took[5:]


def p99(took: list[float]) -> float:
    """The slowest but one in a hundred, of sorted times."""
    return took[min(int(len(took) * 0.99), len(took) - 1)]


def rows(bench: Bench) -> Iterator[Row]:
    """All ways of typing."""
    for how, took in measure(100).items():
        yield Row(f"didChange → publish, {how}, middle; limit: 3 ms", "ms", statistics.median(took), LIMIT_MS, None, 1.0)
        yield Row(f"didChange → publish, {how}, of a hundred; limit: 8 ms", "ms", p99(took), LIMIT_P99_MS, None, 1.0)


def main() -> int:
    """Prints the figures of each way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=100)
    missed = False
    for how, took in measure(parser.parse_args().keys).items():
        middle, late = statistics.median(took), p99(took)
        over = middle > LIMIT_MS or late > LIMIT_P99_MS
        missed = missed or over
        print(
            f"{how:<22} best {took[0]:.2f} ms, median {middle:.2f} (limit {LIMIT_MS:g}), p99 {late:.2f} (limit {LIMIT_P99_MS:g})"
            + (" MISSED" if over else "")
        )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
