"""What is installed in the Python that an environment was made from: where a `pip install` goes while no environment is active."""

from __future__ import annotations

import re
from functools import lru_cache

from venvls.model.facts import Facts
from venvls.model.names import canonical
from venvls.model.ports import Entry

_RECORD = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]*)-\d[^-]*\.dist-info\Z")


class _Listed:
    """The names in the base Python's library, listed once."""

    __slots__ = ("names",)

    def __init__(self) -> None:
        self.names: frozenset[str] | None = None


def elsewhere(key: str, facts: Facts) -> str:
    """The end of the sentence that a package is missing, where it is installed in the base Python; else nothing.

    Environments that a tool keeps for a part of a project (tox, Hatch) are nobody's to activate: there it does not mislead.
    """
    if facts.project.part is not None:
        return ""
    listed = facts.remembered.of(_Listed)
    if listed.names is None:
        listed.names = _names(facts)
    if key not in listed.names or facts.environment is None:
        return ""
    return f": it is installed in your global Python, not in {facts.environment.name}"


def _names(facts: Facts) -> frozenset[str]:
    environment, path = facts.environment, facts.files.path
    if environment is None or environment.base is None or environment.minor is None or environment.system_site_packages:
        return frozenset()
    if environment.layout == "windows":
        folders = [path.join(environment.base, "Lib", "site-packages")]
    else:
        root = path.dirname(environment.base)
        library = f"python{environment.minor}"
        folders = [path.join(root, "lib", library, "site-packages")]
        if root == "/usr":  # Debian's pip installs next to what the system installs
            folders.append(path.join("/usr/local/lib", library, "dist-packages"))
    first, *others = [_names_in(facts.files.list(folder) or ()) for folder in folders]
    return first.union(*others) if others else first


def _names_in(entries: tuple[Entry, ...]) -> frozenset[str]:
    # Most often it is the same listing as before: comparing by identity takes no look at hundreds of names.
    if not _last or _last[0][0] is not entries:
        _last[:] = [(entries, _recorded(entries))]
    return _last[0][1]


_last: list[tuple[tuple[Entry, ...], frozenset[str]]] = []


@lru_cache(maxsize=8)
def _recorded(entries: tuple[Entry, ...]) -> frozenset[str]:
    """The names in one listing, for all projects whose environments were made from the same Python."""
    return frozenset([canonical(match[1]) for entry in entries if (match := _RECORD.match(entry.name))])
