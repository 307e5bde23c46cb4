"""Includes followed: from the manifests of a project to every file they lead to, with the failures, cycles and constraints on the way.

Each file is parsed once however often it is included (safety T22: nineteen files that include each other twice are 262,144 requirements
to pip, and nineteen files here).
"""

from __future__ import annotations

from venvls.model.facts import Link, Placed
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Hint, Include, Manifest, Problem
from venvls.model.ports import FileView
from venvls.model.reach import is_remote
from venvls.model.record import replace
from venvls.model.requirement_list import Requirements, listed
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

MOST_FILES = 1_000
MOST_INCLUDES = 10_000
MOST_REQUIREMENTS = 100_000
MOST_CHARACTERS = 20_000_000
"""What all files of a project may state together: checking more would take longer than anybody waits."""
_TOO_MUCH = f"more than {MOST_REQUIREMENTS:,} requirements or {MOST_CHARACTERS // 1_000_000} million characters in all its files"
if TYPE_CHECKING:
    LeftOut = MutableMapping[str, tuple[Manifest, Manifest]]
    """By path: a manifest that there was no room left for, and what is known of it instead."""
    Load = Callable[[str, Hint], Manifest | str]
    """Gives the manifest at a path (with the hint of how it is read), or a sentence that says why it cannot be read."""


class Graph:
    """Every manifest reached, in the order of reaching, the includes between them, and the constraints in force by name.

    ``starts`` are the project's own manifests, ``bounds`` the paths that are reached as constraints, ``read_as_bounds`` those that were
    reached like that first. Those in ``stated`` are known to be reached as requirements too, and read as these.
    """

    __slots__ = (
        *("_counted", "bounds", "characters", "constraints", "links", "manifests", "read_as_bounds", "requirements", "starts", "stated"),
    )

    def __init__(self, starts: frozenset[str], stated: frozenset[str]) -> None:
        self.starts = starts
        self.stated = stated
        self.read_as_bounds: set[str] = set()
        self.manifests: dict[str, Manifest] = {}
        self.links: list[Link] = []
        self.constraints: dict[str, tuple[Placed, ...]] = {}
        self.bounds: set[str] = set()
        self.requirements = 0
        self.characters = 0
        self._counted: set[str] = set()

    def count(self, manifest: Manifest) -> None:
        """Adds what a manifest states to what all of them do, once."""
        if manifest.path not in self._counted:
            self._counted.add(manifest.path)
            self.requirements += len(manifest.requirements)
            self.characters += len(manifest.text.source)

    @property
    def full(self) -> bool:
        """Whether what was reached is more than is checked."""
        return self.requirements > MOST_REQUIREMENTS or self.characters > MOST_CHARACTERS


def follow(starts: Iterable[str], load: Load, files: FileView, hint: Hint = None, left_out: LeftOut | None = None) -> Graph:
    """The graph of what the manifests at ``starts`` (read as ``hint`` says) include, directly or not.

    ``left_out`` keeps what stands for manifests that there is no room for, so that it is the same object while the manifest is.
    """
    starts = tuple(starts)
    graph = _reached(starts, load, files, hint, left_out, frozenset())
    if graph.read_as_bounds and not graph.read_as_bounds.isdisjoint(stated := _stated(graph)):
        # Requirements of which some bounds are made somewhere are requirements.
        graph = _reached(starts, load, files, hint, left_out, stated)
    graph.constraints = _constraints(graph)
    return graph


def _reached(starts: tuple[str, ...], load: Load, files: FileView, hint: Hint, left_out: LeftOut | None, stated: frozenset[str]) -> Graph:
    graph = Graph(frozenset(starts), stated)
    for path in starts:
        loaded = load(path, hint)
        if isinstance(loaded, Manifest):
            start = _unread(loaded, {} if left_out is None else left_out) if graph.full else loaded
            graph.count(start)
            _visit(start, graph, load, files)
    return graph


def _stated(graph: Graph) -> frozenset[str]:
    """The files that the starts lead to by nothing but includes of requirements."""
    return frozenset(followed(graph.starts, [link for link in graph.links if link.include.kind == "requirements"]))


def followed(starts: Iterable[str], links: Iterable[Link]) -> set[str]:
    """``starts`` and all that they include, directly or not."""
    reached = set(starts)
    targets: dict[str, list[str]] = {}
    for link in links:
        if link.target is not None:
            targets.setdefault(link.source, []).append(link.target)
    pending = list(reached)
    while pending:
        for target in targets.get(pending.pop(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached


def _unread(manifest: Manifest, left_out: LeftOut) -> Manifest:
    """A manifest of which nothing is known but that it was too much."""
    known = left_out.get(manifest.path)
    if known is None or known[0] is not manifest:
        problem = Problem("invalid-manifest", f"This project is too large to be checked: {_TOO_MUCH}; this file was left out.", Span(0, 0))
        unread = replace(manifest, requirements=(), includes=(), problems=(problem,), complete=False)
        known = left_out[manifest.path] = (manifest, unread)
    return known[1]


def _visit(start: Manifest, graph: Graph, load: Load, files: FileView) -> None:
    # An explicit stack: a chain of a thousand includes must not be a thousand calls deep.
    stack: list[tuple[Manifest, tuple[str, ...]]] = [(start, (start.path,))]
    while stack:
        manifest, trail = stack.pop()
        if manifest.path in graph.manifests:
            continue
        graph.manifests[manifest.path] = manifest
        pending = []
        for include in manifest.includes:
            if len(graph.links) >= MOST_INCLUDES:
                # Said once, at the first of them; a thousand files that include each other are a million includes.
                if len(graph.links) == MOST_INCLUDES:
                    failure = f"Too large to check: more than {MOST_INCLUDES:,} includes; this one and those after it were not followed."
                    graph.links.append(Link(manifest.path, include, None, failure))
                break
            link, target = _link(manifest, include, trail, graph, load, files)
            graph.links.append(link)
            if target is not None:
                pending.append((target, (*trail, target.path)))
        stack += reversed(pending)


def _link(
    manifest: Manifest, include: Include, trail: tuple[str, ...], graph: Graph, load: Load, files: FileView
) -> tuple[Link, Manifest | None]:
    if "://" in include.target:
        return Link(manifest.path, include, None, "It is a URL; files on the network are not read while checking."), None
    if "${" in include.target:
        return Link(manifest.path, include, None), None  # recognised, never expanded: nothing to say about it
    path = files.path.normpath(files.path.join(files.path.dirname(manifest.path), include.target))
    if is_remote(path, manifest.path, files.path):
        return Link(manifest.path, include, None, "It is on another machine; files there are not read while checking."), None
    if path in trail:
        return Link(manifest.path, include, path, None, (*trail[trail.index(path) :], path)), None
    stated = manifest.path in graph.starts or manifest.path in graph.stated
    bound = include.kind == "constraints" or (manifest.path in graph.bounds and not stated)
    if bound:
        graph.bounds.add(path)
    if path in graph.manifests:
        return Link(manifest.path, include, path), None
    if len(graph.manifests) >= MOST_FILES:
        return Link(manifest.path, include, path, f"More than {MOST_FILES} files include each other; this file was not read."), None
    if graph.full:
        return Link(manifest.path, include, path, f"This project is too large to be checked: {_TOO_MUCH}; this file was not read."), None
    # A manifest of the project keeps its own meaning, whoever includes it as what.
    as_bound = bound and path not in graph.starts and path not in graph.stated
    if as_bound:
        graph.read_as_bounds.add(path)
    loaded = load(path, None if path in graph.starts else "constraints" if as_bound else "requirements")
    if isinstance(loaded, str):
        return Link(manifest.path, include, path, loaded), None
    graph.count(loaded)
    return Link(manifest.path, include, path), loaded


def _constraints(graph: Graph) -> dict[str, tuple[Placed, ...]]:
    of_files = [_constraints_of(path, listed(manifest.requirements)) for path, manifest in graph.manifests.items() if path in graph.bounds]
    if len(of_files) == 1:
        return of_files[0]
    by_key: dict[str, tuple[Placed, ...]] = {}
    for of_file in of_files:
        by_key.update({key: by_key.get(key, ()) + placed for key, placed in of_file.items()})
    return by_key


def _constraints_of(path: str, requirements: Requirements) -> dict[str, tuple[Placed, ...]]:
    """The bounds of one file: the same objects for as long as it is the same, so that comparing them at each key is nothing."""
    known = requirements.bounds
    if known is None or known[0] != path:
        by_key: dict[str, list[Placed]] = {}
        for requirement in requirements:
            if requirement.parsed.key is not None and requirement.parsed.error is None:
                by_key.setdefault(requirement.parsed.key, []).append(Placed(path, requirement))
        known = requirements.bounds = (path, {key: tuple(placed) for key, placed in by_key.items()})
    return known[1]
