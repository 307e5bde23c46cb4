"""``[tool.uv] conflicts`` of a project, or of all members of a workspace, against those a uv.lock notes (uv ``conflicts.rs``).

uv puts one list together: of a root that is no project, then of each member in the order of their names, then what follows for those of
the root's groups that include one of the named. It compares this list with the lock's, the order counted.
"""

from __future__ import annotations

from itertools import chain

from venvls.manifests.uv.members import folder_of, tables_of_members
from venvls.manifests.uv.noted import root_table
from venvls.manifests.uv.reading import Lock, Table, names, table, tables
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

    Item = tuple[str, str, str]
    """A package, what of it (``extra``, ``group``, ``project``), and its name."""
    Excluding = frozenset[Item]
    Includes = Mapping[str, tuple[str, ...]]
    """Groups, and all that they include, near and far."""

_MOST = 500
"""Sets that are worked out for groups that include others; where there are more, nothing is said."""
_INFERRED_NOTED = 3
"""The revision of the format from which what follows for groups is noted for certain."""


def other_conflicts(lock: Lock, manifest: Manifest, facts: Facts, *, for_root: bool) -> bool:
    """Whether the conflicts are others than when the lock was made, and this manifest is where: by what it states, or because the lock
    names it in a set that nobody states any more. With ``for_root`` (in a workspace's root, or where that is checked nowhere else) also
    where it is nobody else."""
    own = manifest.name or ""
    noted, stated = _sets(lock.value.get("conflicts"), own), _sets(_stated({"tool": manifest.tool}), own)
    workspace = facts.project.workspace
    of_root = _stated(root_table(workspace, facts)) if workspace is not None and for_root else None
    if noted is None or stated is None or not (noted or stated or of_root):
        return False
    if not lock.manifest.get("members"):
        return not _same(stated, noted, own, manifest.members, lock)
    if not for_root and not _to_blame(own, stated, noted, stated):
        return False
    value = tables_of_members(lock, workspace or facts.files.path.dirname(manifest.path), facts.files)
    by_name = {name: _sets(_stated(member), name) for name, member in value.items()}
    by_name[own] = stated
    sets = {name: listed for name, listed in by_name.items() if listed is not None}
    if len(sets) < len(by_name):
        return False
    every = [each for name in sorted(sets) for each in sets[name]]
    root = value.get("", value.get(_root_of(lock), {}))
    includes = manifest.members if workspace is None else _includes(root)
    if _same(every, noted, own if workspace is None else _root_of(lock), includes, lock):
        return False
    return _to_blame(own, stated, noted, every) or (
        for_root and not any(_to_blame(name, listed, noted, every) for name, listed in sets.items() if name)
    )


def _to_blame(name: str, stated: list[Excluding], noted: list[Excluding], every: Iterable[Excluding]) -> bool:
    """Whether what one member states is not in the lock as it states it, or the lock names it in a set that is not in ``every``."""
    together = any(noted[start : start + len(stated)] == stated for start in range(len(noted) + 1))
    return not together or any(item[0] == name for each in set(noted).difference(every) for item in each)


def _same(stated: list[Excluding], noted: list[Excluding], root: str, includes: Includes, lock: Lock) -> bool:
    follows = _following(stated, root, includes) if root else set()
    rest = set(noted[len(stated) :])
    early = lock.revision < _INFERRED_NOTED and not rest
    return noted[: len(stated)] == stated and (follows is None or rest == follows or early)


def _following(stated: list[Excluding], root: str, includes: Includes) -> set[Excluding] | None:
    """The sets in which groups of the root stand for one that they include. uv goes by the groups' names alone, whatever the package."""
    named: dict[str, Item] = {}
    for item in chain.from_iterable(map(sorted, stated)):
        if item[1] == "group":
            named.setdefault(item[2], item)
    instead: dict[Item, list[Item]] = {}
    for group, included in includes.items():
        for inner in included:
            if inner in named:
                instead.setdefault(named[inner], []).append(named.get(group, (root, "group", group)))
    every, waiting = set(stated), list(stated)
    while waiting:
        if len(every) > _MOST:
            return None
        new = {each - {item} | {other} for each in (waiting.pop(),) for item in each for other in instead.get(item, ())} - every
        every |= new
        waiting += new
    return every.difference(stated)


def _stated(value: Table) -> object:
    return table(table(value.get("tool")).get("uv")).get("conflicts")


def _includes(root: Table) -> Includes:
    listed = {canonical(name): tables(group) for name, group in table(root.get("dependency-groups")).items()}
    near = {name: [canonical(str(entry["include-group"])) for entry in group if "include-group" in entry] for name, group in listed.items()}
    return {name: tuple(_reached(name, near)) for name in near}


def _reached(name: str, near: Mapping[str, list[str]]) -> Iterator[str]:
    seen, waiting = {name}, [name]
    while waiting:
        for inner in near.get(waiting.pop(), ()):
            if inner not in seen:
                seen.add(inner)
                waiting.append(inner)
                yield inner


def _sets(listed: object, own: str) -> list[Excluding] | None:
    """Sets of what excludes each other; ``None`` where one is written in a way that is not known."""
    sets: list[Excluding] = []
    for group in listed if isinstance(listed, list) else []:
        items = tables(group)
        if not isinstance(group, list) or len(items) != len(group):
            return None
        sets.append(frozenset(map(_item, items, [own] * len(items))))
    return sets


def _item(stated: Table, own: str) -> Item:
    kind = next((kind for kind in ("extra", "group") if kind in stated), "project")
    return canonical(str(stated.get("package") or own)), kind, canonical(str(stated.get(kind) or ""))


def _root_of(lock: Lock) -> str:
    return next((name for name in names(lock.manifest.get("members")) if folder_of(lock, name) == "."), "")
