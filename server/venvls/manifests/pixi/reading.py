"""pixi.lock taken apart, once for each text: environments by platform, and the packages they name. Versions 4 to 7 of the format.

Source: rattler ``rattler_lock`` (``parse/deserialize.rs`` and its models). A version that is not known is a problem to be told.
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.manifests.conda.platform import archive_parts
from venvls.manifests.syntax.yaml_blocks import lines
from venvls.manifests.syntax.yaml_line import Fault, Line
from venvls.manifests.syntax.yaml_problems import refusal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span

VERSIONS = frozenset({"4", "5", "6", "7"})
_MOST = 500_000
_NEEDS = ("depends", "requires_dist")
_LISTS = frozenset((*_NEEDS, "purls"))
_PLAIN = frozenset(("", "conda", "pypi", "name", "version", "url", "path", "kind", "editable"))


class Package(NamedTuple):
    """One package of the lock. ``conda`` says whose it is; ``version`` is ``None`` where a folder decides (``local``).

    ``needs`` are its dependencies as written (conda's words, or PEP 508), ``purls`` the names on an index that a conda package stands for.
    """

    name: str
    version: str | None
    conda: bool
    local: bool
    span: Span
    needs: tuple[str, ...] = ()
    purls: frozenset[str] = frozenset()


class Named(NamedTuple):
    """One line of an environment: which package, and where. ``kind`` is ``conda``, ``pypi`` or what else is there."""

    kind: str
    location: str
    span: Span


class Lock(NamedTuple):
    """The whole lock. ``environments`` by name, then platform; ``channels`` their channels' URLs by name; ``subdirs`` what conda calls
    the platforms that have names of their own. ``strange`` says that something was not understood."""

    environments: Mapping[str, Mapping[str, tuple[Named, ...]]]
    channels: Mapping[str, tuple[str, ...]]
    packages: Mapping[str, Package]
    subdirs: Mapping[str, str]
    strange: bool = False
    problem: str | None = None


def read(source: str, name: str) -> Lock:
    """What a pixi.lock says. Never raises."""
    draft = _Draft()
    for count, line in enumerate(lines(source, draft.faults)):
        if count > _MOST:
            return _nothing(f"{name} is too large to be read.")
        draft.take(line)
    draft.finish()
    problem = refusal(draft.faults, source, name, "pixi lock")
    if problem is not None:
        return _nothing(problem)
    if draft.version not in VERSIONS:
        known = f"its format version {draft.version} is unknown" if draft.version else "its format version is missing"
        return _nothing(f"{name} cannot be read: {known}. Update it with `pixi lock`.")
    environments = {
        env: {platform: tuple(references) for platform, references in platforms.items()} for env, platforms in draft.environments.items()
    }
    channels = {env: tuple(urls) for env, urls in draft.channels.items()}
    return Lock(environments, channels, draft.packages, draft.subdirs, draft.strange)


def _nothing(problem: str) -> Lock:
    return Lock({}, {}, {}, {}, problem=problem)


class _Draft:
    """What has been read so far; ``item`` is the package whose lines are being read."""

    def __init__(self) -> None:
        self.version = ""
        self.environments: dict[str, dict[str, list[Named]]] = {}
        self.channels: dict[str, list[str]] = {}
        self.packages: dict[str, Package] = {}
        self.subdirs: dict[str, str] = {}
        self.strange = False
        self.faults: list[Fault] = []
        self._platform = ""
        self._item: dict[str, tuple[str, Span]] = {}
        self._lists: dict[str, list[str]] = {}

    def take(self, line: Line) -> None:
        """Takes one line."""
        path = line.path
        if not path:
            if line.key == "version":
                self.version = line.value or ""
            elif line.key is None:
                self._odd(line)
        elif path[0] == "packages":
            self._package(line, path)
        elif path[0] == "environments":
            self._environment(line, path)
        elif path == ("platforms",):
            if line.opens:
                self._platform = (line.value or "") if line.key in (None, "name") else ""
            elif line.key == "subdir" and line.value:
                self.subdirs[self._platform] = line.value

    def _environment(self, line: Line, path: tuple[str, ...]) -> None:
        if len(path) == 1:
            if line.key is not None:
                self.environments[line.key] = {}
                self.channels[line.key] = []
            else:
                self._odd(line)
        elif len(path) == 3 and path[2] == "channels" and line.opens:
            if line.value:  # a URL, or a table that begins with one
                self.channels.setdefault(path[1], []).append(line.value)
        elif len(path) == 3 and path[2] == "packages":
            if line.key is not None:
                self.environments.setdefault(path[1], {})[line.key] = []
            else:
                self._odd(line)
        elif len(path) == 4 and path[2] == "packages":
            if line.key is None or (line.opens and not line.value):
                self._odd(line)
            elif line.opens and line.value:
                self.environments.setdefault(path[1], {}).setdefault(path[3], []).append(Named(line.key, line.value, line.span))

    def _package(self, line: Line, path: tuple[str, ...]) -> None:
        if len(path) == 1:
            if line.opens:
                self.finish()
            if line.key is None or not (line.opens or self._item):
                self._odd(line)
            else:
                self._item[line.key] = (line.value or "", line.span)
        elif len(path) == 3 and line.opens and line.key is None and path[1] == "extra_depends":
            self._lists.setdefault("depends", []).append(line.value or "")
        elif len(path) == 2 and path[1] in _LISTS:
            if line.opens and line.key is None:
                self._lists.setdefault(path[1], []).append(line.value or "")
            elif not line.goes_on:
                self._odd(line)
        elif path[1] in _PLAIN:
            self._odd(line)

    def _odd(self, line: Line) -> None:
        """Notes what pixi does not write there."""
        self.faults.append(Fault("unread", line.span))

    def finish(self) -> None:
        """Ends the package that is being read."""
        item, lists = self._item, self._lists
        if item:
            self._add(item, lists)
        self._item, self._lists = {}, {}

    def _add(self, item: Mapping[str, tuple[str, Span]], lists: Mapping[str, list[str]]) -> None:
        kind = item["kind"][0] if "kind" in item else next(iter(item))
        location, span = item.get(kind) or item.get("url") or item.get("path") or ("", Span(0, 0))
        name, name_span = item.get("name", ("", span))
        version: str | None = item["version"][0] if "version" in item else None
        archive = archive_parts(location) if kind == "conda" else None
        if archive is not None:
            name, version = name or archive[0], version or archive[1]
        if not location or (not name and kind in ("conda", "pypi")):
            self.strange = True
            return
        local = (
            archive is None and "://" not in location
            if kind == "conda"
            else "://" not in location or item.get("editable", ("",))[0] == "true"
        )
        needs = tuple(need for key in _NEEDS for need in lists.get(key, ()))
        purls = frozenset(filter(None, (_of_purl(purl) for purl in lists.get("purls", ()))))
        key = name.lower() if kind == "conda" else canonical(name)
        self.packages[location] = Package(key, None if local else version, kind == "conda", local, name_span, needs, purls)


def _of_purl(text: str) -> str | None:
    """The name in ``pkg:pypi/NAME?source=…``."""
    lead, _, rest = text.partition("/")
    return canonical(rest.partition("?")[0].partition("@")[0]) if lead == "pkg:pypi" and rest else None
