"""What uv stops at in ``[tool.uv.sources]``: a source that leads to an index that nobody defines, or to no member of the workspace, and a
member of the workspace that has no such source (uv ``uv-distribution/src/metadata/lowering.rs``).

uv then refuses every command in the project. Here, because rules report it and plans are not made that would fail with it. What a
variable or another file may settle differently is not said.
"""

from __future__ import annotations

from venvls.model import toml
from venvls.model.hints import TYPE_CHECKING
from venvls.model.member_globs import Globs, folders, patterns_of
from venvls.model.names import canonical
from venvls.model.pieces import lru_cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest
    from venvls.model.ports import FileView
    from venvls.model.requirement import Requirement, Scope

    Table = Mapping[str, object]

_SETTLES = frozenset({"*", "no-sources", "no-sources-package", "index-by-variable"})
"""Settings that come from a variable or the person's own files, and decide on sources."""
_LARGEST = 1_000_000
_MOST_SOURCES = 100
"""Sources of one package that are looked at."""


def refused_sources(manifest: Manifest, facts: Facts) -> Iterator[tuple[Requirement, str]]:
    """Each requirement at which uv stops, and why, as a sentence without its full stop."""
    own = _uv(manifest.tool)
    root = facts.project.workspace
    if not (own.get("sources") or "workspace" in own or root) or own.get("managed") is False or facts.project.stated_elsewhere & _SETTLES:
        return
    if any(problem.tool == "uv" and problem.code == "invalid-manifest" for problem in manifest.problems):
        return  # it does not get as far
    above = _uv(_table(_read(root, facts.files)).get("tool")) if root is not None else own
    files, home = facts.files, root or facts.files.path.dirname(manifest.path)
    if above.get("no-sources") is True or b"no-sources" in (files.read(files.path.join(home, "uv.toml"), _LARGEST) or b""):
        return
    sources = {**_sources(above), **_sources(own)}
    left_out = above.get("no-sources-package")
    for name in left_out if isinstance(left_out, list) else ():
        sources.pop(canonical(str(name)), None)
    indexes = {entry.get("name") for table in (own, above) for entry in _tables(table.get("index"))}
    members = _Members(home, above, facts) if "workspace" in above else None
    known: dict[tuple[str, Scope], str] = {}
    for requirement in manifest.requirements:
        key, scope = requirement.parsed.key, requirement.scope
        if key is None or key == manifest.name or scope.kind == "build":
            continue
        if (key, scope) not in known:
            known[key, scope] = _why(key, scope, sources.get(key, []), manifest, indexes, members)
        if why := known[key, scope]:
            yield requirement, why


def _why(key: str, scope: Scope, listed: list[Table], manifest: Manifest, indexes: set[object], members: _Members | None) -> str:
    """Why uv stops at what a scope requires of a package, whose sources are ``listed``; empty where it does not."""
    if not listed and members is not None and members.has(key):
        return f"{key} is a member of this workspace; uv stops where [tool.uv.sources] does not say `{key} = {{ workspace = true }}`"
    counted = (source for source in listed[:_MOST_SOURCES] if _counts(source, scope, manifest))
    return next(filter(None, (_refused(source, key, indexes, members) for source in counted)), "")


def _refused(source: Table, key: str, indexes: set[object], members: _Members | None) -> str:
    index = source.get("index")
    if isinstance(index, str) and index not in indexes:
        return f"{key} is to come from the index `{index}`, and no [[tool.uv.index]] of that name is here"
    if source.get("workspace") is False:
        return f"{key} has `workspace = false` as its source"
    if source.get("workspace") is True and (members is None or members.lacks(key)):
        return f"{key} is to come from the workspace by [tool.uv.sources], and is not a member of it"
    if isinstance(source.get("path"), str) and members is not None and members.has(key):
        return f"{key} is a member of this workspace; uv stops where [tool.uv.sources] gives its path instead of `workspace = true`"
    return ""


class _Members:
    """The members of a workspace by name: as its lock knows them and their folders say. At the folders of all only the root looks: each of
    a thousand members would look at a thousand."""

    def __init__(self, root: str, tool: Table, facts: Facts) -> None:
        lock = facts.locked
        self._lock = lock if lock is not None and lock.tool == "uv" and lock.problem is None else None
        self._is_root = facts.project.workspace is None
        self._root, self._tool, self._files = root, tool, facts.files
        self._names: set[str] | None = None
        self._sure = True

    def has(self, key: str) -> bool:
        """Whether there certainly is such a member."""
        if self._lock is None:
            return self._is_root and key in self._there()
        folder = self._lock.folder_of(key) if key in self._lock.own else None
        return folder is not None and key in _managed(_read(self._files.path.join(self._root, *folder.split("/")), self._files))

    def lacks(self, key: str) -> bool:
        """Whether there certainly is none."""
        return self._is_root and (self._lock is None or key not in self._lock.own) and key not in self._there() and self._sure

    def _there(self) -> set[str]:
        if self._names is None:
            workspace, join = _table(self._tool.get("workspace")), self._files.path.join
            stated, excluded = patterns_of(workspace.get("members")), patterns_of(workspace.get("exclude"))
            found = folders(self._root, stated, self._files) if stated is not None and excluded is not None else None
            self._sure, others = found is not None, Globs(excluded or [])
            places = [join(self._root, *folder.split("/")) for folder in found or () if not others.name(folder.split("/"))]
            self._names = {name for place in (self._root, *places) for name in _managed(_read(place, self._files))}
        return self._names


def _managed(value: Table) -> tuple[str, ...]:
    """The name of the project that a pyproject.toml is of, where uv manages one there."""
    name = _table(value.get("project")).get("name")
    return (canonical(name),) if isinstance(name, str) and _uv(value.get("tool")).get("managed") is not False else ()


def _counts(source: Table, scope: Scope, manifest: Manifest) -> bool:
    """Whether a source counts for what is listed in a scope: those of a group also for what it includes."""
    for kind in ("extra", "group"):
        if isinstance(name := source.get(kind), str):
            reached = {canonical(name), *manifest.members.get(canonical(name), ())} if kind == "group" else {canonical(name)}
            if scope.kind != kind or scope.name not in reached:
                return False
    return True


def _sources(tool: Table) -> dict[str, list[Table]]:
    stated = _table(tool.get("sources")).items()
    return {canonical(name): _tables(value if isinstance(value, list) else [value]) for name, value in stated}


def _read(folder: str, files: FileView) -> Table:
    data = files.read(files.path.join(folder, "pyproject.toml"), _LARGEST)
    return _parsed(data) if data is not None else {}


@lru_cache(maxsize=16)
def _parsed(data: bytes) -> Table:
    # Each of hundreds of members asks for the same root.
    try:
        return toml.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}


def _uv(tool: object) -> Table:
    return _table(_table(tool).get("uv"))


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Table]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
