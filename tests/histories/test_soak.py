"""A server that somebody works with for long, with tools in the background: what it has of the machine stays as it was.

Only ``VENVLS_LONG=1`` plays it, for as many minutes as ``VENVLS_MINUTES`` says (thirty).
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.faults.ground import children
from tests.histories.ground import NAMES, VERSIONS, Ground, write
from tests.histories.test_process import started
from tests.lsp.editor import Editor
from tests.lsp.raw_client import SECONDS
from venvls.model.record import NamedTuple

MINUTES = float(os.environ.get("VENVLS_MINUTES") or 30)
_WARM = 20
"""Rounds after which nothing is done for the first time."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of a process")


class Taken(NamedTuple):
    """What a process has of the machine."""

    kilobytes: int
    descriptors: int
    threads: int
    children: int


def taken(editor: Editor) -> Taken:
    """What the server has once nothing is left to do."""
    editor.settle()
    pid = editor.process.pid
    end = time.monotonic() + SECONDS
    while children(pid) and time.monotonic() < end:
        time.sleep(0.05)
    # The fewest of several looks: while the server looks at the disk, it has a folder open.
    looks = []
    for _ in range(5):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        opened = len(os.listdir(f"/proc/{pid}/fd"))
        looks.append((int(status["VmRSS"].split()[0]), opened, int(status["Threads"]), len(children(pid))))
        time.sleep(0.05)
    return Taken(*map(min, zip(*looks, strict=True)))


def play(ground: Ground, editor: Editor, number: int) -> None:
    """One round: a tool from outside while somebody types; files, a folder with its environment, a task, git. It ends as it began."""
    root, manifest, more = ground.root, ground.root / "requirements.txt", ground.root / "more"
    text = f"idna=={VERSIONS[number % len(VERSIONS)]}\n"

    def told(*paths: Path) -> None:
        events = [{"uri": path.as_uri(), "type": 2 if path.exists() else 3} for path in paths]
        editor.notify("workspace/didChangeWatchedFiles", {"changes": events})

    editor.messages.clear()
    tool = ground.start_installer("uv" if number % 4 else "pip", root / ".venv", NAMES[0], VERSIONS[number % len(VERSIONS)])
    document = {"textDocument": {"uri": manifest.as_uri()}}
    editor.open(manifest)
    for length in range(len(text) + 1):
        editor.replace(manifest, length + 2, text[:length])
        editor.request("textDocument/hover", {**document, "position": {"line": 0, "character": 1}})
    write(manifest, text)
    editor.notify("textDocument/didSave", document)
    assert tool.wait(SECONDS) == 0
    told(root / ".venv" / "pyvenv.cfg")
    editor.until(manifest, [])
    editor.notify("textDocument/didClose", document)
    write(more / "requirements.txt", "attrs\n")
    ground.run_maker("uv", more / ".venv")
    told(more / "requirements.txt", more / ".venv" / "pyvenv.cfg")
    editor.until(more / "requirements.txt", ["missing-requirement"])
    editor.settle()  # until its own environment is found, it is the one above that lacks it, which a sync refuses
    answer = editor.run("sync", project=str(more))
    assert answer["ok"], answer
    ground.git("add", "-A")
    ground.git("commit", "-qm", "more")
    ground.git("checkout", "-q", "HEAD~1")
    told(manifest, more / "requirements.txt")
    ground.git("checkout", "-q", "main")
    ground.git("reset", "-q", "--hard", "HEAD~1")
    shutil.rmtree(more)
    told(manifest, more, more / "requirements.txt")
    editor.settle()


def test_what_a_server_has_of_the_machine_stays_as_it_was(tmp_path: Path) -> None:
    ground = Ground(tmp_path, "pip")
    shutil.rmtree(ground.root / "lib")
    write(ground.root / "requirements.txt", "idna\n")
    write(ground.root / ".gitignore", ".venv\n")
    ground.run_maker("venv", ground.root / ".venv")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "first")):
        ground.git(*arguments)
    with started(ground, "watching", ground.offline(), options={"trusted": True}) as editor:
        play(ground, editor, 0)
        measured, rounds, end = [taken(editor)], 1, time.monotonic() + MINUTES * 60
        while rounds < 3 or time.monotonic() < end:
            play(ground, editor, rounds)
            measured.append(taken(editor))
            rounds += 1
        first, last = measured[min(_WARM, len(measured) - 1)], measured[-1]
        started_by_it = children(editor.process.pid)
    print(f"{rounds} rounds; after {_WARM}: {first}; at the end: {last}")
    assert last[1:] == measured[0][1:] == (*last[1:3], 0)
    assert last.kilobytes <= first.kilobytes * 1.05, measured
    assert not [pid for pid in started_by_it if Path(f"/proc/{pid}").exists()]
