"""What an editor that cannot watch files (Neovim on Linux) does not tell: the server looks again, and that costs little."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from tests.lsp.editor import PUSHED, QUICK, Editor, codes_of, install, make_environment, with_capabilities
from tests.memory_machine import MemoryMemory
from venvls.__main__ import services
from venvls.checking import Checker
from venvls.host.files import DiskFiles
from venvls.host.machine import ThisMachine
from venvls.lsp.polling import Poller
from venvls.lsp.session import Session
from venvls.model.finding import Project
from venvls.model.ports import Entry, FileView, Stat
from venvls.outlook import matters
from venvls.workspace import Workspace


class CountedFiles(DiskFiles):
    """The disk, and how often it was looked at."""

    def __init__(self) -> None:
        self.looks: Counter[str] = Counter()

    def stat(self, path: str) -> Stat | None:
        self.looks["stat"] += 1
        return super().stat(path)

    def list(self, path: str) -> tuple[Entry, ...] | None:
        self.looks["list"] += 1
        return super().list(path)


class Looker:
    """A workspace and its poller without threads: each :meth:`round` is what the poller's thread and the session do in one."""

    def __init__(self, root: Path) -> None:
        self.files = CountedFiles()
        self.workspace = Workspace(ThisMachine({"HOME": str(root.parent)}, self.files), MemoryMemory())
        self.workspace.set_roots([str(root)])
        self.workspace.discover()
        self.news = False
        self.poller = Poller(lambda paths: None, self._searched, seconds=3600)
        self.watch()
        self.round()

    def watch(self) -> None:
        self.poller.search_with(self.workspace.searches(), matters)
        self.poller.watch(self.files, self.workspace.outlook.watched(), self.workspace.outlook.folders())

    def round(self) -> bool:
        """Whether anything was noticed."""
        changed = self.poller.look()
        if changed:
            self.workspace.changed(changed)
        self.news = bool(changed)
        self.poller._not_before = 0.0
        self.poller.search()
        self.watch()
        return self.news

    def _searched(self, found: Any) -> None:
        self.news = self.workspace.take(found) or self.news

    def codes(self) -> dict[str, list[str]]:
        """The findings by the project's folder."""
        root = Path(self.workspace.roots[0])
        return {
            str(Path(project.root).relative_to(root)): sorted(
                finding.code
                for finding in self.workspace.findings_of(project.root)
                if finding.code not in ("selected-environment", "unignored-environment")
            )
            for project in self.workspace.projects()
        }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "app").mkdir()
    (root / "app" / "requirements.txt").write_text("idna\n")
    make_environment(root / "app" / ".venv", idna="3.4")
    return root


def test_what_comes_and_goes_is_noticed(root: Path) -> None:
    looker = Looker(root)
    assert looker.codes() == {"app": []}
    assert not looker.round(), "nothing happened"

    (root / "app" / "requirements-dev.txt").write_text("flask\n")
    assert looker.round() and looker.codes() == {"app": ["missing-requirement"]}, "a new manifest"
    (root / "app" / "requirements-dev.txt").unlink()
    assert looker.round() and looker.codes() == {"app": []}, "a manifest that went away"

    (root / "new" / "deep").mkdir(parents=True)
    (root / "new" / "deep" / "requirements.txt").write_text("flask\n")
    assert looker.round() and looker.codes() == {"app": [], "new/deep": ["no-environment"]}, "a new folder with a manifest"
    (root / "new").rename(root / "renamed")
    assert looker.round() and looker.codes() == {"app": [], "renamed/deep": ["no-environment"]}, "a renamed folder"

    make_environment(root / "renamed" / "deep" / ".venv")
    assert looker.round() and looker.codes()["renamed/deep"] == ["missing-requirement"], "a new environment"

    (root / "app" / ".venv").rename(root / "app" / "other")
    assert looker.round() and looker.codes()["app"] == ["moved-environment"], "a renamed environment"
    (root / "app" / "other").rename(root / "app" / ".venv")
    assert looker.round() and looker.codes()["app"] == []

    (root / "app" / "tox.ini").write_text("[testenv]\nskip_install = true\ndeps = flask\n")
    make_environment(root / "app" / ".tox" / "py")
    (root / "app" / ".tox" / "py" / ".tox-info.json").write_text('{"ToxEnv": {"name": "py", "type": "VirtualEnvRunner"}}')
    assert looker.round() and looker.codes()["app/.tox/py"] == ["missing-requirement"], "a new tox.ini with its environment"
    for _ in range(6):
        looker.round()  # into what is new, level by level
    assert not looker.round()


def test_what_is_written_into_a_new_folder_a_moment_later_is_noticed(root: Path) -> None:
    looker = Looker(root)
    (root / "new").mkdir()
    looker.round()
    (root / "new" / "deep").mkdir()
    looker.round()
    looker.round()
    (root / "new" / "deep" / "requirements.txt").write_text("flask\n")
    assert looker.round() and looker.codes() == {"app": [], "new/deep": ["no-environment"]}


def test_what_happened_where_nobody_looks_is_found_by_the_search_after_a_silence(root: Path) -> None:
    (root / "a" / "b" / "c").mkdir(parents=True)
    looker = Looker(root)
    (root / "a" / "b" / "c" / "requirements.txt").write_text("flask\n")
    assert not looker.round()
    looker.poller.search_soon()
    assert looker.round() and looker.codes() == {"app": [], "a/b/c": ["no-environment"]}


def test_what_is_left_out_of_the_search_stays_out(root: Path) -> None:
    looker = Looker(root)
    looker.workspace.configure({"search": {"exclude": ["left"]}})
    looker.watch()
    (root / "left").mkdir()
    (root / "left" / "requirements.txt").write_text("flask\n")
    looker.round()
    assert looker.codes() == {"app": []}


def test_a_search_that_ends_after_the_settings_changed_is_left(root: Path) -> None:
    looker = Looker(root)
    found = looker.workspace.searches()()
    (root / "app" / "requirements.txt").rename(root / "app" / "requirements.old")
    looker.workspace.configure({"search": {"exclude": ["app"]}})
    assert looker.workspace.take(found) is False


def test_four_hundred_projects_cost_a_few_stats_each(tmp_path: Path) -> None:
    """In three seconds: with some microseconds a stat that is less than a hundredth of a processor."""
    root = tmp_path / "work"
    make_environment(root / "shared" / ".venv", idna="3.4")
    for number in range(400):
        folder = root / f"group{number % 20}" / f"part{number}"
        folder.mkdir(parents=True)
        (folder / "requirements.txt").write_text("idna\n")
    looker = Looker(root)
    assert len(looker.workspace.projects()) == 400
    looker.files.looks.clear()
    looker.poller._folders = {folder: listed._replace(time_ns=listed.time_ns + 10**10) for folder, listed in looker.poller._folders.items()}
    assert looker.poller.look() == set()
    assert looker.files.looks["stat"] <= 4 * 400, "the manifest, its folder, and what they share"
    assert looker.files.looks["list"] == 0, "a folder whose stat did not move is not listed"
    assert looker.poller.search() is False, "and nothing is searched"


def test_folders_stand_for_what_is_not_in_them(tmp_path: Path) -> None:
    """Of an environment many files are looked for that few have: one look at its folder tells that none has come."""
    files = CountedFiles()
    poller = Poller(lambda paths: None, lambda found: None, seconds=3600)
    env, gone = tmp_path / "env", tmp_path / "gone"
    env.mkdir()
    names = [str(folder / name) for folder in (env, gone) for name in ("first", "second", "third")]
    poller.watch(files, names)
    files.looks.clear()
    assert poller.look() == set() and files.looks["stat"] <= 2 * 2
    (env / "other").touch()
    assert poller.look() == set()
    (env / "second").touch()
    assert poller.look() == {names[1]}
    gone.mkdir()
    (gone / "third").mkdir()
    assert poller.look() == {str(gone)}, "what is in it is looked at when the paths are named again"
    # Named again, what exists is looked at by itself, and its change is seen.
    poller.watch(files, names)
    assert poller.look() == set()
    (env / "second").write_text("more")
    assert poller.look() == {names[1]}
    (env / "second").unlink()
    assert poller.look() == {names[1]}


def test_what_is_to_be_watched_is_looked_at_once(tmp_path: Path) -> None:
    files = CountedFiles()
    poller = Poller(lambda paths: None, lambda found: None, seconds=3600)
    folders = [tmp_path / f"project{number}" for number in range(100)]
    for folder in folders:
        (folder / "env").mkdir(parents=True)
    paths = [str(folder / name) for folder in folders for name in (".", "env", "env/first", "env/second", "third", "fourth")]
    poller.watch(files, map(os.path.normpath, paths), map(str, folders))
    assert files.looks["stat"] <= 6 * 100 + 5 and files.looks["list"] <= 2 * 100 + 5


def test_once_closed_nothing_is_looked_at(tmp_path: Path) -> None:
    files = CountedFiles()
    poller = Poller(lambda paths: None, lambda found: None, seconds=0.01)
    poller.watch(files, [str(tmp_path / "first")], [str(tmp_path)])
    poller.close()
    assert poller._thread is not None
    poller._thread.join(60)
    assert not poller._thread.is_alive()


@pytest.mark.parametrize("where", ["look", "listener", "search"])
def test_a_round_that_fails_is_not_the_last(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place, failed = tmp_path / "first", [0]
    changed: SimpleQueue[set[str]] = SimpleQueue()
    monkeypatch.setattr(logging.getLogger("venvls"), "propagate", True)

    def fails_twice(*_: object) -> None:
        failed[0] += 1
        if failed[0] <= 2:
            raise ValueError("of a test")

    class Failing(Poller):
        def look_where_told(self) -> set[str]:
            if where == "look":
                fails_twice()
            return super().look_where_told()

        def search(self) -> bool:
            if where == "search":
                fails_twice()
            return super().search()

    def listen(paths: set[str]) -> None:
        if where == "listener":
            fails_twice()
        changed.put(paths)

    place.write_text("")
    poller = Failing(listen, lambda found: None, seconds=0.01)
    poller.watch(CountedFiles(), [str(place)], [str(tmp_path)])
    for number in range(4):
        place.write_text("x" * (number + 1))
        time.sleep(0.1)
    assert failed[0] > 2
    place.write_text("and now this")
    assert str(place) in changed.get(timeout=60)
    poller.close()
    assert poller._thread is not None
    poller._thread.join(60)
    assert not poller._thread.is_alive()
    assert caplog.text.count("looking for changes on disk failed") == 1


def test_no_look_begins_while_all_is_worked_out(root: Path) -> None:
    app = root / "app" / "requirements.txt"
    changed: SimpleQueue[set[str]] = SimpleQueue()
    session = Session(SimpleNamespace(tell=lambda method, params: None), services)  # type: ignore[arg-type]
    poller = session.poller = CountingPoller(changed.put, lambda found: None, seconds=0.01)
    show, looked_meanwhile = session.board.show, []

    def slow(path: str, always: bool = False) -> Any:
        if not looked_meanwhile:
            app.write_text("idna>=9\n")
            before = poller.looks
            time.sleep(0.2)
            looked_meanwhile.append(poller.looks - before)
        return show(path, always)

    session.roots = (str(root),)
    session._discover()
    session.board.show = slow  # type: ignore[method-assign]
    session._recheck()
    assert looked_meanwhile[0] <= 1, "one that had begun"
    assert changed.get(timeout=60) == {str(app)}, "and then what happened meanwhile is told"


def test_whatever_is_shown_and_told_of_a_project_takes_one_look_at_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (root / f"other{number}").mkdir()
        (root / f"other{number}" / "requirements.txt").write_text("idna\n-r more.txt\n")
        (root / f"other{number}" / "more.txt").write_text("idna>=9\n")
    looked_at, plain = Counter[str](), Checker._work_out

    def work_out(self: Checker, project: Project) -> Any:
        looked_at[project.root] += 1
        return plain(self, project)

    monkeypatch.setattr(Checker, "_work_out", work_out)
    session = Session(SimpleNamespace(tell=lambda method, params: None), services)  # type: ignore[arg-type]
    session.client = session.client._replace(looks=frozenset({"refreshes hints", "refreshes lenses"}))
    session.roots = (str(root),)
    session._discover()
    assert len(looked_at) == 4 and set(looked_at.values()) <= {1, 2}, "and before, what is shown before anybody watches it"
    looked_at.clear()
    session.changes.add([str(root / "other1" / "more.txt")])
    session.take_changes()
    assert len(looked_at) == 4 and set(looked_at.values()) == {1}
    looked_at.clear()
    (root / "app" / "requirements.txt").write_text("idna>=9\n")
    session.changes.add([str(root / "app" / "requirements.txt")])
    session.take_changes()
    assert session.board.items(str(root / "app" / "requirements.txt"))
    assert len(looked_at) == 4 and set(looked_at.values()) == {1}


class CountingPoller(Poller):
    """How often its thread looks."""

    looks = 0

    def look_where_told(self) -> set[str]:
        self.looks += 1
        return super().look_where_told()


def test_a_search_that_takes_long_is_not_made_often() -> None:
    clock = [100.0]
    poller = Poller(lambda paths: None, lambda found: None, seconds=3600, clock=lambda: clock[0])

    def search() -> None:
        clock[0] += 1.0

    poller.search_with(search, lambda folder, entry: True)
    poller.search_soon()
    assert poller.search() is True
    poller.search_soon()
    clock[0] += 19.0
    assert poller.search() is False
    clock[0] += 1.5
    assert poller.search() is True


def test_what_is_renamed_and_renamed_back_between_two_looks_is_seen(root: Path) -> None:
    """An editor that watches some things tells of the first; that the second happened shows only against what was read in between."""
    app = str(root / "app" / "requirements.txt")
    session = Session(SimpleNamespace(tell=lambda method, params: None), services)  # type: ignore[arg-type]
    session.poller = UntoldPoller(lambda paths: None, lambda found: None, seconds=3600)
    session.roots = (str(root),)
    session._discover()
    assert codes_of(session.board.items(app)) == []
    (root / "app" / ".venv").rename(root.parent / "away")
    session.changes.add([str(root / "app" / ".venv")])
    session.take_changes()
    assert codes_of(session.board.items(app)) == ["no-environment"]
    (root.parent / "away").rename(root / "app" / ".venv")
    session.changes.add(session.poller.look())
    session.take_changes()
    assert codes_of(session.board.items(app)) == []


class UntoldPoller(Poller):
    """The system tells its thread of nothing: what has changed is told by the test's own looks."""

    def be_told(self, *_: Any) -> None:
        """Nobody."""


class LatePoller(UntoldPoller):
    """Some files change after they have been read, and right before they are watched."""

    def __init__(self, **late: tuple[Path, str]) -> None:
        super().__init__(lambda paths: None, lambda found: None, seconds=3600)
        self.late = list(late.values())

    def watch(self, files: FileView, paths: Iterable[str], *more: Any) -> None:
        wanted = tuple(paths)
        for path, text in [each for each in self.late if str(each[0]) in wanted]:
            self.late.remove((path, text))
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        super().watch(files, wanted, *more)


@pytest.mark.parametrize("how", ["saved", "typed"])
@pytest.mark.parametrize("include", ["parts/base.txt", "parts/absent.txt", "none/absent.txt", "constraints.txt"])
def test_what_is_included_from_now_on_is_watched_from_the_moment_when_it_was_read(root: Path, include: str, how: str) -> None:
    app, parts = root / "app" / "requirements.txt", root / "app" / "parts"
    parts.mkdir()
    (parts / "base.txt").write_text("idna\n")
    (root / "app" / "constraints.txt").write_text("idna\n")
    option, changed = ("-c", "idna>=9\n") if include == "constraints.txt" else ("-r", "idna>=9\n")
    session = Session(SimpleNamespace(tell=lambda method, params: None, is_behind=lambda: False), services)  # type: ignore[arg-type]
    session.poller = LatePoller(include=(root / "app" / include, changed))
    session.roots = (str(root),)
    session._discover()
    text = f"idna\n{option} {include}\n"
    if how == "saved":
        app.write_text(text)
        session.changes.add([str(app)])
        session.take_changes()
    else:
        session.documents.open(SimpleNamespace(uri=app.as_uri(), version=1, text=text))  # type: ignore[arg-type]
        session.typed._touched[str(app)] = True
        session._check_edited()
        session.worker.patient(lambda: None).result(60)
    session.changes.add(session.poller.look())
    session.take_changes()
    shown = {path: codes_of(session.board.items(path)) for path in map(str, (app, root / "app" / include))}
    assert "version-mismatch" in {code for codes in shown.values() for code in codes}, shown


WATCHING = with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})


@pytest.mark.parametrize("watches", [False, True], ids=["it cannot watch", "its watchers are silent"])
def test_an_editor_that_tells_of_nothing_shows_what_happened_outside(root: Path, watches: bool) -> None:
    """Where a network file system has no events, watchers are there and never say anything."""
    app, deep = root / "app" / "requirements.txt", root / "new" / "requirements.txt"
    with Editor(root, server=QUICK, capabilities=WATCHING if watches else PUSHED) as editor:
        editor.open(app)
        editor.until(app, [])
        deep.parent.mkdir()
        deep.write_text("flask\n")
        editor.until(deep, ["no-environment"])
        site = make_environment(deep.parent / ".venv")
        editor.until(deep, ["missing-requirement"])
        deep.write_text("flask\nidna\n")
        editor.until(deep, ["missing-requirement", "missing-requirement"])
        install(site, "flask", "1.0")
        install(site, "idna", "1.0")
        editor.until(deep, [], after=len(editor.messages))
        (root / "app" / ".venv").rename(root / "app" / "other")
        editor.until(app, ["moved-environment"])
        if watches:
            return
        # Where nobody looks by himself, the next message or save does.
        far = root / "far" / "away" / "requirements.txt"
        far.parent.mkdir(parents=True)
        editor.settle()
        far.write_text("flask\n")
        editor.notify("textDocument/didSave", {"textDocument": {"uri": app.as_uri()}})
        editor.until(far, ["no-environment"])


def test_a_folder_that_moves_is_noticed_where_the_editor_tells_of_the_folder_alone(root: Path) -> None:
    """VS Code says nothing of the files in a folder that is renamed or deleted, and watches by the names of files."""
    capabilities = with_capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
    before, after = root / "app" / "requirements.txt", root / "renamed" / "requirements.txt"
    before.write_text("idna\nflask\n")
    with Editor(root, capabilities=capabilities, server=QUICK) as editor:
        editor.until(before, ["missing-requirement"])
        (root / "app").rename(root / "renamed")
        editor.until(after, ["missing-requirement", "moved-environment"])
        editor.until(before, [])
