"""Which programs a task may use are on this machine."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import Mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Programs(Mapping[str, str]):
    """Which of ``names`` are on this machine, and where; each is looked for when a plan first wants to know."""

    def __init__(self, names: tuple[str, ...], find: Callable[[str], str | None]) -> None:
        self._names = names
        self._find = find
        self._known: dict[str, str | None] = {}

    def _place(self, name: str) -> str | None:
        if name not in self._known:
            self._known[name] = self._find(name) if name in self._names else None
        return self._known[name]

    def __getitem__(self, name: str) -> str:
        place = self._place(name)
        if not place:
            raise KeyError(name)
        return place

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if self._place(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)
