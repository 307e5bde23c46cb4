"""One editor's session: what it holds open, what was found, and what it has been told. The features are thin; the order of things is here.

Two threads meet here. The event loop owns ``documents`` and the pending sets; everything below "On the worker" runs on the worker's
thread, the only one that touches the workspace.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from venvls.lsp import uris
from venvls.lsp.announcing import Announcements
from venvls.lsp.board import Board
from venvls.lsp.changes import Changes, are_another_branch
from venvls.lsp.client import Client
from venvls.lsp.desk import Desk
from venvls.lsp.documents import Documents
from venvls.lsp.drift import REST, Drift, News
from venvls.lsp.early import Early
from venvls.lsp.garbage import much_is_made
from venvls.lsp.polling import Poller
from venvls.lsp.reading import Readings
from venvls.lsp.refreshing import Refreshes
from venvls.lsp.remarks import Remarks
from venvls.lsp.showing import Showing
from venvls.lsp.tasks import Tasks
from venvls.lsp.typed import Typed
from venvls.lsp.watching import Watching
from venvls.lsp.worker import Worker, call_soon, logged

if TYPE_CHECKING:
    from venvls.lsp.greeting import Greeting
    from venvls.lsp.protocol import Protocol
    from venvls.model.finding import Project
    from venvls.searches import Search
    from venvls.services import Services
    from venvls.workspace import Workspace

log = logging.getLogger(__name__)
Result = TypeVar("Result")
_FIRST_SECONDS = 30.0
SILENCE = 10.0
"""Seconds without a message after which a person may have been elsewhere, in a terminal for example."""
_MANY = 200
"""Manifests for which what was freed is given back to the system."""


class Session:
    """See the module. ``services`` is called once, on the worker: a thread of its own where none is given."""

    def __init__(self, protocol: Protocol, services: Callable[[], Services], worker: Worker | None = None) -> None:
        self.protocol = protocol
        self.worker = Worker() if worker is None else worker
        self.documents = Documents()
        self.client = Client()
        self.roots: tuple[str, ...] = ()
        self.trusted: bool | None = None
        self.editor: dict[str, object] = {}
        self.editor_at_start: dict[str, object] = {}
        self.vouched: set[str] = set()
        self.poller = Poller(self._polled, self._searched)
        self.tasks = Tasks(self._task_ended)
        self.settled = False
        self._services = services
        self._joined: Services | None = None
        self.desk = Desk(self.documents, self._make_workspace)
        self.board = Board(self.desk, lambda: self.client, protocol.tell)
        self.refreshes = Refreshes(lambda: self.client, self.board, self._request_soon)
        self.readings = Readings(self.desk)
        self.announcements = Announcements(self.board, protocol.tell)
        self.remarks = Remarks(protocol.tell)
        self.early = Early(self.board, self.documents, lambda: self.worker.breathe())
        self.typed = Typed(lambda: protocol.is_behind(), self._queue_check)
        self.watching = Watching(lambda: self.poller, self._code_wanted)
        self.showing = Showing(
            self.desk,
            self.board,
            self.refreshes,
            self.announcements,
            self.worker,
            watch=self._watch,
            is_watched=lambda path: self.poller.watches(path),
            tell=self._tell_projects,
        )
        self.drift = Drift()
        self.on_drift: Callable[[Sequence[News]], None] = lambda news: None
        self.on_code: Callable[[bool], None] = lambda wanted: None
        self._told = False
        self._is_large = False
        self._resting: asyncio.TimerHandle | None = None
        self._sorted = 0
        self.changes = Changes()
        self._found: Mapping[str, Search] = {}  # by the last search, not taken over yet
        self._walked = asyncio.Event()
        self.starting = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._adopted = False
        self._heard = time.monotonic()

    # On the event loop

    def greeted(self, said: Greeting) -> None:
        """Takes over what the editor says of itself. Nothing is looked at yet."""
        self.client, self.documents.units = said.client, said.units
        self.roots = tuple([path for path in (*map(uris.to_path, said.folders), said.path) if path])
        self.trusted, self.editor, self.editor_at_start = said.trusted, said.settings, said.settings

    def start(self) -> None:
        """The editor is ready: look around in the background."""
        self.starting = True
        loop = self._loop = asyncio.get_running_loop()
        first = self.worker.patient(self._discover)
        first.add_done_callback(logged)
        first.add_done_callback(lambda _: call_soon(loop, self._walked.set))

    async def ready(self) -> None:
        """Waits for the first look around to end, within reason: an answer to a question must not be a guess."""
        if not self.starting:
            self.start()
        if not self._walked.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._walked.wait(), _FIRST_SECONDS)

    async def run(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Runs ``function(workspace, …)`` on the worker with the editor's texts taken over, and checked."""
        await self.ready()
        self.typed.check_now()
        return await self._answered(self.worker.urgent(lambda: function(self.workspace(), *arguments)))

    async def look(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """As :meth:`run`, for what is only looked at: checks of what was typed go first."""
        await self.ready()
        self.typed.check_now()
        return await self._answered(self.worker.watched(lambda: function(self.workspace(), *arguments)))

    async def _answered(self, answer: Future[Result]) -> Result:
        self.protocol.wait_for(answer)
        return await asyncio.wrap_future(answer)

    def edited(self, path: str, touched: bool) -> None:
        """A document was opened or changed, as :meth:`Typed.note` says."""
        self.typed.note(path, touched, self._loop)

    def marked(self, path: str, uri: str, names: frozenset[str]) -> None:
        """Another source of diagnostics marks these imports of a document."""
        if self.board.marks.put(path, uri, names):
            self.worker.once(f"marks {path}", lambda: self.showing.marked(path) if self.settled else None)

    def heard(self) -> None:
        """A message came. After a silence the person is back from elsewhere, and no editor that cannot watch tells what was done there."""
        now = time.monotonic()
        if now - self._heard > SILENCE:
            self.look_again()
        self._heard = now

    def look_again(self) -> None:
        """Search the folders again in the background, where the editor does not watch them."""
        if self.settled and not self.client.watches:
            self.poller.search_soon()

    def files_changed(self, paths: Iterable[str]) -> None:
        """Files changed on disk."""
        self.changes.add(paths)
        self.worker.once("changed", self.take_changes)

    def recheck(self) -> None:
        """Look at everything again, without walking."""
        self.worker.once("recheck", self._recheck)

    def discover(self) -> None:
        """Walk again: folders came or went."""
        self.worker.once("discover", self._discover)

    def reconfigure(self) -> None:
        """Settings, trust or folders changed."""
        self.worker.once("configure", self._configure)

    def watch_alone(self) -> None:
        """The editor does not watch after all."""
        self.client = self.client._replace(watches=False)
        self.recheck()

    def close(self) -> None:
        """Stops what runs and gives it a moment to put back what it moved aside; nothing is looked at any more. From any thread."""
        self.poller.close()
        self.tasks.close()

    def _task_ended(self) -> None:
        if self._loop is not None:
            call_soon(self._loop, self.files_changed, ())

    def _polled(self, paths: set[str]) -> None:
        if self._loop is not None:
            call_soon(self._loop, self.files_changed, paths)

    def _searched(self, found: Mapping[str, Search]) -> None:
        if self._loop is not None:
            # Of two searches while the worker was busy the later one counts.
            self._found = found
            call_soon(self._loop, self.worker.once, "searched", self._take)

    # On the worker

    def _take(self) -> None:
        """What a search in the background found. What a task of ours is making just now is looked at when it is done."""
        if self.tasks:
            self.poller.search_soon()
        elif self.workspace().take(self._found):
            self.drift.outside = True
            self._recheck()

    def services(self) -> Services:
        """The ports behind the workspace."""
        if self._joined is None:
            self._joined = self._services()
        return self._joined

    def workspace(self) -> Workspace:
        """The workspace, with the editor's texts as they are now."""
        return self.desk.workspace()

    def _make_workspace(self) -> Workspace:
        from venvls.workspace import Workspace

        services = self.services()
        workspace = Workspace(services.machine, services.memory, log.warning, editor=self._editor_settings())
        workspace.code.defers_walks = True
        workspace.code.is_told = True
        workspace.set_roots(self.roots)
        return workspace

    def refreshed(self, paths: Iterable[str]) -> None:
        """After a task: these files and environments are other than they were."""
        changed = {*paths, *self.poller.look()}
        workspace = self.workspace()
        workspace.changed(changed)
        self._recheck()
        if are_another_branch(changed):
            self.discover()

    def _queue_check(self) -> None:
        self.worker.urgent(self._check_edited).add_done_callback(logged)

    def _check_edited(self) -> None:
        edited = self.typed.take()
        self.early.forget()
        workspace = self.workspace()
        if not self.roots and not self._adopted:
            self._adopt(workspace, edited)
        for path, touched in edited.items():
            # Code is looked at even where its editor will pull it: what it says may count for the code of other files.
            is_pulled = self.client.pulls and not self.board.is_pushed(path) and not workspace.is_code(path)
            if is_pulled or not ((self.settled and workspace.is_searched(path)) or workspace.is_certain(path)):
                continue
            self.board.show(path, always=touched)
        self.showing.walk_code()
        if self.settled:
            self.showing.note(edited)
            self.worker.once("others", self._check_others)

    def _check_others(self) -> None:
        workspace = self.workspace()
        if workspace.sortings != self._sorted:
            # What was typed, opened or closed decides on more than what it is read for: on who belongs to whom, on settings.
            self.recheck()
        self.showing.others(workspace)

    def take_changes(self, walks: bool = True) -> None:
        """Looks at what is said to have changed on disk, but for what a task of ours is changing just now.

        Another branch means a walk: where that would be too long (``walks`` is false), all stays for the patient queue.
        """
        changed = self.changes.take()
        if changed:
            # From now on compared with what is read now: what is renamed and renamed back in between would look as if nothing had happened.
            changed |= self.poller.look()
        branch = are_another_branch(changed)
        if branch and not walks:
            self.files_changed(changed)
            return
        held = {path for path in changed if self.tasks.are_changing(path)}
        self.changes.add(held)
        changed -= held
        if not changed:
            return
        self.poller.know(changed)
        # What the editor holds open it typed or saved itself, and its text counts until it has read the file again.
        self.drift.outside = any(self.documents.get(path) is None for path in changed)
        workspace = self.workspace()
        if branch:
            self._discover()
            return
        is_text = workspace.are_shown_code(changed)
        workspace.changed(changed)
        if is_text:
            self.showing.code(changed)
        else:
            self._recheck()

    def look_now(self) -> bool:
        """Takes in what is other than it was, whether somebody told of it or the next look would tell; whether there was anything."""
        self.changes.add(self.poller.look())
        if not self.changes:
            return False
        self.take_changes(walks=False)
        return True

    def _configure(self) -> None:
        workspace = self.workspace()
        before = workspace.roots
        workspace.configure(self._editor_settings())
        workspace.set_roots(self.roots)
        new = tuple(root for root in workspace.roots if root not in before)
        if new and self.settled:
            self._discover(new)
        elif new:
            self._discover()
        else:
            self._recheck()

    def _discover(self, roots: Iterable[str] | None = None) -> None:
        """Walk the folders, or only ``roots`` of them, and check everything."""
        workspace = self.workspace()
        with much_is_made(lambda: self._is_large), self.poller.held():
            if self.roots:

                def partial() -> None:
                    self.worker.breathe()
                    if not self._is_large:
                        self._give_back(workspace)
                    if workspace.is_searching:
                        self._show_certain(workspace)

                workspace.discover(partial, roots)
            self.settled = True
            self._recheck()

    def _show_certain(self, workspace: Workspace) -> None:
        certain = self.early.certain(workspace, settled=self.settled)
        if not self.settled:
            self._tell_projects(workspace, certain)

    def _recheck(self) -> None:
        with self.poller.held():
            self._check_all()

    def _check_all(self) -> None:
        workspace = self.workspace()
        if not self.settled or workspace.is_searching:
            return
        if self.roots and (roots := workspace.unwalked()):
            self._discover(roots)
            return
        self._sorted = workspace.sortings
        self.remarks.say(workspace.notes, workspace.wrong_settings)
        self.early.new(workspace)
        # First, so that what changes from here on is noticed; and again below, with what has come to light.
        self._watch(workspace)
        self._give_back(workspace)
        with workspace.round():
            self.showing.everything(workspace)
        self.drift.outside = False
        self._watch(workspace)
        self._give_back(workspace)
        if workspace.look_again():
            self.recheck()
        if not self._told:
            # Last, since it takes its time: until now there is a look every few seconds.
            self._told = True
            self.poller.be_told(self.services().notices)

    def _give_back(self, workspace: Workspace) -> None:
        """What a look at all paths has taken is free again: where there are many projects, that is much."""
        if len(workspace.manifests()) >= _MANY:
            self._is_large = True
            workspace.rest()
            self.services().give_back()

    def _request_soon(self, method: str) -> None:
        """Sends the editor a request without parameters. From any thread."""
        if self._loop is not None:
            call_soon(self._loop, lambda: self.protocol.spawn(self.protocol.request(method, None, 60.0), "a refresh"))

    def _tell_projects(self, workspace: Workspace, only: list[Project] | None = None) -> None:
        projects = self.announcements.projects(workspace, only)
        if only is None and self.drift.seen(projects) and self._loop is not None:
            call_soon(self._loop, self._rest)
        self.announcements.tell(projects)

    def _rest(self) -> None:
        """On the event loop: something went out of sync; it is told once nothing more has come for a moment."""
        if self._resting is not None:
            self._resting.cancel()
        if self._loop is not None:
            self._resting = self._loop.call_later(REST, lambda: self.worker.once("drift", self._tell_drift))

    def _tell_drift(self) -> None:
        if self._loop is None or self.changes or self.typed or self.tasks:
            if self._loop is not None:
                call_soon(self._loop, self._rest)
            return
        if news := self.drift.news(self.workspace(), self.documents):
            call_soon(self._loop, self.on_drift, news)

    def _watch(self, workspace: Workspace) -> None:
        self.watching.update(workspace, editor_watches=self.client.watches)

    def _code_wanted(self, wanted: bool) -> None:
        if self._loop is not None:
            call_soon(self._loop, self.on_code, wanted)

    def _editor_settings(self) -> dict[str, object]:
        """The editor's settings; those that name a program count only once the workspace is trusted (threat T3)."""
        if self.trusted or (self.trusted is None and self.roots and self.vouched.issuperset(self.roots)):
            return self.editor
        return {name: value for name, value in self.editor.items() if name.split(".")[0] not in ("tools", "server")}

    def _adopt(self, workspace: Workspace, paths: Iterable[str]) -> None:
        """A file was opened without a folder: its own folder is the workspace, unless that would be a whole home or disk."""
        from venvls import manifests

        for path in paths:
            folder, name = workspace.files.path.split(path)
            above, folder_name = workspace.files.path.split(folder)
            if manifests.is_manifest(folder_name, name) and folder not in (above, self.services().machine.home()):
                self._adopted = True
                self.roots = (folder,)
                workspace.set_roots(self.roots)
                self.worker.once("discover", self._discover)
                return
