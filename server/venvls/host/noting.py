"""Keeps what a command prints with all that it rests on, so that the next one need only look whether that is still true (``again``).

Nothing is kept where something had changed within two seconds before it was looked at, for a later change could bear the same time: then
everything is read again. Nor what was cut short by the clock, failed, or said something on the side.
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from venvls.host.looks import Looks
from venvls.host.store import settled
from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from venvls.host.again import Place

_LARGEST_TEXT = 1_000_000


def noting(place: Place, run: Callable[[], int]) -> int:
    """The exit status that ``run`` gives; what it prints is kept at ``place`` when it has been printed."""
    store, key = place
    began = time.time_ns()
    own = sys.stdout, sys.stderr
    copied = _Copied(sys.stdout), _Copied(sys.stderr)
    sys.stdout, sys.stderr = copied
    try:
        with Looks() as looks:
            status = run()
    finally:
        # A stream that nobody reads any more has been put away.
        sys.stdout = own[0] if sys.stdout is copied[0] else sys.stdout
        sys.stderr = own[1]
    text, complaints = ("".join(stream.texts) for stream in copied)
    if status not in (0, 1) or complaints or len(text) > _LARGEST_TEXT:
        return status
    if store.folder is not None:
        looks.forget(store.folder)
    for path in _sources():
        looks.note(path)
    if not looks.lost and settled((looks.latest(),), began):
        store.put(key, marshal.dumps((status, text, looks.plain())))
    return status


class _Copied:
    """A text stream that also keeps what is written to it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.texts: list[str] = []

    def write(self, text: str) -> int:
        """Writes ``text``."""
        self.texts.append(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _sources() -> Iterator[str]:
    """The files of all that was loaded and did not come with Python."""
    library = os.path.join(os.path.dirname(os.__file__), "")
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and (not path.startswith(library) or "site-packages" in path):
            yield path
