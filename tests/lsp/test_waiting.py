"""What waits for the worker is not lost where more of its kind comes meanwhile, and nothing waits that nobody will look at."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.lsp.editor import codes_of, make_environment
from venvls.__main__ import services
from venvls.lsp.polling import Poller
from venvls.lsp.session import Session
from venvls.lsp.tasks import Tasks


class UntoldPoller(Poller):
    """The system tells its thread of nothing: what has changed is told by the test's own looks."""

    def be_told(self, *_: Any) -> None:
        """Nobody."""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two projects below one git work tree, both in sync; all is looked at."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("idna\n")
        make_environment(tmp_path / name / ".venv", idna="3.7")
    protocol: Any = SimpleNamespace(tell=lambda method, params: None, is_behind=lambda: False)
    made = Session(protocol, services)
    made.poller = UntoldPoller(made._polled, made._searched, seconds=3600)
    loop: Any = SimpleNamespace(
        call_soon_threadsafe=lambda function, *arguments: function(*arguments),
        call_later=lambda *_: SimpleNamespace(cancel=lambda: None),
    )
    made._loop = loop
    made.roots = (str(tmp_path),)
    done(made, made._discover)
    return made


def done(session: Session, job: Callable[[], object] = lambda: None) -> None:
    """Does a job on the worker, and what it queues."""
    session.worker.patient(job).result(60)
    for _ in range(3):
        session.worker.patient(lambda: None).result(60)


@contextmanager
def busy(session: Session) -> Iterator[None]:
    """While this lasts, the worker is at something that takes long, and does what is urgent in between."""
    ended, began = threading.Event(), threading.Event()

    def long_work() -> None:
        began.set()
        while not ended.wait(0.01):
            session.worker.breathe()

    session.worker.patient(long_work)
    assert began.wait(60)
    try:
        yield
    finally:
        ended.set()


def test_the_files_of_two_projects_are_shown_whichever_was_typed_in_first(session: Session) -> None:
    root = Path(session.roots[0])
    manifests = [root / name / "requirements.txt" for name in ("first", "second")]
    others = [str(manifest.with_name("requirements-more.txt")) for manifest in manifests]
    for number, manifest in enumerate(manifests):
        manifest.with_name("requirements-more.txt").write_text("idna>=9\n")
        open_document(session, manifest, 2 * number, "idna\n-r requirements-more.txt\n")
    done(session, session._discover)
    assert [codes_of(session.board.items(path)) for path in others] == [["version-mismatch"]] * 2
    with busy(session):
        for number, manifest in enumerate(manifests):
            open_document(session, manifest, 2 * number + 1, "idna\n# nothing more\n")
            session.typed._touched[str(manifest)] = True
            session.worker.urgent(session._check_edited).result(60)
    done(session)
    assert [codes_of(session.board.items(path)) for path in others] == [[]] * 2


def open_document(session: Session, path: Path, version: int, text: str) -> None:
    item: Any = SimpleNamespace(uri=path.as_uri(), version=version, text=text)
    session.documents.open(item)


def test_of_two_searches_the_later_one_counts(session: Session) -> None:
    root = Path(session.roots[0])
    manifest = str(root / "first" / "requirements.txt")
    search = session.workspace().searches()
    shutil.rmtree(root / "first" / ".venv")
    earlier = search()
    make_environment(root / "first" / "env", idna="3.7")
    later = search()
    with busy(session):
        session._searched(earlier)
        session._searched(later)
    done(session)
    assert codes_of(session.board.items(manifest)) == []
    (project,) = [each for each in session.workspace().projects() if each.root == str(root / "first")]
    assert project.environment is not None and project.environment.prefix == str(root / "first" / "env")


@pytest.mark.parametrize("how", ["it is looked at", "a file is told of", "a task has ended"])
def test_another_branch_is_searched_however_it_is_noticed(how: str, session: Session) -> None:
    root = Path(session.roots[0])
    deep = root / "some" / "where" / "new"
    deep.mkdir(parents=True)
    (deep / "requirements.txt").write_text("absent-package\n")
    (root / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
    if how == "it is looked at":
        done(session, session.look_now)
    elif how == "a task has ended":
        done(session, lambda: session.refreshed(()))
    else:
        session.files_changed([str(root / "first" / "requirements.txt")])
        done(session)
    assert codes_of(session.board.items(str(deep / "requirements.txt"))) == ["no-environment"]
    assert not session.changes, "nothing is left that nobody will look at"


def test_a_task_in_an_environment_keeps_nobody_from_looking_at_its_neighbour() -> None:
    tasks = Tasks(lambda: None)
    here = os.path.join(os.sep, "w", ".venv")
    with tasks.running(here):
        assert tasks.are_changing(here) and tasks.are_changing(os.path.join(here, "pyvenv.cfg"))
        assert not tasks.are_changing(os.path.join(f"{here}-docs", "pyvenv.cfg"))
