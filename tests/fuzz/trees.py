"""Whole workspaces of the cases with one file of them replaced: what its readers gave is used by all that comes after them.

The bytes are the case's name, a line's end, the file's path, a line's end, and the file's text. What names none takes some case or file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

from tests.bounds.judged import parts
from tests.case_folder import write
from tests.case_format import Case, all_cases
from tests.memory_machine import MemoryMachine, MemoryMemory
from tests.memory_tree import FOLDER, Content, Link
from venvls.workspace import Overrides, Workspace

HOME = "/home/me"
_LONGEST = 3_000
"""Characters of a file that is replaced: longer ones, a whole ``RECORD`` or a script, are read as well by what is small."""


@cache
def _cases() -> dict[str, Case]:
    return {f"{case.rule}/{case.name}": case for case in all_cases()}


def names() -> list[str]:
    """The names of all cases, in their order."""
    return list(_cases())


def settings(name: str) -> dict[str, object]:
    """What an editor is set to in a case."""
    return dict(_cases()[name].options.get("settings", {}))


@cache
def tree(name: str) -> dict[str, Content]:
    """Everything on the disk that the case describes, as files in memory."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        write(_cases()[name], place)
        return dict(_entries(place))


def _entries(place: Path) -> Iterator[tuple[str, Content]]:
    for path in sorted(place.rglob("*")):
        own = f"{HOME}/{path.relative_to(place).as_posix()}"
        if path.is_symlink():
            yield own, Link(str(path.readlink()).replace(str(place), HOME))
        elif path.is_dir():
            yield own, FOLDER
        else:
            yield own, path.read_bytes().replace(str(place).encode(), HOME.encode())


@cache
def texts(name: str) -> dict[str, bytes]:
    """The files of a case that are replaced."""
    return {path: content for path, content in tree(name).items() if isinstance(content, bytes) and len(content) <= _LONGEST}


def _one_of(names: list[str], wanted: bytes) -> str:
    """The one that is wanted, or one that the bytes choose."""
    name = wanted.decode("utf-8", "replace")
    return name if name in names else names[crc32(wanted) % len(names)]


def read(data: bytes) -> None:
    """Judges a workspace as a person sees it: all findings, what can be done about each, and the facts of each project."""
    wanted, _, rest = data.partition(b"\n")
    path, _, text = rest.partition(b"\n")
    name = _one_of(names(), wanted)
    files = {**tree(name)}
    files[_one_of(list(texts(name)) or [f"{HOME}/work/requirements.txt"], path)] = text
    options = _cases()[name].options
    opened = Workspace(
        MemoryMachine(files),
        MemoryMemory(),
        editor=settings(name),
        overrides=Overrides(
            groups=tuple(options.get("groups", ())), extras=tuple(options.get("extras", ())), all_groups=bool(options.get("all_groups"))
        ),
        strict=True,
    )
    root = f"{HOME}/work"
    opened.set_roots((root,))
    opened.discover()
    for finding in opened.check((root,), imports=True).findings:
        opened.actions(finding)
    for each in parts(opened):
        opened.facts(each)


@cache
def examples() -> tuple[str, ...]:
    """Each file of each case, as it is."""
    return tuple(
        f"{name}\n{path}\n{content.decode('utf-8', 'replace')}" for name in sorted(_cases()) for path, content in texts(name).items()
    )
