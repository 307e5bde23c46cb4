"""Histories of the cases' workspaces, every kind of project and environment that the rules know: files and documents that are changed into
what nobody expects, go and come back. After each step all that can be shown is what a new workspace would show of the same files.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.fuzz import trees
from tests.fuzz.changed import changed
from tests.histories.in_memory import Buffers, begun, put, shown
from tests.memory_machine import MemoryMachine, MemoryMemory
from venvls import manifests

ROOT = f"{trees.HOME}/work"
NAMES = trees.names()
LONG = bool(os.environ.get("VENVLS_LONG"))
FIRST = int(os.environ.get("VENVLS_FIRST") or 0)
COUNT, STEPS = (len(NAMES) * 20, 12) if LONG else (60, 8)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_after_every_change_of_a_case_it_says_what_a_new_one_says(seed: int) -> None:
    choose = random.Random(seed)
    name = NAMES[seed * 7 % len(NAMES)]
    texts, settings = trees.texts(name), trees.settings(name)
    machine, memory, buffers = MemoryMachine(trees.tree(name)), MemoryMemory(), Buffers()
    workspace = begun(ROOT, machine, memory, settings, buffers)
    paths = sorted(path for path in texts if path.startswith(ROOT) and "/bin/" not in path)
    stated = [path for path in paths if "/site-packages/" not in path] or paths
    history: list[tuple[str, str, str | None]] = []
    for _ in range(STEPS):
        path = choose.choice(stated if choose.random() < 0.7 else paths)
        standing, first = machine.files.read(path), texts[path].decode("utf-8", "replace")
        now = buffers.texts.get(path) or (first if standing is None else standing.decode("utf-8", "replace"))
        what = choose.choice(("changed", "changed", "changed", "gone", "back", "typed", "typed", "closed"))
        text = {"gone": None, "back": first}.get(what, changed(now, choose))
        if what == "typed" and manifests.is_manifest(path.split("/")[-2], path.split("/")[-1]):
            typed = text if text is not None and choose.random() < 0.8 else first
            buffers.put(path, typed, standing)
            workspace.open(path, typed)
        elif what == "closed" and buffers.texts:
            path = choose.choice(sorted(buffers.texts))
            buffers.close(path)
            workspace.close(path)
        elif what in ("changed", "gone", "back"):
            put(machine, path, text)
            workspace.changed([path])
        history.append((what, path, text))
        assert shown(workspace, paths) == shown(begun(ROOT, machine, memory, settings, buffers), paths), (name, history)
