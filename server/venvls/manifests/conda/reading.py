"""What a conda-lock.yml says, as plain data (conda-lock ``lockfile/v1/models.py``)."""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.syntax.yaml_blocks import lines
from venvls.manifests.syntax.yaml_line import Fault, Line
from venvls.manifests.syntax.yaml_problems import refusal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

_MOST = 1_000_000
_PLAIN = frozenset(("", "name", "version", "platform", "manager", "category"))


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
    for count, line in enumerate(lines(source, draft.faults)):
        if count > _MOST:
            return Lock(problem=f"{name} is too large to be read.")
        draft.take(line)
    draft.finish()
    problem = refusal(draft.faults, source, name, "conda-lock")
    if problem is not None:
        return Lock(problem=problem)
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
        self.faults: list[Fault] = []
        self._item: dict[str, tuple[str, Span]] = {}
        self._needs: list[str] = []

    def take(self, line: Line) -> None:
        """Takes one line."""
        path = line.path
        if not path:
            if line.key == "version":
                self.version = line.value or ""
            elif line.key is None:
                self._odd(line)
        elif path[0] == "package":
            self._package(line, path)
        elif path == ("metadata", "platforms"):
            self._listed(line, self.platforms)
        elif path == ("metadata", "sources"):
            self._listed(line, self.sources)

    def _package(self, line: Line, path: tuple[str, ...]) -> None:
        key = line.key
        if len(path) == 1:
            if line.opens:
                self.finish()
            if key is None or not (line.opens or self._item):
                self._odd(line)
            else:
                self._item[key] = (line.value or "", line.span)
        elif len(path) == 2 and path[1] == "dependencies":
            if key is not None:
                self._needs.append(key)
            elif not line.goes_on:
                self._odd(line)
        elif path[1] in _PLAIN:
            self._odd(line)

    def _listed(self, line: Line, texts: list[str]) -> None:
        if line.opens and line.key is None:
            texts.append(line.value or "")
        else:
            self._odd(line)

    def _odd(self, line: Line) -> None:
        """Notes what conda-lock does not write there."""
        self.faults.append(Fault("unread", line.span))

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
