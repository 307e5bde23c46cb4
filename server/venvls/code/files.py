"""Where the code of a workspace is: the files of each folder, walked once, and the names of modules in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from venvls.imports import first_party
from venvls.model.ports import Machine, Wanted
from venvls.reading import is_code
from venvls.settlement import Settlement

_MOST_SECONDS = 30
"""For the walk of one folder."""
_CUT = {
    "timeout": f"to find all of it takes longer than {_MOST_SECONDS} seconds",
    "entries": "its folder contains too many files and folders",
    "depth": "its folders are too deep",
}
_MOST_SHOWN = 5_000
"""Files of a folder that an editor is told of without having opened them."""


class CodeFiles:
    """The files of code below each folder.

    Where it ``defers``, no folder is walked for an answer: what needs that is left alone until :meth:`walk_owed` has done it.
    """

    def __init__(self, machine: Machine, here: Settlement, *, defers: bool) -> None:
        self.owed: dict[str, None] = {}
        self.defers = defers
        self._machine = machine
        self._files = machine.files
        self._here = here
        self._code: dict[str, tuple[str, ...]] = {}
        self._cut: dict[str, str | None] = {}
        self._names: dict[str, first_party.Below] = {}

    def forget(self, path: str) -> bool:
        """A file came or went: where it is new, or is no longer there, its folder is walked again. Whether that is so."""
        root = self._here.folders.root_of(path) or ""
        walked = self._code.get(root)
        if walked is None or (path in walked) == (self._files.stat(path) is not None):
            return False
        del self._code[root]
        self._names.pop(root, None)
        return True

    def forget_folders(self, roots: Iterable[str]) -> None:
        """These folders are none of ours any more, or anything in them may be other than it was: who asks has them walked again."""
        for root in roots:
            self.owed.pop(root, None)
            self._code.pop(root, None)
            self._cut.pop(root, None)
            self._names.pop(root, None)

    def walk_owed(self, partial: Callable[[], None]) -> None:
        """Walk the folders that answers waited for; ``partial`` is called meanwhile."""
        for root in tuple(self.owed):
            self.below(root, partial)
            self.owed.pop(root, None)

    def walked(self, root: str) -> tuple[str, ...]:
        """Those of :meth:`below` where that is known already; where it is not, it is owed from now on."""
        if root not in self._code:
            self.owed[root] = None
        return self._code.get(root, ())[:_MOST_SHOWN]

    def is_walked(self, root: str) -> bool:
        """Whether the files of a folder are known."""
        return root in self._code

    def below(self, root: str, partial: Callable[[], None] | None = None) -> tuple[str, ...]:
        """Every file of code below a folder, without environments, caches and other people's code."""
        if root not in self._code:
            wanted = Wanted(lambda folder, name: name.endswith((*first_party.CODE, ".ipynb")))
            meanwhile = (lambda _: partial()) if partial is not None else None
            walk = self._machine.walk(root, wanted=wanted, timeout=_MOST_SECONDS, partial=meanwhile)
            self._code[root] = tuple(sorted(walk.manifests))
            self._cut[root] = _CUT.get(walk.limit or "")
        return self._code[root]

    def cut(self, root: str) -> str | None:
        """Why not all files of code below a folder are known, as the end of a sentence; ``None`` where they are, or are not wanted yet."""
        return self._cut.get(root)

    def named(self, paths: Iterable[str]) -> Iterator[str]:
        """The files of code at and below ``paths``."""
        for path in dict.fromkeys(paths):
            stat = self._files.stat(path)
            if stat is None or stat.kind == "file":
                listed: Iterable[str] = (path,) if is_code(path) else ()
            else:
                root = self._here.folders.root_of(path) or path
                listed = (file for file in self.below(root) if is_code(file) and self._here.folders.within(file, path))
            yield from listed

    def modules_in(self, root: str) -> first_party.Below | None:
        """Every module and package below a folder; ``None`` where it has to be walked first, or was not walked to its end."""
        if root not in self._names:
            if self.defers and root not in self._code:
                self.owed[root] = None
                return None
            below = self.below(root)
            if self.cut(root) is not None:
                return None
            self._names[root] = first_party.modules_of(below, root, self._files)
        return self._names[root]
