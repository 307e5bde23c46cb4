"""What was read out of files, kept between runs: a plain value by path, good while the file's stat is the very same.

A file that changed within two seconds before it was read may change again and bear the same times: what it said is not kept.
"""

from __future__ import annotations

import marshal
import time
from collections.abc import Iterable

from venvls.model.hints import Any
from venvls.model.imports import Block, Header, Import
from venvls.model.ports import FileView, Stat, Store
from venvls.model.text import Span

_FRESH_NS = 2_100_000_000
"""A file system's clock ticks as rarely as every two seconds (FAT)."""


class Kept:
    """Values by path, under one key of a store. Values are what ``marshal`` takes: numbers, texts, tuples, dictionaries of these."""

    def __init__(self, store: Store, key: str) -> None:
        self._store, self._key = store, key
        self._before: dict[str, tuple[tuple[int, ...], Any]] | None = None
        self._now: dict[str, tuple[tuple[int, ...], Any]] = {}
        self._changed = False

    def get(self, path: str, stat: Stat | None) -> Any | None:
        """What the file said when it was read; ``None`` where it is another one by now, or was not read."""
        if stat is None:
            return None
        known = self._now.get(path) or self._earlier().get(path)
        if known is None or known[0] != _stamp(stat):
            return None
        self._now[path] = known
        return known[1]

    def put(self, path: str, stat: Stat | None, value: Any) -> None:
        """Keeps what the file says. ``stat`` was taken before it was read."""
        if stat is not None and time.time_ns() - max(stat.mtime_ns, stat.changed_ns) > _FRESH_NS:
            self._now[path] = (_stamp(stat), value)
            self._changed = True

    def touch(self) -> None:
        """A value that :meth:`get` gave has more in it than before."""
        self._changed = True

    def keep(self, files: FileView) -> None:
        """Writes what is new; what is of files that are no longer the same is left out."""
        if not self._changed:
            return
        for path, known in self._earlier().items():
            if path not in self._now and (stat := files.stat(path)) is not None and known[0] == _stamp(stat):
                self._now[path] = known
        self._store.put(self._key, marshal.dumps(self._now))
        self._changed = False

    def _earlier(self) -> dict[str, tuple[tuple[int, ...], Any]]:
        if self._before is None:
            data = self._store.get(self._key)
            # Whole, by its checksum, and of this person's own making.
            self._before = marshal.loads(data) if data else {}  # noqa: S302
        return self._before


def _stamp(stat: Stat) -> tuple[int, ...]:
    return (stat.size, stat.mtime_ns, stat.changed_ns, *stat.identity)


def packed(imports: Iterable[Import]) -> tuple[Any, ...]:
    """Imports as plain tuples."""
    return tuple(
        (
            module,
            *span,
            names,
            level,
            tuple((tuple(header), *(tuple(map(tuple, each)) for each in others)) for header, *others in blocks),
            called,
        )
        for module, span, names, level, blocks, called in imports
    )


def unpacked(values: Iterable[tuple[Any, ...]]) -> tuple[Import, ...]:
    """The imports again."""
    return tuple(
        Import(module, Span(start, end), names, level, tuple(_block(*block) for block in blocks), called)
        for module, start, end, names, level, blocks, called in values
    )


def _block(header: tuple[str, str], before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> Block:
    return Block(Header(*header), tuple(Header(*each) for each in before), tuple(Header(*each) for each in after))
