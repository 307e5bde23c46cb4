"""What a request about a place in a file is answered from: facts, and the text they are about. On the worker's thread.

While a file is half-typed and stops making sense, the lines that did not change are answered from its last reading that did.
"""

from __future__ import annotations

from collections import deque
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from venvls.model.record import NamedTuple
from venvls.model.text import Position, Span, Text, Units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from venvls.answers.place import Subject
    from venvls.lsp.desk import Desk
    from venvls.manifests.places.lock_entries import Entry
    from venvls.model.facts import Facts
    from venvls.model.finding import Project
    from venvls.model.manifest import Manifest
    from venvls.workspace import Workspace

_MOST = 64
"""Files whose last good reading is kept."""
_entries: deque[tuple[Text, tuple[Entry, ...]]] = deque(maxlen=4)
"""The packages of the locks that were looked at last: taking a text of megabytes apart takes longer than all else."""


class Reading(NamedTuple):
    """The facts of one project and its reading of one file. ``now`` is the text the editor shows; ``same`` how many lines at the beginning
    and at the end of it are those of the text that was read (``None``: it is that text)."""

    facts: Facts
    path: str
    read: Text
    now: Text
    same: tuple[int, int] | None = None

    @property
    def manifest(self) -> Manifest | None:
        """The file as a manifest; ``None`` for a lock."""
        return self.facts.manifests.get(self.path)

    def offset(self, position: Any, units: Units) -> int | None:
        """The offset in the text that was read of a place in the editor; ``None`` in lines that are new."""
        place = Position(position.line, position.character)
        if self.same is None:
            return self.read.offset(place, units)
        line = self._line(place.line, len(self.now.starts), len(self.read.starts))
        return None if line is None else self.read.offset(Position(line, place.character), units)

    def span(self, span: Span) -> Span | None:
        """A stretch of the text that was read, in the editor's; ``None`` where its lines are no more."""
        if self.same is None:
            return span
        ends = []
        for place in span:
            line, character = self.read.position(place, "utf-32")
            moved = self._line(line, len(self.read.starts), len(self.now.starts))
            if moved is None:
                return None
            ends.append(self.now.starts[moved] + character)
        return Span(*ends)

    def _line(self, line: int, lines: int, others: int) -> int | None:
        first, last = self.same or (0, 0)
        if line < first:
            return line
        return others - (lines - line) if line >= lines - last else None


class Readings:
    """The readings of all files, on one ``desk``; the last good one of each is kept for while it is half-typed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._good: dict[tuple[str, str], Reading] = {}

    def of(self, workspace: Workspace, path: str) -> Iterator[Reading]:
        """The readings of a file by each project that it belongs to, the folder's own first."""
        now = self._desk.text(path)
        for project in _projects_of(workspace, path):
            facts = workspace.facts(project.root)
            manifest = facts.manifests.get(path)
            if manifest is None:
                if path in project.locks:
                    yield Reading(facts, path, now, now)
                continue
            known = self._good.get((project.root, path))
            if manifest.complete or known is None:
                if manifest.complete and (known is None or known.manifest is not manifest):
                    self._keep((project.root, path), Reading(facts, path, manifest.text, manifest.text))
                yield Reading(facts, path, manifest.text, now)
            else:
                yield known._replace(now=now, same=_common(known.read, now))

    def range(self, path: str, span: Span, facts: Facts | None = None) -> dict[str, Any] | None:
        """A stretch of any file as a range; a file that is only pointed at, as a whole, is not read for it.

        ``facts`` are those that the stretch comes from, where they may be of an earlier text; ``None`` where its lines are no more.
        """
        from venvls.lsp import encode

        now = self._desk.text(path) if span.end else Text("")
        read = facts.manifests.get(path) if facts is not None and span.end else None
        if facts is not None and read is not None and read.text.source != now.source:
            moved = Reading(facts, path, read.text, now, _common(read.text, now)).span(span)
            return None if moved is None else encode.span(now, moved, self._desk.documents.units)
        return encode.span(now, span, self._desk.documents.units)

    def _keep(self, key: tuple[str, str], reading: Reading) -> None:
        self._good.pop(key, None)
        self._good[key] = reading
        if len(self._good) > _MOST:
            del self._good[next(iter(self._good))]


def _projects_of(workspace: Workspace, path: str) -> Iterable[Project]:
    """The projects of a file; of the lock of a script, the script's."""
    own = workspace.projects_of(path)
    if path.endswith(".lock") and not any(path in project.locks for project in own):
        return (*own, *(project for project in workspace.projects() if path in project.locks))
    return own


def subject(reading: Reading, position: Any, units: Units) -> Subject | None:
    """What is at a place in the editor; ``None`` where nothing does that anything is known of."""
    from venvls.answers.place import Subject, subject_at

    offset = reading.offset(position, units)
    if offset is None:
        return None
    if reading.manifest is not None:
        here = subject_at(reading.facts, reading.path, offset)
        if here is not None:
            return here
    if reading.path not in reading.facts.project.locks:
        return None
    named = chain(entries(reading), _mentions(reading, offset))
    entry = next((each for each in named if each.name.start <= offset <= each.name.end), None)
    return Subject("locked", entry.name, entry.key, entry.key) if entry is not None else None


def known_versions(workspace: Workspace, facts: Facts) -> Callable[[str], Iterable[str]]:
    """Which versions of a package this machine knows, looked up for one at a time."""
    from venvls.answers import known

    machine = workspace.machine
    caches = known.caches(machine.environ(), machine.home(), machine.platform(), machine.files)
    return lambda key: known.versions(key, facts, (), caches)


def entries(reading: Reading) -> tuple[Entry, ...]:
    """The packages of a lock, as its text has them."""
    from venvls.manifests.places.lock_entries import entries as entries_of

    text = reading.read
    known = next((listed for each, listed in _entries if each is text), None)
    if known is None:
        known = tuple(entries_of(reading.facts.files.path.basename(reading.path), text.source))
        _entries.append((text, known))
    return known


def _mentions(reading: Reading, offset: int) -> Iterator[Entry]:
    from venvls.manifests.places.lock_entries import mentions

    text = reading.read
    line = text.position(offset, "utf-32").line
    place = Span(text.starts[line], text.starts[line + 1] if line + 1 < len(text.starts) else len(text.source))
    return mentions(reading.facts.files.path.basename(reading.path), text.source, entries(reading), place)


def _common(before: Text, now: Text) -> tuple[int, int]:
    """How many lines at the beginning and at the end are the same."""
    old, new = _lines(before), _lines(now)
    most = min(len(old), len(new))
    first = 0
    while first < most and old[first] == new[first]:
        first += 1
    last = 0
    while last < most - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, last


def _lines(text: Text) -> list[str]:
    starts = [*text.starts, len(text.source)]
    return [text.source[start:end].rstrip("\r\n") for start, end in pairwise(starts)]
