"""Standard output to the byte, for what a shell evaluates and paths that programs read: a path with an escape in it is another path."""

from __future__ import annotations

import os
import sys

from venvls.cli.failure import Failure
from venvls.cli.streams import raw


def write(text: str) -> None:
    """Write ``text`` as it is: no line end translated, file names with bytes that are not text given back as those bytes.

    On a terminal nobody but a person reads it; there it is made visible as everything is.
    """
    if sys.stdout.isatty():
        sys.stdout.write(text)
        return
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # replaced by something that takes text alone
        raw(sys.stdout).write(text)
        return
    try:
        data = text.encode(sys.stdout.encoding or "utf-8") if os.name == "nt" else os.fsencode(text)
    except UnicodeEncodeError:
        raise Failure(f"the path cannot be written in {sys.stdout.encoding}. Set PYTHONUTF8=1 and try again.") from None
    sys.stdout.flush()
    buffer.write(data)
    buffer.flush()
