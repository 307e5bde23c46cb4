"""Notices what changes on disk where the editor does not tell: by the stat of known files and folders every three seconds, and by searching
the workspace again where a folder came or went. In a thread of its own, so that a slow disk keeps nobody waiting.

Where the machine tells of changes (``watches.py``) there is a look at once where something is told, every three seconds only where nothing
would be told, and at everything once a minute.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import filterfalse
from typing import TYPE_CHECKING, Any

from venvls.lsp.garbage import Garbage
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.lsp.watches import Watches
    from venvls.model.ports import Entry, FileView, Stat
    from venvls.services import Notices

log = logging.getLogger(__name__)

SECONDS = 3.0
_MOST_SECONDS, _SHARE = 5.0, 100
"""A look at very many paths is taken less often: every hundred times as long as it takes."""
_REST = 20
"""A search may take a twentieth of the time: after one that took a second, the next waits twenty."""
_TICK_NS = 2_100_000_000
"""A file system's clock may tick as rarely as that: a folder that changed shortly before it was listed may change again unseen."""
_RECENT_NS = 10_000_000_000
"""A folder that changed so shortly before it is first listed may have changed after the workspace was searched."""

_SETTLED, _MOST_SETTLING, _AT_ONCE = 0.3, 1.0, 5
"""What is told of is looked at once nothing more has come for a moment, and after a second at the latest; so often in a row."""
ALL_SECONDS, _ALL_SHARE = 60.0, 4_000
"""How often there is a look at everything where changes are told: less often where that is a large part of the time."""

_MOST_HELD = 300.0
"""Seconds for which a look waits until all that is known is worked out."""

_MOST_NEW = 64
"""Folders that have just come are looked at themselves, the newest ones: their files are often written a moment later."""


class _Listed(NamedTuple):
    """What a folder holds that matters, the folder's stat before it was listed, and when that was."""

    stat: Stat | None
    entries: frozenset[Entry]
    time_ns: int


class Poller:
    """Looks at the watched paths and folders and tells ``changed``, from its thread, which paths differ. ``searched`` gets what a search
    of the workspace gave."""

    def __init__(
        self,
        changed: Callable[[set[str]], None],
        searched: Callable[[Any], None],
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed, self._searched, self._clock = changed, searched, clock
        self._seconds = SECONDS if seconds is None else seconds
        self._files: FileView | None = None
        self._known: dict[str, Stat | None] = {}
        self._folders: dict[str, _Listed] = {}
        self._names: frozenset[str] = frozenset()
        self._searched_in: dict[str, None] = {}
        self._new: dict[str, None] = {}
        self._matters: Callable[[str, Entry], bool] = lambda folder, entry: True
        self._search: Callable[[], Any] | None = None
        self._wanted = False
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pause = threading.Event()
        self._closed = False
        self._has_failed = False
        self._holders = 0
        self._free = threading.Event()
        self._free.set()
        # What was not looked at since it is watched.
        self._fresh: set[str] = set()
        self._open_notices: Callable[[], Notices | None] | None = None
        self._notices: Notices | None = None
        self._watches: Watches | None = None
        # The paths of which nobody tells, as of the last time that something was told.
        self._losses = -1
        self._untold: frozenset[str] = frozenset()

    def watches(self, path: str) -> bool:
        """Whether a change at a path would be noticed, as of those that were given last."""
        folder, name = self._files.path.split(path) if self._files is not None else ("", "")
        return path in self._known or (name in self._names and folder in self._folders)

    def watch(
        self,
        files: FileView,
        paths: Iterable[str],
        folders: Iterable[str] = (),
        seen: Callable[[Collection[str]], Mapping[str, Stat | None]] = lambda paths: {},
    ) -> None:
        """From now on these paths and no others; one that is new is looked at right away.

        ``seen`` says how new paths were when they were read: what has changed since is told by the next look.

        Of ``folders`` also what comes and goes in them is noticed. A path that does not exist needs no look of its own where the folder in
        which it would come is looked at; and such a folder is looked at instead of several paths.
        """
        wanted = dict.fromkeys(paths)
        with self._lock:
            wanted_folders = {**dict.fromkeys(folders), **self._new}
            known, listed = self._known, self._folders
            self._files, self._searched_in = files, wanted_folders
        read = seen({path for path in wanted if path not in known})
        fresh = {path: known[path] if path in known else read[path] if path in read else files.stat(path) for path in wanted}
        absent = _coming(files, [path for path, stat in fresh.items() if stat is None and path not in known], fresh)
        in_folder = Counter(folder for folder, _ in absent.values())
        names_before = self._names
        self._names = frozenset([*_last_names(files, wanted), *(name for _, name in absent.values())])
        looked_at = dict.fromkeys([*wanted_folders, *(folder for folder, count in in_folder.items() if count > 1)])
        equal: dict[frozenset[Entry], frozenset[Entry]] = {}
        fresh_folders = {
            folder: listed.get(folder) or self._listed(files, folder, equal, None if folder in known else fresh.get(folder))
            for folder in looked_at
        }
        for folder, seen_there in fresh_folders.items():
            if seen_there.stat == fresh.get(folder):
                fresh[folder] = seen_there.stat
        there = {(folder, entry.name) for folder in in_folder if folder in fresh_folders for entry in fresh_folders[folder].entries}
        for path, place in absent.items():
            # What has come between the two looks stays, as one that was not there: the next look tells of it.
            if place[0] in fresh_folders and place not in there:
                del fresh[path]
        with self._lock:
            self._fresh |= (fresh.keys() - known.keys()) | (fresh_folders.keys() - listed.keys())
            # Nobody has cared until now when something of that name came.
            self._fresh.update([folder for folder, name in absent.values() if name not in names_before])
            # What the thread saw meanwhile is newer than what was known here.
            self._known = {path: self._known.get(path, seen) for path, seen in fresh.items()}
            self._folders = {folder: self._folders.get(folder, seen) for folder, seen in fresh_folders.items()}
            new = [fresh_folders[folder] for folder in wanted_folders if folder not in listed]
            self._wanted |= any(seen.stat is not None and seen.time_ns - seen.stat.mtime_ns < _RECENT_NS for seen in new)
            if self._thread is None and (self._known or self._folders):
                self._thread = threading.Thread(target=self._run, name="venvls-poller", daemon=True)
                self._thread.start()

    def be_told(self, notices: Callable[[], Notices | None]) -> None:
        """From the next look on rely on what the machine tells, where it does. ``notices`` is called in the poller's thread."""
        self._open_notices = notices
        self._pause.set()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While this lasts no look begins in the thread, for some minutes at most: where all is worked out again, what it would tell has to
        wait anyway, and two threads that look at thousands of files keep each other waiting."""
        with self._lock:
            self._holders += 1
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders:
                    self._free.set()

    def search_with(self, search: Callable[[], Any], matters: Callable[[str, Entry], bool]) -> None:
        """How the workspace is searched again, and which entries of a folder are worth a word. Both are called in the poller's thread."""
        self._search, self._matters = search, matters

    def search_soon(self) -> None:
        """Search the workspace at the next look. From any thread."""
        self._wanted = self._search is not None

    def know(self, paths: Iterable[str]) -> None:
        """Somebody else told that these paths changed: as they are now, they are no news."""
        with self._lock:
            files, watched = self._files, [path for path in paths if path in self._known]
        if files is not None:
            seen = {path: files.stat(path) for path in watched}
            with self._lock:
                self._known.update((path, state) for path, state in seen.items() if path in self._known)

    def look(self) -> set[str]:
        """One round: the paths that changed since the last."""
        with self._lock:
            files, known, folders = self._files, dict(self._known), dict(self._folders)
        return self._differing(files, known, folders) if files is not None else set()

    def look_where_told(self) -> set[str]:
        """As :meth:`look`, but only at what was told of since the last and at what nobody would tell of. In the poller's thread."""
        with self._lock:
            files, fresh, self._fresh = self._files, self._fresh, set()
        if files is None:
            return set()
        if (watches := self._watching(files)) is None:
            return self.look()
        watches.take(self._counts)
        with self._lock:
            uncertain = self._uncertain(watches, fresh)
        # Watched first: what happens after it is told.
        for path in uncertain:
            watches.add(path)
        self._untold = frozenset([path for path in uncertain if path not in watches.paths])
        with self._lock:
            known = {path: self._known[path] for path in uncertain if path in self._known}
            folders = {folder: self._folders[folder] for folder in uncertain if folder in self._folders}
        return self._differing(files, known, folders)

    def _uncertain(self, watches: Watches, fresh: set[str]) -> Collection[str]:
        """The paths of which nobody would tell, or something was told. Mostly it is those of the last round: then no other is touched, as
        what is not used for a while leaves the memory of a machine that has little."""
        if not fresh and self._losses == watches.losses:
            return self._untold
        self._losses = watches.losses
        uncertain = {path for path in fresh if path in self._known or path in self._folders}
        for table in (self._known, self._folders):
            uncertain.update(filterfalse(watches.paths.__contains__, table))
        return uncertain

    def look_at_all(self) -> set[str]:
        """As :meth:`look`, and who should have told of what differs and did not is relied on no longer. In the poller's thread."""
        changed = self.look_where_told()
        before = self._shown()
        untold = self.look()
        if self._watches is None or not untold:
            return changed | untold
        self._watches.take(self._counts)
        now = self._shown()
        silent = [path for path in self._watches.paths if path in before and _content(before[path]) != _content(now.get(path))]
        if silent:
            log.info("a change at %s was not reported: from now on there is a look every few seconds", min(silent))
            self._tell_nothing()
        return changed | untold

    def _shown(self) -> dict[str, Stat | None]:
        """How everything was when it was looked at last, but for folders that are only looked at for some names."""
        with self._lock:
            return {**self._known, **{folder: self._folders[folder].stat for folder in self._searched_in if folder in self._folders}}

    def _counts(self, folder: str, name: str) -> bool:
        """Whether what happened to a name in a folder calls for a look at the folder."""
        return name in self._names or folder in self._searched_in or folder in self._known

    def close(self) -> None:
        """Looks no more, and gives back what was opened: the thread does, where there is one, before its next look."""
        self._closed = True
        self._pause.set()
        if self._thread in (None, threading.current_thread()):
            self._tell_nothing()

    def _watching(self, files: FileView) -> Watches | None:
        if self._open_notices is not None:
            opened, self._open_notices = self._open_notices, None
            self._notices = opened()
            if self._notices is not None:
                from venvls.lsp.watches import Watches

                self._watches = Watches(files, self._notices)
        return self._watches

    def _tell_nothing(self) -> None:
        notices, self._notices, self._watches, self._losses = self._notices, None, None, -1
        if notices is not None:
            notices.close()

    def _differing(self, files: FileView, known: Mapping[str, Stat | None], folders: Mapping[str, _Listed]) -> set[str]:
        seen = {path: files.stat(path) for path in known}
        listed = {folder: again for folder, before in folders.items() if (again := self._looked(files, folder, before)) is not before}
        with self._lock:
            self._known.update({path: state for path, state in seen.items() if path in self._known and state != self._known[path]})
            self._folders.update({folder: again for folder, again in listed.items() if folder in self._folders})
        changed = {path for path, state in seen.items() if state != known[path]}
        for folder, again in listed.items():
            differing = folders[folder].entries ^ again.entries
            changed.update(files.path.join(folder, entry.name) for entry in differing)
            if folder in self._searched_in and any(entry.kind != "file" for entry in differing):
                self.search_soon()
                self._look_into([files.path.join(folder, each.name) for each in differing & again.entries if each.kind == "directory"])
        return changed

    def search(self) -> bool:
        """Searches where that is wanted and due; whether it was."""
        if not self._wanted or self._search is None or self._clock() < self._not_before:
            return False
        self._wanted = False
        began = self._clock()
        found = self._search()
        ended = self._clock()
        self._not_before = ended + (ended - began) * _REST
        self._searched(found)
        return True

    def _look_into(self, new: list[str]) -> None:
        """From the next look on also at these folders: what is in them then is news."""
        with self._lock:
            self._new.update(dict.fromkeys(new))
            for folder in list(self._new)[:-_MOST_NEW]:
                del self._new[folder]
            self._searched_in = {**self._searched_in, **self._new}
            self._fresh.update(new)
            self._folders.update(
                {folder: _Listed(None, frozenset(), 0) for folder in new if folder in self._new and folder not in self._folders}
            )

    def _looked(self, files: FileView, folder: str, before: _Listed) -> _Listed:
        """The folder as it is now; ``before`` itself where it did not change."""
        stat = files.stat(folder)
        young = stat is not None and before.time_ns - stat.mtime_ns < _TICK_NS
        return before if stat == before.stat and not young else self._listed(files, folder)

    def _listed(
        self, files: FileView, folder: str, equal: dict[frozenset[Entry], frozenset[Entry]] | None = None, stat: Stat | None = None
    ) -> _Listed:
        """A folder as it is now, or, where its ``stat`` is known already, as it is since then. Thousands hold the same names: in ``equal``
        are those of others."""
        # The stat first: what changes after it is noticed by the next.
        now, names = time.time_ns(), self._names
        stat = stat or files.stat(folder)
        all_matter = folder in self._searched_in
        entries = files.list(folder) or () if stat is not None else ()
        matter = frozenset([each for each in entries if each.name in names or (all_matter and self._matters(folder, each))])
        return _Listed(stat, matter if equal is None else equal.setdefault(matter, matter), now)

    def _run(self) -> None:
        seconds, pace = self._seconds, _Pace(self._seconds)
        all_at = time.monotonic() + ALL_SECONDS
        garbage = Garbage()
        while True:
            try:
                told = self._waited(seconds, pace)
                if self._closed:
                    self._tell_nothing()
                    return
                began = time.monotonic()
                look_at_all = self._notices is not None and began >= all_at
                changed = self.look_at_all() if look_at_all else self.look_where_told()
                ended = time.monotonic()
                if look_at_all:
                    all_at = ended + max(ALL_SECONDS, _ALL_SHARE * (ended - began))
                pace.took(ended - began if told else 0)
                seconds = max(self._seconds, min(_MOST_SECONDS, _SHARE * (ended - began)))
                if changed:
                    if self._notices is not None:
                        # What has come with it is watched by then.
                        seconds = min(seconds, _SETTLED)
                    self._changed(changed)
                self.search()
                garbage.collect()
            except Exception:  # noqa: PERF203 - each round by itself
                # Without this thread nothing would be noticed any more, and nobody would know.
                if self._closed:
                    with contextlib.suppress(Exception):
                        self._tell_nothing()
                    return
                if not self._has_failed:
                    log.exception("looking for changes on disk failed, and is tried again")
                self._has_failed = True
                time.sleep(self._seconds)
                # What was told may be lost with it.
                all_at = 0.0

    def _waited(self, seconds: float, pace: _Pace) -> bool:
        """Waits until the next look is due; whether something was told."""
        told = False
        if self._notices is None:
            self._pause.wait(seconds)
            self._pause.clear()
        elif told := self._notices.wait(seconds):
            time.sleep(pace.rest(time.monotonic()))
            _settle(self._notices, min(_SETTLED, self._seconds))
        self._free.wait(_MOST_HELD)
        return told


class _Pace:
    """Looks where something was told: some at once, in the long run no more often than every ``seconds`` or for a twentieth of the time."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._left, self._at = seconds, float(_AT_ONCE), 0.0

    def rest(self, now: float) -> float:
        """How long to wait before the look for which there is a reason now."""
        self._left = min(_AT_ONCE, self._left + (now - self._at) / self._seconds) - 1
        self._at = now
        return max(0.0, -self._left * self._seconds)

    def took(self, seconds: float) -> None:
        """The look took so long."""
        self._left -= max(0.0, seconds * _REST / self._seconds - 1)


def _settle(notices: Notices, seconds: float) -> None:
    """Waits until nothing more has been told for so long, within bounds."""
    before, end = 0, time.monotonic() + _MOST_SETTLING
    while (now := notices.waiting()) != before and time.monotonic() < end:
        before = now
        time.sleep(seconds)


def _content(stat: Stat | None) -> object:
    """What of a stat nobody changes without a word: of a file with several names who owns it, and when that was changed, is told of one."""
    return stat and (stat.kind, stat.size, stat.mtime_ns, stat.identity)


def _last_names(files: FileView, paths: Iterable[str]) -> set[str]:
    """The last names of many paths: ``basename`` is the longest part of that."""
    if files.path.sep != "/":
        return set(map(files.path.basename, paths))
    return {path[path.rfind("/") + 1 :] for path in paths}


def _coming(files: FileView, absent: Iterable[str], seen: Mapping[str, Stat | None]) -> dict[str, tuple[str, str]]:
    """Of paths that do not exist: the nearest folder above each that does, and the name that would come there first. What was ``seen`` is
    not looked at again."""
    stands: dict[str, bool] = {}
    places: dict[str, tuple[str, str]] = {}
    sep = files.path.sep
    for path in absent:
        folder, _, name = path.rpartition(sep)
        if sep != "/" or not folder or not name:
            folder, name = files.path.split(path)
        while True:
            if folder not in stands:
                stands[folder] = (seen[folder] if folder in seen else files.stat(folder)) is not None
            above, above_name = files.path.split(folder)
            if stands[folder] or above == folder:
                break
            folder, name = above, above_name
        places[path] = (folder, name)
    return places
