"""Whether a place is in another checkout or work tree of the project's own repository, from git's files alone."""

from __future__ import annotations

from venvls.model.environment import Distribution
from venvls.model.facts import Facts
from venvls.model.ports import FileView
from venvls.model.reach import is_remote
from venvls.model.record import NamedTuple

_DEEPEST = 60


class Checkout(NamedTuple):
    """A work tree: its top folder, and the folder that all work trees of its repository share; both resolved."""

    top: str
    common: str


def elsewhere_by_name(distribution: Distribution, facts: Facts) -> str | None:
    """The other folder that the project's own name is installed from; ``None`` where it is this one, or one that a manifest names."""
    files = facts.files
    recorded = facts.installed.direct_url(distribution) if facts.installed is not None else None
    if recorded is None or not recorded.editable or not recorded.url.startswith("file:"):
        return None
    from venvls.rules.sources import path_of

    place = path_of(recorded.url, files.path)
    if _within(files.real(place), files.real(facts.project.root), files) or _is_source(place, facts):
        return None
    # A folder that is gone is a broken install, not another checkout.
    return place if files.stat(place) is not None else None


def elsewhere_by_repository(place: str, facts: Facts) -> bool:
    """Whether ``place`` is in another work tree of the repository that the project is in."""
    own, other = checkout_of(facts.project.root, facts.files), checkout_of(place, facts.files)
    return own is not None and other is not None and other.common == own.common and other.top != own.top


def checkout_of(place: str, files: FileView) -> Checkout | None:
    """The work tree that a place is in, the nearest; ``None`` outside of any."""
    path = files.path
    folder = files.real(place)
    for _ in range(_DEEPEST):
        mark = path.join(folder, ".git")
        standing = files.stat(mark)
        if standing is not None and standing.kind == "directory":
            return Checkout(folder, files.real(mark))
        if standing is not None and standing.kind == "file":
            return _linked(folder, mark, files)
        above = path.dirname(folder)
        if above == folder:
            break
        folder = above
    return None


def _linked(folder: str, mark: str, files: FileView) -> Checkout | None:
    written = _text(files, mark)
    if not written.startswith("gitdir:"):
        return None
    own = files.path.normpath(files.path.join(folder, written.removeprefix("gitdir:").strip()))
    if is_remote(own, folder, files.path):
        return None
    named = _text(files, files.path.join(own, "commondir"))
    common = files.path.normpath(files.path.join(own, named)) if named else own
    return None if is_remote(common, own, files.path) else Checkout(folder, files.real(common))


def _text(files: FileView, path: str) -> str:
    data = files.read(path, 10_000)
    return data.decode("utf-8", "surrogateescape").strip() if data else ""


def _within(place: str, folder: str, files: FileView) -> bool:
    separator: str = files.path.sep
    return place == folder or place.startswith(folder.rstrip(separator) + separator)


def _is_source(place: str, facts: Facts) -> bool:
    from venvls.rules.sources import parse_source

    files = facts.files
    for path, manifest in facts.manifests.items():
        for requirement in manifest.requirements:
            parsed = requirement.parsed
            source = parse_source(parsed.url, files.path.dirname(path), files.path) if parsed.url is not None else None
            if source is not None and source.kind == "path" and files.real(source.place) == files.real(place):
                return True
    return False
