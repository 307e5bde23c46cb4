"""Which package a module is of that is not installed: by the wheels that uv keeps unpacked in its cache, whatever their version.

Only packages are asked about that something names: a manifest, a lock, or the module itself. What a wheel brings is read from its files,
so that a name alone decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from venvls.imports.search import Search
from venvls.model.ports import FileView

_MOST_INDEXES, _MOST_WHEELS = 8, 4
"""Folders of a cache that are looked into for one package: other indexes than the public one, and wheels in each."""


class Cached:
    """The wheels in a cache of uv's, each looked into once."""

    def __init__(self, files: FileView, cache: str) -> None:
        self._files = files
        self._cache = cache
        self._places: tuple[str, ...] | None = None
        self._named: frozenset[str] | None = None
        self._public = 0
        self._wheels: dict[tuple[str, str], tuple[Search, ...]] = {}

    def among(self, keys: frozenset[str], module: str, names: tuple[str, ...]) -> str | None:
        """The package, of those with these PEP 503 names, of which a wheel has the module; ``None`` where none has, or several have."""
        having = [key for key in keys & self._packages() if self._provides(self._by_index(), key, module, names)]
        return having[0] if len(having) == 1 else None

    def is_public(self, key: str, module: str, names: tuple[str, ...]) -> bool:
        """Whether a wheel from the public index has the module. What another project took from an index of its own is no answer here:
        whoever takes that name on the public index would be installed."""
        return self._provides(self._by_index()[: self._public], key, module, names)

    def _provides(self, places: tuple[str, ...], key: str, module: str, names: tuple[str, ...]) -> bool:
        wheels = (wheel for place in places for wheel in self._in(place, key))
        return any(wheel.certain and wheel.missing(module, names) is None for wheel in wheels)

    def _packages(self) -> frozenset[str]:
        """The names of the folders for packages in all places: few of thousands that are required are in the cache."""
        if self._named is None:
            self._named = frozenset(name for place in self._by_index() for name, _ in self._files.list(place) or ())
        return self._named

    def _in(self, place: str, key: str) -> tuple[Search, ...]:
        if (place, key) not in self._wheels:
            self._wheels[place, key] = tuple(Search(self._files, [folder]) for folder in self._unpacked(place, key))
        return self._wheels[place, key]

    def _unpacked(self, place: str, key: str) -> Iterator[str]:
        folder = self._files.path.join(place, key)
        wheels = sorted(name for name, kind in self._files.list(folder) or () if kind != "file" and name[:1].isdecimal())
        return (self._files.path.join(folder, name) for name in wheels[-_MOST_WHEELS:])

    def _by_index(self) -> tuple[str, ...]:
        """The folders with a folder for each package, those of the public index first."""
        if self._places is None:
            list_, join = self._files.list, self._files.path.join
            buckets = [join(self._cache, name) for name, _ in list_(self._cache) or () if name.startswith("wheels-v")]
            others = [join(bucket, "index", name) for bucket in buckets for name, _ in list_(join(bucket, "index")) or ()]
            self._public = len(buckets)
            self._places = (*(join(bucket, "pypi") for bucket in buckets), *others[:_MOST_INDEXES])
        return self._places
