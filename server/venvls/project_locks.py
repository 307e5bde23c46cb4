"""Which locks a project has, the one that counts first, and what Hatch's settings call the environment that one of them is for.

Names of files and what manifests state decide; no lock is opened.
"""

from __future__ import annotations

from venvls.manifests import locks
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.record import Protocol, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from venvls.model.environment import Environment
    from venvls.model.ports import FileView


class Sight(Protocol):
    """What is looked at."""

    files: FileView

    def stated(self, path: str) -> Manifest | str:
        """What the manifest at ``path`` states, or why it cannot be read."""

    def lock_names(self, folder: str) -> Iterable[str]:
        """The names of the locks in a folder (:func:`names_of_locks`)."""


def names_of_locks(folder: str, files: FileView) -> tuple[str, ...]:
    """The names of the locks in a folder, as far as a name tells."""
    names = (entry.name for entry in files.list(folder) or () if entry.kind in ("file", "link"))
    return tuple([name for name in names if locks.lock_format(name) is not None])


def in_folder(root: str, sight: Sight) -> tuple[str, ...]:
    """The locks of a folder, the one that counts first."""
    formats = [(locks.LOCKS.index(format_), name) for name in sight.lock_names(root) if (format_ := locks.lock_format(name)) is not None]
    ordered = [name for _, name in sorted(formats)]
    if "uv.lock" in ordered and _is_poetrys(root, sight):
        ordered.remove("uv.lock")
    if "pdm.lock" in ordered and "pylock.toml" in ordered and _is_pylock_pdms(root, sight):
        ordered.remove("pylock.toml")
        ordered[ordered.index("pdm.lock")] = "pylock.toml"
    return tuple(sight.files.path.join(root, name) for name in ordered)


def compiled(paths: Iterable[str], sight: Sight) -> Iterator[str]:
    """Those of a project's manifests that a tool compiled: they are locks too, after those that have a name of their own."""
    for path in paths:
        loaded = sight.stated(path)
        if isinstance(loaded, Manifest) and locks.lock_format("", loaded) is not None:
            yield path


def as_hatch_has_it(
    environment: Environment, locked: tuple[str, ...], paths: Iterable[str], root: str, sight: Sight
) -> tuple[Environment, tuple[str, ...]]:
    """A project's environment by the name that Hatch's settings have for it, however it came to be chosen; and its locks: the one that
    Hatch keeps for it first, and none that it keeps for others. ``locked`` are those by their names, ``paths`` the project's manifests."""
    stating = _of_hatch(manifest for path in paths if isinstance(manifest := sight.stated(path), Manifest))
    if not stating:
        return environment, locked
    path = sight.files.path
    environment = as_hatch_names_it(environment, stating, root, path)
    if environment.kind != "hatch":
        return environment, locked
    from venvls.manifests.hatch import naming

    table = naming.table_of(stating)
    stated = naming.lock_path(table, environment.name)
    own = naming.lock_in(root, stated, path) if stated is not None else None
    others = {naming.lock_in(root, place, path) for place in naming.other_locks(table, environment.name)}
    first = (own,) if own is not None and sight.files.stat(own) is not None else ()
    return environment, (*first, *(lock for lock in locked if lock not in others and lock != own))


def as_hatch_names_it(environment: Environment, manifests: Iterable[Manifest], root: str, path: ModuleType) -> Environment:
    """An environment by the name that Hatch's settings in these manifests have for it, where they say that it is at its place."""
    stating = _of_hatch(manifests)
    if not stating or environment.health == "broken":
        return environment
    from venvls.manifests.hatch import naming

    named = naming.environment_there(naming.table_of(stating), environment.prefix, root, path)
    if named is None:
        return environment
    return replace(environment, kind="hatch", name=environment.name if named == naming.DEFAULT else named)


def _of_hatch(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Those of a project's manifests in which Hatch's settings say something of environments."""
    return [each for each in manifests if each.own.hatch is not None and not each.own.hatch.keys().isdisjoint(("envs", "lock-envs"))]


def _is_pylock_pdms(root: str, sight: Sight) -> bool:
    """Whether PDM keeps a folder's pylock.toml: then it ignores a pdm.lock next to it."""
    from venvls.model.pdm_settings import keeps_pylock

    manifest = sight.stated(sight.files.path.join(root, "pyproject.toml"))
    return keeps_pylock(root, manifest if isinstance(manifest, Manifest) else None, sight.files)


def _is_poetrys(root: str, sight: Sight) -> bool:
    """Whether all that a folder's pyproject.toml requires is in Poetry's table, which uv does not read: its lock says nothing of it."""
    manifest = sight.stated(sight.files.path.join(root, "pyproject.toml"))
    if not isinstance(manifest, Manifest) or manifest.own.poetry is None or manifest.own.pyproject is None:
        return False
    return not manifest.own.pyproject.project and "uv" not in manifest.tool
