"""What takes too long all the same is given up, that is said at its manifest, and the other projects go on; in tests after less time."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.editor import QUICK, Editor, make_environment
from tests.memory_machine import MemoryMemory
from venvls.__main__ import main
from venvls.host import patience
from venvls.host.machine import ThisMachine
from venvls.model import limits
from venvls.workspace import Workspace

PROJECT = "This project takes too long to be checked: it was given up after 0.4 seconds."
FILES = 250


@pytest.fixture(autouse=True)
def _nothing_but_us() -> Iterator[None]:
    """Hypothesis has a function called in each collection of garbage: what is raised there is lost until it is raised again."""
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = callbacks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of 250 files of 250 requirements, each allowed and seconds of work together, next to a small one."""
    for name in ("large", "small"):
        make_environment(tmp_path / name / ".venv")
    (tmp_path / "small" / "requirements.txt").write_text("missing\n")
    large = tmp_path / "large"
    (large / "requirements.txt").write_text("".join(f"-r r{number}.txt\n" for number in range(FILES)))
    for number in range(FILES):
        lines = (f"absent{line}>={number}; python_version > '3.{line}' and os_name != '{number}'\n" for line in range(250))
        (large / f"r{number}.txt").write_text("".join(lines))
    return tmp_path


def opened(root: Path) -> Workspace:
    made = Workspace(ThisMachine(environ={}), MemoryMemory(), strict=True)
    made.set_roots((str(root),))
    made.discover()
    return made


def said(workspace: Workspace) -> list[tuple[str, str]]:
    wanted = (finding for finding in workspace.check().findings if finding.severity in ("error", "warning"))
    return [(str(Path(finding.path).relative_to(workspace.roots[0])), finding.message) for finding in wanted]


LARGE = str(Path("large", "requirements.txt"))
SMALL = (str(Path("small", "requirements.txt")), "missing is not installed")


def test_a_project_is_given_up_and_the_others_go_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.4)
    workspace = opened(folder)
    assert said(workspace) == [(LARGE, PROJECT), SMALL]
    # While nothing changes nobody tries again: that would cost the same time for each look.
    facts = workspace.facts(str(folder / "large"))
    assert workspace.facts(str(folder / "large")) is facts
    # An edit of a file that it includes is an edit of it.
    for number in range(FILES):
        path = folder / "large" / f"r{number}.txt"
        path.write_text("absent\n" if number == 0 else "")
        workspace.changed([str(path)])
    assert said(workspace) == [(str(Path("large", "r0.txt")), "absent is not installed"), SMALL]


def test_an_edit_of_another_project_tries_nothing_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.4)
    workspace = opened(folder)
    assert said(workspace) == [(LARGE, PROJECT), SMALL]
    facts = workspace.facts(str(folder / "large"))
    workspace.open(str(folder / "small" / "requirements.txt"), "other\n")
    assert said(workspace) == [(LARGE, PROJECT), (SMALL[0], "other is not installed")]
    assert workspace.facts(str(folder / "large")) is facts


def test_a_file_is_given_up_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS_OF_A_FILE", 0.02)
    many = "".join(f"absent{line}[a,b]>={line},<9; python_version > '3.{line}' and os_name != 'x'\n" for line in range(19_000))
    (folder / "large" / "requirements.txt").write_text("-r many.txt\nabsent\n")
    (folder / "large" / "many.txt").write_text(many)
    workspace = opened(folder)
    given_up = "This file takes too long to be checked: it was given up after 0.02 seconds."
    assert said(workspace) == [(str(Path("large", "many.txt")), given_up), (LARGE, "absent is not installed"), SMALL]
    (folder / "large" / "many.txt").write_text("other\n")
    workspace.changed([str(folder / "large" / "many.txt")])
    assert said(workspace) == [(str(Path("large", "many.txt")), "other is not installed"), (LARGE, "absent is not installed"), SMALL]


def test_the_command_line_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.4)
    monkeypatch.chdir(folder)
    assert main(["check", "--format", "github", "."]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if PROJECT in line and f"file={LARGE}" in line]
    assert [line for line in lines if SMALL[1] in line and f"file={SMALL[0]}" in line]
    assert not [line for line in lines if "absent" in line]


def test_an_editor_is_shown_it_until_an_edit(folder: Path) -> None:
    large, small = folder / "large" / "requirements.txt", folder / "small" / "requirements.txt"
    with Editor(folder, server=QUICK, environ={"VENVLS_TEST_MOST_SECONDS": "0.4"}) as editor:
        editor.open(large)
        shown = editor.until(large, ["invalid-manifest"])
        assert PROJECT in [item["message"] for item in shown]
        editor.open(small)
        assert SMALL[1] in [item["message"] for item in editor.until(small, ["missing-requirement"])]
        editor.replace(large, 2, "absent\n")
        assert "absent is not installed" in [item["message"] for item in editor.until(large, ["missing-requirement"])]


def spin(seconds: float) -> str:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return "done"


def endless() -> str:
    while True:
        pass


def test_what_is_around_ends_what_is_inside() -> None:
    def two() -> tuple[str, str]:
        return patience.within(0.1, endless, lambda: "first"), patience.within(100, endless, lambda: "second")

    assert patience.within(0.1, endless, lambda: "given up") == "given up"
    assert patience.within(1, lambda: (patience.within(0.1, endless, lambda: "inside"), spin(0.01)), lambda: ("", "")) == ("inside", "done")
    assert patience.within(0.6, two, lambda: ("around", "")) == ("around", "")


def test_nothing_is_raised_once_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that ends just when its time does has ended or is given up, and what comes after it is left alone."""
    monkeypatch.setattr(patience, "_TICK", 0.001)
    for number in range(300):
        seconds = 0.003 + number % 10 * 0.0005
        assert patience.within(0.005, lambda seconds=seconds: spin(seconds), lambda: "given up") in ("done", "given up")
        spin(0.0005)
    with pytest.raises(KeyError):
        patience.within(1, lambda: {}["absent"], lambda: None)
    patience.rest()
