"""How soon a running server shows what happened: seconds from the last event until the editor shows what it should.

Only ``VENVLS_LONG=1`` plays it, and writes the table into ``server/docs/faults.md``. Nothing is asserted of time: on a busy machine it is
the machine's.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.histories.ground import Ground, install, write
from tests.histories.test_process import started
from tests.lsp.editor import Editor, codes_of
from tests.lsp.raw_client import SECONDS

TIMES = 10
PAGE = Path(__file__).resolve().parents[2] / "server" / "docs" / "faults.md"
_HEADING = "## How soon it is shown"

Event = tuple[Path, Callable[[], object], str, bool]
"""A file, what happens, and a code that is shown at it afterwards, or no longer."""


def files(ground: Ground) -> Iterator[Event]:
    """A manifest is written five times, a new folder gets one, and goes again."""
    manifest, new = ground.root / "requirements.txt", ground.root / "new" / "requirements.txt"
    while True:
        yield manifest, lambda: written(manifest, "six\n", "", "attrs\n", "x\n", "absent\n"), "missing-requirement", True
        yield manifest, lambda: written(manifest, "six\n", "", "attrs\n", "x\n", "idna\n"), "missing-requirement", False
        yield new, lambda: written(new, "absent\n"), "missing-requirement", True
        yield new, lambda: shutil.rmtree(new.parent), "missing-requirement", False


def written(path: Path, *texts: str) -> None:
    for text in texts:
        write(path, text)


def packages(ground: Ground) -> Iterator[Event]:
    """A package comes into the environment, and goes."""
    manifest, prefix = ground.root / "requirements.txt", ground.places()[0]
    written(manifest, "idna\nsix\n")
    while True:
        yield manifest, lambda: install(prefix, "six", "1.0"), "missing-requirement", False
        yield manifest, lambda: shutil.rmtree(next(prefix.rglob("six-1.0.dist-info"))), "missing-requirement", True


def elsewhere(ground: Ground) -> Iterator[Event]:
    """An environment is made in the tool's own place, outside the workspace, and deleted."""
    manifest, prefix = ground.root / "pyproject.toml", ground.places()[0]
    while True:
        yield manifest, lambda: ground.make(prefix, {"attrs": "1.0", "idna": "1.0"}), "no-environment", False
        yield manifest, lambda: shutil.rmtree(prefix), "no-environment", True


EVENTS = {
    # what happened: the workspace's tool, the events, the bound of each kind of editor
    "manifests and folders": ("pip", files, {"watching": 1, "polling": 5}),
    "packages": ("pip", packages, {"watching": 5, "polling": 5}),
    "environments made elsewhere": ("poetry", elsewhere, {"watching": 10, "polling": 10}),
}


def taken(ground: Ground, kind: str, events: Iterator[Event]) -> list[float]:
    """Seconds of each event, with one in front of them that is not counted."""
    seconds = []
    with started(ground, kind) as editor:
        editor.settle()
        for number, (path, event, code, stays) in enumerate(events):
            if number > TIMES:
                break
            before = path.read_bytes() if path.exists() else None
            event()
            began = time.monotonic()
            if kind == "watching":
                tell(editor, path, before)
            deadline = began + SECONDS
            while (code in codes_of(editor.last(path))) != stays and time.monotonic() < deadline:
                time.sleep(0.01)
            assert (code in codes_of(editor.last(path))) == stays, (kind, code)
            if number:
                seconds.append(time.monotonic() - began)
            # Not in the rhythm of the server's own looks.
            time.sleep(0.1 + number * 0.37 % 3)
    return seconds


def tell(editor: Editor, path: Path, before: bytes | None) -> None:
    """What an editor that watches tells: of a manifest that came, changed or went, and of nothing else."""
    after = path.read_bytes() if path.exists() else None
    if before != after:
        kind = 1 if before is None else 3 if after is None else 2
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind}]})


def test_how_soon_it_is_shown(tmp_path: Path) -> None:
    rows = []
    for what, (tool, events, bounds) in EVENTS.items():
        for kind, bound in bounds.items():
            folder = tmp_path / f"{tool}-{what}-{kind}".replace(" ", "-")
            folder.mkdir()
            ground = Ground(folder, tool)
            if tool == "pip":
                ground.make(ground.places()[0], {"idna": "3.0"})
                write(ground.root / "requirements.txt", "idna\n")
            seconds = sorted(taken(ground, kind, events(ground)))
            rows.append(f"| {what} | {kind} | {len(seconds)} | {seconds[len(seconds) // 2]:.1f} s | {seconds[-1]:.1f} s | {bound} s |")
    table = "\n".join(
        (
            _HEADING,
            "",
            "From the last event until a running server shows what it should (`tests/histories/test_settling.py`, long mode).",
            f"Load of the machine when it ended: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} processors.",
            "",
            "| what happened | editor | times | middle | longest | bound |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "",
        )
    )
    print(table)
    if not os.environ.get("VENVLS_LONG"):  # named by its path
        return
    page = PAGE.read_text("utf-8")
    known = re.search(rf"{_HEADING}\n.*?(?=\n## )\n", page, re.DOTALL)
    place = known.span() if known is not None else (page.index("## Any text"),) * 2
    PAGE.write_text(page[: place[0]] + table + page[place[1] :], "utf-8")
