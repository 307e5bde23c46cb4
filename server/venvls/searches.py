"""How the workspace's folders are searched: with which settings each one is and was, what of it is known before it ends, and what of a
later search is other than what was known. Knows no project, and sorts nothing.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.ports import Wanted
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from venvls.folders import Folders
    from venvls.model.ports import Machine, WalkResult
    from venvls.settings import Settings

_MORE = 4
"""What a search has found is sorted whenever there is so many times as much: what was read before is not read again."""
_LIMITS = {
    "depth": "it is deeper than search.depth allows ({depth} folders)",
    "timeout": "it took longer than search.timeout allows ({timeout:g} s)",
    "entries": "it contains too many files and folders",
}


class Bounds(NamedTuple):
    """The settings of a search: what is left out, how many folders deep, how many seconds."""

    exclude: tuple[str, ...]
    depth: int
    timeout: float


class Search(NamedTuple):
    """What a search of one folder found, and with which settings."""

    bounds: Bounds
    walk: WalkResult


class Searches:
    """Searches ``folders`` for environments and for what ``is_manifest`` by the path of its folder and its name."""

    def __init__(
        self, machine: Machine, folders: Folders, settings_for: Callable[[str], Settings], is_manifest: Callable[[str, str], bool]
    ) -> None:
        self._machine, self._folders, self._settings_for, self._is_manifest = machine, folders, settings_for, is_manifest
        self._walked_by: dict[str, Bounds] = {}
        self._first: frozenset[str] = frozenset()  # the folders that are searched for the first time just now

    def search(self, roots: Sequence[str], sort: Callable[[], None], partial: Callable[[], None] | None = None) -> bool:
        """Walks these folders; whether any of them for the first time. Has what was found sorted in the end, and before that what has been
        found of those; calls ``partial`` as more becomes known."""
        sorted_with = 0
        self._walked_by = {root: bounds for root, bounds in self._walked_by.items() if root in self._folders.roots}
        self._first = frozenset(roots).difference(self._folders.walks)
        is_first = bool(self._first)
        for root in roots:

            def progress(walk: WalkResult, root: str = root) -> None:
                nonlocal sorted_with
                if root in self._first:
                    self._folders.walked(root, walk)
                    count = sum(len(walk.environments) + len(walk.manifests) for walk in self._folders.walks.values())
                    if count >= _MORE * sorted_with:
                        sorted_with = count
                        sort()
                if partial is not None:
                    partial()

            self._walk(root, Wanted(self._is_manifest), progress if partial is not None else None)
        self._first = frozenset()
        sort()
        if partial is not None:
            partial()
        return is_first

    def search_for_environments(self) -> None:
        """Walks every folder without looking at manifests: quicker than :meth:`search`."""
        for root in self._folders.roots:
            self._walk(root, Wanted(), None)

    def _walk(self, root: str, wanted: Wanted, partial: Callable[[WalkResult], None] | None) -> None:
        bounds = self._walked_by[root] = self._bounds(root)
        self._folders.walked(root, self._machine.walk(root, wanted=wanted, partial=partial, **bounds._asdict()))

    @property
    def is_searching(self) -> bool:
        """Whether a folder is searched for the first time just now."""
        return bool(self._first)

    def is_searched(self, path: str) -> bool:
        """Whether everything around a file is known: it is in no folder that is searched for the first time just now."""
        return not self._first or self._folders.root_of(path) not in self._first

    def unwalked(self) -> tuple[str, ...]:
        """The folders that were walked by other settings than those now in force: what is known of them is not what a walk would find."""
        return tuple([root for root in self._folders.walks if self._walked_by.get(root) != self._bounds(root)])

    def reaches(self, root: str, path: str) -> bool:
        """Whether a walk of ``root`` would come upon ``path``: not in an excluded folder, nor among an environment's own files."""
        bounds = self._bounds(root)
        return self._machine.reaches(root, path, exclude=bounds.exclude, depth=bounds.depth)

    def again(self) -> Callable[[], Mapping[str, Search]]:
        """What searches every folder again, as the settings are now, and changes nothing here: it may be called in any thread.

        What it gives is for :meth:`take`.
        """
        bounds = {root: self._bounds(root) for root in self._folders.roots}

        def search() -> dict[str, Search]:
            # ``partial``: in a process with threads the work cannot be shared anyway.
            return {
                root: Search(bound, self._machine.walk(root, wanted=Wanted(self._is_manifest), partial=lambda _: None, **bound._asdict()))
                for root, bound in bounds.items()
            }

        return search

    def take(self, searches: Mapping[str, Search], held: Collection[str]) -> bool:
        """Take over what such a search found; whether that is other than what was known. What was searched otherwise is left, and manifests
        that an editor has ``held`` stay."""
        news = False
        for root, search in searches.items():
            if root in self._folders.walks and search.bounds == self._bounds(root):
                kept = self._folders.walks[root]
                fresh = search.walk
                if fresh.limit is not None:
                    # It ended early: what it did not come to is still there.
                    fresh = fresh._replace(
                        environments=(*fresh.environments, *kept.environments), manifests=(*fresh.manifests, *kept.manifests)
                    )
                open_here = [path for path in kept.manifests if path in held]
                fresh = fresh._replace(
                    environments=tuple(dict.fromkeys(fresh.environments)), manifests=tuple(dict.fromkeys((*fresh.manifests, *open_here)))
                )
                if set(fresh.manifests) != set(kept.manifests) or set(fresh.environments) != set(kept.environments):
                    self._folders.walked(root, fresh)
                    news = True
        return news

    def remarks(self) -> Iterator[str]:
        """A sentence for each folder of which a bound ended the search."""
        for root, walk in self._folders.walks.items():
            if walk.limit is not None:
                chosen = self._settings_for(root)
                why = _LIMITS[walk.limit].format(depth=chosen.depth, timeout=chosen.timeout)
                yield f"{root} was not searched completely: {why}."

    def _bounds(self, root: str) -> Bounds:
        chosen = self._settings_for(root)
        return Bounds(tuple(chosen.exclude), chosen.depth, chosen.timeout)
