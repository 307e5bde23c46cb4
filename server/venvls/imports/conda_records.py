"""What conda's records in a prefix (``conda-meta/name-version-build.json``) tell of modules: whose they are, and who needs whom.

The records are long, a megabyte each is no rarity: they are read when a module is met that the project does not plainly require, all at
once, where nobody waits. Of one that cannot be read anything might be true, and so nothing is known of the whole prefix.
Source: conda ``core/prefix_data.py``, ``models/records.py`` (``PrefixRecord``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from venvls.imports.kept import Kept
from venvls.imports.owners import top_of
from venvls.model.names import canonical
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

_LIMIT = 50_000_000
# Below a prefix on Linux and macOS, on Windows, and as packages for any Python have it.
_SITE = re.compile(r"(?:lib/(?:python|pypy)[\d.]+t?/|Lib/)?site-packages/(.+)", re.IGNORECASE)
_INFO = (".dist-info", ".egg-info")


class CondaRecord(NamedTuple):
    """One package of conda's by its own name: its top-level modules, its records of Python's kind (folders in site-packages), and what it
    needs. ``pinned`` are needs of one very build: what is made out of one recipe. ``requested``: somebody named it to conda."""

    name: str
    tops: tuple[str, ...]
    infos: tuple[str, ...]
    needs: tuple[str, ...]
    pinned: tuple[str, ...]
    requested: bool


class CondaPackages:
    """All packages of a prefix, by conda's name in the one form that is compared."""

    def __init__(self, records: Iterable[CondaRecord]) -> None:
        self.by_name: dict[str, CondaRecord] = {}
        self._by_top: dict[str, list[CondaRecord]] = {}
        self._by_info: dict[str, CondaRecord] = {}
        for record in records:
            self.by_name[canonical(record.name)] = record
            self._by_info.update(dict.fromkeys(record.infos, record))
            for top in record.tops:
                self._by_top.setdefault(top, []).append(record)

    def with_module(self, top: str) -> tuple[CondaRecord, ...]:
        """Those that have files of a top-level module."""
        return tuple(self._by_top.get(top, ()))

    def with_info(self, folder: str) -> CondaRecord | None:
        """The one that brought a ``.dist-info`` or ``.egg-info``; ``None`` where pip did."""
        return self._by_info.get(folder)

    def meant_by(self, names: Iterable[str]) -> frozenset[str]:
        """What people mean who name these: packages that are nothing but their needs stand for these, and so does each for the other
        parts of its recipe."""
        meant = set(names)
        queue = list(meant)
        for name in queue:
            record = self.by_name.get(name)
            added = () if record is None else record.pinned if record.tops else record.needs
            for need in map(canonical, added):
                if need not in meant:
                    meant.add(need)
                    queue.append(need)
        return frozenset(meant)

    def chain(self, names: Iterable[str], wanted: str) -> tuple[str, ...]:
        """The packages from one of ``names`` down to one that needs ``wanted``; else any one that needs it; empty where none does."""
        above: dict[str, str | None] = dict.fromkeys(sorted(names))
        queue = list(above)
        for name in queue:
            record = self.by_name.get(name)
            needs = [canonical(need) for need in record.needs] if record is not None else []
            if wanted in needs:
                way = [name]
                while (parent := above[way[0]]) is not None:
                    way.insert(0, parent)
                return tuple(self.by_name[each].name for each in way)
            for need in needs:
                if need not in above:
                    above[need] = name
                    queue.append(need)
        return tuple(record.name for _, record in sorted(self.by_name.items()) if wanted in map(canonical, record.needs))[:1]


class CondaRecords:
    """The records at ``paths``. Where it ``defers`` they are read by :meth:`read_all` alone; ``owed`` says that somebody waits for that."""

    def __init__(self, files: FileView, paths: Iterable[str], kept: Kept, *, defers: bool) -> None:
        self._files = files
        self._paths = tuple(paths)
        self._kept = kept
        self._defers = defers
        self._packages: CondaPackages | None = None
        self._is_read = False
        self.owed = False

    def packages(self) -> CondaPackages | None:
        """What is in the prefix; ``None`` where that is not known, or not yet."""
        if not self._is_read:
            if self._defers:
                self.owed = True
                return None
            self.read_all()
        return self._packages

    def read_all(self, partial: Callable[[], None] = lambda: None) -> None:
        """Reads all records; ``partial`` is called meanwhile."""
        records: list[CondaRecord] = []
        for path in self._paths:
            record = self._record(path)
            if record is None:
                break
            records.append(record)
            partial()
        self._packages = CondaPackages(records) if len(records) == len(self._paths) else None
        self._is_read, self.owed = True, False

    def _record(self, path: str) -> CondaRecord | None:
        stat = self._files.stat(path)
        known = self._kept.get(path, stat)
        if known is None:
            record = read(self._files.read(path, _LIMIT))
            if record is None:
                return None
            known = tuple(record)
            self._kept.put(path, stat, known)
        return CondaRecord(*known)


def read(data: bytes | None) -> CondaRecord | None:
    """One record from its text; ``None`` where it is none, or does not tell its files."""
    try:
        told = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, Mapping):
        return None
    name, listed, depends = told.get("name"), told.get("files"), told.get("depends", [])
    if not isinstance(name, str) or not isinstance(listed, list) or not isinstance(depends, list):
        return None
    # Some installers write a path as the machine does.
    inside = [match[1] for each in listed if isinstance(each, str) and (match := _SITE.match(each.replace("\\", "/"))) is not None]
    heads = {each.partition("/")[0] for each in inside}
    needs = [each.split() for each in depends if isinstance(each, str) and each.strip()]
    return CondaRecord(
        name,
        tuple(sorted({top_of(each) for each in inside} - {""})),
        tuple(sorted(head for head in heads if head.endswith(_INFO))),
        tuple(need[0] for need in needs),
        tuple(need[0] for need in needs if len(need) == 3 and not need[1].startswith(("<", ">", "!", "~"))),
        told.get("requested_spec") not in (None, "", "None") or bool(told.get("requested_specs")),
    )
