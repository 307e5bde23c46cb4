"""Hover, hints, lenses, completion, definition, symbols on 1,000 lines × 1,000 distributions, right after a keystroke, in the server.

Run: ``python tests/benchmarks/bench_looks.py [--keys N]``. The time of the processor is taken (of the one thread that answers), the median
and the worst of all keys; a request over its limit fails.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from corpus import make_environment, make_requirements
from table import Bench, Row

from venvls.__main__ import services
from venvls.lsp.features import call_hierarchy, code_lens, completion, definition, folding, hover, inlay_hint, symbols
from venvls.lsp.session import Session

LINES = 1000
LIMITS_MS = {
    "hover": 5.0, "definition": 5.0, "document symbols": 5.0, "folding": 5.0, "completion": 15.0, "hints of 50 lines": 10.0,
    "lenses": 10.0, "references": 10.0, "workspace symbols": 10.0, "incoming calls": 10.0,
}  # fmt: skip


def measure(keys: int, lines: int = LINES) -> dict[str, list[float]]:
    """Milliseconds of each request, a list of all keys for each."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        distributions = make_environment(root / ".venv", lines)
        manifest = root / "requirements.txt"
        make_requirements(manifest, distributions)
        time.sleep(2.5)  # a folder that changed a moment ago is listed anew each time
        session = Session(SimpleNamespace(tell=lambda *_: None), services)  # type: ignore[arg-type]
        session.client = session.client._replace(looks=frozenset({"nests symbols", "markdown"}))
        session.roots = (str(root),)
        session.workspace().discover()
        session.documents.open(SimpleNamespace(uri=manifest.as_uri(), version=0, text=manifest.read_text()))  # type: ignore[arg-type]
        # As the server does for itself.
        gc.set_threshold(7_000, 10, 10)
        gc.freeze()
        times: dict[str, list[float]] = {name: [] for name in LIMITS_MS}
        for key in range(keys):
            _type(session, manifest, key)
            for name, request in _requests(session, str(manifest), 500 + key % 100).items():
                began = time.thread_time()
                answer = request()
                times[name].append((time.thread_time() - began) * 1000)
                assert answer or name == "folding", name
        return times


def _type(session: Session, manifest: Path, key: int) -> None:
    """One key in the middle of the file, and the check of it that goes before whatever is looked at."""
    line = 500 + key % 100
    end = {"line": line, "character": 0}
    place = SimpleNamespace(start=SimpleNamespace(**end), end=SimpleNamespace(**end))
    change = SimpleNamespace(range=place, text="x")
    back = SimpleNamespace(range=SimpleNamespace(start=SimpleNamespace(**end), end=SimpleNamespace(line=line, character=1)), text="")
    identifier = SimpleNamespace(uri=manifest.as_uri(), version=2 * key + 1)
    session.documents.change(identifier, [change])  # type: ignore[arg-type, list-item]
    session.workspace().findings(str(manifest))
    session.documents.change(SimpleNamespace(uri=manifest.as_uri(), version=2 * key + 2), [back])  # type: ignore[arg-type, list-item]
    session.workspace().findings(str(manifest))


def _requests(session: Session, path: str, line: int) -> dict[str, Callable[[], Any]]:
    workspace = session.workspace()
    at = SimpleNamespace(line=line, character=3)
    visible = SimpleNamespace(start=SimpleNamespace(line=line, character=0), end=SimpleNamespace(line=line + 50, character=0))
    (item,) = call_hierarchy._prepared(workspace, session, path, at) or ({},)
    return {
        "hover": lambda: hover._hover(workspace, session, path, at),
        "definition": lambda: definition._definition(workspace, session, path, at),
        "document symbols": lambda: symbols._document(workspace, session, path),
        "folding": lambda: folding._ranges(workspace, session, path),
        "completion": lambda: completion._completed(workspace, session, path, at),
        "hints of 50 lines": lambda: inlay_hint._hints(workspace, session, path, visible) or [None],
        "lenses": lambda: code_lens._lenses(workspace, session, path),
        "references": lambda: definition._references(workspace, session, path, at),
        "workspace symbols": lambda: symbols._workspace(workspace, session, "http"),
        "incoming calls": lambda: call_hierarchy._incoming(workspace, session, item["data"]["project"], item["name"]),
    }


def rows(_: Bench) -> Iterator[Row]:
    """Each request after a key."""
    for name, took in measure(30).items():
        yield Row(f"{name}, 1,000 × 1,000, middle", "ms", statistics.median(took), LIMITS_MS[name], None, 1.0)


def main() -> int:
    """Prints a line for each request; 1 where a median is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=50)
    times = measure(parser.parse_args().keys)
    over = False
    for name, limit in LIMITS_MS.items():
        median, worst = statistics.median(times[name]), max(times[name])
        over = over or median > limit
        print(f"{name:<18} median {median:6.2f} ms  worst {worst:7.2f} ms  limit {limit:g} ms{'  OVER' if median > limit else ''}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
