"""The workspace's folders, and what walks, the editor and whoever tells of changes have come upon in them: manifests, marks of
environments, scripts. Knows no project and reads no manifest.
"""

from __future__ import annotations

from venvls import environments, manifests
from venvls.manifests.syntax.decode import decode
from venvls.model.hints import TYPE_CHECKING
from venvls.model.pieces import MappingProxyType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from venvls.model.ports import FileView, WalkResult

_SCRIPT_AT_MOST = 5_000_000


class Folders:
    """What is known of each folder by its last walk, kept up by what is told since. ``names`` gives those that an environment's folder may
    have by the settings, next to the usual ones."""

    def __init__(self, files: FileView, names: Callable[[], Iterable[str]]) -> None:
        self._files, self._names = files, names
        self._roots: tuple[str, ...] = ()
        self._walks: dict[str, WalkResult] = {}
        self._scripts: set[str] = set()

    @property
    def roots(self) -> tuple[str, ...]:
        """The workspace's folders, absolute."""
        return self._roots

    @property
    def walks(self) -> Mapping[str, WalkResult]:
        """What the walk of each folder has found."""
        return MappingProxyType(self._walks)

    @property
    def scripts(self) -> frozenset[str]:
        """The scripts with requirements of their own that were named or opened."""
        return frozenset(self._scripts)

    def set_roots(self, roots: Iterable[str]) -> None:
        """The workspace's folders. What was found below those no longer named is forgotten."""
        inside = {script for script in self._scripts if self.root_of(script) is not None}
        self._roots = tuple(dict.fromkeys(self._files.path.normpath(root) for root in roots))
        self._walks = {root: walk for root, walk in self._walks.items() if root in self._roots}
        self._scripts -= {script for script in inside if self.root_of(script) is None}

    def walked(self, root: str, walk: WalkResult) -> None:
        """What a walk of one folder has found, so far or in the end."""
        self._walks[root] = walk

    def manifests(self) -> dict[str, None]:
        """Every manifest that the walks found, or that somebody told of, once."""
        return dict.fromkeys(path for walk in self._walks.values() for path in walk.manifests)

    def add(self, path: str) -> None:
        """A manifest appeared below one of the folders."""
        root = self.root_of(path)
        walk = self._walks.get(root) if root else None
        if root is not None and walk is not None and path not in walk.manifests:
            self._walks[root] = walk._replace(manifests=(*walk.manifests, path))

    def drop(self, path: str) -> None:
        """A manifest or script went away."""
        self._scripts.discard(path)
        for root, walk in self._walks.items():
            if path in walk.manifests:
                self._walks[root] = walk._replace(manifests=tuple(manifest for manifest in walk.manifests if manifest != path))

    def has_manifest(self, path: str) -> bool:
        """Whether a walk found this manifest, or somebody told of it."""
        return any(path in walk.manifests for walk in self._walks.values())

    def add_environment(self, path: str, reached: Callable[[str, str], bool]) -> None:
        """Something changed that may be the mark of an environment: its pyvenv.cfg or activate, conda's history, a ``.venv``…

        ``reached`` says whether a walk of a folder comes upon a path.
        """
        folder: str = self._files.path.dirname(path)
        above: str = self._files.path.dirname(folder)
        marks = {"pyvenv.cfg": folder, "activate": above, "history": above}
        names = {*environments.NAMES, *self._names(), ".python-envs"}
        name = self._files.path.basename(path)
        prefix = marks.get(name) or (path if name in names else None)
        root = self.root_of(prefix) if prefix else None
        if prefix is None or root not in self._walks:
            return
        known = self._walks[root].environments
        if self._is_marked(prefix, root, reached):
            if prefix not in known:
                self._walks[root] = self._walks[root]._replace(environments=(*known, prefix))
        elif prefix in known:
            self._walks[root] = self._walks[root]._replace(environments=tuple([each for each in known if each != prefix]))

    def _is_marked(self, prefix: str, root: str, reached: Callable[[str, str], bool]) -> bool:
        """Whether a walk of ``root`` would come upon something by which it tells that ``prefix`` is an environment or points at some."""
        join = self._files.path.join
        marks = [join(prefix, *parts) for parts in (("pyvenv.cfg",), ("conda-meta",), ("bin", "activate"), ("Scripts", "activate"))]
        # A link or a file in place of the folder is itself what tells.
        standing = self._files.lstat(prefix)
        pointer = standing is not None and standing.kind != "directory"
        return any(self._files.lstat(mark) is not None and reached(root, mark) for mark in marks) or (pointer and reached(root, prefix))

    def notice_script(self, path: str, text: str) -> bool:
        """Whether a file has become a script with requirements of its own (PEP 723), or ceased to be one."""
        before = path in self._scripts
        if manifests.is_script(path, text):
            self._scripts.add(path)
        else:
            self._scripts.discard(path)
        return before != (path in self._scripts)

    def read_scripts(self, paths: Iterable[str]) -> bool:
        """Take up those of the named files that are scripts; whether there was a new one. A walk never looks into Python files."""
        data = {path: self._files.read(path, _SCRIPT_AT_MOST) for path in paths if path.endswith(manifests.SCRIPTS)}
        # Each is called, whatever the one before it answered.
        noticed = [self.notice_script(path, decode(text).text) for path, text in data.items() if text is not None]
        return any(noticed)

    def is_script(self, path: str) -> bool:
        """Whether the path is a script that stands for a project of its own."""
        return path in self._scripts

    def root_of(self, path: str) -> str | None:
        """The innermost folder of the workspace that ``path`` is in."""
        inside = [root for root in self._roots if self.within(path, root)]
        return max(inside, key=len) if inside else None

    def within(self, path: str, folder: str) -> bool:
        """Whether ``path`` is ``folder`` or is below it."""
        separator: str = self._files.path.sep
        return path == folder or path.startswith(folder if folder.endswith(separator) else folder + separator)
