"""What one kind of environment says of itself to the family: its name, what marks it, and how it is read."""

from __future__ import annotations

from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.pieces import Mapping
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from venvls.model.environment import Kind as EnvironmentKind
    from venvls.model.manifest import Manifest


class Query(NamedTuple):
    """What a kind may know of a project to work out where its tool puts the environment. Nothing is searched: places are computed.

    ``root`` is the project's folder (a workspace's root for its members). ``manifests`` are its own by format
    (``pyproject.toml``, ``Pipfile``…). ``platform`` is ``sys.platform``. ``locks`` are the names of the lock files next to it.
    """

    files: FileView
    environ: Mapping[str, str]
    home: str
    platform: str
    root: str
    manifests: Mapping[str, Manifest]
    locks: tuple[str, ...] = ()

    def tool(self, name: str) -> Mapping[str, Any] | None:
        """``[tool.NAME]`` of the project's pyproject.toml; ``None`` where there is no such table."""
        stated = self.manifests.get("pyproject.toml")
        table = stated.tool.get(name) if stated is not None else None
        return table if isinstance(table, Mapping) else None


class Place(NamedTuple):
    """Where a tool would use an environment for the project, and how we know, as the end of "… because". ``owner`` is the kind that it is
    of there because the project's files say so, whoever made it."""

    prefix: str
    reason: str
    owner: EnvironmentKind | None = None


def nowhere(query: Query) -> Iterable[Place]:
    """For kinds that place nothing themselves."""
    return ()


def nobodys(query: Query) -> bool:
    """For kinds whose tool keeps no projects."""
    return False


class Kind(NamedTuple):
    """One kind. ``markers`` are names, one of which is in the prefix of every environment of this kind.

    ``recognise`` gets the view, an absolute prefix, and whether the prefix is where a project would use it (then half an
    environment is a broken one, elsewhere it is some fixture); it answers ``None`` where the prefix is nothing of this kind.
    ``places`` gives the places where this kind's tool looks for the project's environment, the first that exists is used; empty, quickly,
    for a project of another tool. ``keeps`` says whether this kind's tool keeps the project, and uses no environment above its folder.
    """

    name: str
    markers: tuple[str, ...]
    recognise: Callable[[FileView, str, bool], Environment | None]
    places: Callable[[Query], Iterable[Place]] = nowhere
    keeps: Callable[[Query], bool] = nobodys
