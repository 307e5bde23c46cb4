"""Which installed distribution a module is of: by the files that each has recorded, read when they are first needed.

A module that is called as its distribution is looked up in that one's record alone. Any other means that all records are read once: where
these are many, that can be put off to a moment when nobody waits.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from venvls.imports.kept import Kept
from venvls.imports.search import Search, importable
from venvls.model.environment import Distribution
from venvls.model.names import canonical
from venvls.model.ports import FileView

_LIMIT = 50_000_000
_AT_ONCE = 30
"""Records that are read while somebody waits: some milliseconds."""
_ENDINGS = (".py", ".so", ".pyd", ".pyc", ".pyw")
_PROGRAM = re.compile(r"(?:\.\./)+(?:bin|Scripts)/", re.IGNORECASE)
_RECORDS = {"dist-info": "RECORD", "egg-info": "installed-files.txt"}


class Owners:
    """The owners of modules among ``distributions``, which are by PEP 503 name. ``kept`` is what earlier runs have read of records.

    Where it ``defers``, no answer waits until many records are read: it is that nothing is known, and :attr:`owed` is true until
    :meth:`read_all` was called.
    """

    def __init__(
        self,
        files: FileView,
        distributions: Mapping[str, tuple[Distribution, ...]],
        search: Search,
        kept: Kept | None = None,
        *,
        defers: bool = False,
    ) -> None:
        self._files = files
        self._distributions = {key: those[0] for key, those in distributions.items() if those and those[0].format != "conda"}
        self._search = search
        self._kept = kept
        self._records: dict[str, tuple[str, ...] | None] = {}
        self._provided: dict[str, set[str]] = {}
        self._tops: dict[str, list[str]] | None = None
        self._defers = defers
        self.owed = False
        self._known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def of(self, module: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The distributions that provide a module, by PEP 503 name; none where no record tells."""
        key = (module, names)
        if key not in self._known:
            owners = self._of(module, names)
            if owners is None:
                self.owed = True
                return ()
            self._known[key] = tuple(owners)
        return self._known[key]

    def read_all(self, partial: Callable[[], None] = lambda: None) -> None:
        """Reads the records of all distributions; ``partial`` is called meanwhile."""
        tops: dict[str, list[str]] = {}
        for name in self._distributions:
            for provided in self._provides(name):
                tops.setdefault(provided, []).append(name)
            partial()
        self._tops, self.owed = tops, False

    def modules_of(self, key: str) -> frozenset[str]:
        """The top-level modules of a distribution; none where it is not installed, or no record tells."""
        return frozenset(self._provides(key)) if key in self._distributions else frozenset()

    def is_used_without_import(self, key: str) -> bool:
        """Whether a distribution has programs, plugins, or code that every start of Python runs (``.pth``)."""
        distribution = self._distributions[key]
        path = self._files.path.join(distribution.path, "entry_points.txt")
        if distribution.format != "dist-info" or self._files.stat(path) is not None:
            return True
        # Compiled programs (uv, ruff) are recorded alone.
        return any(line.endswith(".pth") or _PROGRAM.match(line) is not None for line in self._read(distribution) or ())

    def _of(self, module: str, names: tuple[str, ...]) -> Iterable[str] | None:
        """The owners; ``None`` where too much would have to be read for that now."""
        top = module.partition(".")[0]
        called = canonical(top)
        if called in self._distributions and not self._search.is_namespace(top) and top in self._provides(called):
            return [called]
        if self._tops is None:
            if self._defers and len(self._distributions) - len(self._provided) > _AT_ONCE:
                return None
            self.read_all()
        candidates = self._tops.get(top, []) if self._tops is not None else []
        if len(candidates) < 2:
            return candidates
        # A namespace: who has the very module, or what is taken out of it.
        for wanted in ([f"{module}.{name}" for name in names], [module]):
            holding = [name for name in candidates if any(self._holds(name, dotted) for dotted in wanted)]
            if holding:
                return holding
        return candidates

    def _provides(self, name: str) -> set[str]:
        """The top-level modules of a distribution."""
        if name not in self._provided:
            self._provided[name] = self._worked_out(name)
        return self._provided[name]

    def _worked_out(self, name: str) -> set[str]:
        distribution = self._distributions[name]
        files, path = self._files, self._files.path
        recorded = self._recorded(distribution)
        tops: set[str] = set()
        if recorded is not None:
            tops = {*recorded[0]} | self._by_pth(distribution, recorded[1])
        if not tops:
            told = files.read(path.join(distribution.path, "top_level.txt"), _LIMIT)
            tops |= set(told.decode("utf-8", "replace").split()) if told is not None else set()
        if not tops:
            tops |= self._by_metadata(distribution)
        return tops

    def _recorded(self, distribution: Distribution) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The top-level modules by a distribution's record, and its ``.pth`` files; ``None`` where there is no record."""
        place = self._files.path.join(distribution.path, _RECORDS.get(distribution.format, ""))
        stat = self._files.stat(place) if self._kept is not None else None
        known = self._kept.get(place, stat) if self._kept is not None else None
        if known is None:
            # Not all of it is remembered: of a thousand distributions that would be much.
            record = self._read(distribution)
            if record is None:
                return None
            known = (
                tuple({top_of(line) for line in record} - {""}),
                tuple(line for line in record if line.endswith(".pth") and "/" not in line),
            )
            if self._kept is not None:
                self._kept.put(place, stat, known)
        return known[0], known[1]

    def _by_pth(self, distribution: Distribution, names: Iterable[str]) -> set[str]:
        """What an editable installation provides by the ``.pth`` files that it has recorded."""
        path = self._files.path
        site = path.dirname(distribution.path)
        own = {path.join(site, name) for name in names}
        provided: set[str] = set()
        for added in self._search.added:
            if added.path in own:
                provided |= added.names
                for folder in added.folders:
                    provided |= set(importable(self._files, folder) or ())
        return provided

    def _by_metadata(self, distribution: Distribution) -> set[str]:
        """``Import-Name`` and ``Import-Namespace`` (PEP 794)."""
        data = self._files.read(self._files.path.join(distribution.path, "METADATA"), _LIMIT)
        provided: set[str] = set()
        for line in data.decode("utf-8", "replace").splitlines() if data is not None else ():
            if not line:
                break
            field, _, value = line.partition(":")
            if field in ("Import-Name", "Import-Namespace"):
                provided.add(value.partition(";")[0].strip().partition(".")[0])
        return provided

    def _holds(self, name: str, dotted: str) -> bool:
        record = self._record(self._distributions[name]) or ()
        place = dotted.replace(".", "/")
        for wanted in (f"{place}.", f"{place}/"):
            index = bisect_left(record, wanted)
            if index < len(record) and record[index].startswith(wanted):
                return True
        return False

    def _record(self, distribution: Distribution) -> tuple[str, ...] | None:
        """The files of a distribution, from its site-packages folder, sorted; ``None`` where there is no record."""
        if distribution.path not in self._records:
            read = self._read(distribution)
            self._records[distribution.path] = tuple(sorted(read)) if read is not None else None
        return self._records[distribution.path]

    def _read(self, distribution: Distribution) -> tuple[str, ...] | None:
        files, path = self._files, self._files.path
        if distribution.format == "dist-info":
            data = files.read(path.join(distribution.path, _RECORDS["dist-info"]), _LIMIT)
            if data is None:
                return None
            lines = data.decode("utf-8", "replace").split("\n")
            return tuple(line.split(",", 1)[0].strip('"') for line in lines if line)
        if distribution.format == "egg-info":
            data = files.read(path.join(distribution.path, _RECORDS["egg-info"]), _LIMIT)
            if data is not None:
                return tuple(line[3:] for line in data.decode("utf-8", "replace").splitlines() if line.startswith("../"))
        return None


def top_of(line: str) -> str:
    """The top-level module that a file of a record is of; empty for data, scripts and metadata."""
    head, slash, _ = line.partition("/")
    if slash:
        # ``..`` leads to scripts and data; a name that is none is no module: ``x.libs``, ``x-1.0.dist-info``.
        return head if head.isidentifier() and head != "__pycache__" else ""
    return head.partition(".")[0] if head.endswith(_ENDINGS) else ""
