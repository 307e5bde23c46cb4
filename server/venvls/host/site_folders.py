"""The folders Python searches for what is installed, in its order: one listing each, names and versions from the names in it.

``importlib.metadata`` and pip are followed in what counts and who wins: the first folder on the search path that holds a name hides
the later ones; two under one name in one folder are two versions at once.
"""

from __future__ import annotations

from itertools import repeat

from venvls.host.recorded import METADATA_LIMIT, read_metadata
from venvls.model.environment import Distribution, GonePath, Leftover
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical, canonical_each
from venvls.model.patterns import re
from venvls.model.ports import Entry, FileView, Stat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# A folder name that can mean one thing only. Any other is confirmed by the metadata: names with dashes are from old wheels, and a
# version's `_` may stand for `-` or `+`.
_PLAIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]*)-(\d[A-Za-z0-9.!+]*)\.dist-info\Z")
_ALL_PLAIN = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._]*)-(\d[A-Za-z0-9.!+]*)\.dist-info$")
# pip renames what it removes: `~` and then maybe more of these in place of the first letters (AdjacentTempDirectory).
_LEFTOVER = r"~[-~.=%0-9]*"
_ENDINGS = (".dist-info", ".egg-info", ".egg-link", ".egg", ".pth")
_PTH_LIMIT = 1_000_000
_MOST_PTH_FOLDERS = 1_000

_make = tuple.__new__  # by place, and without the class's own call

Stamp = tuple[tuple[str, object], ...]
"""What has to be as it was, and how it was."""


class SiteFolders:
    """Collects distributions folder by folder, in the order Python searches them."""

    def __init__(self, files: FileView) -> None:
        self.files = files
        self.visited: dict[str, object] = {}
        self.leftovers: list[str] = []
        self.gone: list[GonePath] = []
        self.added: list[str] = []
        self._early: list[dict[str, list[Distribution]]] = []
        self._late: list[dict[str, list[Distribution]]] = []
        self._identities: set[object] = set()

    def distributions(self) -> dict[str, tuple[Distribution, ...]]:
        """By name, what the first folder that has it holds."""
        out: dict[str, tuple[Distribution, ...]] = {}
        for layer in (*self._early, *self._late):
            for key, distributions in layer.items():
                if key not in out:
                    out[key] = tuple(distributions)
        return out

    def with_conda(self, prefix: str, distributions: Mapping[str, tuple[Distribution, ...]]) -> Mapping[str, tuple[Distribution, ...]]:
        """The same, and what conda noted in the prefix, when it is asked for by conda's names."""
        from venvls.host import conda_meta

        place = conda_meta.folder(self.files, prefix)
        self.visited[place] = _mark(self.files.stat(place))
        return conda_meta.WithConda(distributions, conda_meta.records(self.files, prefix))

    def read(self, folder: str) -> None:
        """Reads a site folder and the folders its .pth files name."""
        listing = self._enter(folder)
        if listing is None:
            return
        layer: dict[str, list[Distribution]] = {}
        self._late.append(layer)
        pth, links = self._collect(folder, listing, layer)
        linked = {target for link in links if (target := self._link_target(folder, link))}
        seen = 0
        for name in sorted(pth):
            paths, first = self._pth(folder, name)
            self._note_gone(folder, name, paths)
            for path in paths:
                seen += 1
                if seen > _MOST_PTH_FOLDERS:
                    return
                self._read_added(path, first=first, linked=linked)
        for path in sorted(linked):  # a link without its line in easy-install.pth is installed for pip all the same
            self._read_added(path, first=False, linked=linked)

    def _note_gone(self, folder: str, name: str, paths: list[str]) -> None:
        """Notes a .pth file that leads nowhere; setuptools' own kind names modules in a program next to it."""
        places = paths
        if not paths and name.startswith("__editable__."):
            from venvls.host.editable import mapped

            places = mapped(self.files, folder, name)
        if places and all(self.files.stat(place) is None for place in places):
            self.gone.append(GonePath(self.files.path.join(folder, name), places[0]))
            # That it is there again has to be seen too.
            self.visited[places[0]] = None

    def _enter(self, folder: str) -> tuple[Entry, ...] | None:
        standing = self.files.stat(folder)
        if standing is None or standing.kind != "directory":
            # That it comes back is a change as well: an environment may be renamed and renamed back.
            self.visited[folder] = _mark(standing)
            return None
        if standing.identity in self._identities:
            return None
        self._identities.add(standing.identity)
        # Taken before the listing: what changes in between then shows as a change, never the other way round.
        self.visited[folder] = _mark(standing)
        return self.files.list(folder)

    def _read_added(self, folder: str, *, first: bool, linked: set[str]) -> None:
        """Reads a folder that a .pth file or an egg-link puts on the search path; an .egg there is a distribution itself."""
        if folder.endswith(".egg"):
            from venvls.host.eggs import egg

            distribution = egg(self.files, folder)
            if distribution is not None:
                layer: dict[str, list[Distribution]] = {distribution.key: [distribution]}
                (self._early if first else self._late).append(layer)
            return
        listing = self._enter(folder)
        if listing is None:
            return
        self.added.append(folder)
        layer = {}
        self._collect(folder, listing, layer)
        if folder in linked:
            layer = {
                key: [entry._replace(format="egg-link") if entry.format == "egg-info" else entry for entry in distributions]
                for key, distributions in layer.items()
            }
        (self._early if first else self._late).append(layer)

    def _collect(self, folder: str, listing: tuple[Entry, ...], layer: dict[str, list[Distribution]]) -> tuple[list[str], list[str]]:
        """Puts the distributions of one listing into ``layer``; gives the names of its .pth files and egg-links."""
        files = self.files
        inside = files.path.join(folder, "")  # thousands of names are put to it
        names = [name for name, _ in listing if name.endswith(".dist-info")]
        sep = files.path.sep
        there = files.standing(folder, [f"{name}{sep}{file}" for name in names for file in ("INSTALLER", "METADATA")])
        if len(there) == 2 * len(names) and _all_plain(names, inside, layer):
            listing = tuple([entry for entry in listing if not entry[0].endswith(".dist-info")])
        pth: list[str] = []
        links: list[str] = []
        for name, kind in listing:
            if not name.endswith(_ENDINGS):
                if name[:1] == "~" and kind == "directory":
                    self.leftovers.append(inside + name)
                continue
            distribution: Distribution | None = None
            if name[:1] == "~":
                if kind == "directory":
                    self.leftovers.append(inside + name)
            elif name.endswith(".dist-info"):
                record = f"{name}{sep}"
                whole = f"{record}INSTALLER" in there and f"{record}METADATA" in there
                if not whole:
                    # What is half there becomes whole without a change in this folder.
                    self.visited[inside + name] = _mark(files.stat(inside + name))
                distribution = dist_info(files, inside + name, name[:-10], whole=whole)
            elif name.endswith((".egg-info", ".egg")):
                from venvls.host import eggs  # which few environments have

                distribution = eggs.egg(files, inside + name) if name.endswith(".egg") else eggs.egg_info(files, inside + name, name[:-9])
            elif name.endswith(".pth"):
                pth.append(name)
            else:
                links.append(name)
            if distribution is not None:
                layer.setdefault(distribution.key, []).append(distribution)
        return pth, links

    def _link_target(self, folder: str, name: str) -> str | None:
        data = self._content(self.files.path.join(folder, name))
        line = data.decode("utf-8", "surrogateescape").strip().partition("\n")[0].strip() if data else ""
        return self._place(folder, line) if line else None

    def _pth(self, folder: str, name: str) -> tuple[list[str], bool]:
        """The folders a .pth file adds, and whether it puts them before site-packages (old easy_install does)."""
        data = self._content(self.files.path.join(folder, name))
        paths: list[str] = []
        first = False
        for line in data.decode("utf-8-sig", "surrogateescape").splitlines() if data else ():
            if line.startswith(("import ", "import\t")):
                first = first or "__egginsert" in line
            elif line.strip() and not line.startswith("#"):
                place = self._place(folder, line.rstrip())
                if place is not None:
                    paths.append(place)
        return paths, first

    def _content(self, path: str) -> bytes | None:
        """What is in a .pth file or a link: that is written without a change in its folder, too."""
        self.visited[path] = _mark(self.files.stat(path))
        return self.files.read(path, _PTH_LIMIT)

    def _place(self, folder: str, written: str) -> str | None:
        """An absolute path; ``None`` for one on another machine: merely looking there would tell it who is asking."""
        path = self.files.path
        place = path.normpath(path.join(folder, written))
        if "\0" in place or len(place) > 4096:
            return None
        if place.startswith(("\\\\", "//")) and not folder.startswith(("\\\\", "//")):
            return None
        return str(place)


def _all_plain(names: list[str], inside: str, layer: dict[str, list[Distribution]]) -> bool:
    """Puts the distributions of these .dist-info folders into ``layer`` where all names are plain, as nearly always; without a call for
    each of thousands. ``inside`` is what is before each name in its path."""
    together = "\n".join(names)
    parts = _ALL_PLAIN.findall(together)
    if len(parts) != len(names) or together.count("\n") >= max(len(names), 1):
        return False
    keys = canonical_each([name for name, _ in parts])
    versions = [version for _, version in parts]
    records = map(_make, repeat(Distribution), zip(keys, versions, map(inside.__add__, names), repeat("dist-info"), repeat(None)))
    for key, record in zip(keys, records, strict=True):
        layer.setdefault(key, []).append(record)
    return True


def dist_info(files: FileView, path: str, stem: str, *, whole: bool) -> Distribution | None:
    """The distribution of a .dist-info folder, with the cheap sign of an interrupted install; ``whole``: it has INSTALLER, METADATA."""
    match = _PLAIN.match(f"{stem}.dist-info")
    sign = None
    if not whole:
        sign = _sign(files, path)
        if sign == "gone":
            return None
    if match is not None:
        return Distribution(canonical(match[1]), match[2], path, "dist-info", sign)
    name, version = _split(stem)
    metadata = read_metadata(files.read(files.path.join(path, "METADATA"), METADATA_LIMIT), "METADATA", name, version)
    return Distribution(canonical(metadata.name), metadata.version, path, "dist-info", sign)


def _split(stem: str) -> tuple[str, str]:
    """Name and version of a stem, at the last dash that begins a version, else at the last dash."""
    parts = stem.split("-")
    for number in range(len(parts) - 1, 0, -1):
        if parts[number][:1].isdecimal():
            return "-".join(parts[:number]), "-".join(parts[number:])
    name, _, version = stem.rpartition("-")
    return (name, version) if name else (stem, "")


def _sign(files: FileView, path: str) -> str | None:
    """What the absence of INSTALLER or METADATA means; ``gone`` for something that is not a folder any more."""
    listing = files.list(path)
    if listing is None:
        standing = files.stat(path)
        return "unreadable" if standing is not None and standing.kind == "directory" else "gone"
    if not listing:
        return "empty"
    return "no-installer" if any(entry.name == "METADATA" for entry in listing) else "unreadable"


def left_over(files: FileView, paths: Iterable[str], known: Mapping[str, object]) -> Iterator[Leftover]:
    """What interrupted removals left, with the name each most likely had."""
    for path in paths:
        written = files.path.basename(path)
        stem = re.sub(r"(?:-[^-]*)?\.(?:dist-info|egg-info)\Z", "", written)
        if written.endswith(".dist-info"):
            data = files.read(files.path.join(path, "METADATA"), METADATA_LIMIT)
            metadata = read_metadata(data, "METADATA", "", "")
            if metadata.name:
                yield Leftover(canonical(metadata.name), path)
                continue
        tail = canonical(re.sub(_LEFTOVER, "", stem, count=1))
        lost = len(stem) - len(re.sub(_LEFTOVER, "", stem, count=1))
        match = [key for key in known if tail and key.endswith(tail) and len(key) == len(tail) + lost]
        yield Leftover(match[0] if match else stem, path)


def stamp_of(files: FileView, folders: Iterable[str]) -> Stamp:
    """One stat a folder: equal while nothing was installed or removed. An edit inside a whole .dist-info is not seen by it."""
    return tuple([(folder, _mark(files.stat(folder))) for folder in folders])


def _mark(standing: Stat | None) -> object:
    return None if standing is None else (standing.mtime_ns, standing.identity, standing.changed_ns)
