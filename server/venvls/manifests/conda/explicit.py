"""conda's explicit files (``@EXPLICIT``, a package's URL a line) as locks: ``conda-linux-64.lock`` and its like, made by conda-lock.

Each file is for one platform: of several the one for this machine counts, whichever of them was met first. Lines ``# pip NAME @ URL`` are
conda-lock's for packages of an index. Nothing tells statically whether such a file still fits its environment.yml.
Source: conda ``misc.py`` (``explicit``), conda-lock ``conda_lock.py`` (``render_lockfile_for_platform``).
"""

from __future__ import annotations

import re

from venvls.manifests.conda.platform import PREFIX, platform_of
from venvls.model.hints import TYPE_CHECKING
from venvls.model.lock import Locked, LockedSet, Source
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.lock import LockFile

TOOL = "conda"
_PACKAGE = re.compile(r"/(?P<subdir>[a-z0-9-]+)/(?P<stem>[^/\s#]+?)(?:\.conda|\.tar\.bz2)(?:#\S*)?\s*$")
_PIP = re.compile(r"#\s*pip\s+(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s+@\s+(?P<url>\S+)")
_WHEEL = re.compile(r"/[A-Za-z0-9._]+-(?P<version>[^-/]+)-[^/]+\.whl")
_SDIST = re.compile(r"-(?P<version>[^-/]+)\.(?:tar\.gz|tar\.bz2|tar\.xz|zip)")
_LIMIT = 20_000_000
_ANY = Source("any")


class _Entry(NamedTuple):
    """One line: the package, its version, and the name and version's place."""

    key: str
    version: str | None
    subdir: str | None
    span: Span


def locked(file: LockFile, facts: Facts) -> LockedSet:
    """What the explicit file of this machine's platform asks of a conda environment; nothing of another kind of environment."""
    environment = facts.environment
    mine = platform_of(facts)
    path, text, entries = file.path, file.text, _entries(file)
    if environment is None or environment.kind not in ("conda", "pixi"):
        return LockedSet(path, TOOL, exact=False, covers=frozenset({path}), unsure=True)
    if mine is not None and not _is_for(entries, mine):
        place = facts.files.path.join(facts.files.path.dirname(path), f"conda-{mine}.lock")
        data = facts.files.read(place, _LIMIT) if place != path else None
        if data is None:
            return LockedSet(path, TOOL, exact=False, covers=frozenset({path}), unsure=True)
        path, text = place, Text(data.decode("utf-8", "replace"))
        entries = _read(text.source)
    if entries is None:
        name = facts.files.path.basename(path)
        return LockedSet(path, TOOL, problem=f"{name} is not an explicit file of conda: the line `@EXPLICIT` is missing.")
    places = {entry.key: entry.span for entry in entries}
    packages = {entry.key: Locked(entry.key, entry.version, _ANY) for entry in entries}
    covers = frozenset(manifest_path for manifest_path, manifest in facts.manifests.items() if manifest.format == "environment.yml")
    return LockedSet(
        path, TOOL, packages, exact=False, covers=covers or frozenset({path}), locate=lambda key: places.get(key, Span(0, 0)), unsure=True
    )


def _entries(file: LockFile) -> tuple[_Entry, ...] | None:
    if not isinstance(file.parsed, tuple):
        file.parsed = (_read(file.text.source),)
    entries: tuple[_Entry, ...] | None = file.parsed[0]
    return entries


def _read(source: str) -> tuple[_Entry, ...] | None:
    """The packages of a file; ``None`` where it is none of these files."""
    entries: list[_Entry] = []
    explicit = False
    offset = 0
    for raw in source.splitlines(keepends=True):
        line = raw.rstrip("\r\n")
        text = line.strip()
        if text == "@EXPLICIT":
            explicit = True
        elif text.startswith("#"):
            if (match := _PIP.match(text)) is not None:
                start = offset + line.index(text) + match.start("name")
                url = match["url"].partition("#")[0]
                version = _WHEEL.search(url) or _SDIST.search(url)
                name = match["name"]
                span = Span(start, start + len(name))
                entries.append(_Entry(canonical(name), version["version"] if version else None, None, span))
        elif text and len(text) < 4096 and (match := _PACKAGE.search(line)) is not None:
            parts = match["stem"].rsplit("-", 2)
            if len(parts) == 3:
                start = offset + match.start("stem")
                span = Span(start, start + len(parts[0]) + 1 + len(parts[1]))
                entries.append(_Entry(PREFIX + parts[0].lower(), parts[1], match["subdir"], span))
        offset += len(raw)
    return tuple(entries) if explicit else None


def _is_for(entries: tuple[_Entry, ...] | None, platform: str) -> bool:
    return any(entry.subdir == platform for entry in entries or ()) or not any(
        entry.subdir not in (None, "noarch") for entry in entries or ()
    )
