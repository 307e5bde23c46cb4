"""Which requirements of a project count, file by file: the manifests themselves and what they include, for the chosen groups and extras."""

from __future__ import annotations

from venvls.model.facts import Facts, Link
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.manifest import Include, Manifest, same_objects
from venvls.model.record import NamedTuple
from venvls.model.requirement import MAIN, Scope
from venvls.model.requirement_list import Requirements, listed

if TYPE_CHECKING:
    from collections.abc import Iterator


_FEW = 8
"""Requirements that are no valid ones and are taken out one by one."""


class Family(NamedTuple):
    """One manifest with the files it includes, which a tool would read together. ``paths`` are in reading order, the root's first.

    ``asked`` pairs each of them with its requirements that count; ``bounds`` are the files reached at all, constraints too.
    """

    root: str
    paths: tuple[str, ...]
    asked: tuple[tuple[str, Requirements], ...]
    bounds: frozenset[str]


class _Answer(NamedTuple):
    manifests: tuple[Manifest, ...]
    roots: tuple[str, ...]
    families: tuple[Family, ...]


class _Last:
    def __init__(self) -> None:
        self.answer: _Answer | None = None


def families(facts: Facts) -> tuple[Family, ...]:
    """The project's manifests that no other of them includes, each with what it includes. Remembered until one of them changes."""
    manifests = tuple(facts.manifests.values())
    last = facts.remembered.of(_Last)
    known = last.answer
    # Which of the files that are read include each other follows from them.
    if known is not None and same_objects(known.manifests, manifests) and known.roots == facts.project.manifests:
        return known.families
    result = _families(facts)
    last.answer = _Answer(manifests, facts.project.manifests, result)
    return result


def counted_requirements(facts: Facts) -> Iterator[tuple[str, Requirements]]:
    """The requirements that the environment must satisfy, by file: those of families, files once, without what nobody chose."""
    seen: set[str] = set()
    for family in families(facts):
        for path, requirements in family.asked:
            if path not in seen and (facts.counted is None or path in facts.counted):
                seen.add(path)
                yield path, requirements


def _families(facts: Facts) -> tuple[Family, ...]:
    links: dict[str, list[Link]] = {}
    for link in facts.links:
        if link.target is not None and link.failure is None:
            links.setdefault(link.source, []).append(link)
    included = {link.target for group in links.values() for link in group if link.include.kind == "requirements" and not link.cycle}
    roots = [root for root in facts.project.manifests if root in facts.manifests and root not in included]
    return tuple([_family(root, links, facts) for root in roots])


def _family(root: str, links: dict[str, list[Link]], facts: Facts) -> Family:
    paths: dict[str, None] = {root: None}
    bounds: set[str] = {root}
    queue: list[tuple[str, bool]] = [(root, True)]
    while queue:
        path, stated = queue.pop(0)
        manifest = facts.manifests.get(path)
        for link in links.get(path, ()) if manifest else ():
            target = cast("str", link.target)
            counts = (
                stated and link.include.kind == "requirements" and manifest is not None and include_counts(link.include, manifest, facts)
            )
            if target in paths or (target in bounds and not counts):
                continue
            bounds.add(target)
            if counts:
                paths[target] = None
            queue.append((target, counts))
    asked = tuple((path, _counted(facts.manifests[path], facts)) for path in paths if path in facts.manifests)
    return Family(root, tuple(paths), asked, frozenset(bounds))


def include_counts(include: Include, manifest: Manifest, facts: Facts) -> bool:
    """An include may belong to an extra (setuptools' optional-dependencies); then it counts when that is chosen."""
    return include.group is None or facts.counts(manifest, Scope("extra", include.group))


def _counted(manifest: Manifest, facts: Facts) -> Requirements:
    every = listed(manifest.requirements)
    counting = {scope for scope in every.scopes if facts.counts(manifest, scope)}
    if len(counting) == len(every.scopes):
        if not every.flawed:
            return every  # at nearly every key: none of them is looked at
        flawed = [number for number, need in enumerate(every.needs) if need.error is not None]
        if len(flawed) <= _FEW:
            return every.without(flawed)  # as while one is typed
    # Nearly all are of the one main scope: telling that apart by identity spares hashing a thousand times a keystroke.
    main = MAIN in counting
    return Requirements(
        [
            requirement
            for requirement in (every if counting else ())
            if (main if requirement.scope is MAIN else requirement.scope in counting) and requirement.parsed.error is None
        ]
    )
