"""What a conda-lock.yml says, as plain data (conda-lock ``lockfile/v1/models.py``)."""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.syntax.yaml_blocks import Line, lines
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_MOST = 1_000_000


class Package(NamedTuple):
    """One entry: a package on one platform in one category. ``needs`` are the names it depends on, in its manager's words."""

    name: str
    version: str
    conda: bool
    platform: str
    category: str
    needs: tuple[str, ...]
    span: Span


class Lock(NamedTuple):
    """The whole file. ``sources`` are the files it was made from, as written: relative to its folder."""

    packages: tuple[Package, ...] = ()
    platforms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    strange: bool = False
    problem: str | None = None


def read(source: str, name: str) -> Lock:
    """What a conda-lock.yml says. Never raises."""
    draft = _Draft()
    for count, line in enumerate(lines(source)):
        if count > _MOST:
            return Lock(problem=f"{name} is too large to be read.")
        draft.take(line)
    draft.finish()
    if draft.version != "1":
        return Lock(problem=f"{name} has an unknown version of conda-lock's format: create it again with `conda-lock`.")
    return Lock(tuple(draft.packages), tuple(draft.platforms), tuple(draft.sources), draft.strange)


class _Draft:
    """What has been read so far; ``item`` is the package whose lines are being read."""

    def __init__(self) -> None:
        self.version = ""
        self.packages: list[Package] = []
        self.platforms: list[str] = []
        self.sources: list[str] = []
        self.strange = False
        self._item: dict[str, tuple[str, Span]] = {}
        self._needs: list[str] = []

    def take(self, line: Line) -> None:
        """Takes one line."""
        path = line.path
        if not path:
            if line.key == "version":
                self.version = line.value or ""
        elif path[0] == "package":
            if len(path) == 1 and line.opens:
                self.finish()
            if len(path) == 1 and line.key is not None:
                self._item[line.key] = (line.value or "", line.span)
            elif path == ("package", "dependencies") and line.key is not None:
                self._needs.append(line.key)
        elif path == ("metadata", "platforms") and line.opens:
            self.platforms.append(line.value or "")
        elif path == ("metadata", "sources") and line.opens:
            self.sources.append(line.value or "")

    def finish(self) -> None:
        """Ends the package that is being read."""
        if self._item:
            item: Mapping[str, tuple[str, Span]] = self._item
            name, span = item.get("name", ("", Span(0, 0)))
            version, platform, manager = (item.get(key, ("", span))[0] for key in ("version", "platform", "manager"))
            category = item.get("category", ("main", span))[0] or "main"
            if name and version and platform and manager in ("conda", "pip"):
                conda = manager == "conda"
                key = name.lower() if conda else canonical(name)
                self.packages.append(Package(key, version, conda, platform, category, tuple(self._needs), span))
            else:
                self.strange = True
        self._item, self._needs = {}, []
