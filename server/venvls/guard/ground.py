"""What the guard is told of the machine and its projects: it looks for nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.ports import FileView


class Here(NamedTuple):
    """The project that a folder belongs to: its root, the prefix (``None``: it has none yet) and name of its environment, and the tool
    that keeps it with a lock of its own, if one does."""

    root: str
    prefix: str | None
    name: str
    keeper: str | None


class Ground(NamedTuple):
    """What verdicts rest on. ``which`` finds a program on PATH; ``project`` is a folder's project, ``None`` where there is none;
    ``is_project`` whether a folder itself has a manifest; ``command`` writes a command of ours for a project."""

    files: FileView
    which: Callable[[str], str | None]
    project: Callable[[str], Here | None]
    is_project: Callable[[str], bool]
    command: Callable[[str, str], str]
    variables: Mapping[str, str]
