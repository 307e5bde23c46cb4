"""Which package a module is of that is not installed: by the wheels that uv keeps unpacked in its cache, whatever their version.

Only packages are asked about that something names: a manifest, a lock, or the module itself. What a wheel brings is read from its files,
so that a name alone decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
        self._wheels: dict[str, tuple[Search, ...]] = {}

    def among(self, keys: Iterable[str], module: str, names: tuple[str, ...]) -> str | None:
        """The package, of those with these PEP 503 names, of which a wheel has the module; ``None`` where none has, or several have."""
        having = [key for key in keys if self.provides(key, module, names)]
        return having[0] if len(having) == 1 else None

    def provides(self, key: str, module: str, names: tuple[str, ...]) -> bool:
        """Whether a wheel of the package has the module."""
        if key not in self._wheels:
            self._wheels[key] = tuple(Search(self._files, [folder]) for folder in self._unpacked(key))
        return any(wheel.certain and wheel.missing(module, names) is None for wheel in self._wheels[key])

    def _unpacked(self, key: str) -> Iterator[str]:
        join = self._files.path.join
        for place in self._by_index():
            folder = join(place, key)
            wheels = sorted(name for name, kind in self._files.list(folder) or () if kind != "file" and name[:1].isdigit())
            yield from (join(folder, name) for name in wheels[-_MOST_WHEELS:])

    def _by_index(self) -> tuple[str, ...]:
        """The folders with a folder for each package."""
        if self._places is None:
            list_, join = self._files.list, self._files.path.join
            buckets = [join(self._cache, name) for name, _ in list_(self._cache) or () if name.startswith("wheels-v")]
            others = [join(bucket, "index", name) for bucket in buckets for name, _ in list_(join(bucket, "index")) or ()]
            self._places = (*(join(bucket, "pypi") for bucket in buckets), *others[:_MOST_INDEXES])
        return self._places
