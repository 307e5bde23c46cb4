"""Projects that take too long: what is said of one instead, and whether it is still the one that did. Loaded when there is one."""

from __future__ import annotations

from venvls.model import limits
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Hint, Manifest, Problem, same_objects
from venvls.model.record import NamedTuple, replace
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from venvls.inputs import Inputs
    from venvls.known import Known
    from venvls.model.finding import Project
    from venvls.model.lock import LockFile
    from venvls.model.ports import FileView
    from venvls.settings import Settings

Loaded = dict[tuple[str, Hint], "Manifest | str"]
"""Manifests by path and the way in which they were read, each as it was then."""


class State(NamedTuple):
    """What may tell that a project is another one by now: its settings, the stamp of what is installed, its locks."""

    project: Project
    settings: Settings
    installed: object
    locks: tuple[LockFile | None, ...]


class GivenUp(NamedTuple):
    """What is known of a project that takes too long, and what it was when that was seen: while all of it is as it was, nobody tries again.
    ``loaded`` are the manifests that had been read by then, ``read`` the looks at other files."""

    known: Known
    state: State
    loaded: Loaded
    read: Inputs

    def is_as_it_was(self, now: State, load: Callable[[str, Hint], Manifest | str], files: FileView) -> bool:
        """Whether the project is what it was."""
        return (
            self.state._replace(locks=()) == now._replace(locks=())
            and all(load(*how) == before for how, before in self.loaded.items())
            and same_objects(self.state.locks, now.locks)
            and not self.read.differ(files, {})
        )


def silenced(stated: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """The manifests of a project as if they stated nothing; the first says why."""
    why = f"This project takes too long to be checked: it was given up after {limits.MOST_SECONDS:g} seconds."
    problem = Problem("invalid-manifest", why, Span(0, 0))
    return tuple(
        [
            replace(manifest, requirements=(), includes=(), problems=() if number else (problem,), complete=False)
            for number, manifest in enumerate(stated)
        ]
    )
