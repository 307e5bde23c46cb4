"""What conda notes of the packages it put into a prefix: ``conda-meta/name-version-build.json`` (conda ``core/prefix_data.py``).

The names tell all that is needed, so none of the files is opened: some are megabytes long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venvls.model.environment import Distribution
from venvls.model.ports import FileView

PREFIX = "conda:"
"""What the keys of conda's packages begin with, where packages of Python are looked up too."""

Records = Mapping[str, tuple[Distribution, ...]]


def folder(files: FileView, prefix: str) -> str:
    """Where conda notes what it installed."""
    return str(files.path.join(prefix, "conda-meta"))


def records(files: FileView, prefix: str) -> dict[str, tuple[Distribution, ...]]:
    """Every package conda noted, by ``conda:name``; the names are conda's, in lower case."""
    place = folder(files, prefix)
    by_name: dict[str, tuple[Distribution, ...]] = {}
    for name, kind in files.list(place) or ():
        if kind == "directory" or not name.endswith(".json"):
            continue
        # Neither a version nor a build has a dash in it.
        parts = name[:-5].rsplit("-", 2)
        if len(parts) == 3 and all(parts):
            key = PREFIX + parts[0].lower()
            by_name[key] = (*by_name.get(key, ()), Distribution(key, parts[1], files.path.join(place, name), "conda"))
    return by_name


class WithConda(Mapping[str, tuple[Distribution, ...]]):
    """Distributions as they are, and conda's records too: found when asked for, and in no listing.

    No installer of Python put them there or could take them away; they answer to what an environment.yml asks.
    """

    __slots__ = ("_conda", "_python")

    def __init__(self, python: Records, conda: Records) -> None:
        self._python = python
        self._conda = conda

    def __getitem__(self, key: str) -> tuple[Distribution, ...]:
        distributions = self._python.get(key)
        return self._conda[key] if distributions is None else distributions

    def __iter__(self) -> Iterator[str]:
        return iter(self._python)

    def __len__(self) -> int:
        return len(self._python)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WithConda) and self._python == other._python and self._conda == other._conda

    __hash__ = None  # type: ignore[assignment]
