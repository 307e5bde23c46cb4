"""A lock written in TOML → its plain tables, or the sentence that says why there are none: what uv.lock, poetry.lock and pdm.lock share.

Lists of files and their hashes are most of a lock and say nothing about what is to be installed. Tools write them in one shape, by which
they are taken out before the text goes to the TOML parser.
"""

from __future__ import annotations

from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.patterns import re
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 50_000_000
"""Longer locks (in characters) are not read."""
MOST_PACKAGES = 20_000
"""Locks of more packages are not read either. The largest that people have are a tenth of it."""
_PACKAGES = ("[[package", '": {')  # in TOML; in Pipfile.lock
CONFLICT = r"(?m)^(?:<{7} |={7}$|>{7} )"
"""The marks of a merge conflict."""
_PLACE = r"\(at line (\d+), column \d+\)$"


class LockText(NamedTuple):
    """The tables of a lock; ``problem`` is a sentence where it cannot be read."""

    value: Mapping[str, Any] = {}
    problem: str | None = None


def read_lock(text: str, name: str, command: str, *files: re.Pattern[str]) -> LockText:
    """The tables of a lock without what matches ``files``. ``name`` is what messages call it, ``command`` what writes it. Never raises."""
    if (problem := too_large(text, name)) is not None:
        return LockText(problem=problem)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if is_in_conflict(text):
        return LockText(problem=in_conflict(name, command))
    short = text
    for pattern in files:
        short = pattern.sub("", short)
    try:
        return LockText(toml.loads(short))
    except (ValueError, RecursionError) as error:
        return LockText(problem=f"{name} cannot be read{_place(text, error)}: run `{command}` to create it again.")


def too_large(text: str, name: str) -> str | None:
    """Why a lock is not read at all, as a sentence."""
    if len(text) > LARGEST:
        return f"{name} is too large to be read: {len(text):,} characters."
    packages = text.count(_PACKAGES[name.endswith("file.lock")])
    return f"{name} is too large to be checked: more than {MOST_PACKAGES:,} packages." if packages > MOST_PACKAGES else None


def is_in_conflict(text: str) -> bool:
    """Whether a lock has the marks of a merge conflict."""
    # A search for each mark first: the pattern looks at every line of a text of megabytes.
    return any(mark in text for mark in ("<<<<<<< ", "=======", ">>>>>>> ")) and re.search(CONFLICT, text) is not None


def in_conflict(name: str, command: str) -> str:
    """What to do about a lock with merge conflict markers."""
    return f"{name} contains merge conflict markers: choose one side, then run `{command}`."


def line_of(error: Exception) -> str:
    """The line that a TOML parser names, as a part of a sentence; empty where it names none."""
    place = re.search(_PLACE, str(error))
    return f" from line {place[1]} on" if place else ""


def _place(text: str, error: Exception) -> str:
    """The same for the whole text, of which a part was parsed."""
    try:
        toml.loads(text)
    except (ValueError, RecursionError) as again:
        error = again
    return line_of(error)
