"""Times that do not say what happened: files written in place with the old time put back, clocks that jump, files that come and go."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp.editor import make_environment
from tests.memory_machine import MemoryMemory
from venvls.host.machine import ThisMachine
from venvls.workspace import Workspace


def opened(root: Path) -> Workspace:
    made = Workspace(ThisMachine(environ={}), MemoryMemory(), strict=True)
    made.set_roots((str(root),))
    made.discover()
    return made


def messages(workspace: Workspace) -> list[str]:
    return [finding.message for finding in workspace.check().findings if finding.requirement is not None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no time that programs cannot set")
def test_a_change_whose_time_was_put_back_is_seen(tmp_path: Path) -> None:
    manifest = tmp_path / "requirements.txt"
    manifest.write_text("absent1\n")
    make_environment(tmp_path / ".venv")
    workspace = opened(tmp_path)
    assert messages(workspace) == ["absent1 is not installed"]
    before = manifest.stat()
    with open(manifest, "r+b") as file:
        file.write(b"absent2\n")  # as long as before, in the same file
    os.utime(manifest, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert manifest.stat().st_mtime_ns == before.st_mtime_ns
    assert messages(workspace) == ["absent2 is not installed"]


@pytest.mark.parametrize("time", [0, 1, 2**31 - 1, 2**33], ids=["1970", "a second later", "2038", "2242"])
def test_a_clock_that_jumps_hides_nothing(tmp_path: Path, time: int) -> None:
    manifest = tmp_path / "requirements.txt"
    manifest.write_text("absent1\n")
    make_environment(tmp_path / ".venv")
    site = next((tmp_path / ".venv").rglob("site-packages"))
    for path in (manifest, site, tmp_path):
        os.utime(path, (time, time))
    workspace = opened(tmp_path)
    assert messages(workspace) == ["absent1 is not installed"]
    manifest.write_text("absent1\nabsent2\n")
    info = site / "absent1-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: absent1\nVersion: 1.0\n\n")
    (info / "RECORD").write_text("")
    for path in (manifest, site):
        os.utime(path, (max(0, time - 1), max(0, time - 1)))  # what is new is older than what was there
    assert messages(workspace) == ["absent2 is not installed"]


def test_files_that_come_and_go_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look finds another state: no answer fails, and once it is quiet the answer is that of a new look."""
    make_environment(tmp_path / ".venv")
    manifest, other = tmp_path / "requirements.txt", tmp_path / "other.txt"
    manifest.write_text("-r other.txt\nabsent\n")
    dice = random.Random(3)
    restless = [False]

    def happen() -> None:
        path, what = dice.choice((manifest, other)), dice.randrange(4)
        if restless[0] and what == 0:
            path.unlink(missing_ok=True)
        elif restless[0] and what == 1:
            path.write_text(dice.choice(("-r other.txt\n", "absent\n", "absent1\nabsent2\n", "")))
        elif restless[0] and what == 2 and path.exists():
            os.truncate(path, dice.randrange(8))

    machine = ThisMachine(environ={})

    def disturbed(look: Callable[..., object]) -> Callable[..., object]:
        def looked(*arguments: object) -> object:
            happen()
            return look(*arguments)

        return looked

    for name in ("stat", "read", "list"):
        monkeypatch.setattr(type(machine.files), name, disturbed(getattr(type(machine.files), name)))
    workspace = Workspace(machine, MemoryMemory(), strict=True)
    workspace.set_roots((str(tmp_path),))
    workspace.discover()
    for _ in range(60):
        restless[0] = True
        workspace.changed([str(manifest), str(other)])
        workspace.check()
        restless[0] = False
        other.write_text("absent3\n")
        manifest.write_text(dice.choice(("absent4\n", "-r other.txt\n")))
        workspace.changed([str(manifest), str(other)])
        assert messages(workspace) == messages(opened(tmp_path))
