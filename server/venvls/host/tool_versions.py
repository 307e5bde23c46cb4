"""The version of a tool's program, as its installer recorded it next to the program; nothing is started to learn it.

A record counts only where it names this very program, with its size, so that of a copy that something else put there nothing is said.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_DISTRIBUTIONS = {"pip-compile": "pip-tools", "pip-sync": "pip-tools"}
"""The packages of tools that are not called as the package is."""
_SHEBANG = re.compile(rb"#!\s*(?:/bin/sh\s+'''exec' )?\"?([^\"\n\r]+?)\"?(?: -[A-Za-z]+| \"\$0\" \"\$@\")*[ \t]*\r?\n")
_LARGEST = 10_000_000


def recorded(name: str, path: str) -> str | None:
    """The version that is recorded for the program ``path`` of a tool; ``None`` where nothing says it for certain."""
    try:
        real = os.path.realpath(path)
        found = {version for prefix in _prefixes(real) for version in _recorded_in(prefix, name, real)}
    except (OSError, ValueError):
        return None
    return found.pop() if len(found) == 1 else None


def _prefixes(program: str) -> Iterator[str]:
    """The environments that the program may be of: the one it is in, and that of the Python it is started with."""
    yield os.path.dirname(os.path.dirname(program))
    with open(program, "rb") as file:
        start = file.read(1_000)
    if (match := _SHEBANG.match(start)) is not None:
        python = os.fsdecode(match[1])
        if os.path.isabs(python):
            yield os.path.dirname(os.path.dirname(python))


def _recorded_in(prefix: str, name: str, program: str) -> Iterator[str]:
    metadata = os.path.join(prefix, "conda-meta")
    for entry in _entries(metadata):
        parts = entry.removesuffix(".json").rsplit("-", 2)
        if len(parts) == 3 and parts[0] == name and entry.endswith(".json"):
            yield parts[1]
    stem = _DISTRIBUTIONS.get(name, name)
    sites = [os.path.join(prefix, "Lib", "site-packages")]
    for lib in ("lib", "lib64"):
        base = os.path.join(prefix, lib)
        sites += [os.path.join(base, entry, "site-packages") for entry in _entries(base) if entry.startswith(("python", "pypy"))]
    for site in dict.fromkeys(map(os.path.realpath, sites)):
        for entry in _entries(site):
            written, dash, version = entry.removesuffix(".dist-info").partition("-")
            same = dash and entry.endswith(".dist-info") and re.sub(r"[-_.]+", "-", written).lower() == stem
            if same and _installed(os.path.join(site, entry), site, program):
                yield version


def _installed(folder: str, site: str, program: str) -> bool:
    """Whether a distribution's RECORD says that it installed this program, as large as it is."""
    try:
        with open(os.path.join(folder, "RECORD"), encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read(_LARGEST).splitlines()
        size = os.stat(program).st_size
    except OSError:
        return False
    name = os.path.basename(program)
    for line in lines:
        path, _, rest = line.partition(",")
        if path.endswith(name) and os.path.realpath(os.path.join(site, path)) == program:
            return rest.rpartition(",")[2] in ("", str(size))
    return False


def _entries(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
