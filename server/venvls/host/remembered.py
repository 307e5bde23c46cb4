"""The ``Memory`` port over the person's state folder: selections and trust."""

from __future__ import annotations

from venvls.host import state
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Remembered:
    """Implements :class:`venvls.model.ports.Memory`; each question reads the state again, for another window may have written it."""

    def __init__(self) -> None:
        self._until_the_end: dict[str, bool] = {}

    def selected(self, root: str) -> str | None:
        """The prefix the person selected for the project at ``root``."""
        return state.selected_environment(root)

    def select(self, root: str, prefix: str | None) -> None:
        """Keep the selection; ``None`` forgets it."""
        state.select_environment(root, prefix)

    def selections_file(self) -> str:
        """The file that selections are kept in."""
        return state.place("environments")

    def trusted(self, root: str) -> bool | None:
        """Whether the person trusts the workspace folder ``root``; ``None`` where they were not asked."""
        from venvls.host import trust

        answer = trust.answer(root)
        return self._until_the_end.get(root) if answer is None else answer

    def trust(self, root: str, answer: bool) -> None:
        """Keep the answer. A home that cannot be written to is no reason to take no answer: then it counts until this process ends."""
        from venvls.host import trust

        try:
            trust.remember(root, answer)
        except state.StateError:
            self._until_the_end[root] = answer

    def noted(self, concern: str, path: str) -> tuple[str, ...]:
        """What was noted under a concern for a project or environment."""
        return state.noted(concern, path)

    def note(self, concern: str, path: str, texts: Iterable[str]) -> None:
        """Keep the notes in place of earlier ones."""
        try:  # noqa: SIM105 - contextlib is loaded for nothing else in a first check
            state.note(concern, path, texts)
        except state.StateError:
            pass
