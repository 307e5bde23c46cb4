"""The files that a RECORD lists and that are not there."""

from __future__ import annotations

from venvls.host.recorded import METADATA_LIMIT, read_record
from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MANY_IN_A_FOLDER = 200
"""Files of a RECORD in one folder, from which on the folder is listed."""


def missing_files(files: FileView, record: str, prefix: str) -> tuple[str, ...] | None:
    """The files of the RECORD in the folder ``record`` that are not there, as written in it; ``None`` where there is no RECORD.

    Compiled files do not count, and lines that lead out of the environment at ``prefix`` are not followed.
    """
    path = files.path
    paths = read_record(files.read(path.join(record, "RECORD"), METADATA_LIMIT))
    if paths is None:
        return None
    site = path.dirname(record)
    inside = tuple(path.join(folder, "") for folder in (prefix, site))
    by_folder: dict[str, list[str]] = {}
    for written in paths:
        if "__pycache__" not in written and not written.endswith((".pyc", ".pyo")) and "\0" not in written:
            by_folder.setdefault(written.rpartition("/")[0], []).append(written)
    missing: set[str] = set()
    for folder, listed in by_folder.items():
        missing.update(_absent(files, listed, path.normpath(path.join(site, folder)), site, inside))
    return tuple([written for written in paths if written in missing]) if missing else ()


def _absent(files: FileView, listed: Sequence[str], folder: str, site: str, inside: tuple[str, ...]) -> Iterable[str]:
    """Of files that a RECORD has in one folder those that are not there; of many, looked for in what the folder has."""
    if len(listed) >= _MANY_IN_A_FOLDER and files.path.join(folder, "").startswith(inside):
        entries = files.list(folder)
        # Some systems take a name in other letters for the same one: then it is looked at itself.
        there = {entry.name.lower() for entry in entries or ()}
        if entries is not None or files.lstat(folder) is None:
            certain = {
                written
                for written in listed
                if (name := _plain_name(written)) and (entries is None or (name.isascii() and name.lower() not in there))
            }
            return [*certain, *_absent_each(files, [written for written in listed if written not in certain], site, inside)]
    return _absent_each(files, listed, site, inside)


def _absent_each(files: FileView, listed: Iterable[str], site: str, inside: tuple[str, ...]) -> Iterable[str]:
    path = files.path
    for written in listed:
        place = path.normpath(path.join(site, written))
        if place.startswith(inside) and files.lstat(place) is None:
            yield written


def _plain_name(written: str) -> str:
    """The last part of a path in a RECORD; nothing where it is no plain name."""
    name = written.rpartition("/")[2]
    return "" if "\\" in name or ":" in name or name.endswith((".", " ")) else name
