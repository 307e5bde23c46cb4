"""Text edits written to files: the original's encoding and line ends kept, never through a link, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable

from venvls.cli.failure import Failure
from venvls.manifests.syntax.decode import decode
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.action import TextEdit


def apply(edits: Iterable[TextEdit], roots: tuple[str, ...] = ()) -> list[str]:
    """Apply the edits and give the paths that changed; overlapping edits of one file are left for the next run.

    ``roots`` are the workspace's folders: a file below one that a link leads out of it is a failure, and nothing of it is written.
    """
    by_path: dict[str, list[TextEdit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    return [path for path, own in by_path.items() if _apply_one(path, own, roots)]


def edited(path: str, edits: Iterable[TextEdit]) -> tuple[bytes, bytes]:
    """What a file holds and what it would hold after its edits; nothing is written."""
    data = b""
    if os.path.exists(path):
        with open(path, "rb") as file:
            data = file.read()
    decoded = decode(data)
    text = decoded.text
    end = len(text) + 1
    for edit in sorted(set(edits), key=lambda text_edit: text_edit.span, reverse=True):
        if edit.span.end <= end:
            text = text[: edit.span.start] + edit.new + text[edit.span.end :]
            end = edit.span.start
    # A byte order mark is not in the text; in its own encoding it is this character.
    return data, (("\ufeff" if decoded.bom else "") + text).encode(decoded.encoding)


def _apply_one(path: str, edits: list[TextEdit], roots: tuple[str, ...]) -> bool:
    if os.path.islink(path) or _leads_out(path, roots):
        raise Failure(f"{path} is reached through a link; edit the linked file instead")
    data, new = edited(path, edits)
    if new == data:
        return False
    write(path, new)
    return True


def _leads_out(path: str, roots: tuple[str, ...]) -> bool:
    """Whether a folder on the way from the workspace's folder to the file is a link to somewhere outside it (threat T18)."""
    inside = [root for root in roots if path.startswith(root.rstrip(os.sep) + os.sep)]
    if not inside:
        return False
    root, folder = os.path.realpath(max(inside, key=len)), os.path.realpath(os.path.dirname(path))
    return folder != root and not folder.startswith(root.rstrip(os.sep) + os.sep)


def _mode_of_new() -> int:
    """What a new file of the person's may be read by; a temporary file is for its owner alone."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def write(path: str, data: bytes) -> None:
    """Replace a file's bytes, whole or not at all; its permissions stay."""
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".venvls-")
    except OSError as problem:
        raise Failure(f"{path} could not be written: {problem.strerror}. Nothing was changed.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, os.stat(path).st_mode & 0o7777 if os.path.exists(path) else _mode_of_new())
        os.replace(temporary, path)
    except OSError as problem:
        os.unlink(temporary)
        raise Failure(f"{path} could not be written: {problem.strerror}. It was not changed.") from None
