"""poetry.lock → its packages as plain tables (Poetry ``packages/locker.py``, versions 1.0 to 2.1 of the format)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from venvls.manifests.syntax.lock_text import read_lock
from venvls.model.hints import Any
from venvls.model.names import canonical
from venvls.model.record import dataclass, field

_FILES = re.compile(r"^files = \[\n(?: {4}\{[^\n]*\n)*\]\n", re.MULTILINE)
# Before 1.5 all files of all packages was at the end; 1.0 had bare hashes there.
_ALL_FILES = re.compile(r"^\[metadata\.(?:files|hashes)\]\n(?:(?!\[)[^\n]*\n?)*", re.MULTILINE)
_MADE_BY = re.compile(r"# This file is [^\n]*Poetry (\d+)\.(\d+)[^\n]*")

Table = Mapping[str, Any]


@dataclass(slots=True)
class Lock:
    """A lock as read. ``packages`` are in the file's order, ``by_name`` the same by PEP 503 name, several where the lock forks.

    ``version`` is that of the format. ``old_hash`` says that it was made before Poetry 2.3, whose hash left out dependency groups.
    ``problem`` is a sentence where it cannot be understood.
    """

    packages: tuple[Table, ...] = ()
    by_name: dict[str, list[Table]] = field(default_factory=dict)
    extras: dict[str, tuple[str, ...]] = field(default_factory=dict)
    version: tuple[int, int] = (0, 0)
    content_hash: str | None = None
    old_hash: bool = False
    problem: str | None = None

    @property
    def has_groups(self) -> bool:
        """Whether each package says for itself in which groups it is wanted, and when."""
        return self.version >= (2, 1)


def read(text: str, name: str) -> Lock:
    """The lock in ``text``; ``name`` is what messages call it. Never raises."""
    value, problem = read_lock(text, name, "poetry lock", _ALL_FILES, _FILES)
    if problem is not None:
        return Lock(problem=problem)
    metadata = value.get("metadata")
    match = re.match(r"(\d{1,4})\.(\d{1,4})", str(metadata.get("lock-version", ""))) if isinstance(metadata, dict) else None
    if match is None or not isinstance(metadata, dict):
        return Lock(problem=f"{name} does not give the version of its format: run `poetry lock` to create it again.")
    version = (int(match[1]), int(match[2]))
    if not 1 <= version[0] <= 2:
        return Lock(problem=f"{name} has the unknown format version {match[0]}: only versions up to 2 are read.")
    lock = Lock(version=version)
    listed = value.get("package")
    lock.packages = tuple(
        entry for entry in (listed if isinstance(listed, list) else ()) if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    )
    for package in lock.packages:
        lock.by_name.setdefault(canonical(package["name"]), []).append(package)
    extras = value.get("extras")
    for extra, names in extras.items() if isinstance(extras, dict) else ():
        lock.extras[canonical(extra)] = tuple(canonical(need) for need in names if isinstance(need, str)) if isinstance(names, list) else ()
    digest = metadata.get("content-hash")
    lock.content_hash = digest if isinstance(digest, str) else None
    made_by = _MADE_BY.match(text.removeprefix("\ufeff"))
    lock.old_hash = made_by is not None and (int(made_by[1]), int(made_by[2])) < (2, 3)
    return lock
