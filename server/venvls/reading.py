"""Manifests by path, each parsed once for each state of its text: the editor's buffer where one is open, else the file."""

from __future__ import annotations

from venvls import manifests
from venvls.inputs import is_young
from venvls.manifests.syntax.decode import decode
from venvls.model import limits
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Hint, Manifest, Problem
from venvls.model.ports import FileView, Stat, Within, however_long
from venvls.model.record import NamedTuple, replace
from venvls.model.requirement_list import listed
from venvls.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, KeysView

    from venvls.model.lock import LockFile

TOO_LARGE = 100_000_000
MOST_OF_CODE = 10_000_000
"""Bytes of a file of code."""
_MANY = 100
"""Requirements that are not read again when they were gone for a moment."""
CODE = (".py", ".pyi", ".pyw", ".ipynb")
"""How files of code end that are looked at."""


class _Parsed(NamedTuple):
    """A manifest and what its text was then: a file's stat, or the text of a buffer. ``young`` are the bytes of a file that had changed so
    shortly before that another text may bear the same stat. ``read`` is what was read of that text alone, where it is half typed."""

    stamp: object
    manifest: Manifest
    young: bytes | None = None
    read: Manifest | None = None


class _Lock(NamedTuple):
    """A lock and what its text was then; ``young`` where another text may bear the same stat."""

    stamp: object
    file: LockFile
    young: bool


class _Code(NamedTuple):
    """A file of code and what its text was then; ``young`` where another text may bear the same stat."""

    stamp: object
    text: Text
    young: bool


class Reader:
    """The texts of a workspace. A path that is neither open nor readable is a sentence, not an exception."""

    def __init__(self, files: FileView, within: Within = however_long) -> None:
        self._files = files
        self._within = within
        self._buffers: dict[str, str] = {}
        self._parsed: dict[tuple[str, Hint], _Parsed] = {}
        self._whole: dict[tuple[str, Hint], Manifest] = {}
        self._earlier: dict[tuple[str, Hint], Manifest] = {}  # of buffers, before most of what they state went or was read again
        self._below: Reader | None = None
        self._locks: dict[str, _Lock] = {}
        self._code: dict[str, _Code] = {}

    @property
    def open_paths(self) -> KeysView[str]:
        """The paths an editor holds."""
        return self._buffers.keys()

    def open(self, path: str, text: str) -> None:
        """From now on this text counts for ``path``, whatever the disk says; called again for each change."""
        if path not in self._buffers:
            # Of a file that is gone, or another one by now, nothing is left.
            stamp, parsed = self._files.stat(path), [(key, known) for key, known in self._parsed.items() if key[0] == path]
            self._whole.update(
                (key, known.manifest) for key, known in parsed if known.manifest.complete and self._is_true(path, known, stamp)
            )
            if (path, None) not in self._whole:
                self._note_saved(path, text)
        self._buffers[path] = text

    def _note_saved(self, path: str, text: str) -> None:
        """Of a document that is opened half typed, its file is what was last known whole, though nothing has read that yet: an editor that
        starts may keep what was not saved, and no walk reads scripts."""
        if not path.endswith((*manifests.SUFFIXES, *manifests.SCRIPTS)):
            return
        data = self._files.read(path, TOO_LARGE)
        saved = decode(data).text if data is not None else text
        if saved != text and manifests.is_one(path, saved):
            manifest = self._parse(path, None, data, None, None, None)
            if isinstance(manifest, Manifest) and manifest.complete:
                self._whole[(path, None)] = manifest

    def close(self, path: str) -> None:
        """The disk's text counts again."""
        self._buffers.pop(path, None)
        for kept in (self._whole, self._earlier):
            for key in [key for key in kept if key[0] == path]:
                del kept[key]

    def seen(self, paths: Collection[str]) -> Iterator[tuple[str, Stat]]:
        """Those of ``paths`` that were read from disk, with the stat that each had then."""
        for (path, _), parsed in self._parsed.items():
            if path in paths and isinstance(parsed.stamp, Stat):
                yield path, parsed.stamp
        for path in paths:
            lock, code = self._locks.get(path), self._code.get(path)
            for stamp in (lock.stamp if lock is not None else None, code[0] if code is not None else None):
                if isinstance(stamp, Stat):
                    yield path, stamp

    def stated(self, path: str, hint: Hint = None) -> Manifest | str:
        """As :meth:`load`; of a buffer that is half typed, its last text that could be read whole, else the file as it is on disk: projects
        do not come and go while somebody types."""
        loaded = self.load(path, hint)
        whole: Manifest | str | None = self._whole.get((path, hint))
        if whole is None and path in self._buffers:
            # It could never be read whole: the file below it is read as if nothing was open.
            self._below = self._below or Reader(self._files, self._within)
            whole = self._below.load(path, hint)
        return whole if isinstance(whole, Manifest) and whole.complete else loaded

    def load(self, path: str, hint: Hint = None) -> Manifest | str:
        """The manifest at ``path``, or a sentence that says why it cannot be read. Of a buffer that is half typed, what is read where it is
        typed, and elsewhere what its last text said that could be read whole.

        ``hint`` (``requirements``, ``constraints``) is how another file includes it, where its name does not say; or the part required.
        """
        buffer = self._buffers.get(path)
        stamp = self._files.stat(path) if buffer is None else buffer
        if isinstance(stamp, Stat) and stamp.kind != "file":
            return "It is a folder, not a file." if stamp.kind == "directory" else "It is not a file."
        if stamp is None:
            return "There is no such file."
        known = self._parsed.get((path, hint))
        if known is not None and self._is_true(path, known, stamp):
            if known.young is not None and not _is_young(stamp):
                self._parsed[(path, hint)] = known._replace(young=None)
            return known.manifest
        previous = (known.read or known.manifest) if known is not None else None
        data = self._files.read(path, TOO_LARGE) if buffer is None else None
        loaded = (
            self._parse_buffer(path, buffer, hint, previous) if buffer is not None else self._parse(path, None, data, hint, previous, stamp)
        )
        if isinstance(loaded, Manifest):
            read, whole = loaded, self._whole.get((path, hint))
            if buffer is not None and loaded.complete:
                self._whole[(path, hint)] = loaded
            elif buffer is not None and whole is not None:
                from venvls.manifests.half_typed import with_what_was_known

                loaded = with_what_was_known(loaded, whole)
            self._parsed[(path, hint)] = _Parsed(stamp, loaded, data if _is_young(stamp) else None, read)
        return loaded

    def _is_true(self, path: str, known: _Parsed, stamp: object) -> bool:
        """Whether what was read is of the text that is there now."""
        return known.stamp == stamp and (known.young is None or known.young == self._files.read(path, TOO_LARGE))

    def _parse_buffer(self, path: str, text: str, hint: Hint, previous: Manifest | None) -> Manifest | str:
        """The manifest of a buffer. What was deleted is often there again at once, and a header that is typed gives and takes all lines
        below it: of what they were before that only the change is read."""
        earlier = self._earlier.get((path, hint))
        if earlier is not None and earlier.text.source == text:
            return earlier
        if earlier is not None and previous is not None and _unchanged(earlier, text) > _unchanged(previous, text):
            return self._parse(path, text, None, hint, earlier, text)
        loaded = self._parse(path, text, None, hint, previous, text)
        if previous is not None and isinstance(loaded, Manifest):
            before, now = listed(previous.requirements), listed(loaded.requirements)
            is_other = not now.is_grown or len(now) + _MANY < len(before)
            # Of several that follow each other the one before them: the others are as short-lived as this one may be.
            if is_other and len(before) > _MANY and (earlier is None or before.is_grown):
                self._earlier[(path, hint)] = previous
        return loaded

    def code(self, path: str) -> Text | None:
        """The text of a file of code: the same object again while it is the same. ``None`` where it cannot be read."""
        buffer = self._buffers.get(path)
        stamp = self._files.stat(path) if buffer is None else buffer
        known = self._code.get(path)
        if known is not None and known.stamp == stamp and not known.young:
            return known.text
        text = buffer
        if text is None:
            data = self._files.read(path, MOST_OF_CODE)
            if data is None:
                return None
            text = data.decode("utf-8", "replace") if b"coding" not in data[:200] else decode(data).text
        code = known.text if known is not None and known.text.source == text else Text(text)
        self._code[path] = _Code(stamp, code, _is_young(stamp))
        return code

    def lock(self, path: str) -> LockFile | None:
        """The lock at ``path``: the same object again while its text is the same, for one stat. ``None`` where it cannot be read."""
        buffer = self._buffers.get(path)
        stamp = self._files.stat(path) if buffer is None else buffer
        known = self._locks.get(path)
        if known is not None and known.stamp == stamp and not known.young:
            return known.file
        text = buffer
        if text is None:
            data = self._files.read(path, TOO_LARGE)
            if data is None:
                return None
            text = decode(data).text
        from venvls.model.lock import LockFile

        file = known.file if known is not None and known.file.text.source == text else LockFile(path, Text(text))
        self._locks[path] = _Lock(stamp, file, _is_young(stamp))
        return file

    def _parse(
        self, path: str, text: str | None, data: bytes | None, hint: Hint, previous: Manifest | None, stamp: object
    ) -> Manifest | str:
        """The manifest in the buffer's ``text``, else in the file's ``data``."""
        problem: Problem | None = None
        if text is None:
            if data is None:
                large = isinstance(stamp, Stat) and stamp.size > TOO_LARGE
                return "It is too large to be read." if large else "It cannot be read: you may not have permission."
            decoded = decode(data)
            text, problem = decoded.text, decoded.problem
        whole = Text(text)
        manifest = self._within(
            limits.MOST_SECONDS_OF_A_FILE,
            lambda: manifests.parse(path, whole, hint=hint, previous=previous),
            lambda: manifests.left_out(path, whole, _too_long(limits.MOST_SECONDS_OF_A_FILE), hint),
        )
        return replace(manifest, problems=(problem, *manifest.problems)) if problem is not None else manifest


def _unchanged(manifest: Manifest, text: str) -> int:
    """How many of a manifest's requirements are outside of what is another text now."""
    from venvls.manifests.syntax.unchanged import common_cut

    cut, requirements = common_cut(manifest.text.source, text), listed(manifest.requirements)
    return len(requirements) - (requirements.before(cut.old_end) - requirements.before(cut.start))


def _is_young(stamp: object) -> bool:
    return isinstance(stamp, Stat) and is_young(stamp)


def _too_long(seconds: float) -> str:
    return f"This file takes too long to be checked: it was given up after {seconds:g} seconds."


def is_code(path: str) -> bool:
    """Whether a file is Python code, by its name."""
    return path.endswith(CODE)
