"""A result written to the file that a person named, instead of standard output."""

from __future__ import annotations

import os

from venvls.cli.edits import write as write_whole
from venvls.cli.failure import Failure
from venvls.manifests import is_manifest
from venvls.manifests.locks import lock_format
from venvls.model.visible import visible


def write(name: str, text: str) -> None:
    """Write ``text``, whole or not at all; a failure where it cannot be, or where the file states requirements."""
    path = os.path.realpath(name)
    folder, file_name = os.path.split(path)
    if is_manifest(os.path.basename(folder), file_name) or lock_format(file_name) is not None:
        raise Failure(f"`{name}` is where requirements are stated, so the result was not written to it. Name another file.")
    data = visible(text).encode("utf-8", "backslashreplace")
    if not os.path.exists(path) or os.path.isfile(path):
        write_whole(path, data)
        return
    # A pipe or a device stays what it is.
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as problem:
        raise Failure(f"{name} could not be written: {problem.strerror}.") from None
