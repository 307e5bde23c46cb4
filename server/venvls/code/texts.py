"""What the code in a file imports, read once for each of its texts; of files that stay as they are, once for all runs."""

from __future__ import annotations

from collections.abc import Collection

from venvls import manifests
from venvls.code import known
from venvls.code.keeping import Keeping
from venvls.imports.kept import packed, unpacked
from venvls.imports.scanner import probed, scan
from venvls.model import limits
from venvls.model.facts import Facts
from venvls.model.imports import Import, Unread
from venvls.model.names import canonical
from venvls.model.ports import FileView, Stat, Within
from venvls.reading import MOST_OF_CODE, Reader

_Read = tuple[tuple[Import, ...], frozenset[str]]
"""The imports of a file, and the modules that it can do without."""

_OF_SERVICES = frozenset({"google.colab", "kaggle_secrets", "pyodide", "js"})
"""Modules that notebooks find where a service runs them."""
_LARGEST = 5_000_000
"""Characters of Python in one file."""
_TOO_LONG = Unread(f"reading them takes too long; it was given up after {limits.MOST_SECONDS_OF_A_FILE:g} seconds")


class Texts:
    """The code of a workspace's files: the buffer where one is open, else the file."""

    def __init__(self, files: FileView, reader: Reader, keeping: Keeping, within: Within) -> None:
        self._files = files
        self._reader = reader
        self._keeping = keeping
        self._within = within
        self._scans: dict[str, tuple[str, frozenset[str], _Read | Unread]] = {}
        self._unread: dict[str, Unread] = {}

    def stat(self, path: str) -> Stat | None:
        """What a value may be kept by; ``None`` for a buffer, which is no file."""
        return self._files.stat(path) if path not in self._reader.open_paths else None

    def imports(self, path: str, facts: Facts, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
        """The imports of a file that are worth a look, and what it can do without; neither where :meth:`unread` says why."""
        stat = self.stat(path)
        minor = facts.environment.minor if facts.environment is not None else ""
        kept = self._keeping.of(f"code for {minor}", facts.project.root)
        before = kept.get(path, stat)
        self._unread.pop(path, None)
        if before is not None:
            return unpacked(before[0]), frozenset(before[1])
        text = self._reader.code(path)
        unread = _unreadable(stat) if text is None else _too_large(path, text.source)
        if text is None or unread is not None:
            return self._left_out(path, unread)
        if path != facts.project.root and manifests.is_script(path, text.source):
            # It runs where its own requirements are installed, whoever keeps it in a project.
            kept.put(path, stat, ((), ()))
            return (), frozenset()
        scanned = self._scanned(path, text.source, standard)
        if isinstance(scanned, Unread):
            return self._left_out(path, scanned)
        imports = tuple(imported for imported in scanned[0] if imported.level or imported.top not in standard)
        kept.put(path, stat, (packed(imports), tuple(scanned[1])))
        return imports, scanned[1]

    def unread(self, path: str) -> Unread | None:
        """Why the last :meth:`imports` of a file gave none; ``None`` where it was read."""
        return self._unread.get(path)

    def _left_out(self, path: str, unread: Unread | None) -> tuple[tuple[Import, ...], frozenset[str]]:
        if unread is not None:
            self._unread[path] = unread
        return (), frozenset()

    def said(self, path: str, stat: Stat | None, words: Collection[str], facts: Facts) -> frozenset[str] | None:
        """Those of the words that are in a file, in whatever way; ``None`` where it cannot be read. ``stat`` is that of :meth:`stat`."""
        kept = self._keeping.of("words", facts.project.root)
        before = kept.get(path, stat) or {}
        unknown = [word for word in words if word not in before]
        if unknown:
            text = self._reader.code(path)
            if text is None:
                return None
            source = text.source
            before.update([(word, word in source) for word in unknown])
            kept.put(path, stat, before)
        return frozenset([word for word in words if before[word]])

    def _scanned(self, path: str, source: str, standard: frozenset[str]) -> _Read | Unread:
        scanned = self._scans.get(path)
        if scanned is None or scanned[0] != source or scanned[1] is not standard:
            read = self._within(limits.MOST_SECONDS_OF_A_FILE, lambda: _read(path, source, standard), lambda: _TOO_LONG)
            scanned = self._scans[path] = (source, standard, read)
        return scanned[2]


def _unreadable(stat: Stat | None) -> Unread | None:
    """Why the file cannot be read; ``None`` where there is none."""
    if stat is None or stat.kind != "file":
        return None
    if stat.size > MOST_OF_CODE:
        return Unread(f"the file is larger than {MOST_OF_CODE // 1_000_000} MB", common=True)
    return Unread("the file cannot be read: you may not have permission", common=True)


def _too_large(path: str, source: str) -> Unread | None:
    # Of a notebook most is what its cells have shown.
    if len(source) <= _LARGEST or path.endswith(".ipynb"):
        return None
    return Unread(f"the file has more than {_LARGEST // 1_000_000} million characters", common=True)


def _read(path: str, source: str, standard: frozenset[str]) -> _Read | Unread:
    try:
        return _notebook(source, standard) if path.endswith(".ipynb") else (scan(source, standard), probed(source))
    except limits.TooManyError as problem:
        return Unread(f"the file has {problem}")


def _notebook(source: str, standard: frozenset[str]) -> _Read:
    """The imports of a notebook's code, at their places in the file, and what it can do without: also what it installs itself."""
    from venvls.imports import notebook

    code = notebook.read(source)
    imports = tuple(imported._replace(span=code.span(imported.span)) for imported in scan(code.text, standard))
    own = {canonical(name) for name in code.installs}
    installed = {each.top for each in imports if canonical(each.top) in own or canonical(known.distribution_of(each.module) or "") in own}
    return imports, probed(code.text) | installed | _OF_SERVICES
