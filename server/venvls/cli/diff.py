"""What edits would change, as `git apply` and `patch -p1` take it, for dry runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import unified_diff

from venvls.cli.edits import edited
from venvls.cli.render.place import relative
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.action import TextEdit


def unified(path: str, edits: Iterable[TextEdit]) -> str:
    """The unified diff of one file, its path from the current folder; empty where nothing would change."""
    before, after = (_lines(data) for data in edited(path, edits))
    shown = relative(path, os.getcwd()).replace(os.sep, "/").lstrip("/")
    old = f"a/{shown}" if os.path.exists(path) else "/dev/null"
    lines = unified_diff(before, after, old, f"b/{shown}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[str]:
    # Only \n ends a line of a diff; other bytes are as they are.
    *ended, last = data.decode("utf-8", "surrogateescape").split("\n")
    return [*(f"{line}\n" for line in ended), *([last] if last else [])]
