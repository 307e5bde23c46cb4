"""direnv's place for a project whose ``.envrc`` has a ``layout`` of Python: ``.direnv/python-<version>`` (direnv ``stdlib.sh``).

``.envrc`` is a program of the workspace: it is never run, only looked at for the line that says so. The environment is one of PEP 405
and read as such.
"""

from __future__ import annotations

from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAYOUT = r"(?m)^[ \t]*layout[ _](?:pyenv|python[\d.]*(?:-venv)?|uv|virtualenv)\b([^#\n]*)"
_LAYOUT_VERSION = r"layout[ _](?:pyenv|python)[ ]*(?:python)?(\d+(?:\.\d+)+)"
_FOLDER = r"(?:python|virtualenv)(?:-venv)?(?:-(\d+(?:\.\d+)*))?"


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """Nothing: such an environment is read as what made it."""
    return None


def places(query: Query) -> Iterator[Place]:
    """What is in ``.direnv``: the version that ``.envrc`` says first, then the newest."""
    files, path = query.files, query.files.path
    rc = path.join(query.root, ".envrc")
    data = files.read(rc, 100_000)
    match = re.search(_LAYOUT, data.decode("utf-8", "replace")) if data else None
    if match is None:
        return
    version_match = re.search(_LAYOUT_VERSION, match[0])
    wanted = version_match[1] if version_match else None
    matching_folders = [
        (name_match, entry.name)
        for entry in files.list(path.join(query.root, ".direnv")) or ()
        if (name_match := re.fullmatch(_FOLDER, entry.name))
    ]

    def rank(item: tuple[re.Match[str], str]) -> tuple[object, ...]:
        version = item[0][1] or ""
        fits = wanted is not None and f"{version}.".startswith(f"{wanted}.")
        return (not fits, tuple(-int(part) for part in version.split(".") if part))

    for _, name in sorted(matching_folders, key=rank):
        yield Place(path.join(query.root, ".direnv", name), f"{rc} names it (layout python)")


KIND = Kind("direnv", ("pyvenv.cfg",), recognise, places)
