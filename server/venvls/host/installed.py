"""What is installed in an environment: names and versions from the names of its records, what these hold only when asked."""

from __future__ import annotations

from venvls.host.recorded import (
    METADATA_LIMIT,
    every_need,
    read_built_from,
    read_direct_url,
    read_entry_points,
    read_metadata,
    recorded_size,
)
from venvls.host.site_folders import SiteFolders, Stamp, left_over
from venvls.model.environment import BuiltFrom, Description, DirectUrl, Distribution, Environment, GonePath, Leftover, Metadata
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.pieces import MappingProxyType
from venvls.model.ports import FileView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_RECORD_LIMIT = 1_000_000
"""Of a longer RECORD the sizes are not added up in passing."""
_AT_ONCE = 64
"""Records whose files are read together: for all of thousands, what was read took more time to find room for than to read."""
_WHEEL_LIMIT = 100_000


class Snapshot:
    """What was installed at one moment; implements :class:`venvls.model.environment.Installed`."""

    __slots__ = (
        *("_environment", "_files", "_folders", "_metadata", "_prefix", "_rests", "_with_urls", "added", "distributions", "gone_paths"),
        *("leftovers", "stamp"),
    )

    def __init__(self, environment: Environment, files: FileView) -> None:
        self._files = files
        self._prefix = environment.prefix
        self._environment = environment
        self._rests = False
        reader, distributions = self._read()
        self.distributions: Mapping[str, tuple[Distribution, ...]] = distributions
        self._folders = tuple(reader.visited)
        self._with_urls: dict[str, frozenset[str]] = {}
        self._metadata: dict[str, Metadata] = {}  # by path: hashing a whole distribution takes longer than the rest
        self.stamp: Stamp = tuple(reader.visited.items())
        self.added = tuple(reader.added)
        self.gone_paths: tuple[GonePath, ...] = tuple(reader.gone)
        self.leftovers: tuple[Leftover, ...] = tuple(left_over(files, reader.leftovers, distributions))

    def _read(self) -> tuple[SiteFolders, Mapping[str, tuple[Distribution, ...]]]:
        reader, environment = SiteFolders(self._files), self._environment
        for folder in environment.site_packages:
            reader.read(folder)
        distributions: Mapping[str, tuple[Distribution, ...]] = MappingProxyType(reader.distributions())
        if environment.kind in ("conda", "pixi"):
            distributions = reader.with_conda(environment.prefix, distributions)
        return reader, distributions

    def rest(self) -> None:
        """Takes less room: what is installed is listed again where somebody wants it. Whether it is still that, the stamp says."""
        if not self._rests:
            self._rests = True
            del self.distributions
        self._metadata, self._with_urls = {}, {}

    def __getattr__(self, name: str) -> Any:
        # Called only for what is not there.
        if name != "distributions":
            raise AttributeError(name)
        listed = self.distributions = self._read()[1]
        self._rests = False
        return listed

    @property
    def folders(self) -> tuple[str, ...]:
        """Whatever has to be as it was, there or not: site-packages, .pth files and what they add, half-written records."""
        return self._folders

    def metadata(self, distribution: Distribution) -> Metadata:
        """What the distribution says of itself; read once."""
        if distribution.format == "conda":
            return Metadata(distribution.key, distribution.version)
        known = self._metadata.get(distribution.path)
        if known is None:
            known = self._metadata[distribution.path] = load_metadata(self._files, distribution)
        return known

    def every_need(self) -> frozenset[str] | None:
        """What all distributions require, read at once; ``None`` where one of them has to be asked by itself."""
        every = [record for records in self.distributions.values() for record in records]
        if any(record.format != "dist-info" for record in every):
            return None
        return every_need(self._contents(every, "METADATA", METADATA_LIMIT, b"\n\n"))

    def _contents(self, records: Sequence[Distribution], name: str, limit: int, until: bytes = b"") -> Iterator[Sequence[bytes | None]]:
        """The files of this name in these .dist-info folders, some at a time."""
        end = f"{self._files.path.sep}{name}"
        for start in range(0, len(records), _AT_ONCE):
            yield self._files.read_entries([record.path + end for record in records[start : start + _AT_ONCE]], limit, until)

    def description(self, distribution: Distribution) -> Description:
        """What the distribution tells people of itself. Asked for one at a time, by somebody who looks at it."""
        from venvls.host.described import read_description

        place, files = distribution.path, self._files
        standing = files.stat(place)
        names = {"dist-info": "METADATA", "egg": files.path.join("EGG-INFO", "PKG-INFO")}
        inside = files.path.join(place, names.get(distribution.format, "PKG-INFO"))
        data = files.read(place if standing is not None and standing.kind == "file" else inside, METADATA_LIMIT)
        described = read_description(data if distribution.format != "conda" else None, distribution.key)
        if distribution.format != "dist-info":
            return described
        return described._replace(size=recorded_size(files.read(files.path.join(place, "RECORD"), _RECORD_LIMIT)))

    def direct_url(self, distribution: Distribution) -> DirectUrl | None:
        """Where it came from when not from an index; a development install of setuptools says it by its link."""
        if distribution.format == "egg-link":
            from urllib.parse import quote

            folder = self._files.path.dirname(distribution.path).replace("\\", "/")
            return DirectUrl(f"file://{'' if folder.startswith('/') else '/'}{quote(folder, safe='/:')}", editable=True)
        if distribution.format != "dist-info" or not self._may_have_url(distribution.path):
            return None
        return read_direct_url(self._files.read(self._files.path.join(distribution.path, "direct_url.json"), 1_000_000))

    def _may_have_url(self, place: str) -> bool:
        """Whether a record has a direct_url.json. Hardly any has, and a lock asks of all: it is looked up for all in its folder at once."""
        path = self._files.path
        folder, _, name = place.rpartition(path.sep)
        known = self._with_urls.get(folder)
        if known is None:
            inside, end = path.join(folder, ""), f"{path.sep}direct_url.json"
            every = [record.path for records in self.distributions.values() for record in records if record.format == "dist-info"]
            names = [record[len(inside) :] + end for record in every if record.startswith(inside)]
            known = self._with_urls[folder] = self._files.standing(folder, names)
        return f"{name}{path.sep}direct_url.json" in known

    def wheel_tags(self, distributions: Iterable[Distribution]) -> dict[Distribution, tuple[str, ...]]:
        """The tags in the WHEEL files of those that have one which does not fit every Python 3: what each wheel was built for."""
        recorded = [distribution for distribution in distributions if distribution.format == "dist-info"]
        contents = (data for part in self._contents(recorded, "WHEEL", _WHEEL_LIMIT) for data in part)
        return {
            distribution: tuple([line[4:].strip() for line in data.decode("utf-8", "replace").splitlines() if line.startswith("Tag:")])
            for distribution, data in zip(recorded, contents, strict=True)
            if data is not None and b"\nTag: py3-none-any" not in data
        }

    def built_from(self, distribution: Distribution) -> BuiltFrom | None:
        """uv's own record of the files it was built from; ``None`` where another installer put it there."""
        if distribution.format != "dist-info":
            return None
        return read_built_from(self._files.read(self._files.path.join(distribution.path, "uv_cache.json"), 1_000_000))

    def entry_points(self, distribution: Distribution) -> Mapping[str, Mapping[str, str]] | None:
        """What entry_points.txt lists: by group what each name leads to; ``None`` where it cannot be read."""
        if distribution.format != "dist-info":
            return None
        place = self._files.path.join(distribution.path, "entry_points.txt")
        data = self._files.read(place, 1_000_000)
        if data is None:
            return {} if self._files.stat(place) is None else None
        return read_entry_points(data)

    def missing_files(self, distribution: Distribution) -> tuple[str, ...] | None:
        """The files of RECORD that are not there, as written in it; ``None`` where there is no RECORD.

        Compiled files do not count, and lines that lead out of the environment are not followed.
        """
        if distribution.format != "dist-info":
            return None
        from venvls.host.missing_files import missing_files

        return missing_files(self._files, distribution.path, self._prefix)


def load_metadata(files: FileView, distribution: Distribution) -> Metadata:
    """A distribution's metadata from its files; what cannot be read is said in ``problem``."""
    key, version, path, form, _ = distribution
    if form != "dist-info":
        from venvls.host import eggs

        return eggs.load_metadata(files, distribution)
    [data] = files.read_entries((f"{path}{files.path.sep}METADATA",), METADATA_LIMIT)
    return read_metadata(data, "METADATA", key, version)
