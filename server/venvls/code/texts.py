"""What the code in a file imports, read once for each of its texts; of files that stay as they are, once for all runs."""

from __future__ import annotations

from collections.abc import Iterable

from venvls import manifests
from venvls.code import known
from venvls.code.keeping import Keeping
from venvls.imports.kept import packed, unpacked
from venvls.imports.scanner import probed, scan
from venvls.model.facts import Facts
from venvls.model.imports import Import
from venvls.model.names import canonical
from venvls.model.ports import FileView, Stat
from venvls.reading import Reader

_OF_SERVICES = frozenset({"google.colab", "kaggle_secrets", "pyodide", "js"})
"""Modules that notebooks find where a service runs them."""
_LARGEST = 5_000_000


class Texts:
    """The code of a workspace's files: the buffer where one is open, else the file."""

    def __init__(self, files: FileView, reader: Reader, keeping: Keeping) -> None:
        self._files = files
        self._reader = reader
        self._keeping = keeping
        self._scans: dict[str, tuple[str, frozenset[str], tuple[Import, ...], frozenset[str]]] = {}

    def stat(self, path: str) -> Stat | None:
        """What a value may be kept by; ``None`` for a buffer, which is no file."""
        return self._files.stat(path) if path not in self._reader.open_paths else None

    def imports(self, path: str, facts: Facts, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
        """The imports of a file that are worth a look, and what it can do without."""
        stat = self.stat(path)
        minor = facts.environment.minor if facts.environment is not None else ""
        kept = self._keeping.of(f"code for {minor}", facts.project.root)
        before = kept.get(path, stat)
        if before is not None:
            return unpacked(before[0]), frozenset(before[1])
        text = self._reader.code(path)
        if text is None or len(text.source) > _LARGEST:
            return (), frozenset()
        if path != facts.project.root and manifests.is_script(path, text.source):
            # It runs where its own requirements are installed, whoever keeps it in a project.
            kept.put(path, stat, ((), ()))
            return (), frozenset()
        imports, dispensable = self._scanned(path, text.source, standard)
        imports = tuple(imported for imported in imports if imported.level or imported.top not in standard)
        kept.put(path, stat, (packed(imports), tuple(dispensable)))
        return imports, dispensable

    def say(self, path: str, stat: Stat | None, words: Iterable[str], facts: Facts) -> bool:
        """Whether any of the words is in a file, in whatever way. ``stat`` is that of :meth:`stat`."""
        kept = self._keeping.of("words", facts.project.root)
        before = kept.get(path, stat) or {}
        if any(before.get(word) for word in words):
            return True
        unknown = [word for word in words if word not in before]
        text = self._reader.code(path) if unknown else None
        if text is not None:
            before.update({word: word in text.source for word in unknown})
            kept.put(path, stat, before)
        return any(before.get(word) for word in words)

    def _scanned(self, path: str, source: str, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
        scanned = self._scans.get(path)
        if scanned is None or scanned[0] != source or scanned[1] is not standard:
            read = _notebook(source, standard) if path.endswith(".ipynb") else (scan(source, standard), probed(source))
            scanned = self._scans[path] = (source, standard, *read)
        return scanned[2], scanned[3]


def _notebook(source: str, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
    """The imports of a notebook's code, at their places in the file, and what it can do without: also what it installs itself."""
    from venvls.imports import notebook

    code = notebook.read(source)
    imports = tuple(imported._replace(span=code.span(imported.span)) for imported in scan(code.text, standard))
    own = {canonical(name) for name in code.installs}
    installed = {each.top for each in imports if canonical(each.top) in own or canonical(known.distribution_of(each.module) or "") in own}
    return imports, probed(code.text) | installed | _OF_SERVICES
